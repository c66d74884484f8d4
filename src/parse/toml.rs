//! TOML to a [`Node`] tree.

use toml::de::{DeTable, DeValue};

use super::Parsed;
use crate::model::tree::{Entry, Node, Value};
use crate::model::{Problem, ProblemKind};
use crate::text::LineIndex;

/// Reads a TOML text; keys come in the order of the parser's map.
pub fn parse(text: &str) -> Parsed<Option<Node>> {
    let lines = LineIndex::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let problems = errors
        .iter()
        .map(|error| Problem {
            line: error.span().map_or(0, |span| lines.line(span.start)),
            kind: ProblemKind::Syntax,
            message: error.message().to_owned(),
        })
        .collect();
    let node = Node { at: lines.at(table.span()), value: map(table.get_ref(), &lines) };
    Parsed { value: Some(node), problems }
}

fn map(table: &DeTable<'_>, lines: &LineIndex) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            at: lines.at(key.span()),
            node: Node { at: lines.at(value.span()), value: convert(value.get_ref(), lines) },
        })
        .collect();
    entries.sort_by_key(|entry| entry.at);
    Value::Map(entries)
}

fn convert(value: &DeValue<'_>, lines: &LineIndex) -> Value {
    let plain = |text: String| Value::Scalar { text, quoted: false };
    match value {
        DeValue::String(text) => Value::Scalar { text: text.to_string(), quoted: true },
        DeValue::Integer(number) => plain(number.as_str().to_owned()),
        DeValue::Float(number) => plain(number.as_str().to_owned()),
        DeValue::Boolean(flag) => plain(flag.to_string()),
        DeValue::Datetime(date) => plain(date.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Node { at: lines.at(item.span()), value: convert(item.get_ref(), lines) })
                .collect(),
        ),
        DeValue::Table(table) => map(table, lines),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_keys_in_source_order() {
        let text = "z = 1\n[a]\nb = [true, \"x\"]\n";
        let parsed = super::parse(text);
        let root = parsed.value.unwrap();
        assert_eq!(root.entries()[0].key, "z");
        assert_eq!(root.at_path("a.b").unwrap().items()[1].text(), Some("x"));
        assert_eq!(root.at_path("a.b").unwrap().at.line, 3);
    }

    #[test]
    fn keeps_what_it_can() {
        let parsed = super::parse("a = 1\nb = = 2\n");
        assert_eq!(parsed.problems[0].line, 2);
        assert_eq!(parsed.value.unwrap().text_at("a"), Some("1"));
    }
}
