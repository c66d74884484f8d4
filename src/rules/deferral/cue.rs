//! One family of words that put work off: what it says by itself, and where it stands in a text.

use std::ops::Range;

use serde::Deserialize;

use crate::rules::phrase::Phrase;

/// How much a cue says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// An explicit marker.
    Marked,
    /// Language that is deferral by itself.
    Alone,
    /// Language that needs a mechanism or a load-bearing place beside it.
    Weak,
}

/// One family of words that put work off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// Its name in the catalogue.
    pub id: String,
    /// How much it says by itself.
    pub strength: Strength,
    /// Phrases of which one stands wherever the pattern may match.
    pub(super) gate: Vec<String>,
    pattern: Phrase,
    /// Characters that must not stand right before or after the match.
    #[serde(default)]
    not_before: String,
    #[serde(default)]
    not_after: String,
    #[serde(default)]
    unless: Option<Phrase>,
}

impl Cue {
    /// Its first place in a text where it is no part of a name and nothing beside it excuses it.
    pub(super) fn find(
        &self,
        text: &str,
        sentence: &dyn Fn(&Range<usize>) -> Range<usize>,
    ) -> Option<Range<usize>> {
        let found = self.pattern.find_iter(text).map(|found| at_first_word(text, found.range()));
        found.into_iter().find(|range| {
            let before = text.get(..range.start).and_then(|before| before.chars().next_back());
            let before = before.filter(|&c| !(c == '.' && is_ellipsis(text, range.start)));
            let after = text.get(range.end..).and_then(|after| after.chars().next());
            // In `nolint:x // TODO` the match begins with a slash that white space sets apart.
            let lead = text.get(range.clone()).and_then(|own| own.split(char::is_alphanumeric).next());
            let is_apart = lead.is_some_and(|lead| lead.contains(char::is_whitespace));
            let is_part_of_name = (!is_apart && before.is_some_and(|c| self.not_before.contains(c)))
                || after.is_some_and(|c| self.not_after.contains(c) && !ends_sentence(c, text, range.end));
            let around = text.get(sentence(range)).unwrap_or(text);
            !is_part_of_name && !self.unless.as_ref().is_some_and(|unless| unless.is_match(around))
        })
    }
}

/// A match without the signs that lead to its first word.
fn at_first_word(text: &str, range: Range<usize>) -> Range<usize> {
    let found = text.get(range.clone()).unwrap_or_default();
    let signs = found.find(|c: char| c.is_alphanumeric()).unwrap_or_default();
    range.start + signs..range.end
}

/// A period before a word closes a sentence unless a name stands before it.
fn is_ellipsis(text: &str, at: usize) -> bool {
    let mut before = text.get(..at).unwrap_or_default().chars().rev().skip(1);
    before.next().is_none_or(|c| !c.is_alphanumeric())
}

/// A period before white space or the end closes a sentence; inside a name it does not.
fn ends_sentence(c: char, text: &str, at: usize) -> bool {
    let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
    c == '.' && next.is_none_or(|next| next.is_whitespace() || next == '.')
}
