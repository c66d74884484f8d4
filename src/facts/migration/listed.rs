//! Migrations whose ways are lists of SQL under a key: Migratus and Ragtime in EDN (`:up [ … ]`,
//! `:down [ … ]`), dbmigrations in YAML (`Apply:`, `Revert:`).

use super::{Step, blank, sql, standing, version_and_name};
use crate::facts::SourceFile;
use crate::model::At;
use crate::model::fact::{MigrationFile, Operation, Runner};
use crate::model::tree::Node;
use crate::parse::{self, Language};

/// Files with both keys of their kind.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    match file.language {
        Language::Lisp => file.path.extension() == "edn" && file.holds(":up") && file.holds("["),
        Language::Yaml => file.holds("Apply:") && file.holds("Description:"),
        _ => false,
    }
}

/// Reads one file.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    if file.language == Language::Yaml { dbmigrations(file) } else { edn(file) }
}

fn edn(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let (version, name) = version_and_name(file.path.stem())?;
    let (up, _) = vector(file, ":up")?;
    // Ragtime counts `001-name`; Migratus writes the second of the day.
    let runner = if version.len() >= 14 { Runner::Migratus } else { Runner::Ragtime };
    let mut migration = blank(runner, file, version, name);
    migration.up = up;
    if let Some((down, at)) = vector(file, ":down") {
        migration.way_back_at = at;
        migration.way_back = standing(Some(&down), false, false);
        migration.down = Some(down);
    }
    Some(migration)
}

/// The statements in the vector after a key, and the key's place.
fn vector(file: &SourceFile<'_>, key: &str) -> Option<(Vec<Step>, At)> {
    let start = file.text.find(key)?;
    let rest = file.text.get(start + key.len()..)?;
    let open = rest.find('[').filter(|open| rest.get(..*open).is_some_and(|gap| gap.trim().is_empty()))?;
    let at = file.lines().at(start..start + key.len());
    let (mut steps, mut quoted, mut from, mut escaped) = (Vec::new(), false, 0, false);
    for (index, byte) in rest.bytes().enumerate().skip(open) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' if quoted => {
                let sql = rest.get(from..index).unwrap_or_default().replace("\\\"", "\"");
                let made = parse::sql::operations(&sql).into_iter().map(|(_, step)| (at, step));
                steps.extend(made);
                quoted = false;
            }
            b'"' => (quoted, from) = (true, index + 1),
            b']' if !quoted => return Some((steps, at)),
            _ => {}
        }
    }
    Some((steps, at))
}

fn dbmigrations(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let root = file.yaml().first()?;
    let apply = root.get("Apply")?;
    root.get("Description")?;
    let mut migration = blank(Runner::Dbmigrations, file, file.path.stem(), file.path.stem());
    let steps = |node: &Node| -> Vec<(At, Operation)> {
        let text = node.text().unwrap_or_default();
        parse::sql::operations(text).into_iter().map(|(_, step)| (node.at, step)).collect()
    };
    migration.up = steps(apply);
    let needs = root.text_at("Depends").unwrap_or_default();
    migration.after = needs.split_whitespace().map(str::to_owned).collect();
    if let Some(revert) = root.get("Revert") {
        migration.way_back_at = revert.at;
        migration.reason = sql::reason(revert.text().unwrap_or_default());
        let down = steps(revert);
        migration.way_back = standing(Some(&down), migration.reason.is_some() && down.is_empty(), false);
        migration.down = Some(down);
    }
    Some(migration)
}
