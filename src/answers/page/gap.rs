//! Findings about the path from an alert to a person.

use std::collections::BTreeMap;

use super::rota::stretch;
use super::tally;
use crate::answers::{Gap, Sheet, World};
use crate::model::Span;
use crate::model::fact::{AlertSource, Resource, System};
use crate::model::thing::{Alert, AlertEnd as End, Receiver, ReceiverKind};

/// Stretches of the week that one sentence names.
const MAX_STRETCHES: usize = 3;
/// Fewer rules are a beginning, not an alerting whose silence would be missed.
const MIN_RULES: usize = 5;

/// Looks for every gap of the path.
pub(super) fn find(world: &World<'_>, sheet: &mut Sheet) {
    for alert in tally::production(world) {
        without_receiver(world, alert, sheet);
        muted(world, alert, sheet);
    }
    silent_hours(world, sheet);
    without_heartbeat(world, sheet);
    for (index, receiver) in world.inventory.receivers.iter().enumerate() {
        broken(world, receiver, sheet);
        chat_only(world, index, receiver, sheet);
    }
}

/// Alarms without any action, and critical alerts whose route ends nowhere. Silencing what is not
/// critical is ordinary.
fn without_receiver(world: &World<'_>, alert: &Alert, sheet: &mut Sheet) {
    if alert.end != End::Lost || tally::is_heartbeat(alert) {
        return;
    }
    let name = &alert.rule.name;
    let receivers: Vec<&Receiver> =
        alert.receivers.iter().filter_map(|index| world.inventory.receivers.get(*index)).collect();
    if receivers.iter().any(|r| r.kind == ReceiverKind::Undefined) {
        return; // told once, at the route
    }
    let is_routed = matches!(alert.rule.source, AlertSource::Prometheus | AlertSource::Grafana);
    let message = match receivers.first() {
        Some(receiver) if alert.is_critical => {
            format!("critical alert `{name}` is routed to `{}`, which sends nothing", receiver.name)
        }
        None if !is_routed => {
            format!("alert `{name}` notifies nobody: {}", alert.path.last().map_or("", String::as_str))
        }
        _ => return,
    };
    let mut gap =
        Gap::new("alert-without-receiver", name.as_str(), message).on(&alert.span).component(name.as_str());
    for receiver in receivers {
        gap = gap.related(&receiver.span, "the receiver");
    }
    sheet.gap(world, gap);
}

/// Names of metrics and checks whose missing data is the failure itself.
const LIVENESS: &[&str] = &[
    "heartbeat",
    "healthyhostcount",
    "liveness",
    "alive",
    "watchdog",
    "deadman",
    "successpercent",
    "runningtaskcount",
    "backup",
    "canary",
];

fn muted(world: &World<'_>, alert: &Alert, sheet: &mut Sheet) {
    let name = &alert.rule.name;
    let message = if let Some(why) = &alert.rule.disabled {
        format!("alert `{name}` is switched off: `{why}`")
    } else if let Some(no_data) = alert.rule.no_data.as_deref().filter(|_| is_silent_when_dead(alert)) {
        format!("alert `{name}` stays quiet when its signal stops: missing data counts as `{no_data}`")
    } else {
        return;
    };
    sheet
        .gap(world, Gap::new("muted-alarm", name.as_str(), message).on(&alert.span).component(name.as_str()));
}

/// Critical alerts whose route sends nothing in some hours of every week: told once per interval.
fn silent_hours(world: &World<'_>, sheet: &mut Sheet) {
    let mut told: BTreeMap<(&str, &Span), Vec<&Alert>> = BTreeMap::new();
    let critical = tally::production(world).filter(|alert| alert.is_critical && alert.end != End::Off);
    for alert in critical {
        if let Some(muted) = &alert.muted {
            told.entry((muted.by.as_str(), &muted.span)).or_default().push(alert);
        }
    }
    for ((by, span), alerts) in told {
        let Some((first, muted)) = alerts.first().and_then(|first| Some((first, first.muted.as_ref()?)))
        else {
            continue;
        };
        let hours: Vec<String> = muted.hours.iter().take(MAX_STRETCHES).map(|one| stretch(*one)).collect();
        let more = if muted.hours.len() > MAX_STRETCHES { " and more" } else { "" };
        let name = &first.rule.name;
        let which = match alerts.len() {
            1 => format!("critical alert `{name}` is"),
            count => format!("{count} critical alerts (first: `{name}`) are"),
        };
        let message = format!("{which} silent every week in `{by}`: {}{more}", hours.join(", "));
        let gap = Gap::new("muted-critical-alert", by, message).on(span).component(name.as_str());
        sheet.gap(world, gap.related(&first.span, "a critical alert"));
    }
}

