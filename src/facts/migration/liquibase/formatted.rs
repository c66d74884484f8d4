//! Liquibase changelogs in SQL: `--changeset author:id`, `--rollback …`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{change, set};
use crate::facts::SourceFile;
use crate::facts::migration::{Step, sql, standing};
use crate::model::fact::{MigrationFile, Operation};

static SET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?mi)^\s*--\s*changeset\s+(?<author>[^:\r\n]+):"?(?<id>[^\s"]+)"?[^\n]*$"#).ok()
});
static ROLLBACK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?mix)
        ^[\ \t]*--[\ \t]*rollback\b[\ \t]*(?<line>[^\n]*)$        # --rollback DROP TABLE t;
        | /\*\s*liquibase\s+rollback\b(?<block>(?s:.*?))\*/       # /* liquibase rollback … */
        ",
    )
    .ok()
});
/// What stands for a rollback that is not wanted.
const NOTHING: &[&str] = &["", "not required", "empty", ";"];

/// Reads every change set.
pub(super) fn read(file: &SourceFile<'_>) -> Vec<MigrationFile> {
    let Some(pattern) = SET.as_ref() else { return Vec::new() };
    let heads: Vec<_> =
        pattern.captures_iter(&file.text).filter_map(|found| Some((found.get(0)?.range(), found))).collect();
    let mut all = Vec::new();
    for (index, (range, found)) in heads.iter().enumerate() {
        let end = heads.get(index + 1).map_or(file.text.len(), |(next, _)| next.start);
        let head = file.lines().at(range.clone());
        let mut migration = set(file, found["author"].trim(), &found["id"], head);
        migration.up = sql::steps(file, range.end..end);
        rollback(file, range.end..end, &mut migration);
        all.push(migration);
    }
    all
}

fn rollback(file: &SourceFile<'_>, range: Range<usize>, migration: &mut MigrationFile) {
    let Some(pattern) = ROLLBACK.as_ref() else { return };
    let text = file.text.get(range.clone()).unwrap_or_default();
    let (mut down, mut is_first): (Vec<Step>, bool) = (Vec::new(), true);
    let mut joined = String::new();
    let mut at = migration.way_back_at;
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        if std::mem::take(&mut is_first) {
            at = file.lines().at(range.start + whole.start()..range.start + whole.end());
        }
        let said = found.name("line").or_else(|| found.name("block")).map_or("", |said| said.as_str().trim());
        let lower = said.to_ascii_lowercase();
        if lower.starts_with("changesetid:") {
            down.push((at, Operation::Raw("rollback of another change set".to_owned())));
        } else if NOTHING.contains(&lower.as_str()) {
            let shown = format!("--rollback {said}").trim().to_owned();
            down.push((at, Operation::NoOp(shown)));
        } else {
            joined.push_str(said);
            joined.push('\n');
        }
    }
    if is_first {
        return;
    }
    if !joined.is_empty() {
        down.retain(|(_, step)| !matches!(step, Operation::NoOp(_)));
        down.extend(change::sql(&joined, at));
    }
    migration.way_back_at = at;
    migration.way_back = standing(Some(&down), false, false);
    migration.down = Some(down);
}
