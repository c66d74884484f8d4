//! Opens a path and finds out what it is: a work tree, a bare repository, a plain folder.
//!
//! Nothing is searched for outside the path the user named, except that a run without a path may
//! start in a subfolder. A `.git` file is followed only when what it names points back, so that a
//! folder cannot borrow somebody else's history.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::{Oid, RepositoryOpenFlags};

use super::guard::{Lost, guarded};
use super::{Content, FileEntry, Snapshot, folder, tree, worktree};

/// Listing the files of the largest repository measured takes under a second; libgit2 can spin for
/// ever on a truncated object.
const LISTING_LIMIT: Duration = Duration::from_secs(120);

/// Why a path could not be read, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The path does not exist.
    #[error("{0}: no such folder; name a git work tree, a bare repository or a plain folder")]
    Missing(String),
    /// The path is a file.
    #[error("{0} is a file; name the folder that holds it")]
    NotAFolder(String),
    /// A revision was asked for where there is no git.
    #[error("--rev {rev} needs a git repository, and {path} is none; leave --rev out to read the folder")]
    NoRevisions {
        /// The revision.
        rev: String,
        /// The path.
        path: String,
    },
    /// What is deployed was said where there is no git.
    #[error("--deployed {rev} needs a git repository, and {path} is none")]
    NoDeployed {
        /// The revision.
        rev: String,
        /// The path.
        path: String,
    },
    /// The revision does not exist.
    #[error(
        "revision '{rev}' was not found ({why}); `git rev-parse {rev}` must work in this clone, else fetch it first"
    )]
    UnknownRevision {
        /// The revision.
        rev: String,
        /// Git's reason.
        why: String,
    },
    /// Git could not be read.
    #[error("cannot read git in {path}: {why}")]
    Git {
        /// The path.
        path: String,
        /// The reason, and a remedy where one is known.
        why: String,
    },
    /// The work did not come back.
    #[error("reading {0} took too long or failed inside git; `git fsck` may say why")]
    Lost(String),
}

/// What is being reported on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Full commit id, if there is one.
    pub commit: Option<String>,
    /// Branch or revision as asked for, if any.
    pub revision: Option<String>,
    /// Whether the files are those of the work tree rather than of the commit.
    pub is_work_tree: bool,
    /// Whether the work tree differs from its commit: a tracked file changed or an untracked one.
    pub is_dirty: bool,
    /// Why there is no usable history, if there is none.
    pub no_history: Option<String>,
    /// Whether the clone is shallow.
    pub is_shallow: bool,
}

/// An opened path.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The root of the files.
    pub root: PathBuf,
    /// The git folder, if there is one.
    pub git: Option<PathBuf>,
    /// What is being reported on.
    pub subject: Subject,
    /// Its files.
    pub snapshot: Snapshot,
}

impl Repository {
    /// Where it really is: the same for every name that leads to it.
    pub fn place(&self) -> PathBuf {
        let named = self.git.as_deref().unwrap_or(&self.root);
        fs::canonicalize(named).unwrap_or_else(|_| named.to_owned())
    }
}

impl Repository {
    /// Files that are gone, with their last bytes, as far as they would have been read.
    pub fn snapshot_of_lost(&self, lost: &[super::history::Lost]) -> Snapshot {
        let entry = |record: &super::history::Lost| FileEntry {
            path: record.path.clone(),
            blob: Some(record.blob),
            size: 0,
            content: Content::Object(record.blob),
        };
        Snapshot::sorted(lost.iter().map(entry).collect(), Vec::new(), self.git.clone())
    }

    /// The files of another commit, without a checkout; `None` when they cannot be listed.
    pub fn at(&self, commit: &str) -> Option<Snapshot> {
        let (git, commit) = (self.git.clone()?, Oid::from_str(commit).ok()?);
        let list = move || tree::list(&open_git(&git)?, commit, &git);
        guarded(LISTING_LIMIT, list).ok()?.ok()
    }
}

/// Opens what the user named. Without a path, the enclosing work tree of the current folder.
pub fn open(path: Option<&Path>, rev: Option<&str>) -> Result<Repository, SourceError> {
    let root = match path {
        Some(path) => path.to_owned(),
        None => enclosing_work_tree(Path::new(".")),
    };
    let shown = root.display().to_string();
    let found = fs::metadata(&root).map_err(|_| SourceError::Missing(shown.clone()))?;
    if !found.is_dir() {
        return Err(SourceError::NotAFolder(shown));
    }
    let rev = rev.map(str::to_owned);
    guarded(LISTING_LIMIT, move || open_folder(&root, rev.as_deref()))
        .map_err(|lost: Lost| SourceError::Lost(format!("{shown} ({lost:?})")))?
}

fn enclosing_work_tree(start: &Path) -> PathBuf {
    let absolute = fs::canonicalize(start).unwrap_or_else(|_| start.to_owned());
    let found = absolute.ancestors().find(|folder| folder.join(".git").exists());
    found.map_or_else(|| start.to_owned(), Path::to_owned)
}

