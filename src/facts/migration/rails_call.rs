//! Rails: what one call of a migration does, and what Rails makes of it on the way down.

use tree_sitter::Node;

use super::literal::string;
use super::rails::Reader;
use super::syntax::{DEEPEST, at, children, source};
use crate::model::fact::{Alteration, DataVerb, Object, Operation};
use crate::parse::sql;
use crate::text::{cut, fold};

/// The arguments of a call: values by position, options by name.
struct Given<'t> {
    values: Vec<Node<'t>>,
    options: Vec<(String, Node<'t>)>,
}

fn given<'t>(reader: &Reader<'_, '_>, node: Node<'t>) -> Given<'t> {
    let mut given = Given { values: Vec::new(), options: Vec::new() };
    for argument in node.child_by_field_name("arguments").map(children).unwrap_or_default() {
        let pairs = if argument.kind() == "hash" { children(argument) } else { vec![argument] };
        for pair in pairs {
            let key = pair.child_by_field_name("key").filter(|_| pair.kind() == "pair");
            match (key, pair.child_by_field_name("value")) {
                (Some(key), Some(value)) => {
                    given.options.push((source(reader.file, key).trim_matches(':').to_owned(), value));
                }
                _ => given.values.push(pair),
            }
        }
    }
    given
}

impl Given<'_> {
    fn text(&self, reader: &Reader<'_, '_>, index: usize) -> String {
        self.values.get(index).and_then(|node| reader.text(*node)).unwrap_or_default()
    }

    fn option<'f>(&self, reader: &'f Reader<'_, '_>, name: &str) -> Option<&'f str> {
        self.options.iter().find(|(own, _)| own == name).map(|(_, node)| source(reader.file, *node))
    }

    /// Whether old code can insert without the column.
    fn fills(&self, reader: &Reader<'_, '_>) -> bool {
        self.option(reader, "null") != Some("false")
            || self.option(reader, "default").is_some_and(|d| d != "nil")
    }
}

/// Reads one call.
pub(super) fn read(reader: &mut Reader<'_, '_>, node: Node<'_>, receiver: &str, method: &str) {
    if !receiver.is_empty() {
        return rows(reader, node, receiver, method);
    }
    let given = given(reader, node);
    let (table, name) = (given.text(reader, 0), given.text(reader, 1));
    match method {
        "create_table" | "create_join_table" => {
            reader.push(node, Operation::CreateTable(table.clone()), Operation::DropTable(table));
        }
        "drop_table" | "drop_join_table" if node.child_by_field_name("block").is_some() => {
            reader.push(node, Operation::DropTable(table.clone()), Operation::CreateTable(table));
        }
        "drop_table" | "drop_join_table" => {
            let tables: Vec<String> = given.values.iter().filter_map(|value| reader.text(*value)).collect();
            tables.into_iter().for_each(|table| reader.one_way(node, Operation::DropTable(table)));
        }
        "rename_table" => {
            let back = Operation::RenameTable(name.clone(), table.clone());
            reader.push(node, Operation::RenameTable(table, name), back);
        }
        "change_table" => inner(reader, node, &table),
        "execute" => statement(reader, node, given.values.first().copied()),
        "add_index" => index(reader, node, &given, table),
        "remove_index" => {
            let object = Operation::DropOther(Object::Index, format!("index of {table}"));
            // Without its columns Rails cannot make it again.
            if given.option(reader, "column").is_some() || given.values.len() > 1 {
                reader.push(node, object, Operation::CreateOther(Object::Index, table));
            } else {
                reader.one_way(node, object);
            }
        }
        _ if column(reader, node, method, &given, &table, 1) || object(reader, node, method, &table) => {}
        // A question, and a condition.
        _ if method.ends_with('?') => {}
        _ => reader.unknown(node),
    }
}

/// Calls that concern what holds no rows. False for others.
fn object(reader: &mut Reader<'_, '_>, node: Node<'_>, method: &str, name: &str) -> bool {
    let kind = match method {
        "rename_index" => {
            let renamed = Operation::ReplaceOther(Object::Index, name.to_owned());
            reader.push(node, renamed.clone(), renamed);
            return true;
        }
        "add_enum_value" => {
            reader.one_way(node, Operation::OneWay(format!("add_enum_value {name}")));
            return true;
        }
        "enable_extension" | "disable_extension" => Object::Extension,
        "create_enum" | "drop_enum" => Object::Type,
        _ => return false,
    };
    let made = Operation::CreateOther(kind, name.to_owned());
    let dropped = Operation::DropOther(kind, name.to_owned());
    match method {
        "enable_extension" | "create_enum" => reader.push(node, made, dropped),
        _ => reader.push(node, dropped, made),
    }
    true
}

