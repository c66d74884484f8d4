//! Scenario cards: what could start a bad night here, and which nets are missing.
//!
//! An initiator gets a card only when the repository itself speaks of it: an own incident, a gap or
//! deferred work of that mechanism. The bucket says why it is where it is; it is an ordering, not a
//! forecast.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{World, portfolio};
use crate::model::fact::ActionState;
use crate::model::thing::{Deferral, Incident, SubjectKind};
use crate::model::{
    Answer, Channel, Finding, Fingerprint, Likelihood, Link, Question, Scenario, Severity, Target, Verdict,
    Why,
};
use crate::rules::{Mechanism, MechanismKind};

/// A portfolio of eight covered two thirds of the next incidents in a back-test of four teams, and
/// the first rank alone hardly more than chance.
const MOST: usize = 8;
/// Unlikely cards only fill up to this many.
const ENOUGH: usize = 5;
/// Proofs on one card.
const MAX_FINDINGS: usize = 6;

/// What the repository says of one initiator.
struct Signs<'a> {
    mechanism: &'a Mechanism,
    incidents: Vec<&'a Incident>,
    findings: Vec<&'a Finding>,
    deferrals: Vec<&'a Deferral>,
    open_actions: usize,
    /// Missing nets that this mechanism makes urgent, worst first.
    nets: Vec<&'a Finding>,
}

/// The cards, likeliest first; within a bucket those with a gap first, then in the order of the
/// portfolio.
pub(super) fn imagine(world: &World<'_>, answers: &[Answer], findings: &[Finding]) -> Vec<Scenario> {
    let runs_nothing = matches!(world.inventory.subject, SubjectKind::Library | SubjectKind::Documents);
    // A repository of documents may still tell of incidents of something that runs elsewhere.
    if runs_nothing && world.inventory.incidents.is_empty() {
        return Vec::new();
    }
    // The order that the back-test measures.
    let bets = portfolio::bets(world, findings);
    let place = |id: &str| bets.iter().position(|bet| bet.mechanism == id).unwrap_or(bets.len());
    let mut cards: Vec<(Scenario, usize, bool)> = world
        .rules
        .mechanisms
        .iter()
        .filter(|mechanism| mechanism.kind == MechanismKind::Initiator)
        .map(|mechanism| Signs::gather(world, mechanism, findings))
        .filter(Signs::speak)
        .map(|signs| {
            let has_gap = signs.findings.iter().any(|finding| finding.severity >= Severity::Medium);
            (signs.card(world, answers, findings), place(&signs.mechanism.id), has_gap)
        })
        .collect();
    // What rests on a gap comes before what rests on words alone.
    let order =
        |(card, place, has_gap): &(Scenario, usize, bool)| (Reverse(card.likelihood), !has_gap, *place);
    cards.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.0.id.cmp(&b.0.id)));
    let telling = cards.iter().filter(|(card, ..)| card.likelihood > Likelihood::Low).count();
    cards.truncate(telling.clamp(ENOUGH, MOST));
    cards.into_iter().map(|(card, ..)| card).collect()
}

impl<'a> Signs<'a> {
    fn gather(world: &World<'a>, mechanism: &'a Mechanism, findings: &'a [Finding]) -> Self {
        let is_loudest = |incident: &&Incident| {
            incident
                .report
                .mechanisms
                .iter()
                .find(|score| world.rules.mechanisms.is_initiator(&score.id))
                .is_some_and(|score| score.id == mechanism.id)
        };
        let incidents: Vec<&Incident> = world.inventory.incidents.iter().filter(is_loudest).collect();
        let open_actions = incidents
            .iter()
            .flat_map(|incident| &incident.actions)
            .filter(|action| action.stated.state == ActionState::Open || !action.also_in.is_empty())
            .count();
        let is_net = |finding: &&Finding| {
            let own = finding.mechanism.as_deref().and_then(|id| world.rules.mechanisms.get(id));
            finding.suppressed.is_none()
                && finding.severity >= Severity::Medium
                && mechanism.questions.contains(&finding.question)
                && own.is_some_and(|own| own.kind == MechanismKind::Amplifier)
        };
        Self {
            nets: findings.iter().filter(is_net).collect(),
            mechanism,
            open_actions,
            incidents,
            findings: findings
                .iter()
                .filter(|f| f.suppressed.is_none() && f.mechanism.as_deref() == Some(mechanism.id.as_str()))
                .collect(),
            deferrals: world
                .inventory
                .deferrals
                .iter()
                .filter(|d| d.comment.mechanism.as_deref() == Some(mechanism.id.as_str()))
                // What the code has already paid is no reason any more.
                .filter(|d| d.confirmed != Some(false))
                .collect(),
        }
    }

