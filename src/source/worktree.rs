//! The files of a work tree: tracked ones by git's index, and untracked ones that are not ignored.
//!
//! The index holds the blob id, size and time of every tracked file: where they agree with the
//! disk, the id is known without reading the file. Without a readable index the newest commit says
//! what is tracked. Nothing is read through a link, not even one that took a folder's place, and
//! other repositories inside are not entered.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexEntryExtendedFlag, ObjectType, TreeWalkMode, TreeWalkResult};

use super::snapshot::{BlobId, Content, FileEntry, Snapshot};
use super::{folder, tree};
use crate::model::{RepoPath, SkipReason, Skipped};

const KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

/// A work tree's files.
pub struct Listed {
    /// The files.
    pub snapshot: Snapshot,
    /// Whether something differs from the index.
    pub is_dirty: bool,
}

/// A file that git tracks.
struct Tracked {
    /// As git spells it: not always UTF-8.
    path: Vec<u8>,
    mode: u32,
    blob: BlobId,
    /// Size and time when the index was written.
    stat: Option<(u32, Time)>,
    is_sparse: bool,
}

/// Seconds and nanoseconds since 1970.
type Time = (i64, i64);

/// Lists a work tree below `root`, which is the folder the user named, whatever git's own
/// configuration says of its work tree.
pub fn list(repository: &git2::Repository, root: &Path, git: &Path) -> Listed {
    let (tracked, has_index) = tracked(repository, git);
    let mut listing = Listing {
        root,
        index_time: fs::metadata(git.join("index")).ok().map(|found| time(&found)),
        folders: HashMap::new(),
        files: Vec::new(),
        skipped: Vec::new(),
        is_dirty: !has_index && !tracked.is_empty(),
    };
    let (mut names, mut submodules) = (HashSet::with_capacity(tracked.len()), HashSet::new());
    for one in tracked {
        let path = RepoPath::new(String::from_utf8_lossy(&one.path));
        let is_submodule = one.mode & KIND == SUBMODULE;
        if is_submodule { &mut submodules } else { &mut names }.insert(path.clone());
        listing.add(path, &one);
    }
    let Listing { folders, mut files, mut skipped, is_dirty, .. } = listing;
    let before = files.len();
    let mut other_repositories = Vec::new();
    let enters = |path: &RepoPath, is_dir: bool| {
        if !is_dir {
            return !names.contains(path) && !is_ignored(repository, path, false);
        }
        if folders.contains_key(path.as_str()) {
            return true;
        }
        if submodules.contains(path) || is_ignored(repository, path, true) {
            return false;
        }
        let is_other = fs::symlink_metadata(root.join(path.as_str()).join(".git")).is_ok();
        if is_other {
            other_repositories.push(Skipped { path: path.clone(), why: SkipReason::Submodule });
        }
        !is_other
    };
    folder::walk(root, enters, &mut files, &mut skipped);
    skipped.extend(other_repositories);
    let is_dirty = is_dirty || files.len() > before;
    Listed { snapshot: Snapshot::sorted(files, skipped, Some(git.to_owned())), is_dirty }
}

/// What is tracked, and whether the index says so rather than the newest commit.
fn tracked(repository: &git2::Repository, git: &Path) -> (Vec<Tracked>, bool) {
    let index = repository.index().ok().filter(|_| git.join("index").exists());
    match index {
        Some(index) => (index.iter().map(|entry| of_index(&entry)).collect(), true),
        None => (of_head(repository).unwrap_or_default(), false),
    }
}

fn of_index(entry: &IndexEntry) -> Tracked {
    let flags = IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended);
    let time = (i64::from(entry.mtime.seconds()), i64::from(entry.mtime.nanoseconds()));
    Tracked {
        path: entry.path.clone(),
        mode: entry.mode,
        blob: entry.id.into(),
        stat: Some((entry.file_size, time)),
        is_sparse: flags.is_skip_worktree(),
    }
}

