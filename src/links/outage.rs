//! Public outages of the same mechanism: at most a few, the same initiator and the same missing net
//! preferred.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::{Channel, Link, Target, Why};
use crate::rules::{Outage, RuleSet};

/// Points of a public precedent: less than any own incident that two channels tie.
const POINTS: u32 = 10;

/// Outages that happened here: what a team has written itself is no news from elsewhere.
#[derive(Default)]
pub(super) struct Own {
    organizations: BTreeSet<String>,
    addresses: BTreeSet<String>,
}

impl Own {
    /// By the paths of own reports: an outage that is described at one of them happened here, and so did
    /// those of the same repository and of the same organization.
    pub(super) fn of(reports: &BTreeSet<&str>, rules: &RuleSet) -> Self {
        let mut own = Self::default();
        for outage in rules.outages.iter() {
            let Some((address, path)) = outage.url.as_deref().and_then(parts) else { continue };
            if reports.contains(path) {
                own.organizations.insert(outage.organization.clone());
                own.addresses.insert(address.to_owned());
            }
        }
        own
    }

    fn is_of(&self, outage: &Outage) -> bool {
        let address = outage.url.as_deref().and_then(parts).map(|(address, _)| address);
        self.organizations.contains(&outage.organization)
            || address.is_some_and(|address| self.addresses.contains(address))
    }
}

/// The repository and the path in it, of an address such as `https://host/owner/name (path)` or
/// `https://host/owner/name/blob/main/path`.
fn parts(url: &str) -> Option<(&str, &str)> {
    if let Some((address, path)) = url.split_once(" (") {
        return Some((address.trim_end_matches('/'), path.trim_end_matches(')')));
    }
    let (address, rest) = url.split_once("/blob/")?;
    Some((address, rest.split_once('/')?.1))
}

/// The outages that share the most mechanisms with a gap, newest first among equals.
pub(super) fn precedents(
    mechanisms: &[String],
    missing: &[String],
    rules: &RuleSet,
    own: &Own,
    limit: usize,
) -> Vec<Link> {
    let mut ranked: Vec<(u32, &Outage, Vec<&str>)> = rules
        .outages
        .iter()
        .filter(|outage| !outage.is_doubtful && !own.is_of(outage))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Own, parts, precedents};
    use crate::rules::RuleSet;

    #[test]
    fn an_address_is_a_repository_and_a_path() {
        assert_eq!(parts("https://h.org/o/r (docs/a.md)"), Some(("https://h.org/o/r", "docs/a.md")));
        assert_eq!(parts("https://h.org/o/r/blob/main/docs/a.md"), Some(("https://h.org/o/r", "docs/a.md")));
        assert_eq!(parts("https://status.example.org/1"), None);
    }

    #[test]
    fn own_reports_are_no_public_precedents() {
        let rules = RuleSet::builtin();
        let described = rules.outages.iter().find_map(|o| Some((o, parts(o.url.as_deref()?)?.1)));
        let (outage, path) = described.unwrap();
        let shown = |reports: &BTreeSet<&str>| {
            let own = Own::of(reports, rules);
            let links = precedents(&outage.mechanisms, &[], rules, &own, usize::MAX);
            links.iter().any(|link| match &link.to {
                crate::model::Target::Outage { id, .. } => *id == outage.id,
                _ => false,
            })
        };
        assert_eq!((shown(&[].into()), shown(&[path].into())), (!outage.is_doubtful, false));
    }
}
