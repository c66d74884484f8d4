//! Fixtures with a history: plain files and a list of commits become a real repository.
//!
//! It exists for `tonight demo` and for tests. Authors and times come from the fixture and nothing
//! from the machine (no git binary, no identity, no template, no line-ending conversion), so the
//! commit ids are the same everywhere and forever. It only writes into an empty folder, and it
//! knows no merges: a fixture tells its story in one line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{Index, IndexEntry, IndexTime, Oid, RepositoryInitOptions, Signature, Time};
use serde::Deserialize;
use walkdir::WalkDir;

mod embedded {
    //! The files of `fixtures/shop`, as built into the binary.
    include!(concat!(env!("OUT_DIR"), "/shop.rs"));
}

/// Why a fixture could not be replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReplayError(String);

/// A fixture: the files of its last commit, and the commits that lead there.
#[derive(Clone, Debug)]
pub struct Story {
    files: BTreeMap<String, Vec<u8>>,
    commits: Vec<Commit>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HistoryFile {
    commit: Vec<Commit>,
}

/// One commit of `history.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    /// RFC 3339, for author and committer.
    when: String,
    /// `Name <mail>`: a role, never a person.
    who: String,
    /// The message; `{name}` stands for the id of the commit with that name.
    message: String,
    /// How later messages call this commit.
    name: Option<String>,
    /// Files that reach their last state here; a folder with a closing `/` means all in it.
    #[serde(default)]
    add: Vec<String>,
    /// Files that end here.
    #[serde(default)]
    remove: Vec<String>,
    /// Earlier contents of files, where they differ from the last state.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// A release tag on this commit.
    tag: Option<String>,
}

/// A repository that is gone with the value.
#[derive(Debug)]
pub struct Temporary {
    /// Where it is.
    pub path: PathBuf,
    _folder: tempfile::TempDir,
}

const FILE: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;

impl Story {
    /// The shop that is built into the binary.
    pub fn shop() -> Result<Self, ReplayError> {
        let mut files = BTreeMap::new();
        let mut history = "";
        for (path, text) in embedded::FILES {
            match path.strip_prefix("repo/") {
                Some(path) => drop(files.insert(path.to_owned(), text.as_bytes().to_vec())),
                None if *path == "history.toml" => history = text,
                None => {}
            }
        }
        Self::new(files, history)
    }

    /// A fixture on disk: `repo/` and `history.toml` of a folder.
    pub fn read(folder: &Path) -> Result<Self, ReplayError> {
        let root = folder.join("repo");
        let mut files = BTreeMap::new();
        for entry in WalkDir::new(&root).sort_by_file_name() {
            let entry = entry.map_err(say)?;
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&root).map_err(say)?;
                let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                files.insert(parts.join("/"), fs::read(entry.path()).map_err(say)?);
            }
        }
        Self::new(files, &fs::read_to_string(folder.join("history.toml")).map_err(say)?)
    }

    /// Files of the last commit, and the text of a `history.toml`.
    pub fn new(files: BTreeMap<String, Vec<u8>>, history: &str) -> Result<Self, ReplayError> {
        let HistoryFile { commit } = toml::from_str(history).map_err(say)?;
        Ok(Self { files, commits: commit })
    }

    /// The files of the last commit.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Writes the repository into a folder that is empty or does not exist yet, with the last commit
    /// checked out. Returns the id of that commit.
    pub fn materialize(&self, target: &Path) -> Result<String, ReplayError> {
        if fs::read_dir(target).is_ok_and(|mut inside| inside.next().is_some()) {
            return Err(ReplayError(format!("{} is not empty; name another folder", target.display())));
        }
        let mut options = RepositoryInitOptions::new();
        options.external_template(false).initial_head("main").mkpath(true);
        let repository = git2::Repository::init_opts(target, &options).map_err(say)?;
        let mut index = repository.index().map_err(say)?;
        let mut ids: BTreeMap<&str, Oid> = BTreeMap::new();
        let mut head = None;
        for commit in &self.commits {
            self.change(commit, &mut index)?;
            let id = write(&repository, &mut index, commit, head, &ids)?;
            if let Some(name) = &commit.name {
                ids.insert(name, id);
            }
            head = Some(id);
        }
        self.check(&index)?;
        for (path, bytes) in &self.files {
            let file = target.join(path);
            fs::create_dir_all(file.parent().unwrap_or(target)).map_err(say)?;
            fs::write(&file, bytes).map_err(say)?;
            allow_running(&file, mode(bytes)).map_err(say)?;
        }
        index.write().map_err(say)?;
        head.map(|id| id.to_string()).ok_or_else(|| ReplayError("the history has no commit".to_owned()))
    }

    /// Writes the repository into a folder of this name that is gone with the value.
    pub fn materialize_for_now(&self, name: &str) -> Result<Temporary, ReplayError> {
        let folder = tempfile::Builder::new().prefix("tonight-").tempdir().map_err(say)?;
        let path = folder.path().join(name);
        self.materialize(&path)?;
        Ok(Temporary { path, _folder: folder })
    }

    fn change(&self, commit: &Commit, index: &mut Index) -> Result<(), ReplayError> {
        for path in &commit.remove {
            index.remove_path(&PathBuf::from(path)).map_err(say)?;
        }
        for (path, text) in &commit.files {
            stage(index, path, text.as_bytes())?;
        }
        for wanted in &commit.add {
            let is_wanted =
                |path: &str| path == wanted || (wanted.ends_with('/') && path.starts_with(wanted));
            let mut found = self.files.iter().filter(|(path, _)| is_wanted(path)).peekable();
            if found.peek().is_none() {
                return Err(ReplayError(format!("history.toml adds {wanted}, which repo/ does not have")));
            }
            found.try_for_each(|(path, bytes)| stage(index, path, bytes))?;
        }
        Ok(())
    }

    /// The last commit must be what `repo/` shows: two versions of a fixture would be two stories.
    fn check(&self, index: &Index) -> Result<(), ReplayError> {
        let committed: BTreeMap<String, Oid> =
            index.iter().map(|entry| (String::from_utf8_lossy(&entry.path).into_owned(), entry.id)).collect();
        for (path, bytes) in &self.files {
            let id = Oid::hash_object(git2::ObjectType::Blob, bytes).map_err(say)?;
            match committed.get(path) {
                Some(found) if *found == id => {}
                Some(_) => {
                    return Err(ReplayError(format!("history.toml never brings {path} to its last state")));
                }
                None => return Err(ReplayError(format!("history.toml never adds {path}"))),
            }
        }
        match committed.keys().find(|path| !self.files.contains_key(*path)) {
            Some(path) => {
                Err(ReplayError(format!("history.toml never removes {path}, which repo/ does not have")))
            }
            None => Ok(()),
        }
    }
}

