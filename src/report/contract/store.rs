//! The table of coverage: one row per store that counts.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Grade, Place, Stands};
use crate::report::inventory::Loss;

/// A store and what covers it. Null is unknown, except where `backed` is `no`: there is nothing to know.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StoreCoverage {
    /// Its name.
    pub name: String,
    /// Engine or service.
    pub engine: String,
    /// Environment.
    pub environment: String,
    /// The condition under which it exists, if nothing here says that it always does.
    pub condition: Option<String>,
    /// Where it is declared.
    pub place: Place,
    /// Whether something backs it up.
    pub backed: Stands,
    /// What backs it up, or why that does not count or cannot be told.
    pub by: Option<String>,
    /// Longest time between two backups, in seconds; 0 where every change is kept.
    pub max_gap_seconds: Option<u64>,
    /// Whether a copy leaves the store's own host, volume or account.
    pub off_site: Option<bool>,
    /// Retention as written.
    pub retention: Option<String>,
    /// Whether somebody is told when it fails.
    pub failure_noticed: Option<bool>,
    /// How far a restore of it was exercised.
    pub restore_grade: Grade,
    /// What would be lost in the worst case, and why.
    pub worst_case_loss: Loss,
}
