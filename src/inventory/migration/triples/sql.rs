//! Files of SQL: a marker between the ways, a file for each way, or a way up only.

use super::{Triple, one};

const ADD: &str = "ALTER TABLE t ADD a int;\n";
const BACK: &str = "ALTER TABLE t DROP COLUMN a;\n";
const TODO: &str = "-- nothing yet\n";
const SELECT: &str = "SELECT 1;\n";

/// A file for each way.
const fn pair(
    runner: &'static str,
    beside: &'static [(&'static str, &'static str)],
    path: &'static str,
    down_path: &'static str,
) -> Triple {
    let ways = [("", "none"), (SELECT, "no-op"), (BACK, "honest")];
    Triple { runner, beside, path, text: ADD, down_path, ways }
}

/// A runner that only goes up: what looks like a way down is never run, and only a change that needs none
/// is free of it.
const fn only_up(
    runner: &'static str,
    beside: &'static [(&'static str, &'static str)],
    path: &'static str,
) -> Triple {
    let ways = [
        ("ALTER TABLE t DROP COLUMN a;\n", "none"),
        ("ALTER TABLE t DROP COLUMN a;\n-- Down: ALTER TABLE t ADD a int;\n", "none"),
        ("CREATE INDEX i ON t (a);\n-- no way down is needed\n", "exempt"),
    ];
    Triple { runner, beside, path, text: "DOWN", down_path: "", ways }
}

