//! Earlier incidents that a later one repeats, with the reason.
//!
//! Four reasons count: a link to the earlier report, an issue both promise after the same mechanism,
//! the same loudest mechanism on a component that few reports name, and a leading mechanism of both in
//! reports that are most alike and about the same thing. The mechanism alone is no repeat, and likeness alone is none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::earlier::{Comparison, Likeness, catalog, is_shown};
use crate::model::fact::{IncidentReport, MentionKind};
use crate::model::thing::Incident;
use crate::rules::RuleSet;
use crate::text::{spelled, words};

/// A component named by more than this share of the reports says nothing, but two are always few.
const RARE_SHARE: usize = 4;
const ALWAYS_RARE: usize = 3;

/// A report that hardly speaks of its own loudest mechanism is not about it.
const LOUD: f64 = 8.0;
/// Only what a report names most often failed; the rest stood by.
const LEADING: usize = 6;
/// What everything runs on: it stands by in any failure.
const PLATFORM: &[&str] =
    &["Kubernetes", "Terraform", "systemd", "S3", "EKS", "GKE", "AKS", "AWS", "GCP", "Azure"];

/// A name among more than this share of the titles says nothing.
const RARE_TITLES: usize = 8;
/// Among fewer reports nobody can say which words are rare, so likeness tells nothing.
const ENOUGH_REPORTS: usize = 5;
/// A word that stands once may stand by.
const LOUD_COUNT: u32 = 2;
/// Mechanisms that lead: the third is often what the failure led to.
const LEADS: usize = 2;
/// One loud word may be a bystander.
const ENOUGH_LOUD: usize = 2;

/// What makes two alike reports a repeat, as the catalogue explains it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    rank: usize,
    mechanism: f64,
    text: f64,
    text_loud: f64,
    text_alone: f64,
    mechanism_sure: f64,
    text_sure: f64,
    plain: String,
}

/// Everything that repeats are found in.
pub(super) struct Reports<'a> {
    pub(super) incidents: &'a [Incident],
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) rules: &'a RuleSet,
}

