//! Ties gaps to what already went wrong, with reasons.
//!
//! It compares a [`Topic`] (what a gap is about) with incidents, decisions and public outages, by
//! channel: mechanism, reference, git, path, component, words. A tie is shown only when two channels
//! agree; how long ago it was adds points and agrees with nothing. It does not find gaps and does not
//! judge.
//!
//! - `weights`: points per channel, from `rules/catalog/links.toml`
//! - `channel`: one function per channel
//! - `git`: what commits of an incident touched
//! - `outage`: public outages of the same mechanism

mod channel;
mod git;
mod outage;
mod weights;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::model::fact::{MechanismScore, Mention, MentionKind};
use crate::model::thing::{Decision, Deferral};
use crate::model::{Channel, History, Inventory, Link, Span, Target};
use crate::rules::RuleSet;
use crate::text;
use git::Commits;
pub use git::FIX_DAYS;
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
    /// Commits that its lines came with, full ids.
    pub commits: Vec<String>,
    /// What it says, for words in common.
    pub text: String,
}

/// The words of a topic, and how it spells them.
struct TopicWords {
    words: Vec<String>,
    spellings: Vec<(String, String)>,
}

/// A document that something can be tied to.
struct Document<'a> {
    target: Target,
    span: &'a Span,
    mechanisms: &'a [MechanismScore],
    mentions: &'a [Mention],
    words: &'a [(String, u32)],
    /// Paths it names, and the folders of those.
    paths: BTreeSet<&'a str>,
    folders: BTreeSet<&'a str>,
    /// Names it gives to things, lower case.
    names: BTreeSet<String>,
    /// What its commits touched; nothing for a decision.
    commits: Commits<'a>,
}

/// Everything a topic can be tied to.
pub struct LinkIndex<'a> {
    documents: Vec<Document<'a>>,
    document_paths: BTreeSet<&'a str>,
    /// In how many documents each word stands.
    word_documents: BTreeMap<&'a str, usize>,
    /// In how many documents each name stands, lower case.
    name_documents: BTreeMap<String, usize>,
    /// In the days of how many incidents each file was touched.
    touched_documents: BTreeMap<&'a str, usize>,
    rules: &'a RuleSet,
    own_outages: outage::Own,
    as_of: Date,
    weights: &'static Weights,
}

impl<'a> LinkIndex<'a> {
    /// Prepares the comparison.
    pub fn new(inventory: &'a Inventory, rules: &'a RuleSet, history: &'a History, as_of: Date) -> Self {
        let incidents = inventory.incidents.iter().map(|incident| {
            let report = &incident.report;
            let target = Target::Incident {
                span: incident.span.clone(),
                title: incident.told_title(),
                date: incident.date.clone(),
            };
            Document {
                commits: Commits::of(incident, history),
                ..Document::new(target, &incident.span, &report.mechanisms, &report.mentions, &report.words)
                    .naming(&report.components)
            }
        });
        let decisions = inventory.decisions.iter().map(|decision| {
            let record = &decision.record;
            let target = Target::Decision {
                span: decision.span.clone(),
                title: decision.told_title(),
                date: decision.date.clone(),
            };
            Document::new(target, &decision.span, &record.mechanisms, &record.mentions, &record.words)
        });
        let documents: Vec<Document<'a>> = incidents.chain(decisions).collect();
        let mut word_documents: BTreeMap<&str, usize> = BTreeMap::new();
        let mut name_documents: BTreeMap<String, usize> = BTreeMap::new();
        let mut touched_documents: BTreeMap<&str, usize> = BTreeMap::new();
        for document in &documents {
            for (word, _) in document.words {
                *word_documents.entry(word).or_default() += 1;
            }
            for name in &document.names {
                *name_documents.entry(name.clone()).or_default() += 1;
            }
            for path in document.commits.of_days.keys() {
                *touched_documents.entry(path).or_default() += 1;
            }
        }
        let weights = Weights::get();
        let document_paths: BTreeSet<&str> =
            documents.iter().map(|document| document.span.path.as_str()).collect();
        Self {
            own_outages: outage::Own::of(&document_paths, rules),
            documents,
            document_paths,
            word_documents,
            name_documents,
            touched_documents,
            rules,
            as_of,
            weights,
        }
    }

    /// Ties of a topic: own incidents and decisions, strongest first, then public outages.
    pub fn link(&self, topic: &Topic) -> Vec<Link> {
        let mut links = self.own(topic, |_| true);
        links.extend(outage::precedents(
            &topic.mechanisms,
            &[],
            self.rules,
            &self.own_outages,
            self.weights.public,
        ));
        links
    }

    /// Ties of deferred work to own incidents, strongest first.
    pub fn of_deferral(&self, deferral: &Deferral) -> Vec<Link> {
        let comment = &deferral.comment;
        let topic = Topic {
            mechanisms: comment.mechanism.iter().cloned().collect(),
            paths: vec![deferral.span.path.as_str().to_owned()],
            references: comment.references.clone(),
            components: comment.symbol.iter().cloned().collect(),
            commits: deferral.origin.iter().map(|origin| origin.commit.clone()).collect(),
            text: comment.text.clone(),
        };
        self.own(&topic, |target| matches!(target, Target::Incident { .. }))
    }

