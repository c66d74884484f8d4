//! Syntax trees of every language into [`Value`]s. What `kinds` does not name passes its parts
//! through.

use tree_sitter::Node;

use super::super::literal::string;
use super::super::syntax::{at, children, source, tree};
use super::kinds::{
    BINDINGS, BLOCKS, CALLS, CLASSES, CLOSURES, FUNCTIONS, LISTS, MAPS, MEMBERS, PAIRS, TEXTS, WORDS,
    WRAPPERS,
};
use super::value::{Kind, Link, Value};
use crate::facts::SourceFile;
use crate::text::{cut, fold};

/// Hostile code nests, and the tree is walked by recursion.
const DEEPEST: u32 = 200;

/// The whole file.
pub(super) fn lower(file: &SourceFile<'_>) -> Option<Value> {
    let parsed = tree(file)?;
    Some(Lower { file }.value(parsed.root_node(), 0))
}

pub(super) struct Lower<'f, 'a> {
    pub(super) file: &'f SourceFile<'a>,
}

/// The first of some fields that a node has.
pub(super) fn field<'t>(node: Node<'t>, names: &[&str]) -> Option<Node<'t>> {
    names.iter().find_map(|name| node.child_by_field_name(name))
}

impl Lower<'_, '_> {
    pub(super) fn value(&self, node: Node<'_>, depth: u32) -> Value {
        let kind = if depth > DEEPEST { Kind::Deep } else { self.kind(node, depth + 1) };
        Value { at: at(self.file, node), kind }
    }

    pub(super) fn values(&self, nodes: Vec<Node<'_>>, depth: u32) -> Vec<Value> {
        nodes.into_iter().map(|node| self.value(node, depth)).collect()
    }

    pub(super) fn word(&self, node: Node<'_>) -> String {
        source(self.file, node).trim_matches([':', '$', '@', '"', '\'', ' ']).to_owned()
    }

    fn kind(&self, node: Node<'_>, depth: u32) -> Kind {
        let kind = node.kind();
        let is = |kinds: &[&str]| kinds.contains(&kind);
        if is(TEXTS) {
            return string(self.file, node).map_or(Kind::Many(Vec::new()), Kind::Text);
        }
        if is(WORDS) {
            return Kind::Word(self.word(node));
        }
        if is(CALLS) || is(MEMBERS) {
            return self.chained(node, depth);
        }
        if is(FUNCTIONS) {
            return self.function(node, depth);
        }
        if is(CLASSES) && node.child_count() > 1 {
            return self.class(node, depth);
        }
        if is(CLOSURES) {
            return self.closure(node, depth);
        }
        if is(BLOCKS) {
            return Kind::Block(self.statements(node, depth));
        }
        if is(BINDINGS) {
            return self.binding(node, depth);
        }
        if is(MAPS) {
            return self.map(children(node), depth);
        }
        if is(LISTS) {
            return Kind::List(self.values(children(node), depth));
        }
        match kind {
            "atom" | "simple_symbol" => Kind::Text(self.word(node)),
            "array_creation_expression" => self.map(children(node), depth),
            "composite_literal" => self.composite(node, depth),
            "throw_statement" | "throw_expression" | "raise_statement" => Kind::Throw(self.reason(node)),
            "return_statement" | "return_expression" | "return" | "jump_expression" => {
                let inner = children(node).first().map(|inner| Box::new(self.value(*inner, depth)));
                Kind::Return(inner)
            }
            "binary_expression" | "binary_operator" | "binary" => match string(self.file, node) {
                Some(text) => Kind::Text(text),
                None => Kind::Many(self.values(children(node), depth)),
            },
            "unary_operator" => self.attribute(node, depth),
            "with_statement" => self.with(node, depth),
            _ if is(WRAPPERS) => match children(node).first() {
                Some(inner) => self.kind(*inner, depth),
                None => Kind::Word(self.word(node)),
            },
            _ => match children(node).as_slice() {
                [only] => self.value(*only, depth).kind,
                parts => Kind::Many(self.values(parts.to_vec(), depth)),
            },
        }
    }

