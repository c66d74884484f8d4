//! When a deferral falls due, as its words say: a day, a version, a file that goes away, the launch.
//!
//! Only conditions that something in a repository can settle are read. Whether one has come true is
//! for the inventory. A sentence that speaks of the past ("added in 2019") states no condition.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::model::fact::{Condition, ConditionKind};
use crate::text::date::{Day, date, find_dates};

/// Years in which a deadline of a software team can lie; other numbers are amounts.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// A word that ends the work, then within the clause the word before the day.
static DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?xi)
        (?: \b(?P<firm>until|till|no\ later\ than|not\ later\ than|by|before|deadline:?|due(?:\ (?:on|by|date:?))?|expir(?:es|y|ing)(?:\ (?:on|in|date:?))?)
          | \b(?:remov|delet|drop|revert|re-?enabl|revisit|undo|unpin|replac|retir|disabl|clean|kill|re-?check|reassess|sunset|expir|stop|switch|upgrad|migrat|fix|enabl)\w*\b
            [^.;]{0,50}? \b(?P<soft>in|after|on|from|as\ of|starting|around|at\ the\ end\ of|at\ end\ of|early|late|mid) )
        \s+ (?:the\ )?(?P<edge>(?:end|start|beginning|middle)\ of\ (?:the\ )?)?
        (?: (?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2} | \d{1,2}[/.]\d{1,2}[/.]\d{4} | (?:\d{1,2}(?:st|nd|rd|th)?\ (?:of\ )?)?[A-Z][a-z]{2,8}\.?\ \d{1,2}(?:st|nd|rd|th)?,?\ \d{4} | \d{1,2}(?:st|nd|rd|th)?\ (?:of\ )?[A-Z][a-z]{2,8}\.?,?\ \d{4})
          | (?P<month>\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?)[\ ,]+(?:of\ )?(?P<my>\d{4})\b
          | (?P<iy>\d{4})-(?P<im>\d{2})\b
          | Q(?P<quarter>[1-4])[\ ,'/-]*(?:of\ )?(?P<qy>\d{4})\b
          | (?P<qy2>\d{4})[\ -]?Q(?P<quarter2>[1-4])\b
          | (?P<year>\d{4})\b (?P<unit>\s*(?:ms|s\b|sec|min|hours?|days?|bytes?|kb|mb|gb|rows?|items?|users?|records?|%|px|times|chars?|characters|requests?|entries|lines|[*x/+-]\s*\d))? )",
    )
});

/// `TODO [2024-06-01]`: a marker with its deadline.
static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?xi) \b(?:todo|fixme|xxx|hack)\b[^\[\w]{0,3}(?:\([^)]{1,40}\)\s*)?\[(?P<day>\d{4}-\d{2}-\d{2})\]",
    )
});

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

/// Words between the preposition and the number that leave the sense alone.
const FILL: &[&str] = &[
    "the",
    "our",
    "we",
    "all",
    "everyone",
    "everything",
    "users",
    "minimum",
    "min",
    "only",
    "next",
    "upcoming",
    "to",
    "on",
    "at",
    "of",
    "for",
    "is",
    "are",
    "be",
    "have",
    "has",
    "can",
    "could",
    "fully",
    "finally",
    "officially",
    "version",
    "release",
    "releasing",
    "released",
    "upgrade",
    "upgraded",
    "upgrading",
    "update",
    "updated",
    "updating",
    "move",
    "moved",
    "moving",
    "bump",
    "bumped",
    "bumping",
    "switch",
    "switched",
    "switching",
    "migrate",
    "migrated",
    "ship",
    "shipped",
    "require",
    "requires",
    "required",
    "requiring",
    "use",
    "using",
    "publish",
    "published",
    "cut",
    "support",
    "it",
    "this",
    "s",
    "were",
    "least",
    "a",
    "new",
    "major",
];
/// Words that wait for the end of a version.
const ENDS: &[&str] = &[
    "drop",
    "drops",
    "dropped",
    "dropping",
    "stop",
    "stops",
    "stopped",
    "supporting",
    "removing",
    "end",
    "ends",
    "longer",
    "eol",
    "not",
    "no",
    "remove",
    "removes",
];

