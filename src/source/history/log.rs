//! Every commit with what it changed, from one walk, so that the histories of many revisions can be
//! told without another.
//!
//! It keeps which listed files a commit touched, when, and whether its message says that it repairs
//! or takes back. It follows no lines and keeps no authors: a history told from it has neither.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use jiff::civil::Date;

use super::answer;
use super::churn::{self, Counter};
use super::graph::Graph;
use super::objects::Objects;
use super::revert::{changed_keys, is_configuration};
use super::walk::Walk;
use super::{GUARD, Repository, guarded};
use crate::model::{History, HistoryStatus, RepoPath, Revert};

const SECONDS_PER_DAY: i64 = 86_400;

/// A commit of the first-parent line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Full id.
    pub commit: String,
    /// Committer time in seconds since 1970.
    pub committed: i64,
}

/// The commits that were the tip of the branch, newest first: each the first parent of the one before.
/// Empty without git.
pub fn first_parents(repository: &Repository) -> Vec<Point> {
    let (Some(git), Some(head)) = (repository.git.clone(), repository.subject.commit.clone()) else {
        return Vec::new();
    };
    let walk = move || {
        let opened = super::super::repository::open_git(&git).ok();
        let mut points = Vec::new();
        let Some((repository, mut next)) = opened.zip(Oid::from_str(&head).ok()) else { return points };
        while let Ok(commit) = repository.find_commit(next) {
            points.push(Point { commit: next.to_string(), committed: commit.time().seconds() });
            let Ok(parent) = commit.parent_id(0) else { break };
            next = parent;
        }
        points
    };
    guarded(GUARD, walk).unwrap_or_default()
}

/// The last commit of a first-parent line before a day (UTC, by committer time).
pub fn last_before(line: &[Point], day: Date) -> Option<&Point> {
    let start = churn::day(day) * SECONDS_PER_DAY;
    line.iter().find(|point| point.committed < start)
}

struct Entry {
    day: i64,
    is_counted: bool,
    is_fix: bool,
    parents: Vec<usize>,
    /// Places of the files it touched.
    files: Vec<usize>,
}

/// Commits and the listed files they touched, newest first.
pub struct Log {
    entries: Vec<Entry>,
    by_id: BTreeMap<String, usize>,
    files: Vec<RepoPath>,
    reverts: Vec<Revert>,
    status: HistoryStatus,
}

impl Log {
    /// Reads all that is reachable from these commits, with the changes of these files; takes one walk.
    pub fn read(repository: &Repository, commits: &BTreeSet<String>, files: BTreeSet<RepoPath>) -> Self {
        let nothing = |why: &str| Self {
            entries: Vec::new(),
            by_id: BTreeMap::new(),
            files: Vec::new(),
            reverts: Vec::new(),
            status: HistoryStatus::Unavailable(why.to_owned()),
        };
        let Some(git) = repository.git.clone() else { return nothing("not a git repository") };
        let heads: Vec<Oid> = commits.iter().filter_map(|id| Oid::from_str(id).ok()).collect();
        let walk = move || {
            let repository = super::super::repository::open_git(&git).ok()?;
            Some(walk(&repository, &heads, files.into_iter().collect()))
        };
        let read = guarded(GUARD, walk).ok().flatten();
        read.unwrap_or_else(|| nothing("reading history took too long or failed inside git"))
    }

    /// What history said at a commit, on a day: churn, repairs and reverts of the listed files.
    pub fn history_at(&self, commit: &str, as_of: Date) -> History {
        let Some(head) = self.by_id.get(commit) else {
            let status = HistoryStatus::Unavailable("the commit was not reached".to_owned());
            return History { status, ..History::default() };
        };
        let reached = self.reached(*head);
        let today = churn::day(as_of);
        let mut counters = vec![Counter::default(); self.files.len()];
        let entries = self.entries.iter().zip(&reached).filter(|(_, is_reached)| **is_reached);
        let mut commits = 0;
        for (entry, _) in entries {
            commits += 1;
            for place in entry.files.iter().filter(|_| entry.is_counted) {
                if let Some(counter) = counters.get_mut(*place) {
                    counter.add(entry.day, today, entry.is_fix, None);
                }
            }
        }
        let is_reached = |revert: &&Revert| {
            self.by_id.get(&revert.commit).is_some_and(|at| reached.get(*at).copied().unwrap_or(false))
        };
        let reverts: Vec<Revert> = self.reverts.iter().filter(is_reached).cloned().collect();
        for revert in &reverts {
            for place in revert.paths.iter().filter_map(|path| self.files.binary_search(path).ok()) {
                if let Some(counter) = counters.get_mut(place) {
                    counter.reverts += 1;
                }
            }
        }
        let touched = self.files.iter().cloned().zip(counters.into_iter().map(Counter::finish));
        History {
            status: self.status.clone(),
            commits,
            last_commit: self.entries.get(*head).map(|entry| churn::date(entry.day)),
            files: touched.filter(|(_, file)| file.commits > 0).collect(),
            reverts,
            ..History::default()
        }
    }

