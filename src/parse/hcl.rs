//! HCL (Terraform, OpenTofu, Nomad) to a [`Node`] tree.
//!
//! A block becomes nested mappings, one per label, as in HCL's own JSON form:
//! `resource "a" "b" { c = 1 }` is `resource.a.b.c`. Repeated blocks repeat their key. References,
//! calls and interpolations are unknown values that keep their source, for the inventory to resolve.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{Element, StringTemplate};

use super::Parsed;
use crate::model::tree::{Entry, Node, Value};
use crate::model::{At, Problem, ProblemKind};
use crate::text::LineIndex;

/// Reads an HCL text. The grammar has no recovery: an error costs the whole file.
pub fn parse(text: &str) -> Parsed<Option<Node>> {
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => {
            let reader = Reader { text, lines: LineIndex::new(text) };
            let at = reader.lines.at(0..text.len());
            Parsed { value: Some(Node { at, value: reader.body(&body) }), problems: Vec::new() }
        }
        Err(error) => Parsed {
            value: None,
            problems: vec![Problem {
                line: u32::try_from(error.location().line()).unwrap_or(0),
                kind: ProblemKind::Syntax,
                message: error.message().to_owned(),
            }],
        },
    }
}

struct Reader<'a> {
    text: &'a str,
    lines: LineIndex,
}

impl Reader<'_> {
    fn at(&self, span: Option<std::ops::Range<usize>>) -> At {
        span.map_or_else(At::default, |range| self.lines.at(range))
    }

    fn body(&self, body: &Body) -> Value {
        let entries = body.iter().map(|structure| match structure {
            Structure::Attribute(attribute) => Entry {
                key: attribute.key.as_str().to_owned(),
                at: self.at(attribute.key.span()),
                node: self.expression(&attribute.value),
            },
            Structure::Block(block) => {
                let at = self.at(block.span());
                let header = self.at(block.ident.span());
                let inner = Node { at, value: self.body(&block.body) };
                let node = block.labels.iter().rev().fold(inner, |node, label| Node {
                    at,
                    value: Value::Map(vec![Entry { key: label.as_str().to_owned(), at: header, node }]),
                });
                Entry { key: block.ident.as_str().to_owned(), at: header, node }
            }
        });
        Value::Map(entries.collect())
    }

    fn expression(&self, expression: &Expression) -> Node {
        let at = self.at(expression.span());
        let plain = |text: String| Value::Scalar { text, quoted: false };
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(flag) => plain(flag.value().to_string()),
            Expression::Number(number) => plain(number.value().to_string()),
            Expression::String(text) => Value::Scalar { text: text.value().clone(), quoted: true },
            Expression::Array(array) => Value::List(array.iter().map(|item| self.expression(item)).collect()),
            Expression::Object(object) => Value::Map(
                object
                    .iter()
                    .map(|(key, value)| Entry {
                        key: match key {
                            ObjectKey::Ident(ident) => ident.as_str().to_owned(),
                            ObjectKey::Expression(Expression::String(text)) => text.value().clone(),
                            ObjectKey::Expression(other) => self.source(other),
                        },
                        at: self.at(key.span()),
                        node: self.expression(value.expr()),
                    })
                    .collect(),
            ),
            Expression::Parenthesis(inner) => return self.expression(inner.inner()),
            Expression::StringTemplate(template) => match literal(template) {
                Some(text) => Value::Scalar { text, quoted: true },
                None => Value::Unknown(self.source(expression)),
            },
            Expression::HeredocTemplate(heredoc) => {
                let elements: Option<String> = heredoc.template.iter().map(literal_element).collect();
                match elements {
                    Some(text) => Value::Scalar { text, quoted: true },
                    None => Value::Unknown(self.source(expression)),
                }
            }
            _ => Value::Unknown(self.source(expression)),
        };
        Node { at, value }
    }

    fn source(&self, expression: &Expression) -> String {
        expression.span().and_then(|range| self.text.get(range)).unwrap_or_default().trim().to_owned()
    }
}

fn literal(template: &StringTemplate) -> Option<String> {
    template.iter().map(literal_element).collect()
}

fn literal_element(element: &Element) -> Option<String> {
    match element {
        Element::Literal(text) => Some(text.value().clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    const TEXT: &str = r#"
resource "aws_db_instance" "main" {
  backup_retention_period = var.days
  skip_final_snapshot     = true
  tags = { Name = "shop-db", "k" = 1 }
  timeouts { create = "5m" }
  name = "db-${var.env}"
}
resource "aws_db_instance" "second" {}
"#;

    #[test]
    fn reads_blocks_attributes_and_places() {
        let root = parse(TEXT).value.unwrap();
        let main = root.get("resource").unwrap().at_path("aws_db_instance.main").unwrap();
        assert_eq!(main.get("skip_final_snapshot").unwrap().as_bool(), Some(true));
        assert_eq!(main.get("backup_retention_period").unwrap().unknown(), Some("var.days"));
        assert_eq!(main.entry("skip_final_snapshot").unwrap().at.line, 4);
        assert_eq!(main.text_at("tags.Name"), Some("shop-db"));
        assert_eq!(main.text_at("timeouts.create"), Some("5m"));
        assert_eq!(main.get("name").unwrap().unknown(), Some("\"db-${var.env}\""));
        assert_eq!(root.get_all("resource").count(), 2);
        assert_eq!(main.at.line, 2);
    }

    #[test]
    fn says_where_it_failed() {
        let parsed = parse("a = 1\nb = = 2\n");
        assert!(parsed.value.is_none());
        assert_eq!(parsed.problems[0].line, 2);
    }
}
