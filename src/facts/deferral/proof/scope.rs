//! What a comment speaks of, by the syntax tree: the statement beside it and the function around it.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use crate::parse::code::Comment;
use crate::text::LineIndex;

/// Nodes that are functions with a name, in the grammars used.
const FUNCTIONS: &[&str] = &[
    "constructor_declaration",
    "function_declaration",
    "function_definition",
    "function_item",
    "generator_function_declaration",
    "local_function_statement",
    "method",
    "method_declaration",
    "method_definition",
    "singleton_method",
];
/// Functions without a name of their own: a boundary only when they are more than an expression.
const CLOSURES: &[&str] = &["arrow_function", "func_literal", "function_expression"];
/// Lines a function without a name must have to count as the function.
const LEAST_CLOSURE_LINES: usize = 5;
/// Nodes that hold statements side by side: what stands in them is looked at one by one.
const CONTAINERS: &[&str] = &[
    "begin_block",
    "block",
    "block_body",
    "body_statement",
    "class_body",
    "compound_statement",
    "declaration_list",
    "do",
    "function_body",
    "module",
    "program",
    "source_file",
    "statement_block",
    "statement_list",
    "statements",
    "switch_body",
    "then",
    "translation_unit",
];
/// Lines below a comment in which the code it speaks of may begin.
const MOST_LINES_DOWN: u32 = 6;
/// Steps up a tree: deeper code is no code a person wrote.
const MOST_STEPS: usize = 200;

/// The code a comment speaks of.
pub(super) struct Scope {
    /// The statement or declaration beside it.
    pub(super) subject: Option<Range<usize>>,
    /// The line of code beside it.
    pub(super) line: Option<Range<usize>>,
    /// The function around it, or the one it stands above.
    pub(super) function: Option<Range<usize>>,
    /// The name of that function.
    pub(super) name: Option<String>,
}

/// The line of code that a comment speaks of: its own when code stands before it, else the next
/// one that is not indented less.
pub(super) fn line_beside(text: &str, lines: &LineIndex, comment: &Comment) -> Option<Range<usize>> {
    let range = |line: u32| lines.start(line)..lines.end(line);
    if comment.is_trailing {
        return Some(lines.start(comment.at.line)..comment.at.start as usize);
    }
    let own = lines.line(comment.at.start as usize);
    let indent = |line: u32| {
        let line = text.get(range(line)).unwrap_or_default();
        line.len() - line.trim_start().len()
    };
    let last = lines.line((comment.at.end as usize).saturating_sub(1));
    let found = (last + 1..=lines.count()).take(MOST_LINES_DOWN as usize).find(|&line| {
        let line = text.get(range(line)).unwrap_or_default().trim();
        let is_comment = line.starts_with("//") || line.starts_with("/*") || line.starts_with('#');
        // `#[derive]` and `#!` are code; a longer comment of another kind is not looked through.
        !line.is_empty() && (!is_comment || line.starts_with("#["))
    })?;
    let is_closer = text.get(range(found)).unwrap_or_default().trim_start().starts_with(['}', ')', ']']);
    (indent(found) >= indent(own) && !is_closer).then(|| range(found))
}

/// Finds the code a comment speaks of.
pub(super) fn scope(tree: &Tree, text: &str, lines: &LineIndex, comment: &Comment) -> Scope {
    let root = tree.root_node();
    let line = line_beside(text, lines, comment);
    let subject = line.clone().and_then(|line| statement(root, text, line));
    let above = subject.and_then(declared);
    let around = root
        .descendant_for_byte_range(comment.at.start as usize, comment.at.start as usize + 1)
        .and_then(|node| up(node).find(|node| is_function(*node)));
    let function = if comment.is_trailing { around.or(above) } else { above.or(around) };
    Scope {
        subject: subject.map(|node| node.byte_range()),
        line,
        name: function.and_then(|node| name(node, text)),
        function: function.map(|node| node.byte_range()),
    }
}

/// The largest node that begins on a line and is no list of statements.
fn statement<'tree>(root: Node<'tree>, text: &str, line: Range<usize>) -> Option<Node<'tree>> {
    let source = text.get(line.clone())?;
    let start = line.start + source.len() - source.trim_start().len();
    let mut node = root.descendant_for_byte_range(start, start + 1)?;
    for _ in 0..MOST_STEPS {
        match node.parent() {
            Some(parent) if parent.start_byte() >= line.start && !CONTAINERS.contains(&parent.kind()) => {
                node = parent;
            }
            _ => break,
        }
    }
    (node.is_named() && node.parent().is_some()).then_some(node)
}

/// The function that a declaration declares, looked for a few levels down: `export`, a decorator or
/// an assignment may stand around it.
fn declared(node: Node<'_>) -> Option<Node<'_>> {
    let mut node = node;
    for _ in 0..5 {
        if is_function(node) {
            return Some(node);
        }
        let inner =
            ["definition", "declaration", "value", "right"].iter().find_map(|f| node.child_by_field_name(f));
        let declarator = node.named_child(0).filter(|child| child.kind() == "variable_declarator");
        node = inner.or(declarator)?;
    }
    None
}

fn up(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(Some(node), |node| node.parent()).take(MOST_STEPS)
}

fn is_function(node: Node<'_>) -> bool {
    let lines = node.end_position().row - node.start_position().row + 1;
    FUNCTIONS.contains(&node.kind()) || (CLOSURES.contains(&node.kind()) && lines >= LEAST_CLOSURE_LINES)
}

fn name(function: Node<'_>, text: &str) -> Option<String> {
    let named = function.child_by_field_name("name").or_else(|| {
        let parent = function.parent()?;
        (parent.kind() == "variable_declarator").then(|| parent.child_by_field_name("name")).flatten()
    })?;
    text.get(named.byte_range()).map(str::to_owned)
}
