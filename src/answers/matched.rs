//! Findings of rules that are patterns.

use super::{Gap, World};
use crate::model::{Finding, Place};
use crate::text::{Role, role};

/// One finding per match outside of tests and examples.
pub(super) fn find(world: &World<'_>) -> Vec<Finding> {
    let matched = world
        .inventory
        .patterns
        .iter()
        .filter(|(_, span, _)| !matches!(role(&span.path), Role::Test | Role::Example));
    matched
        .filter_map(|(rule, span, text)| {
            let pattern = world.rules.get(rule)?.pattern.as_ref()?;
            let message = pattern.message.replace("{match}", text);
            let gap = Gap::new(rule, span.path.as_str(), message).at(Place::At(span.clone())).snippet(text);
            world.finding(gap)
        })
        .collect()
}
