//! Datadog monitors that Terraform declares: whoever a monitor tells is named in its message.

use std::sync::LazyLock;

use regex::Regex;

use super::terraform::Graph;
use super::{Board, alarm, path, vendor};
use crate::model::Span;
use crate::model::fact::{AlertSource, Resource};
use crate::model::thing::{Alert, Receiver, ReceiverKind};
use crate::model::tree::{Node, Value};
use crate::text::address;

/// What a receiver is filed under: handles are the same everywhere.
const PREFIX: &str = "datadog:";

/// Handles by how they begin. <https://docs.datadoghq.com/monitors/notify/#notifications>
const HANDLES: &[(&str, ReceiverKind, &str)] = &[
    ("pagerduty", ReceiverKind::Pages, "PagerDuty"),
    ("opsgenie", ReceiverKind::Pages, "Opsgenie"),
    ("oncall-", ReceiverKind::Pages, "Datadog On-Call"),
    ("victorops", ReceiverKind::Pages, "Splunk On-Call"),
    ("sms-", ReceiverKind::Pages, "SMS"),
    ("slack-", ReceiverKind::Chat, "Slack"),
    ("teams-", ReceiverKind::Chat, "Microsoft Teams"),
    ("hangouts-", ReceiverKind::Chat, "Google Chat"),
    ("webhook-", ReceiverKind::Webhook, "webhook"),
];

/// Reads every monitor and files the receivers its message names.
pub(super) fn read(graph: &Graph<'_>, board: &mut Board) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for (_, span, monitor) in graph.of_kind("datadog_monitor") {
        alerts.push(one(span, monitor, board));
    }
    alerts
}

fn one(span: &Span, monitor: &Resource, board: &mut Board) -> Alert {
    let body = &monitor.body;
    let mut stated = alarm::rule(AlertSource::Datadog, monitor, "name");
    stated.expression = alarm::written(body.get("query"));
    let (message, is_open) = match body.get("message").map(|node| &node.value) {
        Some(Value::Scalar { text, .. }) => (text.as_str(), false),
        // A template: what is written in it is known, what is put in is not.
        Some(Value::Unknown(source)) => (source.as_str(), true),
        _ => ("", body.get("message").is_some()),
    };
    stated.runbook = address(message);
    stated.no_data = body.text_at("on_missing_data").map(str::to_owned);
    if body.get("notify_no_data").and_then(Node::as_bool) == Some(false) {
        stated.no_data.get_or_insert_with(|| "notify_no_data = false".to_owned());
    }
    let mut alert = path::start(span.clone(), stated);
    alert.is_critical = matches!(body.text_at("priority"), Some("1" | "P1"));
    for handle in handles(message) {
        let (kind, tool) = kind(handle);
        let key = format!("{PREFIX}{handle}");
        let index = board.find(&key).unwrap_or_else(|| {
            let receiver = Receiver {
                span: span.clone(),
                name: format!("@{handle}"),
                kind,
                tool: tool.to_owned(),
                broken: vendor::is_placeholder(handle).then(|| format!("`@{handle}` is a placeholder")),
                service: None,
            };
            board.add(key, receiver)
        });
        alert.receivers.push(index);
        alert.path.push(path::words(kind, &format!("@{handle}"), tool));
    }
    let is_paged =
        alert.receivers.iter().any(|index| board.get(*index).is_some_and(|r| r.kind == ReceiverKind::Pages));
    if is_open && !is_paged {
        alert.unresolved = Some("its message is put together from values that are set elsewhere".to_owned());
    } else if alert.receivers.is_empty() {
        alert.path.push("no @ handle in its message".to_owned());
    }
    alert
}

fn kind(handle: &str) -> (ReceiverKind, &'static str) {
    let lower = handle.to_ascii_lowercase();
    let known = HANDLES.iter().find(|(start, ..)| lower.starts_with(start));
    known.map_or((ReceiverKind::Mail, "mail"), |(_, kind, tool)| (*kind, *tool))
}

/// The `@` handles of a message, without doubles, in order.
fn handles(message: &str) -> Vec<&str> {
    static HANDLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s({}\]>,;])@([A-Za-z0-9][\w.+@-]*[\w])").ok());
    let Some(handle) = HANDLE.as_ref() else { return Vec::new() };
    let mut found: Vec<&str> = Vec::new();
    for name in handle.captures_iter(message).filter_map(|found| found.get(1)) {
        let is_known =
            HANDLES.iter().any(|(start, ..)| name.as_str().to_ascii_lowercase().starts_with(start));
        if (is_known || name.as_str().contains('@')) && !found.contains(&name.as_str()) {
            found.push(name.as_str());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{handles, kind};

    #[test]
    fn finds_the_handles_of_a_message() {
        assert_eq!(
            handles(
                "{{#is_alert}}@pagerduty-Shop{{/is_alert}} see @slack-ops, mail @team@shop.test (@pagerduty-Shop)"
            ),
            ["pagerduty-Shop", "slack-ops", "team@shop.test"]
        );
        assert!(handles("write to ops@shop.test or ask @shop-maintainer").is_empty());
        assert_eq!(kind("oncall-team").1, "Datadog On-Call");
        assert_eq!(kind("team@shop.test").1, "mail");
    }
}
