//! Past incidents whose reports ask for alerting, tied to the place where alerting is switched off.
//!
//! A promise counts as long as nothing says that it was kept: a team that writes "we need better
//! alerting" for the third time has its own evidence.

use std::cmp::Reverse;

use crate::answers::{Sheet, World};
use crate::model::fact::ActionState;
use crate::model::thing::{Action, ActionVerdict};
use crate::model::{Channel, Link, Target, Why};
use crate::text::{cut, fold};

/// The rule whose findings are tied.
const RULE: &str = "disabled-alerting";
/// Reports that one finding names.
const MAX_LINKS: usize = 3;
/// Points of a promise that asks for what is missing: it names the very thing.
const POINTS: u32 = 40;
/// Words of a promise about being told.
const ALERTING: &[&str] =
    &["alert", "alerts", "alerting", "alertmanager", "pager", "paging", "pagerduty", "opsgenie"];
/// Words of a promise that asks for fewer of them.
const LESS: &[&str] =
    &["not", "don", "stop", "disable", "remove", "reduce", "silence", "mute", "noise", "noisy", "fatigue"];

/// Ties every such finding to the latest reports that ask for alerting.
pub(super) fn tie(world: &World<'_>, sheet: &mut Sheet) {
    if sheet.findings.iter().all(|finding| finding.rule.as_str() != RULE) {
        return;
    }
    let incidents = world.inventory.incidents.iter();
    let mut dated: Vec<_> =
        incidents.filter_map(|one| Some((Reverse(one.date.as_deref()), link(one)?))).collect();
    dated.sort_by(|a, b| (a.0, &a.1.to).cmp(&(b.0, &b.1.to)));
    let links: Vec<Link> = dated.into_iter().take(MAX_LINKS).map(|(_, link)| link).collect();
    for finding in sheet.findings.iter_mut().filter(|finding| finding.rule.as_str() == RULE) {
        let known = std::mem::take(&mut finding.links);
        let is_new = |link: &Link| links.iter().all(|ours| ours.to != link.to);
        let others: Vec<Link> = known.into_iter().filter(is_new).collect();
        finding.links = links.iter().cloned().chain(others).collect();
    }
}

fn link(incident: &crate::model::thing::Incident) -> Option<Link> {
    let action = incident.actions.iter().find(|action| is_open(action) && asks(&action.stated.text))?;
    let what = format!("its report asks: “{}”", cut(&fold(&action.stated.text), 100));
    let to = Target::Incident {
        span: incident.span.clone(),
        title: incident.report.title.clone(),
        date: incident.date.clone(),
    };
    Some(Link { to, why: vec![Why { channel: Channel::Words, points: POINTS, what }] })
}

fn is_open(action: &Action) -> bool {
    !matches!(action.stated.state, ActionState::Done | ActionState::Declined)
        && !matches!(action.verdict, ActionVerdict::Satisfied(_) | ActionVerdict::Declined)
}

/// Whether a promise speaks of being told.
fn asks(promise: &str) -> bool {
    let lower = promise.to_lowercase();
    let says = |words: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    says(ALERTING) && !says(LESS)
}

#[cfg(test)]
mod tests {
    use super::asks;

    #[test]
    fn a_promise_about_alerting_is_one_about_being_told() {
        for text in ["Implement proactive alerts", "We need better alerting for when the cluster is full"] {
            assert!(asks(text), "{text}");
        }
        for text in [
            "Add a dashboard",
            "Write a page about restores",
            "Do not use billing alerts",
            "Reduce noisy alerts",
        ] {
            assert!(!asks(text), "{text}");
        }
    }
}
