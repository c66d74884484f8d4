//! Migrations that are lists of changes.

use super::{Triple, one};

pub(super) const TRIPLES: &[Triple] = &[
    one(
        "liquibase",
        "db/0102.xml",
        "<databaseChangeLog xmlns=\"x\">\n<changeSet id=\"0102\" author=\"ada\"><dropTable tableName=\"t\"/>DOWN</changeSet>\n</databaseChangeLog>",
        [
            ("", "none"),
            ("<rollback/>", "empty"),
            ("<rollback><sql>create table t (a int)</sql></rollback>", "lossy"),
        ],
    ),
    one(
        "pgroll",
        "m/0102_a.yaml",
        "operations:\n- alter_column:\n    table: t\n    column: a\n    type: int\n    up: a::int\nDOWN",
        [("", "partial"), ("    down:\n", "partial"), ("    down: a::text\n", "honest")],
    ),
    one(
        "reshape",
        "m/0102_a.toml",
        "[[actions]]\ntype = \"alter_column\"\ntable = \"t\"\ncolumn = \"a\"\nup = \"a\"\nDOWN[actions.changes]\ntype = \"INTEGER\"\n",
        [("", "partial"), ("# down = \"a\"\n", "partial"), ("down = \"a\"\n", "honest")],
    ),
    one(
        "migratus",
        "m/20240102010102-a.edn",
        "{:up [\"alter table t add a int\"] DOWN}",
        [("", "none"), (":down []", "empty"), (":down [\"alter table t drop a\"]", "honest")],
    ),
    one(
        "ragtime",
        "m/0102-a.edn",
        "{:up [\"alter table t add a int\"] DOWN}",
        [("", "none"), (":down []", "empty"), (":down [\"alter table t drop a\"]", "honest")],
    ),
];
