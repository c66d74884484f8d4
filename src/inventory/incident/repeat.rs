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

/// Indices of earlier incidents, oldest first, each with its strongest reason.
pub(super) fn find(incidents: &[Incident], index: usize) -> Vec<(usize, String)> {
    let Some(own) = incidents.get(index) else { return Vec::new() };
    let mut found: BTreeMap<usize, String> = BTreeMap::new();
    for (other, earlier) in incidents.iter().enumerate().take(index) {
        if earlier.date.is_none() || earlier.date == own.date && earlier.span.path == own.span.path {
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

fn same_issue(own: &IncidentReport, earlier: &IncidentReport) -> Option<String> {
    let theirs = issues(earlier);
    issues(own)
        .into_iter()
        .find(|issue| theirs.contains(issue))
        .map(|issue| format!("both reports name {issue}"))
}

fn issues(report: &IncidentReport) -> BTreeSet<&str> {
    let named = report.mentions.iter().filter(|m| m.kind == MentionKind::Issue).map(|m| m.what.as_str());
    named.chain(report.actions.iter().filter_map(|a| a.ticket.as_deref())).collect()
}

fn same_failure(own: &IncidentReport, earlier: &IncidentReport, all: &[Incident]) -> Option<String> {
    let mechanism = &own.mechanisms.first()?.id;
    if earlier.mechanisms.first().map(|m| &m.id) != Some(mechanism) {
        return None;
    }
    let limit = (all.len() / RARE_SHARE).max(ALWAYS_RARE);
    let rare = own.components.iter().filter(|name| earlier.components.contains(name)).find(|name| {
        all.iter().filter(|incident| incident.report.components.contains(name)).count() <= limit
    })?;
    Some(format!("the same mechanism ({mechanism}) on {rare}"))
}
