//! Findings from the team's own records: promises, repeats, decisions whose time has come.
//!
//! Each weakens the question that its mechanism makes urgent; a rule's own question stands where no
//! mechanism speaks. Records say what was written, not what is: every sentence quotes or dates what
//! it rests on, and what states nothing is never called open.

mod decision;
mod quality;

use std::collections::{BTreeMap, BTreeSet};

use super::{Gap, World};
use crate::model::fact::ActionState;
use crate::model::thing::{Action, ActionVerdict, Incident};
use crate::model::{Finding, Place, Question, Severity, Span};
use crate::text::cut;

/// A promise is given this long before its report is asked about it.
const GRACE_DAYS: u32 = 30;
/// Promised in so many reports, over so long: nobody will do it unless somebody asks.
const MANY_REPORTS: usize = 3;
const LONG_DAYS: u32 = 365;
/// One phrase of middle weight; less is a word that any text may hold.
const TELLING_SCORE: f64 = 4.0;
/// A quoted promise is cut to what fits a line.
const MAX_QUOTE: usize = 90;
/// So many other places prove enough.
const MAX_RELATED: usize = 10;

/// Reports that are still here; one that was deleted states nothing any more.
fn present<'a>(world: &World<'a>) -> impl Iterator<Item = &'a Incident> {
    world.inventory.incidents.iter().filter(|incident| incident.gone.is_none())
}

/// Every finding from decisions and incidents.
pub(super) fn find(world: &World<'_>) -> Vec<Finding> {
    let mut gaps = promised_again(world);
    gaps.extend(stated_open(world));
    gaps.extend(missing(world));
    gaps.extend(repeated(world));
    gaps.extend(without_actions(world));
    gaps.extend(quality::find(world));
    gaps.extend(decision::find(world));
    gaps.into_iter().filter_map(|gap| world.finding(gap)).collect()
}

/// The question that a mechanism makes most urgent.
fn asks(world: &World<'_>, mechanism: Option<&str>) -> Option<Question> {
    world.rules.mechanisms.get(mechanism?)?.questions.first().copied()
}

/// A gap about a text, with the mechanism it speaks of and the question that makes urgent.
fn about(world: &World<'_>, gap: Gap, text: &str) -> Gap {
    let scores = world.rules.mechanisms.score(text, "");
    let loudest = scores.first().filter(|score| score.score >= TELLING_SCORE);
    let Some(mechanism) = loudest.map(|score| score.id.as_str()) else { return gap };
    gap.mechanism(mechanism).question(asks(world, Some(mechanism)))
}

fn quote(text: &str) -> String {
    format!("“{}”", cut(text, MAX_QUOTE))
}

/// The day of an incident, and that its report is gone.
fn day(incident: &Incident) -> String {
    let day = incident.date.as_deref().unwrap_or("an unknown day");
    match &incident.gone {
        Some(by) => format!("{day} (its report was {})", by.deletion()),
        None => day.to_owned(),
    }
}

fn of_day(incident: &Incident) -> String {
    match &incident.date {
        Some(date) => format!("of {date}"),
        None => quote(&incident.report.title),
    }
}

fn place(incident: &Incident, action: &Action) -> Span {
    Span::new(&incident.span.path, action.stated.at)
}

/// Days since an incident; `None` when its day is not known.
fn age_days(world: &World<'_>, incident: &Incident) -> Option<u32> {
    let date = incident.date.as_deref()?.parse().ok()?;
    Some(super::world::days_between(date, world.today()))
}

/// The same ticket in the action items of several reports, once per ticket.
fn promised_again(world: &World<'_>) -> Vec<Gap> {
    let incidents = &world.inventory.incidents;
    let mut by_ticket: BTreeMap<&str, BTreeMap<usize, &Action>> = BTreeMap::new();
    for (index, incident) in incidents.iter().enumerate() {
        for action in incident.actions.iter().filter(|action| !action.also_in.is_empty()) {
            let named = incident.report.mentions.iter().filter(|mention| {
                mention.kind == crate::model::fact::MentionKind::Issue && mention.at == action.stated.at
            });
            let tickets: BTreeSet<&str> =
                named.map(|m| m.what.as_str()).chain(action.stated.ticket.as_deref()).collect();
            for ticket in tickets {
                by_ticket.entry(ticket).or_default().entry(index).or_insert(action);
            }
        }
    }
    by_ticket.retain(|_, reports| reports.len() > 1);
    by_ticket.iter().filter_map(|(ticket, reports)| again(world, ticket, reports)).collect()
}

