//! Whether what the commands of a page name is still here: targets of make, workloads of Kubernetes,
//! addresses of Terraform.
//!
//! A thing is gone only where this repository is the place that would declare it: it declares others
//! of the same kind in the same place, everything that could make more of them can be read, and
//! nothing anywhere here has the name.

use std::collections::BTreeSet;

use crate::inventory::Material;
use crate::model::fact::{MentionKind, Resource, Runbook, System, Targets};
use crate::model::{FactKind, RepoPath, Span};
use crate::text::{Role, role};

/// What is known of the makefiles, read once.
pub(super) struct Makefiles<'a> {
    names: BTreeSet<&'a str>,
    /// Whether every target of a makefile at the root is known, and the pages speak of these makefiles:
    /// most targets that they name are there.
    is_told: bool,
}

impl<'a> Makefiles<'a> {
    /// Reads them.
    pub(super) fn of(material: &Material<'a>) -> Self {
        let targets =
            material.of(|kind| if let FactKind::Targets(targets) = kind { Some(targets) } else { None });
        let all: Vec<(Span, &Targets)> = targets.collect();
        let names: BTreeSet<&str> =
            all.iter().flat_map(|(_, t)| t.names.iter().map(String::as_str)).collect();
        let has_root =
            all.iter().any(|(span, _)| span.path.parent().is_empty() && span.path.extension() != "mk");
        let is_closed = |(span, targets): &(Span, &Targets)| {
            // `.env` holds variables only.
            let is_read = |included: &String| {
                included.ends_with(".env")
                    || material.exists(included)
                    || material.exists(&format!("{}/{included}", span.path.parent()))
            };
            !targets.is_open && targets.includes.iter().all(is_read)
        };
        let pages = material.of(|kind| if let FactKind::Runbook(page) = kind { Some(&**page) } else { None });
        let called = pages.flat_map(|(_, page)| &page.mentions).filter(|m| m.kind == MentionKind::Target);
        let called: BTreeSet<&str> = called.filter_map(|m| Some(m.what.split_once('|')?.1)).collect();
        let known = called.iter().filter(|name| names.contains(*name)).count();
        let is_told = has_root && known * 2 >= called.len() && all.iter().all(is_closed);
        Self { names, is_told }
    }

    fn missing(&self, material: &Material<'_>, what: &str) -> Option<String> {
        let (folder, name) = what.split_once('|')?;
        let is_here = folder.is_empty() || material.exists(folder);
        let is_gone = self.is_told && is_here && !self.names.contains(name) && !material.exists(name);
        is_gone.then(|| format!("`make {name}`, but no makefile here has that target"))
    }
}

