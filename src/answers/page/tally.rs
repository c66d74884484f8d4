//! Alerts counted by where their path ends.

use crate::answers::World;
use crate::model::fact::{AlertSource, SignalKind};
use crate::model::thing::{Alert, AlertEnd as End, Receiver, ReceiverKind, SignalAt};

/// The alerts that decide, with the ends of their paths.
pub(super) struct Tally<'a> {
    /// Critical ones if there are any, else all, in order of place.
    pub decisive: Vec<(&'a Alert, End)>,
    are_critical: bool,
}

impl<'a> Tally<'a> {
    /// Counts the alerts of production.
    pub(super) fn of(world: &World<'a>) -> Self {
        let people: Vec<&Alert> = production(world).filter(|alert| !is_heartbeat(alert)).collect();
        let critical: Vec<&Alert> = people.iter().copied().filter(|alert| alert.is_critical).collect();
        let are_critical = !critical.is_empty();
        let decisive = if are_critical { critical } else { people };
        Self { decisive: decisive.into_iter().map(|alert| (alert, alert.end)).collect(), are_critical }
    }

    pub(super) fn count(&self, end: End) -> usize {
        self.decisive.iter().filter(|(_, e)| *e == end).count()
    }

    pub(super) fn noun(&self) -> &'static str {
        if self.are_critical { "critical alert" } else { "alert" }
    }

    pub(super) fn with_runbook(&self, world: &World<'_>) -> usize {
        self.decisive.iter().filter(|(alert, _)| has_runbook(world, alert)).count()
    }

    /// Why the first open path is open.
    pub(super) fn first_reason(&self) -> Option<String> {
        self.decisive
            .iter()
            .find(|(_, end)| *end == End::Open)
            .and_then(|(alert, _)| alert.unresolved.clone())
    }

    /// Where the others end: "3 end in chat or mail, 1 reaches nobody".
    pub(super) fn rest(&self) -> String {
        let parts = [
            (End::Quiet, "ends in chat or mail", "end in chat or mail"),
            (End::Lost, "reaches nobody", "reach nobody"),
            (End::Off, "is switched off", "are switched off"),
            (End::Open, "cannot be followed from here", "cannot be followed from here"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .map(|(end, one, many)| (self.count(*end), one, many))
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
        parts.join(", ")
    }
}

/// Alerts for people that may concern production.
pub(super) fn production<'a>(world: &World<'a>) -> impl Iterator<Item = &'a Alert> {
    world.inventory.alerts.iter().filter(|alert| alert.is_for_people && alert.is_of_production)
}

/// Alerts that always fire, or say of themselves that they are not for people.
pub(super) fn is_heartbeat(alert: &Alert) -> bool {
    let name = alert.rule.name.to_ascii_lowercase();
    let is_silent =
        alert.rule.labels.iter().any(|(key, value)| key == "severity" && value.as_deref() == Some("none"));
    let always_fires =
        alert.rule.expression.as_deref().is_some_and(|text| text.replace(' ', "") == "vector(1)");
    is_silent
        || always_fires
        || ["watchdog", "infoinhibitor", "deadman", "dead-man"].iter().any(|word| name.contains(word))
}

/// The receiver that pages for an alert.
pub(super) fn pager<'a>(world: &World<'a>, alert: &Alert) -> Option<&'a Receiver> {
    let receivers = alert.receivers.iter().filter_map(|index| world.inventory.receivers.get(*index));
    receivers.into_iter().find(|r| r.kind == ReceiverKind::Pages)
}

/// Whether the alert leads to a page of this repository that is more than a stub.
pub(super) fn has_runbook(world: &World<'_>, alert: &Alert) -> bool {
    let page = alert.runbook.and_then(|index| world.inventory.runbooks.get(index));
    page.is_some_and(|page| page.page.stub.is_none())
}

/// Schedules, escalations and paging integrations as code.
pub(super) fn paging_signals<'a>(world: &World<'a>) -> impl Iterator<Item = &'a SignalAt> {
    let signals = world.inventory.signals.iter();
    signals.filter(|s| {
        s.signal.kind == SignalKind::Paging && s.signal.is_configured && s.signal.contradicted.is_none()
    })
}

/// Routing in a language that is not read.
pub(super) fn unread<'a>(world: &World<'a>) -> Option<&'a SignalAt> {
    world.inventory.signals.iter().find(|s| s.signal.kind == SignalKind::Paging && !s.signal.is_configured)
}

/// The command that shows where an alert goes.
pub(super) fn settle(alert: &Alert) -> String {
    let name = &alert.rule.name;
    match alert.rule.source {
        AlertSource::Prometheus => {
            let labels: Vec<String> = alert
                .rule
                .labels
                .iter()
                .filter_map(|(key, value)| Some(format!("{key}={}", value.as_deref()?)))
                .collect();
            format!(
                "amtool config routes test --alertmanager.url=<url> alertname={name} {}",
                labels.join(" ")
            )
            .trim_end()
            .to_owned()
        }
        AlertSource::CloudWatch => format!(
            "aws cloudwatch describe-alarms --alarm-names '{name}' --query 'MetricAlarms[].AlarmActions' and aws sns list-subscriptions-by-topic --topic-arn <each>"
        ),
        AlertSource::GoogleMonitoring => {
            "gcloud alpha monitoring policies list --format='table(displayName,notificationChannels)'"
                .to_owned()
        }
        AlertSource::Grafana => "Grafana: Alerting, Notification policies, Preview routing".to_owned(),
        AlertSource::NewRelic => "New Relic: Alerts, Workflows, filter by the policy".to_owned(),
        _ => "Ask the team that owns the alerts.".to_owned(),
    }
}

/// Who can say what is not in the repository.
pub(in crate::answers) fn who(world: &World<'_>) -> String {
    let whole = world
        .inventory
        .owners
        .iter()
        .find(|owner| matches!(owner.pattern.as_str(), "*" | "/" | "/**" | "**"));
    match whole {
        Some(owner) => format!(
            "Ask {} (owner of the whole tree by CODEOWNERS): which service pages you, and for what?",
            owner.owner
        ),
        None => "Ask whoever runs this in production: which service pages you, and for what?".to_owned(),
    }
}

/// "All 3 critical alerts", "Both critical alerts", "The one critical alert".
pub(super) fn all_of(count: usize, noun: &str) -> String {
    match count {
        1 => format!("The one {noun}"),
        2 => format!("Both {noun}s"),
        _ => format!("All {count} {noun}s"),
    }
}

/// "is 1 alert", "are 3 alerts".
pub(super) fn are(count: usize, noun: &str) -> String {
    if count == 1 { format!("is 1 {noun}") } else { format!("are {count} {noun}s") }
}

/// The verb for a number.
pub(super) fn verb<'v>(count: usize, one: &'v str, many: &'v str) -> &'v str {
    if count == 1 { one } else { many }
}
