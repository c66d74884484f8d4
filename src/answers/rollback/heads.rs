//! Histories of migrations that end twice: two branches were merged, and nobody joined their
//! migrations. Runners that go by reference stop there, on the way up and on the way down.
//!
//! Only ends that fork from one another in the files are told. Branches with a label are meant, and so
//! are ends that a command runs all together.

use std::collections::{BTreeMap, BTreeSet};

use crate::answers::{Gap, Sheet, World};
use crate::model::fact::{Doing, Runner};
use crate::model::thing::Migration;

/// One sequence of migrations: its runner and its ledger.
type Ledger<'w> = (Runner, &'w str);

/// Makes the gap of every history with more than one end.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet) {
    let mut ledgers: BTreeMap<Ledger<'_>, Vec<&Migration>> = BTreeMap::new();
    for migration in &world.inventory.migrations {
        let runner = migration.file.runner;
        if matches!(runner, Runner::Alembic | Runner::Django) {
            ledgers.entry((runner, migration.file.ledger.as_str())).or_default().push(migration);
        }
    }
    for ((runner, ledger), migrations) in ledgers {
        if runs_all_ends(world, runner) {
            continue;
        }
        let Some([first, second]) = fork(&migrations) else { continue };
        let message = match runner {
            Runner::Django => format!(
                "`{}` and `{}` are both the last migration of `{ledger}`: Django refuses to migrate, also on the way back: \u{201c}Conflicting migrations detected; multiple leaf nodes in the migration graph\u{201d}.",
                first.span.path.stem(),
                second.span.path.stem(),
            ),
            _ => format!(
                "Revisions `{}` and `{}` are both heads of `{ledger}`: Alembic refuses to upgrade: \u{201c}Multiple head revisions are present for given argument 'head'\u{201d}.",
                first.file.version, second.file.version,
            ),
        };
        let gap = Gap::new("divided-migration-history", ledger, message).on(&second.span);
        sheet.gap(world, gap.related(&first.span, "the other end"));
    }
}

/// Whether somebody runs `upgrade heads`.
fn runs_all_ends(world: &World<'_>, runner: Runner) -> bool {
    runner == Runner::Alembic
        && world.inventory.rollout.iter().any(|(_, command)| {
            command.doing == Doing::Migrate
                && command.text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "heads")
        })
}

/// By which name others build on a migration.
fn name(migration: &Migration) -> &str {
    match migration.file.runner {
        Runner::Django => migration.span.path.stem(),
        _ => &migration.file.version,
    }
}

/// Two ends of one history, if it has them. A history of which not everything could be read has none.
fn fork<'w>(migrations: &[&'w Migration]) -> Option<[&'w Migration; 2]> {
    let known: BTreeMap<&str, &Migration> = migrations.iter().map(|one| (name(one), *one)).collect();
    let is_whole = known.len() == migrations.len()
        && migrations
            .iter()
            .all(|one| one.file.after.iter().all(|before| known.contains_key(before.as_str())))
        && migrations.iter().filter(|one| one.file.after.is_empty()).count() == 1;
    // A squashed migration stands for others.
    let is_squashed = migrations.iter().any(|one| one.file.name.contains("squash"));
    if !is_whole || is_squashed {
        return None;
    }
    let used: BTreeSet<&str> =
        migrations.iter().flat_map(|one| &one.file.after).map(String::as_str).collect();
    let ends: Vec<&Migration> = migrations.iter().copied().filter(|one| !used.contains(name(one))).collect();
    match ends.as_slice() {
        [.., first, second] if !migrations.iter().any(|one| one.file.is_labeled) => Some([first, second]),
        _ => None,
    }
}
