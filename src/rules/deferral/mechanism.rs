//! Which failure a deferral invites, and which code is load-bearing, by
//! `rules/catalog/deferral-mechanisms.toml`.
//!
//! Every mechanism is given points for the words of the remark and the code beside it, and the one
//! with most is named. The sum can be shown word by word. Whether the words put work off at all was
//! decided before.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::rules::phrase::Phrase;
use serde::Deserialize;

/// Different words of one kind that count; a remark about one thing repeats itself.
const MOST_WORDS: usize = 2;
/// Bytes after a cue within which a word is what the cue speaks of ("TODO: pagination").
const NEAR: usize = 30;

/// Points of each kind of word.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Points {
    names: u32,
    words: u32,
    hints: u32,
    code: u32,
    near: u32,
}

/// Words that name a mechanism.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    id: String,
    names: Phrase,
    #[serde(default)]
    words: Option<Phrase>,
    #[serde(default)]
    hints: Option<Phrase>,
    #[serde(default)]
    code: Option<Phrase>,
    #[serde(default)]
    unless: Option<Phrase>,
}

/// A label of another scheme.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alias {
    label: String,
    /// The mechanisms it may stand for, [`NONE`] among them.
    mechanisms: Vec<String>,
}

/// Code whose failure is felt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    name: String,
    #[serde(default)]
    near: Option<Phrase>,
    #[serde(default)]
    path: Option<Phrase>,
    /// Paths in which `near` counts; everywhere without one.
    #[serde(default)]
    only_in: Option<Phrase>,
}

/// Mechanisms and places, in the order in which they are asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mechanisms {
    /// Fewest points that name a mechanism.
    least: u32,
    points: Points,
    mechanism: Vec<Words>,
    #[serde(default)]
    alias: Vec<Alias>,
    place: Vec<Place>,
}

/// How a label scheme says that no mechanism is meant.
pub const NONE: &str = "-";

/// What a remark says, and where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// The sentence that puts work off.
    pub sentence: &'a str,
    /// Where in the sentence the words that do so end.
    pub cue_end: Option<usize>,
    /// The text before and after the sentence.
    pub rest: [&'a str; 2],
    /// Code it speaks of, the innermost headers, the symbol around it, and the path.
    pub code: &'a [&'a str],
}

/// A mechanism with the words that named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// Its id.
    pub id: &'a str,
    /// Words and points, heaviest first.
    pub because: Vec<(String, u32)>,
}

