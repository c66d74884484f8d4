//! The decision about one text: does it put work off, how was that recognized, and why.
//!
//! Both what reads source files and what evaluates labelled comments ask here, so that a measured
//! figure is about what users see.

use std::ops::Range;

use super::sentence::sentence;
use super::weight::{Features, total};
use super::{Cue, DeferralWords, Said, Strength};
use crate::model::fact::{Tier, Weight};

/// Share of code signs above which words without a marker are code that was commented out.
const MOST_CODE_SIGNS_PERCENT: usize = 6;
/// Reasons that a reader can take in.
const MOST_REASONS: usize = 6;

/// Words that put work off, in a text.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The family they belong to.
    pub cue: &'a Cue,
    /// Where they stand.
    pub range: Range<usize>,
    /// The sentence around them.
    pub sentence: Range<usize>,
}

/// What the words of a text say.
#[derive(Clone, Debug)]
pub struct Judgement<'a> {
    /// The strongest words that put work off, if any.
    pub found: Option<Found<'a>>,
    /// The mechanism that their sentence names, or without such words the whole text.
    pub mechanism: Option<&'a str>,
    /// What speaks for and against.
    pub weighed: Weighed,
    names_mechanism: bool,
}

/// What speaks for and against a text being put-off work.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// What had points, heaviest first, the first few.
    pub because: Vec<Weight>,
    /// Whether the points alone make it debt, with or without words that put work off.
    pub is_debt: bool,
    is_light: bool,
}

impl Judgement<'_> {
    /// How it is reported, if it is: by a marker that nothing outweighs, by language that says enough,
    /// or by weak language beside a mechanism or in a load-bearing place.
    pub fn tier(&self, is_load_bearing: bool) -> Option<Tier> {
        let strength = self.found.as_ref()?.cue.strength;
        let tier = tier(strength, is_load_bearing || self.names_mechanism);
        tier.filter(|_| !self.weighed.is_vetoed(strength))
    }
}

impl Weighed {
    /// Whether the points say that a marker is none.
    pub fn is_vetoed(&self, strength: Strength) -> bool {
        self.is_light && strength == Strength::Marked
    }
}

/// How words of a strength are reported, given whether a mechanism or a load-bearing place is beside
/// them.
pub fn tier(strength: Strength, matters: bool) -> Option<Tier> {
    match strength {
        Strength::Marked => Some(Tier::Marked),
        Strength::Alone => Some(Tier::Unmarked),
        Strength::Weak => matters.then_some(Tier::Unmarked),
    }
}

impl DeferralWords {
    /// The strongest words in a text that put work off.
    pub fn find(&self, text: &str) -> Option<Found<'_>> {
        let (cue, range) = self.cue(text, &|range| sentence(text, range))?;
        let sentence = sentence(text, &range);
        let around = text.get(sentence.clone())?;
        let is_code = cue.strength != Strength::Marked && looks_like_code(around);
        (!is_code).then_some(Found { cue, range, sentence })
    }

    /// What the words of a text say: a remark, or a whole comment without its delimiters. `code` is
    /// what is known of the code beside it, for the mechanism.
    pub fn judge(&self, text: &str, code: &[&str]) -> Judgement<'_> {
        let found = self.find(text);
        let sentence = found.as_ref().and_then(|found| text.get(found.sentence.clone())).unwrap_or(text);
        let cue_end = found.as_ref().map(|found| found.range.end - found.sentence.start);
        let rest = text.split_once(sentence).map_or([""; 2], |(before, after)| [before, after]);
        let mechanism = self.mechanism(&Said { sentence, cue_end, rest, code }).map(|named| named.id);
        let names_mechanism = self.mechanism(&Said { sentence, ..Said::default() }).is_some();
        Judgement { found, mechanism, weighed: self.weigh(text), names_mechanism }
    }

    /// The points of a text.
    pub fn weigh(&self, text: &str) -> Weighed {
        let mut because = self.weights.points.fired(&self.features(text));
        let score = total(&because);
        because.truncate(MOST_REASONS);
        Weighed { because, is_debt: score >= self.weights.threshold, is_light: score < self.weights.veto }
    }

    /// What of a text can have points.
    pub(super) fn features(&self, text: &str) -> Features<'_> {
        let marked = self.possible(text).filter(|cue| cue.strength == Strength::Marked);
        let found = marked.filter(|cue| cue.find(text, &|range| sentence(text, range)).is_some());
        self.weights.features(text, &found.map(|cue| cue.id.as_str()).collect::<Vec<_>>())
    }
}

