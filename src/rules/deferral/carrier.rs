//! Deferrals outside of plain comments: suppressions, skipped tests, limitations, documentation.
//!
//! The words are in `rules/catalog/deferral-carriers.toml`. It knows no files and no comments.

use std::ops::Range;

use crate::rules::phrase::Phrase;
use serde::Deserialize;

/// Directives that silence another tool.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suppression {
    pub(super) gate: Vec<String>,
    directive: Phrase,
    not_reasoned: Phrase,
    reason: Phrase,
    #[serde(default)]
    unless: Option<Phrase>,
    kind: Vec<Kind>,
}

/// What some rules of other tools guard against.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    mechanism: String,
    rules: Phrase,
}

/// Tests that do not run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Skipped {
    pub(super) gate: Vec<String>,
    form: Phrase,
    skips: Phrase,
    reason: Phrase,
    #[serde(default)]
    unless: Option<Phrase>,
    operational: Phrase,
}

/// Sections of prose about what does not work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limitation {
    heading: Phrase,
    not_heading: Phrase,
    todo: Phrase,
    ideas: Phrase,
    lack: Phrase,
    now: Phrase,
    risk: Phrase,
    by_design: Phrase,
    done: Phrase,
    not_here: Phrase,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Docstring {
    cues: Vec<String>,
}

/// What a heading announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What is lacking; not every entry below it states a lack.
    Limitations,
    /// What is still to be done.
    Todo,
    /// What might be done: wishes, but for entries that name a failure mechanism.
    Ideas,
}

/// The words of every carrier.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carriers {
    pub(super) suppression: Suppression,
    pub(super) skipped: Skipped,
    limitation: Limitation,
    docstring: Docstring,
}

fn holds(words: &Phrase, unless: &Option<Phrase>, text: &str) -> Option<Range<usize>> {
    let found = words.find(text)?;
    (!unless.as_ref().is_some_and(|unless| unless.is_match(text))).then(|| found.range())
}

impl Carriers {
    /// The first directive in a comment, with the rules it names.
    pub fn directive(&self, text: &str) -> Option<Range<usize>> {
        self.suppression.directive.find(text).map(|found| found.range())
    }

    /// Whether a directive names a rule that the words beside it give no reason for.
    pub fn is_unreasoned(&self, directive: &str) -> bool {
        self.suppression.not_reasoned.is_match(directive)
    }

    /// Words in the reason of a suppression that put the matter off.
    pub fn suppression_reason(&self, reason: &str) -> Option<Range<usize>> {
        holds(&self.suppression.reason, &self.suppression.unless, reason)
    }

    /// The mechanism that the silenced rules guard against, by their names.
    pub fn silenced(&self, directive: &str) -> Option<&str> {
        let kind = self.suppression.kind.iter().find(|kind| kind.rules.is_match(directive))?;
        Some(&kind.mechanism)
    }

    /// Ids of mechanisms that rules of other tools stand for.
    #[cfg(test)]
    pub(super) fn mechanisms(&self) -> impl Iterator<Item = &str> {
        self.suppression.kind.iter().map(|kind| kind.mechanism.as_str())
    }

    /// The length of the form that skips a test at the start of `line`, up to its string.
    pub fn skip_form(&self, line: &str) -> Option<usize> {
        self.skipped.form.find(line).map(|found| found.end())
    }

    /// Whether a line of code skips a test.
    pub fn skips(&self, line: &str) -> bool {
        self.skipped.skips.is_match(line)
    }

    /// Words in the reason of a skipped test that put it off.
    pub fn skip_reason(&self, reason: &str) -> Option<Range<usize>> {
        holds(&self.skipped.reason, &self.skipped.unless, reason)
    }

    /// Whether a test, by any of these names, is of something that a bad night depends on.
    pub fn is_operational(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.skipped.operational.is_match(name))
    }

    /// What a heading announces, if it speaks of limits as a whole.
    pub fn section(&self, heading: &str) -> Option<Section> {
        if self.limitation.heading.is_match(heading) && !self.limitation.not_heading.is_match(heading) {
            Some(Section::Limitations)
        } else if self.limitation.todo.is_match(heading) {
            Some(Section::Todo)
        } else {
            self.limitation.ideas.is_match(heading).then_some(Section::Ideas)
        }
    }

    /// Whether an entry states that something is lacking, and not that it was mended.
    pub fn is_lack(&self, entry: &str, section: Section) -> bool {
        (section != Section::Limitations || self.limitation.lack.is_match(entry))
            && !self.limitation.done.is_match(entry)
    }

    /// Whether an entry says that it is put off or that a safety net is missing, and not that this
    /// is a limit by design.
    pub fn is_put_off(&self, entry: &str) -> bool {
        let is_meant = self.limitation.by_design.is_match(entry);
        !is_meant && (self.limitation.now.is_match(entry) || self.limitation.risk.is_match(entry))
    }

    /// Whether the document at a path is for other readers: a change log, a record.
    pub fn is_elsewhere(&self, path: &str) -> bool {
        self.limitation.not_here.is_match(path)
    }

    /// Whether a family of cues without a marker counts in documentation.
    pub fn counts_in_docstring(&self, cue: &str) -> bool {
        self.docstring.cues.iter().any(|known| known == cue)
    }
}
