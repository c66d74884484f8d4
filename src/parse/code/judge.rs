//! Asks a grammar whether a byte stands in a comment.
//!
//! One parse of the text up to the last comment of interest, then one descent per byte: never a
//! walk or a query over the whole tree. Work is counted, not timed, so that two runs agree.

use std::cell::{Cell, RefCell};
use std::ops::{ControlFlow, Range};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use crate::parse::Language;

/// What the grammar says of one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It stands in this comment.
    Comment(Range<usize>),
    /// It stands in something else that was understood.
    Other,
    /// It stands in a part that was not understood.
    Unsure,
}

/// Why there is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unjudged {
    /// The language has no grammar here.
    NoGrammar,
    /// Parsing took too much work.
    TooMuchWork,
    /// Most of the text does not follow the grammar.
    MostlyErrors,
}

/// The text is handed over in pieces of this size, so that reading can be counted.
const PIECE: usize = 4096;
/// Times a text may be read over. Ordinary code is read about twice; scanners of raw strings and
/// nested comments read to the end of the text for every opening that has no end.
const MOST_READINGS: usize = 48;
/// Bytes any text may be read for, however short.
const LEAST_READ: usize = 2_000_000;
/// Parser callbacks come every hundred operations; ordinary code needs about one per 20 bytes.
/// What needs this many times the usual is left to the lexer.
const CALLBACKS_PER_BYTE: usize = 2;
/// Callbacks any text may use, however short.
const LEAST_CALLBACKS: usize = 20_000;
/// Above this share of text that no rule of the grammar covers, its other verdicts are not
/// believed either: probably another language (Groovy as Java, a foreign SQL dialect).
const MOST_ERRORS_PERCENT: usize = 30;
/// Errors below this many bytes say nothing: the text is cut inside its last function.
const LEAST_ERRORS: usize = 4_000;
/// Nodes looked at to add up the errors. A tree with more is one flat error, where every lookup
/// would walk all siblings.
const MOST_ERROR_NODES: usize = 20_000;
/// Names of comment nodes in the grammars used.
const COMMENT_KINDS: &[&str] = &[
    "comment",
    "line_comment",
    "block_comment",
    "html_comment",
    "doc_comment",
    "inner_doc_comment_marker",
    "outer_doc_comment_marker",
    "marginalia",
];

pub(super) fn grammar(language: Language) -> Option<tree_sitter::Language> {
    Some(match language {
        Language::Bash => tree_sitter_bash::LANGUAGE.into(),
        Language::C => tree_sitter_c::LANGUAGE.into(),
        Language::Cpp => tree_sitter_cpp::LANGUAGE.into(),
        Language::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
        Language::Elixir => tree_sitter_elixir::LANGUAGE.into(),
        Language::Go => tree_sitter_go::LANGUAGE.into(),
        Language::Java => tree_sitter_java::LANGUAGE.into(),
        Language::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
        Language::Kotlin => tree_sitter_kotlin_ng::LANGUAGE.into(),
        Language::Php => tree_sitter_php::LANGUAGE_PHP.into(),
        Language::Python => tree_sitter_python::LANGUAGE.into(),
        Language::Ruby => tree_sitter_ruby::LANGUAGE.into(),
        Language::Rust => tree_sitter_rust::LANGUAGE.into(),
        Language::Sql => tree_sitter_sequel::LANGUAGE.into(),
        Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        _ => return None,
    })
}

thread_local! {
    /// Parsers are costly to make and are not shared between threads.
    static PARSERS: RefCell<Vec<(Language, Parser)>> = const { RefCell::new(Vec::new()) };
}

