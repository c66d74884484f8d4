//! From stretches of bytes to comments as a person reads them: neighbouring line comments joined,
//! delimiters taken off.

use std::ops::Range;

use crate::parse::Language;
use crate::text::LineIndex;

use super::{Comment, CommentKind};

/// Line openers, longest first: documentation differs from remarks.
const LINE_OPENERS: &[&str] = &["///", "//!", "//", "--", "#", ";", "%"];
/// Block delimiters, longest first.
const BLOCK_OPENERS: &[&str] = &["/**", "/*!", "/*", "<!--", "{{- /*", "{{/*", "{#", "<%#", "=begin"];
const BLOCK_CLOSERS: &[&str] = &["*/ -}}", "*/}}", "*/", "-->", "#}", "%>", "=end"];
/// Delimiters that mean something else in other languages.
const OWN_BLOCKS: &[(Language, &str, &str)] = &[
    (Language::CMake, "#[", "]"),
    (Language::Haskell, "{-", "-}"),
    (Language::Html, "{{!--", "--}}"),
    (Language::Html, "{{--", "--}}"),
    (Language::Html, "<%--", "--%>"),
    (Language::Julia, "#=", "=#"),
    (Language::Lisp, "#|", "|#"),
    (Language::Lua, "--[[", "]"),
    (Language::Lua, "--[=", "]"),
    (Language::OCaml, "(*", "*)"),
    (Language::Perl, "=", "=cut"),
    (Language::PowerShell, "<#", "#>"),
];
/// Lines joined into one comment; more is a commented-out file.
const MOST_LINES: u32 = 400;

/// Makes the comment around a stretch of bytes.
pub(super) fn comment(text: &str, language: Language, lines: &LineIndex, range: Range<usize>) -> Comment {
    let source = text.get(range.clone()).unwrap_or_default();
    let line = lines.line(range.start);
    let before = text.get(lines.start(line)..range.start).unwrap_or_default();
    let is_trailing = !before.trim().is_empty();
    let opener = LINE_OPENERS.iter().find(|opener| source.starts_with(**opener));
    let own = OWN_BLOCKS.iter().find(|(of, open, _)| *of == language && source.starts_with(open));
    let is_block = own.is_some() || BLOCK_OPENERS.iter().any(|open| source.starts_with(open));
    let range = match opener {
        Some(opener) if !is_block && !is_trailing && !source.starts_with("#!") => {
            joined(text, lines, line, opener, range)
        }
        _ => range,
    };
    let source = text.get(range.clone()).unwrap_or_default();
    let is_doc = ["///", "//!", "/**", "/*!"].iter().any(|open| source.starts_with(open));
    let kind = match (is_doc, is_block) {
        (true, _) => CommentKind::Doc,
        (_, true) => CommentKind::Block,
        _ => CommentKind::Line,
    };
    Comment { at: lines.at(range), text: stripped(source, is_block, own), kind, is_trailing }
}

/// Extends a line comment over the whole-line comments right above and below it.
fn joined(text: &str, lines: &LineIndex, line: u32, opener: &str, range: Range<usize>) -> Range<usize> {
    let body = |line: u32| -> Option<(usize, usize)> {
        let (start, end) = (lines.start(line), lines.end(line));
        let whole = text.get(start..end)?;
        let body = whole.trim_start();
        let own = LINE_OPENERS.iter().find(|opener| body.starts_with(**opener))?;
        // `#!` names an interpreter, `#[` opens an attribute in PHP.
        let is_same = *own == opener && !body.starts_with("#!") && !body.starts_with("#[");
        is_same.then(|| (start + whole.len() - body.len(), start + whole.trim_end().len()))
    };
    let mut joined = range;
    let mut first = line;
    while first > 1 && line - first < MOST_LINES {
        let Some((start, _)) = body(first - 1) else { break };
        joined.start = start;
        first -= 1;
    }
    let mut last = lines.line(joined.end.max(1) - 1);
    let limit = last + MOST_LINES;
    while last < lines.count().min(limit) {
        let Some((_, end)) = body(last + 1) else { break };
        joined.end = end;
        last += 1;
    }
    joined
}

/// The text without delimiters. Its line `i` is line `at.line + i` of the file.
fn stripped(source: &str, is_block: bool, own: Option<&(Language, &str, &str)>) -> String {
    let mut text = source;
    if let Some((_, open, close)) = own {
        let body = text.strip_prefix(open).unwrap_or(text);
        let body = body.trim_end().strip_suffix(close).unwrap_or(body);
        text = body.trim_matches(['=', '[', ']']);
    } else if is_block {
        if let Some(body) = BLOCK_OPENERS.iter().find_map(|open| text.strip_prefix(open)) {
            text = body;
        }
        if let Some(body) = BLOCK_CLOSERS.iter().find_map(|close| text.trim_end().strip_suffix(close)) {
            text = body;
        }
    }
    let mut clean = String::with_capacity(text.len());
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            clean.push('\n');
        }
        let line = line.trim();
        let body = if is_block {
            line.trim_start_matches('*')
        } else {
            let opener = LINE_OPENERS.iter().find(|opener| line.starts_with(**opener));
            opener.map_or(line, |opener| {
                let body = &line[opener.len()..];
                body.trim_start_matches(|c| opener.starts_with(c))
            })
        };
        clean.push_str(body.trim());
    }
    clean
}