    /// Ties of a decision to own incidents, strongest first.
    pub fn of_decision(&self, decision: &Decision) -> Vec<Link> {
        let record = &decision.record;
        let named = |wanted: &[MentionKind]| -> Vec<String> {
            let of_kind = record.mentions.iter().filter(|mention| wanted.contains(&mention.kind));
            of_kind.map(|mention| mention.what.clone()).collect()
        };
        let deferred = record.deferrals.iter().map(|deferral| deferral.text.as_str());
        let said: Vec<&str> = std::iter::once(record.title.as_str()).chain(deferred).collect();
        let mut paths = named(&[MentionKind::Path]);
        paths.push(decision.span.path.as_str().to_owned());
        let topic = Topic {
            // What a decision only touches upon is no tie.
            mechanisms: record.mechanisms.iter().take(1).map(|score| score.id.clone()).collect(),
            paths,
            references: named(&[MentionKind::Issue, MentionKind::Commit]),
            components: named(&[MentionKind::Name]),
            commits: Vec::new(),
            text: said.join(" "),
        };
        self.own(&topic, |target| matches!(target, Target::Incident { .. }))
    }

    fn own(&self, topic: &Topic, is_asked: impl Fn(&Target) -> bool) -> Vec<Link> {
        if self.documents.is_empty() {
            return Vec::new();
        }
        let words = TopicWords {
            words: text::words(&topic.text).into_iter().map(|(word, _)| word).collect(),
            spellings: text::spellings(&topic.text),
        };
        let asked = self.documents.iter().filter(|document| is_asked(&document.target));
        let mut links: Vec<Link> = asked.filter_map(|document| self.tie(topic, &words, document)).collect();
        links.sort_by(|a, b| b.points().cmp(&a.points()).then_with(|| newest_first(a, b)));
        links.truncate(self.weights.own);
        links
    }

    /// Public outages of these mechanisms, the closest first.
    /// Those where one of `missing` nets was missing too come first among equals.
    pub fn precedents(&self, mechanisms: &[String], missing: &[String]) -> Vec<Link> {
        outage::precedents(mechanisms, missing, self.rules, &self.own_outages, self.weights.public)
    }

    fn tie(&self, topic: &Topic, words: &TopicWords, document: &Document<'_>) -> Option<Link> {
        // A gap found in a report is not tied to that report.
        if topic.paths.iter().any(|path| path == document.span.path.as_str()) {
            return None;
        }
        let git = git::channel(topic, &document.commits, self);
        let is_weak = git.as_ref().is_some_and(|(_, is_weak)| *is_weak);
        let mut why: Vec<_> = [
            channel::mechanism(topic, document, self.weights),
            channel::reference(topic, document, self.weights),
            git.map(|(why, _)| why),
            channel::path(topic, document, self.weights),
            channel::component(topic, document, self),
            channel::words(words, document, self),
        ]
        .into_iter()
        .flatten()
        .collect();
        // A commit of those days and a few rare words meet by chance.
        let is_chance = is_weak && why.iter().all(|why| matches!(why.channel, Channel::Git | Channel::Words));
        let points: u32 = why.iter().map(|why| why.points).sum();
        if why.len() < self.weights.channels || points < self.weights.least || is_chance {
            return None;
        }
        why.extend(channel::recency(document, self));
        why.sort_by(|a, b| b.points.cmp(&a.points).then(a.channel.cmp(&b.channel)));
        Some(Link { to: document.target.clone(), why })
    }

    /// Whether a path is that of a report or a decision.
    fn is_document(&self, path: &str) -> bool {
        self.document_paths.contains(path)
    }

    /// Whether something that stands in this many documents is common.
    fn is_common(&self, count: usize) -> bool {
        // Among a handful of reports every share is large; two mentions are still rare there.
        count > 2 && count as f64 > self.weights.common_share * self.documents.len() as f64
    }
}

impl<'a> Document<'a> {
    fn new(
        target: Target,
        span: &'a Span,
        mechanisms: &'a [MechanismScore],
        mentions: &'a [Mention],
        words: &'a [(String, u32)],
    ) -> Self {
        let of_kind = |kind: MentionKind| mentions.iter().filter(move |mention| mention.kind == kind);
        let paths: BTreeSet<&str> =
            of_kind(MentionKind::Path).map(|mention| mention.what.trim_matches('/')).collect();
        let folders =
            paths.iter().filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder).collect();
        let names = of_kind(MentionKind::Name).map(|mention| mention.what.to_lowercase()).collect();
        let commits = Commits::default();
        Self { target, span, mechanisms, mentions, words, paths, folders, names, commits }
    }

    fn naming(mut self, components: &[String]) -> Self {
        self.names.extend(components.iter().map(|name| name.to_lowercase()));
        self
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
