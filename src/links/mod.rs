//! Ties gaps to what already went wrong, with reasons.
//!
//! It compares a [`Topic`] (what a gap is about) with incidents, decisions and public outages, by
//! channel: mechanism, path, reference, component, words. It does not find gaps and does not judge.

use crate::model::{Inventory, Link};
use crate::rules::RuleSet;

/// What something is about, for comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// Mechanism ids, most telling first.
    pub mechanisms: Vec<String>,
    /// Paths it touches.
    pub paths: Vec<String>,
    /// Issues and commits it names, normalized as in [`crate::model::fact::Mention`].
    pub references: Vec<String>,
    /// Names of services, stores, tables, alerts.
    pub components: Vec<String>,
}

/// Everything a topic can be tied to.
pub struct LinkIndex<'a> {
    #[allow(dead_code, reason = "read by the channels")]
    inventory: &'a Inventory,
    #[allow(dead_code, reason = "read by the channels")]
    rules: &'a RuleSet,
}

impl<'a> LinkIndex<'a> {
    /// Prepares the comparison.
    pub fn new(inventory: &'a Inventory, rules: &'a RuleSet) -> Self {
        Self { inventory, rules }
    }

    /// Ties of a topic, strongest first.
    pub fn link(&self, topic: &Topic) -> Vec<Link> {
        let _ = topic;
        Vec::new()
    }
}