pub(super) const TRIPLES: &[Triple] = &[
    one(
        "goose",
        "db/m/0102_a.sql",
        "-- +goose Up\nALTER TABLE t ADD a int;\nDOWN",
        [
            ("", "none"),
            ("-- +goose Down\nSELECT 'down';\n", "no-op"),
            ("-- +goose Down\nALTER TABLE t DROP a;\n", "honest"),
        ],
    ),
    one(
        "dbmate",
        "db/migrations/0102_a.sql",
        "-- migrate:up\nALTER TABLE t ADD a int;\nDOWN",
        [
            ("", "none"),
            ("-- migrate:down\n", "empty"),
            ("-- migrate:down\nALTER TABLE t DROP a;\n", "honest"),
        ],
    ),
    one(
        "sql-migrate",
        "migrations/0102-a.sql",
        "-- +migrate Up\nALTER TABLE t ADD a int;\nDOWN",
        [
            ("", "none"),
            ("-- +migrate Down\n-- cannot be reverted\n", "declared-irreversible"),
            ("-- +migrate Down\nALTER TABLE t DROP a;\n", "honest"),
        ],
    ),
    one(
        "micrate",
        "db/migrations/0102_a.sql",
        "-- +micrate Up\nALTER TABLE t ADD a int;\nDOWN",
        [
            ("", "none"),
            (
                "-- +micrate Down\n-- SQL section 'Down' is executed when this migration is rolled back\n",
                "scaffold",
            ),
            ("-- +micrate Down\nALTER TABLE t DROP a;\n", "honest"),
        ],
    ),
    one(
        "mybatis",
        "scripts/20240102010102_a.sql",
        "-- // First\nALTER TABLE t ADD a int;\nDOWN",
        [
            ("-- // @UNDO\n", "empty"),
            ("-- // @UNDO\n-- SQL to undo the change goes here.\n", "scaffold"),
            ("-- // @UNDO\nALTER TABLE t DROP a;\n", "honest"),
        ],
    ),
    one(
        "tern",
        "db/0102_a.sql",
        "ALTER TABLE t ADD a int;\nDOWN",
        [
            ("---- create above / drop below ----\n", "empty"),
            ("---- create above / drop below ----\n-- one-way\n", "declared-irreversible"),
            ("---- create above / drop below ----\nALTER TABLE t DROP a;\n", "honest"),
        ],
    ),
    one(
        "node-pg-migrate",
        "migrations/0102_a.sql",
        "-- Up Migration\nALTER TABLE t ADD a int;\nDOWN",
        [
            ("-- Down Migration\n", "empty"),
            ("-- Down Migration\nSELECT 1;\n", "no-op"),
            ("-- Down Migration\nALTER TABLE t DROP a;\n", "honest"),
        ],
    ),
    pair(
        "golang-migrate",
        &[("go.mod", "module x\n\nrequire github.com/golang-migrate/migrate/v4 v4.17.0\n")],
        "migrations/0102_a.up.sql",
        "migrations/0102_a.down.sql",
    ),
    pair(
        "sqlx",
        &[("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nsqlx = \"0.8\"\n")],
        "migrations/0102_a.up.sql",
        "migrations/0102_a.down.sql",
    ),
    pair(
        "diesel",
        &[("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\ndiesel = \"2\"\n")],
        "migrations/0102_a/up.sql",
        "migrations/0102_a/down.sql",
    ),
    pair(
        "hasura",
        &[("metadata/databases/databases.yaml", "- name: a\n")],
        "migrations/default/0102_a/up.sql",
        "migrations/default/0102_a/down.sql",
    ),
    Triple {
        runner: "sqitch",
        beside: &[],
        path: "deploy/0102.sql",
        text: "-- Deploy app:0102 to pg\nALTER TABLE t ADD a int;\n",
        down_path: "revert/0102.sql",
        ways: [
            ("", "none"),
            ("-- Revert app:0102 from pg\n-- XXX Add DDLs here.\n", "scaffold"),
            ("-- Revert app:0102 from pg\nALTER TABLE t DROP a;\n", "honest"),
        ],
    },
    pair("flyway", &[], "db/V0102__a.sql", "db/U0102__a.sql"),
    only_up(
        "refinery",
        &[("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nrefinery = \"0.8\"\n")],
        "migrations/V0102__a.sql",
    ),
    only_up(
        "evolve",
        &[(
            "a.csproj",
            "<Project><ItemGroup><PackageReference Include=\"Evolve\" Version=\"3\" /></ItemGroup></Project>\n",
        )],
        "db/V0102__a.sql",
    ),
    only_up("schemachange", &[("requirements.txt", "schemachange==3.6\n")], "migrations/V0102__a.sql"),
    only_up("prisma", &[], "prisma/migrations/0102_a/migration.sql"),
    only_up("drizzle", &[("drizzle/meta/_journal.json", "{}")], "drizzle/0102_a.sql"),
    only_up("supabase", &[], "supabase/migrations/0102_a.sql"),
    only_up("atlas", &[("migrations/atlas.sum", "h1:\n")], "migrations/0102_a.sql"),
    only_up("grate", &[("db/views/v.sql", ""), ("db/sprocs/p.sql", "")], "db/up/0102_a.sql"),
    one(
        "graphile-migrate",
        "migrations/committed/000102.sql",
        "--! Previous: sha1:1\n--! Hash: sha1:2\n\nDOWN",
        [
            ("drop table t;", "none"),
            ("drop table t; -- Down: create table t (a int);", "none"),
            ("create index i on t (a);", "exempt"),
        ],
    ),
    one(
        "sqldelight",
        "db/0102.sqm",
        "DOWN",
        [
            ("DROP TABLE t;", "none"),
            ("DROP TABLE t; -- Down: create table t", "none"),
            ("CREATE INDEX i ON t (a);", "exempt"),
        ],
    ),
    one(
        "play-evolutions",
        "conf/evolutions/default/0102.sql",
        "# --- !Ups\nALTER TABLE t ADD a int;\nDOWN",
        [("", "none"), ("# --- !Downs\n", "empty"), ("# --- !Downs\nALTER TABLE t DROP a;\n", "honest")],
    ),
];

#[test]
fn an_empty_file_is_no_way_down() {
    let nothing = pair("flyway", &[], "db/V0102__a.sql", "db/U0102__a.sql");
    let ways = [("", "none"), (TODO, "empty"), (BACK, "honest")];
    assert_eq!(super::check(&Triple { ways, ..nothing }), Vec::<String>::new());
}
