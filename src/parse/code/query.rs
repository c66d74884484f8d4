//! Queries over a syntax tree: shapes of code, asked of one stretch of a file.
//!
//! A query is compiled once and asked of one function or one statement, never of a whole tree.
//! Work is counted, not timed, so that two runs agree; a shape that takes too much work is not
//! there. It does not know what a shape means.

use std::ops::{ControlFlow, Range};

use tree_sitter::{QueryCursor, QueryCursorOptions, StreamingIterator, Tree};

use super::judge;
use crate::parse::Language;

/// The capture that says what was found.
const HIT: &str = "hit";
/// States kept at once; a pattern that needs more is ambiguous on hostile code.
const MOST_STATES: u32 = 256;
/// Progress callbacks a stretch may use. A function of a thousand lines needs a few.
const MOST_CALLBACKS: usize = 2_000;
/// Places kept; a stretch with more is a table.
const MOST_HITS: usize = 100;

/// A compiled query with one capture `@hit`.
#[derive(Debug)]
pub struct Query {
    query: tree_sitter::Query,
    hit: u32,
}

impl Query {
    /// Compiles a query for one language. The error says what is wrong with it.
    pub fn new(source: &str, language: Language) -> Result<Self, String> {
        let grammar = judge::grammar(language).ok_or("the language has no grammar here")?;
        let query = tree_sitter::Query::new(&grammar, source).map_err(|error| error.to_string())?;
        let hit = query.capture_index_for_name(HIT).ok_or("the query captures no @hit")?;
        Ok(Self { query, hit })
    }

    /// The places that match within a range of bytes, in order, each once. The range must come
    /// from the same text as the tree.
    pub fn hits(&self, tree: &Tree, text: &str, within: Range<usize>) -> Vec<Range<usize>> {
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MOST_STATES);
        cursor.set_byte_range(within.clone());
        let mut callbacks_left = MOST_CALLBACKS;
        let mut progress = |_: &tree_sitter::QueryCursorState| {
            callbacks_left = callbacks_left.saturating_sub(1);
            if callbacks_left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = QueryCursorOptions::new().progress_callback(&mut progress);
        let mut found = cursor.matches_with_options(&self.query, tree.root_node(), text.as_bytes(), options);
        let mut hits: Vec<Range<usize>> = Vec::new();
        while let Some(one) = found.next() {
            let nodes = one.nodes_for_capture_index(self.hit);
            hits.extend(nodes.map(|node| node.byte_range()));
            if hits.len() >= MOST_HITS {
                break;
            }
        }
        hits.retain(|hit| within.start <= hit.start && hit.end <= within.end);
        hits.sort_by_key(|hit| (hit.start, hit.end));
        hits.dedup();
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::Query;
    use crate::parse::Language;
    use crate::parse::code::tree;

    #[test]
    fn finds_what_lies_within_the_range_and_nothing_else() {
        let text = "def a():\n    f(1)\n\ndef b():\n    f(2)\n";
        let tree = tree(text, Language::Python).unwrap();
        let query =
            Query::new("(call function: (identifier) @f (#eq? @f \"f\")) @hit", Language::Python).unwrap();
        let all: Vec<_> = query.hits(&tree, text, 0..text.len()).into_iter().map(|hit| &text[hit]).collect();
        assert_eq!(all, ["f(1)", "f(2)"]);
        let second: Vec<_> =
            query.hits(&tree, text, 19..text.len()).into_iter().map(|hit| &text[hit]).collect();
        assert_eq!(second, ["f(2)"]);
    }

    #[test]
    fn says_what_is_wrong_with_a_query() {
        assert!(Query::new("(call) @f", Language::Python).unwrap_err().contains("@hit"));
        assert!(Query::new("(no_such_node) @hit", Language::Python).is_err());
        assert!(Query::new("(a) @hit", Language::Yaml).unwrap_err().contains("grammar"));
    }

    #[test]
    fn a_hostile_stretch_costs_a_bounded_amount() {
        let text = format!("x = {}1{}\n", "f(".repeat(5_000), ")".repeat(5_000));
        let Some(tree) = tree(&text, Language::Python) else { return };
        let query =
            Query::new("(call (argument_list (call (argument_list (_) @hit))))", Language::Python).unwrap();
        assert!(query.hits(&tree, &text, 0..text.len()).len() <= 100);
    }
}