fn of_head(repository: &git2::Repository) -> Result<Vec<Tracked>, git2::Error> {
    let mut tracked = Vec::new();
    repository.head()?.peel_to_tree()?.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if tracked.len() >= tree::MAX_FILES {
            return TreeWalkResult::Abort;
        }
        if entry.kind() != Some(ObjectType::Tree) {
            let path = [folder.as_bytes(), entry.name_bytes()].concat();
            let mode = u32::try_from(entry.filemode()).unwrap_or_default();
            tracked.push(Tracked { path, mode, blob: entry.id().into(), stat: None, is_sparse: false });
        }
        TreeWalkResult::Ok
    })?;
    Ok(tracked)
}

/// The list as it grows.
struct Listing<'a> {
    root: &'a Path,
    index_time: Option<Time>,
    /// Folders above tracked files, and whether they are folders on disk all the way up.
    folders: HashMap<String, bool>,
    files: Vec<FileEntry>,
    skipped: Vec<Skipped>,
    is_dirty: bool,
}

impl Listing<'_> {
    fn add(&mut self, path: RepoPath, one: &Tracked) {
        let is_in_tree = self.is_real(path.parent());
        match one.mode & KIND {
            LINK => return self.skip(path, SkipReason::Symlink),
            SUBMODULE => return self.skip(path, SkipReason::Submodule),
            _ => {}
        }
        let disk = self.root.join(native(&one.path));
        match fs::symlink_metadata(&disk) {
            Ok(found) if is_in_tree && found.is_file() => self.add_file(path, disk, &found, one),
            // A sparse checkout leaves files out that still belong to the work tree.
            _ if one.is_sparse => {
                let size = one.stat.map_or(0, |(size, _)| u64::from(size));
                let content = Content::Object(one.blob);
                self.files.push(FileEntry { path, blob: Some(one.blob), size, content });
            }
            Ok(found) => {
                self.is_dirty = true;
                let is_link = !is_in_tree || found.is_symlink();
                if !found.is_dir() || !is_in_tree {
                    self.skip(path, if is_link { SkipReason::Symlink } else { SkipReason::Unreadable });
                }
            }
            Err(_) => self.is_dirty = true,
        }
    }

    fn add_file(&mut self, path: RepoPath, disk: PathBuf, found: &Metadata, one: &Tracked) {
        let size = found.len();
        let is_clean = one.stat.is_some_and(|(length, written)| {
            u64::from(length) == size & u64::from(u32::MAX)
                && written == time(found)
                // Changed in the moment in which the index was written: git cannot tell either.
                && self.index_time.is_some_and(|index| time(found) < index)
        });
        let is_same = is_clean
            || (one.stat.is_some()
                && size <= super::snapshot::MAX_FILE_BYTES
                && fs::read(&disk).ok().and_then(|bytes| BlobId::of(&bytes)) == Some(one.blob));
        self.is_dirty |= !is_same;
        let blob = is_same.then_some(one.blob);
        self.files.push(FileEntry { path, blob, size, content: Content::Disk(disk) });
    }

    fn skip(&mut self, path: RepoPath, why: SkipReason) {
        self.skipped.push(Skipped { path, why });
    }

    /// Whether a folder and all above it are folders rather than links.
    fn is_real(&mut self, folder: &str) -> bool {
        if folder.is_empty() {
            return true;
        }
        if let Some(known) = self.folders.get(folder) {
            return *known;
        }
        let mut is_real = true;
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for above in ends.filter_map(|end| folder.get(..end)) {
            is_real = match self.folders.get(above) {
                Some(known) => *known,
                None => {
                    let is_folder = || fs::symlink_metadata(self.root.join(above)).is_ok_and(|f| f.is_dir());
                    let is_real = is_real && is_folder();
                    self.folders.insert(above.to_owned(), is_real);
                    is_real
                }
            };
        }
        is_real
    }
}

/// A path of git as the system spells it.
#[cfg(unix)]
fn native(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn native(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}

fn is_ignored(repository: &git2::Repository, path: &RepoPath, is_dir: bool) -> bool {
    let name = if is_dir { format!("{path}/") } else { path.as_str().to_owned() };
    repository.is_path_ignored(name).unwrap_or(false)
}

#[cfg(unix)]
fn time(found: &Metadata) -> Time {
    use std::os::unix::fs::MetadataExt as _;
    (found.mtime(), found.mtime_nsec())
}

#[cfg(not(unix))]
fn time(found: &Metadata) -> Time {
    let since = found.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or((0, 0), |since| (since.as_secs() as i64, i64::from(since.subsec_nanos())))
}
