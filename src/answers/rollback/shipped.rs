//! Migrations that a release has shipped: changed or taken away since, numbered twice, or followed by
//! one that sorts before them.

use std::collections::BTreeMap;

use super::lock::shown_version;
use crate::answers::{Gap, Sheet, World};
use crate::model::fact::{MigrationFile, Operation, Runner};
use crate::model::thing::Migration;
use crate::model::{At, Severity};
use crate::rules::{MigrationRunner, VersionName};

/// More files of one ledger that go together are a squash, which teams do on purpose.
const SQUASH: usize = 5;

/// Makes the gaps of the whole history of migrations.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet) {
    let Some(last) = &world.inventory.last_release else { return };
    let tag = last.release.tag.as_str();
    edited(world, sheet, tag);
    gone(world, sheet, tag);
    numbered_twice(world, sheet);
    late(world, sheet, tag);
}

fn catalogued(runner: Runner) -> Option<&'static MigrationRunner> {
    MigrationRunner::named(runner.id())
}

fn edited(world: &World<'_>, sheet: &mut Sheet, tag: &str) {
    for migration in &world.inventory.migrations {
        let path = &migration.span.path;
        let before = world.history.old_build.edited.get(path);
        let before = before.and_then(|all| all.iter().find(|one| one.version == migration.file.version));
        let Some(before) = before.filter(|before| !before.is_down_file) else { continue };
        let name = migration.file.runner.name();
        let differs = plain(&before.up) != plain(&migration.file.up);
        let changed = catalogued(migration.file.runner).filter(|runner| runner.changed.is_some());
        let shown = shown(migration);
        // Liquibase and comments: its checksum leaves them out.
        let is_read = differs || migration.file.runner != Runner::Liquibase;
        let (message, severity) = match changed {
            Some(runner) if is_read => {
                let says = runner.changed.as_deref().unwrap_or_default();
                let says = says.replace("{version}", &shown_version(runner, migration));
                let message = format!(
                    "`{shown}` was changed after `{tag}` shipped it: {name} refuses a database that has the old form: \u{201c}{says}\u{201d}."
                );
                (message, Severity::High)
            }
            // Who runs the files of no known runner may run them every time.
            None if differs && !matches!(migration.file.runner, Runner::SqlFolder | Runner::SqlPairs) => {
                let message = format!(
                    "`{shown}` was changed after `{tag}` shipped it: databases that ran it keep the old form, new ones get the new one, and nothing tells them apart."
                );
                (message, Severity::Medium)
            }
            _ => continue,
        };
        let gap = Gap::new("edited-released-migration", path.as_str(), message);
        sheet.gap(world, gap.on(&migration.span).severity(severity));
    }
}

/// What a way does, without the places.
fn plain(steps: &[(At, Operation)]) -> Vec<&Operation> {
    steps.iter().map(|(_, step)| step).collect()
}

fn shown(migration: &Migration) -> String {
    let path = &migration.span.path;
    match (path.file_name(), migration.file.runner) {
        (_, Runner::Liquibase) => migration.file.version.clone(),
        ("migration.sql" | "up.sql", _) => path.as_str().to_owned(),
        (name, _) => name.to_owned(),
    }
}

fn gone(world: &World<'_>, sheet: &mut Sheet, tag: &str) {
    let mut by_ledger: BTreeMap<(Runner, &str), Vec<(&str, &MigrationFile)>> = BTreeMap::new();
    for (path, (migrations, moved)) in &world.history.old_build.gone {
        for file in migrations.iter().filter(|file| !file.is_down_file) {
            // The raw file knows its form; the ledger as it is now knows the runner.
            let ledger = || world.inventory.migrations.iter().filter(|one| one.file.ledger == file.ledger);
            let Some(runner) = ledger().map(|one| one.file.runner).next() else { continue };
            let by_name = catalogued(runner)
                .is_some_and(|runner| matches!(runner.names, VersionName::File | VersionName::Stem));
            let is_there = ledger().any(|one| one.file.version == file.version);
            // A new title does no harm where the ledger keeps the version only, nor does a new folder.
            let is_moved = moved.as_ref().is_some_and(|now| now.file_name() == path.file_name());
            if is_moved || (is_there && !by_name) {
                continue;
            }
            by_ledger.entry((runner, file.ledger.as_str())).or_default().push((path.as_str(), file));
        }
    }
    for ((runner, ledger), files) in by_ledger {
        let Some((path, file)) = files.first().filter(|_| files.len() < SQUASH) else { continue };
        let newest = world.inventory.migrations.iter().rfind(|one| one.file.ledger == ledger);
        let Some(newest) = newest else { continue };
        let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
        let says = catalogued(runner).and_then(|known| {
            let mut missing = Migration { file: (*file).clone(), ..newest.clone() };
            missing.span.path = crate::model::RepoPath::new(path);
            Some(known.gone.as_deref()?.replace("{version}", &shown_version(known, &missing)))
        });
        let (end, severity) = match says {
            Some(says) => (
                format!("{} refuses a database that ran it: \u{201c}{says}\u{201d}", runner.name()),
                Severity::High,
            ),
            None => (
                "databases that ran it keep what it did, and new ones never get it".to_owned(),
                Severity::Low,
            ),
        };
        let message = format!("`{path}`{more} shipped with `{tag}` and is gone: {end}.");
        let gap = Gap::new("deleted-released-migration", *path, message);
        sheet.gap(world, gap.on(&newest.span).severity(severity));
    }
}

