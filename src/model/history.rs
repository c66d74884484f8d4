//! What git knows: ages, churn, people, reverts and releases.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{OldBuild, RepoPath};

/// How much of the history could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HistoryStatus {
    /// Everything reachable from the revision.
    Complete,
    /// The clone is shallow: ages are lower bounds. Holds the command that completes it.
    Shallow {
        /// For a person to run.
        remedy: String,
    },
    /// Part could not be read, or a budget ran out. Holds the reason.
    Partial(String),
    /// No history at all. Holds the reason ("not a git repository", "no commits yet").
    #[default]
    Unread,
    /// No history at all, with the reason.
    Unavailable(String),
}

/// A person as git names them; shown only as an owner or as who can answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Name as committed.
    pub name: String,
    /// Mail address, lower case; never printed.
    pub email: String,
}

/// Where a line came from, equal to what `git blame` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOrigin {
    /// Full commit id, lower-case hexadecimal.
    pub commit: String,
    /// Author date (UTC day).
    pub date: Date,
    /// Author.
    pub author: Person,
    /// True when history stops here only because the clone is shallow.
    pub at_least: bool,
}

/// What happened to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHistory {
    /// Commits that changed it (merges not counted).
    pub commits: u32,
    /// Commits that changed it within the last 365 days.
    pub commits_last_year: u32,
    /// Author day of the newest change.
    pub last_change: Option<Date>,
    /// Author day of the commit that added it (oldest seen).
    pub first_change: Option<Date>,
    /// Authors of the last 180 days, sorted.
    pub recent_authors: Vec<Person>,
    /// Reverts that touched it.
    pub reverts: u32,
    /// Its changes in thousandths, each counting half as much for every 120 days it lies back.
    pub change_heat: u32,
    /// The same of those whose message says that they repair or take back.
    pub fix_heat: u32,
}

/// A commit that takes another back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revert {
    /// Full id of the revert.
    pub commit: String,
    /// Id of what it took back: in full when that commit is reachable, else as its message says.
    pub of: Option<String>,
    /// Author day.
    pub date: Date,
    /// Seconds from the reverted commit to the revert, when both are known.
    pub seconds_to_revert: Option<i64>,
    /// First line of its message.
    pub subject: String,
    /// Files of interest it touched, sorted.
    pub paths: Vec<RepoPath>,
    /// Keys of the configuration lines it changed, with their file, sorted; only looked for when the
    /// histories of several revisions are told from one walk.
    pub keys: Vec<(RepoPath, String)>,
}

/// A commit of the days of an incident, or one that a report names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Full id.
    pub commit: String,
    /// Author day.
    pub date: Date,
    /// Numbers of issues and pull requests that its message names, of those that were asked for, sorted.
    pub numbers: Vec<u32>,
    /// Whether it takes another commit back.
    pub is_revert: bool,
    /// Files of interest it touched, sorted.
    pub paths: Vec<RepoPath>,
}

/// A commit that changed something, by its full id and author day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// Full id.
    pub commit: String,
    /// Author day.
    pub date: Date,
}

impl Change {
    /// The beginning of its id, as git abbreviates it.
    pub fn short(&self) -> &str {
        self.commit.get(..7).unwrap_or(&self.commit)
    }

    /// What it did to a record, in words.
    pub fn deletion(&self) -> String {
        format!("deleted in {} on {}", self.short(), self.date)
    }
}

/// A commit that closes an issue or brings a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The issue or pull request as it was asked for.
    pub ticket: String,
    /// The commit.
    pub by: Change,
    /// Files that it added or changed, sorted.
    pub paths: Vec<RepoPath>,
}

/// When a path came, and when it went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The oldest commit that added it.
    pub added: Option<Change>,
    /// The newest commit that removed it, unless it came again later.
    pub removed: Option<Change>,
    /// Whether what was removed lies somewhere else in the revision, byte for byte.
    pub is_elsewhere: bool,
}

/// A tag that names a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Tag name without `refs/tags/`.
    pub tag: String,
    /// Full id of the commit.
    pub commit: String,
    /// Day of the tag or its commit.
    pub date: Date,
    /// Whether it is reachable from the revision that was read.
    pub is_ancestor: bool,
    /// Number of commits of the revision that it does not contain; `None` when its history joins
    /// that of the revision nowhere near.
    pub commits_since: Option<u32>,
}

/// All of it for one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// How much could be read.
    pub status: HistoryStatus,
    /// Commits walked.
    pub commits: u32,
    /// Author day of the newest commit.
    pub last_commit: Option<Date>,
    /// Files of interest.
    pub files: BTreeMap<RepoPath, FileHistory>,
    /// Origin of each asked line, by file and 1-based line. Uncommitted lines are missing.
    pub lines: BTreeMap<(RepoPath, u32), LineOrigin>,
    /// Reverts, newest first.
    pub reverts: Vec<Revert>,
    /// Commits that incidents ask for, newest first.
    pub touches: Vec<Touch>,
    /// Commits that close the tickets that were asked for, newest first.
    pub closings: Vec<Closing>,
    /// Paths that were asked for, as far as a commit added or removed them.
    pub made: BTreeMap<RepoPath, Made>,
    /// Releases, newest first.
    pub releases: Vec<Release>,
    /// What is deployed, if it was said when the history was asked for.
    pub deployed: Option<Release>,
    /// Paths present in [`History::last_release`] and their blob ids (hexadecimal), only below the
    /// folders that were asked for (migrations).
    pub at_last_release: BTreeMap<RepoPath, String>,
    /// Files that differ between [`History::last_release`] and the commit that was read, sorted.
    pub since_release: Vec<RepoPath>,
    /// What the last release held, as far as migrations ask for it.
    #[serde(skip)]
    pub old_build: OldBuild,
    /// Records that are read though the revision no longer holds them, with the commit that removed
    /// each.
    #[serde(skip)]
    pub gone: BTreeMap<RepoPath, Change>,
    /// Everybody who authored a commit in the last 180 days, with the number of commits.
    pub active: BTreeMap<Person, u32>,
}

/// Teams that tag releases do so at least once a year; older tags were given up.
const STALE_RELEASE_DAYS: i32 = 365;

impl History {
    /// The release that the revision follows most closely: the one with the fewest commits since,
    /// the newest of several. It may stand on a release branch of its own. Tags that ended more than
    /// a year before the revision no longer mark what is deployed, and give none. What was said to be
    /// deployed counts before all of them.
    pub fn last_release(&self) -> Option<&Release> {
        if self.deployed.is_some() {
            return self.deployed.as_ref();
        }
        let followed = self.releases.iter().filter_map(|release| Some((release.commits_since?, release)));
        // A revision that is a release itself was the last deployment: back means to the one before.
        let closest = followed.filter(|(_, release)| self.is_fresh(release));
        let rank =
            |(since, release): &(u32, &Release)| (*since == 0, *since, std::cmp::Reverse(release.date));
        closest.min_by_key(rank).map(|(_, release)| release)
    }

    /// Whether a release may still be what is deployed.
    pub fn is_fresh(&self, release: &Release) -> bool {
        let days =
            self.last_commit.and_then(|last| last.since(release.date).ok()).map(|span| span.get_days());
        days.is_some_and(|days| days <= STALE_RELEASE_DAYS)
    }
}
