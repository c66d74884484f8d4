//! The table of stores and what covers each: backup, interval, off-site, retention, failure noticed,
//! restore exercised, and what would be lost.
//!
//! It says of each store what the answer on backups already rests on, and adds no judgment of its own.

use super::World;
use super::store::{self, Standing, is_bucket, standing, working};
use crate::model::thing::{Datastore, Stands, StoreCoverage};

/// Every store that counts, worst first; stores that nothing here switches on come last.
pub(super) fn table(world: &World<'_>) -> Vec<StoreCoverage> {
    let mut stores = store::decisive(world);
    stores.extend(store::dormant(world));
    stores.sort_by_cached_key(|store| {
        let is_off = store.is_switched_off;
        let loss = std::cmp::Reverse(store.worst_case.clone());
        (is_off, stands(&standing(store)), store.kind, is_bucket(store), loss, store.span.clone())
    });
    stores.into_iter().map(row).collect()
}

fn stands(standing: &Standing) -> Stands {
    match standing {
        Standing::Opposite(_) => Stands::Off,
        Standing::Missing => Stands::Missing,
        Standing::Unknown(_) => Stands::Unknown,
        Standing::Backed => Stands::Backed,
    }
}

fn row(store: &Datastore) -> StoreCoverage {
    let standing = standing(store);
    // The backup with the shortest gap speaks for the store; one whose gap is unknown comes last.
    let best = working(store).min_by_key(|backup| backup.max_gap_seconds.unwrap_or(u64::MAX));
    let any = |read: fn(&crate::model::thing::Backup) -> Option<bool>| {
        let said: Vec<Option<bool>> = working(store).map(read).collect();
        match said.contains(&Some(true)) {
            true => Some(true),
            false if said.is_empty() || said.contains(&None) => None,
            false => Some(false),
        }
    };
    StoreCoverage {
        span: store.span.clone(),
        name: store.name.clone(),
        engine: store.engine.clone(),
        environment: store.environment,
        condition: store.condition.clone(),
        stands: stands(&standing),
        by: match standing {
            Standing::Opposite(why) | Standing::Unknown(why) => Some(why),
            Standing::Missing => None,
            Standing::Backed => best.map(|backup| backup.tool.clone()),
        },
        max_gap_seconds: best.and_then(|backup| backup.max_gap_seconds),
        is_off_site: any(|backup| backup.is_off_site),
        retention: best
            .and_then(|backup| backup.retention.clone())
            .or_else(|| working(store).find_map(|backup| backup.retention.clone())),
        failure_noticed: any(|backup| backup.failure_noticed),
        restore_grade: store.restore_grade,
        worst_case: store.worst_case.clone(),
        worst_case_because: store.worst_case_because.clone(),
    }
}
