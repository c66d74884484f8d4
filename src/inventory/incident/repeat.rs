//! Earlier incidents that a later one repeats, with the reason.
//!
//! Three reasons count: a link to the earlier report, an issue both name, and the same loudest
//! mechanism on a component that few reports name. The mechanism alone is no repeat.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::fact::{IncidentReport, MentionKind};
use crate::model::thing::Incident;

/// A component named by more than this share of the reports says nothing, but two are always few.
const RARE_SHARE: usize = 4;
const ALWAYS_RARE: usize = 3;

/// A report that hardly speaks of its own loudest mechanism is not about it.
const LOUD: f64 = 8.0;
/// Only what a report names most often failed; the rest stood by.
const LEADING: usize = 6;
/// What everything runs on: it stands by in any failure.
const PLATFORM: &[&str] = &["Kubernetes", "Terraform", "systemd", "S3"];
/// Missing nets make any incident longer: two reports that lack the same net are not one failure.
const QUIET: &[&str] =
    &["monitoring-gap", "runbook-gap", "untested-backup", "no-rollback-path", "recovery-lockout"];

/// Indices of earlier incidents, oldest first, each with its strongest reason.
pub(super) fn find(incidents: &[Incident], index: usize) -> Vec<(usize, String)> {
    // Without a day nobody can say which came first.
    let Some(own) = incidents.get(index).filter(|own| own.date.is_some()) else { return Vec::new() };
    let mut found: BTreeMap<usize, String> = BTreeMap::new();
    for (other, earlier) in incidents.iter().enumerate().take(index) {
        // Two reports of one day are two accounts of it, or nobody can say which came first.
        if earlier.date.is_none() || earlier.date == own.date {
            continue;
        }
        let reason = linked(own, earlier, incidents)
            .or_else(|| same_issue(&own.report, &earlier.report))
            .or_else(|| same_failure(&own.report, &earlier.report, incidents));
        if let Some(reason) = reason {
            found.insert(other, reason);
        }
    }
    found.into_iter().collect()
}

/// A link by path, or by the date of an incident that only one report has.
fn linked(own: &Incident, earlier: &Incident, all: &[Incident]) -> Option<String> {
    let path = earlier.span.path.as_str();
    let by_path = own.report.mentions.iter().any(|mention| {
        mention.kind == MentionKind::Path && {
            let file = mention.what.rsplit('/').next().unwrap_or_default();
            let stem = file.split('.').next().unwrap_or_default();
            file.len() > 4 && (path.ends_with(&mention.what) || stem == earlier.span.path.stem())
        }
    });
    if by_path {
        return Some("its report links to the earlier one".to_owned());
    }
    let date = earlier.date.as_deref()?;
    let is_only = all.iter().filter(|i| i.date.as_deref() == Some(date)).count() == 1;
    let names = |m: &crate::model::fact::Mention| m.kind == MentionKind::Incident && m.what == date;
    let by_date = is_only && own.date.as_deref() != Some(date) && own.report.mentions.iter().any(names);
    by_date.then(|| "its report names the earlier one by its date".to_owned())
}

/// An issue that both promise to work on; one that a report only names may be about anything.
fn same_issue(own: &IncidentReport, earlier: &IncidentReport) -> Option<String> {
    let theirs = issues(earlier);
    issues(own).into_iter().find(|issue| theirs.contains(issue)).map(|issue| format!("both promise {issue}"))
}

fn issues(report: &IncidentReport) -> BTreeSet<&str> {
    let promised = |mention: &&crate::model::fact::Mention| {
        mention.kind == MentionKind::Issue && report.actions.iter().any(|action| action.at == mention.at)
    };
    let named = report.mentions.iter().filter(promised).map(|m| m.what.as_str());
    named.chain(report.actions.iter().filter_map(|a| a.ticket.as_deref())).collect()
}

fn same_failure(own: &IncidentReport, earlier: &IncidentReport, all: &[Incident]) -> Option<String> {
    let mechanism = &own.mechanisms.first()?.id;
    let loudest = earlier.mechanisms.first()?;
    let is_loud = own.mechanisms.first()?.score.min(loudest.score) >= LOUD;
    if loudest.id != *mechanism || !is_loud || QUIET.contains(&mechanism.as_str()) {
        return None;
    }
    let limit = (all.len() / RARE_SHARE).max(ALWAYS_RARE);
    let leading =
        |report: &IncidentReport, name: &String| report.components.iter().take(LEADING).any(|c| c == name);
    let is_rare = |name: &String| all.iter().filter(|i| i.report.components.contains(name)).count() <= limit;
    let shared: Vec<&String> = own
        .components
        .iter()
        .take(LEADING)
        .filter(|name| leading(earlier, name) && is_rare(name) && !PLATFORM.contains(&name.as_str()))
        .collect();
    let in_title = |name: &String| {
        let lower = name.to_lowercase();
        [own, earlier].iter().any(|report| report.title.to_lowercase().contains(&lower))
    };
    let named = shared.iter().find(|name| in_title(name));
    match (named, shared.as_slice()) {
        (Some(name), _) => Some(format!("the same mechanism ({mechanism}) on {name}")),
        // One name may stand by; two that few other reports name are a place.
        (None, [one, other, ..]) => Some(format!("the same mechanism ({mechanism}) on {one} and {other}")),
        _ => None,
    }
}
