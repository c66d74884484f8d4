//! Origins of lines against `git blame`, on repositories made for the purpose, and what is counted
//! on the way.
//!
//! - `origins`: lines through renames, merges, copies and line ends
//! - `random`: histories that nobody would think of writing down
//! - `lost`: records that are gone, and those that only moved
//! - `counted`: churn, people, reverts, releases, and what is missing
//!
//! Comparing needs the `git` binary; without it those tests say nothing.

mod counted;
mod lost;
mod origins;
mod random;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use git2::{Oid, Signature, Time};

use super::{HistoryRequest, read_history};
use crate::model::History;
use crate::source::{Repository, open};

const DAY: i64 = 86_400;
/// 2026-11-21, 12:00.
const NOW: i64 = 20_778 * DAY + DAY / 2;

/// A repository that grows commit by commit.
struct Repo {
    folder: tempfile::TempDir,
    git: git2::Repository,
}

/// Files of a commit; `None` deletes.
type Files<'a> = &'a [(&'a str, Option<&'a str>)];

impl Repo {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init(folder.path()).unwrap();
        git.set_head("refs/heads/main").unwrap();
        Self { folder, git }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Commits on top of these parents; the first one's files are kept.
    fn commit(&self, days_ago: i64, parents: &[Oid], files: Files<'_>) -> Oid {
        self.say(days_ago, parents, files, "ann", "change")
    }

    fn say(&self, days_ago: i64, parents: &[Oid], files: Files<'_>, who: &str, message: &str) -> Oid {
        let mut index = git2::Index::new().unwrap();
        let parents: Vec<_> = parents.iter().map(|id| self.git.find_commit(*id).unwrap()).collect();
        if let Some(first) = parents.first() {
            index.read_tree(&first.tree().unwrap()).unwrap();
        }
        for (path, text) in files {
            match text {
                None => index.remove(Path::new(path), 0).unwrap(),
                Some(text) => {
                    let id = self.git.blob(text.as_bytes()).unwrap();
                    index.add(&entry(path, id)).unwrap();
                }
            }
        }
        let tree = self.git.find_tree(index.write_tree_to(&self.git).unwrap()).unwrap();
        let when = Time::new(NOW - days_ago * DAY, 0);
        let who = Signature::new(who, &format!("{}@example.org", who.to_uppercase()), &when).unwrap();
        let parents: Vec<_> = parents.iter().collect();
        let id = self.git.commit(None, &who, &who, message, &tree, &parents).unwrap();
        self.git.reference("refs/heads/main", id, true, "").unwrap();
        id
    }

    fn check_out(&self) {
        self.git
            .reset(
                &self.git.head().unwrap().peel(git2::ObjectType::Commit).unwrap(),
                git2::ResetType::Hard,
                None,
            )
            .unwrap();
    }

    fn open(&self) -> Repository {
        open(Some(self.path()), Some("refs/heads/main")).unwrap()
    }

    fn history(&self) -> History {
        let repository = self.open();
        read_history(&repository, everything(&repository))
    }

    /// Compares all lines of all files with `git blame`.
    #[track_caller]
    fn check_blame(&self) {
        let history = self.history();
        for file in &self.open().snapshot.files {
            let Some(expected) = git_blame(self.path(), file.path.as_str()) else { return };
            let found: BTreeMap<u32, String> = history
                .lines
                .iter()
                .filter(|((path, _), _)| *path == file.path)
                .map(|((_, line), origin)| (*line, origin.commit.clone()))
                .collect();
            assert_eq!(found, expected, "{}", file.path);
        }
    }
}

fn entry(path: &str, id: Oid) -> git2::IndexEntry {
    let zero = git2::IndexTime::new(0, 0);
    let (dev, ino, uid, gid, file_size, flags, flags_extended) = Default::default();
    let path = path.as_bytes().to_vec();
    git2::IndexEntry {
        ctime: zero,
        mtime: zero,
        dev,
        ino,
        mode: 0o100_644,
        uid,
        gid,
        file_size,
        id,
        flags,
        flags_extended,
        path,
    }
}

fn everything(repository: &Repository) -> HistoryRequest {
    let mut request = HistoryRequest::new(super::churn::date(NOW / DAY));
    let reader = repository.snapshot.reader();
    for file in &repository.snapshot.files {
        let bytes = reader.read(file).unwrap();
        let count = u32::try_from(super::lines::lines(&bytes).count()).unwrap();
        request.files.insert(file.path.clone());
        request.wanted_lines.insert(file.path.clone(), (1..=count).collect());
    }
    request.release_folders.insert("db".to_owned());
    request
}

/// What git says of each line; nothing without git.
fn git_blame(root: &Path, path: &str) -> Option<BTreeMap<u32, String>> {
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "blame", "--line-porcelain", "main", "--", path])
        .current_dir(root)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut lines = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let words: Vec<_> = line.split(' ').collect();
        if let [commit, _, number, ..] = words[..]
            && commit.len() == 40
            && let Ok(number) = number.parse()
        {
            lines.insert(number, commit.to_owned());
        }
    }
    Some(lines)
}

/// Lines with these numbers, each different from the others.
fn numbered(numbers: impl IntoIterator<Item = u32>) -> String {
    numbers.into_iter().map(|number| format!("line number {number} of this file\n")).collect()
}
