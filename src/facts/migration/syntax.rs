//! Small questions to a syntax tree, with depth bounded: hostile code nests.

use tree_sitter::Node;

use crate::facts::SourceFile;
use crate::model::At;

/// Deeper code holds no migration that a person could read.
pub(super) const DEEPEST: u32 = 60;

/// The source of a node.
pub(super) fn source<'a>(file: &'a SourceFile<'_>, node: Node<'_>) -> &'a str {
    file.text.get(node.byte_range()).unwrap_or_default()
}

/// The place of a node.
pub(super) fn at(file: &SourceFile<'_>, node: Node<'_>) -> At {
    file.lines().at(node.byte_range())
}

/// The named children, comments left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.kind().ends_with("comment")).collect()
}

/// The tree of a file, when its language has a grammar.
pub(super) fn tree(file: &SourceFile<'_>) -> Option<tree_sitter::Tree> {
    crate::parse::code::tree(&file.text, file.language)
}

/// The escapes that matter to SQL: line ends and quotes.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut escaped = false;
    for character in text.chars() {
        match (escaped, character) {
            (true, 'n' | 'r' | '\n') => plain.push('\n'),
            (true, 't') => plain.push(' '),
            (true, _) => plain.push(character),
            (false, '\\') => {}
            (false, _) => plain.push(character),
        }
        escaped = !escaped && character == '\\';
    }
    plain
}