fn again(world: &World<'_>, ticket: &str, reports: &BTreeMap<usize, &Action>) -> Option<Gap> {
    let incidents = &world.inventory.incidents;
    let is_here = |index: &usize| incidents.get(*index).is_some_and(|incident| incident.gone.is_none());
    // A report that is gone is no place to look at while another one promises the same.
    let (shown, action) = reports.iter().rfind(|(index, _)| is_here(index))?;
    let (last, _) = reports.last_key_value()?;
    let (first, _) = reports.first_key_value()?;
    let (last, first, here) = (incidents.get(*last)?, incidents.get(*first)?, incidents.get(*shown)?);
    if matches!(action.stated.state, ActionState::Done | ActionState::Declined) {
        return None;
    }
    let was_done = reports.iter().find(|(_, action)| action.stated.state == ActionState::Done);
    let note = match was_done.and_then(|(index, _)| incidents.get(*index)) {
        Some(done) => format!("the report of {} says it is done", day(done)),
        None => "none of them says it is done".to_owned(),
    };
    let message = format!(
        "{ticket} is an action item of {} reports, first on {} and last on {}, and {note}: {}",
        reports.len(),
        day(first),
        day(last),
        quote(&action.stated.text)
    );
    let mut gap = Gap::new("open-action-item", ticket, message).on(&place(here, action)).reference(ticket);
    for (index, other) in reports.iter().rev().filter(|(index, _)| *index != shown).take(MAX_RELATED) {
        let report = incidents.get(*index)?;
        gap = gap.related(&place(report, other), format!("promised on {}", day(report)));
    }
    let is_long = age_days(world, first).is_some_and(|days| days >= LONG_DAYS);
    if reports.len() >= MANY_REPORTS && is_long {
        gap = gap.severity(Severity::High);
    }
    let all: Vec<&str> = reports.values().map(|action| action.stated.text.as_str()).collect();
    Some(about(world, gap, &all.join("\n")))
}

/// Action items that a report states as open, after some time to do them: once per report.
fn stated_open(world: &World<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for incident in present(world) {
        if age_days(world, incident).is_some_and(|days| days < GRACE_DAYS) {
            continue;
        }
        let is_open = |action: &&Action| {
            action.also_in.is_empty()
                && action.stated.state == ActionState::Open
                && !matches!(action.verdict, ActionVerdict::Satisfied(_))
        };
        let open: Vec<&Action> = incident.actions.iter().filter(is_open).collect();
        let is_overdue = |action: &&&Action| overdue(world, action).is_some();
        let Some(shown) = open.iter().find(is_overdue).or(open.first()) else { continue };
        let due = overdue(world, shown).map_or_else(String::new, |due| format!(" (due on {due})"));
        let quoted = quote(&shown.stated.text);
        let message = match open.len() {
            1 => {
                format!("the report {} still states an action item as open{due}: {quoted}", of_day(incident))
            }
            n => format!(
                "the report {} still states {n} action items as open, among them{due}: {quoted}",
                of_day(incident)
            ),
        };
        let severity = if due.is_empty() { Severity::Low } else { Severity::Medium };
        let mut gap = Gap::new("open-action-item", incident.span.path.as_str(), message)
            .on(&place(incident, shown))
            .severity(severity);
        for other in open.iter().filter(|other| !std::ptr::eq(**other, *shown)).take(MAX_RELATED) {
            gap = gap.related(&place(incident, other), quote(&other.stated.text));
        }
        let all: Vec<&str> = open.iter().map(|action| action.stated.text.as_str()).collect();
        gaps.push(about(world, gap, &all.join("\n")));
    }
    gaps
}

/// The day an action was due, when it has passed.
fn overdue<'a>(world: &World<'_>, action: &'a Action) -> Option<&'a str> {
    let due = action.stated.due.as_deref()?;
    let day: jiff::civil::Date = due.parse().ok()?;
    (day < world.today()).then_some(due)
}

