//! What Alembic and Django files have in common: calls, their arguments, constants and functions of
//! the module.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::literal::string;
use super::syntax::{children, source};
use crate::facts::SourceFile;

/// The top of a module: assignments to plain names, and functions.
pub(super) struct Module<'t> {
    /// Values by name; the last one counts.
    pub(super) values: BTreeMap<String, Node<'t>>,
    /// Functions by name.
    pub(super) functions: BTreeMap<String, Node<'t>>,
    /// Classes by name.
    pub(super) classes: BTreeMap<String, Node<'t>>,
}

impl<'t> Module<'t> {
    /// Reads the statements of a module or of a class body.
    pub(super) fn read(file: &SourceFile<'_>, block: Node<'t>) -> Self {
        let mut module =
            Self { values: BTreeMap::new(), functions: BTreeMap::new(), classes: BTreeMap::new() };
        for statement in children(block) {
            let inner = match statement.kind() {
                "expression_statement" => children(statement).first().copied(),
                "decorated_definition" => statement.child_by_field_name("definition"),
                _ => Some(statement),
            };
            let Some(inner) = inner else { continue };
            let name = |field: &str| inner.child_by_field_name(field).map(|n| source(file, n).to_owned());
            match inner.kind() {
                "assignment" => {
                    if let (Some(name), Some(value)) = (name("left"), inner.child_by_field_name("right")) {
                        module.values.insert(name, value);
                    }
                }
                "function_definition" => {
                    module.functions.extend(name("name").map(|name| (name, inner)));
                }
                "class_definition" => module.classes.extend(name("name").map(|name| (name, inner))),
                _ => {}
            }
        }
        module
    }

    /// The text of a string literal, of a constant that is one, or of `text("…")` around one.
    pub(super) fn text(&self, file: &SourceFile<'_>, node: Node<'_>) -> Option<String> {
        self.text_at(file, node, 0)
    }

    fn text_at(&self, file: &SourceFile<'_>, node: Node<'_>, depth: u32) -> Option<String> {
        // A constant may name a constant; a circle of them must end.
        if depth > 4 {
            return None;
        }
        match node.kind() {
            "identifier" => self.text_at(file, *self.values.get(source(file, node))?, depth + 1),
            "call" => {
                let (name, arguments) = call(file, node)?;
                let inner = arguments.positional.first()?;
                // `"…".format(…)` and `textwrap.dedent("…")` leave the words of the statement as they are.
                match name.rsplit('.').next() {
                    Some("text" | "dedent" | "cleandoc" | "DDL" | "SQL") => {
                        self.text_at(file, *inner, depth + 1)
                    }
                    _ => None,
                }
            }
            _ => string(file, node),
        }
    }
}

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Arguments<'t> {
    /// By position.
    pub(super) positional: Vec<Node<'t>>,
    /// By name.
    pub(super) named: Vec<(String, Node<'t>)>,
}

impl<'t> Arguments<'t> {
    /// An argument by name, else by position.
    pub(super) fn get(&self, name: &str, position: usize) -> Option<Node<'t>> {
        self.keyword(name).or_else(|| self.positional.get(position).copied())
    }

    /// An argument that is given by name.
    pub(super) fn keyword(&self, name: &str) -> Option<Node<'t>> {
        self.named.iter().find(|(own, _)| own == name).map(|(_, node)| *node)
    }
}

/// The name of what is called, as written (`op.add_column`), and its arguments.
pub(super) fn call<'f, 't>(file: &'f SourceFile<'_>, node: Node<'t>) -> Option<(&'f str, Arguments<'t>)> {
    if node.kind() != "call" {
        return None;
    }
    let name = source(file, node.child_by_field_name("function")?);
    let mut arguments = Arguments::default();
    for argument in node.child_by_field_name("arguments").map(children).unwrap_or_default() {
        if argument.kind() == "keyword_argument" {
            let (name, value) =
                (argument.child_by_field_name("name")?, argument.child_by_field_name("value")?);
            arguments.named.push((source(file, name).to_owned(), value));
        } else {
            arguments.positional.push(argument);
        }
    }
    Some((name, arguments))
}

/// What the body of a function amounts to when it does nothing: `pass`, `...`, `return`, a
/// docstring. `None` when it does something.
pub(super) fn is_empty_body(file: &SourceFile<'_>, function: Node<'_>) -> bool {
    let Some(body) = function.child_by_field_name("body") else { return false };
    if function.kind() == "lambda" {
        return matches!(source(file, body), "None" | "..." | "True" | "()" | "0");
    }
    children(body).into_iter().all(|statement| match statement.kind() {
        "pass_statement" => true,
        "return_statement" => children(statement).iter().all(|value| value.kind() == "none"),
        "expression_statement" => {
            children(statement).iter().all(|value| matches!(value.kind(), "string" | "ellipsis"))
        }
        _ => false,
    })
}
