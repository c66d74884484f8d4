//! What a database migration states.

use serde::{Deserialize, Serialize};

use crate::model::At;

/// Declares [`Runner`] from one table: the variant, its word in every output, and its name in
/// sentences.
macro_rules! runners {
    ($($(#[$about:meta])* $variant:ident = $id:literal, $name:literal;)*) => {
        /// The framework that runs a migration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Runner {
            $($(#[$about])* $variant,)*
        }

        impl Runner {
            /// Every runner.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word in every output.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }

            /// The name in a sentence.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

runners! {
    /// Ruby on Rails ActiveRecord.
    Rails = "rails", "Rails";
    /// Sequel (Ruby).
    Sequel = "sequel", "Sequel";
    /// Django.
    Django = "django", "Django";
    /// Alembic, Flask-Migrate.
    Alembic = "alembic", "Alembic";
    /// Flyway, in SQL or Java.
    Flyway = "flyway", "Flyway";
    /// Liquibase, in formatted SQL, XML, YAML or JSON.
    Liquibase = "liquibase", "Liquibase";
    /// golang-migrate: `.up.sql`/`.down.sql` pairs.
    GolangMigrate = "golang-migrate", "golang-migrate";
    /// goose, in SQL or Go.
    Goose = "goose", "goose";
    /// dbmate.
    Dbmate = "dbmate", "dbmate";
    /// sql-migrate (Go).
    SqlMigrate = "sql-migrate", "sql-migrate";
    /// micrate (Crystal).
    Micrate = "micrate", "micrate";
    /// tern.
    Tern = "tern", "tern";
    /// Bun (Go).
    Bun = "bun", "Bun";
    /// gormigrate.
    Gormigrate = "gormigrate", "gormigrate";
    /// SQLx (Rust).
    Sqlx = "sqlx", "SQLx";
    /// Diesel.
    Diesel = "diesel", "Diesel";
    /// Refinery.
    Refinery = "refinery", "Refinery";
    /// SeaORM.
    SeaOrm = "sea-orm", "SeaORM";
    /// rusqlite_migration.
    RusqliteMigration = "rusqlite-migration", "rusqlite_migration";
    /// Knex.
    Knex = "knex", "knex";
    /// Sequelize.
    Sequelize = "sequelize", "Sequelize";
    /// Umzug without Sequelize.
    Umzug = "umzug", "Umzug";
    /// TypeORM.
    TypeOrm = "typeorm", "TypeORM";
    /// Prisma.
    Prisma = "prisma", "Prisma";
    /// Drizzle.
    Drizzle = "drizzle", "Drizzle";
    /// node-pg-migrate, in SQL or JavaScript.
    NodePgMigrate = "node-pg-migrate", "node-pg-migrate";
    /// Kysely.
    Kysely = "kysely", "Kysely";
    /// MikroORM.
    MikroOrm = "mikro-orm", "MikroORM";
    /// db-migrate (Node).
    DbMigrate = "db-migrate", "db-migrate";
    /// graphile-migrate.
    GraphileMigrate = "graphile-migrate", "graphile-migrate";
    /// Supabase CLI.
    Supabase = "supabase", "Supabase";
    /// Hasura, Nhost.
    Hasura = "hasura", "Hasura";
    /// migrate-mongo.
    MigrateMongo = "migrate-mongo", "migrate-mongo";
    /// Mongock, Mongobee.
    Mongock = "mongock", "Mongock";
    /// Beanie.
    Beanie = "beanie", "Beanie";
    /// mongo-migrate-ts.
    MongoMigrateTs = "mongo-migrate-ts", "mongo-migrate-ts";
    /// Ecto.
    Ecto = "ecto", "Ecto";
    /// Laravel.
    Laravel = "laravel", "Laravel";
    /// Doctrine Migrations.
    Doctrine = "doctrine", "Doctrine Migrations";
    /// Phinx, CakePHP.
    Phinx = "phinx", "Phinx";
    /// Yii 2.
    Yii = "yii", "Yii";
    /// Entity Framework Core.
    EfCore = "ef-core", "EF Core";
    /// FluentMigrator.
    FluentMigrator = "fluent-migrator", "FluentMigrator";
    /// DbUp.
    DbUp = "dbup", "DbUp";
    /// Evolve (.NET).
    Evolve = "evolve", "Evolve";
    /// grate, RoundhousE.
    Grate = "grate", "grate";
    /// schemachange.
    Schemachange = "schemachange", "schemachange";
    /// MyBatis Migrations.
    MyBatis = "mybatis", "MyBatis Migrations";
    /// Sqitch.
    Sqitch = "sqitch", "Sqitch";
    /// Atlas.
    Atlas = "atlas", "Atlas";
    /// pgroll.
    Pgroll = "pgroll", "pgroll";
    /// Reshape.
    Reshape = "reshape", "Reshape";
    /// yoyo, in SQL or Python.
    Yoyo = "yoyo", "yoyo";
    /// Aerich (Tortoise).
    Aerich = "aerich", "Aerich";
    /// peewee-migrate.
    Peewee = "peewee", "peewee-migrate";
    /// Piccolo.
    Piccolo = "piccolo", "Piccolo";
    /// Masonite.
    Masonite = "masonite", "Masonite";
    /// Orator.
    Orator = "orator", "Orator";
    /// Play Evolutions.
    PlayEvolutions = "play-evolutions", "Play Evolutions";
    /// Migratus.
    Migratus = "migratus", "Migratus";
    /// Ragtime.
    Ragtime = "ragtime", "Ragtime";
    /// dbmigrations (Haskell).
    Dbmigrations = "dbmigrations", "dbmigrations";
    /// Lucky (Avram).
    Lucky = "lucky", "Lucky";
    /// Jennifer (Crystal).
    Jennifer = "jennifer", "Jennifer";
    /// Android Room.
    Room = "room", "Room";
    /// SQLDelight.
    SqlDelight = "sqldelight", "SQLDelight";
    /// GRDB (Swift).
    Grdb = "grdb", "GRDB";
    /// A folder of ordered SQL files of no known runner.
    SqlFolder = "sql", "the runner";
    /// `.up.sql`/`.down.sql` pairs of no known runner.
    SqlPairs = "sql-pairs", "the runner";
}

/// Stands in names and texts for what a program puts in while it runs.
pub const HOLE: &str = "\u{2026}";

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether the file says that it belongs to a branch of its own (Alembic's `branch_labels`).
    pub is_labeled: bool,
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
