//! Incident reports, oldest first, with their promises held against the tree and against each other.
//!
//! - `claim`: what a promise that is said to be done must have left in the tree
//! - `earlier`: which earlier report is most like a later one
//! - `kept`: the commit that kept a promise, and the one that took that back
//! - `pin`: versions that are pinned where something is built or run
//! - `trace`: the file, alert or page that a promise has left
//! - `repeat`: earlier incidents that a later one repeats

mod claim;
mod earlier;
mod kept;
mod pin;
mod repeat;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use crate::model::FactKind;
use crate::model::fact::{ActionItem, ActionState, IncidentReport, MentionKind};
use crate::model::thing::{Action, ActionVerdict, Earlier, Incident};
use claim::{Claim, Claims};
use earlier::Comparison;
use jiff::civil::Date;
use kept::Promise;
use pin::Pins;
use repeat::Reports;
use trace::Traces;

/// Every report of the revision: by date, reports without one last, then by path.
pub(super) fn take(material: &Material<'_>) -> Vec<Incident> {
    let reports = material
        .of(|kind| if let FactKind::Incident(report) = kind { Some(&**report) } else { None })
        .map(|(span, report)| Incident {
            gone: material.history.gone.get(&span.path).cloned(),
            span,
            report: report.clone(),
            date: report.date.clone(),
            actions: Vec::new(),
            recurs_with: Vec::new(),
            earlier: Vec::new(),
        });
    let mut incidents: Vec<Incident> = reports.collect();
    incidents.sort_by(|a, b| (a.date.is_none(), &a.date, &a.span).cmp(&(b.date.is_none(), &b.date, &b.span)));
    let promised = promised(&incidents);
    let held = Held {
        material,
        claims: Claims::new(material),
        traces: Traces::new(material),
        pins: Pins::new(material),
    };
    let actions: Vec<Vec<Action>> =
        (0..incidents.len()).map(|index| actions(&incidents, index, &promised, &held)).collect();
    let compared = compared(material, &incidents);
    for ((incident, actions), (repeats, earlier)) in incidents.iter_mut().zip(actions).zip(compared) {
        incident.actions = actions;
        incident.recurs_with = repeats;
        incident.earlier = earlier;
    }
    incidents
}

/// What promises are held against.
struct Held<'a> {
    material: &'a Material<'a>,
    claims: Claims<'a>,
    traces: Traces,
    pins: Pins,
}

/// Earlier reports that one repeats, with the reason, and those it is most like.
type Compared = (Vec<(usize, String)>, Vec<Earlier>);

/// What each report repeats, and which earlier ones it is most like.
fn compared(material: &Material<'_>, incidents: &[Incident]) -> Vec<Compared> {
    let decisions: Vec<_> = material
        .of(|kind| if let FactKind::Decision(record) = kind { Some(&**record) } else { None })
        .map(|(_, record)| (record.words.as_slice(), record.mentions.as_slice()))
        .collect();
    let comparison = Comparison::new(incidents, &decisions, material.rules);
    let reports = Reports { incidents, comparison: &comparison, rules: material.rules };
    let compare = |index: usize| {
        let ranked = comparison.rank(index);
        let shown = ranked.iter().take(earlier::catalog().earlier.most);
        let earlier = shown.map(|likeness| likeness.earlier(incidents, index)).collect();
        (repeat::find(&reports, index, &ranked), earlier)
    };
    (0..incidents.len()).map(compare).collect()
}

/// Tickets of one promise: its own, and every issue named in the same block.
fn tickets<'a>(report: &'a IncidentReport, action: &'a ActionItem) -> BTreeSet<&'a str> {
    let named = report.mentions.iter().filter(|m| m.kind == MentionKind::Issue && m.at == action.at);
    named.map(|m| m.what.as_str()).chain(action.ticket.as_deref()).collect()
}

/// The ticket of a promise that names just one; `#12` beside `shop#12` is the same.
fn only(tickets: &BTreeSet<&str>) -> Option<String> {
    let number = |ticket: &str| ticket.rsplit('#').next().map(str::to_owned);
    let last = tickets.last()?;
    let is_same =
        |ticket: &&str| ticket == last || (ticket.starts_with('#') && number(ticket) == number(last));
    tickets.iter().all(is_same).then(|| (*last).to_owned())
}

