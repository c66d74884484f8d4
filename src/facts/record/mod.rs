//! What decision records and incident reports have in common: sections, fields, sentences, mentions
//! of other things.
//!
//! It reads the blocks of a document and knows how people write "Date: …" in eight ways. It does not
//! know what makes a document a decision or an incident.
//!
//! - `outline`: which headings a block stands under
//! - `field`: names with values: front matter, bold leads, bullets, bare lines, tables, headings
//! - `markup`: AsciiDoc and reStructuredText as Markdown
//! - `mention`: paths, issues, commits, names and incidents that a text names
//! - `sentence`: where one sentence ends

mod field;
pub(super) mod markup;
mod mention;
mod outline;
mod sentence;

pub(super) use field::{Field, Origin, fields};
pub(super) use mention::{issue, mentions};
pub(super) use outline::{Outline, label};
pub(super) use sentence::sentences;

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// A pattern of a catalogue, without regard to case, in any language. It is compiled when it is
/// first asked: most repositories hold nothing that most of them are for. One that does not compile
/// matches nothing; a test compiles them all.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl Pattern {
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref()
    }

    /// Whether it matches anywhere in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// Where it first matches.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<regex::Match<'t>> {
        self.regex()?.find(text)
    }
}

/// Extensions of files that hold prose; one without any may, too.
const DOCUMENTS: &[&str] = &[
    "", "md", "markdown", "mdx", "mkd", "qmd", "rmd", "rst", "adoc", "asciidoc", "txt", "erb", "html", "org",
    "yaml", "yml",
];

/// Whether a file may hold prose, by its name.
pub(super) fn is_document(path: &crate::model::RepoPath) -> bool {
    let extension = path.extension();
    // `2020-02-12.html` of an article has an extension that is part of a date otherwise.
    DOCUMENTS.iter().any(|known| extension.eq_ignore_ascii_case(known))
        || extension.starts_with(|c: char| c.is_ascii_digit())
}

fn compile(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).case_insensitive(true).build()
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn every_pattern_about_incidents_and_decisions_compiles() {
        for name in ["incidents", "decisions"] {
            let table: toml::Table = toml::from_str(crate::rules::catalog(name)).unwrap();
            let mut left: Vec<&toml::Value> = table.values().collect();
            let mut patterns = 0;
            while let Some(value) = left.pop() {
                match value {
                    toml::Value::String(text) => {
                        assert!(compile(text).is_ok(), "{name}: {text}");
                        patterns += 1;
                    }
                    toml::Value::Array(values) => left.extend(values),
                    toml::Value::Table(table) => left.extend(table.values()),
                    _ => {}
                }
            }
            assert!(patterns > 10, "{name}");
        }
    }
}
