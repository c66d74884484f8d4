//! Sentences of a comment.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// The sentence around a place: from the last full stop before it to the next one.
pub fn sentence(text: &str, range: &Range<usize>) -> Range<usize> {
    static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[.!?][)\x22']?\s+[A-Z(]").ok());
    let Some(end) = END.as_ref() else { return 0..text.len() };
    let before = text.get(..range.start).unwrap_or_default();
    // The matched capital letter is the first one of the next sentence.
    let starts = end.find_iter(before).filter(|found| !is_abbreviation(before, found.start()));
    let start = starts.last().map_or(0, |found| found.end() - 1);
    let after = text.get(range.end..).unwrap_or_default();
    let stop = end.find(after).map_or(text.len(), |found| range.end + found.start() + 1);
    start..stop
}

fn is_abbreviation(text: &str, stop: usize) -> bool {
    let before = text.get(..stop).unwrap_or_default();
    ["e.g", "i.e", "etc", "vs", "cf"].iter().any(|short| before.ends_with(short))
}
