//! What could not be read, or only in part. Nothing is left out silently.

use serde::{Deserialize, Serialize};

use super::RepoPath;

/// Something in a file that a parser or collector could not use; the rest of the file still counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// 1-based line, 0 when the whole file is meant.
    pub line: u32,
    /// The kind, for counting.
    pub kind: ProblemKind,
    /// What it was, for a person.
    pub message: String,
}

/// Why part of a file was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The text is not valid in its language.
    Syntax,
    /// A template engine writes this part; its value is unknown.
    Templated,
    /// A limit on depth, nodes or time was reached.
    Limit,
    /// A collector failed on this file; the others did not.
    Panicked,
}

/// A file that was not read at all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file.
    pub path: RepoPath,
    /// Why.
    pub why: SkipReason,
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SkipReason {
    /// Larger than the cap for its kind.
    TooLarge,
    /// Holds bytes that no text holds.
    Binary,
    /// Somebody else's code, kept here.
    Vendored,
    /// Written by a generator.
    Generated,
    /// A symbolic link: not followed.
    Symlink,
    /// Another repository: not entered.
    Submodule,
    /// A pointer into large-file storage.
    LargeFilePointer,
    /// Could not be opened or is missing from the object store.
    Unreadable,
    /// Took longer than the limit for one file.
    TimedOut,
    /// Excluded by the configuration.
    Excluded,
}
