//! The order in which a runner applies migrations.
//!
//! Most go by version; Alembic and Sqitch go by reference to what comes before, so that their ids
//! tell nothing; Liquibase goes by the place in its changelog.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::fact::Runner;
use crate::model::thing::Migration;

/// Sorts by ledger, then as the runner would.
pub(super) fn sort(migrations: &mut Vec<Migration>) {
    migrations.sort_by(|a, b| {
        (&a.file.ledger, a.file.runner)
            .cmp(&(&b.file.ledger, b.file.runner))
            .then_with(|| match a.file.runner {
                Runner::Liquibase => Ordering::Equal,
                _ => by_number(&a.file.version, &b.file.version),
            })
            .then_with(|| a.span.cmp(&b.span))
    });
    let depths = depths(migrations);
    let mut keyed: Vec<(u32, Migration)> = depths.into_iter().zip(std::mem::take(migrations)).collect();
    // Stable: what goes by version keeps its order, since all its depths are 0.
    keyed.sort_by(|(depth_a, a), (depth_b, b)| {
        (&a.file.ledger, a.file.runner, depth_a).cmp(&(&b.file.ledger, b.file.runner, depth_b))
    });
    migrations.extend(keyed.into_iter().map(|(_, migration)| migration));
}

/// How many revisions come before each in a ledger that goes by reference; 0 elsewhere, and in a circle.
fn depths(migrations: &[Migration]) -> Vec<u32> {
    let by_reference =
        |m: &Migration| matches!(m.file.runner, Runner::Alembic | Runner::Sqitch | Runner::Dbmigrations);
    let index: BTreeMap<(&str, &str), usize> = migrations
        .iter()
        .enumerate()
        .filter(|(_, m)| by_reference(m))
        .map(|(i, m)| ((m.file.ledger.as_str(), m.file.version.as_str()), i))
        .collect();
    let before = |i: usize| -> Vec<usize> {
        let Some(migration) = migrations.get(i) else { return Vec::new() };
        let ledger = migration.file.ledger.as_str();
        migration.file.after.iter().filter_map(|v| index.get(&(ledger, v.as_str())).copied()).collect()
    };
    let mut depths: Vec<u32> = vec![0; migrations.len()];
    let mut waiting: Vec<usize> = vec![0; migrations.len()];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); migrations.len()];
    for i in index.values().copied() {
        for earlier in before(i) {
            waiting[i] += 1;
            after[earlier].push(i);
        }
    }
    let mut ready: Vec<usize> = index.values().copied().filter(|i| waiting[*i] == 0).collect();
    while let Some(i) = ready.pop() {
        for later in std::mem::take(&mut after[i]) {
            depths[later] = depths[later].max(depths[i] + 1);
            waiting[later] -= 1;
            if waiting[later] == 0 {
                ready.push(later);
            }
        }
    }
    depths
}

/// `9` before `10`, `1.2` before `1.10`, digits of any length.
pub(super) fn by_number(a: &str, b: &str) -> Ordering {
    let parts = |version: &str| -> Vec<(usize, String)> {
        let split = version.split(|c: char| !c.is_ascii_alphanumeric());
        split.map(|part| part.trim_start_matches('0').to_owned()).map(|part| (part.len(), part)).collect()
    };
    parts(a).cmp(&parts(b))
}

#[cfg(test)]
mod tests {
    use super::by_number;
    use std::cmp::Ordering::Less;

    #[test]
    fn orders_versions_as_numbers() {
        assert_eq!(by_number("9", "10"), Less);
        assert_eq!(by_number("1.2", "1.10"), Less);
        assert_eq!(by_number("0002", "00010"), Less);
        assert_eq!(by_number("1", "1.1"), Less);
    }
}
