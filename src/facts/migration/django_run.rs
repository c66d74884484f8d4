//! Django's `RunPython` and `RunSQL`: what they do and whether they have a reverse.

use tree_sitter::Node;

use super::Step;
use super::django::Reader;
use super::python::{Arguments, call, is_empty_body};
use super::syntax::{at, children, source};
use crate::model::fact::{DataVerb, Operation};
use crate::parse::sql;
use crate::text::{cut, fold};

/// Nodes looked at in a function of a migration: enough for any that a person wrote.
const MOST_NODES: usize = 5_000;

/// `RunPython(code, reverse_code=None)`.
pub(super) fn python(reader: &mut Reader<'_, '_, '_>, node: Node<'_>, arguments: &Arguments<'_>) {
    let place = at(reader.file, node);
    let code = arguments.get("code", 0);
    let name = code.map(|code| cut(&fold(source(reader.file, code)), 60)).unwrap_or_default();
    let label = format!("RunPython {name}");
    let up = match code {
        Some(code) if does_nothing(reader, code) => vec![Operation::NoOp(label.clone())],
        Some(code) => rows(reader, code).unwrap_or_else(|| vec![Operation::Raw(label.clone())]),
        None => vec![Operation::Raw(label.clone())],
    };
    reader.up.extend(up.into_iter().map(|operation| (place, operation)));
    let down = match arguments.get("reverse_code", 1) {
        None => Operation::Irreversible(label),
        Some(reverse) if source(reader.file, reverse) == "None" => Operation::Irreversible(label),
        Some(reverse) if does_nothing(reader, reverse) => Operation::NoOp(label),
        Some(_) => Operation::Raw(label),
    };
    reader.down.push((place, down));
}

/// `RunPython.noop`, a lambda or a function of the module without statements.
fn does_nothing(reader: &Reader<'_, '_, '_>, code: Node<'_>) -> bool {
    let name = source(reader.file, code);
    if code.kind() == "lambda" {
        return is_empty_body(reader.file, code);
    }
    let is_noop = name.rsplit('.').next() == Some("noop");
    is_noop || reader.module.functions.get(name).is_some_and(|function| is_empty_body(reader.file, *function))
}

/// What a function does to rows, by the methods of querysets; `None` when it is not seen.
fn rows(reader: &Reader<'_, '_, '_>, code: Node<'_>) -> Option<Vec<Operation>> {
    let function = reader.module.functions.get(source(reader.file, code))?;
    let mut operations = Vec::new();
    let mut stack = vec![*function];
    let mut seen = 0;
    while let Some(node) = stack.pop() {
        seen += 1;
        if seen > MOST_NODES {
            return None;
        }
        if let Some((name, arguments)) = call(reader.file, node) {
            let columns = || arguments.named.iter().map(|(name, _)| name.clone()).collect();
            let verb = match name.rsplit('.').next().unwrap_or_default() {
                "create" | "bulk_create" | "get_or_create" => Some((DataVerb::Insert, Vec::new())),
                "update" if name.contains("objects") || name.contains("filter") || name.contains("qs") => {
                    Some((DataVerb::Update, columns()))
                }
                "bulk_update" | "save" | "update_or_create" => Some((DataVerb::Update, Vec::new())),
                "delete" => Some((DataVerb::Delete, Vec::new())),
                _ => None,
            };
            operations
                .extend(verb.map(|(verb, columns)| Operation::ChangeData(verb, String::new(), columns)));
        }
        stack.extend(children(node));
    }
    operations.sort();
    operations.dedup();
    (!operations.is_empty()).then_some(operations)
}

/// `RunSQL(sql, reverse_sql=None, …)`.
pub(super) fn sql(reader: &mut Reader<'_, '_, '_>, node: Node<'_>, arguments: &Arguments<'_>) {
    let place = at(reader.file, node);
    let up = arguments.get("sql", 0).and_then(|text| statements(reader, place, text));
    reader.up.extend(up.unwrap_or_else(|| vec![(place, Operation::Raw("RunSQL".to_owned()))]));
    let down = match arguments.get("reverse_sql", 1) {
        None => vec![(place, Operation::Irreversible("RunSQL".to_owned()))],
        Some(reverse) if source(reader.file, reverse) == "None" => {
            vec![(place, Operation::Irreversible("RunSQL".to_owned()))]
        }
        Some(reverse) if source(reader.file, reverse).ends_with(".noop") => {
            vec![(place, Operation::NoOp("RunSQL".to_owned()))]
        }
        Some(reverse) => match statements(reader, place, reverse) {
            Some(steps) if steps.is_empty() => vec![(place, Operation::NoOp("RunSQL".to_owned()))],
            Some(steps) => steps,
            None => vec![(place, Operation::Raw("RunSQL".to_owned()))],
        },
    };
    reader.down.extend(down.into_iter().rev());
}

/// The statements of a text, or of a list of texts and of pairs of a text and its parameters.
fn statements(reader: &Reader<'_, '_, '_>, place: crate::model::At, node: Node<'_>) -> Option<Vec<Step>> {
    if matches!(node.kind(), "list" | "tuple") {
        let mut all = Vec::new();
        for child in children(node) {
            let text = if child.kind() == "tuple" { children(child).first().copied()? } else { child };
            all.extend(statements(reader, place, text)?);
        }
        return Some(all);
    }
    let text = reader.module.text(reader.file, node)?;
    Some(sql::operations(&text).into_iter().map(|(_, operation)| (place, operation)).collect())
}