/// Runners whose ledger has room for a version only once.
fn counts_versions(runner: Runner) -> bool {
    matches!(
        runner,
        Runner::Flyway
            | Runner::Evolve
            | Runner::Refinery
            | Runner::Sqlx
            | Runner::GolangMigrate
            | Runner::Goose
            | Runner::Rails
            | Runner::Dbmate
            | Runner::Diesel
    )
}

fn numbered_twice(world: &World<'_>, sheet: &mut Sheet) {
    for pair in world.inventory.migrations.windows(2) {
        let [first, second] = pair else { continue };
        let (a, b) = (&first.file, &second.file);
        let is_same = a.runner == b.runner && a.ledger == b.ledger && a.version == b.version;
        let is_new = first.is_unreleased == Some(true) || second.is_unreleased == Some(true);
        if !is_same || !is_new || !counts_versions(a.runner) || a.is_start_or_merge != b.is_start_or_merge {
            continue;
        }
        let message = format!(
            "`{}` and `{}` are both version {}: {} has room for one of them.",
            shown(first),
            shown(second),
            a.version,
            a.runner.name()
        );
        let gap = Gap::new("duplicate-migration-version", second.span.path.as_str(), message);
        sheet.gap(world, gap.on(&second.span).related(&first.span, "the other one"));
    }
}

/// What a runner does with a new migration that sorts before one it has run.
fn does_with_late(runner: Runner) -> Option<(&'static str, Severity)> {
    Some(match runner {
        Runner::GolangMigrate | Runner::Tern | Runner::Drizzle => {
            ("databases that ran the later one never run it", Severity::High)
        }
        Runner::Flyway | Runner::Evolve => ("Flyway refuses it unless `outOfOrder` is set", Severity::Medium),
        Runner::Goose => ("goose refuses it unless `-allow-missing` is given", Severity::Medium),
        Runner::Kysely => ("Kysely refuses it unless `allowUnorderedMigrations` is set", Severity::Medium),
        Runner::NodePgMigrate => (
            "node-pg-migrate refuses it: \u{201c}Not run migration is preceding already run migration\u{201d}",
            Severity::Medium,
        ),
        _ => return None,
    })
}

fn late(world: &World<'_>, sheet: &mut Sheet, tag: &str) {
    let all = &world.inventory.migrations;
    for (index, migration) in all.iter().enumerate() {
        let Some((end, severity)) = does_with_late(migration.file.runner) else { continue };
        let is_same = |one: &&Migration| {
            one.file.runner == migration.file.runner && one.file.ledger == migration.file.ledger
        };
        let later = all.iter().skip(index + 1).take_while(is_same);
        let shipped = later.filter(|one| one.is_unreleased == Some(false)).last();
        let Some(shipped) = shipped.filter(|_| migration.is_unreleased == Some(true)) else { continue };
        // A baseline stands before what it sums up.
        if migration.file.is_start_or_merge {
            continue;
        }
        let message = format!(
            "`{}` is new and sorts before `{}`, which `{tag}` shipped: {end}.",
            shown(migration),
            shown(shipped)
        );
        let gap = Gap::new("out-of-order-migration", migration.span.path.as_str(), message);
        let gap = gap.on(&migration.span).related(&shipped.span, "shipped, and later in order");
        sheet.gap(world, gap.severity(severity));
    }
}

#[cfg(test)]
mod tests {
    use super::{counts_versions, does_with_late};
    use crate::model::Severity;
    use crate::model::fact::Runner;

    #[test]
    fn only_runners_that_go_by_number_mind_a_late_one() {
        assert!(does_with_late(Runner::Goose).is_some_and(|(says, _)| says.contains("refuses")));
        let never_run = does_with_late(Runner::GolangMigrate);
        assert!(never_run.is_some_and(|(_, severity)| severity >= Severity::Medium));
        // Whoever keeps a set of versions runs what is missing; and of unknown runners nothing is known.
        for runner in [Runner::Rails, Runner::Alembic, Runner::Django, Runner::SqlPairs, Runner::SqlFolder] {
            assert!(does_with_late(runner).is_none(), "{}", runner.id());
        }
    }

    #[test]
    fn a_ledger_of_names_has_room_for_a_number_twice() {
        assert!(counts_versions(Runner::Rails) && counts_versions(Runner::Flyway));
        assert!(!counts_versions(Runner::Django) && !counts_versions(Runner::Laravel));
    }
}
