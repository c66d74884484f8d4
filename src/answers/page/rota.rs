//! Findings about who is called: escalations that end with one person, hours without anybody, tools
//! that their vendor ends.
//!
//! Only what the files show in full is judged: a schedule whose people or hours are set elsewhere may
//! be covered by anybody.

use std::collections::BTreeSet;

use crate::answers::{Gap, Sheet, World};
use crate::model::thing::{Escalation, Rota, Target};
use crate::model::{Severity, Span};
use crate::rules::OncallTool;
use crate::text::week::{self, WEEK, week_minute};

/// Gaps that are told in one sentence; a schedule with more is told by its first ones.
const MAX_GAPS: usize = 3;

/// Looks for every gap behind the pager.
pub(super) fn find(world: &World<'_>, sheet: &mut Sheet) {
    for (index, escalation) in world.inventory.escalations.iter().enumerate() {
        if is_used(world, index) {
            few(world, escalation, sheet);
            uncovered(world, escalation, sheet);
        }
    }
    retired(world, sheet);
}

/// Whether alerts come to an escalation. Where no service of its tool is declared, they may.
fn is_used(world: &World<'_>, index: usize) -> bool {
    let Some(escalation) = world.inventory.escalations.get(index) else { return false };
    let mut of_tool = world.inventory.paged_services.iter().filter(|s| s.tool == escalation.tool).peekable();
    of_tool.peek().is_none()
        || of_tool.any(|service| service.escalation == Some(index) || service.escalation.is_none())
}

/// Everybody an escalation can call; `None` when not all are known.
fn everybody<'a>(world: &World<'a>, escalation: &'a Escalation) -> Option<BTreeSet<&'a str>> {
    if escalation.unread.is_some() {
        return None;
    }
    let mut all = BTreeSet::new();
    for target in escalation.steps.iter().flat_map(|step| &step.targets) {
        match target {
            Target::Person(name) => {
                all.insert(name.as_str());
            }
            Target::Rota(index) => all.extend(people(world.inventory.rotas.get(*index)?)?),
            Target::Team(_) | Target::Elsewhere(_) => return None,
        }
    }
    Some(all)
}

/// Everybody in a rota; `None` when not all are known.
fn people(rota: &Rota) -> Option<Vec<&str>> {
    let all = rota.shifts.iter().flat_map(|shift| shift.people.iter().map(String::as_str));
    rota.unread.is_none().then(|| all.collect())
}

fn few(world: &World<'_>, escalation: &Escalation, sheet: &mut Sheet) {
    let name = escalation.name.as_str();
    let people = everybody(world, escalation);
    let only = people.as_ref().filter(|people| people.len() == 1).and_then(|people| people.first());
    if let Some(only) = only {
        let message = format!(
            "everything that reaches the escalation \"{name}\" calls one user, `{only}`: when there is no answer, nobody else is called"
        );
        let gap = Gap::new("one-person-escalation", name, message).on(&escalation.span);
        sheet.gap(world, with_rotas(world, escalation, gap));
        return;
    }
    let is_known = escalation.unread.is_none();
    if let ([step], true) = (escalation.steps.as_slice(), is_known)
        && let [Target::Rota(index)] = step.targets.as_slice()
        && let Some(rota) = world.inventory.rotas.get(*index)
    {
        let message = format!(
            "the escalation \"{name}\" has one step, the schedule \"{}\": when the person on call does not answer, nobody else is called",
            rota.name
        );
        let gap = Gap::new("single-step-escalation", name, message).on(&escalation.span);
        sheet.gap(world, gap.related(&rota.span, "the schedule"));
    }
}

fn with_rotas(world: &World<'_>, escalation: &Escalation, mut gap: Gap) -> Gap {
    for rota in rotas(world, escalation) {
        gap = gap.related(&rota.span, "the schedule");
    }
    gap
}

fn rotas<'a>(world: &World<'a>, escalation: &'a Escalation) -> impl Iterator<Item = &'a Rota> {
    let inventory = world.inventory;
    escalation.steps.iter().flat_map(|step| &step.targets).filter_map(|target| match target {
        Target::Rota(index) => inventory.rotas.get(*index),
        _ => None,
    })
}