/// A file that goes away.
static GONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?xi) \b(?:once|when|after|until|as\ soon\ as)\s+(?:the\ |we\ (?:remove|delete|drop|get\ rid\ of)\ )?[`'\x22]?
        (?P<path>(?:[\w.-]+/)+[\w.-]+\.\w{1,5}|[\w-]+\.(?:py|go|rb|js|ts|tsx|java|rs|sh|sql|ya?ml|tf|php|cs|kt))[`'\x22]?
        (?P<goes>\s+(?:is|has\ been|gets|was)\ (?:gone|removed|deleted|dropped|retired))?",
    )
});

/// The first release for everybody.
static LAUNCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?xi) \b(?:before|until|by|after|post|pre|once\ we|when\ we|for)[\s-]+(?:the\ |our\ |we\ |public\ |product\ |first\ |initial\ )*
        (?P<what>launch(?:es|ed)?|go(?:es|ing)?[\ -]live|general\ availability|GA|1\.0(?:\.0)?(?:\ release)?|v1(?:\.0)?)\b(?P<after>[\w./-]*)",
    )
});

/// Conditions in a sentence, in order of appearance.
pub(super) fn conditions(sentence: &str) -> Vec<Condition> {
    let mut found: Vec<(usize, Condition)> = Vec::new();
    let mut take = |pattern: &LazyLock<Option<Regex>>,
                    kind: &dyn Fn(&Captures<'_>) -> Option<ConditionKind>| {
        let Some(pattern) = pattern.as_ref() else { return };
        for groups in pattern.captures_iter(sentence) {
            let Some(whole) = groups.get(0) else { continue };
            let overlaps =
                |(at, known): &(usize, Condition)| *at < whole.end() && whole.start() < at + known.text.len();
            if let Some(kind) = kind(&groups).filter(|_| !found.iter().any(overlaps)) {
                found.push((whole.start(), Condition { text: whole.as_str().trim().to_owned(), kind }));
            }
        }
    };
    take(&BRACKETED, &|groups| Some(ConditionKind::Date(groups.name("day")?.as_str().to_owned())));
    take(&DAY, &|groups| Some(ConditionKind::Date(last_day(groups)?.to_string())));
    take(&LAUNCH, &launch);
    take(&GONE, &gone);
    for (at, condition) in versions(sentence) {
        let overlaps = |(known_at, known): &(usize, Condition)| {
            *known_at < at + condition.text.len() && at < known_at + known.text.len()
        };
        if !found.iter().any(overlaps) {
            found.push((at, condition));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, condition)| condition).collect()
}

/// The last day on which a condition on a day is not yet due.
fn last_day(groups: &Captures<'_>) -> Option<Date> {
    let is_before = groups.name("firm").is_some_and(|word| word.as_str().eq_ignore_ascii_case("before"))
        || groups.name("edge").is_some_and(|edge| edge.as_str().to_ascii_lowercase().starts_with(['s', 'b']));
    let number = |name: &str| groups.name(name).and_then(|found| found.as_str().parse::<i16>().ok());
    if let Some(day) = groups.name("day") {
        // Of two readings the later one: it is due in both.
        return find_dates(day.as_str()).first().map(|found| match found.day {
            Day::Sure(day) => day,
            Day::Either { day_first, month_first } => day_first.max(month_first),
        });
    }
    // The first day of a month, quarter or year, and how many months that is.
    let (year, month, months) = if let Some(month) = groups.name("month") {
        (number("my")?, month_of(month.as_str())?, 1)
    } else if let Some(year) = number("iy") {
        (year, number("im")?, 1)
    } else if let Some(quarter) = number("quarter").or_else(|| number("quarter2")) {
        (number("qy").or_else(|| number("qy2"))?, (quarter - 1) * 3 + 1, 3)
    } else {
        let year = number("year").filter(|_| groups.name("unit").is_none())?;
        (year, 1, 12)
    };
    let first = date(year, month, 1).filter(|_| YEARS.contains(&year))?;
    let end = if is_before { first } else { first.checked_add(months.months()).ok()? };
    end.yesterday().ok()
}

