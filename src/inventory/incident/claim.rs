//! What a promise must have left in the tree: a declared resource, or a key that is set in one.
//!
//! A resource is tied to a promise only by its name. Absence counts only for a promise that is said to
//! be done, and only where the thing can be nowhere else than in a declared resource of an ecosystem
//! that is described here; anything that a module could hold is not verifiable.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::inventory::Material;
use crate::model::fact::{ActionItem, ActionState, Resource, System};
use crate::model::tree::Node;
use crate::model::{FactKind, RepoPath, Span};
use crate::rules::catalog;
use crate::text::{Role, role};

#[derive(Deserialize)]
struct Catalog {
    plain: String,
    claim: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    promise: String,
    kinds: Vec<String>,
    at: Option<String>,
    ecosystem: Option<String>,
    maybe: Option<String>,
}

struct Kind {
    name: String,
    promise: Regex,
    kinds: Vec<String>,
    /// Other ways to the promised key, any of which will do.
    at: Vec<String>,
    /// When its absence counts: the ecosystem, and what else could hold it.
    absence: Option<(String, Regex)>,
}

struct Kinds {
    plain: BTreeSet<String>,
    all: Vec<Kind>,
}

/// Folders whose declarations are not in force.
const RETIRED: &[&str] = &["deprecated", "archive", "archived", "old", "legacy", "attic", "retired"];

fn catalogue() -> &'static Kinds {
    static READ: LazyLock<Kinds> = LazyLock::new(|| {
        let Ok(read) = toml::from_str::<Catalog>(catalog("claims")) else {
            return Kinds { plain: BTreeSet::new(), all: Vec::new() };
        };
        let plain = read.plain.split_whitespace().map(|word| singular(word).to_owned()).collect();
        Kinds { plain, all: read.claim.into_iter().filter_map(kind).collect() }
    });
    &READ
}

fn kind(entry: Entry) -> Option<Kind> {
    let regex = |text: &str| RegexBuilder::new(text).case_insensitive(true).build().ok();
    let absence = match entry.ecosystem.zip(entry.maybe) {
        Some((ecosystem, maybe)) => Some((ecosystem, regex(&maybe)?)),
        None => None,
    };
    Some(Kind {
        name: entry.name,
        promise: regex(&entry.promise)?,
        kinds: entry.kinds,
        at: entry.at.iter().flat_map(|at| at.split('|')).map(str::to_owned).collect(),
        absence,
    })
}

/// What the tree says of a promise.
pub(super) enum Claim {
    /// Its trace is here.
    There(Span),
    /// Its trace would have to be here, and is not: the reason.
    Missing(String),
    /// Nothing.
    Unknown,
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
        let systems = [System::Terraform, System::CloudFormation, System::Kubernetes];
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

    /// Holds a promise against the tree.
    pub(super) fn hold(&self, stated: &ActionItem) -> Claim {
        let is_done = stated.state == ActionState::Done;
        if let Some((span, _)) = self.alerts.iter().find(|(_, name)| names(&stated.text, name))
            && is_done
        {
            return Claim::There(span.clone());
        }
        let promised: Vec<&Kind> =
            catalogue().all.iter().filter(|kind| kind.promise.is_match(&stated.text)).collect();
        let there = promised.iter().find_map(|kind| self.named(kind, stated));
        match there {
            Some(at) => Claim::There(at),
            None if is_done => {
                let missing = promised.iter().find_map(|kind| self.missing(kind));
                missing.map_or(Claim::Unknown, Claim::Missing)
            }
            None => Claim::Unknown,
        }
    }

    /// The place of the promised thing in a resource that the promise names.
    fn named(&self, kind: &Kind, stated: &ActionItem) -> Option<Span> {
        let mut of_kind = self.in_force.iter().filter(|(_, r)| kind.is(r));
        of_kind.find_map(|(span, resource)| {
            if !shares_a_word(stated, &resource.name, &kind.name) {
                return None;
            }
            if kind.at.is_empty() {
                return Some(span.clone());
            }
            let set = kind.at.iter().find_map(|way| set(&resource.body, way))?;
            Some(Span::new(&span.path, set.at))
        })
    }

