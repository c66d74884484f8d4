//! What tools would they use to diagnose the problem?
//!
//! What is set up in files counts as declared, what is only built in as mentioned. Whether a tool
//! receives anything is for whoever can log in to it.
//!
//! - `failure`: the failure model, one row per dependency
//! - `call`: calls to other services that wait for ever
//! - `dashboard`: links to dashboards that are not here
//! - `dependency`: what a dependency is known by, in alerts, pages and reports

mod call;
mod dashboard;
mod dependency;
mod failure;

use super::{Gap, Sheet, World, store};
use crate::model::fact::{AlertSource, SignalKind};
use crate::model::thing::{Environment, SignalAt};
use crate::model::{Answer, Finding, Grade, Span, Verdict};
use crate::text::environment;

/// The tools of the question, in the order in which they are named.
const KINDS: &[(SignalKind, &str)] = &[
    (SignalKind::Dashboard, "dashboards"),
    (SignalKind::Metrics, "metrics"),
    (SignalKind::Logging, "logs"),
    (SignalKind::ErrorTracker, "an error tracker"),
    (SignalKind::Tracing, "traces"),
    (SignalKind::Uptime, "checks from outside"),
    (SignalKind::Probe, "health probes"),
];
/// What helps beside the tools: shown where it is there, and not missed where it is not.
const BESIDE: &[(SignalKind, &str)] = &[
    (SignalKind::SavedQuery, "saved queries"),
    (SignalKind::ChangeMark, "what changed and when"),
    (SignalKind::Switch, "switches that turn a part off"),
    (SignalKind::Access, "access to what runs"),
];
/// Proofs of one kind that are listed.
const MAX_PROOFS: usize = 3;

pub(super) use failure::table;

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    let (mut set_up, mut built_in, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, name) in KINDS {
        let all: Vec<&SignalAt> = signals(world, *kind).collect();
        let configured: Vec<&SignalAt> = all.iter().copied().filter(|s| s.signal.is_configured).collect();
        let grade = if *kind == SignalKind::Uptime { Grade::Exercised } else { Grade::Declared };
        for signal in configured.iter().take(MAX_PROOFS) {
            sheet.shows(
                grade,
                &signal.span,
                format!("{name}: {} ({})", signal.signal.tool, signal.signal.detail),
            );
        }
        if let Some(signal) = configured.first() {
            set_up.push((*kind, *name, tools(&configured, signal)));
        } else if let Some((span, tool)) = watched(world).filter(|_| *kind == SignalKind::Metrics) {
            let count = world.inventory.alerts.len();
            let shows = format!(
                "metrics: {count} {} metrics ({tool})",
                if count == 1 { "alert watches" } else { "alerts watch" }
            );
            sheet.shows(Grade::Declared, span, shows);
            set_up.push((*kind, *name, tool.to_owned()));
        } else if let Some(signal) = all.first() {
            let shows = format!("{name}: {} is built in ({})", signal.signal.tool, signal.signal.detail);
            sheet.shows(Grade::Mentioned, &signal.span, shows);
            built_in.push((*name, signal.signal.tool.clone()));
        } else {
            missing.push(*name);
            sheet.searched(
                *name,
                &["source calls", "*.tf", "Kubernetes, Helm and compose files", "package manifests"],
            );
        }
    }
    beside(world, &mut sheet);
    call::tell(world, &mut sheet);
    dashboard::tell(world, &mut sheet);
    let (verdict, because) = conclude(&set_up, &built_in, &missing);
    if verdict != Verdict::Yes {
        let who = super::page::who(world);
        let what = "Which logs, metrics and error reports of production can be read, and for how long they are kept.";
        sheet.unknown(
            what,
            who.replace(
                "which service pages you, and for what?",
                "where do you look first when something is wrong?",
            ),
        );
    }
    let grade = sheet.best_grade();
    sheet.close(verdict, grade, because)
}

