//! Reports that will not stop the next failure: promises without anything structural, and persons
//! where a mechanism belongs.
//!
//! Names are never repeated: a finding says how often and where, not who.

use super::{Gap, MAX_RELATED, World, day};
use crate::model::Place;
use crate::model::thing::Incident;

/// One promise is too few to say what kind of promises a team makes.
const ENOUGH_PROMISES: usize = 2;

/// Every finding about how reports are written.
pub(super) fn find(world: &World<'_>) -> Vec<Gap> {
    let mut gaps = nothing_structural(world);
    gaps.extend(super::present(world).filter_map(blame));
    gaps
}

/// Reports whose promises hold no test, guard, alert or limit, once per folder.
fn nothing_structural(world: &World<'_>) -> Vec<Gap> {
    let mut folders: std::collections::BTreeMap<&str, Vec<&Incident>> = std::collections::BTreeMap::new();
    for incident in super::present(world) {
        let has_enough = incident.actions.len() >= ENOUGH_PROMISES && incident.date.is_some();
        if has_enough && incident.actions.iter().all(|action| action.stated.is_only_talk) {
            folders.entry(incident.span.path.parent()).or_default().push(incident);
        }
    }
    let mut gaps = Vec::new();
    for (folder, reports) in folders {
        let Some(latest) = reports.last() else { continue };
        let count = latest.actions.len();
        let message = match reports.len() {
            1 => format!(
                "all {count} action items of the report of {} are talk, training or documents: none is a test, a guard, an alert or a limit",
                day(latest)
            ),
            n => format!(
                "{n} incident reports promise only talk, training or documents and no test, guard, alert or limit, the latest of {} with {count} action items",
                day(latest)
            ),
        };
        let mut gap = Gap::new("postmortem-without-structural-action", folder, message)
            .at(Place::At(latest.span.clone()));
        for other in reports.iter().rev().skip(1).take(MAX_RELATED) {
            gap = gap.related(&other.span, format!("the report of {}", day(other)));
        }
        gaps.push(gap);
    }
    gaps
}

/// A report that names a person as the cause.
fn blame(incident: &Incident) -> Option<Gap> {
    let places = &incident.report.blames;
    let first = places.first()?;
    let times = match places.len() {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    };
    let message = format!(
        "the report of {} says {times} what a person did wrong: say what let it happen instead",
        day(incident)
    );
    let span = |at| crate::model::Span::new(&incident.span.path, at);
    let mut gap =
        Gap::new("postmortem-blames-person", incident.span.path.as_str(), message).on(&span(*first));
    for other in places.iter().skip(1).take(MAX_RELATED) {
        gap = gap.related(&span(*other), "here too".to_owned());
    }
    Some(gap)
}
