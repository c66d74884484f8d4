//! What a promise that is said to be done must have left in the tree.
//!
//! Narrow on purpose: only where the thing can be nowhere else than in a declared resource of an
//! ecosystem that is described here. Anything that a module could hold is not verifiable.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::inventory::Material;
use crate::model::fact::{ActionItem, Resource, System};
use crate::model::thing::ActionVerdict;
use crate::model::{FactKind, RepoPath, Span};
use crate::rules::catalog;
use crate::text::{Role, role};

#[derive(Deserialize)]
struct Catalog {
    claim: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    promise: String,
    system: String,
    kinds: Vec<String>,
    ecosystem: String,
    maybe: String,
}

struct Kind {
    name: String,
    promise: Regex,
    kinds: Vec<String>,
    ecosystem: String,
    maybe: Regex,
}

/// Folders whose declarations are not in force.
const RETIRED: &[&str] = &["deprecated", "archive", "archived", "old", "legacy", "attic", "retired"];

fn catalogue() -> &'static [Kind] {
    static READ: LazyLock<Vec<Kind>> = LazyLock::new(|| {
        let read: Option<Catalog> = toml::from_str(catalog("claims")).ok();
        let regex = |text: &str| RegexBuilder::new(text).case_insensitive(true).build().ok();
        read.into_iter()
            .flat_map(|catalog| catalog.claim)
            .filter(|entry| entry.system == "terraform")
            .filter_map(|entry| {
                let (promise, maybe) = (regex(&entry.promise)?, regex(&entry.maybe)?);
                Some(Kind {
                    name: entry.name,
                    promise,
                    kinds: entry.kinds,
                    ecosystem: entry.ecosystem,
                    maybe,
                })
            })
            .collect()
    });
    &READ
}

/// A shorter name, or one that is an ordinary word, may stand in a promise by chance.
const TELLING_ALERT_CHARS: usize = 6;

/// The declared resources and alerts that claims are held against.
pub(super) struct Claims<'a> {
    in_force: Vec<(Span, &'a Resource)>,
    alerts: Vec<(Span, &'a str)>,
}

impl<'a> Claims<'a> {
    /// Takes what is declared and in force: not in tests, examples or retired folders.
    pub(super) fn new(material: &Material<'a>) -> Self {
        let systems = [System::Terraform, System::CloudFormation];
        let counts =
            |span: &Span| !matches!(role(&span.path), Role::Test | Role::Example) && !is_retired(&span.path);
        let declared = material
            .resources()
            .filter(|(span, resource)| systems.contains(&resource.system) && counts(span));
        let alerts = material
            .of(|kind| if let FactKind::Alert(rule) = kind { Some(rule.name.as_str()) } else { None })
            .filter(|(span, name)| counts(span) && is_telling(name));
        Self { in_force: declared.collect(), alerts: alerts.collect() }
    }

    /// Holds a promise that is stated done against the tree.
    pub(super) fn hold(&self, stated: &ActionItem) -> ActionVerdict {
        if let Some((span, _)) = self.alerts.iter().find(|(_, name)| names(&stated.text, name)) {
            return ActionVerdict::Satisfied(span.clone());
        }
        let Some(kind) = catalogue().iter().find(|kind| kind.promise.is_match(&stated.text)) else {
            return ActionVerdict::NotVerifiable;
        };
        let is_described = self.in_force.iter().any(|(_, r)| r.kind.starts_with(&kind.ecosystem));
        let could_hold = |resource: &Resource| {
            let source = resource.body.text_at("source").unwrap_or_default();
            resource.kind == "module" && (kind.maybe.is_match(&resource.name) || kind.maybe.is_match(source))
        };
        if !is_described || self.in_force.iter().any(|(_, r)| could_hold(r)) {
            return ActionVerdict::NotVerifiable;
        }
        let mut of_kind = self.in_force.iter().filter(|(_, r)| kind.kinds.contains(&r.kind)).peekable();
        if of_kind.peek().is_none() {
            return ActionVerdict::NoEvidence(format!(
                "no {} is declared outside of retired folders",
                kind.kinds.first().map_or(kind.name.as_str(), String::as_str)
            ));
        }
        let named = of_kind.find(|(_, r)| shares_a_word(&stated.text, &r.name, &kind.name));
        named.map_or(ActionVerdict::NotVerifiable, |(span, _)| ActionVerdict::Satisfied(span.clone()))
    }
}

/// Whether a name can be nothing but a name: `QueueStuck`, `queue_stuck`, not `queue`.
fn is_telling(name: &str) -> bool {
    let has_inner_capital = name.chars().skip(1).any(char::is_uppercase);
    name.len() >= TELLING_ALERT_CHARS && (has_inner_capital || name.contains(['_', '-']))
}

/// Whether a promise names this alert as a whole word.
fn names(promise: &str, alert: &str) -> bool {
    promise.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).any(|word| word == alert)
}

fn is_retired(path: &RepoPath) -> bool {
    RETIRED.iter().any(|folder| path.has_folder(folder))
}

/// Whether a promise and a resource's name share a word that is not part of what was promised.
fn shares_a_word(promise: &str, name: &str, what: &str) -> bool {
    let lower = |text: &str| text.to_lowercase();
    let (promise, what) = (lower(promise), lower(what));
    lower(name)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= 4 && !what.contains(*word))
        .any(|word| {
            promise
                .split(|c: char| !c.is_alphanumeric())
                .any(|p| p.trim_end_matches('s') == word.trim_end_matches('s'))
        })
}

#[cfg(test)]
mod tests {
    use super::{catalogue, is_telling, names, shares_a_word};

    #[test]
    fn only_a_name_ties_a_promise_to_an_alert() {
        assert!(is_telling("QueueStuck") && is_telling("queue_stuck"));
        assert!(!is_telling("Queue") && !is_telling("latency"));
        assert!(names("An alert (`QueueStuck` in rules.yml)", "QueueStuck"));
        assert!(!names("An alert QueueStuckLong", "QueueStuck"));
    }

    #[test]
    fn the_catalogue_loads() {
        assert!(!catalogue().is_empty());
    }

    #[test]
    fn only_a_telling_word_ties_a_promise_to_a_resource() {
        assert!(shares_a_word("CloudWatch alarms for the queues", "queue_depth", "a CloudWatch alarm"));
        assert!(!shares_a_word(
            "CloudWatch alarm for the disk",
            "cloudwatch_alarm_cpu",
            "a CloudWatch alarm"
        ));
    }
}
