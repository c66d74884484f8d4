//! A pattern of words in a catalogue: compiled when it is first asked, and over bytes.
//!
//! The catalogues hold hundreds of patterns, and a run on a small repository asks few of them;
//! compiling all with the whole of Unicode behind every `\w` took longer than reading a large
//! repository. So `\w`, `\b`, `\d` and case-folding are those of ASCII here, and a letter outside of
//! it stands for itself. A pattern that does not compile matches nothing; a test compiles them all.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};

/// A pattern of words.
#[derive(Clone, Debug)]
pub struct Phrase {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

/// Where a phrase matched: always between whole characters.
#[derive(Clone, Debug)]
pub struct Found<'t> {
    text: &'t str,
    range: Range<usize>,
}

impl<'t> Found<'t> {
    /// The bytes of it.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The byte after the last one.
    pub fn end(&self) -> usize {
        self.range.end
    }

    /// The words.
    pub fn as_str(&self) -> &'t str {
        self.text.get(self.range()).unwrap_or_default()
    }
}

impl Phrase {
    /// Takes a pattern as it is written.
    pub fn new(source: &str) -> Self {
        Self { source: source.to_owned(), compiled: OnceLock::new() }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Compiles it now; an error says why it cannot be.
    #[cfg(test)]
    pub fn check(&self) -> Result<(), regex::Error> {
        compile(&self.source).map(drop)
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref()
    }

    /// Whether it stands anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text.as_bytes()))
    }

    /// The first place where it stands.
    pub fn find<'t>(&self, text: &'t str) -> Option<Found<'t>> {
        self.regex()?.find(text.as_bytes()).map(|found| whole(text, found.range()))
    }

    /// Every place where it stands, in order, none inside another.
    pub fn find_iter<'p: 't, 't>(&'p self, text: &'t str) -> impl Iterator<Item = Found<'t>> {
        let regex = self.regex().into_iter();
        regex
            .flat_map(move |regex| regex.find_iter(text.as_bytes()))
            .map(move |found| whole(text, found.range()))
    }
}

fn compile(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).unicode(false).build()
}

/// A match with the whole of the characters at its ends; a class like `[^.]` may take a part of one.
fn whole(text: &str, mut range: Range<usize>) -> Found<'_> {
    while range.start > 0 && !text.is_char_boundary(range.start) {
        range.start -= 1;
    }
    while range.end < text.len() && !text.is_char_boundary(range.end) {
        range.end += 1;
    }
    Found { text, range }
}

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|source| Self::new(&source))
    }
}

#[cfg(test)]
mod tests {
    use super::Phrase;

    #[test]
    fn a_match_never_splits_a_character() {
        let text = "für jetzt – später";
        for pattern in ["f[^.]", "[^a-z]", "[^a-z ]+", ".r", "sp[^t]", "$"] {
            for found in Phrase::new(pattern).find_iter(text) {
                assert!(text.get(found.range()).is_some(), "{pattern}: {:?}", found.range());
                assert_eq!(Some(found.as_str()), text.get(found.range().start..found.end()));
            }
        }
    }

    #[test]
    fn words_are_those_of_ascii_and_other_letters_stand_for_themselves() {
        assert!(Phrase::new(r"(?i)\bfor now\b").is_match("ok – FOR NOW."));
        assert!(Phrase::new("✅|☑").is_match("☑ done"));
        assert!(Phrase::new(r"(?x) \w+ \s now").find("à for now").is_some_and(|f| f.as_str() == "for now"));
    }

    #[test]
    fn a_pattern_that_does_not_compile_matches_nothing_and_says_so() {
        let broken = Phrase::new("(");
        assert!(!broken.is_match("(") && broken.find("(").is_none());
        assert!(broken.check().is_err());
    }

    /// Every pattern of the embedded catalogues of deferred work, by the keys that hold one.
    #[test]
    fn every_phrase_of_the_catalogues_compiles() {
        for name in
            ["deferral", "deferral-mechanisms", "deferral-carriers", "deferral-weights", "code-shapes"]
        {
            let table: toml::Table = toml::from_str(crate::rules::catalog(name)).unwrap();
            let mut patterns = Vec::new();
            strings(&toml::Value::Table(table), &mut patterns);
            assert!(!patterns.is_empty(), "{name}");
            for pattern in patterns.iter().filter(|text| text.starts_with("(?")) {
                assert!(Phrase::new(pattern).check().is_ok(), "{name}: {pattern}");
            }
        }
    }

    fn strings(value: &toml::Value, out: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => out.push(text.clone()),
            toml::Value::Array(values) => values.iter().for_each(|value| strings(value, out)),
            toml::Value::Table(table) => table.values().for_each(|value| strings(value, out)),
            _ => {}
        }
    }
}
