//! Database migrations: what each file does on the way up and on the way down.
//!
//! A file is recognized by the marks of its runner, never by its folder alone. What a way down is
//! worth beside its way up is for the inventory: here only what the file alone shows (there is none,
//! it is empty, it does nothing, its author says there is none).
//!
//! - `syntax`: small questions to a syntax tree
//! - `literal`: the text of a literal
//! - `sql/`: files of SQL: a marker between the ways, a file for each way, or a way up only
//! - `liquibase/`: changelogs, each change set a migration
//! - `pgroll`: pgroll, Reshape
//! - `listed`: Migratus, Ragtime, dbmigrations
//! - `python`: what Alembic and Django files have in common
//! - `alembic`, `django`, `rails`, `knex`: one runner each
//! - `settle`: tables that are built anew
//! - `unnamed`: names that only the running program knows
//! - `code/`: every other framework whose migrations are programs, by a catalogue of their calls

mod alembic;
mod code;
mod django;
mod django_run;
mod knex;
mod knex_table;
mod liquibase;
mod listed;
mod literal;
mod pgroll;
mod python;
mod rails;
mod rails_call;
mod settle;
mod sql;
mod syntax;
mod unnamed;

use super::SourceFile;
use crate::model::fact::{MigrationFile, Operation, WayBack};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::Role;

/// An operation and where it stands.
type Step = (At, Operation);

/// Migrations of tests are many and never run against production.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    if file.role == Role::Test {
        return false;
    }
    match file.language {
        Language::Sql => sql::wants(file) || liquibase::wants(file),
        Language::Text if file.path.extension() == "sqm" => sql::wants(file),
        Language::Yaml | Language::Json | Language::Toml | Language::Xml | Language::Lisp => {
            liquibase::wants(file) || pgroll::wants(file) || listed::wants(file)
        }
        Language::Python => alembic::wants(file) || django::wants(file) || code::wants(file),
        Language::Ruby => rails::wants(file) || code::wants(file),
        Language::JavaScript | Language::TypeScript => code::wants(file) || knex::wants(file),
        _ => code::wants(file),
    }
}

/// Reads the file with the reader of its runner.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    if liquibase::wants(file) {
        return liquibase::read(file).into_iter().for_each(|migration| add(migration, out));
    }
    let read = match file.language {
        Language::Sql | Language::Text => sql::read(file),
        Language::Yaml | Language::Json | Language::Toml | Language::Lisp => {
            if pgroll::wants(file) {
                pgroll::read(file)
            } else {
                listed::read(file)
            }
        }
        Language::Python if alembic::wants(file) => alembic::read(file),
        Language::Python if django::wants(file) => django::read(file),
        Language::Ruby if rails::wants(file) => rails::read(file),
        Language::JavaScript | Language::TypeScript if !code::wants(file) => knex::read(file),
        // A file may hold several of them.
        _ => return code::read(file).into_iter().for_each(|migration| add(migration, out)),
    };
    if let Some(migration) = read {
        add(migration, out);
    }
}

fn add(mut migration: MigrationFile, out: &mut FileFacts) {
    for way in [Some(&mut migration.up), migration.down.as_mut()].into_iter().flatten() {
        way.iter_mut().for_each(|(_, step)| unnamed::settle(step));
        settle::settle(way);
    }
    let at = migration.way_back_at;
    let at = if migration.is_down_file { At { line: 1, start: 0, end: 0 } } else { at };
    out.facts.push(Fact { at, kind: FactKind::Migration(Box::new(migration)) });
}

/// What a way down shows by itself.
fn standing(down: Option<&[Step]>, is_declared: bool, is_residue: bool) -> WayBack {
    let Some(down) = down else { return WayBack::None };
    let is = |pick: fn(&Operation) -> bool| down.iter().any(|(_, operation)| pick(operation));
    if is_declared {
        WayBack::DeclaredIrreversible
    } else if is(|operation| matches!(operation, Operation::Irreversible(_))) {
        WayBack::None
    } else if down.is_empty() {
        if is_residue { WayBack::Scaffold } else { WayBack::Empty }
    } else if down.iter().all(|(_, operation)| matches!(operation, Operation::NoOp(_))) {
        WayBack::NoOp
    } else {
        WayBack::Honest
    }
}

/// What to start a reading from: nothing done, no way down.
fn blank(
    runner: crate::model::fact::Runner,
    file: &SourceFile<'_>,
    version: &str,
    name: &str,
) -> MigrationFile {
    MigrationFile {
        runner,
        version: version.to_owned(),
        name: name.to_owned(),
        ledger: file.path.parent().to_owned(),
        after: Vec::new(),
        is_start_or_merge: false,
        is_labeled: false,
        up: Vec::new(),
        down: None,
        is_down_file: false,
        way_back: WayBack::None,
        way_back_at: At { line: 1, start: 0, end: 0 },
        reason: None,
    }
}

/// Leading digits as a version, the rest as a name: `20210511_add_uuid` → (`20210511`, `add_uuid`).
/// Digits may be grouped (`2024_01_31_120000_x`).
fn version_and_name(stem: &str) -> Option<(&str, &str)> {
    let digits = stem.bytes().take_while(|b| b.is_ascii_digit() || *b == b'_' || *b == b'-').count();
    let version = stem.get(..digits)?.trim_end_matches(['_', '-']);
    let starts_with_digit = version.starts_with(|c: char| c.is_ascii_digit());
    starts_with_digit.then(|| (version, stem.get(digits..).unwrap_or_default()))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_files;
