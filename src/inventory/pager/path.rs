//! Rules of Prometheus and Grafana, each with the path it takes.

use super::alertmanager::Config;
use super::route::Stop;
use super::{Board, counts};
use crate::inventory::Material;
use crate::model::fact::{AlertRule, AlertSource};
use crate::model::thing::{Alert, AlertEnd, Environment, Muted, ReceiverKind};
use crate::model::{FactKind, Span};
use crate::text::{environment, week};

/// Labels that say how urgent a rule is.
const URGENCY_LABELS: &[&str] = &["severity", "priority", "level", "urgency"];
/// Values that mean: somebody must come now.
const URGENT: &[&str] = &[
    "critical",
    "crit",
    "page",
    "pager",
    "paging",
    "p1",
    "p0",
    "sev0",
    "sev1",
    "sev-1",
    "emergency",
    "disaster",
    "fatal",
    "urgent",
];

/// An alert without a path yet.
pub(super) fn start(span: Span, rule: AlertRule) -> Alert {
    let urgency = |(key, value): &(String, Option<String>)| {
        let value = value.as_deref()?.to_ascii_lowercase();
        URGENCY_LABELS.contains(&key.to_ascii_lowercase().as_str()).then(|| URGENT.contains(&value.as_str()))
    };
    let is_critical = rule.labels.iter().filter_map(urgency).any(|is| is);
    let path = vec![format!("alert `{}`", rule.name)];
    let environment = environment(&span.path, &[]);
    Alert {
        is_of_production: matches!(environment, Environment::Production | Environment::Unstated),
        span,
        rule,
        is_critical,
        is_for_people: true,
        receivers: Vec::new(),
        path,
        end: AlertEnd::Open,
        unresolved: None,
        muted: None,
        runbook: None,
        runbook_broken: None,
    }
}

fn rules<'a>(material: &'a Material<'a>, source: AlertSource) -> impl Iterator<Item = Alert> + 'a {
    material
        .of(move |kind| match kind {
            FactKind::Alert(rule) if rule.source == source => Some((**rule).clone()),
            _ => None,
        })
        .filter(|(span, _)| counts(&span.path))
        .map(|(span, rule)| start(span, rule))
}

/// Labels that metrics usually bring themselves.
const METRIC_LABELS: &[&str] = &[
    "namespace",
    "job",
    "instance",
    "cluster",
    "pod",
    "service",
    "app",
    "container",
    "node",
    "host",
    "region",
    "environment",
    "env",
    "deployment",
    "endpoint",
    "name",
    "project",
];

/// Labels that some rule sets and metrics do not usually bring: where another rule leaves one out, it
/// is absent.
fn set_by_rules(alerts: &[Alert]) -> Vec<String> {
    let mut keys: Vec<String> = alerts
        .iter()
        .flat_map(|alert| alert.rule.labels.iter().map(|(key, _)| key.clone()))
        .filter(|key| !METRIC_LABELS.contains(&key.as_str()))
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// Rules of Prometheus through the nearest Alertmanager configuration.
pub(super) fn prometheus(material: &Material<'_>, configs: &[Config], board: &Board) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = rules(material, AlertSource::Prometheus).collect();
    let known = set_by_rules(&alerts);
    for alert in &mut alerts {
        match nearest(configs, &alert.span) {
            Some(config) => follow(alert, config, &known, board),
            None => {
                let reason = "the Alertmanager configuration is not in this repository";
                alert.path.push(reason.to_owned());
                alert.unresolved = Some(reason.to_owned());
            }
        }
    }
    alerts
}

/// The configuration that shares most folders with the rule; whole ones before those of a namespace,
/// production before other environments.
fn nearest<'c>(configs: &'c [Config], span: &Span) -> Option<&'c Config> {
    let shared = |config: &Config| {
        let (ours, theirs) = (span.path.parent().split('/'), config.span.path.parent().split('/'));
        ours.zip(theirs).take_while(|(a, b)| a == b).count()
    };
    let is_other = |config: &Config| {
        let path = config.span.path.as_str().to_ascii_lowercase();
        ["staging", "stage", "dev", "test", "sandbox", "preprod"]
            .iter()
            .any(|name| path.split(['/', '-', '_', '.']).any(|part| part == *name))
    };
    // `max_by_key` keeps the last of equals; the order is by path, so the first is wanted.
    configs.iter().rev().max_by_key(|c| (c.namespace.is_none(), !is_other(c), shared(c)))
}