    /// The statements of a body; a list of statements inside counts as the body itself.
    fn statements(&self, node: Node<'_>, depth: u32) -> Vec<Value> {
        let inner = children(node).into_iter().flat_map(|child| match child.kind() {
            "statement_list" | "body_statement" | "block_body" | "statements" | "block_parameters" => {
                if child.kind() == "block_parameters" { Vec::new() } else { children(child) }
            }
            _ => vec![child],
        });
        self.values(inner.collect(), depth)
    }

    fn function(&self, node: Node<'_>, depth: u32) -> Kind {
        let name = node.child_by_field_name("name").map(|name| self.word(name)).unwrap_or_default();
        let body = node.child_by_field_name("body").or_else(|| {
            children(node).into_iter().find(|child| matches!(child.kind(), "block" | "function_body"))
        });
        let head = self.until(node, body);
        let kind = body.map_or(Kind::Block(Vec::new()), |body| self.body(body, depth).kind);
        // A reader looks at the line with the name, not at the brace below it.
        let place = node.child_by_field_name("name").unwrap_or(node);
        let body = Value { at: at(self.file, place), kind };
        Kind::Function { name, head, body: Box::new(body) }
    }

    /// A body in braces, or a single expression as a body of one statement that returns.
    fn body(&self, node: Node<'_>, depth: u32) -> Value {
        let value = self.value(node, depth);
        match value.kind {
            Kind::Block(mut inner) if inner.len() == 1 => match inner.pop() {
                // Kotlin wraps a block in a body.
                Some(Value { kind: Kind::Block(inner), at }) => Value { at, kind: Kind::Block(inner) },
                only => Value { at: value.at, kind: Kind::Block(only.into_iter().collect()) },
            },
            Kind::Block(_) => value,
            _ => Value { at: value.at, kind: Kind::Block(vec![value]) },
        }
    }

    /// The text from the start of a node to its body.
    fn until(&self, node: Node<'_>, body: Option<Node<'_>>) -> String {
        let end = body.map_or(node.end_byte(), |body| body.start_byte());
        self.file.text.get(node.start_byte()..end).unwrap_or_default().to_owned()
    }

    fn class(&self, node: Node<'_>, depth: u32) -> Kind {
        let body = node.child_by_field_name("body").or_else(|| {
            children(node).into_iter().find(|child| matches!(child.kind(), "class_body" | "declaration_list"))
        });
        let name = field(node, &["name", "trait"]).map(|name| self.word(name)).unwrap_or_default();
        let members = body.map(|body| self.statements(body, depth)).unwrap_or_default();
        Kind::Class { name, head: self.until(node, body), body: members }
    }

    fn closure(&self, node: Node<'_>, depth: u32) -> Kind {
        let body = node.child_by_field_name("body").or_else(|| match node.kind() {
            "lambda_literal" => Some(node),
            _ => children(node).pop(),
        });
        match body {
            Some(body) if body.kind() == "lambda_literal" => Kind::Block(self.statements(body, depth)),
            Some(body) => self.body(body, depth).kind,
            None => Kind::Block(Vec::new()),
        }
    }

    fn binding(&self, node: Node<'_>, depth: u32) -> Kind {
        let target = field(node, &["left", "name", "pattern", "property"]);
        let target = target.or_else(|| children(node).first().copied());
        let value = field(node, &["right", "value", "default_value"]);
        let value = value.or_else(|| children(node).pop().filter(|last| Some(*last) != target));
        match (target, value) {
            (Some(target), Some(value)) => {
                let name = self.word(target);
                // `const up: Up = …`, `_, err := …`: the name alone.
                let name = name.split([':', ',', ' ']).next().unwrap_or_default().to_owned();
                Kind::Bind(name, Box::new(self.value(value, depth)))
            }
            _ => Kind::Many(self.values(children(node), depth)),
        }
    }

