//! Incident reports and decisions that only history still holds, read like any other file.
//!
//! Of what such a file states only the record counts. A record that lives on somewhere else, by its day
//! and title, is none; nor is an older version of another one that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::store::Store;
use super::workers::{self, Read};
use super::{Scope, exclude};
use crate::facts;
use crate::model::fact::{DecisionRecord, IncidentReport};
use crate::model::{Change, FactKind, FileFacts, RepoPath, Settings};
use crate::rules::RuleSet;
use crate::source::history::{Lost, read_lost};
use crate::source::{Cache, HistoryRequest, Repository, history};

/// Words of two titles of one day that make them one title: shorter ones are of every title.
const TELLING_CHARS: usize = 4;

/// Adds the records that are gone to what was read; gives back the commit that removed each.
pub(super) fn add(
    read: &mut Read,
    repository: &Repository,
    (cache, rules, settings): (&Cache, &Arc<RuleSet>, &Settings),
    (store, scope, threads): (&mut Store, Scope, usize),
) -> BTreeMap<RepoPath, Change> {
    let lost = recall(cache, repository, settings);
    let snapshot = Arc::new(exclude(repository.snapshot_of_lost(&lost), settings));
    let found = workers::read_all(&snapshot, rules, store, scope, threads, &mut |_, _| {});
    store.remember(&found.fresh);
    let by: BTreeMap<RepoPath, Change> = lost.into_iter().map(|record| (record.path, record.by)).collect();
    let mut records: Vec<(RepoPath, FileFacts)> = found.files;
    for (_, facts) in &mut records {
        facts.facts.retain(|fact| matches!(fact.kind, FactKind::Incident(_) | FactKind::Decision(_)));
        facts.problems.clear();
    }
    records.retain(|(_, facts)| !facts.facts.is_empty());
    // The newest of several versions is the record.
    records.sort_by_key(|(path, _)| std::cmp::Reverse(by.get(path).map(|change| change.date)));
    let mut gone = BTreeMap::new();
    for (path, facts) in records {
        let is_known = read.files.iter().any(|(_, other)| is_same(&facts, other));
        let Some(change) = by.get(&path).filter(|_| !is_known) else { continue };
        gone.insert(path.clone(), change.clone());
        read.files.push((path, facts));
    }
    read.files.sort_by(|a, b| a.0.cmp(&b.0));
    gone
}

/// Records that are gone, remembered under the same conditions as history.
fn recall(cache: &Cache, repository: &Repository, settings: &Settings) -> Vec<Lost> {
    let walk = || read_lost(repository, facts::may_be_record);
    // The day is that of the settings only to be some day: nothing here depends on it.
    let question = history::memory_name(repository, &HistoryRequest::new(settings.as_of));
    let Some(question) = question.filter(|_| cache.is_on()) else { return walk() };
    let entry = format!("lost-{}", super::store::place(repository));
    let known = cache.read(&entry).and_then(|bytes| {
        postcard::from_bytes(bytes.strip_prefix(question.as_bytes())?.strip_prefix(b"\n")?).ok()
    });
    if let Some(known) = known {
        return known;
    }
    let fresh = walk();
    if let Ok(bytes) = postcard::to_stdvec(&fresh) {
        cache.write(&entry, &[question.as_bytes(), b"\n", &bytes].concat());
    }
    fresh
}

/// Whether two files hold the same record.
fn is_same(gone: &FileFacts, other: &FileFacts) -> bool {
    let pairs = gone.facts.iter().flat_map(|a| other.facts.iter().map(move |b| (&a.kind, &b.kind)));
    let mut pairs = pairs;
    pairs.any(|pair| match pair {
        (FactKind::Incident(a), FactKind::Incident(b)) => same_incident(a, b),
        (FactKind::Decision(a), FactKind::Decision(b)) => same_decision(a, b),
        _ => false,
    })
}

fn same_incident(a: &IncidentReport, b: &IncidentReport) -> bool {
    if a.date.is_some() && a.date == b.date { share_a_word(&a.title, &b.title) } else { is_alike(a, b) }
}

/// Without a day that agrees only the whole title tells.
fn is_alike(a: &IncidentReport, b: &IncidentReport) -> bool {
    (a.date.is_none() || b.date.is_none()) && folded(&a.title) == folded(&b.title)
}

fn same_decision(a: &DecisionRecord, b: &DecisionRecord) -> bool {
    folded(&a.title) == folded(&b.title)
        || a.number.is_some() && a.number == b.number && share_a_word(&a.title, &b.title)
}

fn folded(title: &str) -> String {
    crate::text::fold(title).to_lowercase()
}

fn share_a_word(a: &str, b: &str) -> bool {
    let words = |title: &str| -> BTreeSet<String> {
        let lower = title.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
        words.filter(|word| word.chars().count() >= TELLING_CHARS).collect()
    };
    folded(a) == folded(b) || !words(a).is_disjoint(&words(b))
}

#[cfg(test)]
mod tests {
    use super::is_same;
    use crate::facts::collect;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(gone: (&str, &str), kept: (&str, &str), expected: bool) {
        let read = |(path, text): (&str, &str)| collect(&path.into(), text.as_bytes(), RuleSet::builtin());
        let (one, other) = (read(gone), read(kept));
        assert!(!one.facts.is_empty() && !other.facts.is_empty(), "{gone:?} {kept:?}");
        assert_eq!(is_same(&one, &other), expected, "{gone:?} {kept:?}");
    }

    #[test]
    fn a_report_lives_on_where_its_day_and_title_do() {
        let report =
            |title: &str| format!("# {title}\n\n## Timeline\n\n10:00 It broke.\n\n## Impact\n\nAll.\n");
        let (full, also, other) =
            (report("The queue was full"), report("Queue full for hours"), report("Certificate expired"));
        let gone = ("incidents/2024-03-01.md", full.as_str());
        check(gone, ("postmortems/2024-03-01-queue.md", &also), true);
        check(gone, ("postmortems/2024-03-01.md", &other), false);
        check(gone, ("incidents/2024-03-02.md", &full), false);
    }

    #[test]
    fn a_decision_lives_on_where_its_title_or_its_number_and_topic_do() {
        let record = |title: &str| {
            format!("# {title}\n\n## Status\n\nAccepted\n\n## Context\n\nx\n\n## Decision\n\ny\n")
        };
        let (search, moved, queue) =
            (record("5. Use a search server"), record("6. Use a search server"), record("5. Use a queue"));
        let gone = ("docs/adr/0005-search.md", search.as_str());
        check(gone, ("docs/adr/0006-search.md", &moved), true);
        check(gone, ("docs/adr/0005-queue.md", &queue), false);
        check(gone, ("docs/adr/0005-server.md", &record("5. Use one search server")), true);
    }
}
