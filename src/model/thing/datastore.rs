//! Stores of data, what backs them up, and what would be lost.

use crate::model::{Grade, Span};

/// Which environment a thing belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    /// Production, by name or because nothing says otherwise and it is deployed.
    Production,
    /// Nothing says.
    Unstated,
    /// Staging or pre-production.
    Staging,
    /// Development machines and previews.
    Development,
    /// Tests, examples, fixtures.
    Test,
}

impl Environment {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Unstated => "unstated",
            Self::Staging => "staging",
            Self::Development => "development",
            Self::Test => "test",
        }
    }
}

/// What kind of store it is, for what is lost with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StoreKind {
    /// A relational or document database: a source of truth.
    Database,
    /// Objects or files.
    Objects,
    /// A volume with unknown content.
    Volume,
    /// A queue or broker that holds data.
    Queue,
    /// A cache: losing it costs time only.
    Cache,
    /// Metrics, logs or search indexes that can be rebuilt or missed.
    Telemetry,
}

/// How a store is backed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BackupMeans {
    /// The provider's automated backups.
    Provider,
    /// Continuous archiving or point-in-time recovery.
    PointInTime,
    /// Versions of objects.
    Versioning,
    /// A scheduled job or operator.
    Job,
    /// A script that nothing in the repository schedules.
    Script,
}

/// What backs something up.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    /// Where it is declared.
    pub span: Span,
    /// By which means.
    pub means: BackupMeans,
    /// The tool or key (`pg_dump`, `backup_retention_period = 7`).
    pub tool: String,
    /// Longest time between two backups, in seconds, if the schedule says so.
    pub max_gap_seconds: Option<u64>,
    /// Schedule as written.
    pub schedule: Option<String>,
    /// Retention as written.
    pub retention: Option<String>,
    /// Whether the copy leaves the store's own host, volume or account, as far as the files show.
    pub is_off_site: Option<bool>,
    /// Whether somebody is told when it fails, as far as the files show.
    pub failure_noticed: Option<bool>,
    /// Why it does not count (`suspended`, `retention 0`), if so.
    pub contradicted: Option<String>,
    /// Defects of the script, by id, with their place.
    pub defects: Vec<(String, Span)>,
}

impl Backup {
    /// Whether a failure of it is seen by nobody, or its copy is lost with its source. Other defects weaken
    /// a copy; these leave none to rely on.
    pub fn is_blind(&self) -> bool {
        self.defects.iter().any(|(id, _)| matches!(id.as_str(), "no-pipefail" | "or-true" | "same-volume"))
    }
}

/// A way to bring data back, and how far it was ever exercised.
#[derive(Clone, Debug, PartialEq)]
pub struct Restore {
    /// Where.
    pub span: Span,
    /// The tool or document.
    pub tool: String,
    /// How far it goes on the ladder.
    pub grade: Grade,
    /// ISO date of the last recorded exercise.
    pub exercised_on: Option<String>,
    /// One short sentence: what it shows.
    pub shows: String,
    /// Whether it is a script that nothing in the repository runs or names.
    pub is_orphan: bool,
}

/// What would be lost in the worst case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Up to this many seconds of writes.
    Seconds(u64),
    /// All of it.
    Everything,
    /// Nothing that cannot be rebuilt.
    Rebuildable,
    /// Not known from the repository; holds what would settle it.
    Unknown(String),
}

/// A store of data.
#[derive(Clone, Debug, PartialEq)]
pub struct Datastore {
    /// Where it is declared.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// How its own configuration addresses it (`aws_db_instance.main`, `StatefulSet/db`).
    pub address: String,
    /// Engine or service (`postgres`, `aws_db_instance`, `s3`).
    pub engine: String,
    /// What kind.
    pub kind: StoreKind,
    /// Environment.
    pub environment: Environment,
    /// Other places that declare the same store.
    pub also_at: Vec<Span>,
    /// What backs it up.
    pub backups: Vec<Backup>,
    /// How far a restore of it was exercised.
    pub restore_grade: Grade,
    /// What would be lost.
    pub worst_case: Loss,
    /// Why that loss, one sentence.
    pub worst_case_because: String,
    /// Switches that weaken or guard it: (key as written, place, is a weakness).
    pub switches: Vec<(String, Span, bool)>,
    /// The condition under which it exists (`var.db_enabled`), if nothing here says that it always does.
    pub condition: Option<String>,
    /// Whether everything here says that it does not exist (a condition that is never true, a folder
    /// of retired code). It is listed, and does not count.
    pub is_switched_off: bool,
    /// Why the repository cannot tell how it is backed up, one sentence; `None` when it can.
    pub backup_unknown: Option<String>,
    /// The command, or the person, that tells when it was last backed up.
    pub settle: String,
}

impl Datastore {
    /// Whether earlier versions, not copies, are what brings its content back.
    pub fn is_bucket(&self) -> bool {
        self.kind == StoreKind::Objects
            && matches!(self.engine.as_str(), "s3" | "gcs" | "object-storage" | "azure-blobs")
    }
}

/// How a store stands with its backups, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    /// Looked for, and nothing there.
    Missing,
    /// What is there does not count: retention 0, suspended, blind.
    Off,
    /// Decided where the repository does not show it.
    Unknown,
    /// Something works.
    Backed,
}

/// One row of the table of coverage: what the answer on backups says of one store.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreCoverage {
    /// Where it is declared.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// Engine or service.
    pub engine: String,
    /// Environment.
    pub environment: Environment,
    /// The condition under which it exists, if nothing here says that it always does.
    pub condition: Option<String>,
    /// Whether something backs it up.
    pub stands: Stands,
    /// What backs it up, or why that does not count or cannot be told.
    pub by: Option<String>,
    /// Longest time between two backups, in seconds; 0 where every change is kept.
    pub max_gap_seconds: Option<u64>,
    /// Whether a copy leaves the store's own host, volume or account.
    pub is_off_site: Option<bool>,
    /// Retention as written.
    pub retention: Option<String>,
    /// Whether somebody is told when it fails.
    pub failure_noticed: Option<bool>,
    /// How far a restore of it was exercised.
    pub restore_grade: Grade,
    /// What would be lost.
    pub worst_case: Loss,
    /// Why that loss, one sentence.
    pub worst_case_because: String,
}
