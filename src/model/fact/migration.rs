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
    /// `.up.sql`/`.down.sql` pairs that golang-migrate does not run (sqlx, diesel, Hasura).
    SqlPairs,
}

impl Runner {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Rails => "rails",
            Self::Django => "django",
            Self::Alembic => "alembic",
            Self::Knex => "knex",
            Self::GolangMigrate => "golang-migrate",
            Self::Flyway => "flyway",
            Self::Prisma => "prisma",
            Self::Supabase => "supabase",
            Self::SqlFolder => "sql",
            Self::SqlPairs => "sql-pairs",
        }
    }
}

/// What is done to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DataVerb {
    /// Rows come.
    Insert,
    /// Rows change.
    Update,
    /// Some rows go.
    Delete,
    /// All rows go.
    DeleteAll,
}

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Alteration {
    /// It takes more than before: null allowed, a default given.
    Loosened,
    /// It takes less than before: null refused, a default taken away.
    Tightened,
    /// Its type changes, or nothing says what changes.
    Retyped,
}

/// Something of a schema that holds no rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the objects")]
pub enum Object {
    Index,
    Constraint,
    Extension,
    View,
    Routine,
    Trigger,
    Policy,
    Type,
    Schema,
    Sequence,
    Grant,
    Comment,
    Other,
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
    AlterColumn(String, String, Alteration),
    /// Something that holds no rows comes: what, its name.
    CreateOther(Object, String),
    /// Something that holds no rows is replaced by another of the same name.
    ReplaceOther(Object, String),
    /// Something that holds no rows goes: what, its name.
    DropOther(Object, String),
    /// A constraint comes: table, its description.
    AddConstraint(String, String),
    /// Rows come, change or go: table (empty when not known), columns that are written.
    ChangeData(DataVerb, String, Vec<String>),
    /// The engine has no way to undo it (a value added to a PostgreSQL enum): in words.
    OneWay(String),
    /// It runs and does nothing: in words.
    NoOp(String),
    /// On a way down: the runner refuses to undo this (an operation without its reverse).
    Irreversible(String),
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

impl WayBack {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Empty => "empty",
            Self::Scaffold => "scaffold",
            Self::NoOp => "no-op",
            Self::DeclaredIrreversible => "declared-irreversible",
            Self::Partial => "partial",
            Self::Lossy => "lossy",
            Self::Destructive => "destructive",
            Self::Mismatched => "mismatched",
            Self::Engine => "engine",
            Self::Honest => "honest",
            Self::Exempt => "exempt",
        }
    }
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
    /// Versions of the same ledger that it builds on, where the runner orders by reference.
    pub after: Vec<String>,
    /// Whether the file says that it is the first, or a merge of branches that changes nothing.
    pub is_start_or_merge: bool,
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
