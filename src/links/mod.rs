//! Ties gaps to what already went wrong, with reasons.
//!
//! It compares a [`Topic`] (what a gap is about) with incidents, decisions and public outages, by
//! channel: mechanism, reference, path, component, words. A tie is shown only when two channels
//! agree. It does not find gaps and does not judge.
//!
//! - `weights`: points per channel, from `rules/catalog/links.toml`
//! - `channel`: one function per channel
//! - `outage`: public outages of the same mechanism

mod channel;
mod outage;
mod weights;

use std::collections::BTreeMap;

use crate::model::fact::{MechanismScore, Mention};
use crate::model::{Inventory, Link, Span, Target};
use crate::rules::RuleSet;
use weights::Weights;

/// What something is about, for comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// Mechanism ids, most telling first.
    pub mechanisms: Vec<String>,
    /// Paths it touches.
    pub paths: Vec<String>,
    /// Issues and commits it names, normalized as in [`Mention`].
    pub references: Vec<String>,
    /// Names of services, stores, tables, alerts.
    pub components: Vec<String>,
    /// What it says, for words in common.
    pub text: String,
}

/// A document that something can be tied to.
struct Document<'a> {
    target: Target,
    span: &'a Span,
    mechanisms: &'a [MechanismScore],
    mentions: &'a [Mention],
    components: &'a [String],
    words: &'a [(String, u32)],
}

/// Everything a topic can be tied to.
pub struct LinkIndex<'a> {
    documents: Vec<Document<'a>>,
    /// In how many documents each word stands.
    word_documents: BTreeMap<&'a str, usize>,
    /// In how many documents each name stands, lower case.
    name_documents: BTreeMap<String, usize>,
    rules: &'a RuleSet,
    weights: &'static Weights,
}

impl<'a> LinkIndex<'a> {
    /// Prepares the comparison.
    pub fn new(inventory: &'a Inventory, rules: &'a RuleSet) -> Self {
        let incidents = inventory.incidents.iter().map(|incident| Document {
            target: Target::Incident {
                span: incident.span.clone(),
                title: incident.report.title.clone(),
                date: incident.date.clone(),
            },
            span: &incident.span,
            mechanisms: &incident.report.mechanisms,
            mentions: &incident.report.mentions,
            components: &incident.report.components,
            words: &incident.report.words,
        });
        let decisions = inventory.decisions.iter().map(|decision| Document {
            target: Target::Decision {
                span: decision.span.clone(),
                title: decision.record.title.clone(),
                date: decision.day().map(str::to_owned),
            },
            span: &decision.span,
            mechanisms: &decision.record.mechanisms,
            mentions: &decision.record.mentions,
            components: &[],
            words: &decision.record.words,
        });
        let documents: Vec<Document<'a>> = incidents.chain(decisions).collect();
        let mut word_documents: BTreeMap<&str, usize> = BTreeMap::new();
        let mut name_documents: BTreeMap<String, usize> = BTreeMap::new();
        for document in &documents {
            for (word, _) in document.words {
                *word_documents.entry(word).or_default() += 1;
            }
            for name in channel::names(document) {
                *name_documents.entry(name).or_default() += 1;
            }
        }
        Self { documents, word_documents, name_documents, rules, weights: Weights::get() }
    }

    /// Ties of a topic: own incidents and decisions, strongest first, then public outages.
    pub fn link(&self, topic: &Topic) -> Vec<Link> {
        let mut links: Vec<Link> =
            self.documents.iter().filter_map(|document| self.tie(topic, document)).collect();
        links.sort_by(|a, b| b.points().cmp(&a.points()).then_with(|| newest_first(a, b)));
        links.truncate(self.weights.own);
        links.extend(outage::precedents(&topic.mechanisms, self.rules, self.weights.public));
        links
    }

    /// Public outages of these mechanisms, the closest first.
    pub fn precedents(&self, mechanisms: &[String]) -> Vec<Link> {
        outage::precedents(mechanisms, self.rules, self.weights.public)
    }

    fn tie(&self, topic: &Topic, document: &Document<'_>) -> Option<Link> {
        // A gap found in a report is not tied to that report.
        if topic.paths.iter().any(|path| path == document.span.path.as_str()) {
            return None;
        }
        let mut why: Vec<_> = [
            channel::mechanism(topic, document, self.weights),
            channel::reference(topic, document, self.weights),
            channel::path(topic, document, self.weights),
            channel::component(topic, document, self),
            channel::words(topic, document, self),
        ]
        .into_iter()
        .flatten()
        .collect();
        if why.len() < self.weights.channels {
            return None;
        }
        why.sort_by(|a, b| b.points.cmp(&a.points).then(a.channel.cmp(&b.channel)));
        Some(Link { to: document.target.clone(), why })
    }

    /// Whether something that stands in this many documents is common.
    fn is_common(&self, count: usize) -> bool {
        // Among a handful of reports every share is large; two mentions are still rare there.
        count > 2 && count as f64 > self.weights.common_share * self.documents.len() as f64
    }
}

fn newest_first(a: &Link, b: &Link) -> std::cmp::Ordering {
    let date = |link: &Link| match &link.to {
        Target::Incident { date, .. } | Target::Decision { date, .. } => date.clone(),
        Target::Outage { .. } => None,
    };
    date(b).cmp(&date(a)).then_with(|| a.to.cmp(&b.to))
}

#[cfg(test)]
mod tests;