/// Parses a text; `None` when the language has no grammar or the work was too much.
pub(super) fn parse(text: &str, language: Language) -> Result<Tree, Unjudged> {
    PARSERS.with_borrow_mut(|parsers| {
        let index = match parsers.iter().position(|(known, _)| *known == language) {
            Some(index) => index,
            None => {
                let mut parser = Parser::new();
                let grammar = grammar(language).ok_or(Unjudged::NoGrammar)?;
                parser.set_language(&grammar).map_err(|_| Unjudged::NoGrammar)?;
                parsers.push((language, parser));
                parsers.len() - 1
            }
        };
        let parser = &mut parsers[index].1;
        let bytes = text.as_bytes();
        let read_left = Cell::new(LEAST_READ + bytes.len() * MOST_READINGS);
        let mut callbacks_left = LEAST_CALLBACKS + bytes.len() * CALLBACKS_PER_BYTE;
        let mut progress = |_: &tree_sitter::ParseState| {
            callbacks_left = callbacks_left.saturating_sub(1);
            let is_spent = callbacks_left == 0 || read_left.get() == 0;
            if is_spent { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let mut read = |at: usize, _| {
            let end = bytes.len().min(at.saturating_add(PIECE));
            // Once the budget is spent the text ends here; the next callback cancels.
            let piece = if read_left.get() == 0 { &[] } else { bytes.get(at..end).unwrap_or_default() };
            read_left.set(read_left.get().saturating_sub(piece.len()));
            piece
        };
        let tree = parser.parse_with_options(&mut read, None, Some(options));
        // A text that seemed to end early was not parsed, even if no callback came after.
        let tree = tree.filter(|_| read_left.get() > 0);
        if tree.is_none() {
            parser.reset();
        }
        tree.ok_or(Unjudged::TooMuchWork)
    })
}

/// One verdict per byte of interest.
pub(super) fn judge(text: &str, language: Language, hits: &[usize]) -> Result<Vec<Verdict>, Unjudged> {
    // The lexer is exact for Elixir, and right where the grammar is not (`~S|\|`).
    if language == Language::Elixir {
        return Err(Unjudged::NoGrammar);
    }
    let tree = parse(text, language)?;
    let root = tree.root_node();
    let errors = error_bytes(root).ok_or(Unjudged::MostlyErrors)?;
    if errors > LEAST_ERRORS && errors * 100 > text.len() * MOST_ERRORS_PERCENT {
        return Err(Unjudged::MostlyErrors);
    }
    Ok(hits.iter().map(|&hit| verdict(root, hit)).collect())
}

fn verdict(root: Node<'_>, hit: usize) -> Verdict {
    let Some(node) = root.descendant_for_byte_range(hit, hit + 1) else { return Verdict::Unsure };
    let parent = node.parent();
    // A delimiter or Rust's documentation text is a part of its comment.
    let whole = parent.filter(|parent| COMMENT_KINDS.contains(&parent.kind()));
    if whole.is_some() || COMMENT_KINDS.contains(&node.kind()) {
        return Verdict::Comment(whole.unwrap_or(node).byte_range());
    }
    // One step up is enough: a string keeps its own node even where the code around it is broken.
    // The text of a C macro is not parsed further.
    let is_lost =
        node.is_error() || node.kind() == "preproc_arg" || parent.is_some_and(|parent| parent.is_error());
    if is_lost { Verdict::Unsure } else { Verdict::Other }
}

/// Bytes that stand in errors and in no structure below them; `None` when there are too many
/// nodes to say.
fn error_bytes(root: Node<'_>) -> Option<usize> {
    if !root.has_error() {
        return Some(0);
    }
    let mut cursor = root.walk();
    let mut sum = 0;
    let mut in_error = vec![root.is_error()];
    for _ in 0..MOST_ERROR_NODES {
        let node = cursor.node();
        let is_under_error = in_error.last().copied().unwrap_or_default();
        let is_leaf = node.child_count() == 0;
        if is_leaf && is_under_error && !node.is_extra() {
            sum += node.byte_range().len();
        }
        let descends = node.has_error() || node.is_error();
        if descends && cursor.goto_first_child() {
            in_error.push(node.is_error());
            continue;
        }
        while !cursor.goto_next_sibling() {
            in_error.pop();
            if !cursor.goto_parent() {
                return Some(sum);
            }
        }
    }
    None
}
