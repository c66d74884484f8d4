//! Statements of many dialects, and what they do.

use super::{operations, statements};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<String> = operations(text)
        .into_iter()
        .map(|(_, operation)| format!("{operation:?}").replace('"', ""))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn split(text: &str, expected: &[&str]) {
    let found: Vec<&str> = statements(text).iter().map(|s| &text[s.range.clone()]).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn finds_where_statements_end() {
    split("a; -- b; c\nd /* ; /* ; */ ; */ e;", &["a", "d /* ; /* ; */ ; */ e"]);
    split("select 'it''s;'; x", &["select 'it''s;'", "x"]);
    split("select E'a\\';' ; \"a;b\" ;", &["select E'a\\';'", "\"a;b\""]);
    split("do $x$ a; $$ b; $$ $x$; c", &["do $x$ a; $$ b; $$ $x$", "c"]);
    split(
        "DELIMITER //\ncreate trigger t begin a; b; end//\nDELIMITER ;\nc;",
        &["create trigger t begin a; b; end", "c"],
    );
    let trigger = "create trigger t after insert on a begin insert into b; case when 1 then 2 end; end";
    split(&format!("{trigger}; d"), &[trigger, "d"]);
    split("BEGIN; a; COMMIT;", &["BEGIN", "a", "COMMIT"]);
    split("a\nGO\nb\ngo 5\ngoal", &["a", "b", "goal"]);
    split("COPY t FROM stdin;\n1\t;\n\\.\nb;", &["COPY t FROM stdin", "b"]);
    split("\\connect x\na;", &["a"]);
}

#[test]
fn reads_tables() {
    check("CREATE TABLE IF NOT EXISTS public.\"Users\" (id int);", &["CreateTable(Users)"]);
    check("drop table a, b cascade", &["DropTable(a)", "DropTable(b)"]);
    let renames = ["RenameTable(t, u)", "RenameColumn(t, a, b)", "RenameTable(x, y)"];
    check("alter table t rename to u; alter table t rename a to b; rename table x to y", &renames);
    check("CREATE TEMP TABLE x AS SELECT 1", &[]);
}

#[test]
fn reads_columns() {
    let added = ["AddColumn(t, a, true)", "AddColumn(t, b, false)", "AddColumn(t, c, true)"];
    check(
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int, ADD b text NOT NULL, ADD c int NOT NULL DEFAULT 1",
        &added,
    );
    check("alter table t add (a int, b numeric(3,2) not null)", &added[..2]);
    let mixed = ["AddConstraint(t, CONSTRAINT x CHECK ( a)", "DropOther(Constraint, y)", "DropColumn(t, z)"];
    check("ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0), DROP CONSTRAINT y, DROP COLUMN z", &mixed);
    let altered =
        ["AlterColumn(t, a, Loosened)", "AlterColumn(t, b, Tightened)", "AlterColumn(t, c, Retyped)"];
    check("ALTER TABLE t ALTER COLUMN a DROP NOT NULL, ALTER b SET NOT NULL, ALTER c TYPE bigint", &altered);
    let mysql = [
        "RenameColumn(t, a, b)",
        "AlterColumn(t, c, Retyped)",
        "DropOther(Index, i)",
        "CreateOther(Index, j)",
    ];
    check("ALTER TABLE `t` CHANGE `a` `b` int, MODIFY c text, DROP INDEX i, ADD KEY j (x)", &mysql);
    let server = ["AddColumn(t, a, true)", "AddColumn(t, b, true)"];
    check("ALTER TABLE [dbo].[t] ADD [a] int, [b] int", &server);
}

#[test]
fn reads_rows() {
    check("UPDATE t SET a = (SELECT x, y), b = 2 WHERE c", &["ChangeData(Update, t, [a, b])"]);
    check("DELETE FROM t", &["ChangeData(DeleteAll, t, [])"]);
    check("DELETE FROM t WHERE a = 1", &["ChangeData(Delete, t, [])"]);
    check("truncate table t", &["ChangeData(DeleteAll, t, [])"]);
    check("insert into s.t values (1) on conflict do update set a = 1", &["ChangeData(Insert, t, [])"]);
    check("with x as (select 1) update t set a = 1 from x", &["ChangeData(Update, t, [a])"]);
    check("with x as (select 1) select * from x", &[]);
}

#[test]
fn tells_what_does_nothing_from_what_is_not_understood() {
    check("BEGIN; SET x = 1; COMMIT;", &[]);
    check("SELECT 1;", &["NoOp(SELECT 1)"]);
    check("SELECT 'down SQL query';", &["NoOp(SELECT 'down SQL query')"]);
    check("SELECT a FROM t WHERE b IN (1)", &[]);
    check("SELECT create_hypertable('t', 'time')", &["Raw(SELECT create_hypertable('t', 'time'))"]);
    check("CALL x()", &["Raw(CALL x())"]);
    check("-- only words\n/* more */", &[]);
}

#[test]
fn reads_the_rest_of_a_schema() {
    check("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", &["AddConstraint(t, unique index i)"]);
    check("create index i on t (a)", &["CreateOther(Index, i)"]);
    check("drop index concurrently if exists i", &["DropOther(Index, i)"]);
    let routine = "CREATE OR REPLACE FUNCTION f(a int) RETURNS int AS $$ begin; drop table x; end $$";
    check(routine, &["ReplaceOther(Routine, f)"]);
    check("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"", &["CreateOther(Extension, uuid-ossp)"]);
    check("ALTER TYPE mood ADD VALUE 'sad'", &["OneWay(ALTER TYPE mood ADD VALUE 'sad')"]);
    check("ALTER TABLE t ENABLE ROW LEVEL SECURITY", &["ReplaceOther(Policy, enable on t)"]);
}

#[test]
fn looks_into_anonymous_blocks() {
    let guarded = "DO $$ DECLARE n int; BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE t ADD COLUMN a int; END IF; \
                   EXCEPTION WHEN duplicate_column THEN NULL; END $$;";
    check(guarded, &["AddColumn(t, a, true)"]);
    let typed = "DO $$ BEGIN CREATE TYPE x AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;";
    check(typed, &["CreateOther(Type, x)"]);
    check("DO $$ BEGIN EXECUTE format('drop %s', x); END $$", &["Raw(EXECUTE format('drop %s', x))"]);
}

#[test]
fn survives_what_is_no_sql() {
    for text in
        ["'", "$", "$a$", "/*", "(", "é", "E'\\é", "[", "DO $$", "DO $", "DO ''", "\\", ";;;", "DELIMITER"]
    {
        let _ = operations(text);
    }
    let _ = operations("alter table t add (");
    let _ = operations("drop table ,");
    let _ = operations("DO $a$ DO $b$ DO $c$ DO $d$ DO $e$ x $e$ $d$ $c$ $b$ $a$");
    for text in ["(", "[", "$", "'", "begin ", "create trigger begin "] {
        let _ = operations(&text.repeat(50_000));
    }
}