/// Indices of earlier incidents, oldest first, each with its strongest reason; `ranked` are the earlier
/// reports, the most alike first.
pub(super) fn find(reports: &Reports<'_>, index: usize, ranked: &[Likeness<'_>]) -> Vec<(usize, String)> {
    let incidents = reports.incidents;
    // Without a day nobody can say which came first.
    let Some(own) = incidents.get(index).filter(|own| own.date.is_some()) else { return Vec::new() };
    let mut found: BTreeMap<usize, String> = BTreeMap::new();
    for (other, earlier) in incidents.iter().enumerate().take(index) {
        // Two reports of one day are two accounts of it, or nobody can say which came first.
        if earlier.date.is_none() || earlier.date == own.date {
            continue;
        }
        let reason = linked(own, earlier, incidents)
            .or_else(|| same_issue(&own.report, &earlier.report, reports.rules))
            .or_else(|| same_failure(&own.report, &earlier.report, reports))
            .or_else(|| {
                let closest = ranked.iter().take(catalog().repeat.rank);
                alike(reports, own, earlier, closest.into_iter().find(|likeness| likeness.index == other)?)
            });
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

/// An issue that both promise to work on, after failures of one mechanism: a promise alone may be about
/// any net that both missed, and an issue that a report only names about anything.
fn same_issue(own: &IncidentReport, earlier: &IncidentReport, rules: &RuleSet) -> Option<String> {
    let (theirs, their_leads) = (issues(earlier), leads(earlier, rules));
    let mechanism = leads(own, rules).into_iter().find(|id| their_leads.contains(id))?;
    let issue = issues(own).into_iter().find(|issue| theirs.contains(issue))?;
    Some(format!("the same mechanism ({mechanism}), and both promise {issue}"))
}

fn issues(report: &IncidentReport) -> BTreeSet<&str> {
    let promised = |mention: &&crate::model::fact::Mention| {
        mention.kind == MentionKind::Issue && report.actions.iter().any(|action| action.at == mention.at)
    };
    let named = report.mentions.iter().filter(promised).map(|m| m.what.as_str());
    named.chain(report.actions.iter().filter_map(|a| a.ticket.as_deref())).collect()
}

fn same_failure(own: &IncidentReport, earlier: &IncidentReport, reports: &Reports<'_>) -> Option<String> {
    let all = reports.incidents;
    let mechanism = &own.mechanisms.first()?.id;
    let loudest = earlier.mechanisms.first()?;
    let is_loud = own.mechanisms.first()?.score.min(loudest.score) >= LOUD;
    // Missing nets make any incident longer: two reports that lack the same net are not one failure.
    if loudest.id != *mechanism || !is_loud || !reports.rules.mechanisms.is_initiator(mechanism) {
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

/// A mechanism that leads both, and a thing that both are about.
fn alike(
    reports: &Reports<'_>,
    own: &Incident,
    earlier: &Incident,
    likeness: &Likeness<'_>,
) -> Option<String> {
    if reports.incidents.len() < ENOUGH_REPORTS {
        return None;
    }
    let least = &catalog().repeat;
    let theirs = leads(&earlier.report, reports.rules);
    let mechanism = leads(&own.report, reports.rules).into_iter().find(|id| theirs.contains(id))?;
    if likeness.mechanism < least.mechanism || likeness.text < least.text {
        return None;
    }
    let titles = title_words(reports, own, earlier);
    let loud = loud_words(reports, own, earlier, likeness);
    let place = leading_place(reports, own, earlier);
    let is_sure = likeness.text >= least.text_alone
        || (likeness.mechanism >= least.mechanism_sure && likeness.text >= least.text_sure)
        || (!titles.is_empty() && (!loud.is_empty() || place.is_some()))
        || (loud.len() >= ENOUGH_LOUD && likeness.text >= least.text_loud);
    if !is_sure {
        return None;
    }
    let mut said: Vec<String> = place.into_iter().collect();
    let told = titles.iter().chain(&loud).map(String::as_str).chain(likeness.terms.iter().copied());
    let told = told.filter(|word| is_shown(word) && !word.contains(|c: char| c.is_ascii_digit()));
    for word in told.map(|word| spelled(&own.report.spellings, word)) {
        if said.len() < 3 && !said.iter().any(|known| known.to_lowercase().starts_with(word)) {
            said.push(word.to_owned());
        }
    }
    Some(format!(
        "the same mechanism ({mechanism}) in reports that are alike: both speak of {}",
        said.join(", ")
    ))
}

/// The mechanisms that start a failure and that a report speaks of most.
fn leads<'a>(report: &'a IncidentReport, rules: &RuleSet) -> Vec<&'a str> {
    let loudest = report.mechanisms.iter().map(|score| score.id.as_str());
    loudest.filter(|id| rules.mechanisms.is_initiator(id)).take(LEADS).collect()
}

/// So many of these are few; more than half never are.
fn few(all: usize) -> usize {
    (all / RARE_TITLES).max(ALWAYS_RARE).min(all.div_ceil(2).max(2))
}

/// Words of both titles that few other titles hold.
fn title_words(reports: &Reports<'_>, own: &Incident, earlier: &Incident) -> Vec<String> {
    static PLAIN: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| words(&catalog().repeat.plain).into_iter().map(|(word, _)| word).collect());
    let of = |incident: &Incident| -> BTreeSet<String> {
        words(&incident.report.title).into_iter().map(|(word, _)| word).collect()
    };
    let theirs = of(earlier);
    let shared = of(own).into_iter().filter(|word| theirs.contains(word) && !PLAIN.contains(word));
    let all = reports.incidents;
    shared.filter(|word| all.iter().filter(|i| of(i).contains(word)).count() <= few(all.len())).collect()
}

/// Words that stand several times in both reports and in few others, heaviest first.
fn loud_words(
    reports: &Reports<'_>,
    own: &Incident,
    earlier: &Incident,
    likeness: &Likeness<'_>,
) -> Vec<String> {
    let count = |incident: &Incident, word: &str| {
        let words = &incident.report.words;
        let at = words.binary_search_by(|(known, _)| known.as_str().cmp(word)).ok();
        at.and_then(|at| words.get(at)).map_or(0, |(_, count)| *count)
    };
    let is_loud = |word: &&str| {
        !word.contains(|c: char| c.is_ascii_digit())
            && reports.comparison.corpus.holding(word) <= few(reports.incidents.len())
            && count(own, word).min(count(earlier, word)) >= LOUD_COUNT
    };
    likeness.terms.iter().copied().filter(is_loud).map(str::to_owned).collect()
}

/// A component that both lead with and few other reports name.
fn leading_place(reports: &Reports<'_>, own: &Incident, earlier: &Incident) -> Option<String> {
    let all = reports.incidents;
    let leading = |incident: &Incident, name: &String| {
        incident.report.components.iter().take(LEADING).any(|c| c == name)
    };
    let limit = (all.len() / RARE_SHARE).max(ALWAYS_RARE);
    let is_rare = |name: &String| all.iter().filter(|i| i.report.components.contains(name)).count() <= limit;
    let mut names = own.report.components.iter().take(LEADING);
    names.find(|name| !PLATFORM.contains(&name.as_str()) && leading(earlier, name) && is_rare(name)).cloned()
}
