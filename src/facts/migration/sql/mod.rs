//! Migrations that are SQL files: one file for both ways with a marker between them, one file for
//! each way, or one file with a way up only.
//!
//! - `name`: whose file it is
//! - `marker`: comments that split a file into its ways

mod marker;
mod name;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Step, blank, standing};
use crate::facts::SourceFile;
use crate::model::fact::{MigrationFile, Operation};
use crate::parse::sql;
use crate::text::{cut, fold};

pub(super) use name::is_changelog;

/// What generators write into a way down that nobody filled.
const RESIDUE: &[&str] = &[
    "Add down migration script here",
    "This file should undo anything in",
    "Could not auto-generate a down migration",
    "Please write an appropriate down migration",
    "Write your migrate down statements here",
    "SQL to undo the change goes here",
    "Replace with your SQL commands",
    "XXX Add DDLs here",
    "down SQL query",
    "is executed when this migration is rolled back",
];
/// A reason is a sentence, not a page.
const LONGEST_REASON: usize = 160;

/// A comment or an exception by which an author says that there is no way back.
static DECLARED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?mix)
        raise\s+exception\s+'(?<raised>[^']+)'
        | ^\s*(?:--|\#|/\*)+\s*(?<said>[^\n]*\b
            (?: irreversible | not\ reversible | (?:can\s?not|can't|cannot)\ be\ (?:reverted|undone|reversed|rolled\ back)
              | no\ (?:way\ back|down\ migration|rollback) | one[-\ ]way ) \b[^\n]*)$",
    )
    .ok()
});

/// Cheap: by name and first line.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    name::kind(file).is_some()
}

/// Reads one file; for a pair, one half.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let kind = name::kind(file)?;
    let mut migration = blank(kind.runner, file, &kind.version, &kind.name);
    migration.ledger = kind.ledger;
    migration.after = kind.after;
    migration.is_start_or_merge = kind.is_start;
    migration.is_down_file = kind.is_down;
    migration.way_back_at = file.lines().at(0..first_line_end(&file.text));
    if kind.is_down {
        take_down(file, 0..file.text.len(), &mut migration);
        return Some(migration);
    }
    let marked = marker::split(&file.text);
    let (up, down) = marked.map_or((0..file.text.len(), None), |marked| (marked.up, marked.down));
    migration.up = steps(file, up);
    if let Some(down) = down {
        let text = file.text.get(down.clone()).unwrap_or_default();
        migration.way_back_at = file.lines().at(down.start..down.start + first_line_end(text));
        take_down(file, down, &mut migration);
    }
    Some(migration)
}

fn take_down(file: &SourceFile<'_>, range: Range<usize>, migration: &mut MigrationFile) {
    let text = file.text.get(range.clone()).unwrap_or_default();
    let down = steps(file, range);
    let does_nothing = down.iter().all(|(_, step)| matches!(step, Operation::NoOp(_) | Operation::Raw(_)));
    let is_residue = RESIDUE.iter().any(|residue| text.contains(residue));
    if does_nothing && !is_residue {
        migration.reason = reason(text);
    }
    migration.way_back = standing(Some(&down), migration.reason.is_some(), is_residue);
    migration.down = Some(down);
}

/// Why there is no way back, as the author says it.
pub(super) fn reason(text: &str) -> Option<String> {
    let found = DECLARED.as_ref()?.captures(text)?;
    let said = found.name("raised").or_else(|| found.name("said"))?;
    Some(cut(&fold(said.as_str().trim_end_matches("*/")), LONGEST_REASON))
}

fn first_line_end(text: &str) -> usize {
    memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len())
}

/// What a stretch of the file does, with places in the file.
pub(super) fn steps(file: &SourceFile<'_>, range: Range<usize>) -> Vec<Step> {
    let text = file.text.get(range.clone()).unwrap_or_default();
    let place = |at: Range<usize>| file.lines().at(range.start + at.start..range.start + at.end);
    sql::operations(text).into_iter().map(|(at, operation): (_, Operation)| (place(at), operation)).collect()
}
