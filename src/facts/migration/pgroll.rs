//! pgroll (YAML, JSON) and Reshape (TOML): a list of operations; old and new schema live side by side
//! until the migration is completed.
//!
//! Their way back is the runner's own while a migration is not completed. A step that changes a column
//! needs the expression that carries data back (`down`).

use super::{Step, blank, version_and_name};
use crate::facts::SourceFile;
use crate::model::At;
use crate::model::fact::{Alteration, MigrationFile, Object, Operation, Runner, WayBack};
use crate::model::tree::{Entry, Node};
use crate::parse::Language;

/// Names by which a list of operations is one of these.
const KNOWN: &[&str] = &[
    "create_table",
    "drop_table",
    "remove_table",
    "rename_table",
    "add_column",
    "alter_column",
    "drop_column",
    "remove_column",
    "rename_column",
    "create_index",
    "add_index",
    "drop_index",
    "remove_index",
    "create_constraint",
    "drop_constraint",
    "drop_multicolumn_constraint",
    "set_replica_identity",
    "rename_constraint",
    "create_enum",
    "remove_enum",
    "add_foreign_key",
    "sql",
    "custom",
];

/// A list of operations of a known name.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    match file.language {
        Language::Yaml | Language::Json => {
            file.holds("operations") && KNOWN.iter().any(|name| file.holds(name))
        }
        Language::Toml => file.holds("[[actions]]") && KNOWN.iter().any(|name| file.holds(name)),
        _ => false,
    }
}

/// Reads the operations; `None` when one of the list is of no known name.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let is_reshape = file.language == Language::Toml;
    let root = if is_reshape { file.toml()? } else { file.yaml().first()? };
    let list = root.get(if is_reshape { "actions" } else { "operations" })?.items();
    let actions: Option<Vec<(&str, At, &Node)>> = list
        .iter()
        .map(|item| {
            let (name, at, body) = if is_reshape {
                (item.text_at("type")?, item.at, item)
            } else {
                let Entry { key, at, node } = item.entries().first()?;
                (key.as_str(), *at, node)
            };
            KNOWN.contains(&name).then_some((name, at, body))
        })
        .collect();
    let actions = actions.filter(|actions| !actions.is_empty())?;
    let runner = if is_reshape { Runner::Reshape } else { Runner::Pgroll };
    let (version, name) = version_and_name(file.path.stem()).unwrap_or((file.path.stem(), ""));
    let mut migration = blank(runner, file, version, name);
    migration.up = actions.iter().flat_map(|(name, at, body)| steps(name, *at, body)).collect();
    migration.way_back = WayBack::Honest;
    // A change of a column without the way its data go back.
    let broken = actions.iter().find(|(name, _, body)| *name == "alter_column" && loses(body, is_reshape));
    if let Some((_, at, _)) = broken {
        migration.way_back = WayBack::Partial;
        migration.way_back_at = *at;
    }
    Some(migration)
}

fn loses(body: &Node, is_reshape: bool) -> bool {
    // A key without a value carries nothing back.
    let has_none = body.get("down").is_none_or(|down| {
        let is_blank = |text: &str| matches!(text.trim(), "" | "null" | "~");
        down.unknown().is_none() && down.text().is_none_or(is_blank)
    });
    has_none && (body.get("up").is_some() || (is_reshape && body.at_path("changes.type").is_some()))
}

fn steps(name: &str, at: At, body: &Node) -> Vec<Step> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| body.text_at(key)).unwrap_or_default().to_owned();
    let table = text(&["table", "name"]);
    let column = text(&["column", "name", "column.name"]);
    let one = match name {
        "create_table" => Operation::CreateTable(text(&["name"])),
        "drop_table" | "remove_table" => Operation::DropTable(text(&["name", "table"])),
        "rename_table" => Operation::RenameTable(text(&["from", "table"]), text(&["to", "new_name"])),
        "add_column" => {
            let refuses_null = matches!(body.at_path("column.nullable").and_then(Node::as_bool), Some(false));
            let fills = body.get("up").is_some() || body.at_path("column.default").is_some();
            Operation::AddColumn(table, text(&["column.name", "column"]), !refuses_null || fills)
        }
        "drop_column" | "remove_column" => Operation::DropColumn(table, column),
        "rename_column" => Operation::RenameColumn(table, text(&["from"]), text(&["to"])),
        "alter_column" => match body.text_at("changes.name").or_else(|| body.text_at("name")) {
            Some(new) => Operation::RenameColumn(table, text(&["column"]), new.to_owned()),
            None => Operation::AlterColumn(table, text(&["column"]), Alteration::Retyped),
        },
        "create_index" | "add_index" => Operation::CreateOther(Object::Index, text(&["name", "index.name"])),
        "drop_index" | "remove_index" => Operation::DropOther(Object::Index, text(&["name", "index"])),
        "create_constraint" | "add_foreign_key" => Operation::AddConstraint(table, text(&["name"])),
        "drop_constraint" | "drop_multicolumn_constraint" | "rename_constraint" => {
            Operation::DropOther(Object::Constraint, text(&["name", "from"]))
        }
        "create_enum" => Operation::CreateOther(Object::Type, text(&["name"])),
        "remove_enum" => Operation::DropOther(Object::Type, text(&["enum"])),
        "sql" | "custom" => {
            let sql = text(&["up", "start", "complete"]);
            return crate::parse::sql::operations(&sql).into_iter().map(|(_, step)| (at, step)).collect();
        }
        _ => Operation::Raw(name.to_owned()),
    };
    vec![(at, one)]
}
