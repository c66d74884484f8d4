//! Migrations of the whole repository: halves joined, in the order of their ledgers, each with what
//! its way down is worth and whether the previous build can live with its way up.
//!
//! - `order`: the order in which a runner applies them
//! - `runner`: whose a neutral name is
//! - `weigh`: the way down held against the way up
//! - `old_build`: can the previous build run on the migrated schema?

pub(super) mod old_build;
mod order;
mod runner;
mod weigh;

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use crate::model::fact::{MigrationFile, Object, Operation, Runner};
use crate::model::thing::{LastRelease, Migration};
use crate::model::{FactKind, History, Inventory, Span};
use crate::text::{Role, role};

/// Fills the migrations and what the last release lacks.
pub(super) fn fill(material: &Material<'_>, inventory: &mut Inventory) {
    let facts = material.of(|kind| if let FactKind::Migration(file) = kind { Some(&**file) } else { None });
    let mut files: Vec<(Span, MigrationFile)> = facts
        .filter(|(span, _)| !matches!(role(&span.path), Role::Test | Role::Example))
        .filter(|(span, _)| !material.history.old_build.unlisted.contains(&span.path))
        .map(|(span, file)| (span, file.clone()))
        .collect();
    runner::settle(material, &mut files);
    first_of_their_name(&mut files);
    let mut migrations = join(files);
    order::sort(&mut migrations);
    let mut previous: Option<(Runner, String)> = None;
    for migration in &mut migrations {
        let ledger = (migration.file.runner, migration.file.ledger.clone());
        let is_first = previous.as_ref() != Some(&ledger);
        previous = Some(ledger);
        migration.file.way_back = weigh::weigh(&migration.file, is_first);
        migration.old_build_safe = old_build::is_safe(&migration.file.up, &material.history.old_build);
        migration.is_unreleased = is_unreleased(material.history, &migration.span, &migration.file);
    }
    let new = migrations.iter().enumerate().filter(|(_, m)| m.is_unreleased == Some(true)).map(|(i, _)| i);
    inventory.last_release = material
        .history
        .last_release()
        .map(|release| LastRelease { release: release.clone(), migrations: new.collect() });
    inventory.migrations = migrations;
}

/// `CREATE OR REPLACE` of something that no other migration makes makes it for the first time.
fn first_of_their_name(files: &mut [(Span, MigrationFile)]) {
    let named = |step: &Operation| match step {
        Operation::CreateOther(object, name) | Operation::ReplaceOther(object, name) => {
            (matches!(object, Object::Routine | Object::View) && !name.is_empty())
                .then(|| (*object, name.to_ascii_lowercase()))
        }
        _ => None,
    };
    let mut makers: BTreeMap<(Object, String), usize> = BTreeMap::new();
    for (_, file) in files.iter() {
        let made: BTreeSet<_> = file.up.iter().filter_map(|(_, step)| named(step)).collect();
        made.into_iter().for_each(|key| *makers.entry(key).or_default() += 1);
    }
    for (_, step) in files.iter_mut().flat_map(|(_, file)| &mut file.up) {
        let is_only = named(step).is_some_and(|key| makers.get(&key) == Some(&1));
        if let Operation::ReplaceOther(object, name) = step
            && is_only
        {
            *step = Operation::CreateOther(*object, std::mem::take(name));
        }
    }
}

fn is_unreleased(history: &History, span: &Span, file: &MigrationFile) -> Option<bool> {
    history.last_release()?;
    // A changelog of many may have been released with some of them only.
    if let Some(before) = history.old_build.edited.get(&span.path) {
        return Some(!before.iter().any(|one| one.version == file.version));
    }
    Some(!history.at_last_release.contains_key(&span.path) && !history.old_build.moved.contains(&span.path))
}

/// Joins halves: a down file is the way down of the up file with the same ledger and version.
fn join(files: Vec<(Span, MigrationFile)>) -> Vec<Migration> {
    let of =
        |file: &MigrationFile, dialect: &'static str| (file.ledger.clone(), file.version.clone(), dialect);
    let key = |file: &MigrationFile| of(file, dialect(&file.name));
    let (halves, ups): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, file)| file.is_down_file);
    let downs: BTreeMap<(String, String, &str), (Span, MigrationFile)> =
        halves.into_iter().map(|(span, file)| (key(&file), (span, file))).collect();
    let (scripts, ups): (Vec<_>, Vec<_>) = hand_overs(ups);
    let mut migrations = Vec::new();
    for (span, mut file) in ups {
        // A file that hands over to SQL files beside it: what they do is what it does.
        if let Some((_, script)) = scripts.iter().find(|(_, script)| !is_script(&span) && same(script, &file))
        {
            file.up.clone_from(&script.up);
        }
        // A way down of no dialect serves them all.
        let down = downs.get(&key(&file)).or_else(|| downs.get(&of(&file, ""))).cloned();
        if let Some((down_span, down)) = &down {
            file.way_back = down.way_back;
            file.way_back_at = down_span.at;
            file.down.clone_from(&down.down);
        }
        let down_span = down.map(|(span, _)| span);
        migrations.push(Migration { span, file, down_span, old_build_safe: None, is_unreleased: None });
    }
    migrations
}

/// The database for which a half is: `1_x.mysql.up.sql` stands beside `1_x.up.sql`.
fn dialect(name: &str) -> &'static str {
    const DIALECTS: &[&str] =
        &["mysql", "mariadb", "postgres", "postgresql", "pg", "sqlite", "sqlite3", "cockroach", "mssql"];
    let last = name.rsplit('.').next().filter(|last| last.len() < name.len()).unwrap_or_default();
    DIALECTS.iter().find(|dialect| **dialect == last).copied().unwrap_or_default()
}

fn same(a: &MigrationFile, b: &MigrationFile) -> bool {
    a.ledger == b.ledger && a.version == b.version
}

/// A half of a pair, of whatever runner.
fn is_pair(file: &MigrationFile) -> bool {
    matches!(file.runner, Runner::GolangMigrate | Runner::SqlPairs | Runner::DbMigrate)
}

/// SQL, not the program that runs it: db-migrate has both.
fn is_script(span: &Span) -> bool {
    span.path.extension() == "sql"
}

type Files = Vec<(Span, MigrationFile)>;

/// Splits off SQL files that a knex file of the same version runs.
fn hand_overs(ups: Files) -> (Files, Files) {
    let is_handed = |file: &MigrationFile| {
        matches!(file.up.as_slice(), [(_, Operation::Raw(_))])
            && matches!(file.runner, Runner::Knex | Runner::DbMigrate | Runner::Sequelize)
    };
    let handed: Vec<(String, String)> = ups
        .iter()
        .filter(|(_, file)| is_handed(file))
        .map(|(_, file)| (file.ledger.clone(), file.version.clone()))
        .collect();
    ups.into_iter().partition(|(span, file)| {
        let key = (file.ledger.clone(), file.version.clone());
        is_script(span) && is_pair(file) && handed.contains(&key)
    })
}

#[cfg(test)]
mod triples;
