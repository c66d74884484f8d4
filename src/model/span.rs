//! Where something stands.

use serde::{Deserialize, Serialize};

use super::RepoPath;

/// A stretch of bytes in one file, with the 1-based line of its first byte.
///
/// The line is kept because facts are cached without the text they came from; columns are worked
/// out only where a text is at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct At {
    /// 1-based line of `start`.
    pub line: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A stretch of bytes in a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub path: RepoPath,
    /// The place in it.
    pub at: At,
}

impl Span {
    /// Joins a file and a place in it.
    pub fn new(path: &RepoPath, at: At) -> Self {
        Self { path: path.clone(), at }
    }

    /// The file as a whole: its first line.
    pub fn file(path: &RepoPath) -> Self {
        Self::new(path, At { line: 1, start: 0, end: 0 })
    }
}