fn follow(alert: &mut Alert, config: &Config, known: &[String], board: &Board) {
    let mut labels = alert.rule.labels.clone();
    let absent: Vec<_> =
        known.iter().filter(|key| labels.iter().all(|(own, _)| own != *key)).cloned().collect();
    labels.extend(absent.into_iter().map(|key| (key, Some(String::new()))));
    labels.push(("alertname".to_owned(), Some(alert.rule.name.clone())));
    let mut stops = config.route.stops(&labels);
    if let Some(namespace) = &config.namespace {
        // The operator adds a matcher on the namespace, which the metric usually sets.
        for stop in &mut stops {
            stop.is_certain = false;
            stop.depends_on = Some(format!("namespace {namespace}").trim().to_owned());
        }
    }
    for stop in &stops {
        step(alert, config, stop, board);
    }
    alert.muted = muted(config, &stops);
    let open: Vec<&Stop> = stops.iter().filter(|stop| !stop.is_certain).collect();
    let mut kinds: Vec<Option<ReceiverKind>> = stops
        .iter()
        .map(|stop| stop.receiver.as_ref().and_then(|name| board.find(&config.key(name))))
        .map(|index| index.and_then(|index| board.get(index)).map(|receiver| receiver.kind))
        .collect();
    kinds.sort();
    kinds.dedup();
    // When every way ends in the same kind of receiver, it does not matter which one it takes.
    if let Some(stop) = open.first().filter(|_| kinds.len() > 1 || config.namespace.is_some()) {
        let label = stop.depends_on.as_deref().unwrap_or("a label");
        alert.unresolved = Some(format!("the route depends on {label}, which the rule does not set"));
    } else if kinds.contains(&None) {
        alert.unresolved = Some("the receiver is named by a template or defined elsewhere".to_owned());
    }
}

/// When nothing is sent to anybody: every stop is muted, and in these hours all of them are.
fn muted(config: &Config, stops: &[Stop]) -> Option<Muted> {
    let mut names = Vec::new();
    let mut all: Option<Vec<(u16, u16)>> = None;
    for stop in stops {
        let find = |name: &String| config.intervals.iter().find(|one| one.name == *name);
        let mut silent: Vec<(u16, u16)> =
            stop.mutes.iter().filter_map(find).flat_map(|i| i.hours.clone()).collect();
        let active: Vec<(u16, u16)> =
            stop.actives.iter().filter_map(find).flat_map(|i| i.hours.clone()).collect();
        if !active.is_empty() && active.len() >= stop.actives.len() {
            silent.extend(week::outside(&week::merged(active)));
        }
        names.extend(stop.mutes.iter().chain(&stop.actives).cloned());
        let silent = week::merged(silent);
        all = Some(match all {
            None => silent,
            Some(before) => week::common(&before, &silent),
        });
    }
    let hours = all.filter(|hours| !hours.is_empty())?;
    names.sort();
    names.dedup();
    let at = stops.first().map(|stop| stop.at)?;
    Some(Muted { by: names.join(", "), span: Span::new(&config.span.path, at), hours })
}

fn step(alert: &mut Alert, config: &Config, stop: &Stop, board: &Board) {
    let way = if stop.is_certain { "" } else { "perhaps " };
    alert.path.push(format!("{way}route at {}:{}", config.span.path, stop.at.line));
    let Some(name) = &stop.receiver else {
        alert.path.push("a receiver that a template names".to_owned());
        return;
    };
    match board.find(&config.key(name)).and_then(|index| Some((index, board.get(index)?))) {
        Some((index, receiver)) => {
            alert.receivers.push(index);
            alert.path.push(words(receiver.kind, name, &receiver.tool));
        }
        None => alert.path.push(format!("receiver `{name}`, which is not defined here")),
    }
}

/// A receiver in words.
pub(super) fn words(kind: ReceiverKind, name: &str, tool: &str) -> String {
    match kind {
        ReceiverKind::Nowhere => format!("receiver `{name}`, which sends nothing"),
        ReceiverKind::Undefined => format!("receiver `{name}`, which is not defined"),
        ReceiverKind::Unknown => format!("`{name}`, whose subscribers are not in this repository"),
        _ => format!("receiver `{name}` ({tool})"),
    }
}

/// Rules of Grafana, provisioned and declared: their own contact point, else the notification policies.
pub(super) fn grafana(
    material: &Material<'_>,
    declared: Vec<Alert>,
    policies: &[Config],
    board: &Board,
) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = rules(material, AlertSource::Grafana).chain(declared).collect();
    let known = set_by_rules(&alerts);
    for alert in &mut alerts {
        match (alert.rule.actions.first().cloned(), nearest(policies, &alert.span)) {
            (Some(name), _) => direct(alert, &name, board),
            (None, Some(policy)) => follow(alert, policy, &known, board),
            (None, None) => {
                alert.unresolved = Some("the notification policy is not in this repository".to_owned());
            }
        }
    }
    alerts
}

fn direct(alert: &mut Alert, name: &str, board: &Board) {
    match board.find(&format!("{}{name}", super::grafana::PREFIX)).and_then(|i| Some((i, board.get(i)?))) {
        Some((index, receiver)) => {
            alert.receivers.push(index);
            alert.path.push(words(receiver.kind, name, &receiver.tool));
        }
        None => {
            let reason = format!("the contact point `{name}` is not defined in this repository");
            alert.path.push(reason.clone());
            alert.unresolved = Some(reason);
        }
    }
}
