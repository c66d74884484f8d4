//! One tree for every configuration language: YAML, JSON, TOML and HCL all become this.

use serde::{Deserialize, Serialize};

use super::At;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The value's place; for a mapping entry, the key has its own place in [`Entry`].
    pub at: At,
    /// The value.
    pub value: Value,
}

/// A value of a configuration file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Nothing, or an explicit null.
    Null,
    /// A literal. Numbers and booleans keep their spelling, so that `1.10` stays a version.
    Scalar {
        /// The text without quotes.
        text: String,
        /// Whether it was quoted: `"true"` is a string, `true` is a boolean.
        quoted: bool,
    },
    /// A value that only a template engine, a variable or a function call knows; holds its source.
    Unknown(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in source order. Keys may repeat (HCL blocks do).
    Map(Vec<Entry>),
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands; for an HCL block, its header.
    pub at: At,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The first value under a key of a mapping. YAML merge keys (`<<`) count after own keys.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The first entry with a key, with the key's own place.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|e| e.key == key).or_else(|| {
            entries.iter().filter(|e| e.key == "<<").find_map(|merged| match &merged.node.value {
                Value::List(items) => items.iter().find_map(|item| item.entry(key)),
                _ => merged.node.entry(key),
            })
        })
    }

    /// Every value under a repeated key, in source order.
    pub fn get_all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Node> {
        self.entries().iter().filter(move |e| e.key == key).map(|e| &e.node)
    }

    /// Follows keys downwards: `node.at_path("spec.template.spec")`. Keys that hold dots need
    /// [`Node::get`].
    pub fn at_path(&self, dotted: &str) -> Option<&Node> {
        dotted.split('.').try_fold(self, |node, key| node.get(key))
    }

    /// A literal text, number or boolean as spelled; `None` for anything else.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text of the value under a dotted path.
    pub fn text_at(&self, dotted: &str) -> Option<&str> {
        self.at_path(dotted).and_then(Node::text)
    }

    /// A literal boolean (`true`, `false`, and YAML 1.1's `yes`, `no`, `on`, `off` when unquoted).
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Scalar { text, .. } => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A literal whole number.
    pub fn as_i64(&self) -> Option<i64> {
        self.text().and_then(|text| text.trim().parse().ok())
    }

    /// The items of a list; nothing for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; nothing for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The source of a value that is not known here.
    pub fn unknown(&self) -> Option<&str> {
        match &self.value {
            Value::Unknown(source) => Some(source),
            _ => None,
        }
    }

    /// Whether the value is null or an empty text, list or mapping.
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Scalar { text, .. } => text.trim().is_empty(),
            Value::Unknown(_) => false,
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
        }
    }

    /// Calls `visit` for this node and every node below it, with the path of keys down to it.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&[&'a str], &'a Node)) {
        fn step<'a>(node: &'a Node, keys: &mut Vec<&'a str>, visit: &mut dyn FnMut(&[&'a str], &'a Node)) {
            visit(keys, node);
            for item in node.items() {
                step(item, keys, visit);
            }
            for entry in node.entries() {
                keys.push(&entry.key);
                step(&entry.node, keys, visit);
                keys.pop();
            }
        }
        step(self, &mut Vec::new(), visit);
    }
}
