//! Calls and members of every language into chains of links.

use tree_sitter::Node;

use super::super::syntax::{at, children, source};
use super::kinds::{CALLEES, CALLS, MEMBERS, NAMES, OBJECTS, WORDS, WRAPPERS};
use super::lower::{Lower, field};
use super::value::{Kind, Link, Value};

/// Links of one chain; builders of generated code have hundreds.
const MOST_LINKS: usize = 2_000;

impl Lower<'_, '_> {
    /// `raise` of Ruby and Elixir are calls.
    pub(super) fn chained(&self, node: Node<'_>, depth: u32) -> Kind {
        let links = self.chain(node, depth);
        match links.as_slice() {
            [Link { name, .. }] if matches!(name.as_str(), "raise" | "raise!" | "todo" | "unimplemented") => {
                Kind::Throw(self.reason(node))
            }
            [link] if matches!(link.name.as_str(), "def" | "defp") => self.definition(node, link),
            [link] if link.name == "defmodule" => {
                let body = link.block().map(<[Value]>::to_vec).unwrap_or_default();
                Kind::Class { name: String::new(), head: self.uses(node), body }
            }
            [link] if !link.is_call => Kind::Word(link.name.clone()),
            _ => Kind::Chain(links),
        }
    }

    /// The line that names what an Elixir module uses.
    fn uses(&self, node: Node<'_>) -> String {
        let lines = source(self.file, node).lines().map(str::trim);
        lines
            .filter(|line| line.starts_with("use ") || line.starts_with("import "))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// `def name do … end` and `def name, do: …` of Elixir.
    fn definition(&self, node: Node<'_>, link: &Link) -> Kind {
        let named = link.given.first().map(|value| match &value.kind {
            Kind::Word(word) => word.clone(),
            _ => value.links().first().map(|link| link.name.clone()).unwrap_or_default(),
        });
        let body = match (link.block(), link.option("do")) {
            (Some(block), _) => Kind::Block(block.to_vec()),
            (None, Some(value)) => Kind::Block(vec![value.clone()]),
            (None, None) => Kind::Block(Vec::new()),
        };
        let place = at(self.file, node);
        let body = Box::new(Value { at: place, kind: body });
        Kind::Function { name: named.unwrap_or_default(), head: String::new(), body }
    }

    /// The links of a chain, first to last.
    fn chain(&self, node: Node<'_>, depth: u32) -> Vec<Link> {
        let mut links = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next.take() {
            if links.len() > MOST_LINKS {
                break;
            }
            let kind = node.kind();
            if CALLS.contains(&kind) {
                next = self.call(node, depth, &mut links);
            } else if MEMBERS.contains(&kind) {
                next = self.member(node, depth, &mut links);
            } else if WRAPPERS.contains(&kind) || matches!(kind, "unary_expression" | "pointer_expression") {
                next = children(node).first().copied();
            } else if WORDS.contains(&kind) {
                links.push(Link { name: self.word(node), ..Link::default() });
            } else {
                links.push(Link { given: vec![self.value(node, depth)], ..Link::default() });
            }
        }
        links.reverse();
        merged(links)
    }

    /// Takes one call; what stands before it is returned.
    fn call<'t>(&self, node: Node<'t>, depth: u32, links: &mut Vec<Link>) -> Option<Node<'t>> {
        let mut link = Link { is_call: true, ..Link::default() };
        self.arguments(node, depth, &mut link);
        // The grammars of Java, PHP and Ruby keep the object beside the name.
        let object = field(node, &["object", "scope", "receiver"]);
        let callee = field(node, CALLEES).or_else(|| children(node).first().copied())?;
        if let Some(object) = object {
            link.name = self.word(callee);
            links.push(link);
            return Some(object);
        }
        let mut callee = callee;
        while matches!(callee.kind(), "generic_function" | "generic_name" | "generic_type") {
            callee = children(callee).first().copied()?;
        }
        match callee.kind() {
            kind if MEMBERS.contains(&kind) => {
                let mut inner = Vec::new();
                let before = self.member(callee, depth, &mut inner);
                link.name = inner.pop().map(|link| link.name).unwrap_or_default();
                links.push(link);
                before
            }
            kind if WORDS.contains(&kind) => {
                link.name = self.word(callee);
                links.push(link);
                None
            }
            // `call(…)(…)`, `(function …)()`.
            _ => {
                links.push(link);
                Some(callee)
            }
        }
    }

    fn member<'t>(&self, node: Node<'t>, depth: u32, links: &mut Vec<Link>) -> Option<Node<'t>> {
        let parts = children(node);
        let object = field(node, OBJECTS).or_else(|| parts.first().copied());
        let mut link = Link::default();
        if node.kind() == "element_reference" || node.kind() == "subscript_expression" {
            link.name = "[]".to_owned();
            link.is_call = true;
            link.given = self.values(parts.into_iter().skip(1).collect(), depth);
        } else {
            let named = field(node, NAMES).filter(|name| Some(*name) != object);
            let mut named = named.or_else(|| parts.last().copied().filter(|last| Some(*last) != object))?;
            if named.kind() == "generic_name" {
                named = children(named).first().copied()?;
            }
            link.name = self.word(named);
        }
        links.push(link);
        object
    }

    fn arguments(&self, node: Node<'_>, depth: u32, link: &mut Link) {
        const HOLDERS: &[&str] = &[
            "arguments",
            "argument_list",
            "value_arguments",
            "call_suffix",
            "annotated_lambda",
            "do_block",
            "block",
            "class_body",
            "lambda_literal",
            "token_tree",
            "template_string",
        ];
        let target = field(node, CALLEES);
        for holder in children(node).into_iter().filter(|child| Some(*child) != target) {
            match holder.kind() {
                "arguments" | "argument_list" | "value_arguments" | "token_tree" => {
                    for argument in children(holder) {
                        self.argument(argument, depth, link);
                    }
                }
                kind if HOLDERS.contains(&kind) => link.given.push(self.value(holder, depth)),
                _ => {}
            }
        }
    }

    fn argument(&self, node: Node<'_>, depth: u32, link: &mut Link) {
        let parts = children(node);
        // C#: `name: value`; Kotlin: `name = value`; PHP: `name: value`.
        let is_argument = matches!(node.kind(), "argument" | "value_argument");
        if is_argument && parts.len() > 1 && WORDS.contains(&parts.first().map_or("", |part| part.kind())) {
            if let (Some(name), Some(value)) = (parts.first(), parts.last()) {
                link.named.push((self.word(*name), self.value(*value, depth)));
            }
        } else if node.kind() == "keywords" {
            for pair in parts {
                link.named.extend(self.entry(pair, depth));
            }
        } else if matches!(node.kind(), "pair" | "keyword_argument") {
            link.named.extend(self.entry(node, depth));
        } else {
            link.given.push(self.value(node, depth));
        }
    }
}

/// Kotlin: `call(a) { … }` is a call of a call; the block belongs to the first.
fn merged(links: Vec<Link>) -> Vec<Link> {
    let mut merged: Vec<Link> = Vec::with_capacity(links.len());
    for link in links {
        let is_block = link.is_call
            && link.name.is_empty()
            && !link.given.is_empty()
            && link.given.iter().all(|value| matches!(value.kind, Kind::Block(_)));
        match merged.last_mut() {
            // `db.addColumn.bind(db, …)`: a call that somebody else makes.
            Some(before) if link.name == "bind" && link.is_call && !before.is_call => {
                before.is_call = true;
                before.given = link.given.into_iter().skip(1).collect();
            }
            Some(before) if is_block && before.is_call => before.given.extend(link.given),
            _ => merged.push(link),
        }
    }
    merged
}
