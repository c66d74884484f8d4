//! What decision records and incident reports have in common: sections, fields, sentences, mentions
//! of other things.
//!
//! It reads the blocks of a document and knows how people write "Date: …" in eight ways. It does not
//! know what makes a document a decision or an incident.
//!
//! - `outline`: which headings a block stands under
//! - `field`: names with values: front matter, bold leads, bullets, bare lines, tables, headings
//! - `mention`: paths, issues, commits, names and incidents that a text names
//! - `sentence`: where one sentence ends

mod field;
mod mention;
mod outline;
mod sentence;

pub(super) use field::{Field, Origin, fields};
pub(super) use mention::{issue, mentions};
pub(super) use outline::{Outline, label};
pub(super) use sentence::sentences;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// A pattern of a catalogue, without regard to case.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern(Regex);

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(text: String) -> Result<Self, regex::Error> {
        RegexBuilder::new(&text).case_insensitive(true).build().map(Self)
    }
}

impl Pattern {
    /// Whether it matches anywhere in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Where it first matches.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<regex::Match<'t>> {
        self.0.find(text)
    }
}
