//! Findings about the path from an alert to a person.

use super::tally;
use crate::answers::{Gap, Sheet, World};
use crate::model::fact::AlertSource;
use crate::model::thing::{Alert, AlertEnd as End, Receiver, ReceiverKind};

/// Looks for every gap of the path.
pub(super) fn find(world: &World<'_>, sheet: &mut Sheet) {
    for alert in tally::production(world) {
        without_receiver(world, alert, sheet);
        muted(world, alert, sheet);
    }
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
