//! What the repository is: the six questions make no sense for a library.

use super::Material;
use crate::model::fact::System;
use crate::model::thing::{Environment, SubjectKind};
use crate::model::{Inventory, RepoPath};
use crate::text::environment::environment;
use crate::text::{Role, role};

/// Terraform kinds that describe modules for others rather than something that runs.
fn runs(system: System, kind: &str) -> bool {
    match system {
        System::Kubernetes => {
            matches!(
                kind,
                "Deployment"
                    | "StatefulSet"
                    | "DaemonSet"
                    | "CronJob"
                    | "HelmRelease"
                    | "Application"
                    | "Rollout"
            )
        }
        System::Compose => kind == "service",
        System::HelmChart | System::Dockerfile | System::Platform => true,
        _ => false,
    }
}

fn declares(system: System, kind: &str) -> bool {
    match system {
        System::Terraform => {
            !kind.starts_with("data.")
                && !matches!(
                    kind,
                    "variable" | "output" | "locals" | "module" | "provider" | "backend" | "tfvars"
                )
        }
        System::CloudFormation => true,
        _ => false,
    }
}

/// A library has a document or two for each file of code at most; a site of documents has a script or
/// two for all of its pages.
const PROSE_PER_CODE: usize = 5;

/// Tells what the repository is, and why.
pub(super) fn tell(material: &Material<'_>, inventory: &mut Inventory) {
    let is_main = |path: &RepoPath| matches!(role(path), Role::Main);
    let running = material
        .resources()
        .find(|(span, r)| is_main(&span.path) && runs(r.system, &r.kind) && !is_for_developers(&span.path));
    let declared = material.resources().find(|(span, r)| is_main(&span.path) && declares(r.system, &r.kind));
    let code = material.paths.iter().filter(|path| is_main(path) && is_code(path)).count();
    let prose = material.paths.iter().filter(|path| is_prose(path)).count();
    let deploys = !inventory.deployments.is_empty();
    let (kind, because) = if let Some((span, resource)) = running {
        let what = format!("{} {} in {}", resource.kind, resource.name, span.path);
        (SubjectKind::Service, format!("it declares something that runs: {}", what.trim()))
    } else if deploys {
        (SubjectKind::Service, "it holds a deployment".to_owned())
    } else if let Some((span, resource)) = declared {
        let what = format!("{} {} in {}", resource.kind, resource.name, span.path);
        (SubjectKind::Infrastructure, format!("it declares infrastructure: {what}"))
    } else if let Some(migration) = inventory.migrations.first().filter(|_| !is_published(material)) {
        (SubjectKind::Service, format!("it migrates a database: {}", migration.span.path))
    } else if code > 0 && prose < code * PROSE_PER_CODE {
        (SubjectKind::Library, "it holds code, and nothing that runs or deploys it".to_owned())
    } else if prose > 0 && code > 0 {
        (SubjectKind::Documents, "it holds documents, and hardly any code".to_owned())
    } else if prose > 0 {
        (SubjectKind::Documents, "it holds documents only".to_owned())
    } else {
        (SubjectKind::Unknown, "nothing in it says what it is".to_owned())
    };
    inventory.subject = kind;
    inventory.subject_because = because;
}

/// Whether a path serves the machines of developers only: what starts there is not in production.
fn is_for_developers(path: &RepoPath) -> bool {
    matches!(environment(path, &[]), Environment::Development | Environment::Test)
        || path.has_folder(".devcontainer")
}

/// Whether it is published as a package that others build in: such packages bring migrations for
/// the databases of others.
fn is_published(material: &Material<'_>) -> bool {
    material.paths.iter().any(|path| {
        path.parent().is_empty()
            && (path.extension() == "gemspec" || matches!(path.file_name(), "setup.py" | "setup.cfg"))
    })
}

/// Text for people, also with a template around it.
fn is_prose(path: &RepoPath) -> bool {
    use crate::parse::Language::{AsciiDoc, Markdown, ReStructuredText};
    matches!(crate::parse::language(path, b""), Markdown | ReStructuredText | AsciiDoc)
}

fn is_code(path: &RepoPath) -> bool {
    use crate::parse::Language::*;
    matches!(
        crate::parse::language(path, b""),
        C | Cpp
            | CSharp
            | Dart
            | Elixir
            | Erlang
            | Go
            | Haskell
            | Java
            | JavaScript
            | Kotlin
            | Lisp
            | Lua
            | ObjectiveC
            | OCaml
            | Perl
            | Php
            | Python
            | Ruby
            | Rust
            | Scala
            | Swift
            | TypeScript
            | Tsx
            | Zig
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::tell;
    use crate::facts::collect;
    use crate::inventory::Material;
    use crate::model::thing::SubjectKind;
    use crate::model::{History, Inventory, RepoPath, Settings};
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: SubjectKind) {
        let rules = RuleSet::builtin();
        let read = |(path, text): &(&str, &str)| {
            (RepoPath::new(path), collect(&(*path).into(), text.as_bytes(), rules))
        };
        let facts: Vec<_> = files.iter().map(read).collect();
        let paths: BTreeSet<RepoPath> = facts.iter().map(|(path, _)| path.clone()).collect();
        let (history, settings) = (History::default(), Settings::on(date(2026, 6, 30)));
        let material =
            Material { files: &facts, paths: &paths, history: &history, rules, settings: &settings };
        let mut inventory = Inventory::default();
        tell(&material, &mut inventory);
        assert_eq!(inventory.subject, expected, "{}", inventory.subject_because);
    }

    const COMPOSE: &str = "services:\n  db: {image: 'postgres:16'}\n";

    #[test]
    fn tells_what_a_repository_is() {
        check(&[("src/lib.rs", ""), ("README.md", "")], SubjectKind::Library);
        check(&[("src/lib.rs", ""), (".devcontainer/compose.yaml", COMPOSE)], SubjectKind::Library);
        check(&[("src/lib.rs", ""), ("deploy/compose.yaml", COMPOSE)], SubjectKind::Service);
        check(&[("main.tf", "resource \"aws_sqs_queue\" \"q\" {}\n")], SubjectKind::Infrastructure);
        let mut pages: Vec<(String, &str)> = (0..6).map(|i| (format!("docs/{i}.md"), "")).collect();
        pages.push(("build.rb".to_owned(), ""));
        let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        check(&pages, SubjectKind::Documents);
    }
}
