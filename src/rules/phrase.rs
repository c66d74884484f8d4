//! A pattern of words in a catalogue: compiled when it is first asked, and over bytes.
//!
//! The catalogues hold hundreds of patterns, and a run on a small repository asks few of them;
//! compiling all with the whole of Unicode behind every `\w` took longer than reading a large
//! repository. So `\w`, `\b`, `\d` and case-folding are those of ASCII here, and a letter outside of
//! it stands for itself. A pattern that does not compile matches nothing; a test compiles them all.
//!
//! A pattern that ignores case is asked of the text in lower case instead: compiled with both cases
//! of every letter it takes twice as long to compile, and longer to search.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};

/// A pattern of words.
#[derive(Clone, Debug)]
pub struct Phrase {
    source: String,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Clone, Debug)]
struct Compiled {
    regex: Regex,
    /// Whether texts are turned to lower case before they are searched.
    folds: bool,
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

    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref()
    }

    /// Whether it stands anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled().is_some_and(|compiled| compiled.regex.is_match(&compiled.seen(text)))
    }

    /// The first place where it stands.
    pub fn find<'t>(&self, text: &'t str) -> Option<Found<'t>> {
        let compiled = self.compiled()?;
        compiled.regex.find(&compiled.seen(text)).map(|found| whole(text, found.range()))
    }

    /// Every place where it stands, in order, none inside another.
    pub fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Found<'t>> + use<'t> {
        let ranges: Vec<Range<usize>> = self.compiled().map_or_else(Vec::new, |compiled| {
            compiled.regex.find_iter(&compiled.seen(text)).map(|found| found.range()).collect()
        });
        ranges.into_iter().map(move |range| whole(text, range))
    }
}

impl Compiled {
    /// The bytes that are searched; places in them are those in the text.
    fn seen<'t>(&self, text: &'t str) -> Cow<'t, [u8]> {
        if self.folds && text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.as_bytes().to_ascii_lowercase())
        } else {
            Cow::Borrowed(text.as_bytes())
        }
    }
}

fn compile(source: &str) -> Result<Compiled, regex::Error> {
    let lower = in_lower_case(source);
    let regex = RegexBuilder::new(lower.as_deref().unwrap_or(source)).unicode(false).build()?;
    Ok(Compiled { regex, folds: lower.is_some() })
}

/// The same pattern for texts in lower case, if it ignores case as a whole.
fn in_lower_case(source: &str) -> Option<String> {
    let (flags, body) = source.strip_prefix("(?")?.split_once(')')?;
    let is_whole = flags.contains('i') && flags.bytes().all(|b| b"isx".contains(&b));
    // An inner change of case, or a letter by its number, would need more than this.
    let is_plain = !["(?-", "[:upper:]", r"\x4", r"\x5"].iter().any(|form| body.contains(form));
    if !is_whole || !is_plain {
        return None;
    }
    // `(?-i)` besides, because a group of flags may not be empty.
    let mut lower = format!("(?{}-i)", flags.replace('i', ""));
    let mut is_escaped = false;
    for c in body.chars() {
        // `\B` is not `\b`.
        lower.push(if is_escaped { c } else { c.to_ascii_lowercase() });
        is_escaped = c == '\\' && !is_escaped;
    }
    Some(lower)
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
    fn a_pattern_that_ignores_case_is_written_in_lower_case() {
        let lower = |source| super::in_lower_case(source);
        assert_eq!(lower(r"(?xi) \bTODO\B [A-F\S]"), Some(r"(?x-i) \btodo\B [a-f\S]".to_owned()));
        assert_eq!(lower("(?i)A"), Some("(?-i)a".to_owned()));
        for other in ["TODO", "(?x) A", "(?-i)A", "(?i:A)b", "(?i)a(?-i:B)", r"(?i)\x41"] {
            assert_eq!(lower(other), None, "{other}");
        }
        let found: Vec<_> = Phrase::new("(?i) to[DK]o").find_iter("à TODO toko ToDo").collect();
        assert_eq!(found.iter().map(|f| f.as_str()).collect::<Vec<_>>(), [" TODO", " toko", " ToDo"]);
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
