//! What is practised: load tests and failures made on purpose, and whether a pipeline here runs them.
//!
//! Proofs only. A test that nothing here runs may be run by hand, so its rest is no gap.

use crate::answers::{Sheet, World};
use crate::model::fact::{Resource, SignalKind, System};
use crate::model::thing::SignalAt;
use crate::model::{Grade, Span};

/// Proofs of one kind that are listed.
const MAX_PROOFS: usize = 2;

/// How pipelines call each tool.
const CALLS: &[(&str, &[&str])] = &[
    ("k6", &["k6 run", "k6-action", "k6 cloud"]),
    ("Locust", &["locust -", "locust --", "molotov "]),
    ("Gatling", &["gatling"]),
    ("JMeter", &["jmeter"]),
    ("Artillery", &["artillery run", "artillery-action", "artilleryio/"]),
];

/// Adds the proofs.
pub(super) fn prove(world: &World<'_>, sheet: &mut Sheet) {
    for (kind, noun) in [(SignalKind::LoadTest, "load test"), (SignalKind::Chaos, "failure on purpose")] {
        let all: Vec<&SignalAt> = world.inventory.signals.iter().filter(|s| s.signal.kind == kind).collect();
        let mut proofs: Vec<(Grade, &Span, String)> = all.iter().map(|at| proof(world, at, noun)).collect();
        proofs.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        for (grade, span, shows) in proofs.into_iter().take(MAX_PROOFS) {
            sheet.shows(grade, span, shows);
        }
    }
}

fn proof<'a>(world: &World<'a>, at: &'a SignalAt, noun: &str) -> (Grade, &'a Span, String) {
    let what = format!("{noun}: {} ({})", at.signal.tool, at.signal.detail);
    let mut runs =
        world.inventory.resources.iter().filter(|(_, resource)| runs(resource, at)).collect::<Vec<_>>();
    runs.sort_by_key(|(span, resource)| (!is_scheduled(resource), span.clone()));
    match runs.first() {
        Some((span, resource)) if is_scheduled(resource) => {
            (Grade::Exercised, &at.span, format!("{what}, run on a schedule by {}", span.path))
        }
        Some((span, _)) => (Grade::Wired, &at.span, format!("{what}, run by {}", span.path)),
        None => (Grade::Declared, &at.span, format!("{what}; no pipeline here names it")),
    }
}

/// Whether a pipeline names the file, or calls the tool in its folder's name or at all.
fn runs(pipeline: &Resource, at: &SignalAt) -> bool {
    if !matches!(pipeline.system, System::GithubActions | System::GitlabCi) {
        return false;
    }
    let calls =
        CALLS.iter().find(|(tool, _)| *tool == at.signal.tool).map(|(_, calls)| *calls).unwrap_or_default();
    let mut found = false;
    pipeline.body.walk(&mut |keys, node| {
        let is_step = matches!(keys.last(), Some(&("run" | "uses" | "script" | "filename" | "path")));
        if let Some(text) = node.text().filter(|_| is_step) {
            found |= text.contains(at.span.path.file_name()) || calls.iter().any(|call| text.contains(call));
        }
    });
    found
}

fn is_scheduled(pipeline: &Resource) -> bool {
    pipeline.body.get("on").is_some_and(|on| on.get("schedule").is_some())
}
