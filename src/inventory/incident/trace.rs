//! What a promise to make something has left in the tree: the file it names, an alert or a page that
//! bears its words.
//!
//! Only things that are made by a promise count, never things that are changed by one: "update
//! `a.md`" leaves no trace that a tree could show. A name ties only as a whole: every telling word of
//! an alert or a page must stand in the promise, and at least two of them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::inventory::Material;
use crate::model::fact::{ActionItem, IncidentReport, MentionKind};
use crate::model::{FactKind, RepoPath, Span};
use crate::rules::catalog;
use crate::text::{Role, role};

/// A shorter word is a preposition or a unit.
const TELLING_CHARS: usize = 4;
/// One shared word may stand in both by chance.
const SHARED_WORDS: usize = 2;
/// Words of names that say what kind of thing it is, not which.
const GENERIC: &[&str] = &[
    "alert",
    "alerts",
    "alarm",
    "alarms",
    "high",
    "runbook",
    "guide",
    "document",
    "documentation",
    "incident",
    "incidents",
    "production",
    "error",
    "errors",
    "failed",
    "failure",
    "service",
    "with",
    "when",
    "from",
    "that",
    "this",
    "into",
    "your",
    "using",
];

struct Forms {
    makes_file: Regex,
    alert: Regex,
    page: Regex,
}

static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| {
    let regex = |text| Regex::new(text).ok();
    Some(Forms {
        // The file is the object of the verb: nothing between them says that it is only changed.
        makes_file: regex(
            r"(?i)^\W*(?:we )?(?:create|write|add|introduce)d?\s+(?P<between>(?:an? |the |new |\w+ ){0,4})$",
        )?,
        alert: regex(
            r"(?i)\b(?:add|create|set ?up|write|implement|introduce|configure|have)\w*\b.{0,40}\b(?:alerts?|alarms?)\b",
        )?,
        page: regex(
            r"(?i)^\W*(?:document|write|create|add|produce)\w*\b.{0,30}\b(?:how to|runbooks?|playbooks?|guides?|procedures?)\b",
        )?,
    })
});

/// Alerts and pages with their telling words.
pub(super) struct Traces {
    alerts: Vec<(Span, BTreeSet<String>)>,
    pages: Vec<(Span, BTreeSet<String>)>,
    stubs: BTreeSet<RepoPath>,
    tests: Vec<(RepoPath, BTreeSet<String>)>,
}

impl Traces {
    /// Takes what is there and counts: not in tests or examples.
    pub(super) fn new(material: &Material<'_>) -> Self {
        let counts = |span: &Span| !matches!(role(&span.path), Role::Test | Role::Example);
        let named = |name: fn(&FactKind) -> Option<&str>| -> Vec<(Span, BTreeSet<String>)> {
            let all = material.of(name).filter(|(span, _)| counts(span));
            all.map(|(span, name)| (span, telling(name))).filter(|(_, w)| w.len() >= SHARED_WORDS).collect()
        };
        let is_stub = |kind: &FactKind| matches!(kind, FactKind::Runbook(page) if page.stub.is_some());
        let stubs = material.of(move |kind| is_stub(kind).then_some(())).map(|(span, ())| span.path);
        Self {
            alerts: named(
                |kind| if let FactKind::Alert(rule) = kind { Some(rule.name.as_str()) } else { None },
            ),
            pages: named(|kind| match kind {
                // A page without content keeps no promise.
                FactKind::Runbook(page) if page.stub.is_none() => Some(page.title.as_str()),
                _ => None,
            }),
            stubs: stubs.collect(),
            tests: tests(material),
        }
    }

    /// The place that shows the promise kept.
    pub(super) fn find(&self, stated: &ActionItem) -> Option<Span> {
        let forms = FORMS.as_ref()?;
        let words = telling(&stated.text);
        let bearing = |all: &[(Span, BTreeSet<String>)]| {
            all.iter().find(|(_, name)| name.is_subset(&words)).map(|(span, _)| span.clone())
        };
        let alert = forms.alert.is_match(&stated.text).then(|| bearing(&self.alerts)).flatten();
        let page = forms.page.is_match(&stated.text).then(|| bearing(&self.pages)).flatten();
        alert.or(page)
    }