    fn speak(&self) -> bool {
        !self.incidents.is_empty() || !self.findings.is_empty() || !self.deferrals.is_empty()
    }

    /// The missing nets of one component, worst first.
    fn nets_of(&self, component: Option<&str>) -> impl Iterator<Item = &'a Finding> + '_ {
        let component = component.map(str::to_lowercase);
        self.nets.iter().copied().filter(move |net| {
            component.as_ref().is_some_and(|name| {
                let thing = net.thing.to_lowercase();
                thing.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').any(|word| word == name)
            })
        })
    }

    fn likelihood(&self, component: Option<&str>) -> Likelihood {
        let happened = self.incidents.len();
        let still_stands = self.open_actions > 0
            || self.findings.iter().any(|f| f.severity >= Severity::Medium)
            || self.deferrals.iter().any(|d| d.comment.place.is_some() || d.confirmed == Some(true));
        // It started once here, and what would stop it there is missing.
        let is_open = self.nets_of(component).next().is_some();
        match (happened, still_stands) {
            (2.., true) => Likelihood::High,
            (1.., _) if is_open => Likelihood::High,
            (1.., _) => Likelihood::Elevated,
            (0, true) => Likelihood::Elevated,
            (0, false) if is_open => Likelihood::Elevated,
            (0, false) => Likelihood::Low,
        }
    }

    fn reasons(&self, component: Option<&str>) -> Vec<String> {
        let mut reasons = Vec::new();
        reasons.extend(portfolio::told(&self.incidents));
        if self.open_actions > 0 {
            let promises = if self.open_actions == 1 { "promise" } else { "promises" };
            reasons
                .push(format!("{} {promises} of those reports stated open or made again", self.open_actions));
        }
        if let Some(worst) = self.findings.first() {
            let more = self.findings.len() - 1;
            let more = if more > 0 { format!(" (and {more} more like it)") } else { String::new() };
            reasons.push(format!("{}{more}", worst.message.trim_end_matches('.')));
        }
        if let Some(deferral) = self.deferrals.first() {
            let text = crate::text::cut(&deferral.comment.text, 100);
            let (path, line) = (&deferral.span.path, deferral.span.at.line);
            let shown = deferral.comment.proof.as_ref().filter(|proof| proof.is_there);
            let shown =
                shown.map(|proof| format!(", and the code shows it: {}", proof.what)).unwrap_or_default();
            reasons.push(format!("work was put off at {path}:{line}: “{text}”{shown}"));
        }
        if let Some(net) = self.nets_of(component).next() {
            reasons.push(format!(
                "and a net is missing at the same place: {}",
                net.message.trim_end_matches('.')
            ));
        }
        reasons
    }

    /// The name that most titles of the incidents share, else the thing of the worst finding. A name
    /// that only the text of a report knows may be a bystander.
    fn component(&self, world: &World<'_>) -> Option<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        // An alert tells of a component; it is none.
        let is_alert = |name: &str| world.inventory.alerts.iter().any(|alert| alert.rule.name == name);
        for incident in &self.incidents {
            let title = incident.report.title.to_lowercase();
            let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
            for name in &incident.report.components {
                if words.contains(&name.to_lowercase().as_str()) && !is_alert(name) {
                    *counts.entry(name).or_default() += 1;
                }
            }
        }
        let shared = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        shared.map(|(name, _)| (*name).to_owned()).or_else(|| {
            let thing = &self.findings.first()?.thing;
            let is_name = !thing.contains(['/', ' ', '.', '#']);
            is_name.then(|| thing.clone())
        })
    }

