//! Alert rules and alert routing in YAML, wherever they stand.
//!
//! A Prometheus rule is a mapping with `alert` and `expr`, and an Alertmanager configuration is a
//! mapping with `route` and `receivers`: both are known by these marks and not by their folder, so
//! rule files, `PrometheusRule`, Helm values, ConfigMaps and Secrets with a YAML text inside, and
//! patches all read alike. It does not follow a route; that is for the inventory. Alarms of
//! Terraform are resources already and are not read again here.

use super::SourceFile;
use super::embedded::{self, Reach};
use crate::model::fact::{AlertRule, AlertSource, Resource, System};
use crate::model::tree::{Node, Value};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::{Role, address, cut, fold};

/// Longest expression that is kept.
const EXPRESSION_CHARS: usize = 300;

/// Annotations that name what to do, besides any that hold an address.
const RUNBOOK_KEYS: &[&str] =
    &["runbook_url", "runbook", "runbookurl", "playbook", "playbook_url", "wiki", "procedure"];
/// Annotations whose address is something to look at, not something to do.
const LOOK_KEYS: &[&str] = &["dashboard", "grafana", "panel", "graph", "chart", "logs", "query", "image"];

/// YAML that may hold a rule, a route or a provisioned Grafana alert.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    file.language == Language::Yaml
        && file.role != Role::Test
        && ((file.holds("alert") && file.holds("expr"))
            || file.holds("receiver")
            || file.holds("contactPoints")
            || (file.holds("condition") && file.holds("title") && file.holds("groups")))
}

/// Reads every rule and every piece of routing.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    for document in file.yaml() {
        read(document, &mut out.facts);
        embedded::each(file, document, &Reach { words: &["alert:", "receivers:"] }, &mut |inner| {
            read(inner, &mut out.facts);
        });
    }
}

fn read(document: &Node, facts: &mut Vec<Fact>) {
    let is_custom = document.text_at("kind") == Some("AlertmanagerConfig");
    document.walk(&mut |_, node| {
        if let (Some(alert), Some(expression)) = (node.entry("alert"), node.get("expr")) {
            // A templated name is still a rule.
            if alert.node.text().is_some() || alert.node.unknown().is_some() {
                facts.push(prometheus(alert.at, node, expression));
            }
        } else if !is_custom && is_routing(node) {
            facts.push(routing(node.at, System::Alertmanager, "config", node));
        } else if let Some(patched) = patch(node) {
            facts.push(patched);
        }
    });
    grafana(document, facts);
}

fn prometheus(at: At, rule: &Node, expression: &Node) -> Fact {
    let source = |node: &Node| node.text().or(node.unknown()).map(|text| cut(&fold(text), EXPRESSION_CHARS));
    let mut labels: Vec<(String, Option<String>)> = rule
        .get("labels")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|label| (label.key.clone(), label.node.text().map(str::to_owned)))
        .collect();
    labels.sort();
    let alert = AlertRule {
        source: AlertSource::Prometheus,
        name: rule.get("alert").and_then(source).unwrap_or_default(),
        expression: source(expression),
        labels,
        runbook: rule.get("annotations").and_then(runbook),
        actions: Vec::new(),
        disabled: None,
        no_data: None,
    };
    Fact { at, kind: FactKind::Alert(Box::new(alert)) }
}

/// The link to what to do: a key that says so, else any address that is not a dashboard's.
pub(crate) fn runbook(annotations: &Node) -> Option<String> {
    let text = |node: &Node| node.text().or(node.unknown()).map(fold).filter(|text| !text.is_empty());
    let entries = annotations.entries();
    let named = entries.iter().find(|e| RUNBOOK_KEYS.contains(&e.key.to_ascii_lowercase().as_str()));
    if let Some(link) = named.and_then(|entry| text(&entry.node)) {
        return Some(link);
    }
    entries
        .iter()
        .filter(|entry| {
            let key = entry.key.to_ascii_lowercase();
            !LOOK_KEYS.iter().any(|word| key.contains(word))
        })
        .filter_map(|entry| text(&entry.node))
        .find_map(|text| address(&text))
}

/// A complete configuration: a route that names a receiver, and a list of named receivers.
fn is_routing(node: &Node) -> bool {
    let has_route =
        node.get("route").is_some_and(|r| r.get("receiver").is_some() || r.get("routes").is_some());
    has_route
        && node.get("receivers").is_some_and(|list| list.items().iter().all(|r| r.get("name").is_some()))
}

/// One step of a patch (JSON patch, BOSH operation) that sets the route or adds a receiver.
fn patch(node: &Node) -> Option<Fact> {
    let path = node.text_at("path")?.to_ascii_lowercase();
    let value = node.get("value")?;
    if !path.contains("alertmanager") {
        return None;
    }
    let last: Vec<&str> = path.rsplit('/').map(|part| part.trim_end_matches('?')).take(2).collect();
    match last.as_slice() {
        ["route", ..] if value.get("receiver").is_some() => {
            Some(routing(value.at, System::Alertmanager, "route", value))
        }
        ["-", "receivers"] if value.get("name").is_some() => {
            Some(routing(value.at, System::Alertmanager, "receiver", value))
        }
        _ => None,
    }
}

