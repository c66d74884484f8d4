//! YAML and JSON to [`Node`] trees, one per document.
//!
//! Reads events instead of a ready tree, so that a syntax error costs only what follows it, depth
//! and size are bounded, and every value has its place. Templates are hidden first.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{Parsed, template};
use crate::model::tree::{Entry, Node, Value};
use crate::model::{At, Problem, ProblemKind};
use crate::text::LineIndex;

/// Deeper than any real configuration (Kubernetes schemas reach about 30).
const MAX_DEPTH: usize = 100;
/// Nodes of one file, aliases counted each time they are used: bounds "billion laughs".
const MAX_NODES: usize = 500_000;

/// Reads every document of a text. JSON is YAML.
pub fn parse(text: &str) -> Parsed<Vec<Node>> {
    let masked = template::mask(text);
    let mut builder = Builder {
        masked: &masked,
        original: text,
        lines: LineIndex::new(text),
        char_starts: char_starts(text),
        stack: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        documents: Vec::new(),
        problems: Vec::new(),
    };
    // A byte order mark is no part of the first key.
    for event in Parser::new_from_str(&masked.text) {
        match event {
            Ok((event, span)) => {
                if !builder.take(event, span) {
                    break;
                }
            }
            Err(error) => {
                let line = u32::try_from(error.marker().line()).unwrap_or(0);
                builder.problem(line, ProblemKind::Syntax, error.info().to_owned());
                break;
            }
        }
    }
    builder.finish()
}

/// Byte offset of each character, or nothing for ASCII, where the two are equal.
fn char_starts(text: &str) -> Option<Vec<u32>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at as u32).collect())
}

enum Open {
    List { at: At, anchor: usize, items: Vec<Node> },
    Map { at: At, anchor: usize, entries: Vec<Entry>, key: Option<(String, At)> },
}

struct Builder<'a> {
    masked: &'a template::Masked<'a>,
    original: &'a str,
    lines: LineIndex,
    char_starts: Option<Vec<u32>>,
    stack: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    documents: Vec<Node>,
    problems: Vec<Problem>,
}

impl Builder<'_> {
    /// Returns false when a limit stops the reading.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        let at = self.at(span);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let node = self.scalar(&text, style, at);
                self.put(node, anchor, 1)
            }
            Event::Alias(anchor) => {
                let (mut node, size) =
                    self.anchors.get(&anchor).cloned().unwrap_or((Node { at, value: Value::Null }, 1));
                node.at = at;
                self.put(node, 0, size)
            }
            Event::SequenceStart(anchor, _) => {
                self.open(Open::List { at, anchor, items: Vec::new() }, at.line)
            }
            Event::MappingStart(anchor, _) => {
                self.open(Open::Map { at, anchor, entries: Vec::new(), key: None }, at.line)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(at.end),
            _ => true,
        }
    }

    fn open(&mut self, open: Open, line: u32) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            self.problem(line, ProblemKind::Limit, format!("nested deeper than {MAX_DEPTH} levels"));
            return false;
        }
        self.stack.push(open);
        true
    }

    fn close(&mut self, end: u32) -> bool {
        let Some(open) = self.stack.pop() else { return true };
        let (node, anchor) = match open {
            Open::List { at, anchor, items } => {
                (Node { at: At { end, ..at }, value: Value::List(items) }, anchor)
            }
            Open::Map { at, anchor, entries, .. } => {
                (Node { at: At { end, ..at }, value: Value::Map(entries) }, anchor)
            }
        };
        self.put(node, anchor, 1)
    }

    fn put(&mut self, node: Node, anchor: usize, size: usize) -> bool {
        self.nodes += size;
        if self.nodes > MAX_NODES {
            self.problem(node.at.line, ProblemKind::Limit, format!("more than {MAX_NODES} values"));
            return false;
        }
        if anchor > 0 {
            let size = count(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.stack.last_mut() {
            None => self.documents.push(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                None => {
                    let name = match &node.value {
                        Value::Scalar { text, .. } => text.clone(),
                        Value::Unknown(source) => source.clone(),
                        _ => String::new(),
                    };
                    *key = Some((name, node.at));
                }
                Some((name, at)) => entries.push(Entry { key: name, at, node }),
            },
        }
        true
    }

    fn scalar(&self, text: &str, style: ScalarStyle, at: At) -> Node {
        let range = at.start as usize..at.end as usize;
        let value = if self.masked.hides(&range) {
            Value::Unknown(self.original.get(range).unwrap_or_default().trim_end().to_owned())
        } else if style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            Value::Null
        } else {
            Value::Scalar { text: text.to_owned(), quoted: style != ScalarStyle::Plain }
        };
        Node { at, value }
    }

    fn at(&self, span: Span) -> At {
        let start = self.byte(span.start.index());
        let end = self.byte(span.end.index()).max(start);
        At { line: self.lines.line(start), start: start as u32, end: end as u32 }
    }

    fn byte(&self, character: usize) -> usize {
        match &self.char_starts {
            None => character.min(self.original.len()),
            Some(starts) => starts.get(character).map_or(self.original.len(), |&at| at as usize),
        }
    }

    fn problem(&mut self, line: u32, kind: ProblemKind, message: String) {
        self.problems.push(Problem { line, kind, message });
    }

    fn finish(mut self) -> Parsed<Vec<Node>> {
        // What was open when an error or a limit came is kept with what it had.
        while !self.stack.is_empty() {
            let end = self.original.len() as u32;
            if !self.close(end) {
                break;
            }
        }
        Parsed { value: self.documents, problems: self.problems }
    }
}