impl Mechanisms {
    /// Ids of all mechanisms.
    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.mechanism.iter().map(|mechanism| mechanism.id.as_str())
    }

    /// Labels of another scheme with what they stand for.
    pub(super) fn aliases(&self) -> BTreeMap<&str, &[String]> {
        self.alias.iter().map(|alias| (alias.label.as_str(), alias.mechanisms.as_slice())).collect()
    }

    /// The mechanism with most points.
    pub(super) fn named(&self, said: &Said<'_>) -> Option<Named<'_>> {
        let mut best: Option<(u32, Named<'_>)> = None;
        for words in &self.mechanism {
            let because = self.weigh(words, said);
            let sum: u32 = because.iter().map(|(_, points)| points).sum();
            if sum >= self.least && best.as_ref().is_none_or(|(most, _)| sum > *most) {
                best = Some((sum, Named { id: &words.id, because }));
            }
        }
        let (_, mut named) = best?;
        named.because.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Some(named)
    }

    fn weigh(&self, words: &Words, said: &Said<'_>) -> Vec<(String, u32)> {
        let kinds = [
            (Some(&words.names), self.points.names),
            (words.words.as_ref(), self.points.words),
            (words.hints.as_ref(), self.points.hints),
        ];
        let mut because: Vec<(String, u32)> = Vec::new();
        for (pattern, points) in kinds.iter().filter_map(|(pattern, points)| Some(((*pattern)?, *points))) {
            let mut counted: Vec<String> = Vec::new();
            // What follows explains the work put off; what goes before describes the code as it is.
            let [before, after] = said.rest;
            let texts = [(said.sentence, points), (before, points / 2), (after, points.saturating_sub(1))];
            for (text, points) in texts {
                let found = distinct(pattern, text);
                let is_silenced = !found.is_empty() && words.is_silenced(text);
                for word in found.into_iter().filter(|_| !is_silenced) {
                    if counted.len() < MOST_WORDS && !counted.contains(&word) {
                        counted.push(word.clone());
                        because.push((word, points));
                    }
                }
            }
        }
        if because.is_empty() {
            return because;
        }
        if let Some(word) = said.cue_end.and_then(|end| words.right_after(said.sentence, end)) {
            because.push((word, self.points.near));
        }
        let shape = words.code.as_ref().and_then(|code| said.code.iter().find_map(|line| code.find(line)));
        if let Some(shape) = shape {
            because.push((shape.as_str().trim().to_owned(), self.points.code));
        }
        because
    }

    /// The load-bearing place that a path or a line of code is.
    pub(super) fn place(&self, path: &str, near: &[&str]) -> Option<&str> {
        let found = self.place.iter().find(|place| {
            let is_near = |pattern: &Phrase| near.iter().any(|line| pattern.is_match(line));
            (place.near.as_ref().is_some_and(is_near)
                && place.only_in.as_ref().is_none_or(|pattern| pattern.is_match(path)))
                || place.path.as_ref().is_some_and(|pattern| pattern.is_match(path))
        });
        found.map(|place| place.name.as_str())
    }
}

impl Words {
    fn is_silenced(&self, text: &str) -> bool {
        self.unless.as_ref().is_some_and(|unless| unless.is_match(text))
    }

    /// A word right after a place.
    fn right_after(&self, text: &str, place: usize) -> Option<String> {
        if self.is_silenced(text) {
            return None;
        }
        let is_near = |range: &Range<usize>| range.start >= place && range.start - place <= NEAR;
        let strong = [Some(&self.names), self.words.as_ref()];
        let mut found = strong.into_iter().flatten().flat_map(|pattern| pattern.find_iter(text));
        let found = found.find(|found| is_near(&found.range()) && !is_part_of_name(text, &found.range()))?;
        Some(format!("right after the cue: {}", found.as_str().trim()))
    }
}

/// Different words that a pattern finds, singular and plural being one; at most [`MOST_WORDS`].
fn distinct(pattern: &Phrase, text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in pattern.find_iter(text).filter(|found| !is_part_of_name(text, &found.range())) {
        let word = word.as_str().trim().to_lowercase();
        let is_known = found.iter().any(|known| known.trim_end_matches('s') == word.trim_end_matches('s'));
        if !is_known && found.len() < MOST_WORDS {
            found.push(word);
        }
    }
    found
}

/// `scale` in `large-scale-test` and `retry` in `do_retry_all` are parts of names.
fn is_part_of_name(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c == '-' || c == '_');
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut before = text.get(..range.start).unwrap_or_default().chars().rev();
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let found = text.get(range.clone()).unwrap_or_default();
    (is_word(found.chars().next()) && joins(before.next()) && is_word(before.next()))
        || (is_word(found.chars().next_back()) && joins(after.next()) && is_word(after.next()))
}

#[cfg(test)]
mod tests {
    use super::Said;
    use crate::rules::DeferralWords;

    #[track_caller]
    fn check(said: &Said<'_>, expected: Option<&str>) {
        let Some(words) = DeferralWords::builtin() else { panic!("does not load") };
        let named = words.mechanism(said);
        assert_eq!(named.as_ref().map(|named| named.id), expected, "{said:?}: {named:?}");
    }

    #[track_caller]
    fn names(sentence: &str, expected: &str) {
        check(&Said { sentence, ..Said::default() }, Some(expected));
    }

    #[track_caller]
    fn names_none(sentence: &str) {
        check(&Said { sentence, ..Said::default() }, None);
    }

