//! Cuts a comment into remarks and finds the words in one that put work off.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::parse::code::Comment;
use crate::rules::{DeferralWords, Strength, sentence};
use crate::text::cut;

/// Longest text kept.
const LONGEST_TEXT: usize = 400;

/// A paragraph of a comment, or the part of one that a marker begins.
pub(super) struct Remark {
    /// White space folded.
    pub(super) text: String,
    /// 1-based line in the file.
    pub(super) line: u32,
    pub(super) last_line: u32,
}

/// Words that put work off, in a remark.
pub(super) struct Found<'a> {
    /// The family of the words in the catalogue.
    pub(super) id: &'a str,
    pub(super) strength: Strength,
    pub(super) cue: &'a str,
    /// The sentence they stand in.
    pub(super) sentence: &'a str,
    pub(super) start: usize,
}

/// A line that begins a remark of its own.
static BEGINS_REMARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?x) ^@?(?: (?i:todo|fixme)\b | (?:XXX|HACK|KLUDGE|WORKAROUND|NOTE|OPTIMIZE|REFACTOR|REVISIT|TBD)\b\s*[:(] )").ok()
});

/// The remarks of a comment that hold words worth a closer look.
pub(super) fn remarks(comment: &Comment, words: &DeferralWords) -> Vec<Remark> {
    let hits = words.gates(&comment.text);
    let mut remarks = remarks_in(comment, words, &paragraphs_with(&comment.text, &hits));
    remarks.retain(|remark| !words.gates(&remark.text).is_empty());
    remarks
}

/// All remarks of a comment.
pub(super) fn every_remark(comment: &Comment, words: &DeferralWords) -> Vec<Remark> {
    remarks_in(comment, words, &vec![true; comment.text.split('\n').count()])
}

/// Which lines stand in a paragraph with a hit: long documentation is not taken apart for one word.
fn paragraphs_with(text: &str, hits: &[usize]) -> Vec<bool> {
    let mut wanted = Vec::new();
    let (mut start, mut paragraph, mut holds) = (0, 0, false);
    for line in text.split('\n') {
        let end = start + line.len();
        let first = hits.partition_point(|&hit| hit < start);
        holds |= hits.get(first).is_some_and(|&hit| hit <= end);
        wanted.push(false);
        if line.is_empty() {
            wanted[paragraph..].fill(holds);
            (paragraph, holds) = (wanted.len(), false);
        }
        start = end + 1;
    }
    wanted[paragraph..].fill(holds);
    wanted
}

fn remarks_in(comment: &Comment, words: &DeferralWords, wanted: &[bool]) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = Vec::new();
    let mut is_open = false;
    let lines = (comment.at.line..).zip(comment.text.split('\n')).zip(wanted);
    for ((line, text), _) in lines.filter(|(_, wanted)| **wanted) {
        let begins = BEGINS_REMARK.as_ref().is_some_and(|pattern| pattern.is_match(text));
        // Commented-out code below a sentence is no part of it; above one it opens nothing.
        let is_code = !begins && (is_setting(text) || words.gates(text).is_empty() && is_code_line(text));
        if text.is_empty() || is_code {
            is_open = false;
            continue;
        }
        match remarks.last_mut().filter(|_| is_open && !begins) {
            Some(remark) => {
                remark.text.push(' ');
                remark.last_line = line;
            }
            None => remarks.push(Remark { text: String::new(), line, last_line: line }),
        }
        is_open = true;
        if let Some(remark) = remarks.last_mut() {
            push_folded(&mut remark.text, text);
        }
    }
    remarks
}

