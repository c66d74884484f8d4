//! YAML written as a text inside YAML: ConfigMaps, Secrets, values that carry a whole file.
//!
//! Only block texts (`|`, `>`) are read: others lose their lines. One level deep, on purpose.

use super::SourceFile;
use crate::model::At;
use crate::model::tree::{Node, Value};
use crate::parse;

/// Which texts are worth another parse.
pub(super) struct Reach<'a> {
    /// At least one of these stands in the text.
    pub words: &'a [&'a str],
}

/// Calls `visit` for every document of every block text below `node`, with the places of the file.
pub(super) fn each(file: &SourceFile<'_>, node: &Node, reach: &Reach<'_>, visit: &mut dyn FnMut(&Node)) {
    let mut blocks = Vec::new();
    node.walk(&mut |_, below| {
        let text = match &below.value {
            Value::Scalar { text, .. } => text,
            Value::Unknown(source) => source,
            _ => return,
        };
        if text.contains('\n') && reach.words.iter().any(|word| text.contains(word)) {
            blocks.push(below.at);
        }
    });
    for at in blocks {
        let Some((text, first_line, start)) = block(file, at) else { continue };
        for mut document in parse::yaml::parse(text).value {
            shift(&mut document, first_line - 1, start);
            visit(&document);
        }
    }
}

/// The lines of a block text, the line it starts on, and its first byte.
fn block<'a>(file: &'a SourceFile<'_>, at: At) -> Option<(&'a str, u32, u32)> {
    let lines = file.lines();
    let begin = file.text.get(lines.start(at.line)..at.start as usize)?;
    let is_at_mark = file.text.get(at.start as usize..)?.starts_with(['|', '>']);
    let is_indented = begin.trim().is_empty();
    if !is_at_mark && !is_indented {
        // The mark may stand before the reported start, on the same line.
        let header = file.text.get(lines.start(at.line)..lines.end(at.line))?;
        let mark = header.trim_end().trim_end_matches(['-', '+']);
        if !mark.ends_with(['|', '>']) {
            return None;
        }
    }
    let first_line = if is_indented && !is_at_mark { at.line } else { at.line + 1 };
    let start = lines.start(first_line);
    let text = file.text.get(start..at.end as usize)?;
    Some((text, first_line, u32::try_from(start).ok()?))
}

fn shift(node: &mut Node, lines: u32, bytes: u32) {
    let moved = |at: At| At { line: at.line + lines, start: at.start + bytes, end: at.end + bytes };
    node.at = moved(node.at);
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| shift(item, lines, bytes)),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| {
            entry.at = moved(entry.at);
            shift(&mut entry.node, lines, bytes);
        }),
        _ => {}
    }
}
