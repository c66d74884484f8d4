//! Grafana's contact points, notification policies and rules, from its provisioning files and from
//! Terraform.

use super::alertmanager::Config;
use super::oncall::Oncall;
use super::route::Route;
use super::terraform::{End, Graph};
use super::{Board, counts, path, vendor};
use crate::facts::alert::runbook;
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{AlertRule, AlertSource, Resource, System};
use crate::model::thing::{Alert, Receiver, ReceiverKind};
use crate::model::tree::{Entry, Node, Value};
use crate::text::{cut, fold};

/// Contact points are filed under their name alone: Grafana has one space of names.
pub(super) const PREFIX: &str = "grafana:";
/// Blocks of a contact point that are no integration.
const NO_INTEGRATION: &[&str] = &["lifecycle", "timeouts", "dynamic"];
/// Policies below policies; Terraform's own schema ends at four.
const MAX_DEPTH: usize = 8;

/// Reads contact points and policies.
pub(super) fn read(
    material: &Material<'_>,
    graph: &Graph<'_>,
    oncall: &Oncall,
    board: &mut Board,
) -> Vec<Config> {
    let mut policies = provisioned(material, board);
    for (folder, span, point) in graph.of_kind("grafana_contact_point") {
        contact_point(folder, span, point, graph, oncall, board);
    }
    for (folder, span, policy) in graph.of_kind("grafana_notification_policy") {
        let route = Route::read(&as_route(folder, &policy.body, graph, 0));
        policies.push(Config {
            span: span.clone(),
            route,
            namespace: None,
            prefix: PREFIX.to_owned(),
            intervals: Vec::new(),
        });
    }
    policies
}

fn provisioned(material: &Material<'_>, board: &mut Board) -> Vec<Config> {
    let mut policies = Vec::new();
    for (span, resource) in material.resources_of(System::Grafana, "provisioning") {
        if !counts(&span.path) {
            continue;
        }
        for point in resource.body.get("contactPoints").map(Node::items).unwrap_or_default() {
            let Some(name) = point.text_at("name") else { continue };
            let types = point.get("receivers").map(Node::items).unwrap_or_default();
            let (kind, tool) = louder_of(types.iter().map(|one| one.text_at("type").unwrap_or_default()));
            let receiver = Receiver {
                span: Span::new(&span.path, point.at),
                name: name.to_owned(),
                kind,
                tool: tool.to_owned(),
                broken: vendor::placeholder(point),
                service: None,
            };
            board.add(format!("{PREFIX}{name}"), receiver);
        }
        for policy in resource.body.get("policies").map(Node::items).unwrap_or_default() {
            let at = Span::new(&span.path, policy.at);
            let route = Route::read(policy);
            policies.push(Config {
                span: at,
                route,
                namespace: None,
                prefix: PREFIX.to_owned(),
                intervals: Vec::new(),
            });
        }
    }
    policies
}

fn louder_of<'t>(types: impl Iterator<Item = &'t str>) -> (ReceiverKind, &'static str) {
    types.fold((ReceiverKind::Nowhere, "nothing"), |all, one| {
        vendor::louder(all, vendor::by_type(one).unwrap_or((ReceiverKind::Webhook, "an integration")))
    })
}

/// The name that policies and rules use; a name that is put together elsewhere is known by its block.
fn title(point: &Resource) -> &str {
    point.body.text_at("name").unwrap_or(&point.name)
}

