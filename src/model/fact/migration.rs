//! What a database migration states.

use serde::{Deserialize, Serialize};

use crate::model::At;

/// The framework that runs a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Runner {
    /// Ruby on Rails ActiveRecord.
    Rails,
    /// Django.
    Django,
    /// Alembic, Flask-Migrate.
    Alembic,
    /// Knex.
    Knex,
    /// golang-migrate and other `.up.sql`/`.down.sql` pairs.
    GolangMigrate,
    /// Flyway.
    Flyway,
    /// Prisma.
    Prisma,
    /// Supabase CLI.
    Supabase,
    /// A folder of ordered SQL files of no known runner.
    SqlFolder,
}

/// One change of a schema or its data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Operation {
    /// A table comes into being.
    CreateTable(String),
    /// A table goes.
    DropTable(String),
    /// A table changes its name: (old, new).
    RenameTable(String, String),
    /// A column comes: table, column, and whether old code can still insert (nullable or default).
    AddColumn(String, String, bool),
    /// A column goes: table, column.
    DropColumn(String, String),
    /// A column changes its name: table, old, new.
    RenameColumn(String, String, String),
    /// A column changes its type, null-ness or default: table, column.
    AlterColumn(String, String),
    /// An index, view, extension, policy, function, comment or grant comes.
    CreateOther(String),
    /// An index, view, constraint or other non-data object goes.
    DropOther(String),
    /// A constraint comes: its description.
    AddConstraint(String),
    /// Data is changed or deleted.
    ChangeData(String),
    /// Something that was not understood.
    Raw(String),
}

/// What the way down is worth; worst first where several hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WayBack {
    /// There is none.
    None,
    /// There is one with nothing in it.
    Empty,
    /// It holds only what the generator wrote.
    Scaffold,
    /// It runs and does nothing.
    NoOp,
    /// The author says there is none.
    DeclaredIrreversible,
    /// Part of the way up is not undone.
    Partial,
    /// Structure returns, data does not.
    Lossy,
    /// It deletes data that was written since.
    Destructive,
    /// It undoes something else.
    Mismatched,
    /// The engine cannot do it.
    Engine,
    /// It undoes what was done.
    Honest,
    /// None is needed: merge, initial, index-only, extension-only.
    Exempt,
}

/// One migration file (for paired files, one half).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MigrationFile {
    /// The framework.
    pub runner: Runner,
    /// Version or number as the runner orders it.
    pub version: String,
    /// Name without version.
    pub name: String,
    /// The ledger it belongs to: the folder (or Django app) whose migrations form one sequence.
    pub ledger: String,
    /// The changes on the way up; empty in a down file.
    pub up: Vec<(At, Operation)>,
    /// The changes on the way down; `None` when the file has no way down.
    pub down: Option<Vec<(At, Operation)>>,
    /// True for the down half of a pair.
    pub is_down_file: bool,
    /// What the file alone says of its way down.
    pub way_back: WayBack,
    /// Where the way down stands, or the place that shows there is none.
    pub way_back_at: At,
    /// The reason the author gives for having none, as written.
    pub reason: Option<String>,
}
