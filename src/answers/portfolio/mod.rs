//! What may fail next here: mechanisms and files, ranked by points with their reasons.
//!
//! The scenarios are ranked by it, and the back-test measures it: what the report says tonight is what
//! was measured. It knows nothing of truth or time beyond the day of the report.
//!
//! - `weights`: the points, from `rules/catalog/backtest.toml`
//! - `suspect`: files

mod suspect;
mod weights;

use super::World;
use super::world::days_between;
use crate::model::thing::{Deferral, Incident};
use crate::model::{Bet, Finding, Reason, Suspect};
use crate::rules::{Mechanism, MechanismKind};
use crate::text::cut;
use weights::Weights;

/// A quoted text is cut to what fits a line.
const MAX_QUOTE: usize = 80;

/// The mechanisms that may start the next incident, best first; all of them.
pub fn bets(world: &World<'_>, findings: &[Finding]) -> Vec<Bet> {
    let initiators = world.rules.mechanisms.iter().filter(|m| m.kind == MechanismKind::Initiator);
    let mut bets: Vec<Bet> = initiators.map(|mechanism| bet(world, mechanism, findings)).collect();
    // The common one first among equals.
    let prior = |bet: &Bet| world.rules.mechanisms.get(&bet.mechanism).map_or(0.0, |m| m.prior);
    bets.sort_by(|a, b| {
        b.points
            .cmp(&a.points)
            .then(prior(b).total_cmp(&prior(a)))
            .then_with(|| a.mechanism.cmp(&b.mechanism))
    });
    bets
}

/// The first of [`bets`]: as many as a portfolio holds.
pub fn portfolio(world: &World<'_>, findings: &[Finding]) -> Vec<Bet> {
    let mut bets = bets(world, findings);
    bets.truncate(Weights::get().mechanisms);
    bets
}

/// Whether nothing here speaks clearly for any of them: what is left is how common they are elsewhere.
pub fn is_silent(bets: &[Bet]) -> bool {
    bets.iter().map(|bet| bet.signal).max().unwrap_or(0) < Weights::get().signal
}

/// The files most likely at fault, best first; every file that anything points at.
pub fn suspects(world: &World<'_>, findings: &[Finding]) -> Vec<Suspect> {
    suspect::suspects(world, findings, Weights::get())
}

fn bet(world: &World<'_>, mechanism: &Mechanism, findings: &[Finding]) -> Bet {
    let parts = [own_reports(world, mechanism), finding(mechanism, findings), deferral(world, mechanism)];
    let mut reasons: Vec<Reason> = parts.into_iter().flatten().filter(|reason| reason.points > 0).collect();
    let signal = reasons.iter().map(|reason| reason.points).sum();
    reasons.extend(common(mechanism));
    reasons.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.what.cmp(&b.what)));
    let points = reasons.iter().map(|reason| reason.points).sum();
    Bet { mechanism: mechanism.id.clone(), points, signal, reasons }
}

fn common(mechanism: &Mechanism) -> Option<Reason> {
    let weights = &Weights::get().mechanism;
    let points = (weights.prior * (mechanism.prior / weights.rare).ln()).round().max(0.0) as u32;
    let percent = mechanism.prior * 100.0;
    let what = format!("it starts about {percent:.0} of 100 incidents elsewhere");
    (points > 0).then_some(Reason { what, points })
}

fn own_reports(world: &World<'_>, mechanism: &Mechanism) -> Option<Reason> {
    let weights = &Weights::get().mechanism;
    let mut happened = 0.0;
    let mut seen: Vec<&Incident> = Vec::new();
    for incident in &world.inventory.incidents {
        let share = share(world, incident, &mechanism.id);
        if share <= 0.0 {
            continue;
        }
        let day = incident.date.as_deref().and_then(|date| date.parse().ok());
        let age = day.map_or(0, |day| days_between(day, world.today()));
        happened += share * 0.5_f64.powf(f64::from(age) / weights.half_life_days);
        if is_loudest(world, incident, &mechanism.id) {
            seen.push(incident);
        }
    }
    let points = (weights.own_reports * (1.0 + weights.one * happened).ln()).round() as u32;
    let what = told(&seen).unwrap_or_else(|| "own reports speak of it beside other mechanisms".to_owned());
    (points > 0).then_some(Reason { what, points })
}

/// How many own reports tell of a mechanism first of all, and the newest of them; `None` for none.
/// What happened is for the reports to say: the loudest mechanism of one is a reading of it.
pub(super) fn told(reports: &[&Incident]) -> Option<String> {
    // Reports without a day stand at the end; which of them is the newest nobody knows.
    let dated = reports.iter().rfind(|report| report.date.is_some());
    let newest = named(dated.or(reports.last())?);
    Some(match reports.len() {
        1 => format!("one report from here tells of it: {newest}"),
        count => format!("{count} reports from here tell of it, last: {newest}"),
    })
}

/// The share of a report's words on initiators that speaks of this one.
fn share(world: &World<'_>, incident: &Incident, id: &str) -> f64 {
    let scores =
        incident.report.mechanisms.iter().filter(|score| world.rules.mechanisms.is_initiator(&score.id));
    let (mut own, mut all) = (0.0, 0.0);
    for score in scores {
        let loudness = score.score.max(0.0).sqrt();
        all += loudness;
        own += if score.id == id { loudness } else { 0.0 };
    }
    if all > 0.0 { own / all } else { 0.0 }
}

fn is_loudest(world: &World<'_>, incident: &Incident, id: &str) -> bool {
    incident
        .report
        .mechanisms
        .iter()
        .find(|score| world.rules.mechanisms.is_initiator(&score.id))
        .is_some_and(|score| score.id == id)
}

fn finding(mechanism: &Mechanism, findings: &[Finding]) -> Option<Reason> {
    let weights = &Weights::get().mechanism;
    let own =
        findings.iter().filter(|f| f.suppressed.is_none() && f.mechanism.as_deref() == Some(&mechanism.id));
    // Findings come worst first.
    let own: Vec<&Finding> = own.collect();
    let worst = own.first()?;
    let more = match own.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Some(Reason { what: format!("{}{more}", worst.message), points: weights.finding.of(worst.severity) })
}

fn deferral(world: &World<'_>, mechanism: &Mechanism) -> Option<Reason> {
    let weights = &Weights::get().mechanism;
    let is_own = |d: &&Deferral| {
        d.comment.mechanism.as_deref() == Some(mechanism.id.as_str()) && d.confirmed != Some(false)
    };
    let own: Vec<&Deferral> = world.inventory.deferrals.iter().filter(is_own).collect();
    let heaviest =
        own.iter().enumerate().max_by_key(|(at, d)| (weights.deferral.of(d), std::cmp::Reverse(*at)));
    let (_, heaviest) = heaviest?;
    let (path, line) = (&heaviest.span.path, heaviest.span.at.line);
    let text = cut(&heaviest.comment.text, MAX_QUOTE);
    let what = format!("work was put off at {path}:{line}: “{text}”");
    Some(Reason { what, points: weights.deferral.of(heaviest) })
}

fn named(incident: &Incident) -> String {
    match &incident.date {
        Some(date) => format!("{} ({date})", incident.told_title()),
        None => incident.told_title(),
    }
}
