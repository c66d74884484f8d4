//! The text of a string literal of any of the languages here.
//!
//! One reading for all of them. What a program puts in while it runs is not known here: it becomes
//! [`HOLE`], which reads as a value and as a name in SQL, and as an omission to people.

use tree_sitter::Node;

use super::code::TEXTS;
use super::syntax::{children, source, unescape};
use crate::facts::SourceFile;
use crate::model::fact::HOLE;

/// Literals joined by an operator nest to the left, one level each.
const DEEPEST: u32 = 150;

/// The text of a literal, of a symbol, or of literals joined; `None` for anything else.
pub(super) fn string(file: &SourceFile<'_>, node: Node<'_>) -> Option<String> {
    literal(file, node, 0)
}

fn literal(file: &SourceFile<'_>, node: Node<'_>, depth: u32) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let kind = node.kind();
    match kind {
        "heredoc_beginning" => heredoc(file, node),
        "verbatim_string_literal" => {
            let inner = source(file, node).trim_start_matches('@').trim_matches('"');
            Some(inner.replace("\"\"", "\""))
        }
        "raw_string_literal" | "multiline_string_literal" | "nowdoc" => Some(pieces(file, node)),
        "heredoc_body" => Some(unescape(&pieces(file, node))),
        "simple_symbol" | "hash_key_symbol" => Some(source(file, node).trim_start_matches(':').to_owned()),
        "concatenated_string" | "chained_string" => {
            let parts: Option<Vec<String>> =
                children(node).into_iter().map(|part| literal(file, part, depth + 1)).collect();
            Some(parts?.concat())
        }
        "binary_operator" | "binary_expression" | "binary" => {
            let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
            let operator = file.text.get(left.end_byte()..right.start_byte())?.trim();
            if !matches!(operator, "+" | "." | "<>" | "..") {
                return None;
            }
            // One side at least is text; a name on the other side is a value that is put in.
            let (left, right) = (literal(file, left, depth + 1), literal(file, right, depth + 1));
            match (left, right) {
                (Some(left), Some(right)) => Some(left + &right),
                (Some(left), None) => Some(left + HOLE),
                (None, Some(right)) => Some(HOLE.to_owned() + &right),
                (None, None) => None,
            }
        }
        "parenthesized_expression" => literal(file, children(node).first().copied()?, depth + 1),
        _ if TEXTS.contains(&kind) => Some(unescape(&pieces(file, node))),
        _ => None,
    }
}

/// The contents between the quotes.
fn pieces(file: &SourceFile<'_>, node: Node<'_>) -> String {
    let mut text = String::new();
    for part in children(node) {
        match part.kind() {
            "string_start"
            | "string_end"
            | "heredoc_end"
            | "heredoc_start"
            | "raw_string_start"
            | "raw_string_end"
            | "interpolation_start"
            | "sigil_name" => {}
            "interpolation"
            | "template_substitution"
            | "variable_name"
            | "dynamic_variable_name"
            | "member_access_expression"
            | "subscript_expression" => text.push_str(HOLE),
            "heredoc_body" | "nowdoc_body" => text.push_str(&pieces(file, part)),
            _ => text.push_str(source(file, part)),
        }
    }
    text
}

/// The body that a here-document of Ruby opens: a sibling of one of the nodes above it.
fn heredoc(file: &SourceFile<'_>, node: Node<'_>) -> Option<String> {
    let mut above = node;
    for _ in 0..DEEPEST {
        let mut next = above.next_named_sibling();
        while let Some(sibling) = next {
            if sibling.kind() == "heredoc_body" {
                return literal(file, sibling, 0);
            }
            next = sibling.next_named_sibling();
        }
        above = above.parent()?;
    }
    None
}