    /// `@name "value"` of Elixir; any other operator passes through.
    fn attribute(&self, node: Node<'_>, depth: u32) -> Kind {
        let value = children(node).first().map(|inner| self.value(*inner, depth));
        match value {
            Some(Value { kind: Kind::Chain(mut links), .. })
                if links.len() == 1 && source(self.file, node).starts_with('@') =>
            {
                let link = links.pop().unwrap_or_default();
                let bound = link.given.into_iter().next();
                bound.map_or(Kind::Word(link.name.clone()), |value| Kind::Bind(link.name, Box::new(value)))
            }
            Some(value) => value.kind,
            None => Kind::Word(self.word(node)),
        }
    }

    /// `with call(…) as name: …` of Python: the body as a block of the call.
    fn with(&self, node: Node<'_>, depth: u32) -> Kind {
        let parts = children(node);
        let mut value = parts.first().map(|clause| self.value(*clause, depth));
        // `call(…) as name`: the call is the first of two.
        if let Some(Value { kind: Kind::Many(inner), .. }) = &mut value
            && !inner.is_empty()
        {
            value = Some(inner.swap_remove(0));
        }
        let body = node.child_by_field_name("body").map(|body| self.value(body, depth));
        match (value, body) {
            (Some(Value { kind: Kind::Chain(mut links), .. }), Some(body)) => {
                if let Some(last) = links.last_mut() {
                    last.given.push(body);
                }
                Kind::Chain(links)
            }
            (value, body) => Kind::Many(value.into_iter().chain(body).collect()),
        }
    }

    fn map(&self, nodes: Vec<Node<'_>>, depth: u32) -> Kind {
        let (mut entries, mut items) = (Vec::new(), Vec::new());
        for node in nodes {
            match self.entry(node, depth) {
                Some(entry) => entries.push(entry),
                None => items.push(self.value(node, depth)),
            }
        }
        if entries.is_empty() { Kind::List(items) } else { Kind::Map(entries) }
    }

    /// A key with its value, a method of an object, or a name that stands for itself.
    pub(super) fn entry(&self, node: Node<'_>, depth: u32) -> Option<(String, Value)> {
        let parts = children(node);
        match node.kind() {
            kind if PAIRS.contains(&kind) => {
                let key = field(node, &["key", "name"]).or_else(|| parts.first().copied())?;
                let value = node.child_by_field_name("value").or_else(|| parts.last().copied())?;
                Some((self.word(key), self.value(value, depth)))
            }
            "array_element_initializer" if parts.len() == 2 => {
                Some((self.word(*parts.first()?), self.value(*parts.get(1)?, depth)))
            }
            "method_definition" => {
                Some((self.word(node.child_by_field_name("name")?), self.value(node, depth)))
            }
            "shorthand_property_identifier" => Some((self.word(node), self.value(node, depth))),
            _ => None,
        }
    }

    /// `User{}`, `[]string{…}` and `gormigrate.Migration{ID: …}` of Go: a call of the type with its
    /// fields by name.
    fn composite(&self, node: Node<'_>, depth: u32) -> Kind {
        let name = node.child_by_field_name("type").map(|name| self.word(name)).unwrap_or_default();
        let body = node.child_by_field_name("body").map(|body| self.map(children(body), depth));
        let (given, named) = match body {
            Some(Kind::Map(entries)) => (Vec::new(), entries),
            Some(Kind::List(items)) => (items, Vec::new()),
            _ => (Vec::new(), Vec::new()),
        };
        if name.starts_with('[') {
            return Kind::List(given);
        }
        let name = name.rsplit('.').next().unwrap_or_default().to_owned();
        Kind::Chain(vec![Link { name, is_call: true, given, named }])
    }

    /// The words of an error: the first literal in it.
    pub(super) fn reason(&self, node: Node<'_>) -> Option<String> {
        let mut stack = children(node);
        stack.reverse();
        let mut seen = 0;
        while let Some(node) = stack.pop() {
            seen += 1;
            if seen > 200 {
                return None;
            }
            if TEXTS.contains(&node.kind())
                && let Some(words) = string(self.file, node)
            {
                return Some(cut(&fold(&words), 200)).filter(|words| !words.is_empty());
            }
            stack.extend(children(node).into_iter().rev());
        }
        None
    }
}