/// The calls of `change_table :t do |t| … end`.
fn inner(reader: &mut Reader<'_, '_>, node: Node<'_>, table: &str) {
    let Some(block) = node.child_by_field_name("block") else { return };
    let mut stack = vec![(block, 0)];
    while let Some((node, depth)) = stack.pop() {
        if node.kind() == "call" && node.child_by_field_name("receiver").is_some() {
            let method = node.child_by_field_name("method").map_or("", |method| source(reader.file, method));
            let given = given(reader, node);
            let method = match method {
                "remove" => "remove_columns",
                "change" => "change_column",
                "change_default" => "change_column_default",
                "change_null" => "change_column_null",
                "rename" => "rename_column",
                "references" | "belongs_to" => "add_reference",
                "remove_references" | "remove_belongs_to" => "remove_reference",
                "timestamps" => "add_timestamps",
                "remove_timestamps" => "remove_timestamps",
                "index" => "add_index",
                "remove_index" => "remove_index",
                "foreign_key" => "add_foreign_key",
                "column" => "add_column",
                "check_constraint" => "add_check_constraint",
                _ => "add_columns",
            };
            match method {
                "add_index" => index(reader, node, &given, table.to_owned()),
                "remove_index" => {
                    let index = Operation::DropOther(Object::Index, format!("index of {table}"));
                    reader.push(node, index, Operation::CreateOther(Object::Index, table.to_owned()));
                }
                _ => {
                    column(reader, node, method, &given, table, 0);
                }
            }
        } else if depth < DEEPEST {
            stack.extend(children(node).into_iter().rev().map(|child| (child, depth + 1)));
        }
    }
}

fn index(reader: &mut Reader<'_, '_>, node: Node<'_>, given: &Given<'_>, table: String) {
    let dropped = Operation::DropOther(Object::Index, format!("index of {table}"));
    let is_unique = given.option(reader, "unique") == Some("true");
    let made = match is_unique {
        true => Operation::AddConstraint(table, "unique index".to_owned()),
        false => Operation::CreateOther(Object::Index, format!("index of {table}")),
    };
    reader.push(node, made, dropped);
}

/// Calls that concern columns; `first` is the position of the column's name. False for others.
fn column(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    method: &str,
    given: &Given<'_>,
    table: &str,
    first: usize,
) -> bool {
    let steps = made(reader, method, given, table, first)
        .or_else(|| changed(reader, method, given, table, first))
        .or_else(|| constrained(method, table));
    let is_known = steps.is_some();
    for (up, down) in steps.into_iter().flatten() {
        match down {
            Some(down) => reader.push(node, up, down),
            None => reader.one_way(node, up),
        }
    }
    is_known
}

/// A step, and what Rails makes of it on the way down, if it can.
type Turn = (Operation, Option<Operation>);

/// Columns that come and go.
fn made(
    reader: &Reader<'_, '_>,
    method: &str,
    given: &Given<'_>,
    table: &str,
    first: usize,
) -> Option<Vec<Turn>> {
    let name = given.text(reader, first);
    let names = || given.values.iter().skip(first).filter_map(|value| reader.text(*value));
    let added = |name: String, fills| {
        let up = Operation::AddColumn(table.to_owned(), name.clone(), fills);
        (up, Some(Operation::DropColumn(table.to_owned(), name)))
    };
    let removed = |name: String, returns: bool| {
        let back = returns.then(|| Operation::AddColumn(table.to_owned(), name.clone(), true));
        (Operation::DropColumn(table.to_owned(), name), back)
    };
    let has_type = given.option(reader, "type").is_some();
    let stamps = ["created_at", "updated_at"];
    Some(match method {
        "add_column" => vec![added(name, given.fills(reader))],
        "add_columns" => names().map(|name| added(name, given.fills(reader))).collect(),
        "add_reference" | "add_belongs_to" => vec![added(format!("{name}_id"), given.fills(reader))],
        "add_timestamps" => {
            let fills =
                given.option(reader, "null") == Some("true") || given.option(reader, "default").is_some();
            stamps.map(|name| added(name.to_owned(), fills)).to_vec()
        }
        "remove_reference" | "remove_belongs_to" => vec![removed(format!("{name}_id"), true)],
        "remove_timestamps" => stamps.map(|name| removed(name.to_owned(), true)).to_vec(),
        "remove_column" => vec![removed(name, has_type || given.values.len() > first + 1)],
        "remove_columns" => names().map(|name| removed(name, has_type)).collect(),
        _ => return None,
    })
}

