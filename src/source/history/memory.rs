//! Results as bytes, and the name they are remembered under.
//!
//! The name covers everything an answer depends on: the commit, the question, the tags and release branches, where a
//! shallow clone ends, which packs there are, and the versions on disk of the files whose lines are asked for.

use std::fs;

use super::answer::CUT_OFF;
use super::{HistoryRequest, release, since};
use crate::model::{History, HistoryStatus};
use crate::source::Repository;
use crate::source::snapshot::Content;

/// The build that answered: another one may answer the same question differently.
const BUILD: &str = env!("TONIGHT_BUILD");

/// The bytes of a history; nothing if it must not be remembered.
///
/// A history that ran out of time or could not be read may be complete the next time.
pub fn to_bytes(history: &History) -> Option<Vec<u8>> {
    let is_final = match &history.status {
        HistoryStatus::Complete | HistoryStatus::Shallow { .. } => true,
        HistoryStatus::Partial(reason) => !reason.contains(CUT_OFF),
        HistoryStatus::Unread | HistoryStatus::Unavailable(_) => false,
    };
    is_final.then(|| postcard::to_stdvec(history).ok())?
}

/// A history from its bytes, if they are one.
pub fn from_bytes(bytes: &[u8]) -> Option<History> {
    postcard::from_bytes(bytes).ok()
}

/// The name of the answer to this request on this repository; nothing without a commit.
pub fn memory_name(repository: &Repository, request: &HistoryRequest) -> Option<String> {
    let commit = repository.subject.commit.as_deref()?;
    let git = super::super::repository::open_git(repository.git.as_deref()?).ok()?;
    let mut hasher = blake3::Hasher::new();
    let mut add = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    add(BUILD.as_bytes());
    add(commit.as_bytes());
    add(&postcard::to_stdvec(request).ok()?);
    add(&fs::read(git.commondir().join("shallow")).unwrap_or_default());
    // What was missing may have been fetched since.
    packs(git.commondir()).iter().for_each(|pack| add(pack.as_bytes()));
    for tag in release::tags(&git) {
        add(tag.name.as_bytes());
        add(tag.commit.as_bytes());
        add(&tag.tagged.unwrap_or_default().to_le_bytes());
    }
    for (name, commit) in since::release_branches(&git, request.own_branch.as_deref()) {
        add(name.as_bytes());
        add(commit.as_bytes());
    }
    for (path, file) in super::versions(repository, request) {
        add(path.as_str().as_bytes());
        match (&file.blob, &file.content) {
            (Some(blob), _) => add(&blob.0),
            (None, Content::Disk(path)) => add(&super::asked::read(path).unwrap_or_default()),
            (None, _) => add(&[]),
        }
    }
    Some(format!("{BUILD}-{}", hasher.finalize().to_hex()))
}

fn packs(git: &std::path::Path) -> std::collections::BTreeSet<String> {
    let folder = fs::read_dir(git.join("objects/pack"));
    let names = folder.into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}
