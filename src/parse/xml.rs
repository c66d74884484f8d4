//! XML to a [`Node`] tree: attributes as `@name`, text as `#text`, children under their own names in
//! source order; prefixes of namespaces are dropped.
//!
//! An own tolerant reader: it resolves no entity but the five of the language, reads no second
//! document, and takes what is not well-formed as far as it goes.

use super::Parsed;
use crate::model::tree::{Entry, Node, Value};
use crate::model::{Problem, ProblemKind};
use crate::text::LineIndex;

/// Deeper documents are not written by people.
const DEEPEST: usize = 200;

struct Open {
    name: String,
    start: usize,
    entries: Vec<Entry>,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    lines: LineIndex,
    open: Vec<Open>,
    root: Option<Node>,
    problems: Vec<Problem>,
}

/// Reads a document; its root is a mapping with one key, the name of the root element.
pub fn parse(text: &str) -> Parsed<Option<Node>> {
    let lines = LineIndex::new(text);
    let mut reader = Reader { text, at: 0, lines, open: Vec::new(), root: None, problems: Vec::new() };
    reader.document();
    while !reader.open.is_empty() {
        reader.problem("an element is not closed");
        reader.close();
    }
    Parsed { value: reader.root, problems: reader.problems }
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn problem(&mut self, message: &str) {
        let line = self.lines.line(self.at.min(self.text.len()));
        self.problems.push(Problem { line, kind: ProblemKind::Syntax, message: message.to_owned() });
    }

    /// Moves behind the next `end`, or to the end of the text; what was passed over.
    fn until(&mut self, end: &str) -> &'a str {
        let rest = self.rest();
        let found = memchr::memmem::find(rest.as_bytes(), end.as_bytes());
        self.at += found.map_or(rest.len(), |found| found + end.len());
        rest.get(..found.unwrap_or(rest.len())).unwrap_or_default()
    }

    fn document(&mut self) {
        while !self.rest().is_empty() {
            let start = self.at;
            let text = self.until("<");
            self.add_text(start, &decoded(text));
            let rest = self.rest();
            if rest.starts_with("!--") {
                self.until("-->");
            } else if rest.starts_with("![CDATA[") {
                let start = self.at + "![CDATA[".len();
                let text = self.until("]]>").get("![CDATA[".len()..).unwrap_or_default().to_owned();
                self.add_text(start, &text);
            } else if rest.starts_with('?') || rest.starts_with('!') {
                self.until(">");
            } else if rest.starts_with('/') {
                self.until(">");
                self.close();
            } else if !rest.is_empty() {
                self.element();
            }
        }
    }

    fn add_text(&mut self, start: usize, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let at = self.lines.at(start..(start + text.len()).min(self.text.len()));
        let value = Value::Scalar { text: text.to_owned(), quoted: true };
        if let Some(open) = self.open.last_mut() {
            open.entries.push(Entry { key: "#text".to_owned(), at, node: Node { at, value } });
        }
    }

    /// One opening tag; the place is behind its `<`.
    fn element(&mut self) {
        let start = self.at - 1;
        let name = self.name();
        if name.is_empty() || self.open.len() >= DEEPEST {
            self.problem("this is no element, or nests too deep");
            return;
        }
        self.open.push(Open { name, start, entries: Vec::new() });
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            let rest = self.rest();
            if rest.starts_with("/>") {
                self.at += 2;
                return self.close();
            }
            if rest.starts_with('>') {
                self.at += 1;
                return;
            }
            if rest.is_empty() || !self.attribute() {
                self.problem("this tag is not closed");
                self.until(">");
                return;
            }
        }
    }

    fn name(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '=' | '<'));
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += name.len();
        name.rsplit(':').next().unwrap_or(name).to_owned()
    }

    fn attribute(&mut self) -> bool {
        let start = self.at;
        let name = self.name();
        let rest = self.rest();
        let Some(after) = rest.trim_start().strip_prefix('=') else { return !name.is_empty() };
        self.at += rest.len() - after.trim_start().len();
        let Some(quote @ ('"' | '\'')) = self.rest().chars().next() else { return false };
        self.at += 1;
        let text = decoded(self.until(if quote == '"' { "\"" } else { "'" }));
        let at = self.lines.at(start..self.at);
        let node = Node { at, value: Value::Scalar { text, quoted: true } };
        if let Some(open) = self.open.last_mut() {
            open.entries.push(Entry { key: format!("@{name}"), at, node });
        }
        !name.is_empty()
    }

    fn close(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        let at = self.lines.at(closed.start..self.at.min(self.text.len()));
        let value = if closed.entries.is_empty() { Value::Null } else { Value::Map(closed.entries) };
        let entry = Entry { key: closed.name, at, node: Node { at, value } };
        match self.open.last_mut() {
            Some(parent) => parent.entries.push(entry),
            None if self.root.is_none() => self.root = Some(Node { at, value: Value::Map(vec![entry]) }),
            None => {}
        }
    }
}

/// The five entities of the language; `&amp;` last, so that what it makes is not read again.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_attributes_text_and_children_in_order() {
        let root = parse(
            "<?xml version='1.0'?>\n<!-- c --><a:x b=\"1 &lt; 2\"><y/>t<![CDATA[<z>]]>\n<y c='2'/></a:x>",
        )
        .value;
        let x = root.as_ref().and_then(|root| root.get("x")).unwrap();
        assert_eq!(x.text_at("@b"), Some("1 < 2"));
        let keys: Vec<&str> = x.entries().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["@b", "y", "#text", "#text", "y"]);
        assert_eq!(x.get_all("#text").filter_map(|text| text.text()).collect::<Vec<_>>(), ["t", "<z>"]);
        assert_eq!(x.get_all("y").last().unwrap().at.line, 3);
    }

    #[test]
    fn takes_broken_text_as_far_as_it_goes() {
        for text in
            ["<a", "<a b", "<a b=", "<a b='", "<", "</a>", "<a><b></a>", "<![CDATA[", "<!--", "é<é é='é'"]
        {
            parse(text);
        }
        assert_eq!(parse("<a><b>").problems.len(), 2);
        parse(&"<a>".repeat(10_000));
    }
}
