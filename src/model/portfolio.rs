//! What may fail next, ranked: mechanisms, and files.
//!
//! Both are orderings with their reasons, never forecasts: points add up, and every point says where
//! it comes from.

use super::RepoPath;

/// Why something ranks where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What speaks for it, one clause.
    pub what: String,
    /// How much.
    pub points: u32,
}

/// A mechanism of the portfolio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bet {
    /// Its id.
    pub mechanism: String,
    /// The sum of the reasons' points.
    pub points: u32,
    /// The points that this repository gives it: all but those for how common it is elsewhere.
    pub signal: u32,
    /// Heaviest first.
    pub reasons: Vec<Reason>,
}

/// A file that may be at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Where.
    pub path: RepoPath,
    /// The sum of the reasons' points.
    pub points: u32,
    /// Heaviest first.
    pub reasons: Vec<Reason>,
    /// Keys and functions of it that findings and deferrals name, first the one named most.
    pub keys: Vec<String>,
}
