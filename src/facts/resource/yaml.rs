//! Kubernetes objects, Helm charts and values, compose services, GitHub workflows and GitLab
//! pipelines: told apart by their own marks, not by their folder.

use super::fact;
use crate::facts::SourceFile;
use crate::model::fact::System;
use crate::model::tree::Node;
use crate::model::{Fact, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::Role;

/// YAML outside of tests. JSON manifests are rare and large JSON is common, so JSON needs the mark.
pub(crate) fn wants(file: &SourceFile<'_>) -> bool {
    match file.language {
        Language::Yaml => file.role != Role::Test,
        Language::Json => file.role != Role::Test && file.holds("\"apiVersion\"") && file.holds("\"kind\""),
        _ => false,
    }
}

/// Reads each document by its marks.
pub(crate) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let path = file.path;
    let name = path.file_name();
    for document in file.yaml() {
        if let Some((catalog, name)) = catalog(name, document) {
            out.facts.push(fact(document.at, System::Catalog, catalog, name, None, document));
        } else if document.get("apiVersion").is_some() && document.get("kind").is_some() {
            kubernetes(document, &mut out.facts);
        } else if path.parent() == ".github/workflows" && document.get("jobs").is_some() {
            let title = document.text_at("name").unwrap_or(path.stem());
            out.facts.push(fact(document.at, System::GithubActions, "workflow", title, None, document));
        } else if name.ends_with(".gitlab-ci.yml") || name.ends_with(".gitlab-ci.yaml") {
            out.facts.push(fact(document.at, System::GitlabCi, "pipeline", path.stem(), None, document));
        } else if name == "Chart.yaml" && document.get("name").is_some() {
            let chart = document.text_at("name").unwrap_or_default();
            out.facts.push(fact(document.at, System::HelmChart, "chart", chart, None, document));
        } else if is_compose(name, document) {
            compose(document, &mut out.facts);
        } else if is_values(file) && !document.entries().is_empty() {
            out.facts.push(fact(document.at, System::HelmValues, "values", path.stem(), None, document));
        }
    }
}

/// An entry of a service catalogue, by the name of its file: the catalogue and the service.
fn catalog<'n>(file: &str, document: &'n Node) -> Option<(&'static str, &'n str)> {
    let (catalog, key) = match file {
        "service.datadog.yaml" | "service.datadog.yml" if document.get("dd-service").is_some() => {
            ("Datadog", "dd-service")
        }
        "service.datadog.yaml" | "service.datadog.yml" | "entity.datadog.yaml" => {
            ("Datadog", "metadata.name")
        }
        "opslevel.yml" | "opslevel.yaml" => ("OpsLevel", "service.name"),
        "cortex.yaml" | "cortex.yml" => ("Cortex", "info.x-cortex-tag"),
        _ => return None,
    };
    Some((catalog, document.text_at(key)?))
}

fn kubernetes(document: &Node, facts: &mut Vec<Fact>) {
    let kind = document.text_at("kind").unwrap_or_default();
    if kind == "List" {
        for item in document.get("items").map(Node::items).unwrap_or_default() {
            kubernetes(item, facts);
        }
        return;
    }
    let name = document.text_at("metadata.name").unwrap_or_default();
    let namespace = document.text_at("metadata.namespace");
    facts.push(fact(document.at, System::Kubernetes, kind, name, namespace, document));
}

fn is_compose(name: &str, document: &Node) -> bool {
    let is_named =
        name.starts_with("docker-compose") || name.starts_with("compose.") || name.contains("docker-compose");
    let services = document.get("services").map(Node::entries).unwrap_or_default();
    let is_marked = services.iter().any(|s| s.node.get("image").is_some() || s.node.get("build").is_some());
    is_marked && (is_named || document.get("version").is_some() || document.get("volumes").is_some())
}

fn compose(document: &Node, facts: &mut Vec<Fact>) {
    for (section, kind) in [("services", "service"), ("volumes", "volume")] {
        for entry in document.get(section).map(Node::entries).unwrap_or_default() {
            facts.push(fact(entry.at, System::Compose, kind, &entry.key, None, &entry.node));
        }
    }
}

/// Values of a chart: by name beside a chart or in a folder of values, in any spelling in use.
fn is_values(file: &SourceFile<'_>) -> bool {
    let name = file.path.file_name();
    name.starts_with("values")
        || name.ends_with(".values.yaml")
        || name.ends_with("-values.yaml")
        || name.ends_with("-values.yml")
        || file.path.has_folder("values")
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Resource(r) => Some(format!("{:?} {} {}", r.system, r.kind, r.name)),
            _ => None,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn tells_formats_by_their_marks() {
        check(
            "k/a.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
            &["Kubernetes Service web"],
        );
        check(
            "k/list.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n",
            &["Kubernetes Secret s"],
        );
        check("docker-compose.yml", "services:\n  db: {image: 'postgres:16'}\n", &["Compose service db"]);
        check("notes.yml", "services:\n  db: yes\n", &[]);
        check(".github/workflows/ci.yml", "name: CI\non: push\njobs: {}\n", &["GithubActions workflow CI"]);
        check("chart/values.yaml", "replicas: 1\n", &["HelmValues values values"]);
        check("tests/k.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n", &[]);
        check(
            "main.tf",
            "resource \"a_b\" \"c\" {}\nvariable \"v\" {}\n",
            &["Terraform a_b c", "Terraform variable v"],
        );
    }
}
