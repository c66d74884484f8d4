//! Code of ten languages as one small tree: calls, literals, functions, classes.
//!
//! Enough to read a migration, whatever it is written in; nothing else of a program is kept.

use std::collections::BTreeMap;

use crate::model::At;

/// A piece of code.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) at: At,
    pub(super) kind: Kind,
}

/// What a piece of code is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A string literal.
    Text(String),
    /// A name, a number, `true`, `nil`, `:a` (without its colon).
    Word(String),
    /// `a.b(c).d`: what it begins with, and every member and call after it.
    Chain(Vec<Link>),
    /// Keys with values: an object, a hash, an array of PHP with keys, a Go literal.
    Map(Vec<(String, Value)>),
    /// A list literal.
    List(Vec<Value>),
    /// Statements: a body, a closure.
    Block(Vec<Value>),
    /// A function with its name and its head (annotations, parameters, result).
    Function { name: String, head: String, body: Box<Value> },
    /// A class with its name, its head (annotations, bases) and its members.
    Class { name: String, head: String, body: Vec<Value> },
    /// A name gets a value.
    Bind(String, Box<Value>),
    /// An error is raised: with these words.
    Throw(Option<String>),
    /// A function ends here with this.
    Return(Option<Box<Value>>),
    /// Anything else: its parts in order.
    Many(Vec<Value>),
    /// Nested deeper than anyone writes.
    Deep,
}

/// One step of a chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Link {
    /// The member; empty for a literal that begins the chain (the literal is `given`).
    pub(super) name: String,
    pub(super) is_call: bool,
    /// Arguments by position; a block comes last.
    pub(super) given: Vec<Value>,
    /// Arguments by name.
    pub(super) named: Vec<(String, Value)>,
}

impl Link {
    /// The statements of a closure or block that is handed over.
    pub(super) fn block(&self) -> Option<&[Value]> {
        self.given.iter().rev().find_map(|value| match &value.kind {
            Kind::Block(statements) => Some(statements.as_slice()),
            _ => None,
        })
    }

    pub(super) fn option(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

impl Value {
    /// The pieces directly inside.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Chain(links) => links
                .iter()
                .flat_map(|link| link.given.iter().chain(link.named.iter().map(|(_, value)| value)))
                .collect(),
            Kind::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
            Kind::List(all) | Kind::Block(all) | Kind::Many(all) | Kind::Class { body: all, .. } => {
                all.iter().collect()
            }
            Kind::Function { body: inner, .. } | Kind::Bind(_, inner) | Kind::Return(Some(inner)) => {
                vec![inner]
            }
            Kind::Text(_) | Kind::Word(_) | Kind::Throw(_) | Kind::Return(None) | Kind::Deep => Vec::new(),
        }
    }

    /// The links of a chain; none for anything else.
    pub(super) fn links(&self) -> &[Link] {
        if let Kind::Chain(links) = &self.kind { links } else { &[] }
    }
}

/// Names of a file: what they are bound to, and functions.
#[derive(Default)]
pub(super) struct Names<'v> {
    values: BTreeMap<&'v str, Vec<&'v Value>>,
    pub(super) functions: BTreeMap<&'v str, &'v Value>,
}

/// Names looked at in one file: more is generated.
const MOST_VALUES: usize = 20_000;

impl<'v> Names<'v> {
    /// Every name bound anywhere in the file.
    pub(super) fn read(root: &'v Value) -> Self {
        let mut names = Self::default();
        for value in all(root) {
            match &value.kind {
                Kind::Bind(name, value) => names.values.entry(name.as_str()).or_default().push(value),
                Kind::Function { name, .. } => {
                    names.functions.entry(name.as_str()).or_insert(value);
                }
                _ => {}
            }
        }
        names
    }

    /// What a name means at a place: its last binding before it (each function has its own `sql`),
    /// else its first.
    pub(super) fn value(&self, name: &str, place: At) -> Option<&'v Value> {
        let bound = self.values.get(name)?;
        let before = bound.iter().rev().find(|value| value.at.start < place.start);
        before.or_else(|| bound.first()).copied()
    }
}

/// A value and everything inside it, outermost first, in the order of the text.
pub(super) fn all(root: &Value) -> Vec<&Value> {
    let (mut found, mut stack) = (Vec::new(), vec![root]);
    while let Some(value) = stack.pop() {
        if found.len() >= MOST_VALUES {
            break;
        }
        found.push(value);
        stack.extend(value.parts().into_iter().rev());
    }
    found
}
