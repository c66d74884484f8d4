//! Azure Monitor's action groups and alerts that Terraform declares.

use super::oncall::Oncall;
use super::terraform::Graph;
use super::{Board, alarm, cloud, path, vendor};
use crate::model::Span;
use crate::model::fact::{AlertSource, Resource};
use crate::model::thing::{Alert, Receiver, ReceiverKind};
use crate::model::tree::{Node, Value};

/// Kinds of alerts, with the path of the groups they act on.
const ALERTS: &[(&str, &str, &str)] = &[
    ("azurerm_monitor_metric_alert", "action", "action_group_id"),
    ("azurerm_monitor_activity_log_alert", "action", "action_group_id"),
    ("azurerm_monitor_scheduled_query_rules_alert", "action", "action_group"),
    ("azurerm_monitor_scheduled_query_rules_alert_v2", "action", "action_groups"),
    ("azurerm_monitor_smart_detector_alert_rule", "action_group", "ids"),
];
/// Severities that mean: somebody must come now. 0 is critical, 1 an error; 3 is the default.
/// <https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview>
const URGENT: &[&str] = &["0"];

/// Files every action group.
pub(super) fn groups(graph: &Graph<'_>, oncall: &Oncall, board: &mut Board) {
    for (folder, span, group) in graph.of_kind("azurerm_monitor_action_group") {
        let mut all = (ReceiverKind::Nowhere, "nothing");
        let mut service = None;
        for entry in group.body.entries() {
            let Some(kind) = receiver(&entry.key, &entry.node) else { continue };
            all = vendor::louder(all, kind);
            service = service.or_else(|| oncall.behind(graph, folder, entry.node.get("service_uri")?));
        }
        let is_off = group.body.get("enabled").and_then(Node::as_bool) == Some(false);
        if is_off {
            all = (ReceiverKind::Nowhere, "nothing");
        }
        let broken = vendor::placeholder(&group.body);
        let receiver = Receiver { broken, service, ..cloud::named(span, group, all) };
        board.add(cloud::key(folder, &group.kind, &group.name), receiver);
    }
}

fn receiver(block: &str, body: &Node) -> Option<(ReceiverKind, &'static str)> {
    Some(match block {
        "sms_receiver" => (ReceiverKind::Pages, "SMS"),
        "voice_receiver" => (ReceiverKind::Pages, "a phone call"),
        "azure_app_push_receiver" => (ReceiverKind::Pages, "the Azure app"),
        "email_receiver" | "arm_role_receiver" => (ReceiverKind::Mail, "mail"),
        "webhook_receiver" => {
            let address = match body.get("service_uri").map(|node| &node.value) {
                Some(Value::Scalar { text, .. } | Value::Unknown(text)) => text.as_str(),
                _ => "",
            };
            let known = vendor::by_address(address).or_else(|| vendor::by_address(body.text_at("name")?));
            known.unwrap_or((ReceiverKind::Webhook, "a webhook"))
        }
        "logic_app_receiver"
        | "azure_function_receiver"
        | "automation_runbook_receiver"
        | "itsm_receiver"
        | "event_hub_receiver" => (ReceiverKind::Webhook, "an automation"),
        "dynamic" => (ReceiverKind::Unknown, "Azure Monitor"),
        _ => return None,
    })
}

/// Reads every alert.
pub(super) fn alerts(graph: &Graph<'_>, board: &Board) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for (kind, block, key) in ALERTS {
        for (folder, span, alert) in graph.of_kind(kind) {
            alerts.push(one(folder, span, alert, (block, key), graph, board));
        }
    }
    alerts
}

fn one(
    folder: &str,
    span: &Span,
    alert: &Resource,
    (block, key): (&str, &str),
    graph: &Graph<'_>,
    board: &Board,
) -> Alert {
    let body = &alert.body;
    let mut stated = alarm::rule(AlertSource::AzureMonitor, alert, "name");
    stated.runbook = alarm::written(body.get("description")).and_then(|text| crate::text::address(&text));
    let is_off = body.get("enabled").and_then(Node::as_bool) == Some(false);
    stated.disabled = is_off.then(|| "enabled = false".to_owned());
    let mut found = path::start(span.clone(), stated);
    found.is_critical = body.text_at("severity").is_some_and(|severity| URGENT.contains(&severity));
    let actions: Vec<&Node> = body.get_all(block).filter_map(|action| action.get(key)).collect();
    if !actions.is_empty() {
        let ends = actions.iter().flat_map(|action| graph.ends(folder, action));
        alarm::arrive(&mut found, ends, board);
    } else if body.get_all("dynamic").any(|made| made.get(block).is_some()) {
        found.unresolved = Some("its action groups are made from values that are set elsewhere".to_owned());
    } else {
        found.path.push(format!("no {block} with a group"));
    }
    found
}
