//! Every framework: a way down that is missing, one that only looks like one, and an honest one, as
//! near misses of each other.

mod compiled;
mod dynamic;
mod script;

use crate::facts::collect;
use crate::model::FactKind;
use crate::model::fact::MigrationFile;
use crate::rules::RuleSet;

fn read(path: &str, text: &str) -> Vec<MigrationFile> {
    let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
    let found = facts.facts.into_iter().filter_map(|fact| match fact.kind {
        FactKind::Migration(migration) => Some(*migration),
        _ => None,
    });
    found.collect()
}

fn list(steps: &[crate::facts::migration::Step]) -> String {
    let each = steps.iter().map(|(_, operation)| format!("{operation:?}").replace('"', ""));
    each.collect::<Vec<_>>().join(", ")
}

/// `runner version: up | down = verdict`, one per migration.
fn shown(path: &str, text: &str) -> String {
    let each = read(path, text).into_iter().map(|it| {
        let down = it.down.as_deref().map_or("none".to_owned(), list);
        format!("{} {}: {} | {down} = {}", it.runner.id(), it.version, list(&it.up), it.way_back.id())
    });
    each.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(path: &str, text: &str, expected: &str) {
    assert_eq!(shown(path, text), expected, "{path}\n{text}");
}

/// The word of the runner, the way up, and for each way down put in place of `DOWN` what it is worth.
#[track_caller]
fn ways(path: &str, text: &str, runner: &str, up: &str, downs: &[(&str, &str)]) {
    for (down, expected) in downs {
        let text = text.replace("DOWN", down);
        let found = read(path, &text);
        let first =
            found.first().map(|it| format!("{}: {} = {}", it.runner.id(), list(&it.up), it.way_back.id()));
        assert_eq!(first.as_deref(), Some(format!("{runner}: {up} = {expected}").as_str()), "{path}\n{text}");
    }
}