/// Hours in which no step of an escalation has anybody.
fn uncovered(world: &World<'_>, escalation: &Escalation, sheet: &mut Sheet) {
    let all: Vec<&Target> = escalation.steps.iter().flat_map(|step| &step.targets).collect();
    let only_rotas = !all.is_empty() && all.iter().all(|target| matches!(target, Target::Rota(_)));
    let rotas: Vec<&Rota> = rotas(world, escalation).collect();
    // Hours of different time zones cannot be laid over each other without a date.
    let is_one_zone = rotas.windows(2).all(|pair| matches!(pair, [a, b] if a.zone == b.zone));
    if escalation.unread.is_some() || !only_rotas || !is_one_zone {
        return;
    }
    let Some(gaps) =
        rotas.iter().map(|rota| gaps(rota)).reduce(|a, b| Some(week::common(&a?, &b?))).flatten()
    else {
        return;
    };
    let (Some(first), false) = (rotas.first(), gaps.is_empty()) else { return };
    let minutes: u32 = gaps.iter().map(|(from, to)| u32::from(to - from)).sum();
    let shown: Vec<String> = gaps.iter().take(MAX_GAPS).map(|gap| stretch(*gap)).collect();
    let more = if gaps.len() > MAX_GAPS { " and more" } else { "" };
    let zone = first.zone.as_deref().map_or(String::new(), |zone| format!(" ({zone})"));
    let message = format!(
        "nobody is on call for \"{}\" in {} of 168 hours of a week: {}{more}{zone}",
        escalation.name,
        minutes.div_ceil(60),
        shown.join(", ")
    );
    let gap = Gap::new("uncovered-on-call-hours", escalation.name.as_str(), message).on(&escalation.span);
    sheet.gap(world, with_rotas(world, escalation, gap));
}

/// Minutes of the week without anybody; `None` when that cannot be read.
fn gaps(rota: &Rota) -> Option<Vec<(u16, u16)>> {
    if rota.unread.is_some() {
        return None;
    }
    let staffed = rota.shifts.iter().filter(|shift| !shift.people.is_empty());
    let covered: Option<Vec<_>> = staffed.map(|shift| shift.hours.clone()).collect();
    Some(week::outside(&week::merged(covered?.into_iter().flatten().collect())))
}

/// "Sat 00:00 to Mon 09:00".
pub(super) fn stretch((from, to): (u16, u16)) -> String {
    if (from, to) == (0, WEEK) {
        return "the whole week".to_owned();
    }
    format!("{} to {}", week_minute(from), week_minute(to % WEEK))
}

/// Tools that the vendor ends, at the first place that depends on one.
fn retired(world: &World<'_>, sheet: &mut Sheet) {
    for tool in OncallTool::all() {
        let Some(ends) = tool.ends.as_deref().and_then(|day| day.parse::<jiff::civil::Date>().ok()) else {
            continue;
        };
        let inventory = world.inventory;
        let receivers = inventory.receivers.iter().filter(|r| r.tool == tool.name).map(|r| &r.span);
        let declared = inventory.escalations.iter().filter(|e| e.tool == tool.name).map(|e| &e.span);
        let services = inventory.paged_services.iter().filter(|s| s.tool == tool.name).map(|s| &s.span);
        let mut places: Vec<&Span> = receivers.chain(declared).chain(services).collect();
        places.sort();
        places.dedup();
        let Some(first) = places.first() else { continue };
        let is_over = ends <= world.today();
        let verb = if is_over { "ended" } else { "ends" };
        let also = match places.len() {
            1 => String::new(),
            2 => "; one more place here depends on it".to_owned(),
            count => format!("; {} more places here depend on it", count - 1),
        };
        let message = format!("pages go through {}, whose service {verb} on {ends}{also}", tool.name);
        let gap = Gap::new("retired-pager", tool.name.as_str(), message).on(first);
        sheet.gap(world, if is_over { gap.severity(Severity::High) } else { gap });
    }
}
