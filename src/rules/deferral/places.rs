//! The places in a text that are worth a closer look: one pass of one automaton over every file.
//!
//! A phrase may be wrapped over two lines of a comment ("for" at the end of one, "// now" on the
//! next). Its beginning right before a line end is a phrase of the automaton too; what follows is
//! looked at only there.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Bytes between a line end and the next word: an opener and its indentation.
const MOST_INDENT: usize = 40;

/// Places worth a closer look, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Words that may put work off.
    pub words: Vec<usize>,
    /// Directives that silence another tool.
    pub suppressions: Vec<usize>,
    /// Words that may skip a test.
    pub skips: Vec<usize>,
}

/// The automaton. Its patterns are, in this order: phrases, directives, skips, beginnings of
/// phrases before a line end.
#[derive(Debug)]
pub(super) struct Gates {
    automaton: AhoCorasick,
    /// The cue that each phrase leads to.
    cues: Vec<usize>,
    directives: usize,
    skips: usize,
    /// What may follow each beginning on the next line, lower case.
    rests: Vec<Vec<String>>,
}

impl Gates {
    /// Phrases come with the number of the cue they lead to.
    pub(super) fn new(
        phrases: &[(&str, usize)],
        directives: &[String],
        skips: &[String],
    ) -> Result<Self, String> {
        let mut begins: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (phrase, _) in phrases {
            for (at, _) in phrase.match_indices(' ') {
                let (start, rest) = (&phrase[..at], phrase[at + 1..].to_lowercase());
                // A phrase that ends in a blank wraps at it too.
                for line_end in ['\n', '\r'] {
                    begins.entry(format!("{start}{line_end}")).or_default().push(rest.clone());
                }
            }
        }
        let all = (phrases.iter().map(|(phrase, _)| *phrase))
            .chain(directives.iter().map(String::as_str))
            .chain(skips.iter().map(String::as_str))
            .chain(begins.keys().map(String::as_str));
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // Every file is read by this automaton: size buys speed.
            .kind(Some(AhoCorasickKind::DFA))
            .build(all)
            .map_err(|error| error.to_string())?;
        let cues: Vec<usize> = phrases.iter().map(|(_, cue)| *cue).collect();
        let directives = cues.len() + directives.len();
        let (skips, rests) = (directives + skips.len(), begins.into_values().collect());
        Ok(Self { automaton, cues, directives, skips, rests })
    }

    pub(super) fn places(&self, text: &str) -> Places {
        let bytes = text.as_bytes();
        let mut places = Places::default();
        for found in self.automaton.find_iter(bytes).filter(|found| is_word_start(bytes, found.start())) {
            let pattern = found.pattern().as_usize();
            if pattern < self.cues.len() {
                places.words.push(found.start());
            } else if pattern < self.directives {
                places.suppressions.push(found.start());
            } else if pattern < self.skips {
                places.skips.push(found.start());
            } else {
                let rests = self.rests.get(pattern - self.skips).map_or(&[][..], Vec::as_slice);
                places.words.extend(goes_on(bytes, found.end() - 1, rests).then_some(found.start()));
            }
        }
        places
    }

    /// The numbers of the cues that may stand in a text, with repetitions. No other cue needs to be
    /// looked for, nor its pattern be compiled.
    pub(super) fn cues(&self, text: &str) -> Vec<usize> {
        let bytes = text.as_bytes();
        let found = self.automaton.find_overlapping_iter(bytes);
        let found = found.filter(|found| is_word_start(bytes, found.start()));
        found.filter_map(|found| self.cues.get(found.pattern().as_usize()).copied()).collect()
    }
}

fn is_word_start(bytes: &[u8], at: usize) -> bool {
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    !at.checked_sub(1).is_some_and(is_letter) || !is_letter(at)
}

/// Whether one of the rests of a phrase stands after the line end at `end`, behind an opener.
fn goes_on(bytes: &[u8], end: usize, rests: &[String]) -> bool {
    let is_opener = |b: &u8| b.is_ascii_whitespace() || b"/*#-;%!".contains(b);
    let after = bytes.get(end..).unwrap_or_default();
    let skipped = after.iter().take(MOST_INDENT).take_while(|b| is_opener(b)).count();
    let after = after.get(skipped..).unwrap_or_default();
    rests
        .iter()
        .any(|rest| after.get(..rest.len()).is_some_and(|next| next.eq_ignore_ascii_case(rest.as_bytes())))
}

#[cfg(test)]
mod tests {
    use crate::rules::DeferralWords;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let Some(words) = DeferralWords::builtin() else { panic!("does not load") };
        let places = words.places(text);
        let shown: Vec<&str> = places.words.iter().filter_map(|&at| text.get(at..at + 4)).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn finds_phrases_that_are_wrapped() {
        check("// All of them for\n    // now.\n", &["for\n"]);
        check("# That would be\r\n#   nice to have\r\n", &["woul"]);
        check(" * Will go in the\n * future.\n", &["in t"]);
        check("# it is for\n\n# others\n", &[]);
        check("// wait for\n// nowhere\n", &["for\n"]);
        check("therefor\n// now\n", &[]);
        check("for\n", &[]);
    }
}
