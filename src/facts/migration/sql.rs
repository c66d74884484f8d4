//! Migrations that are SQL files: Flyway, Prisma, Supabase, `.up.sql`/`.down.sql` pairs, and folders
//! of ordered files, whose way down may stand below a marker in the same file (dbmate, goose).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Step, blank, standing, version_and_name};
use crate::facts::SourceFile;
use crate::model::fact::{MigrationFile, Operation, Runner};
use crate::parse::sql;

/// `V1_2__name.sql`; `U` undoes, `B` is a baseline.
static FLYWAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?<kind>[VUB])(?<version>[0-9][0-9_.]*)__(?<name>.+)\.sql$").ok());
/// A line that splits one file into a way up and a way down.
static MARKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?mix)
        ^\s*--\s*
        (?: (?:\+goose|\+migrate|\+micrate|migrate:)\s*(?<way>up|down)\b   # goose, sql-migrate, dbmate
          | //\s*@?(?<undo>undo)\b                                         # MyBatis
          | -+\s*create\ above\s*/\s*drop\ (?<below>below)                 # tern
        ) .*$",
    )
    .ok()
});
/// What generators write into a way down that nobody filled.
const RESIDUE: &[&str] = &[
    "Add down migration script here",
    "This file should undo anything in",
    "Please write an appropriate down migration",
    "Write your migrate down statements here",
    "SQL to undo the change goes here",
    "Replace with your SQL commands",
    "down SQL query",
];

/// Cheap: by name, and never a Liquibase changelog.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    kind(file).is_some() && !file.text.trim_start().to_ascii_lowercase().starts_with("--liquibase")
}

struct Kind {
    runner: Runner,
    version: String,
    name: String,
    ledger: String,
    is_down: bool,
    is_start: bool,
}

fn kind(file: &SourceFile<'_>) -> Option<Kind> {
    let (name, parent) = (file.path.file_name(), file.path.parent());
    let make = |runner, version: &str, title: &str, is_down| {
        let (version, name) = (version.to_owned(), title.to_owned());
        Some(Kind { runner, version, name, ledger: parent.to_owned(), is_down, is_start: false })
    };
    if let Some(found) = FLYWAY.as_ref()?.captures(name) {
        let mut kind =
            make(Runner::Flyway, &found["version"].replace('_', "."), &found["name"], &found["kind"] == "U")?;
        kind.is_start = &found["kind"] == "B";
        return Some(kind);
    }
    let folder = parent.rsplit('/').next().unwrap_or_default();
    let above = parent.rsplit('/').nth(1).unwrap_or_default();
    let grandparent = parent.rfind('/').map_or("", |slash| parent.get(..slash).unwrap_or_default());
    if let Some((version, title)) = version_and_name(folder)
        && matches!(name, "up.sql" | "down.sql" | "migration.sql")
        && above != folder
    {
        let runner = if name == "migration.sql" { Runner::Prisma } else { Runner::SqlPairs };
        let mut kind = make(runner, version, title, name == "down.sql")?;
        grandparent.clone_into(&mut kind.ledger);
        return Some(kind);
    }
    let stem = name.strip_suffix(".sql")?;
    let (version, rest) = version_and_name(stem)?;
    let (title, way) = match rest.rsplit_once(['.', '-']) {
        Some((title, way @ ("up" | "down" | "undo" | "rollback"))) => (title, Some(way)),
        _ => (rest, None),
    };
    if let Some(way) = way {
        return make(Runner::GolangMigrate, version, title, way != "up");
    }
    if folder == "migrations" && above == "supabase" {
        return make(Runner::Supabase, version, title, false);
    }
    let is_folder = matches!(folder, "migrations" | "migration" | "migrate" | "drizzle");
    // `01_roles.sql` in a folder of any other name is a script; `meta` and the like are none.
    if is_folder { make(Runner::SqlFolder, version, title, false) } else { None }
}

/// Reads one file; for a pair, one half.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let kind = kind(file)?;
    let mut migration = blank(kind.runner, file, &kind.version, &kind.name);
    migration.ledger = kind.ledger;
    migration.is_start_or_merge = kind.is_start;
    migration.is_down_file = kind.is_down;
    let (up, down) = ways(&file.text);
    let whole = file.lines().at(0..first_line_end(&file.text));
    migration.way_back_at = whole;
    if kind.is_down {
        let steps = steps(file, 0..file.text.len());
        migration.way_back = standing(Some(&steps), false, is_residue(&file.text));
        migration.down = Some(steps);
        return Some(migration);
    }
    migration.up = steps(file, up);
    if let Some(down) = down {
        let text = file.text.get(down.clone()).unwrap_or_default();
        migration.way_back_at = file.lines().at(down.start..down.start + first_line_end(text));
        let steps = steps(file, down.clone());
        migration.way_back = standing(Some(&steps), false, is_residue(text));
        migration.down = Some(steps);
    }
    Some(migration)
}

fn first_line_end(text: &str) -> usize {
    memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len())
}

fn is_residue(text: &str) -> bool {
    RESIDUE.iter().any(|residue| text.contains(residue))
}

/// The way up and the way down of a file with markers; without any, all of it is the way up.
fn ways(text: &str) -> (Range<usize>, Option<Range<usize>>) {
    let Some(marker) = MARKER.as_ref() else { return (0..text.len(), None) };
    let down = marker
        .captures_iter(text)
        .find(|found| found.name("way").is_none_or(|way| way.as_str().eq_ignore_ascii_case("down")));
    match down.and_then(|found| found.get(0)) {
        Some(found) => (0..found.start(), Some(found.start()..text.len())),
        None => (0..text.len(), None),
    }
}

/// What a stretch of the file does, with places in the file.
fn steps(file: &SourceFile<'_>, range: Range<usize>) -> Vec<Step> {
    let text = file.text.get(range.clone()).unwrap_or_default();
    let place = |at: Range<usize>| file.lines().at(range.start + at.start..range.start + at.end);
    sql::operations(text).into_iter().map(|(at, operation): (_, Operation)| (place(at), operation)).collect()
}