fn month_of(name: &str) -> Option<i16> {
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = name.to_ascii_lowercase();
    let index = months.iter().position(|month| lower.starts_with(month))?;
    i16::try_from(index + 1).ok()
}

fn launch(groups: &Captures<'_>) -> Option<ConditionKind> {
    let is_whole = groups.name("after").is_none_or(|after| after.as_str().trim_matches('.').is_empty());
    is_whole.then(|| Some(ConditionKind::Launch(groups.name("what")?.as_str().to_owned())))?
}

/// Words after a version; any other makes the number an amount of it.
const AFTER_VERSION: &[&str] = &[
    "is", "release", "release.", "released", "and", "or", "has", "when", "ships", "lands", "comes", "as",
    "to", "of", "we", "only", "where", "which", "since", "because", "after", "if",
];

/// Versions that work waits for.
fn versions(sentence: &str) -> Vec<(usize, Condition)> {
    let (Some(numbers), Some(ends), Some(opens)) =
        (NUMBER.as_ref(), BEFORE_VERSION.as_ref(), OPENS_CONDITION.as_ref())
    else {
        return Vec::new();
    };
    let found = numbers.captures_iter(sentence).filter_map(|groups| {
        let whole = groups.get(0)?;
        let before = sentence.get(..whole.start())?;
        let context = opens.captures(before)?;
        let opening = context.get(0)?;
        // `until v2` ends the work by itself; `in v2` only after a word that does.
        let ends_work = ends.is_match(sentence.get(..opening.start() + opening.as_str().find(' ')?)?);
        let words = context.name("words")?.as_str().to_ascii_lowercase();
        let is_end = words.split_whitespace().any(|word| ENDS.contains(&word));
        let is_plain = words.split_whitespace().all(|word| FILL.contains(&word) || ENDS.contains(&word));
        let next = sentence.get(whole.end()..)?.split_whitespace().next().unwrap_or_default();
        let is_amount = groups.name("of").is_none() && next.starts_with(|c: char| c.is_lowercase());
        let is_plain = is_plain && (!is_amount || AFTER_VERSION.contains(&next));
        // A mend in what is used ends the workaround; one in the project itself is told.
        let has_happened = groups.name("of").is_none()
            && HAPPENED
                .as_ref()
                .is_some_and(|past| past.is_match(before.get(..opening.start()).unwrap_or_default()));
        let kind = version(&groups, is_end).filter(|_| is_plain && ends_work && !has_happened)?;
        let start = opening.start();
        let text = sentence.get(start..whole.end())?.trim().to_owned();
        Some((start, Condition { text, kind }))
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
    let is_word = of.as_deref().is_some_and(|of| NO_NAMES.contains(&of));
    (is_version && !is_word && (!is_end || of.is_some())).then(|| ConditionKind::Version {
        of,
        version: number.to_owned(),
        is_end,
    })
}

/// Capitalized words before a number that name no product.
const NO_NAMES: &[&str] = &[
    "pep",
    "phase",
    "step",
    "section",
    "figure",
    "table",
    "rfc",
    "iso",
    "part",
    "chapter",
    "level",
    "issue",
    "pr",
    "bug",
    "ticket",
    "case",
    "option",
    "stage",
    "milestone",
    "sprint",
    "day",
    "week",
    "page",
    "line",
    "http",
    "tls",
    "ipv",
    "version",
    "at",
    "about",
    "only",
    "least",
    "most",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "the",
    "this",
    "that",
    "one",
    "all",
    "q",
    "in",
];

fn gone(groups: &Captures<'_>) -> Option<ConditionKind> {
    let path = groups.name("path")?;
    let asks_for_end = groups.name("goes").is_some() || {
        let before = groups.get(0)?.as_str().to_ascii_lowercase();
        ["remove", "delete", "drop", "get rid of"].iter().any(|word| before.contains(word))
    };
    asks_for_end.then(|| ConditionKind::Gone(path.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::conditions;
    use crate::model::fact::ConditionKind;

    #[track_caller]
    fn check(sentence: &str, expected: &[&str]) {
        let found = conditions(sentence);
        let shown: Vec<String> = found
            .iter()
            .map(|condition| match &condition.kind {
                ConditionKind::Date(day) => format!("day {day}"),
                ConditionKind::Version { of, version, is_end } => {
                    let end = if *is_end { "end of " } else { "" };
                    format!("{end}{} {version}", of.as_deref().unwrap_or("own"))
                }
                ConditionKind::Gone(path) => format!("gone {path}"),
                ConditionKind::Launch(_) => "launch".to_owned(),
            })
            .collect();
        assert_eq!(shown, expected, "{sentence}");
    }

    #[test]
    fn what_names_a_day_but_no_deadline_is_no_condition() {
        check("Added in 2019 as a workaround.", &[]);
        check("Copyright 2019, for now.", &[]);
        check("TODO: remove after 2000 requests", &[]);
        check("Remove duplicates after 2048 bytes for now", &[]);
        check("TODO: since 2021-03-04 this is slow", &[]);
        check("for now the limit is 2024", &[]);
        check("TODO: sort by 1024 keys", &[]);
    }

    #[test]
    fn reads_days_months_quarters_and_years() {
        check("TODO: remove in 2024", &["day 2024-12-31"]);
        check("Keep until 2024-03-01, then drop it.", &["day 2024-03-01"]);
        check("remove after March 2025", &["day 2025-03-31"]);
        check("must be done before March 2025", &["day 2025-02-28"]);
        check("disabled until Q3 2024", &["day 2024-09-30"]);
        check("Revert by the end of 2025.", &["day 2025-12-31"]);
        check("TODO [2024-06-01]: drop the flag", &["day 2024-06-01"]);
        check("Temporary, expires on 5 June 2024", &["day 2024-06-05"]);
        check("remove in 2024-06", &["day 2024-06-30"]);
        check("TODO Remove below after 09/03/2023.", &["day 2023-09-03"]);
    }

    #[test]
    fn a_bare_number_is_no_version() {
        check("TODO: remove after 3 retries", &[]);
        check("for now wait until 2 of 3 answer", &[]);
        check("TODO: drop in 5.5 seconds", &[]);
        check("See RFC 7231, for now", &[]);
        check("TODO until Phase 2", &[]);
        check("removed 10% in 2.5% steps", &[]);
    }

    #[test]
    fn reads_versions_of_this_and_of_others() {
        check("TODO: remove in v2", &["own 2"]);
        check("Deprecated, drop it in 3.0", &["own 3.0"]);
        check("can be removed once we upgrade to Rails 7.1", &["rails 7.1"]);
        check("Remove when we drop Python 3.8.", &["end of python 3.8"]);
        check("can be removed once we drop support for Node 16", &["end of node 16"]);
        check("workaround until Kubernetes 1.25", &["kubernetes 1.25"]);
        check("TODO: replace this once abc1234 lands in go 1.7", &["go 1.7"]);
        check("Can be removed when Ruby 3.4 is the least supported version.", &["ruby 3.4"]);
        check("Make this private after we release 8.1.", &[]);
        check("FIXME: remove later (stopped setting it in 3.2)", &[]);
        check("TODO: make this private after we release 8.1.", &["own 8.1"]);
    }

    #[test]
    fn reads_files_that_go_away_and_the_launch() {
        check("Remove once legacy/orders.py is gone", &["gone legacy/orders.py"]);
        check("Remove when we delete old_client.go", &["gone old_client.go"]);
        check("Remove once config.yaml is loaded", &[]);
        check("TODO: fix before launch", &["launch"]);
        check("good enough for v1", &["launch"]);
        check("TODO: needed before the launcher starts", &[]);
        check("Remove before 1.0.", &["launch"]);
    }
}
