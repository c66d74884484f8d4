//! The files of a folder on disk.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::snapshot::{Content, FileEntry, Snapshot};
use crate::model::{RepoPath, SkipReason, Skipped};

/// Deeper folders are somebody's trap.
const MAX_DEPTH: usize = 64;
/// As for trees of commits.
const MAX_FILES: usize = 300_000;

/// Lists a plain folder: everything below it but `.git`.
pub fn list(root: &Path) -> Snapshot {
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    walk(root, |_, _| true, &mut files, &mut skipped);
    Snapshot::sorted(files, skipped, None)
}

/// Walks a folder without following links. `enters` decides on folders and files by their path.
pub fn walk(
    root: &Path,
    mut enters: impl FnMut(&RepoPath, bool) -> bool,
    files: &mut Vec<FileEntry>,
    skipped: &mut Vec<Skipped>,
) {
    let walk = WalkDir::new(root)
        .follow_links(false)
        .same_file_system(true)
        .max_depth(MAX_DEPTH)
        .sort_by_file_name();
    let entries = walk.into_iter().filter_entry(|entry| {
        entry.depth() == 0
            || (entry.file_name() != ".git" && enters(&relative(root, entry), entry.file_type().is_dir()))
    });
    for entry in entries {
        if files.len() >= MAX_FILES {
            break;
        }
        let Ok(entry) = entry else { continue };
        let kind = entry.file_type();
        if kind.is_dir() {
            continue;
        }
        let path = relative(root, &entry);
        if kind.is_symlink() {
            skipped.push(Skipped { path, why: SkipReason::Symlink });
        } else if !kind.is_file() {
            skipped.push(Skipped { path, why: SkipReason::Unreadable });
        } else {
            let size = entry.metadata().map_or(0, |found| found.len());
            files.push(FileEntry { path, blob: None, size, content: Content::Disk(entry.into_path()) });
        }
    }
}

fn relative(root: &Path, entry: &DirEntry) -> RepoPath {
    let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    RepoPath::new(parts.join("/"))
}