/// Columns that stay and change.
fn changed(
    reader: &Reader<'_, '_>,
    method: &str,
    given: &Given<'_>,
    table: &str,
    first: usize,
) -> Option<Vec<Turn>> {
    let name = given.text(reader, first);
    let altered = |change| Operation::AlterColumn(table.to_owned(), name.clone(), change);
    Some(vec![match method {
        "rename_column" => {
            let new = given.text(reader, first + 1);
            let back = Operation::RenameColumn(table.to_owned(), new.clone(), name.clone());
            (Operation::RenameColumn(table.to_owned(), name, new), Some(back))
        }
        "change_column" => (altered(Alteration::Retyped), None),
        "change_column_default" | "change_column_comment" | "change_table_comment" => {
            // Without both values Rails does not know what it was before.
            let has_both = given.option(reader, "from").is_some() && given.option(reader, "to").is_some();
            (altered(Alteration::Loosened), has_both.then(|| altered(Alteration::Loosened)))
        }
        "change_column_null" => {
            let refuses =
                given.values.get(first + 1).is_some_and(|value| source(reader.file, *value) == "false");
            let (up, down) = match refuses {
                true => (Alteration::Tightened, Alteration::Loosened),
                false => (Alteration::Loosened, Alteration::Tightened),
            };
            (altered(up), Some(altered(down)))
        }
        _ => return None,
    }])
}

/// Constraints that come and go.
fn constrained(method: &str, table: &str) -> Option<Vec<Turn>> {
    const KINDS: &[&str] = &["foreign_key", "check_constraint", "unique_constraint", "exclusion_constraint"];
    let (verb, what) = method.split_once('_')?;
    if !KINDS.contains(&what) {
        return None;
    }
    let what = what.replace('_', " ");
    let made = Operation::AddConstraint(table.to_owned(), what.clone());
    let dropped = Operation::DropOther(Object::Constraint, what);
    match verb {
        "add" => Some(vec![(made, Some(dropped))]),
        "remove" => Some(vec![(dropped, Some(made))]),
        "validate" => Some(Vec::new()),
        _ => None,
    }
}

/// `execute "…"`: Rails cannot turn it round.
fn statement(reader: &mut Reader<'_, '_>, node: Node<'_>, text: Option<Node<'_>>) {
    // `execute <<~SQL.squish`: the here-document is the receiver of a call.
    let opened = text.map(|text| text.child_by_field_name("receiver").unwrap_or(text));
    match opened.and_then(|text| reader.text(text).or_else(|| string(reader.file, text))) {
        Some(text) => {
            let place = at(reader.file, node);
            let steps: Vec<Operation> =
                sql::operations(&text).into_iter().map(|(_, operation)| operation).collect();
            reader.up.extend(steps.into_iter().map(|step| (place, step)));
            if reader.derives {
                reader.down.push((place, Operation::Irreversible(cut(&fold(&text), 60))));
            }
        }
        None => {
            let shown = cut(&fold(source(reader.file, node)), 80);
            reader.one_way(node, Operation::Raw(shown));
        }
    }
}

/// Calls on models: in `change` they run again on the way down, which undoes nothing.
fn rows(reader: &mut Reader<'_, '_>, node: Node<'_>, receiver: &str, method: &str) {
    let model = receiver.split('.').next().unwrap_or_default().to_owned();
    let is_model = model.starts_with(|c: char| c.is_ascii_uppercase());
    let verb = match method {
        "update_all" | "update" | "update!" | "update_column" | "update_columns" | "save" | "save!" => {
            DataVerb::Update
        }
        "create" | "create!" | "insert_all" | "insert_all!" | "upsert_all" => DataVerb::Insert,
        "delete_all" | "destroy_all" if receiver.contains("where") => DataVerb::Delete,
        "delete_all" | "destroy_all" => DataVerb::DeleteAll,
        "find_each" | "each" | "in_batches" | "find_in_batches" | "tap" | "transaction" => {
            if let Some(block) = node.child_by_field_name("block") {
                reader.block(block, 1);
            }
            return;
        }
        _ => return,
    };
    let table = if is_model { format!("{}s", model.to_lowercase()) } else { String::new() };
    let given = given(reader, node);
    let columns = given.options.iter().map(|(name, _)| name.clone()).collect();
    let change = Operation::ChangeData(verb, table, columns);
    reader.push(node, change, Operation::NoOp("model call".to_owned()));
}
