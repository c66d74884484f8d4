//! The places in a text that are worth a closer look: one pass of one automaton over every file.
//!
//! A phrase may be wrapped over two lines of a comment ("for" at the end of one, "// now" on the
//! next). Its beginning right before a line end is a phrase of the automaton too; what follows is
//! looked at only there.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Bytes looked at on both sides of a line end; longer than any phrase.
const AROUND_LINE_END: usize = 40;

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
    phrases: usize,
    directives: usize,
    skips: usize,
}

impl Gates {
    pub(super) fn new(phrases: &[&str], directives: &[String], skips: &[String]) -> Result<Self, String> {
        let begins = phrases.iter().flat_map(|phrase| {
            let spaces = phrase.match_indices(' ').map(|(at, _)| at);
            spaces
                .filter_map(|at| phrase.get(..at))
                .flat_map(|start| [format!("{start}\n"), format!("{start}\r")])
        });
        let mut begins: Vec<String> = begins.collect();
        begins.sort();
        begins.dedup();
        let all = (phrases.iter().copied())
            .chain(directives.iter().map(String::as_str))
            .chain(skips.iter().map(String::as_str))
            .chain(begins.iter().map(String::as_str));
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // Every file is read by this automaton: size buys speed.
            .kind(Some(AhoCorasickKind::DFA))
            .build(all)
            .map_err(|error| error.to_string())?;
        let directives = phrases.len() + directives.len();
        Ok(Self { automaton, phrases: phrases.len(), directives, skips: directives + skips.len() })
    }

    pub(super) fn places(&self, text: &str) -> Places {
        let bytes = text.as_bytes();
        let is_word_start = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            before.is_none_or(|b| !b.is_ascii_alphanumeric()) || !bytes[at].is_ascii_alphanumeric()
        };
        let mut places = Places::default();
        for found in self.automaton.find_iter(bytes).filter(|found| is_word_start(found.start())) {
            let pattern = found.pattern().as_usize();
            if pattern < self.phrases {
                places.words.push(found.start());
            } else if pattern < self.directives {
                places.suppressions.push(found.start());
            } else if pattern < self.skips {
                places.skips.push(found.start());
            } else {
                places.words.extend(self.wrapped(bytes, found.end() - 1));
            }
        }
        places
    }

    /// The start of a phrase that goes on after the line end at `end`.
    fn wrapped(&self, bytes: &[u8], end: usize) -> Option<usize> {
        let start = end.saturating_sub(AROUND_LINE_END);
        let before = bytes.get(start..end)?;
        let before = &before[before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1)..];
        let is_opener = |b: &u8| b.is_ascii_whitespace() || b"/*#-;%!".contains(b);
        let after = bytes.get(end..)?;
        let skipped = after.iter().take(AROUND_LINE_END).take_while(|b| is_opener(b)).count();
        let after = after.get(skipped..(skipped + AROUND_LINE_END).min(after.len()))?;
        let joined = [before, b" ", after].concat();
        let is_across = |found: &aho_corasick::Match| {
            found.pattern().as_usize() < self.phrases
                && found.start() < before.len()
                && found.end() > before.len() + 1
                && found.start().checked_sub(1).is_none_or(|at| !joined[at].is_ascii_alphanumeric())
        };
        let found = self.automaton.find_overlapping_iter(&joined).find(is_across)?;
        Some(end - before.len() + found.start())
    }
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
