//! What promises leave in history: commits that close a ticket, and paths that came and went.
//!
//! A commit closes what its message says it closes, in the words that forges act upon, or brings a pull
//! request: a merge of it, or its number at the end of the first line. A number that several first
//! lines end with is an issue that they work on, and closes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use git2::Oid;
use regex::bytes::Regex;

use super::IncidentRequest;
use super::churn;
use super::commit;
use super::graph::{At, Graph};
use super::paths;
use crate::model::{Change, Closing, Made, RepoPath};
use crate::source::snapshot::BlobId;

/// A longer message is a log of changes, which closes nothing itself.
const MAX_MESSAGE_BYTES: usize = 4096;

/// More closings than any list of promises needs have no files.
const MAX_CLOSINGS: usize = 500;
/// The first files of a large change are enough to point at one.
const MAX_PATHS: usize = 200;

/// Numbers whose closing is asked for.
#[derive(Default)]
pub struct Closable {
    numbers: BTreeSet<u32>,
}

/// A number that a message closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Close {
    /// The issue or pull request.
    pub number: u32,
    /// Whether only the end of the first line says so.
    is_at_end: bool,
}

/// A commit that closes asked numbers.
pub struct Closed {
    /// Its place in the graph.
    pub at: At,
    /// The numbers.
    pub numbers: Vec<Close>,
}

/// How an asked path came and went, newest first.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    added: Option<At>,
    removed: Option<At>,
    /// What was removed.
    last: Option<Oid>,
    /// A change that left it there was seen before any that removed it.
    is_there: bool,
}

impl Passage {
    /// Takes a change; the newest comes first.
    pub fn pass(&mut self, at: At, change: &paths::Change) {
        match (change.old, change.new) {
            (Some((_, blob)), None) if !self.is_there && self.removed.is_none() => {
                self.removed = Some(at);
                self.last = Some(blob);
            }
            (None, Some(_)) => {
                self.added = Some(at);
                self.is_there = true;
            }
            (_, Some(_)) => self.is_there = true,
            _ => {}
        }
    }
}

struct Forms {
    merge: Regex,
    squash: Regex,
    closes: Regex,
    number: Regex,
}

static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| {
    Some(Forms {
        merge: Regex::new(r"^Merge pull request #(\d{1,7}) from\b").ok()?,
        squash: Regex::new(r"\(#(\d{1,7})\)$").ok()?,
        closes: Regex::new(
            r"(?ix) \b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\ +
              (?: \#\d{1,7}\b (?: ,\ *(?:and\ +)? | \ +and\ + )? )+",
        )
        .ok()?,
        number: Regex::new(r"#(\d{1,7})").ok()?,
    })
});

impl Closable {
    /// Of a request.
    pub fn of(request: &IncidentRequest) -> Self {
        Self { numbers: request.tickets.values().copied().collect() }
    }