fn routing(at: At, system: System, kind: &str, body: &Node) -> Fact {
    let (kind, name) = (kind.to_owned(), body.text_at("name").unwrap_or_default().to_owned());
    let resource = Resource { system, kind, name, namespace: None, body: body.clone() };
    Fact { at, kind: FactKind::Resource(Box::new(resource)) }
}

/// Grafana's provisioning files: rules, contact points and policies under `apiVersion: 1`.
fn grafana(document: &Node, facts: &mut Vec<Fact>) {
    let has_points = document.get("contactPoints").is_some() || document.get("policies").is_some();
    if has_points && document.get("apiVersion").is_some() {
        facts.push(routing(document.at, System::Grafana, "provisioning", document));
    }
    for group in document.get("groups").map(Node::items).unwrap_or_default() {
        for rule in group.get("rules").map(Node::items).unwrap_or_default() {
            let (Some(title), Some(_), Some(_)) =
                (rule.entry("title"), rule.get("condition"), rule.get("data"))
            else {
                continue;
            };
            let is_paused = rule.get("isPaused").and_then(Node::as_bool) == Some(true);
            let mut labels: Vec<(String, Option<String>)> = rule
                .get("labels")
                .map(Node::entries)
                .unwrap_or_default()
                .iter()
                .map(|label| (label.key.clone(), label.node.text().map(str::to_owned)))
                .collect();
            labels.sort();
            let alert = AlertRule {
                source: AlertSource::Grafana,
                name: title.node.text().unwrap_or_default().to_owned(),
                expression: expression(rule),
                labels,
                runbook: rule.get("annotations").and_then(runbook),
                actions: rule
                    .text_at("notification_settings.receiver")
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
                disabled: is_paused.then(|| "isPaused: true".to_owned()),
                no_data: rule.text_at("noDataState").map(str::to_owned),
            };
            facts.push(Fact { at: title.at, kind: FactKind::Alert(Box::new(alert)) });
        }
    }
}

fn expression(rule: &Node) -> Option<String> {
    let queries = rule.get("data").map(Node::items).unwrap_or_default();
    let text = queries.iter().find_map(|query| match &query.at_path("model.expr")?.value {
        Value::Scalar { text, .. } => Some(text.as_str()),
        _ => None,
    });
    text.map(|text| cut(&fold(text), EXPRESSION_CHARS))
}

#[cfg(test)]
mod tests {
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let facts = collect(&"ops/a.yaml".into(), text.as_bytes(), RuleSet::builtin());
        let found: Vec<String> = facts
            .facts
            .iter()
            .filter_map(|fact| match &fact.kind {
                FactKind::Alert(rule) => {
                    let runbook = rule.runbook.as_deref().unwrap_or("-");
                    Some(format!("{} {} {runbook}", fact.at.line, rule.name))
                }
                FactKind::Resource(r) => Some(format!("{} {:?} {}", fact.at.line, r.system, r.kind)),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_rules_by_their_marks() {
        check("alert: yes\nexpression: no\n", &[]);
        check("tests:\n- alert_rule_test:\n  - alertname: A\n    exp_alerts: []\n", &[]);
        check("groups:\n- rules:\n  - record: a:b\n    expr: sum(a)\n", &[]);
        check(
            "groups:\n- name: g\n  rules:\n  - alert: Down\n    expr: up == 0\n    annotations:\n      runbook_url: docs/down.md\n",
            &["4 Down docs/down.md"],
        );
    }

    #[test]
    fn reads_rules_inside_a_text() {
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rules}\ndata:\n  a.yml: |\n    groups:\n    - rules:\n      - alert: Full\n        expr: disk > 0.9\n        annotations:\n          summary: '{{ $labels.host }} see https://wiki.corp/full.'\n";
        check(text, &["1 Kubernetes ConfigMap", "8 Full https://wiki.corp/full"]);
    }

    #[test]
    fn a_dashboard_is_not_a_runbook() {
        check(
            "- alert: A\n  expr: b\n  annotations:\n    dashboard_url: https://grafana.corp/d/1\n    summary: s\n",
            &["1 A -"],
        );
    }

    #[test]
    fn reads_routing_whole_and_in_patches() {
        check("route: {receiver: a}\nreceivers: [{name: a}]\n", &["1 Alertmanager config"]);
        check("route: /orders\nreceivers: 3\n", &[]);
        check(
            "- type: replace\n  path: /jobs/name=alertmanager/properties/alertmanager/receivers?/-\n  value:\n    name: silence\n",
            &["4 Alertmanager receiver"],
        );
    }

    #[test]
    fn reads_provisioned_grafana_rules() {
        check(
            "apiVersion: 1\ngroups:\n- rules:\n  - uid: a\n    title: High\n    condition: C\n    data: []\n    isPaused: true\n",
            &["5 High -"],
        );
    }
}