/// What helps beside the tools, one proof for each, and what is switched off.
fn beside(world: &World<'_>, sheet: &mut Sheet) {
    for (kind, name) in BESIDE {
        let mut all: Vec<&SignalAt> = signals(world, *kind).collect();
        all.sort_by_key(|at| !at.signal.is_configured);
        if let Some(first) = all.first() {
            let signal = &first.signal;
            let grade = if signal.is_configured { Grade::Declared } else { Grade::Mentioned };
            sheet.shows(grade, &first.span, format!("{name}: {} ({})", signal.tool, signal.detail));
        }
    }
    for signal in world.inventory.signals.iter().filter(|s| s.signal.contradicted.is_some()) {
        let why = signal.signal.contradicted.clone().unwrap_or_default();
        sheet.shows(
            Grade::Contradicted,
            &signal.span,
            format!("{} is switched off: {why}", signal.signal.tool),
        );
    }
}

/// Signals that may concern production.
fn signals<'a>(world: &World<'a>, kind: SignalKind) -> impl Iterator<Item = &'a SignalAt> {
    world.inventory.signals.iter().filter(move |s| {
        let environment = environment(&s.span.path, &[]);
        s.signal.kind == kind
            && s.signal.contradicted.is_none()
            && matches!(environment, Environment::Production | Environment::Unstated)
    })
}

/// Alerts show that their metrics exist: the first one's place and system.
fn watched<'a>(world: &World<'a>) -> Option<(&'a Span, &'static str)> {
    let alert = world.inventory.alerts.first()?;
    let tool = match alert.rule.source {
        AlertSource::Prometheus => "Prometheus",
        AlertSource::CloudWatch => "CloudWatch",
        AlertSource::GoogleMonitoring => "Google Cloud Monitoring",
        AlertSource::AzureMonitor => "Azure Monitor",
        AlertSource::Grafana => "Grafana",
        AlertSource::Datadog => "Datadog",
        AlertSource::NewRelic => "New Relic",
        AlertSource::Uptime => return None,
    };
    Some((&alert.span, tool))
}

/// At most two tools by name.
fn tools(configured: &[&SignalAt], first: &SignalAt) -> String {
    let mut names: Vec<&str> = configured.iter().map(|s| s.signal.tool.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [one] => (*one).to_owned(),
        [one, two] => format!("{one}, {two}"),
        _ => format!("{} and {} more", first.signal.tool, names.len() - 1),
    }
}

type SetUp<'n> = (SignalKind, &'n str, String);

fn conclude(set_up: &[SetUp<'_>], built_in: &[(&str, String)], missing: &[&str]) -> (Verdict, String) {
    let has = |kind: SignalKind| set_up.iter().any(|(known, ..)| *known == kind);
    // A probe tells the platform, not the person.
    let named: Vec<String> = set_up
        .iter()
        .filter(|(kind, ..)| *kind != SignalKind::Probe)
        .map(|(_, name, tools)| format!("{name} ({tools})"))
        .collect();
    let without: Vec<&str> =
        missing.iter().copied().filter(|n| *n != "traces" && *n != "health probes").collect();
    let lacks = if without.is_empty() {
        String::new()
    } else {
        format!("; nothing here sets up {}", list(&without, "or"))
    };
    let shown = named.iter().map(String::as_str).collect::<Vec<_>>();
    let says = has(SignalKind::Logging) || has(SignalKind::ErrorTracker);
    if says && has(SignalKind::Metrics) && has(SignalKind::Dashboard) {
        return (Verdict::Yes, format!("They would look at {}.", list(&shown, "and")));
    }
    if set_up.iter().any(|(kind, ..)| *kind != SignalKind::Probe) {
        return (Verdict::Partly, format!("They would have {}{lacks}.", list(&shown, "and")));
    }
    if let Some((name, tool)) = built_in.first() {
        return (
            Verdict::CannotTell,
            format!("{tool} is built in ({name}), but nothing here shows that it is set up."),
        );
    }
    let only = if set_up.is_empty() { "Nothing" } else { "Nothing but health probes" };
    (
        Verdict::CannotTell,
        format!("{only} in this repository sets up logs, metrics, dashboards or an error tracker."),
    )
}

/// "a, b and c".
fn list(names: &[&str], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [many @ .., last] => format!("{} {word} {last}", many.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn joins_names() {
        assert_eq!(list(&["a"], "and"), "a");
        assert_eq!(list(&["a", "b", "c"], "or"), "a, b or c");
    }
}