/// Promises stated done whose trace must be in the tree and is not.
fn missing(world: &World<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for incident in present(world) {
        for action in &incident.actions {
            let quoted = quote(&action.stated.text);
            let message = match &action.verdict {
                ActionVerdict::NoEvidence(what) => {
                    format!("the report of {} states as done {quoted}, but {what}", day(incident))
                }
                ActionVerdict::Regressed { why, .. } => {
                    format!("the report of {} promises {quoted}: {why}", day(incident))
                }
                _ => continue,
            };
            let gap = Gap::new("claimed-but-missing-action", incident.span.path.as_str(), message)
                .on(&place(incident, action))
                .snippet(&action.stated.text);
            gaps.push(about(world, gap, &action.stated.text));
        }
    }
    gaps
}

/// The latest report of each chain of incidents that repeat each other.
fn repeated(world: &World<'_>) -> Vec<Gap> {
    let incidents = &world.inventory.incidents;
    let repeats = |incident: &Incident| -> Vec<(usize, String)> {
        let shares_promise = |other: usize| incident.actions.iter().any(|a| a.also_in.contains(&other));
        // A promise made twice is reported as such; it does not make two failures one.
        incident.recurs_with.iter().filter(|(other, _)| !shares_promise(*other)).cloned().collect()
    };
    let all: Vec<Vec<(usize, String)>> = incidents.iter().map(repeats).collect();
    let continued: BTreeSet<usize> = all.iter().flatten().map(|(other, _)| *other).collect();
    let mut gaps = Vec::new();
    for (index, earlier) in all.iter().enumerate().filter(|(index, _)| !continued.contains(index)) {
        let (Some(incident), Some((nearest, why))) = (incidents.get(index), earlier.last()) else { continue };
        let Some(previous) = incidents.get(*nearest) else { continue };
        let more = match earlier.len() - 1 {
            0 => String::new(),
            1 => "; one more earlier report reads alike".to_owned(),
            n => format!("; {n} more earlier reports read alike"),
        };
        let message = format!(
            "the incident of {}, {}, may repeat the one of {}: {why}{more}",
            day(incident),
            quote(&incident.report.title),
            day(previous)
        );
        let mut gap = Gap::new("repeated-incident", incident.span.path.as_str(), message).on(&incident.span);
        for (other, why) in earlier.iter().rev().take(MAX_RELATED) {
            let Some(report) = incidents.get(*other) else { continue };
            gap = gap.related(&report.span, format!("{}: {why}", day(report)));
        }
        let mechanism = incident.report.mechanisms.first().map(|m| m.id.as_str());
        if let Some(mechanism) = mechanism {
            gap = gap.mechanism(mechanism).question(asks(world, Some(mechanism)));
        }
        gaps.push(gap);
    }
    gaps
}

/// Folders with reports that have no section for action items, once per folder.
fn without_actions(world: &World<'_>) -> Vec<Gap> {
    let mut folders: BTreeMap<&str, Vec<&Incident>> = BTreeMap::new();
    // A page without a day may be something else than a report.
    for incident in present(world).filter(|incident| incident.date.is_some()) {
        folders.entry(incident.span.path.parent()).or_default().push(incident);
    }
    let mut gaps = Vec::new();
    for (folder, reports) in folders {
        let bare: Vec<&&Incident> =
            reports.iter().filter(|i| !i.report.has_action_section && i.actions.is_empty()).collect();
        let Some(latest) = bare.last() else { continue };
        let message = match (bare.len(), reports.len()) {
            (1, 1) => format!("the incident report of {} has no action items", day(latest)),
            (1, all) => {
                format!("one of {all} incident reports has no action items, the one of {}", day(latest))
            }
            (some, all) => {
                format!(
                    "{some} of {all} incident reports have no action items, the latest of {}",
                    day(latest)
                )
            }
        };
        let mut gap =
            Gap::new("postmortem-without-actions", folder, message).at(Place::At(latest.span.clone()));
        for other in bare.iter().rev().skip(1).take(MAX_RELATED) {
            gap = gap.related(&other.span, format!("the report of {}", day(other)));
        }
        gaps.push(gap);
    }
    gaps
}
