//! Public outages of the same mechanism: at most a few, the same initiator and the same missing net
//! preferred.

use std::cmp::Reverse;

use crate::model::{Channel, Link, Target, Why};
use crate::rules::{Outage, RuleSet};

/// Points of a public precedent: less than any own incident that two channels tie.
const POINTS: u32 = 10;

/// The outages that share the most mechanisms with a gap, newest first among equals.
pub(super) fn precedents(
    mechanisms: &[String],
    missing: &[String],
    rules: &RuleSet,
    limit: usize,
) -> Vec<Link> {
    let mut ranked: Vec<(u32, &Outage, Vec<&str>)> = rules
        .outages
        .iter()
        .filter(|outage| !outage.is_doubtful)
        .filter_map(|outage| {
            let shared: Vec<&str> = outage
                .mechanisms
                .iter()
                .map(String::as_str)
                .filter(|id| mechanisms.iter().any(|m| m == id))
                .collect();
            let starts_so = outage.mechanisms.first().is_some_and(|first| mechanisms.contains(first));
            // One label that started the outage, or two in all: a shared side effect is no precedent.
            let is_net = |id: &&&str| rules.mechanisms.is_amplifier(id);
            let nets = shared.iter().filter(is_net).count();
            (starts_so || shared.len() > 1 || nets > 0).then(|| {
                let lacking = outage.mechanisms.iter().filter(|id| missing.contains(id)).count();
                let score = shared.len() as u32 * 2
                    + lacking as u32
                    + u32::from(starts_so)
                    + u32::from(outage.url.is_some());
                (score, outage, shared)
            })
        })
        .collect();
    ranked
        .sort_by_key(|(score, outage, _)| (Reverse(*score), Reverse(outage.date.clone()), outage.id.clone()));
    ranked
        .into_iter()
        .take(limit)
        .map(|(score, outage, shared)| Link {
            to: Target::Outage {
                id: outage.id.clone(),
                title: format!("{}: {}", outage.organization, outage.title),
                lesson: outage.lesson.clone(),
                url: outage.url.clone(),
            },
            why: vec![Why {
                channel: Channel::Mechanism,
                points: POINTS + score,
                what: format!("same mechanism {}", shared.join(", ")),
            }],
        })
        .collect()
}
