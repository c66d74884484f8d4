//! Migrations that are files of SQL or lists: missing, fake and honest ways down of each runner, as
//! near misses of each other.

use super::tests::{check, shown};
use crate::facts::collect;
use crate::model::FactKind;
use crate::rules::RuleSet;

const TABLE: &str = "create table t (a int);\n";

/// Every migration of a file, in order.
#[track_caller]
fn check_all(path: &str, text: &str, expected: &[&str]) {
    let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
    let found: Vec<String> = facts
        .facts
        .iter()
        .filter_map(|fact| match &fact.kind {
            FactKind::Migration(migration) => Some(shown(migration)),
            _ => None,
        })
        .collect();
    assert_eq!(found, expected, "{path}\n{text}");
}

#[test]
fn knows_sql_files_by_the_marks_of_their_runner() {
    let add = "ALTER TABLE t ADD a int;";
    check("db/V1_2__x.sql", add, "flyway 1.2: AddColumn(t, a, true) | none = none");
    check("db/U1.2__x.sql", "", "flyway 1.2:  |  = empty");
    check("db/R__views.sql", add, "no migration");
    check("p/migrations/2024_x/migration.sql", add, "prisma 2024: AddColumn(t, a, true) | none = none");
    check("supabase/migrations/2024_x.sql", add, "supabase 2024: AddColumn(t, a, true) | none = none");
    check("m/001_x.up.sql", add, "golang-migrate 001: AddColumn(t, a, true) | none = none");
    check("m/001_x.down.sql", "-- later\nBEGIN;\nCOMMIT;", "golang-migrate 001:  |  = empty");
    check("m/001_x.down.sql", "SELECT 1;", "golang-migrate 001:  | NoOp(SELECT 1) = no-op");
    check("m/2_x/down.sql", "-- This file should undo anything in `up.sql`", "sql-pairs 2:  |  = scaffold");
    check("db/sqls/2024-x-up.sql", add, "db-migrate 2024: AddColumn(t, a, true) | none = none");
    check(
        "db/sqls/2024-x-down.sql",
        "/* Replace with your SQL commands */",
        "db-migrate 2024:  |  = scaffold",
    );
    check(
        "drizzle/0001_x.sql",
        "ALTER TABLE t ADD a int;--> statement-breakpoint\nDROP TABLE u;",
        "drizzle 0001: AddColumn(t, a, true), DropTable(u) | none = none",
    );
    check("db/1.sqm", add, "sqldelight 1: AddColumn(t, a, true) | none = none");
    check(
        "migrations/committed/000001.sql",
        "--! Previous: -\n--! Hash: sha1:00\n\ndrop table t;",
        "graphile-migrate 000001: DropTable(t) | none = none",
    );
    check(
        "y/0001.sql",
        "-- depends: 0000\ncreate table t (a int);",
        "yoyo 0001: CreateTable(t) | none = none",
    );
    check("queries/001_report.sql", add, "no migration");
    check("migrations/seed.sql", add, "no migration");
    check("db/notes.sqm", add, "no migration");
    check("tests/migrations/001_x.up.sql", add, "no migration");
    check("migrations/1_x.sql", "--liquibase formatted sql\n", "no migration");
}

/// The honest, the empty and the fake form of every runner with a marker between its ways.
#[test]
fn finds_the_way_down_below_the_marker_of_each_runner() {
    let runners = [
        ("goose", "-- +goose Up\n", "-- +goose Down\n"),
        ("dbmate", "-- migrate:up\n", "-- migrate:down\n"),
        ("sql-migrate", "-- +migrate Up\n", "-- +migrate Down\n"),
        ("micrate", "-- +micrate Up\n", "-- +micrate Down\n"),
        ("mybatis", "-- // First\n", "-- //@UNDO\n"),
        ("tern", "", "---- create above / drop below ----\n"),
        ("node-pg-migrate", "-- Up Migration\n", "-- Down Migration\n"),
    ];
    for (runner, up, down) in runners {
        let way = |text: &str, expected: &str| {
            let text = format!("{up}{TABLE}{down}{text}");
            check("db/any/1_x.sql", &text, &format!("{runner} 1: CreateTable(t) | {expected}"));
        };
        way("drop table t;", "DropTable(t) = honest");
        way("", " = empty");
        way("-- nothing yet\nSELECT 'down';\n", "NoOp(SELECT 'down') = no-op");
        way("-- this cannot be reverted\n", " = declared-irreversible");
    }
    check(
        "db/any/1_x.sql",
        "-- +goose Up\ncreate table t (a int);\n",
        "goose 1: CreateTable(t) | none = none",
    );
    check("db/any/x.sql", "-- +goose Up\ncreate table t (a int);\n", "no migration");
    check("db/any/1_x.sql", TABLE, "no migration");
    let evolution = "# --- !Ups\ncreate table t (a int);\n# --- !Downs\ndrop table t;\n";
    check(
        "conf/evolutions/default/1.sql",
        evolution,
        "play-evolutions 1: CreateTable(t) | DropTable(t) = honest",
    );
    check("conf/evolutions/default/1_x.sql", evolution, "no migration");
}