    /// Which entries are a commit or come before it.
    fn reached(&self, head: usize) -> Vec<bool> {
        let mut reached = vec![false; self.entries.len()];
        let mut open = vec![head];
        while let Some(at) = open.pop() {
            let Some(is_reached) = reached.get_mut(at) else { continue };
            if !std::mem::replace(is_reached, true) {
                open.extend(self.entries.get(at).into_iter().flat_map(|entry| entry.parents.iter().copied()));
            }
        }
        reached
    }
}

/// Keys of the configuration lines that a revert changed, with their file.
fn reverted_keys(revert: &Revert, walk: &mut Walk) -> Vec<(RepoPath, String)> {
    let at = Oid::from_str(&revert.commit).ok().and_then(|id| walk.graph.find(id));
    let tree = |at: Option<usize>| at.and_then(|at| walk.graph.nodes.get(at)).map(|node| node.tree);
    let parent = at.and_then(|at| walk.graph.parents(at).next());
    let (Some(new), Some(old)) = (tree(at), tree(parent)) else { return Vec::new() };
    let mut keys = Vec::new();
    for path in revert.paths.iter().filter(|path| is_configuration(path)) {
        let id = walk.paths.insert(path.as_str().as_bytes());
        let mut text = |tree| {
            let blob = walk.paths.find(id, tree, &mut walk.objects).ok().flatten();
            blob.and_then(|(_, blob)| walk.objects.blob(blob)).unwrap_or_default()
        };
        let (old, new) = (text(old), text(new));
        keys.extend(changed_keys(&old, &new).into_iter().map(|key| (path.clone(), key)));
    }
    keys
}

fn walk(repository: &git2::Repository, heads: &[Oid], files: Vec<RepoPath>) -> Log {
    let mut log = Log {
        entries: Vec::new(),
        by_id: BTreeMap::new(),
        files,
        reverts: Vec::new(),
        status: HistoryStatus::Unread,
    };
    let objects = match Objects::of(repository) {
        Ok(objects) => objects,
        Err(error) => {
            log.status = HistoryStatus::Unavailable(format!("git could not be read: {}", error.message()));
            return log;
        }
    };
    let boundary = answer::shallow_boundary(repository);
    let is_shallow = !boundary.is_empty();
    let mut walk = Walk::new(objects, Graph::new(boundary, 0..0), 0);
    walk.log = Some(Vec::new());
    log.files.iter().for_each(|path| walk.add_counter(path.as_str().as_bytes()));
    walk.run(heads);
    let files: Vec<&RepoPath> = log.files.iter().collect();
    log.reverts = answer::reverts(&mut walk, &files);
    log.reverts.iter_mut().for_each(|revert| revert.keys = reverted_keys(revert, &mut walk));
    log.status = answer::status(&walk, is_shallow);
    let visited = walk.log.take().unwrap_or_default();
    let places: BTreeMap<usize, usize> =
        visited.iter().enumerate().map(|(place, (at, _))| (*at, place)).collect();
    for (place, (at, files)) in visited.into_iter().enumerate() {
        let Some(node) = walk.graph.nodes.get(at) else { continue };
        log.by_id.insert(node.id.to_string(), place);
        log.entries.push(Entry {
            day: node.authored_day,
            is_counted: !node.is_merge && !node.is_boundary,
            is_fix: node.is_fix,
            parents: walk.graph.parents(at).filter_map(|parent| places.get(&parent).copied()).collect(),
            files,
        });
    }
    log
}
