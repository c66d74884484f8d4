//! Knex: what the callback of `alterTable` does to columns.

use tree_sitter::Node;

use super::knex::Reader;
use super::literal::string;
use super::syntax::{DEEPEST, children, source};
use crate::model::fact::{Alteration, Object, Operation};

/// One statement of the callback: the calls of its chain, first to last.
struct Chain<'t> {
    node: Node<'t>,
    calls: Vec<(String, Vec<Node<'t>>)>,
}

/// Reads the callback, the last argument.
pub(super) fn read(reader: &mut Reader<'_, '_>, table: &str, arguments: &[Node<'_>]) {
    let Some(callback) = arguments.last() else { return };
    for chain in chains(reader, *callback) {
        action(reader, table, &chain);
    }
}

fn chains<'t>(reader: &Reader<'_, '_>, callback: Node<'t>) -> Vec<Chain<'t>> {
    let Some(body) = callback.child_by_field_name("body") else { return Vec::new() };
    let mut found = Vec::new();
    let mut stack = vec![(body, 0)];
    while let Some((node, depth)) = stack.pop() {
        if depth > DEEPEST {
            continue;
        }
        if node.kind() == "call_expression" {
            found.extend(chain(reader, node));
            continue;
        }
        stack.extend(children(node).into_iter().rev().map(|child| (child, depth + 1)));
    }
    found
}

fn chain<'t>(reader: &Reader<'_, '_>, outer: Node<'t>) -> Option<Chain<'t>> {
    let mut calls = Vec::new();
    let mut node = outer;
    while node.kind() == "call_expression" {
        let function = node.child_by_field_name("function")?;
        let property = function.child_by_field_name("property")?;
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        calls.push((source(reader.file, property).to_owned(), arguments));
        node = function.child_by_field_name("object")?;
    }
    calls.reverse();
    Some(Chain { node: outer, calls })
}

/// Builder methods that are no column.
const INDEXES: &[&str] =
    &["index", "dropIndex", "comment", "engine", "charset", "collate", "inherits", "queryContext"];

fn action(reader: &mut Reader<'_, '_>, table: &str, chain: &Chain<'_>) {
    let Some((method, arguments)) = chain.calls.first() else { return };
    if method == "raw" {
        let text = arguments.first().and_then(|node| string(reader.file, *node));
        return reader.statement(chain.node, text.as_deref());
    }
    let text = |index: usize| arguments.get(index).and_then(|node| string(reader.file, *node));
    let first = text(0).unwrap_or_default();
    let table = table.to_owned();
    let has = |name: &str| chain.calls.iter().any(|(method, _)| method == name);
    let operations = match method.as_str() {
        "dropColumn" | "dropColumns" => {
            let names = arguments.iter().filter_map(|node| string(reader.file, *node));
            names.map(|name| Operation::DropColumn(table.clone(), name)).collect()
        }
        "dropTimestamps" => {
            ["created_at", "updated_at"].map(|c| Operation::DropColumn(table.clone(), c.into())).to_vec()
        }
        "timestamps" => {
            // The third argument fills them: `timestamps(useTimestamps, defaultToNow)`; they may be
            // null without it.
            ["created_at", "updated_at"].map(|c| Operation::AddColumn(table.clone(), c.into(), true)).to_vec()
        }
        "renameColumn" => vec![Operation::RenameColumn(table, first, text(1).unwrap_or_default())],
        "unique" | "foreign" | "primary" | "check" | "checkPositive" | "checkIn" => {
            let columns = arguments.first().map(|node| source(reader.file, *node)).unwrap_or_default();
            vec![Operation::AddConstraint(table, format!("{method} {columns}"))]
        }
        "dropUnique" | "dropForeign" | "dropPrimary" | "dropChecks" => {
            vec![Operation::DropOther(Object::Constraint, format!("{method} of {table}"))]
        }
        "index" => vec![Operation::CreateOther(Object::Index, format!("index of {table}"))],
        "dropIndex" => vec![Operation::DropOther(Object::Index, format!("index of {table}"))],
        "setNullable" => vec![Operation::AlterColumn(table, first, Alteration::Loosened)],
        "dropNullable" => vec![Operation::AlterColumn(table, first, Alteration::Tightened)],
        name if INDEXES.contains(&name) => Vec::new(),
        _ if has("alter") => {
            let change = match (has("nullable"), has("notNullable")) {
                (_, true) => Alteration::Tightened,
                (true, false) => Alteration::Loosened,
                _ => Alteration::Retyped,
            };
            vec![Operation::AlterColumn(table, first, change)]
        }
        _ if first.is_empty() && !matches!(method.as_str(), "increments" | "bigIncrements") => Vec::new(),
        _ => {
            let fills = has("defaultTo") || method.to_lowercase().contains("increments");
            let refuses_null = has("notNullable") || has("primary");
            vec![Operation::AddColumn(table, first, !refuses_null || fills)]
        }
    };
    for operation in operations {
        reader.push(chain.node, operation);
    }
}