/// What a page names in vain, in words, each once.
pub(super) fn missing(
    material: &Material<'_>,
    makefiles: &Makefiles<'_>,
    span: &Span,
    page: &Runbook,
) -> Vec<(String, Span)> {
    let mut found: Vec<(String, Span)> = Vec::new();
    for mention in &page.mentions {
        let said = match mention.kind {
            MentionKind::Target => makefiles.missing(material, &mention.what),
            MentionKind::Workload => workload(material, &mention.what),
            MentionKind::Address => address(material, &mention.what),
            _ => None,
        };
        found.extend(said.map(|said| (said, Span::new(&span.path, mention.at))));
    }
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

fn is_main(path: &RepoPath) -> bool {
    !matches!(role(path), Role::Test | Role::Example)
}

/// Kinds that make workloads which no file shows.
const MAKERS: &[&str] = &["HelmRelease", "HelmChart", "Application", "ApplicationSet", "Kustomization"];

fn workload(material: &Material<'_>, what: &str) -> Option<String> {
    let (namespace, rest) = what.split_once(' ')?;
    let (kind, name) = rest.split_once('/')?;
    let objects: Vec<&Resource> = material
        .resources()
        .filter(|(span, resource)| resource.system == System::Kubernetes && is_main(&span.path))
        .map(|(_, resource)| resource)
        .collect();
    let is_open = material.resources().any(|(_, r)| r.system == System::HelmChart)
        || objects.iter().any(|object| MAKERS.contains(&object.kind.as_str()));
    let mut beside = objects.iter().filter(|o| o.kind == kind && o.namespace.as_deref() == Some(namespace));
    // An operator names what it makes after the object it was asked by.
    let is_known =
        objects.iter().any(|object| !object.name.is_empty() && name.starts_with(object.name.as_str()));
    let other = beside.next().filter(|_| !is_open && !is_known)?;
    let shown = kind.to_lowercase();
    Some(format!(
        "{shown} `{name}` in namespace `{namespace}`, which is not among those declared here (`{}` is)",
        other.name
    ))
}

fn address(material: &Material<'_>, what: &str) -> Option<String> {
    let (kind, name) = what.split_once('.')?;
    let mut others = material.resources_of(System::Terraform, kind).peekable();
    others.peek()?;
    let is_gone = others.all(|(_, resource)| resource.name != name);
    let noun = if kind == "module" { "module" } else { "resource" };
    is_gone.then(|| format!("`{what}`, but no {noun} of that name is declared here"))
}

#[cfg(test)]
mod tests {
    use crate::inventory::material::testing::with_material;
    use crate::inventory::take;

    #[track_caller]
    fn check(files: &[(&str, &str)], commands: &str, expected: &[&str]) {
        let page = format!("# Restore\n\n```sh\n{commands}\n```\n");
        let mut files = files.to_vec();
        files.push(("docs/runbooks/restore.md", &page));
        with_material(&files, |material| {
            let inventory = take(material);
            let found: Vec<&str> = inventory
                .runbooks
                .iter()
                .flat_map(|page| &page.missing)
                .map(|(said, _)| said.as_str())
                .collect();
            assert_eq!(found, expected, "{commands}");
        });
    }

    const MAKE: (&str, &str) = ("Makefile", "up:\n\techo\n");

    #[test]
    fn a_target_is_only_gone_where_all_targets_can_be_read_and_the_page_uses_them() {
        check(&[MAKE], "make up", &[]);
        check(&[MAKE], "make restore", &[]);
        check(&[("lib/Makefile", "up:\n")], "make up\nmake restore", &[]);
        check(&[("Makefile", "include ops/*.mk\nup:\n")], "make up\nmake restore", &[]);
        check(&[("Makefile", "%-all:\n\techo\nup:\n")], "make up\nmake restore", &[]);
        check(&[MAKE, ("ops/Makefile", "restore:\n")], "make up\nmake restore", &[]);
        check(&[MAKE], "make up\ncd elsewhere\nmake restore", &[]);
        check(&[MAKE], "make up\nmake restore", &["`make restore`, but no makefile here has that target"]);
    }

    const WEB: (&str, &str) =
        ("k/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n");

    #[test]
    fn a_workload_is_only_gone_beside_others_of_its_kind() {
        check(&[WEB], "kubectl -n shop logs deployment/web", &[]);
        check(&[WEB], "kubectl -n other logs deployment/api", &[]);
        check(&[WEB], "kubectl -n shop logs statefulset/api", &[]);
        check(
            &[WEB, ("c/Chart.yaml", "name: shop\nversion: 1\n")],
            "kubectl -n shop logs deployment/api",
            &[],
        );
        check(&[WEB], "kubectl -n shop logs deployment/web-canary", &[]);
        check(
            &[WEB],
            "kubectl -n shop logs deployment/api",
            &["deployment `api` in namespace `shop`, which is not among those declared here (`web` is)"],
        );
    }

    #[test]
    fn an_address_is_only_gone_beside_others_of_its_type() {
        let tf = ("main.tf", "resource \"aws_instance\" \"web\" {}\n");
        check(&[tf], "terraform taint aws_instance.web", &[]);
        check(&[tf], "terraform taint aws_lb.web", &[]);
        check(
            &[tf],
            "terraform taint aws_instance.api",
            &["`aws_instance.api`, but no resource of that name is declared here"],
        );
    }
}
