//! What comments in source state.

use serde::{Deserialize, Serialize};

/// A suppression inside a real comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IgnoreComment {
    /// Rule ids between the brackets.
    pub rules: Vec<String>,
    /// The reason, if one is given.
    pub reason: Option<String>,
    /// The last day on which it holds, as written.
    pub until: Option<String>,
    /// The line it covers: its own if code stands before it, else the next one.
    pub covers_line: u32,
}

/// A match of a rule that is a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatternMatch {
    /// The rule.
    pub rule: String,
    /// The matched text, white space folded, at most 200 characters.
    pub text: String,
}

/// A version that a file says is run on or needed at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredVersion {
    /// Lower-case name as the ecosystem writes it (`python`, `rails`, `client-go`).
    pub of: String,
    /// The version or the lower bound, as written.
    pub version: String,
    /// Whether it is the version of what the file itself describes.
    pub is_own: bool,
}