fn count(node: &Node) -> usize {
    let mut nodes = 0;
    node.walk(&mut |_, _| nodes += 1);
    nodes
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::ProblemKind;

    #[test]
    fn reads_values_with_their_places() {
        let text = "größe: 1\nspec:\n  on: true\n  list: [a, \"b\"]\n";
        let parsed = parse(text);
        assert!(parsed.problems.is_empty());
        let root = &parsed.value[0];
        assert_eq!(root.at_path("spec.on").and_then(|n| n.as_bool()), Some(true));
        let list = root.at_path("spec.list").unwrap();
        assert_eq!(list.items()[1].text(), Some("b"));
        let b = list.items()[1].at;
        assert_eq!(&text[b.start as usize..b.end as usize], "\"b\"");
        assert_eq!(b.line, 4);
        assert_eq!(root.entry("spec").unwrap().at.line, 2);
    }

    #[test]
    fn keeps_documents_before_an_error() {
        let parsed = parse("a: 1\n---\nb: [1, 2\nc: {");
        assert_eq!(parsed.value[0].text_at("a"), Some("1"));
        assert_eq!(parsed.problems[0].kind, ProblemKind::Syntax);
    }

    #[test]
    fn values_of_templates_are_unknown() {
        let parsed = parse("{{- if .Values.on }}\nname: {{ .Values.name }}-db\nsize: 1\n{{- end }}\n");
        let root = &parsed.value[0];
        assert_eq!(root.get("name").unwrap().unknown(), Some("{{ .Values.name }}-db"));
        assert_eq!(root.text_at("size"), Some("1"));
    }

    #[test]
    fn resolves_anchors_and_merges() {
        let parsed = parse("base: &b\n  a: 1\nuse:\n  <<: *b\n  c: 2\n");
        assert_eq!(parsed.value[0].text_at("use.a"), Some("1"));
    }

    #[test]
    fn stops_at_bombs() {
        let mut laughs = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..9 {
            let list = vec![format!("*a{}", i - 1); 10].join(",");
            laughs.push_str(&format!("a{i}: &a{i} [{list}]\n"));
        }
        assert_eq!(parse(&laughs).problems[0].kind, ProblemKind::Limit);
        assert_eq!(parse(&"- ".repeat(20_000)).problems[0].kind, ProblemKind::Limit);
        assert_eq!(parse(&"[".repeat(20_000)).problems.len(), 1);
    }

    #[test]
    fn reads_json() {
        let parsed = parse("{\"a\": {\"b\": [1, null, \"x\"]}}");
        assert_eq!(parsed.value[0].at_path("a.b").unwrap().items()[2].text(), Some("x"));
    }
}