fn looks_like_code(text: &str) -> bool {
    let signs = text.bytes().filter(|b| b";{}=<>[]|&$".contains(b)).count();
    signs * 100 > text.len() * MOST_CODE_SIGNS_PERCENT
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Tier;
    use crate::rules::DeferralWords;

    #[track_caller]
    fn check(text: &str, tier: Option<Tier>, is_debt: bool) {
        let judged = DeferralWords::builtin().unwrap().judge(text, &[]);
        assert_eq!((judged.tier(false), judged.weighed.is_debt), (tier, is_debt), "{text}: {judged:?}");
    }

    #[test]
    fn names_and_placeholders_are_neither_marked_nor_heavy() {
        check("returns context.TODO with a logger", None, false);
        check("Adds a todo item to the list of the user.", None, false);
        check("the key has the form XXX-XXX", None, false);
        check("hack/update-vendor.sh writes this file", None, false);
        check("Returns the order with the given number.", None, false);
    }

    #[test]
    fn markers_and_language_are_told_apart() {
        check("TODO: paginate", Some(Tier::Marked), true);
        check("Reads the list...\nTODO paginate", Some(Tier::Marked), true);
        check("A slight hack for old clients", Some(Tier::Marked), true);
        check("All orders at once for now", Some(Tier::Unmarked), false);
        check("We might want to rename this", None, false);
        check("We might want to retry this", Some(Tier::Unmarked), false);
    }

    #[test]
    fn what_a_program_does_later_is_not_put_off() {
        for text in [
            "A busy queue: defer it until the scan has finished.",
            "The time limit ensures that all ranges can be cleaned up eventually.",
            "The widget can then remove it once loaded.",
            "The cleaner thread will remove this when this lease ends.",
            "Keep the raw bytes, so we can deal with parsing later.",
            "Drop the tables when we're done.",
            "No other key was found: we have not seen another one for now.",
            "The order is a replacement for now deprecated baskets.",
            "We acknowledge them, so that we don't get sent them again in the future.",
            "The tables can be dropped after all dependencies are gone.",
            "This should eventually hang in the delay code.",
        ] {
            check(text, None, false);
        }
        check("Defer this to a later release.", Some(Tier::Unmarked), false);
        check("This should be cleaned up eventually.", Some(Tier::Unmarked), false);
        check("The old table can be dropped after all clients are moved.", Some(Tier::Unmarked), false);
        check("This should eventually move to the queue.", Some(Tier::Unmarked), false);
    }

    #[test]
    fn what_may_come_and_what_others_are_told_is_not_put_off() {
        for text in [
            "If we need to change the reader in the future we should copy it.",
            "Any length is accepted, since we may want to add parts in the future.",
            "If this turns out too slow, it would be better to ask twice.",
            "This should ideally never happen.",
            "Raise the number of retries if your database can handle it.",
            "Ideally we should never reach this.",
            "Ideally, the number should always grow.",
            "In the future, we can add more kinds of these.",
            "The option is ignored. This option will be dropped in the future.",
            "For now, the types of the pool are:",
            "There's a possible race condition where a reader sees half of it.",
        ] {
            check(text, None, false);
        }
        check("Potential race condition here if two start at once", Some(Tier::Unmarked), false);
    }

    #[test]
    fn says_what_it_was_flagged_for_heaviest_first() {
        let judged = DeferralWords::builtin().unwrap().judge("TODO: this is ugly, find a better way?", &[]);
        let because = judged.weighed.because;
        assert_eq!(because[0].what, "marker: todo-tag");
        assert!(because.is_sorted_by(|a, b| a.points.abs() >= b.points.abs()));
        assert!(because.len() <= 6 && because.iter().any(|why| why.what == "ugly words"));
    }
}