    /// Why the promised thing cannot be here, if that is certain.
    fn missing(&self, kind: &Kind) -> Option<String> {
        let (ecosystem, maybe) = kind.absence.as_ref()?;
        let is_described = self.in_force.iter().any(|(_, r)| r.kind.starts_with(ecosystem));
        let could_hold = |resource: &Resource| {
            let source = resource.body.text_at("source").unwrap_or_default();
            resource.kind == "module" && (maybe.is_match(&resource.name) || maybe.is_match(source))
        };
        let is_possible = self.in_force.iter().any(|(_, r)| kind.is(r) || could_hold(r));
        let what = kind.kinds.first().map_or(kind.name.as_str(), String::as_str);
        (is_described && !is_possible).then(|| format!("no {what} is declared outside of retired folders"))
    }
}

impl Kind {
    fn is(&self, resource: &Resource) -> bool {
        self.kinds.iter().any(|kind| *kind == resource.kind || kind == "*")
    }
}

/// The value at the end of a way of keys, when it is there and switches nothing off.
fn set<'a>(node: &'a Node, way: &str) -> Option<&'a Node> {
    let (key, rest) = way.split_once('.').map_or((way, None), |(key, rest)| (key, Some(rest)));
    if key == "*" {
        let mut found = None;
        for item in node.items() {
            let below = set(item, rest?)?;
            found = found.or(Some(below));
        }
        return found;
    }
    let below = node.get(key)?;
    // A block of Terraform may be repeated, and then is a list of one.
    let below =
        below.items().first().filter(|_| rest.is_some_and(|rest| !rest.starts_with('*'))).unwrap_or(below);
    match rest {
        Some(rest) => set(below, rest),
        None => {
            let is_off = below.as_bool() == Some(false) || below.as_i64() == Some(0);
            (!is_off && !below.is_empty() && below.unknown().is_none()).then_some(below)
        }
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

/// Whether a promise and a resource's name share a word that is not part of what was promised. Where
/// somebody says that it is done, a plain word is enough.
fn shares_a_word(stated: &ActionItem, name: &str, what: &str) -> bool {
    let (promise, what) = (stated.text.to_lowercase(), what.to_lowercase());
    let is_done = stated.state == ActionState::Done;
    let tells = |word: &str| is_done || !is_plain(word);
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= 4 && !what.contains(*word) && tells(word))
        .any(|word| promise.split(|c: char| !c.is_alphanumeric()).any(|p| singular(p) == singular(word)))
}

/// Whether a word ties a promise to anything: it stands in names of every kind.
pub(super) fn is_plain(word: &str) -> bool {
    catalogue().plain.contains(singular(word))
}

fn singular(word: &str) -> &str {
    word.trim_end_matches('s')
}

#[cfg(test)]
mod tests {
    use super::{catalogue, is_telling, names, shares_a_word};
    use crate::model::fact::{ActionItem, ActionState};

    #[test]
    fn only_a_name_ties_a_promise_to_an_alert() {
        assert!(is_telling("QueueStuck") && is_telling("queue_stuck"));
        assert!(!is_telling("Queue") && !is_telling("latency"));
        assert!(names("An alert (`QueueStuck` in rules.yml)", "QueueStuck"));
        assert!(!names("An alert QueueStuckLong", "QueueStuck"));
    }

    #[test]
    fn the_catalogue_loads() {
        assert!(catalogue().all.len() > 1 && !catalogue().plain.is_empty());
    }

    #[track_caller]
    fn check(promise: &str, state: ActionState, name: &str, expected: bool) {
        let stated = ActionItem {
            at: crate::model::At { line: 1, start: 0, end: 0 },
            text: promise.to_owned(),
            state,
            owner: None,
            due: None,
            ticket: None,
            is_only_talk: false,
        };
        assert_eq!(shares_a_word(&stated, name, "a CloudWatch alarm"), expected, "{promise}: {name}");
    }

    #[test]
    fn only_a_telling_word_ties_a_promise_to_a_resource() {
        let (done, unstated) = (ActionState::Done, ActionState::Unstated);
        check("CloudWatch alarms for the queues", unstated, "queue_depth", true);
        check("CloudWatch alarm for the disk", done, "cloudwatch_alarm_cpu", false);
        check("CloudWatch alarm for the database", done, "database_disk", true);
        check("CloudWatch alarm for the database", unstated, "database_disk", false);
    }
}