/// The reports that promise each ticket.
fn promised(incidents: &[Incident]) -> BTreeMap<&str, BTreeSet<usize>> {
    let mut by_ticket: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (index, incident) in incidents.iter().enumerate() {
        for action in &incident.report.actions {
            for ticket in tickets(&incident.report, action) {
                by_ticket.entry(ticket).or_default().insert(index);
            }
        }
    }
    by_ticket
}

fn actions(
    incidents: &[Incident],
    index: usize,
    promised: &BTreeMap<&str, BTreeSet<usize>>,
    held: &Held<'_>,
) -> Vec<Action> {
    let Some(incident) = incidents.get(index) else { return Vec::new() };
    let read = incident.report.actions.iter().map(|stated| {
        let tickets = tickets(&incident.report, stated);
        let in_reports: BTreeSet<usize> =
            tickets.iter().filter_map(|ticket| promised.get(ticket)).flatten().copied().collect();
        let mut action = Action {
            stated: stated.clone(),
            verdict: ActionVerdict::NotVerifiable,
            also_in: in_reports.iter().copied().filter(|other| *other != index).collect(),
            ticket: only(&tickets),
            makes: trace::makes(&incident.report, stated).or_else(|| held.traces.test(stated)),
        };
        action.verdict = verdict(incidents, index, &action, held);
        action
    });
    read.collect()
}

fn verdict(incidents: &[Incident], index: usize, action: &Action, held: &Held<'_>) -> ActionVerdict {
    let Some(incident) = incidents.get(index) else { return ActionVerdict::NotVerifiable };
    let date_of = |at: usize| incidents.get(at).and_then(|i| i.date.as_deref());
    let Action { stated, also_in, ticket, .. } = action;
    let days = also_in.iter().copied().chain([index]).map(|at| date_of(at)?.parse::<Date>().ok());
    // A ticket that is promised again was not done before.
    let promised = days.collect::<Option<Vec<_>>>().and_then(|days| days.into_iter().max());
    let promise =
        Promise { incident, state: stated.state, text: &stated.text, ticket: ticket.as_deref(), promised };
    let closed = || kept::by_ticket(held.material, &promise);
    let later = also_in.iter().copied().filter(|other| *other > index).max();
    match stated.state {
        ActionState::Declined => ActionVerdict::Declined,
        ActionState::Done => match (closed(), later.and_then(date_of)) {
            (Some(known), _) => known,
            (None, Some(date)) => {
                ActionVerdict::StillOpen(format!("stated done, and promised again on {date}"))
            }
            (None, None) => match held.claims.hold(stated) {
                Claim::Missing(why) => ActionVerdict::NoEvidence(why),
                _ => traced(incident, action, held).unwrap_or(ActionVerdict::NotVerifiable),
            },
        },
        ActionState::Open | ActionState::Unstated => {
            if let Some(known) = closed() {
                return known;
            }
            let first = also_in.iter().copied().chain([index]).min().and_then(date_of);
            let since = first
                .and_then(|date| date.get(..4))
                .map_or_else(String::new, |year| format!(" since {year}"));
            if !also_in.is_empty() {
                return ActionVerdict::StillOpen(format!("promised in {} reports{since}", also_in.len() + 1));
            }
            let is_open = stated.state == ActionState::Open;
            traced(incident, action, held).unwrap_or_else(|| match is_open {
                true => ActionVerdict::StillOpen("stated open".to_owned()),
                false => ActionVerdict::NotVerifiable,
            })
        }
    }
}

/// What the promise left in the tree or in history.
fn traced(incident: &Incident, action: &Action, held: &Held<'_>) -> Option<ActionVerdict> {
    if let Some(path) = &action.makes {
        return kept::by_file(held.material, incident, path, held.traces.is_stub(path));
    }
    let at = held.traces.find(&action.stated).or_else(|| held.pins.find(&action.stated));
    let at = at.or_else(|| match held.claims.hold(&action.stated) {
        Claim::There(at) => Some(at),
        _ => None,
    });
    kept::by_place(held.material, incident, &at?)
}

#[cfg(test)]
mod tests;
