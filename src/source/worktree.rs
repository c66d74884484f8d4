//! The files of a work tree: tracked ones by git's index, and untracked ones that are not ignored.
//!
//! The index holds the blob id, size and time of every tracked file: where they agree with the
//! disk, the id is known without reading the file.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::Path;

use git2::{IndexEntry, IndexEntryExtendedFlag};

use super::folder;
use super::snapshot::{Content, FileEntry, Snapshot};
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

/// Lists a work tree below `root`, which is the folder the user named, whatever git's own
/// configuration says of its work tree.
pub fn list(repository: &git2::Repository, root: &Path, git: &Path) -> Listed {
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    let mut is_dirty = false;
    let mut tracked = BTreeSet::new();
    let mut folders = BTreeSet::new();
    let index_time = fs::metadata(git.join("index")).ok().map(|found| time(&found));
    if let Ok(index) = repository.index() {
        for entry in index.iter() {
            let name = String::from_utf8_lossy(&entry.path).into_owned();
            let path = RepoPath::new(&name);
            let mut parent = path.parent();
            while !parent.is_empty() && folders.insert(parent.to_owned()) {
                parent = parent.rfind('/').map_or("", |slash| &parent[..slash]);
            }
            tracked.insert(name);
            match entry.mode & KIND {
                LINK => skipped.push(Skipped { path, why: SkipReason::Symlink }),
                SUBMODULE => skipped.push(Skipped { path, why: SkipReason::Submodule }),
                _ => match tracked_file(&entry, path, root, index_time) {
                    Some(mut file) => {
                        if file.blob.is_none() && is_same(&file, &entry) {
                            file.blob = Some(entry.id.into());
                        }
                        is_dirty |= file.blob.is_none();
                        files.push(file);
                    }
                    None => is_dirty = true,
                },
            }
        }
    }
    let before = files.len();
    let enters = |path: &RepoPath, is_dir: bool| {
        if is_dir {
            folders.contains(path.as_str()) || !is_ignored(repository, path, true)
        } else {
            !tracked.contains(path.as_str()) && !is_ignored(repository, path, false)
        }
    };
    folder::walk(root, enters, &mut files, &mut skipped);
    skipped.dedup();
    is_dirty |= files.len() > before;
    Listed { snapshot: Snapshot::sorted(files, skipped, Some(git.to_owned())), is_dirty }
}

fn tracked_file(
    entry: &IndexEntry,
    path: RepoPath,
    root: &Path,
    index_time: Option<Time>,
) -> Option<FileEntry> {
    let disk = root.join(path.as_str());
    match fs::symlink_metadata(&disk) {
        Ok(found) if found.is_file() => {
            let is_clean = u64::from(entry.file_size) == found.len() & u64::from(u32::MAX)
                && (i64::from(entry.mtime.seconds()), i64::from(entry.mtime.nanoseconds())) == time(&found)
                // Changed in the moment in which the index was written: git cannot tell either.
                && index_time.is_some_and(|index| time(&found) < index);
            let blob = is_clean.then(|| entry.id.into());
            Some(FileEntry { path, blob, size: found.len(), content: Content::Disk(disk) })
        }
        // A sparse checkout leaves files out that still belong to the work tree.
        Err(_) if is_sparse(entry) => {
            let blob = entry.id.into();
            let size = u64::from(entry.file_size);
            Some(FileEntry { path, blob: Some(blob), size, content: Content::Object(blob) })
        }
        _ => None,
    }
}

/// Whether a file whose times differ still has the bytes of the index.
fn is_same(file: &FileEntry, entry: &IndexEntry) -> bool {
    let Content::Disk(path) = &file.content else { return true };
    file.size <= super::snapshot::MAX_FILE_BYTES
        && fs::read(path).ok().and_then(|bytes| super::BlobId::of(&bytes)) == Some(entry.id.into())
}

fn is_sparse(entry: &IndexEntry) -> bool {
    IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_skip_worktree()
}

fn is_ignored(repository: &git2::Repository, path: &RepoPath, is_dir: bool) -> bool {
    let name = if is_dir { format!("{path}/") } else { path.as_str().to_owned() };
    repository.is_path_ignored(name).unwrap_or(false)
}

/// Seconds and nanoseconds since 1970.
type Time = (i64, i64);

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
