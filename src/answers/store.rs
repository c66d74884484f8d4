//! Which stores count, and how each stands: shared by the questions of backups and of loss.

use super::World;
use crate::model::Severity;
use crate::model::thing::{Backup, BackupMeans, Datastore, Environment, StoreKind};

/// How a store stands with its backups.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// The configuration says the opposite: retention 0, suspended.
    Opposite(String),
    /// Looked for, and nothing there.
    Missing,
    /// Decided where the repository does not show it.
    Unknown(String),
    /// Something works.
    Backed,
}

/// How a store stands.
pub(super) fn standing(store: &Datastore) -> Standing {
    if working(store).next().is_some() {
        return Standing::Backed;
    }
    if let Some(why) = &store.backup_unknown {
        return Standing::Unknown(why.clone());
    }
    let blind = store.backups.iter().find(|backup| backup.is_blind());
    match store.backups.iter().find_map(|backup| backup.contradicted.clone()) {
        Some(why) => Standing::Opposite(why),
        None => match blind {
            Some(backup) => Standing::Opposite(format!("{} can fail without anybody seeing it", backup.tool)),
            None => Standing::Missing,
        },
    }
}

/// Backups that run, as far as the files show. A script that nothing runs is not one, and neither is
/// a job whose failure nobody can see: it may have written empty files for months.
pub(super) fn working(store: &Datastore) -> impl Iterator<Item = &Backup> {
    let runs = |b: &&Backup| b.contradicted.is_none() && b.means != BackupMeans::Script;
    store.backups.iter().filter(runs).filter(|b| !b.is_blind())
}

/// The stores that decide: sources of truth in production; where nothing is called production, those
/// of which nothing says where they run. Worst standing first, databases before the rest.
pub(super) fn decisive<'a>(world: &World<'a>) -> Vec<&'a Datastore> {
    let holds_truth = |store: &&Datastore| {
        !store.is_switched_off
            && matches!(store.kind, StoreKind::Database | StoreKind::Objects | StoreKind::Volume)
    };
    let of = |environment: Environment| {
        let stores = world.inventory.datastores.iter();
        stores.filter(holds_truth).filter(move |s| s.environment == environment).collect::<Vec<_>>()
    };
    let mut stores = of(Environment::Production);
    let unstated = of(Environment::Unstated);
    // A bucket called production does not make a database beside it a toy.
    let has_database = stores.iter().any(|store| store.kind == StoreKind::Database);
    if !has_database {
        stores.extend(unstated);
    }
    stores.sort_by_cached_key(|store| (store.kind, is_bucket(store), standing(store), store.span.clone()));
    stores
}

/// Stores that exist only under a condition which nothing here makes true.
pub(super) fn dormant<'a>(world: &World<'a>) -> impl Iterator<Item = &'a Datastore> {
    world.inventory.datastores.iter().filter(|store| {
        store.is_switched_off
            && store.kind == StoreKind::Database
            && store
                .condition
                .as_ref()
                .is_some_and(|why| why.starts_with("only if") || why.starts_with("unless"))
            && matches!(store.environment, Environment::Production | Environment::Unstated)
    })
}

/// Whether earlier versions, not copies, are what brings its content back.
pub(super) fn is_bucket(store: &Datastore) -> bool {
    store.is_bucket()
}

/// What production uses and the repository does not declare: a database that stands here only for
/// development, tests or as retired code, or only as migrations.
pub(super) fn undeclared_database(world: &World<'_>) -> Option<String> {
    let stores = &world.inventory.datastores;
    let is_database = |store: &&Datastore| store.kind == StoreKind::Database;
    let is_near = |store: &&Datastore| {
        matches!(store.environment, Environment::Production | Environment::Unstated) && !store.is_switched_off
    };
    if stores.iter().filter(is_database).any(|store| is_near(&store)) {
        return None;
    }
    let retired = |store: &Datastore| store.is_switched_off && store.condition.is_some();
    let aside = stores.iter().filter(is_database).find(|store| {
        store.environment != Environment::Test
            && (retired(store) || store.environment == Environment::Development)
    });
    if let Some(store) = aside {
        let how = match &store.condition {
            Some(why) if store.is_switched_off && why.starts_with("it is in") => {
                "in a folder of retired code"
            }
            Some(_) if store.is_switched_off => "under a condition that nothing here makes true",
            _ => "for development",
        };
        return Some(format!("a {} database is declared only {how} ({})", store.engine, store.span.path));
    }
    let migration = world.inventory.migrations.first()?;
    Some(format!("there are database migrations ({}), and no database is declared", migration.span.path))
}

/// A store as a sentence names it.
pub(super) fn named(store: &Datastore) -> String {
    let what = match store.kind {
        StoreKind::Database => "database",
        StoreKind::Objects => match store.engine.as_str() {
            _ if is_bucket(store) => "bucket",
            _ => "file store",
        },
        StoreKind::Volume => "volume",
        StoreKind::Queue => "broker",
        StoreKind::Cache => "cache",
        StoreKind::Telemetry => "store",
    };
    let own = store.address.rsplit(['.', '/']).next().unwrap_or_default();
    if own == store.name || store.address == store.name {
        format!("the {what} {own}")
    } else {
        format!("the {what} {} ({})", store.name, store.address)
    }
}

/// The same at the start of a sentence.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A finding about a store that is only perhaps in production weighs less.
pub(super) fn weight(store: &Datastore, full: Severity) -> Severity {
    let is_sure = store.environment == Environment::Production && !store.is_switched_off;
    match full {
        _ if is_sure => full,
        Severity::High => Severity::Medium,
        _ => Severity::Low,
    }
}