fn contact_point(
    folder: &str,
    span: &Span,
    point: &Resource,
    graph: &Graph<'_>,
    oncall: &Oncall,
    board: &mut Board,
) {
    let is_block = |entry: &&Entry| matches!(entry.node.value, Value::Map(_) | Value::List(_));
    let blocks: Vec<&Entry> = point.body.entries().iter().filter(is_block).collect();
    let named = blocks.iter().map(|entry| entry.key.as_str()).filter(|key| !NO_INTEGRATION.contains(key));
    let (mut kind, mut tool) = louder_of(named);
    if kind == ReceiverKind::Nowhere {
        // What a `dynamic` block makes is not known here.
        (kind, tool) = (ReceiverKind::Unknown, "Grafana");
    }
    let mut service = None;
    point.body.walk(&mut |_, node| {
        if node.unknown().is_some() && service.is_none() {
            service = oncall.behind(graph, folder, node);
        }
    });
    let receiver = Receiver {
        span: span.clone(),
        name: title(point).to_owned(),
        kind: if service.is_some() { ReceiverKind::Pages } else { kind },
        tool: tool.to_owned(),
        broken: vendor::placeholder(&point.body),
        service,
    };
    board.add(format!("{PREFIX}{}", title(point)), receiver);
}

/// A policy in the words of a route: `contact_point`, `matcher` and `policy` become `receiver`,
/// `object_matchers` and `routes`.
fn as_route(folder: &str, policy: &Node, graph: &Graph<'_>, depth: usize) -> Node {
    let at = policy.at;
    let text = |text: &str| Node { at, value: Value::Scalar { text: text.to_owned(), quoted: true } };
    let mut entries = Vec::new();
    let mut set = |key: &str, node: Node| entries.push(Entry { key: key.to_owned(), at, node });
    if let Some(name) = policy.get("contact_point").and_then(|value| point_name(folder, value, graph)) {
        set("receiver", text(&name));
    }
    if let Some(goes_on) = policy.get("continue") {
        set("continue", goes_on.clone());
    }
    let matcher = |one: &Node| {
        let part = |key: &str| one.get(key).cloned().unwrap_or_else(|| text(""));
        Node { at: one.at, value: Value::List(vec![part("label"), part("match"), part("value")]) }
    };
    set("object_matchers", Node { at, value: Value::List(policy.get_all("matcher").map(matcher).collect()) });
    if depth < MAX_DEPTH {
        let below = policy.get_all("policy").map(|one| as_route(folder, one, graph, depth + 1));
        set("routes", Node { at, value: Value::List(below.collect()) });
    }
    Node { at, value: Value::Map(entries) }
}

fn point_name(folder: &str, value: &Node, graph: &Graph<'_>) -> Option<String> {
    if let Some(text) = value.text() {
        return Some(text.to_owned());
    }
    graph.ends(folder, value).into_iter().find_map(|end| match end {
        End::Resource(at, kind, name) if kind == "grafana_contact_point" => {
            graph.block(&at, &kind, &name).map(|point| title(point).to_owned())
        }
        _ => None,
    })
}

/// The rules that Terraform declares.
pub(super) fn rules(graph: &Graph<'_>) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for (folder, span, group) in graph.of_kind("grafana_rule_group") {
        for rule in group.body.get_all("rule") {
            let at = Span::new(&span.path, rule.at);
            alerts.push(path::start(at, stated(folder, group, rule, graph)));
        }
    }
    alerts
}

fn stated(folder: &str, group: &Resource, rule: &Node, graph: &Graph<'_>) -> AlertRule {
    let labels = rule.get("labels").map(Node::entries).unwrap_or_default();
    let mut labels: Vec<(String, Option<String>)> =
        labels.iter().map(|label| (label.key.clone(), label.node.text().map(str::to_owned))).collect();
    labels.sort();
    let direct = rule.at_path("notification_settings.contact_point");
    let is_paused = rule.get("is_paused").and_then(Node::as_bool) == Some(true);
    AlertRule {
        source: AlertSource::Grafana,
        name: rule.text_at("name").unwrap_or(&group.name).to_owned(),
        expression: rule
            .at_path("data.model")
            .and_then(|node| node.text().or(node.unknown()))
            .map(|t| cut(&fold(t), 300)),
        labels,
        runbook: rule.get("annotations").and_then(runbook),
        actions: direct.and_then(|value| point_name(folder, value, graph)).into_iter().collect(),
        disabled: is_paused.then(|| "is_paused = true".to_owned()),
        no_data: rule.text_at("no_data_state").map(str::to_owned),
    }
}