    fn card(&self, world: &World<'_>, answers: &[Answer], findings: &[Finding]) -> Scenario {
        let component = self.component(world);
        let subject = component.as_deref().unwrap_or("the service");
        // "the wrong {component}" already has its article.
        let headline = self.mechanism.headline.replace(
            "the wrong {component}",
            match &component {
                Some(_) => "the wrong {component}",
                None => "the wrong target",
            },
        );
        let headline = headline.replace("{component}", subject);
        let (undated, dated): (Vec<&Incident>, Vec<&Incident>) =
            self.incidents.iter().copied().partition(|incident| incident.date.is_none());
        let newest = dated.into_iter().rev().chain(undated).take(3);
        let mut precedents: Vec<Link> = newest.map(|incident| self.own_precedent(incident)).collect();
        let mut missing: Vec<String> = self.nets.iter().filter_map(|net| net.mechanism.clone()).collect();
        missing.sort();
        missing.dedup();
        precedents.extend(world.links.precedents(std::slice::from_ref(&self.mechanism.id), &missing));
        Scenario {
            id: match &component {
                Some(name) => format!("{}:{name}", self.mechanism.id),
                None => self.mechanism.id.clone(),
            },
            title: capital(&headline),
            mechanism: self.mechanism.id.clone(),
            story: self.mechanism.tale.join(" "),
            likelihood: self.likelihood(component.as_deref()),
            reasons: self.reasons(component.as_deref()),
            findings: self.proofs(findings, component.as_deref()),
            precedents,
            decisive: self.questions(answers, true).count(),
            answers: self.questions(answers, true).chain(self.questions(answers, false)).collect(),
            cheapest_net: self.mechanism.cheapest_net.clone(),
            cheapest_drill: self.mechanism.cheapest_drill.clone(),
            component,
        }
    }

    /// The answers that decide this story, in the order of the mechanism, or all others.
    fn questions<'b>(
        &'b self,
        answers: &'b [Answer],
        is_decisive: bool,
    ) -> impl Iterator<Item = (Question, Verdict)> + 'b {
        let asked = &self.mechanism.questions;
        let decide = asked.iter().filter_map(|question| answers.iter().find(|a| a.question == *question));
        let others = answers.iter().filter(|answer| !asked.contains(&answer.question));
        let chosen: Vec<&Answer> = if is_decisive { decide.collect() } else { others.collect() };
        chosen.into_iter().map(|answer| (answer.question, answer.verdict))
    }

    /// Its own findings, then the missing nets of the component, then the worst missing nets that the mechanism makes urgent.
    fn proofs(&self, findings: &[Finding], component: Option<&str>) -> Vec<Fingerprint> {
        let nets = findings.iter().filter(|finding| {
            finding.suppressed.is_none()
                && finding.severity == Severity::High
                && self.mechanism.questions.contains(&finding.question)
        });
        let own = self.findings.iter().copied();
        let mut proofs: Vec<Fingerprint> = Vec::new();
        for finding in own.chain(self.nets_of(component)).chain(nets) {
            if !proofs.contains(&finding.fingerprint) && proofs.len() < MAX_FINDINGS {
                proofs.push(finding.fingerprint.clone());
            }
        }
        proofs
    }

    fn own_precedent(&self, incident: &Incident) -> Link {
        let score = incident.report.mechanisms.iter().find(|score| score.id == self.mechanism.id);
        let phrases = score.map_or_else(String::new, |score| score.phrases.join(", "));
        Link {
            to: Target::Incident {
                span: incident.span.clone(),
                title: incident.told_title(),
                date: incident.date.clone(),
            },
            why: vec![Why {
                channel: Channel::Mechanism,
                points: 35,
                what: format!("the report speaks of {} ({phrases})", self.mechanism.id),
            }],
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use crate::rules::{MechanismKind, RuleSet};

    #[test]
    fn every_initiator_has_a_story() {
        for mechanism in RuleSet::builtin().mechanisms.iter() {
            let is_initiator = mechanism.kind == MechanismKind::Initiator;
            assert_eq!(mechanism.headline.contains("{component}"), is_initiator, "{}", mechanism.id);
            assert_eq!(mechanism.tale.len(), if is_initiator { 3 } else { 0 }, "{}", mechanism.id);
            assert_eq!(!mechanism.cheapest_drill.is_empty(), is_initiator, "{}", mechanism.id);
        }
    }
}
