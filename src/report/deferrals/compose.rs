//! The model's deferrals turned into the list.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{By, Counts, DeferralList, DeferralsSchema, Filter, Group, Subject};
use crate::report::compose::{Given, history, tool};
use crate::report::inventory::{Deferral, Tier};

/// What a list is asked to hold.
pub type Asked = Filter;

/// Makes the list.
pub fn compose(given: &Given<'_>, asked: Asked) -> DeferralList {
    let all = &given.inventory.deferrals;
    let deferrals: Vec<Deferral> = all.iter().map(Deferral::from).filter(|one| takes(&asked, one)).collect();
    DeferralList {
        schema: DeferralsSchema::V1,
        tool: tool(given.rules_digest.clone()),
        subject: Subject {
            name: given.settings.name.clone(),
            commit: given.commit.map(str::to_owned),
            revision: given.revision.map(str::to_owned),
            is_dirty: given.is_dirty,
            as_of: given.settings.as_of.to_string(),
            history: history(given.history),
        },
        found: all.len(),
        counts: Counts::of(deferrals.iter()),
        groups: asked.by.map(|by| groups(by, &deferrals)).unwrap_or_default(),
        filter: asked,
        deferrals,
    }
}

fn takes(asked: &Asked, deferral: &Deferral) -> bool {
    let is_of_mechanism = asked.mechanisms.is_empty()
        || deferral.mechanism.as_ref().is_some_and(|mechanism| asked.mechanisms.contains(mechanism));
    // A line without a known age is not known to be old.
    let is_old = asked.older_than_days.is_none_or(|days| deferral.age_days.is_some_and(|age| age >= days));
    is_of_mechanism && is_old && asked.tier.is_none_or(|tier: Tier| tier == deferral.tier)
}

/// The groups a deferral is in.
pub(super) fn names(by: By, deferral: &Deferral) -> Vec<Option<String>> {
    match by {
        By::Owner if deferral.owners.is_empty() => vec![None],
        By::Owner => deferral.owners.iter().cloned().map(Some).collect(),
        By::Path => {
            let folder = deferral.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            vec![Some(folder.to_owned())]
        }
        By::Mechanism => vec![deferral.mechanism.clone()],
    }
}

fn groups(by: By, deferrals: &[Deferral]) -> Vec<Group> {
    let mut members: BTreeMap<Option<String>, Vec<&Deferral>> = BTreeMap::new();
    for deferral in deferrals {
        for name in names(by, deferral) {
            members.entry(name).or_default().push(deferral);
        }
    }
    let mut groups: Vec<Group> = members
        .into_iter()
        .map(|(name, members)| Group {
            name,
            counts: Counts::of(members.iter().copied()),
            oldest_days: members.iter().filter_map(|member| member.age_days).max(),
        })
        .collect();
    // What belongs nowhere comes last, however much of it there is.
    let order = |group: &Group| (group.name.is_none(), Reverse(group.counts.all));
    groups.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.name.cmp(&b.name)));
    groups
}