    /// The asked numbers that a message closes or brings, sorted.
    pub fn closed_in(&self, message: &[u8]) -> Vec<Close> {
        let Some(forms) = FORMS.as_ref().filter(|_| !self.numbers.is_empty()) else { return Vec::new() };
        if message.len() > MAX_MESSAGE_BYTES || memchr::memchr(b'#', message).is_none() {
            return Vec::new();
        }
        let subject = commit::subject(message);
        let first =
            |form: &Regex| form.captures(subject).and_then(|found| found.get(1)).map(|n| n.as_bytes());
        let closed = forms.closes.find_iter(message).flat_map(|found| {
            let numbers = forms.number.captures_iter(found.as_bytes());
            numbers.filter_map(|number| number.get(1)).map(|number| number.as_bytes()).collect::<Vec<_>>()
        });
        let sure: BTreeSet<u32> = first(&forms.merge).into_iter().chain(closed).filter_map(number).collect();
        let at_end = first(&forms.squash).and_then(number).filter(|number| !sure.contains(number));
        let sure = sure.into_iter().map(|number| Close { number, is_at_end: false });
        let all = sure.chain(at_end.map(|number| Close { number, is_at_end: true }));
        all.filter(|close| self.numbers.contains(&close.number)).collect()
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Closings in the form of the model.
pub fn closings(
    closed: Vec<Closed>,
    graph: &Graph,
    tickets: &BTreeMap<String, u32>,
    repository: &git2::Repository,
) -> Vec<Closing> {
    let mut at_end: BTreeMap<u32, u32> = BTreeMap::new();
    for close in closed.iter().flat_map(|closed| &closed.numbers).filter(|close| close.is_at_end) {
        *at_end.entry(close.number).or_default() += 1;
    }
    let is_sure = |close: &&Close| !close.is_at_end || at_end.get(&close.number) == Some(&1);
    let mut found = Vec::new();
    for closed in closed {
        let numbers: BTreeSet<u32> =
            closed.numbers.iter().filter(is_sure).map(|close| close.number).collect();
        let Some(by) = change(graph, Some(closed.at)).filter(|_| !numbers.is_empty()) else { continue };
        let paths = if found.len() < MAX_CLOSINGS { touched(&by, repository) } else { None };
        let paths = paths.unwrap_or_default();
        for (ticket, _) in tickets.iter().filter(|(_, number)| numbers.contains(number)) {
            found.push(Closing { ticket: ticket.clone(), by: by.clone(), paths: paths.clone() });
        }
    }
    found
}

/// The files that a commit changed against its first parent and left there, sorted.
fn touched(by: &Change, repository: &git2::Repository) -> Option<Vec<RepoPath>> {
    let commit = repository.find_commit(Oid::from_str(&by.commit).ok()?).ok()?;
    let before = commit.parent(0).ok()?.tree().ok()?;
    let mut options = git2::DiffOptions::new();
    options.skip_binary_check(true).ignore_submodules(true).context_lines(0);
    let diff =
        repository.diff_tree_to_tree(Some(&before), Some(&commit.tree().ok()?), Some(&mut options)).ok()?;
    let left = diff.deltas().take(MAX_PATHS).filter(|delta| delta.status() != git2::Delta::Deleted);
    let paths: BTreeSet<RepoPath> =
        left.filter_map(|delta| delta.new_file().path()?.to_str().map(RepoPath::new)).collect();
    Some(paths.into_iter().collect())
}

/// A passage in the form of the model; `blobs` are the contents of the revision.
pub fn made(passage: &Passage, graph: &Graph, blobs: &BTreeSet<BlobId>) -> Made {
    Made {
        added: change(graph, passage.added),
        removed: change(graph, passage.removed),
        is_elsewhere: passage.last.is_some_and(|blob| blobs.contains(&BlobId::from(blob))),
    }
}

fn change(graph: &Graph, at: Option<At>) -> Option<Change> {
    let node = graph.nodes.get(at?)?;
    Some(Change { commit: node.id.to_string(), date: churn::date(node.authored_day) })
}

#[cfg(test)]
mod tests {
    use super::super::IncidentRequest;
    use super::Closable;

    #[track_caller]
    fn check(message: &str, expected: &[u32]) {
        let tickets = [12, 13, 140].map(|number| (format!("#{number}"), number)).into();
        let request = IncidentRequest { tickets, ..IncidentRequest::default() };
        let closed = Closable::of(&request).closed_in(message.as_bytes());
        let closed: Vec<u32> = closed.iter().map(|close| close.number).collect();
        assert_eq!(closed, expected, "{message}");
    }

    #[test]
    fn a_commit_closes_what_it_says_it_closes_or_brings() {
        check("Merge pull request #140 from a/b\n\nRaise the limit", &[140]);
        check("Raise the limit (#140)", &[140]);
        check("Raise the limit (#12) (#140)", &[140]);
        check("Raise the limit\n\nFixes #12 and #13", &[12, 13]);
        check("Raise the limit\n\nCloses: #12, #13.", &[12, 13]);
    }

    #[test]
    fn a_number_that_is_only_named_is_not_closed() {
        check("Work on #140", &[]);
        check("Refs #12, addresses #13", &[]);
        check("Fixes other#12 and closes a/b#13", &[]);
        check("Merge branch x (#140) into y", &[]);
        check("prefix #12", &[]);
        check("closes [#12](https://h.org/12)", &[]);
        check(&format!("Release\n\n{}\nFixes #12", "x".repeat(5000)), &[]);
    }
}
