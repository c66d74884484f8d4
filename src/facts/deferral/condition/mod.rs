//! When a deferral falls due, as its words say: a day, a version, a file that goes away, the launch.
//!
//! Only conditions that something in a repository can settle are read. Whether one has come true is
//! for the inventory. A sentence that speaks of the past ("added in 2019") states no condition.
//!
//! - `day`: deadlines
//! - `version`: versions

mod day;
mod version;

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::model::fact::{Condition, ConditionKind};

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// A condition and where it stands in its sentence.
struct Found {
    at: Range<usize>,
    kind: ConditionKind,
}

/// Every match of a pattern that states a condition.
fn each(
    pattern: &LazyLock<Option<Regex>>,
    sentence: &str,
    kind: impl Fn(&Captures<'_>) -> Option<ConditionKind>,
) -> Vec<Found> {
    let matches = pattern.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(sentence));
    matches.filter_map(|groups| Some(Found { at: groups.get(0)?.range(), kind: kind(&groups)? })).collect()
}

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

/// Conditions in a sentence, in order of appearance; of two that overlap the one read first counts.
pub(in crate::facts) fn conditions(sentence: &str) -> Vec<Condition> {
    let all = [
        day::read(sentence),
        each(&LAUNCH, sentence, launch),
        each(&GONE, sentence, gone),
        version::read(sentence),
    ];
    let mut found: Vec<Found> = Vec::new();
    for one in all.into_iter().flatten() {
        if !found.iter().any(|known| known.at.start < one.at.end && one.at.start < known.at.end) {
            found.push(one);
        }
    }
    found.sort_by_key(|one| one.at.start);
    let text = |at: Range<usize>| sentence.get(at).unwrap_or_default().trim().to_owned();
    found.into_iter().map(|one| Condition { text: text(one.at), kind: one.kind }).collect()
}

fn launch(groups: &Captures<'_>) -> Option<ConditionKind> {
    let after = groups.name("after").map_or("", |after| after.as_str());
    let is_whole = after.trim_matches('.').is_empty();
    is_whole.then_some(ConditionKind::Launch(groups.name("what")?.as_str().to_owned()))
}

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