/// Rules and routing of Prometheus are here, and nothing notices when they stop.
fn without_heartbeat(world: &World<'_>, sheet: &mut Sheet) {
    let inventory = world.inventory;
    let rules = inventory.alerts.iter().filter(|alert| alert.rule.source == AlertSource::Prometheus);
    let has_heartbeat = inventory.alerts.iter().any(tally::is_heartbeat)
        || inventory.resources.iter().any(|(_, resource)| brings_heartbeat(resource));
    let paged = rules.clone().filter(|alert| alert.end == End::Paged).count();
    if has_heartbeat || rules.count() < MIN_RULES || paged == 0 {
        return;
    }
    let message = "nothing here notices when the alerting itself stops: no rule that always fires reaches an outside heartbeat";
    let gap = Gap::new("no-dead-mans-switch", "alerting", message);
    sheet.gap(
        world,
        gap.absent(
            "an alert that always fires (Watchdog, DeadMansSwitch, vector(1))",
            &["rule files", "PrometheusRule", "charts that bring one"],
        ),
    );
}

/// Charts that bring a rule that always fires.
fn brings_heartbeat(resource: &Resource) -> bool {
    let is_bundle = |text: &str| text.contains("kube-prometheus") || text.contains("prometheus-operator");
    let mut found = is_bundle(&resource.name);
    if matches!(
        resource.system,
        System::HelmChart | System::Kubernetes | System::Terraform | System::HelmValues
    ) {
        resource.body.walk(&mut |keys, node| {
            let is_name =
                keys.last().is_some_and(|key| matches!(*key, "chart" | "name" | "repoURL" | "defaultRules"));
            found |= is_name && (keys.last() == Some(&"defaultRules") || node.text().is_some_and(is_bundle));
        });
    }
    found
}

/// An alarm that should ring when something falls silent, and counts silence as good.
fn is_silent_when_dead(alert: &Alert) -> bool {
    let no_data = alert.rule.no_data.as_deref().unwrap_or_default();
    let text = format!("{} {}", alert.rule.name, alert.rule.expression.as_deref().unwrap_or_default())
        .to_ascii_lowercase();
    let is_liveness = LIVENESS.iter().any(|word| text.contains(word));
    match alert.rule.source {
        // "Unhealthy" and "failed" counts go up when something breaks; only a floor can miss silence.
        AlertSource::CloudWatch => {
            is_liveness
                && matches!(no_data, "notBreaching" | "ignore")
                && text.contains("lessthan")
                && !text.contains("unhealthyhostcount")
        }
        AlertSource::Grafana => is_liveness && matches!(no_data, "OK" | "KeepLast"),
        AlertSource::Datadog => is_liveness && matches!(no_data, "notify_no_data = false" | "resolve"),
        _ => false,
    }
}

fn broken(world: &World<'_>, receiver: &Receiver, sheet: &mut Sheet) {
    let Some(why) = &receiver.broken else { return };
    let (rule, message) = match receiver.kind {
        ReceiverKind::Undefined => {
            ("undefined-receiver", format!("the route names receiver `{}`, but {why}", receiver.name))
        }
        _ => ("placeholder-receiver", format!("receiver `{}` cannot reach anybody: {why}", receiver.name)),
    };
    sheet.gap(world, Gap::new(rule, receiver.name.as_str(), message).on(&receiver.span));
}

/// Receivers that are all a critical alert has, and wake nobody: told once per receiver.
fn chat_only(world: &World<'_>, index: usize, receiver: &Receiver, sheet: &mut Sheet) {
    if !matches!(receiver.kind, ReceiverKind::Chat | ReceiverKind::Mail) {
        return;
    }
    let is_quiet = |alert: &&Alert| {
        alert.is_critical
            && !tally::is_heartbeat(alert)
            && alert.receivers.first() == Some(&index)
            && alert.end == End::Quiet
    };
    let quiet: Vec<&Alert> = tally::production(world).filter(is_quiet).collect();
    let Some(first) = quiet.first() else { return };
    let more = if quiet.len() > 1 { format!(" and {} more", quiet.len() - 1) } else { String::new() };
    let message = format!(
        "critical alert `{}`{more} only write{} to {} (receiver `{}`): nobody is woken",
        first.rule.name,
        if quiet.len() > 1 { "" } else { "s" },
        receiver.tool,
        receiver.name
    );
    let gap = Gap::new("chat-only-paging", receiver.name.as_str(), message).on(&receiver.span);
    sheet.gap(world, gap.related(&first.span, "a critical alert").component(first.rule.name.as_str()));
}
