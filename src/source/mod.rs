//! What there is to read: files at one revision, and history. The only room that touches disk, git,
//! environment or clock.
//!
//! A work tree, a revision, a bare repository, a plain folder and a set of files in memory all give
//! the same [`Snapshot`]. It executes nothing, follows no link, enters no submodule, fetches
//! nothing, and does not decide what a file means.
//!
//! - `repository`: opens a path, finds out what it is
//! - `snapshot`: the list of files and how to read one
//! - `worktree`, `tree`, `folder`: the three ways to make that list
//! - `skip`: what is somebody else's or machine-made, by name and first bytes
//! - `cache`: named blobs of bytes under the user's cache directory, written atomically
//! - `input`: files the user names beside the repository, and the environment
//! - `output`: reports, written beside their target and renamed
//! - `replay`: fixtures with a history, made into a real repository
//! - `history/`: ages of lines, churn, people, reverts and releases
//! - `guard`: own threads with large stacks and a deadline

mod cache;
mod folder;
mod guard;
pub mod history;
mod input;
mod output;
mod replay;
mod repository;
mod skip;
mod snapshot;
#[cfg(test)]
mod tests;
mod tree;
mod worktree;

pub use cache::Cache;
pub use guard::{STACK, guarded};
pub use history::{HistoryRequest, read_history};
pub use input::{arguments, environment, folder_name, read_labels, read_text, toml_files, write_new};
pub use output::write_atomically;
pub use replay::{ReplayError, Story, Temporary};
pub use repository::{Repository, SourceError, Subject, commit_of, open};
pub use snapshot::{BlobId, Content, FileEntry, Reader, Snapshot};

/// Today in UTC: the only look at the clock, for `--as-of` left out.
pub fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