    #[test]
    fn names_each_mechanism_by_its_words_and_passes_by_near_misses() {
        names("TODO: set up a backup of this volume", "untested-backup");
        names_none("TODO: the printer is backed up by the queue");
        names("for now a bad release cannot be rolled back", "no-rollback-path");
        names_none("the transaction is rolled back, tidy later");
        names("FIXME: make this a bigint before we grow", "id-exhaustion");
        names_none("TODO: int is a strange name");
        names("TODO: renew the certificate by a job", "expiry-or-rotation");
        names_none("TODO: rotate the picture");
        names("for now the password is in plain text", "secret-exposure");
        names_none("TODO: an escape hatch for plugins");
        names("TODO: create index concurrently, or the table is locked", "migration-lock");
        names("TODO: no deadline on this call", "timeout-or-probe");
        names_none("TODO: the sleeper should be called bed");
        names("TODO: add jitter", "overload-feedback");
        names_none("the user should retry later, for now we say so");
        names("FIXME: two workers race here", "race-or-deadlock");
        names_none("TODO: lock down the header row");
        names("for now this reads every order", "unbounded-work");
        names_none("TODO: print the page number");
        names("TODO: logrotate for this file", "disk-full");
        names("FIXME: leaks memory on reload", "resource-leak");
        names_none("TODO: this is a leaky abstraction");
        names("only one replica for now", "single-point-of-failure");
        names("TODO: failover was never tried", "failover-failure");
        names("the database can handle it", "capacity-ceiling");
        names_none("TODO: a scale factor for the picture");
        names("TODO: backfill the rest", "irreversible-migration");
        names_none("TODO: describe the JSON schema");
        names("no dashboard for this yet, will be done later", "monitoring-gap");
        names_none("TODO: an alert box in red");
        names("for now errors are ignored", "fragile-error-path");
        names("TODO: move the CNAME", "network-dns-change");
        names("FIXME: wrong in another time zone", "time-handling");
        names("TODO: degrade when the vendor is away", "hard-dependency");
        names("TODO: a dry run before this deletes things", "wrong-target-op");
        names("TODO: a break-glass account", "recovery-lockout");
        names("TODO: write a runbook", "runbook-gap");
        names("hard-coded for now", "config-push");
        names("TODO: unit tests", "big-bang-deploy");
        names_none("TODO: test if the string is empty");
        names("TODO: unpin once this is fixed upstream", "dependency-drift");
        names("TODO: dead code, drop it", "stale-code-path");
    }

    #[test]
    fn words_inside_names_say_nothing() {
        names_none("TODO: rename large-scale-suite and do_retry_all");
        names("TODO: retry", "overload-feedback");
    }

    #[test]
    fn what_the_cue_is_about_weighs_more_than_what_stands_around_it() {
        let sentence = "TODO: tests for the retries of failed jobs";
        check(&Said { sentence, cue_end: Some(4), ..Said::default() }, Some("big-bang-deploy"));
        let sentence = "Good for now.";
        check(&Said { sentence, rest: ["Retries at once.", ""], ..Said::default() }, None);
        check(
            &Said { sentence, rest: ["Retries without backoff.", ""], ..Said::default() },
            Some("overload-feedback"),
        );
    }

    #[test]
    fn code_counts_beside_words_only() {
        let sentence = "We should wait less.";
        check(&Said { sentence, code: &["time_out = 30"], ..Said::default() }, Some("timeout-or-probe"));
        check(&Said { sentence: "Ugly.", code: &["time_out = 30"], ..Said::default() }, None);
        check(&Said { sentence, ..Said::default() }, None);
    }

    #[test]
    fn says_why() {
        let Some(words) = DeferralWords::builtin() else { panic!("does not load") };
        let said = Said { sentence: "TODO: retry with jitter", cue_end: Some(4), ..Said::default() };
        let Some(named) = words.mechanism(&said) else { panic!("names nothing") };
        let because: Vec<_> = named.because.iter().map(|(word, points)| (word.as_str(), *points)).collect();
        assert_eq!(because, [("jitter", 6), ("retry", 6), ("right after the cue: retry", 1)]);
    }
}
