//! What runs and what it keeps: migrations, releases, deployments, datastores, backups.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model;
use crate::report::contract::{Evidence, Grade};
use crate::report::word::words;

words! {
    /// What the way down of a migration is worth.
    WayBack from model::fact::WayBack {
        /// There is none.
        None = "none",
        /// There is one with nothing in it.
        Empty = "empty",
        /// It holds only what the generator wrote.
        Scaffold = "scaffold",
        /// It runs and does nothing.
        NoOp = "no-op",
        /// The author says there is none.
        DeclaredIrreversible = "declared-irreversible",
        /// Part of the way up is not undone.
        Partial = "partial",
        /// Structure returns, data does not.
        Lossy = "lossy",
        /// It deletes data that was written since.
        Destructive = "destructive",
        /// It undoes something else.
        Mismatched = "mismatched",
        /// The engine cannot do it.
        Engine = "engine",
        /// It undoes what was done.
        Honest = "honest",
        /// None is needed.
        Exempt = "exempt",
    }
}

/// A database migration.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Migration {
    /// The file of the way up.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The framework that runs it.
    pub framework: String,
    /// Version as the runner orders it.
    pub version: String,
    /// Name without version.
    pub name: String,
    /// The sequence it belongs to.
    pub ledger: String,
    /// What its way down is worth.
    pub way_back: WayBack,
    /// The line that shows it, in `down_path` if that is given.
    pub way_back_line: u32,
    /// The file of the way down, if it is another one.
    pub down_path: Option<String>,
    /// Whether the previous build can run on the migrated schema; null when not known.
    pub old_build_safe: Option<bool>,
    /// Whether it is newer than the last release; null without releases.
    pub is_unreleased: Option<bool>,
}

/// A release tag. It stands in no file: `path` and `line` are null.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Release {
    /// Always null.
    pub path: Option<String>,
    /// Always null.
    pub line: Option<u32>,
    /// The tag.
    pub tag: String,
    /// Full commit id.
    pub commit: String,
    /// ISO date.
    pub date: String,
    /// Whether it is reachable from the revision that was read.
    pub is_ancestor: bool,
    /// Commits from it to the revision, when reachable.
    pub commits_since: Option<u32>,
}

/// What puts a release into service.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Deployment {
    /// Where it is declared.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Platform.
    pub platform: String,
    /// Workload or workflow.
    pub name: String,
    /// Environment.
    pub environment: String,
    /// What speaks for a way back, strongest first.
    pub way_back: Vec<Evidence>,
}

/// A store of data.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Datastore {
    /// Where it is declared.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// What kind: `database objects volume queue cache telemetry`.
    pub kind: String,
    /// Engine or service.
    pub engine: String,
    /// Environment.
    pub environment: String,
    /// What backs it up.
    pub backups: Vec<Backup>,
    /// How far a restore of it was exercised.
    pub restore_grade: Grade,
    /// What would be lost.
    pub worst_case_loss: Loss,
}

/// What would be lost in the worst case.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Loss {
    /// Which kind.
    pub kind: LossKind,
    /// Seconds of writes, for `seconds`.
    pub seconds: Option<u64>,
    /// Why, one sentence.
    pub because: String,
    /// What would settle it, for `unknown`.
    pub settle: Option<String>,
}

/// What kind of loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// Up to a number of seconds of writes.
    Seconds,
    /// All of it.
    Everything,
    /// Nothing that cannot be rebuilt.
    Rebuildable,
    /// Not known from the repository.
    Unknown,
}

/// What backs something up.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Backup {
    /// Where it is declared.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The store it was tied to; null when it was not tied to one.
    pub datastore: Option<String>,
    /// By which means: `provider point-in-time versioning job script`.
    pub means: String,
    /// The tool or key.
    pub tool: String,
    /// Schedule as written.
    pub schedule: Option<String>,
    /// Longest time between two backups, in seconds, if the schedule says so.
    pub max_gap_seconds: Option<u64>,
    /// Retention as written.
    pub retention: Option<String>,
    /// Whether the copy leaves the store's own host, volume or account; null when not known.
    pub off_site: Option<bool>,
    /// Whether somebody is told when it fails; null when not known.
    pub failure_noticed: Option<bool>,
    /// Why it does not count, if it does not.
    pub contradicted: Option<String>,
    /// Defects of its script, by id.
    pub defects: Vec<String>,
}

/// A way to bring data back.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Restore {
    /// Where.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The tool or document.
    pub tool: String,
    /// How far it was exercised.
    pub grade: Grade,
    /// ISO date of the last recorded exercise.
    pub exercised_on: Option<String>,
    /// What it shows, one sentence.
    pub shows: String,
}
