//! Migrations that are programs, of every framework that is no room of its own.
//!
//! One small tree for ten languages, and one table per framework of what its calls do
//! (`rules/catalog/migration-code.toml`). A file is a framework's by the framework's own marks: an
//! import, a base class, a call.
//!
//! - `kinds`, `lower`, `chain`: syntax trees into values
//! - `value`: calls, literals, functions, classes
//! - `ways`: where the ways up and down are
//! - `read`: one way, statement by statement
//! - `meaning`: what a call means, and where its arguments are
//! - `named`: names and texts in values
//! - `steps`: what a known call does
//! - `words`: what a definition says of null and defaults

mod chain;
mod kinds;
mod lower;
mod meaning;
mod named;
mod read;
mod steps;
mod value;
mod ways;
mod words;

pub(super) use kinds::TEXTS;

use super::{blank, standing, version_and_name};
use crate::facts::SourceFile;
use crate::model::At;
use crate::model::fact::{MigrationFile, Runner, WayBack};
use crate::rules::{CodeFramework, MissingDown};
use read::Reader;
use value::{Names, Value};
use ways::Found;

/// Folders whose programs fill a database for development, in the same form as migrations.
const SEEDS: &[&str] = &["seed", "seeds", "seeders", "seeder"];

/// Whether a file has the marks of a framework.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    framework(file).is_some()
}

fn framework(file: &SourceFile<'_>) -> Option<&'static CodeFramework> {
    let extension = file.path.extension();
    let name = file.path.file_name();
    if SEEDS.iter().any(|folder| file.path.has_folder(folder)) || name.ends_with(".d.ts") {
        return None;
    }
    CodeFramework::all().iter().find(|framework| {
        framework.extensions.iter().any(|own| own == extension)
            && framework.fits_stem(file.path.stem())
            && framework.words.iter().all(|word| file.holds(word))
            && (framework.any.is_empty() || framework.any.iter().any(|word| file.holds(word)))
            && !framework.never.iter().any(|word| file.holds(word))
    })
}

/// Reads every migration of a file.
pub(super) fn read(file: &SourceFile<'_>) -> Vec<MigrationFile> {
    let Some(framework) = framework(file) else { return Vec::new() };
    let Some(runner) = Runner::ALL.iter().find(|runner| runner.id() == framework.runner) else {
        return Vec::new();
    };
    let Some(root) = lower::lower(file) else { return Vec::new() };
    let names = Names::read(&root);
    let found = ways::find(framework, &root, &names);
    found.into_iter().map(|found| migration(file, framework, *runner, &names, &found)).collect()
}

fn migration<'v>(
    file: &'v SourceFile<'v>,
    framework: &'static CodeFramework,
    runner: Runner,
    names: &'v Names<'v>,
    found: &Found<'v>,
) -> MigrationFile {
    let (version, name) = title(file.path.stem());
    let mut migration = blank(runner, file, found.version.as_deref().unwrap_or(&version), &name);
    let is_turned = found.is_change || (found.down.is_none() && framework.missing == MissingDown::Reversed);
    let mut up = Reader::new(file, framework, names, is_turned);
    up.whole(found.up);
    migration.way_back_at = head(found.up);
    if is_turned {
        up.down.reverse();
        let refused =
            up.down.iter().find(|(_, step)| matches!(step, crate::model::fact::Operation::Irreversible(_)));
        migration.way_back_at = refused.map_or(migration.way_back_at, |(place, _)| *place);
        migration.way_back = standing(Some(&up.down), up.is_declared || found.is_declared, false);
        (migration.down, migration.reason) = (Some(up.down), up.reason);
    } else if let Some(down) = found.down.filter(|down| !is_refusal(down)) {
        let mut reader = Reader::new(file, framework, names, false);
        reader.whole(down);
        migration.way_back_at = head(down);
        migration.way_back = standing(Some(&reader.up), reader.is_declared, false);
        (migration.down, migration.reason) = (Some(reader.up), reader.reason);
    } else if found.down.is_some() || found.is_declared {
        migration.way_back = WayBack::DeclaredIrreversible;
    } else if matches!(framework.missing, MissingDown::Skipped | MissingDown::Kept) {
        // Nothing is done, and nothing says so.
        migration.way_back = WayBack::NoOp;
    }
    migration.up = up.up;
    migration
}

/// `exports.down = false`: the author says that there is none.
fn is_refusal(down: &Value) -> bool {
    matches!(&down.kind, value::Kind::Word(word) if word == "false")
}

/// The first line of a way.
fn head(way: &Value) -> At {
    way.at
}

/// Version and name of a file: `m20220101_000001_x`, `Version20200101`, `1612345678901-Add`,
/// `V1_2__x`, `20230101T120000Z-x`.
fn title(stem: &str) -> (String, String) {
    let bare = stem
        .strip_prefix("Migration")
        .or_else(|| stem.strip_prefix("Version"))
        .or_else(|| stem.strip_prefix(['m', 'V', '_']))
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(stem);
    match version_and_name(bare) {
        // `V1_2__x`: the version of Flyway has points.
        Some((version, name)) if stem.starts_with('V') && stem.contains("__") => {
            (version.replace('_', "."), name.to_owned())
        }
        Some((version, name)) => (version.to_owned(), name.to_owned()),
        None => (stem.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests;
