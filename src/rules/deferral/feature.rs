//! What a comment's text is weighed by: phrases of up to three words, cues and named shapes.
//!
//! A feature is there or it is not: how often does not count, because the same words twice are no
//! second reason. It knows no weights.

use std::collections::BTreeSet;

/// Longest phrase, in words.
pub(super) const LONGEST_PHRASE: usize = 3;
/// Stands before the first word of a text, in phrases.
pub(super) const START: &str = "^";
/// Stands after the last word.
pub(super) const END: &str = "$";
/// Words of a text that are read: whatever comes later hardly says what the comment is.
const MOST_WORDS: usize = 400;

/// Words that begin a remark of their own, wherever their line stands in a comment.
const MARKERS: [&str; 9] =
    ["todo", "@todo", "to-do", "fixme", "xxx", "hack", "kludge", "workaround", "refactorme"];

/// A text without comment delimiters and folded, but for the lines that a marker begins.
///
/// In collections of comments several line comments are often joined by spaces, with `//` still
/// between them; each begins a line again.
pub(super) fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for line in text.lines() {
        let mut is_first = true;
        for word in line.split_whitespace() {
            let is_delimiter = word.starts_with("//")
                || word.starts_with("/*")
                || matches!(word, "*" | "*/" | "**/")
                || (is_first && word.starts_with(['*', '#']));
            let rest = if is_delimiter { word.trim_start_matches(['/', '*', '#', '!']) } else { word };
            let rest = rest.strip_suffix("*/").unwrap_or(rest);
            is_first |= is_delimiter;
            if rest.is_empty() {
                continue;
            }
            if !bare.is_empty() {
                bare.push(if is_first && is_marker(rest) { '\n' } else { ' ' });
            }
            bare.push_str(rest);
            is_first = false;
        }
    }
    bare
}

fn is_marker(word: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || matches!(c, '@' | '-');
    let word = word.get(..word.find(|c| !letters(c)).unwrap_or(word.len())).unwrap_or_default();
    MARKERS.iter().any(|marker| word.eq_ignore_ascii_case(marker))
}

/// Words in lower case, and the signs that carry a mood: `?`, `!`, `...`. `None` is a break that no
/// phrase crosses.
pub(super) fn words(text: &str) -> Vec<Option<String>> {
    let mut words = vec![Some(START.to_owned())];
    let mut rest = text;
    while let Some(c) = rest.chars().next().filter(|_| words.len() < MOST_WORDS) {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '\'' || c == '\u{2019}';
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, tail) = if length > 0 {
            (Some(rest.get(..length).unwrap_or_default()), rest.get(length..))
        } else if rest.starts_with("...") {
            (Some("..."), rest.get(3..).map(|tail| tail.trim_start_matches('.')))
        } else {
            (rest.get(..c.len_utf8()), rest.get(c.len_utf8()..))
        };
        rest = tail.unwrap_or_default();
        match word.unwrap_or_default() {
            sign if length == 0 && !matches!(sign, "?" | "!" | "...") => {
                let breaks = !c.is_whitespace() && !matches!(c, '-' | '"' | '`');
                if breaks && words.last().is_some_and(Option::is_some) {
                    words.push(None);
                }
            }
            word => push_lower(&mut words, word),
        }
    }
    if words.last().is_some_and(Option::is_none) {
        words.pop();
    }
    words.push(Some(END.to_owned()));
    words
}

fn push_lower(words: &mut Vec<Option<String>>, word: &str) {
    let word = word.trim_matches(['\'', '\u{2019}', '_']).replace('\u{2019}', "'").to_lowercase();
    if !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()) {
        words.push(Some(word));
    }
}

/// All phrases of a text, sorted.
pub(super) fn phrases(text: &str) -> BTreeSet<String> {
    let words = words(text);
    let mut phrases = BTreeSet::new();
    for stretch in words.split(Option::is_none) {
        for start in 0..stretch.len() {
            for length in 1..=LONGEST_PHRASE.min(stretch.len() - start) {
                let phrase: Vec<&str> =
                    stretch.iter().skip(start).take(length).filter_map(Option::as_deref).collect();
                phrases.insert(phrase.join(" "));
            }
        }
    }
    phrases.remove(START);
    phrases.remove(END);
    phrases
}

#[cfg(test)]
mod tests {
    use super::{bare, phrases};

    #[track_caller]
    fn check_bare(text: &str, expected: &str) {
        assert_eq!(bare(text), expected, "{text}");
    }

    #[test]
    fn takes_delimiters_off_and_leaves_divisions_and_addresses() {
        check_bare("// one // two", "one two");
        check_bare("/** one\n * two */", "one two");
        check_bare("/* one\n * TODO(ana): two */", "one\nTODO(ana): two");
        check_bare("//TODO: see http://a.b/c and 1 / 2", "TODO: see http://a.b/c and 1 / 2");
        check_bare("the todo list // todo: two", "the todo list\ntodo: two");
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let phrases = phrases(text);
        let found: Vec<&str> = phrases.iter().map(String::as_str).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn phrases_do_not_cross_a_full_stop() {
        check("Ugly. Why?", &["?", "? $", "^ ugly", "ugly", "why", "why ?", "why ? $"]);
    }
}