fn open_folder(root: &Path, rev: Option<&str>) -> Result<Repository, SourceError> {
    let shown = root.display().to_string();
    let git = match git_folder(root) {
        Ok(git) => git,
        Err(why) if rev.is_none() => return Ok(plain(root, why)),
        Err(_) => {
            return Err(SourceError::NoRevisions { rev: rev.unwrap_or_default().to_owned(), path: shown });
        }
    };
    let repository = match open_git(&git) {
        Ok(repository) => repository,
        Err(error) if rev.is_none() && git != root => {
            return Ok(plain(root, format!("git could not be read: {}", explain(&error))));
        }
        Err(error) => return Err(SourceError::Git { path: shown, why: explain(&error) }),
    };
    let mut subject = Subject { is_shallow: repository.is_shallow(), ..Subject::default() };
    if let Some(rev) = rev {
        let commit = resolve(&repository, rev)?;
        subject.commit = Some(commit.to_string());
        subject.revision = Some(rev.to_owned());
        let snapshot = tree::list(&repository, commit, &git)
            .map_err(|e| SourceError::Git { path: shown, why: explain(&e) })?;
        return Ok(Repository { root: root.to_owned(), git: Some(git), subject, snapshot });
    }
    match repository.head() {
        Ok(head) => {
            subject.commit = head.peel_to_commit().ok().map(|commit| commit.id().to_string());
            subject.revision = head.shorthand().ok().filter(|name| *name != "HEAD").map(str::to_owned);
        }
        Err(_) => subject.no_history = Some("the repository has no commits yet".to_owned()),
    }
    let is_bare = git == root || repository.is_bare();
    let snapshot = if is_bare {
        match subject.commit.as_deref().and_then(|id| Oid::from_str(id).ok()) {
            Some(commit) => tree::list(&repository, commit, &git)
                .map_err(|e| SourceError::Git { path: shown, why: explain(&e) })?,
            None => Snapshot::default(),
        }
    } else {
        subject.is_work_tree = true;
        let listed = worktree::list(&repository, root, &git);
        subject.is_dirty = listed.is_dirty;
        listed.snapshot
    };
    Ok(Repository { root: root.to_owned(), git: Some(git), subject, snapshot })
}

fn plain(root: &Path, why: String) -> Repository {
    let subject = Subject { is_work_tree: true, no_history: Some(why), ..Subject::default() };
    Repository { root: root.to_owned(), git: None, subject, snapshot: folder::list(root) }
}

/// Opens a git folder, and nothing else: no search upwards, nothing from the environment.
pub(super) fn open_git(git: &Path) -> Result<git2::Repository, git2::Error> {
    // libgit2's own cache costs four times what the walks here keep; hashes of the local store are
    // trusted, as git itself does when reading.
    git2::opts::enable_caching(false);
    git2::opts::strict_hash_verification(false);
    let none: [&std::ffi::OsStr; 0] = [];
    git2::Repository::open_ext(git, RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT, none)
}

/// The git folder of a root, or why there is none.
fn git_folder(root: &Path) -> Result<PathBuf, String> {
    let dot = root.join(".git");
    match fs::symlink_metadata(&dot) {
        Ok(found) if found.is_dir() => Ok(dot),
        Ok(found) if found.is_file() => follow_git_file(root, &dot),
        Ok(_) => Err("`.git` is neither a folder nor a file; it was not followed".to_owned()),
        Err(_) if root.join("objects").is_dir() && root.join("HEAD").is_file() => Ok(root.to_owned()),
        Err(_) => Err("not a git repository".to_owned()),
    }
}

/// A `.git` file of a linked work tree or a submodule, when both ends agree.
fn follow_git_file(root: &Path, dot: &Path) -> Result<PathBuf, String> {
    let text = fs::read_to_string(dot).map_err(|error| format!("`.git` could not be read: {error}"))?;
    let target = text.trim().strip_prefix("gitdir:").ok_or("`.git` is a file that names no git folder")?;
    let target = root.join(target.trim());
    let target =
        fs::canonicalize(&target).map_err(|_| "the git folder of this work tree is gone".to_owned())?;
    let own = fs::canonicalize(dot).map_err(|error| error.to_string())?;
    let points_back = fs::read_to_string(target.join("gitdir"))
        .ok()
        .and_then(|back| fs::canonicalize(target.join(back.trim())).ok())
        .is_some_and(|back| back == own);
    let is_submodule = || {
        let config = fs::read_to_string(target.join("config")).unwrap_or_default();
        let named = config.lines().find_map(|line| line.trim().strip_prefix("worktree = "));
        named.and_then(|path| fs::canonicalize(target.join(path)).ok()) == fs::canonicalize(root).ok()
    };
    if points_back || is_submodule() {
        Ok(target)
    } else {
        Err("`.git` names a git folder that does not point back; it was not followed".to_owned())
    }
}

/// The full id of the commit that a name of this repository leads to.
pub fn commit_of(repository: &Repository, rev: &str) -> Result<String, SourceError> {
    let path = repository.root.display().to_string();
    let Some(git) = &repository.git else {
        return Err(SourceError::NoDeployed { rev: rev.to_owned(), path });
    };
    let git = open_git(git).map_err(|error| SourceError::Git { path, why: explain(&error) })?;
    resolve(&git, rev).map(|id| id.to_string())
}

fn resolve(repository: &git2::Repository, rev: &str) -> Result<Oid, SourceError> {
    let unknown = |why: String| SourceError::UnknownRevision { rev: rev.to_owned(), why };
    let object = repository.revparse_single(rev).map_err(|error| unknown(error.message().to_owned()))?;
    let commit = object.peel_to_commit().map_err(|error| unknown(error.message().to_owned()))?;
    Ok(commit.id())
}

fn explain(error: &git2::Error) -> String {
    let message = error.message();
    if error.code() == git2::ErrorCode::Owner {
        format!("{message}; run `git config --global --add safe.directory <path>` if you trust it")
    } else if message.contains("partialclone") {
        format!(
            "{message}; partial clones are not readable here: run `git fetch --refetch --no-filter` first"
        )
    } else {
        message.to_owned()
    }
}