    /// The test file that a promise to write a test makes: of several the one that bears most of its words.
    pub(super) fn test(&self, stated: &ActionItem) -> Option<RepoPath> {
        if !TEST.as_ref().is_some_and(|test| test.is_match(&stated.text)) {
            return None;
        }
        let words = telling(&stated.text);
        let bearing = self.tests.iter().filter(|(_, name)| name.is_subset(&words));
        let best = bearing.max_by(|(a, one), (b, other)| one.len().cmp(&other.len()).then_with(|| b.cmp(a)));
        best.map(|(path, _)| path.clone())
    }

    /// Whether a page is there without content.
    pub(super) fn is_stub(&self, path: &RepoPath) -> bool {
        self.stubs.contains(path)
    }
}

/// A promise to write a test, as the catalogue words it.
static TEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Catalog {
        test: Words,
    }
    #[derive(Deserialize)]
    struct Words {
        promise: String,
    }
    let read: Catalog = toml::from_str(catalog("claims")).ok()?;
    RegexBuilder::new(&read.test.promise).case_insensitive(true).build().ok()
});

/// Test files whose names tell what they test, with those words.
fn tests(material: &Material<'_>) -> Vec<(RepoPath, BTreeSet<String>)> {
    let is_program = |path: &RepoPath| !matches!(path.extension(), "md" | "txt" | "json" | "snap" | "");
    let files = material.paths.iter().filter(|path| role(path) == Role::Test && is_program(path));
    let named = files.map(|path| {
        let words = telling(path.stem()).into_iter().filter(|word| !matches!(word.as_str(), "test" | "spec"));
        (path.clone(), words.collect::<BTreeSet<String>>())
    });
    let tells = |words: &BTreeSet<String>| {
        words.iter().filter(|word| !super::claim::is_plain(word)).count() >= SHARED_WORDS
    };
    named.filter(|(_, words)| tells(words)).collect()
}

/// The file that a promise makes, by its whole path, whether it is there or not.
pub(super) fn makes(report: &IncidentReport, stated: &ActionItem) -> Option<RepoPath> {
    let forms = FORMS.as_ref()?;
    let named = report.mentions.iter().filter(|m| m.kind == MentionKind::Path && m.at == stated.at);
    let mut made = named.filter(|mention| {
        let before = stated.text.split(mention.what.as_str()).next().unwrap_or_default();
        let before = before.trim_end_matches(|c: char| !c.is_alphanumeric() && !c.is_whitespace());
        before.len() < stated.text.len()
            && forms.makes_file.captures(&format!("{} ", before.trim_end())).is_some_and(|found| {
                let between = found["between"].to_lowercase();
                !between.split(' ').any(|word| ["to", "in", "into", "for", "from", "with"].contains(&word))
            })
    });
    made.next().map(|mention| RepoPath::new(&mention.what))
}

/// Telling words of a name or a sentence: parts of CamelCase and snake_case, lower case, singular.
fn telling(text: &str) -> BTreeSet<String> {
    let mut spaced = String::new();
    let mut was_lower = false;
    for c in text.chars() {
        if c.is_uppercase() && was_lower {
            spaced.push(' ');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        spaced.extend(c.to_lowercase());
    }
    spaced
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= TELLING_CHARS && !GENERIC.contains(word))
        .map(|word| word.strip_suffix("ing").or(word.strip_suffix('s')).unwrap_or(word).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::telling;

    #[test]
    fn words_of_names_and_sentences_meet() {
        let words = |text: &str| telling(text).into_iter().collect::<Vec<_>>();
        assert_eq!(words("QueueDepthHigh"), ["depth", "queue"]);
        assert_eq!(words("queue_depths"), ["depth", "queue"]);
        assert!(telling("QueueDepthHigh").is_subset(&telling("Add an alert on the depth of the queues")));
        assert!(words("Error alert").is_empty());
    }
}
