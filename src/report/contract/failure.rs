//! The failure model: one row per dependency.

use schemars::JsonSchema;
use serde::Serialize;

use super::Place;

/// What the repository shows, and where.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Shown {
    /// In a few words.
    pub says: String,
    /// Where, if at text.
    pub place: Option<Place>,
}

/// A dependency, and what shows how a failure of it goes. Null is a part that nothing here shows.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FailureRow {
    /// What depends on it.
    pub component: Option<Shown>,
    /// What it depends on.
    pub dependency: String,
    /// Where that is declared, or first called.
    pub place: Place,
    /// How it fails: in the words of an own report, if one tells of it.
    pub failure: Shown,
    /// What would notice.
    pub detect: Option<Shown>,
    /// What keeps the failure from spreading.
    pub contain: Option<Shown>,
    /// What brings it back, or says what to do.
    pub recover: Option<Shown>,
}
