//! What git knows, from one walk over its raw objects: origins of lines, churn, people, reverts and
//! releases.
//!
//! Origins are those of `git blame` with its defaults. Not considered: `.mailmap`,
//! `blame.ignoreRevsFile`, replace references, grafts, and submodules. Nothing here fails: what
//! cannot be read is said in [`HistoryStatus`].
//!
//! - `objects`, `commit`, `graph`: raw trees, blobs and commits
//! - `paths`: paths of interest, and the differences of two commits there
//! - `walk`: all commits, newest first
//! - `asked`, `blame`, `lines`, `rename`: where lines come from
//! - `churn`, `revert`, `release`, `touch`: what is counted on the way
//! - `promise`: commits that close a ticket, and paths that came and went
//! - `since`: what changed since what is deployed, and release branches
//! - `answer`: results in the form of the model
//! - `lost`: records that are gone
//! - `log`: every commit with what it touched, for the histories of many revisions
//! - `memory`: results as bytes, and the name they are remembered under

mod answer;
mod asked;
mod blame;
mod churn;
mod commit;
mod graph;
mod lines;
mod log;
mod lost;
mod memory;
mod objects;
mod paths;
mod promise;
mod release;
mod rename;
mod revert;
mod since;
#[cfg(test)]
mod tests;
mod touch;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use log::{Log, Point, first_parents, last_before};
pub use lost::{IsRecord, Lost, read_lost};
pub use memory::{from_bytes, memory_name, to_bytes};

use super::Repository;
use super::guard::guarded;
use super::snapshot::BlobId;
use crate::model::{History, HistoryStatus, RepoPath};

/// Beyond the budget of the walk: libgit2 can spin forever on a truncated object.
const GUARD: Duration = Duration::from_secs(90);

/// What is asked of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRequest {
    /// 1-based lines of files of the snapshot whose origin is asked.
    pub wanted_lines: BTreeMap<RepoPath, BTreeSet<u32>>,
    /// Files whose changes are counted.
    pub files: BTreeSet<RepoPath>,
    /// Today.
    pub as_of: Date,
    /// Folders whose files at the last release are listed, without a trailing slash; the empty one
    /// means all of them.
    pub release_folders: BTreeSet<String>,
    /// What is asked about incidents.
    pub incidents: IncidentRequest,
    /// What is deployed, if somebody says so: the name and the full commit id.
    pub deployed: Option<(String, String)>,
    /// The branch that is read: it does not mark what is deployed.
    pub own_branch: Option<String>,
}

/// Commits that tell of incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRequest {
    /// First and last author day of the commits that are asked for.
    pub days: BTreeSet<(Date, Date)>,
    /// Numbers of issues and pull requests of this repository; commits that name one are asked for.
    pub numbers: BTreeSet<u32>,
    /// Commits by the beginning of their id, at least seven lower-case hexadecimal digits.
    pub commits: BTreeSet<String>,
    /// Issues and pull requests of this repository whose closing is asked for, as their reports name
    /// them, with their number.
    pub tickets: BTreeMap<String, u32>,
    /// Paths that a promise makes: when they came, and when they went.
    pub made: BTreeSet<RepoPath>,
}

impl HistoryRequest {
    /// Asks for nothing but people, reverts and releases.
    pub fn new(as_of: Date) -> Self {
        let (wanted_lines, files, release_folders, incidents) = Default::default();
        let (deployed, own_branch) = (None, None);
        Self { wanted_lines, files, as_of, release_folders, incidents, deployed, own_branch }
    }
}

/// Reads the history of what was opened; takes seconds on large repositories.
pub fn read_history(repository: &Repository, request: HistoryRequest) -> History {
    let unavailable =
        |why: &str| History { status: HistoryStatus::Unavailable(why.to_owned()), ..History::default() };
    if let Some(why) = &repository.subject.no_history {
        return unavailable(why);
    }
    let (Some(git), Some(commit)) = (repository.git.clone(), repository.subject.commit.clone()) else {
        return unavailable("not a git repository");
    };
    let versions = versions(repository, &request);
    let blobs = if request.incidents.made.is_empty() { BTreeSet::new() } else { blobs(repository) };
    guarded(GUARD, move || answer::read(&git, &commit, &versions, &blobs, &request)).unwrap_or_else(|_| {
        unavailable("reading history took too long or failed inside git; `git fsck` may say why")
    })
}

/// Contents of the revision, to know what only moved.
fn blobs(repository: &Repository) -> BTreeSet<BlobId> {
    repository.snapshot.files.iter().filter_map(|file| file.blob).collect()
}

/// Entries of the files whose lines are asked for, sorted by path.
fn versions(repository: &Repository, request: &HistoryRequest) -> Vec<asked::Version> {
    let found =
        |path: &RepoPath| repository.snapshot.find(path.as_str()).map(|file| (path.clone(), file.clone()));
    request.wanted_lines.keys().filter_map(found).collect()
}