/// A line that no sentence has: a statement with its end, a key with its value, one quoted word.
static CODE_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        ^[^\s(]\S*[=(\[{]\S*[^.\s]$                  # one word with a sign of code in it
      | ^\S+[,;{]$                                     # one word with the end of a statement
      | ^[\w.\[\]"'-]+ \s* [:=] \s* \S.*[,;{]$     # a key, a value, the end of a statement
      | ^\}?.*[;{]$                                    # a statement
      | ^["'][^"']*["'],?$                              # a quoted word
      | ^\w[\w.]*:[\w./*-]+[:\w./*,-]*$"#,
    )
    .ok()
});

/// A setting or a translation that was commented out: its words are those of a product.
fn is_setting(text: &str) -> bool {
    static SETTING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\w-]+(?:\.[\w-]+)+\s*=\s*\S").ok());
    SETTING.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn is_code_line(text: &str) -> bool {
    // An address is one word with signs in it.
    !text.contains("://") && CODE_LINE.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn push_folded(folded: &mut String, text: &str) {
    for (i, word) in text.split_whitespace().enumerate() {
        if i > 0 {
            folded.push(' ');
        }
        folded.push_str(word);
    }
}

impl<'a> Found<'a> {
    /// Words that were found by other means and count by themselves.
    pub(super) fn alone(id: &'a str, remark: &'a Remark, range: Range<usize>) -> Option<Self> {
        let around = remark.text.get(sentence(&remark.text, &range))?;
        let cue = remark.text.get(range.clone())?;
        Some(Found { id, strength: Strength::Alone, cue, sentence: around, start: range.start })
    }
}

impl Remark {
    pub(super) fn find<'a>(&'a self, words: &'a DeferralWords) -> Option<Found<'a>> {
        let found = words.find(&self.text)?;
        let (sentence, cue) = (self.text.get(found.sentence)?, self.text.get(found.range.clone())?);
        let (id, strength) = (found.cue.id.as_str(), found.cue.strength);
        Some(Found { id, strength, cue, sentence, start: found.range.start })
    }
}

/// The remark, or when the words stand far down in it, from their sentence on.
pub(super) fn shown(remark: &Remark, found: &Found<'_>) -> String {
    let before = remark.text.get(..found.start).map_or(0, |before| before.chars().count());
    if before + found.cue.len() < LONGEST_TEXT {
        return cut(&remark.text, LONGEST_TEXT);
    }
    let sentence = sentence(&remark.text, &(found.start..found.start + found.cue.len()));
    let tail = remark.text.get(sentence.start..).unwrap_or_default();
    let start = if found.start - sentence.start < LONGEST_TEXT { tail } else { found.cue };
    cut(start, LONGEST_TEXT)
}

#[cfg(test)]
mod tests {
    use super::{is_code_line, remarks};
    use crate::parse::Language;
    use crate::parse::code::comments;
    use crate::rules::DeferralWords;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let Some(words) = DeferralWords::builtin() else { panic!("does not load") };
        let found = comments(text, Language::Python).value;
        let texts: Vec<String> =
            found.iter().flat_map(|comment| remarks(comment, words)).map(|remark| remark.text).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn code_below_a_sentence_is_no_part_of_it() {
        check(
            "# Off for now,\n# because of load.\n# check_orders,\n# x = 1;\n",
            &["Off for now, because of load."],
        );
        check("# Off for now.\n# OnFailure=mail@%i.service\n", &["Off for now."]);
        check("# order.purge.failed=Not supported for now\n# Off for now.\n", &["Off for now."]);
        check("# TODO: one\n# for now: two\n", &["TODO: one for now: two"]);
    }

    #[test]
    fn paragraphs_without_a_hit_are_passed_by() {
        check(
            "# One.\n#\n# Two, for now.\n# Three.\n#\n# Four.\n#\n# Five for\n# now.\n",
            &["Two, for now. Three.", "Five for now."],
        );
    }

    #[test]
    fn tells_lines_of_code_from_words() {
        for line in
            ["\"haggis.example\",", "call(x);", "time_zone: api.zone,", "if (x) {", "pool:a/b:c", "a=b", "}"]
        {
            assert!(is_code_line(line) || line == "}", "{line}");
        }
        for line in [
            "Note:",
            "see https://x.example/a=b",
            "for now",
            "(for now)",
            "and so on, and on,",
            "v2",
            "temporary",
        ] {
            assert!(!is_code_line(line), "{line}");
        }
    }
}