#[test]
fn residue_decides_only_where_nothing_else_stands() {
    let goose = |down: &str| format!("-- +goose Up\n{TABLE}-- +goose Down\n{down}");
    let check = |down: &str, expected: &str| {
        check("m/1_x.sql", &goose(down), &format!("goose 1: CreateTable(t) | {expected}"));
    };
    check("-- SQL section 'Down' is executed when this migration is rolled back\n", " = scaffold");
    check(
        "-- SQL section 'Down' is executed when this migration is rolled back\ndrop table t;",
        "DropTable(t) = honest",
    );
    check("-- +goose StatementBegin\n-- +goose StatementEnd\n", " = empty");
    check("-- +goose StatementBegin\n-- +goose StatementEnd\ndrop table t;", "DropTable(t) = honest");
    check("SELECT 'down SQL query';\n", "NoOp(SELECT 'down SQL query') = no-op");
    check("DO $$ BEGIN RAISE EXCEPTION 'restore the backup'; END $$;", " = declared-irreversible");
}

#[test]
fn reads_sqitch_changes_by_their_headers() {
    let deploy =
        "-- Deploy shop:users to pg\n-- requires: schema, base\nBEGIN;\ncreate table t (a int);\nCOMMIT;\n";
    check("db/deploy/users.sql", deploy, "sqitch users: CreateTable(t) | none = none");
    check(
        "db/revert/users.sql",
        "-- Revert shop:users from pg\nBEGIN;\ndrop table t;\nCOMMIT;",
        "sqitch users:  | DropTable(t) = honest",
    );
    check(
        "db/revert/users.sql",
        "-- Revert users from pg\nBEGIN;\n-- XXX Add DDLs here.\nCOMMIT;",
        "sqitch users:  |  = scaffold",
    );
    check("db/verify/users.sql", "-- Verify shop:users on pg\nselect 1;", "no migration");
    check("db/verify/migrations/1_users.sql", "-- Verify shop:users on pg\nselect 1;", "no migration");
    check("db/other/users.sql", deploy, "no migration");
    let reworked = "-- Deploy shop:f to pg\ncreate or replace view v as select 1;";
    check("db/revert/f.sql", reworked, "sqitch f:  | ReplaceOther(View, v) = honest");
    check("db/revert/t.sql", "-- Revert shop:t on pg\ndrop table t;", "sqitch t:  | DropTable(t) = honest");
}

#[test]
fn reads_formatted_changelogs_of_liquibase() {
    let set = |rollback: &str| {
        format!(
            "--liquibase formatted sql\n\n--changeset ada:1 dbms:postgresql\ndrop table t;\n{rollback}\n--changeset ada:2\ncreate table u (a int);\n--rollback drop table u;\n"
        )
    };
    let second = "liquibase ada:2: CreateTable(u) | DropTable(u) = honest";
    let check = |rollback: &str, expected: &str| {
        let first = format!("liquibase ada:1: DropTable(t) | {expected}");
        check_all("db/log.sql", &set(rollback), &[&first, second]);
    };
    check("--rollback create table t\n--rollback (a int);", "CreateTable(t) = honest");
    check("/* liquibase rollback\ncreate table t (a int);\n*/", "CreateTable(t) = honest");
    check("", "none = none");
    check("--rollback not required", "NoOp(--rollback not required) = no-op");
    check("--rollback", "NoOp(--rollback) = no-op");
    check("--rollback changesetId:1 changesetAuthor:ada", "Raw(rollback of another change set) = honest");
}