fn say(error: impl ToString) -> ReplayError {
    ReplayError(error.to_string())
}

fn stage(index: &mut Index, path: &str, bytes: &[u8]) -> Result<(), ReplayError> {
    let never = IndexTime::new(0, 0);
    let entry = IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: mode(bytes),
        uid: 0,
        gid: 0,
        file_size: 0,
        id: Oid::ZERO_SHA1,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    };
    index.add_frombuffer(&entry, bytes).map_err(say)
}

fn mode(bytes: &[u8]) -> u32 {
    if bytes.starts_with(b"#!") { EXECUTABLE } else { FILE }
}

fn write(
    repository: &git2::Repository,
    index: &mut Index,
    commit: &Commit,
    parent: Option<Oid>,
    ids: &BTreeMap<&str, Oid>,
) -> Result<Oid, ReplayError> {
    let when: jiff::Timestamp = commit.when.parse().map_err(say)?;
    let (name, mail) = commit
        .who
        .strip_suffix('>')
        .and_then(|who| who.split_once(" <"))
        .ok_or_else(|| ReplayError(format!("`{}` is not of the form `Name <mail>`", commit.who)))?;
    let who = Signature::new(name, mail, &Time::new(when.as_second(), 0)).map_err(say)?;
    let mut message = commit.message.trim().to_owned();
    for (name, id) in ids {
        message = message.replace(&format!("{{{name}}}"), &id.to_string());
    }
    message.push('\n');
    let tree = index.write_tree().and_then(|id| repository.find_tree(id)).map_err(say)?;
    let parent = parent.map(|id| repository.find_commit(id)).transpose().map_err(say)?;
    let parents: Vec<_> = parent.iter().collect();
    let id = repository.commit(Some("HEAD"), &who, &who, &message, &tree, &parents).map_err(say)?;
    if let Some(tag) = &commit.tag {
        let target = repository.find_object(id, None).map_err(say)?;
        repository.tag(tag, &target, &who, &format!("Release {tag}\n"), false).map_err(say)?;
    }
    Ok(id)
}

#[cfg(unix)]
fn allow_running(file: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(mode & 0o777))
}

#[cfg(not(unix))]
fn allow_running(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Story;

    const TWO: &str = r#"
[[commit]]
when = "2024-03-01T09:00:00Z"
who = "Team <team@shop.example>"
message = "First"
name = "first"
files = { "a.txt" = "old\n", "gone.txt" = "x\n" }
tag = "v1.0.0"

[[commit]]
when = "2024-03-02T09:00:00Z"
who = "Team <team@shop.example>"
message = "After {first}"
add = ["a.txt", "scripts/"]
remove = ["gone.txt"]
"#;

    fn files(names: &[(&str, &str)]) -> std::collections::BTreeMap<String, Vec<u8>> {
        names.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn gives_the_same_commits_everywhere() {
        let story = Story::new(files(&[("a.txt", "new\n"), ("scripts/b.sh", "#!/bin/sh\n")]), TWO).unwrap();
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let head = story.materialize(&one.path().join("deep/below")).unwrap();
        assert_eq!(head, story.materialize(two.path()).unwrap());
        assert_eq!(head, "89c2e5d17b6a4934dbb5274569b9c12945a1546c");
        let repository = git2::Repository::open(two.path()).unwrap();
        assert!(repository.statuses(None).unwrap().is_empty());
        assert!(repository.find_reference("refs/tags/v1.0.0").is_ok());
        let commit = repository.head().unwrap().peel_to_commit().unwrap();
        let first = commit.parent_id(0).unwrap();
        assert_eq!(commit.message().unwrap(), format!("After {first}\n"));
    }

    #[track_caller]
    fn refuses(names: &[(&str, &str)], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let error = Story::new(files(names), TWO).unwrap().materialize(folder.path()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn refuses_a_history_that_does_not_end_at_the_files() {
        refuses(&[("a.txt", "new\n")], "adds scripts/");
        refuses(&[("a.txt", "n"), ("scripts/b", "b"), ("c", "c")], "never adds c");
    }

    #[test]
    fn refuses_a_folder_that_holds_something() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine"), "x").unwrap();
        let error = Story::shop().unwrap().materialize(folder.path()).unwrap_err();
        assert!(error.to_string().contains("not empty"), "{error}");
    }
}
