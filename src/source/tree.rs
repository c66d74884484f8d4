//! The files of a commit, from git objects, without a checkout.

use std::path::Path;

use git2::{ObjectType, Oid, TreeWalkMode, TreeWalkResult};

use super::snapshot::{Content, FileEntry, Snapshot};
use crate::model::{RepoPath, SkipReason, Skipped};

/// More than any repository measured (57,835 in a tree of seven large ones); a tree that repeats
/// itself can claim billions.
pub const MAX_FILES: usize = 300_000;

const LINK: i32 = 0o120_000;

/// Lists a commit's files.
pub fn list(repository: &git2::Repository, commit: Oid, git: &Path) -> Result<Snapshot, git2::Error> {
    let tree = repository.find_commit(commit)?.tree()?;
    let odb = repository.odb()?;
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if files.len() >= MAX_FILES {
            return TreeWalkResult::Abort;
        }
        let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
        let path = RepoPath::new(format!("{}{name}", folder));
        match entry.kind() {
            Some(ObjectType::Commit) => skipped.push(Skipped { path, why: SkipReason::Submodule }),
            Some(ObjectType::Blob) if entry.filemode() == LINK => {
                skipped.push(Skipped { path, why: SkipReason::Symlink });
            }
            Some(ObjectType::Blob) => {
                let size = odb.read_header(entry.id()).map_or(0, |(size, _)| size as u64);
                let blob = entry.id().into();
                files.push(FileEntry { path, blob: Some(blob), size, content: Content::Object(blob) });
            }
            _ => {}
        }
        TreeWalkResult::Ok
    })?;
    Ok(Snapshot::sorted(files, skipped, Some(git.to_owned())))
}
