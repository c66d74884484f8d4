//! Versions that work waits for: of the project itself, or of something it uses.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Deserialize;

use super::{Found, regex};
use crate::model::fact::ConditionKind;
use crate::text::date::month_number;

/// Words around versions, from `rules/catalog/deferral-conditions.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    fill: Vec<String>,
    ends: Vec<String>,
    after: Vec<String>,
    not_products: Vec<String>,
}

impl Words {
    /// The built-in words; a test reads them, so that the fallback is never met.
    fn get() -> &'static Self {
        static WORDS: LazyLock<Words> = LazyLock::new(|| {
            toml::from_str(crate::rules::catalog("deferral-conditions")).unwrap_or_default()
        });
        &WORDS
    }
}

fn is_in(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known == word)
}

/// A number that may be a version, with the name of what has it.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x)
        (?: \b(?P<of>[A-Z][A-Za-z+\#-]{1,20}|(?:k8s|node(?:js)?|python|go|rails|ruby|django|php|java|terraform|react|typescript|postgres|kubernetes))\ )?
        \b(?P<v>v(?:ersion\ )?)?(?P<number>\d{1,3}(?:\.\d{1,3}){0,2})(?P<x>\.x\b)?(?P<after>[\w%/:-]*)",
    )
});

/// What stands before such a number: words that end the work, then what is waited for.
static BEFORE_VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?xi)
        \b(?:remov|delet|drop|revert|re-?enabl|revisit|undo|unpin|replac|retir|clean|kill|simplif|need|necessary|requir|temporar|workaround|hack|todo|fixme|for\ now|until|till)\w*\b
        [^.;]*$",
    )
});

/// The word that opens a condition; what follows it up to the version are words of waiting.
static OPENS_CONDITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:in|for|after|before|once|when|until|till|as of|starting|by|lands in|on)\s+(?P<words>(?:[a-z'-]+\s+){0,6})$",
    )
});

/// A version in which something has happened already, named right before `in`.
static HAPPENED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:stopped|started|added|introduced|changed|appeared|broke|broken|fixed|landed|deprecated|renamed|existed|since)\b[^.;,()]{0,30}\s*$",
    )
});

/// Versions that work waits for.
pub(super) fn read(sentence: &str) -> Vec<Found> {
    let (Some(numbers), Some(ends), Some(opens)) =
        (NUMBER.as_ref(), BEFORE_VERSION.as_ref(), OPENS_CONDITION.as_ref())
    else {
        return Vec::new();
    };
    let known = Words::get();
    let found = numbers.captures_iter(sentence).filter_map(|groups| {
        let whole = groups.get(0)?;
        let before = sentence.get(..whole.start())?;
        let context = opens.captures(before)?;
        let opening = context.get(0)?;
        // `until v2` ends the work by itself; `in v2` only after a word that does.
        let ends_work = ends.is_match(sentence.get(..opening.start() + opening.as_str().find(' ')?)?);
        let between = context.name("words")?.as_str().to_ascii_lowercase();
        let is_end = between.split_whitespace().any(|word| is_in(&known.ends, word));
        let is_plain =
            between.split_whitespace().all(|word| is_in(&known.fill, word) || is_in(&known.ends, word));
        let next = sentence.get(whole.end()..)?.split_whitespace().next().unwrap_or_default();
        let is_amount = groups.name("of").is_none() && next.starts_with(|c: char| c.is_lowercase());
        let is_plain = is_plain && (!is_amount || is_in(&known.after, next));
        // A mend in what is used ends the workaround; one in the project itself is told.
        let has_happened = groups.name("of").is_none()
            && HAPPENED
                .as_ref()
                .is_some_and(|past| past.is_match(before.get(..opening.start()).unwrap_or_default()));
        let kind = version(&groups, is_end).filter(|_| is_plain && ends_work && !has_happened)?;
        Some(Found { at: opening.start()..whole.end(), kind })
    });
    found.collect()
}

fn version(groups: &Captures<'_>, is_end: bool) -> Option<ConditionKind> {
    let after = groups.name("after").map_or("", |after| after.as_str());
    if !after.trim_end_matches([':', '-', '+']).is_empty() {
        return None;
    }
    let number = groups.name("number")?.as_str();
    let of = groups.name("of").map(|of| of.as_str().to_ascii_lowercase());
    // A bare number is an amount: only `v2`, `2.0` and `Rails 7` are versions.
    let is_version = of.is_some() || groups.name("v").is_some() || number.contains('.');
    let is_word =
        of.as_deref().is_some_and(|of| is_in(&Words::get().not_products, of) || month_number(of).is_some());
    (is_version && !is_word && (!is_end || of.is_some())).then(|| ConditionKind::Version {
        of,
        version: number.to_owned(),
        is_end,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_is_well_formed() {
        let read: Result<super::Words, _> = toml::from_str(crate::rules::catalog("deferral-conditions"));
        assert!(read.is_ok_and(|words| !words.fill.is_empty() && !words.not_products.is_empty()));
    }
}
