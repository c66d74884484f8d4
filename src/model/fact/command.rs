//! Commands in scripts, jobs and documents.

use serde::{Deserialize, Serialize};

/// What a command does that matters tonight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Doing {
    /// Writes a copy of data (`pg_dump`, `restic backup`, `aws s3 sync`).
    Backup,
    /// Brings data back (`pg_restore`, `restic restore`).
    Restore,
    /// Checks a copy without bringing it back (`restic check`).
    Verify,
    /// Puts a release into service.
    Deploy,
    /// Takes a release back.
    Rollback,
    /// Changes a schema.
    Migrate,
    /// Changes a schema back.
    MigrateDown,
    /// Starts a container or a process, whatever that runs.
    Start,
    /// Makes a schema what the code says, without a ledger.
    Push,
    /// Deletes images that nothing runs.
    Prune,
}

/// A command that takes a store of data for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Destruction {
    /// What is gone afterward, as a sentence goes on (`the database`).
    pub what: String,
    /// The command line, white space folded, at most 200 characters.
    pub text: String,
    /// What stands between a slip and the loss, in words (`asks a person`); `None` when nothing does.
    pub guard: Option<String>,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// What it does.
    pub doing: Doing,
    /// The tool as the catalogue names it (`pg_dump`, `helm`).
    pub tool: String,
    /// The command line, white space folded, at most 300 characters.
    pub text: String,
    /// Whether it stands in prose (a Markdown code block) and runs nowhere by itself.
    pub is_prose: bool,
    /// Defects of the line itself, by id (`no-pipefail`, `or-true`, `discards-errors`).
    pub defects: Vec<String>,
    /// Where it writes to or reads from, if the line says so; for a copy whose script sends it
    /// elsewhere, that place.
    pub target: Option<String>,
    /// Whether its script or unit tells somebody when it fails.
    pub tells_on_failure: bool,
    /// A schedule that a comment at the top of its script states, and nothing shows to be in force.
    pub stated_schedule: Option<String>,
    /// What a script that is known by its name alone calls its sources: the plain values of its variables,
    /// without those for where the copies go.
    pub names: Vec<String>,
    /// Whether a script that restores looks into what came back, and can say no.
    pub compares: bool,
}