#[test]
fn knows_what_liquibase_turns_round_by_itself() {
    let xml = |inner: &str| {
        format!(
            "<databaseChangeLog xmlns=\"x\">\n<changeSet id=\"1\" author=\"ada\">{inner}</changeSet>\n</databaseChangeLog>"
        )
    };
    let run = |inner: &str, expected: &str| {
        check_all("db/log.xml", &xml(inner), &[&format!("liquibase ada:1: {expected}")])
    };
    run(
        "<createTable tableName=\"t\"><column name=\"a\" type=\"int\"/></createTable>",
        "CreateTable(t) | DropTable(t) = honest",
    );
    run(
        "<addColumn tableName=\"t\"><column name=\"a\" type=\"int\"><constraints nullable=\"false\"/></column></addColumn>",
        "AddColumn(t, a, false) | DropColumn(t, a) = honest",
    );
    run("<dropTable tableName=\"t\"/>", "DropTable(t) | Irreversible(dropTable without rollback) = none");
    run("<dropTable tableName=\"t\"/><rollback/>", "DropTable(t) |  = empty");
    run(
        "<dropTable tableName=\"t\"/><rollback><createTable tableName=\"t\"/></rollback>",
        "DropTable(t) | CreateTable(t) = honest",
    );
    run(
        "<sql>update t set a = 1</sql>",
        "ChangeData(Update, t, [a]) | Irreversible(sql without rollback) = none",
    );
    run(
        "<sql>update t set a = 1</sql><rollback>update t set a = 0</rollback>",
        "ChangeData(Update, t, [a]) | ChangeData(Update, t, [a]) = honest",
    );
    run(
        "<customChange class=\"X\"/>",
        "Raw(customChange) | Irreversible(customChange without rollback) = none",
    );
    let yaml = "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: ada\n    changes:\n    - dropColumn:\n        tableName: t\n        columns:\n        - column: {name: a}\n    - addColumn:\n        tableName: t\n        columns:\n        - column: {name: b, type: int}\n";
    check_all(
        "db/log.yaml",
        yaml,
        &[
            "liquibase ada:1: DropColumn(t, a), AddColumn(t, b, true) | DropColumn(t, b), Irreversible(dropColumn without rollback) = none",
        ],
    );
    let with = format!("{yaml}    rollback:\n    - sql: alter table t add a int\n");
    check_all(
        "db/log.yaml",
        &with,
        &["liquibase ada:1: DropColumn(t, a), AddColumn(t, b, true) | AddColumn(t, a, true) = honest"],
    );
    check_all(
        "app/application.yaml",
        "spring:\n  liquibase:\n    change-log: db/databaseChangeLog.yaml\n",
        &[],
    );
}

#[test]
fn reads_migrations_that_are_lists() {
    check(
        "m/01_x.json",
        "{\"name\": \"x\", \"operations\": [{\"drop_column\": {\"table\": \"t\", \"column\": \"a\", \"down\": \"''\"}}]}",
        "pgroll 01: DropColumn(t, a) | none = honest",
    );
    check(
        "m/02_x.yaml",
        "operations:\n- alter_column:\n    table: t\n    column: a\n    type: int\n    up: a::int\n",
        "pgroll 02: AlterColumn(t, a, Retyped) | none = partial",
    );
    check(
        "m/02_x.yaml",
        "operations:\n- alter_column:\n    table: t\n    column: a\n    type: int\n    up: a::int\n    down: a::text\n",
        "pgroll 02: AlterColumn(t, a, Retyped) | none = honest",
    );
    check("m/x.yaml", "operations:\n- create_table: {name: t}\n- cook: {}\n", "no migration");
    check(
        "m/1_x.toml",
        "[[actions]]\ntype = \"remove_table\"\ntable = \"t\"\n",
        "reshape 1: DropTable(t) | none = honest",
    );
    check(
        "m/20240101000000-x.edn",
        "{:up [\"create table t (a text default '\\\"')\" \"drop table u\"] :down [\"drop table t\"]}",
        "migratus 20240101000000: CreateTable(t), DropTable(u) | DropTable(t) = honest",
    );
    check("m/001-x.edn", "{:up [\"drop table u\"] :down []}", "ragtime 001: DropTable(u) |  = empty");
    check("m/001-x.edn", "{:up [\"drop table u\"]}", "ragtime 001: DropTable(u) | none = none");
    check(
        "m/x.yml",
        "Description: x\nDepends: a b\nApply: |\n  create table t (a int);\nRevert: |\n  drop table t;\n",
        "dbmigrations x: CreateTable(t) | DropTable(t) = honest",
    );
    check(
        "m/x.yml",
        "Description: x\nApply: |\n  create table t (a int);\n",
        "dbmigrations x: CreateTable(t) | none = none",
    );
}
