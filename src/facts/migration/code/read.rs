//! One way of a migration, statement by statement: what its calls do, by the catalogue.

use super::super::Step;
use super::value::{Kind, Link, Names, Value, all};
use super::{named, steps};
use crate::facts::SourceFile;
use crate::model::At;
use crate::model::fact::Operation;
use crate::parse::sql;
use crate::rules::CodeFramework;
use crate::text::{cut, fold};

/// Helpers that call helpers.
const DEEPEST_CALL: usize = 4;
/// Blocks inside blocks; deeper code holds no migration that a person could read.
const DEEPEST_BLOCK: u32 = 40;
/// Steps of one way; a generated one may seed thousands of rows.
const MOST_STEPS: usize = 5_000;

/// Reads one way.
pub(super) struct Reader<'v> {
    pub(super) file: &'v SourceFile<'v>,
    pub(super) framework: &'static CodeFramework,
    pub(super) names: &'v Names<'v>,
    pub(super) up: Vec<Step>,
    /// What the runner makes of it on the way down; only filled where it turns ways round.
    pub(super) down: Vec<Step>,
    pub(super) derives: bool,
    pub(super) is_declared: bool,
    pub(super) reason: Option<String>,
    /// Helpers of the same file that are being read.
    inside: Vec<&'v str>,
    /// The table whose block is being read.
    pub(super) scope: Option<String>,
}

impl<'v> Reader<'v> {
    pub(super) fn new(
        file: &'v SourceFile<'v>,
        framework: &'static CodeFramework,
        names: &'v Names<'v>,
        derives: bool,
    ) -> Self {
        Self {
            file,
            framework,
            names,
            up: Vec::new(),
            down: Vec::new(),
            derives,
            is_declared: false,
            reason: None,
            inside: Vec::new(),
            scope: None,
        }
    }

    /// Reads a whole way. One in which nothing was known but something is called is no empty one.
    pub(super) fn whole(&mut self, value: &'v Value) {
        self.way(value);
        let acts = |value: &&Value| {
            let links = value.links();
            let (first, last) = (links.first(), links.last().filter(|last| last.is_call));
            first.zip(last).is_some_and(|(first, last)| {
                [first, last]
                    .iter()
                    .all(|link| !named::is_harmless(&link.name) && !named::is_output(&link.name))
            })
        };
        let is_known = |value: &&Value| {
            let links = value.links();
            (0..links.len()).any(|index| self.meaning(links, index).is_some())
        };
        if self.up.is_empty() && !self.is_declared {
            let inside = all(value);
            let unknown = inside.iter().find(|value| acts(value) && !is_known(value));
            if let Some(place) = unknown.map(|value| value.at) {
                self.raw(place);
            }
        }
        // What runs first is no declaration: an error at the end of a loop that found nothing.
        self.is_declared &= self.up.iter().all(|(_, step)| matches!(step, Operation::NoOp(_)));
    }

    /// A body, a text of SQL, or a class.
    fn way(&mut self, value: &'v Value) {
        match &value.kind {
            Kind::Block(statements) | Kind::Class { body: statements, .. } => {
                let is_class = matches!(value.kind, Kind::Class { .. });
                for statement in statements {
                    match &statement.kind {
                        Kind::Function { body, .. } if is_class => self.way(body),
                        _ => self.statement(statement, 0),
                    }
                }
            }
            Kind::Text(_) | Kind::List(_) => self.sql(value.at, value, None),
            _ => self.statement(value, 0),
        }
    }

    pub(super) fn shown(&self, place: At, limit: usize) -> String {
        let text = self.file.text.get(place.start as usize..place.end as usize).unwrap_or_default();
        cut(&fold(text.trim_end().trim_end_matches(';')), limit)
    }

    /// One step; `back`: the runner is told how to turn it round, where that must be said.
    pub(super) fn push(&mut self, place: At, up: Operation, back: Option<bool>) {
        if self.up.len() >= MOST_STEPS {
            return;
        }
        if self.derives {
            let down = steps::reverse(&up, back, self.framework.reruns);
            let down = down.unwrap_or_else(|| Operation::Irreversible(self.shown(place, 60)));
            self.down.push((place, down));
        }
        self.up.push((place, up));
    }

    fn raw(&mut self, place: At) {
        let shown = self.shown(place, 80);
        self.push(place, Operation::Raw(shown), None);
    }

    fn statement(&mut self, value: &'v Value, depth: u32) {
        if depth > DEEPEST_BLOCK {
            return self.raw(value.at);
        }
        match &value.kind {
            Kind::Throw(reason) => {
                if depth == 0 {
                    self.is_declared = true;
                    self.reason.clone_from(reason);
                }
            }
            Kind::Return(Some(inner)) => self.returned(value.at, inner, depth),
            Kind::Chain(_) => {
                let before = self.up.len();
                if !self.chain(value, depth) && self.up.len() == before {
                    self.leftover(value);
                }
            }
            Kind::Block(statements) => statements.iter().for_each(|inner| self.statement(inner, depth + 1)),
            Kind::Deep => self.raw(value.at),
            _ => self.expression(value, depth),
        }
    }

    fn returned(&mut self, place: At, inner: &'v Value, depth: u32) {
        match &inner.kind {
            Kind::Word(word) if word == "false" && self.framework.false_declares && depth == 0 => {
                self.is_declared = true;
            }
            Kind::Word(word) if matches!(word.as_str(), "null" | "true" | "false" | "undefined" | "0") => {
                let shown = self.shown(place, 80);
                self.push(place, Operation::NoOp(shown), None);
            }
            // `return """…"""`: the SQL of the way itself.
            Kind::Text(_) if self.framework.returns_sql => self.sql(place, inner, None),
            _ => self.statement(inner, depth),
        }
    }

    /// Known calls below a value.
    fn expression(&mut self, value: &'v Value, depth: u32) {
        if depth > DEEPEST_BLOCK {
            return;
        }
        match &value.kind {
            Kind::Chain(_) => {
                self.chain(value, depth);
            }
            Kind::Block(_) | Kind::Return(_) => self.statement(value, depth + 1),
            // `err := run(tx)` of Go is a statement; other names prepare a later one.
            Kind::Bind(name, inner) if matches!(name.as_str(), "err" | "_") => {
                self.statement(inner, depth + 1)
            }
            // A helper is read where it is called.
            Kind::Function { .. } | Kind::Class { .. } => {}
            _ => value.parts().into_iter().for_each(|part| self.expression(part, depth + 1)),
        }
    }

    /// One chain of calls; false when none of them is known.
    fn chain(&mut self, value: &'v Value, depth: u32) -> bool {
        let links = value.links();
        let mut table = self.table_before(value.at, links, 0);
        let makes = (0..links.len()).any(|index| {
            self.meaning(links, index)
                .is_some_and(|meaning| matches!(meaning.verb.as_str(), "create-table" | "new-table"))
        });
        let mut is_known = false;
        for (index, link) in links.iter().enumerate() {
            if !link.is_call {
                link.given.iter().for_each(|inner| self.expression(inner, depth + 1));
                continue;
            }
            if self.declares(links, link, depth) {
                is_known = true;
                continue;
            }
            let Some(meaning) = self.meaning(links, index) else {
                is_known |= self.unknown(links, link, depth);
                continue;
            };
            is_known = true;
            match meaning.verb.as_str() {
                "table" => {
                    table = Some(self.one(meaning, 0, links, index, None));
                    if let Some(block) = link.block() {
                        self.within(table.clone(), block, depth);
                    }
                }
                "new-table" => {
                    let name = self.one(meaning, 0, links, index, None);
                    self.push(value.at, Operation::CreateTable(name.clone()), None);
                    table = Some(name);
                }
                "walk" => {
                    let parts = link.given.iter().chain(link.named.iter().map(|(_, value)| value));
                    parts.for_each(|part| self.expression(part, depth + 1));
                }
                // What follows belongs to the new table.
                verb if makes && (verb.starts_with("add-") || verb == "create-index") => {}
                _ => steps::operate(self, value, index, meaning, table.as_deref()),
            }
            if self.scope.is_some() && self.is_inner(links, index) {
                break;
            }
        }
        is_known
    }

    /// The statements of a block that is handed to a call on a table.
    fn within(&mut self, table: Option<String>, block: &'v [Value], depth: u32) {
        let outer = std::mem::replace(&mut self.scope, table);
        block.iter().for_each(|statement| self.statement(statement, depth + 1));
        self.scope = outer;
    }

    /// A call of the author that says that there is no way back.
    fn declares(&mut self, links: &[Link], link: &Link, depth: u32) -> bool {
        let is_error = links.len() <= 2
            && matches!(
                (links.first().map_or("", |root| root.name.as_str()), link.name.as_str()),
                ("errors", "New") | ("fmt", "Errorf") | ("Promise", "reject") | ("Err", "Err")
            );
        // `skipIf(true, …)` of Doctrine says it with a condition.
        let is_true =
            matches!(link.given.first().map(|value| &value.kind), Some(Kind::Word(word)) if word == "true");
        let says = |name: &String| {
            name == &link.name || (is_true && name.strip_suffix("(true)") == Some(link.name.as_str()))
        };
        let is_declared = depth == 0 && (is_error || self.framework.declares.iter().any(says));
        if is_declared {
            self.is_declared = true;
            let mut given = link.given.iter().flat_map(all);
            let words = given.find_map(|value| named::text(value, self.names));
            self.reason = words.map(|words| cut(&fold(&words), 200)).filter(|words| !words.is_empty());
        }
        is_declared
    }

    /// A call that the catalogue does not know: a helper of the same file, or calls in its arguments.
    fn unknown(&mut self, links: &'v [Link], link: &'v Link, depth: u32) -> bool {
        let before = self.up.len();
        if links.len() <= 2
            && self.inside.len() < DEEPEST_CALL
            && let Some((name, function)) = self.names.functions.get_key_value(link.name.as_str())
            && !self.inside.contains(name)
            && let Kind::Function { body, .. } = &function.kind
        {
            self.inside.push(name);
            self.statement(body, depth);
            self.inside.pop();
            return true;
        }
        for value in link.given.iter().chain(link.named.iter().map(|(_, value)| value)) {
            self.expression(value, depth + 1);
        }
        self.up.len() > before
    }

    /// SQL in a text, a list of texts, or a name of one; `back`: the SQL that turns it round.
    pub(super) fn sql(&mut self, place: At, value: &'v Value, back: Option<&'v Value>) {
        let Some(texts) = named::texts(value, self.names) else { return self.raw(place) };
        let undone = back.and_then(|back| named::texts(back, self.names));
        let derives = std::mem::replace(&mut self.derives, false);
        for text in &texts {
            let before = self.up.len();
            for (_, operation) in sql::operations(text) {
                self.push(place, operation, None);
            }
            // A statement that only reads or sets something is still a statement.
            if self.up.len() == before && !text.trim().is_empty() {
                self.push(place, Operation::NoOp(cut(&fold(text), 80)), None);
            }
        }
        self.derives = derives;
        if !derives {
            return;
        }
        match undone {
            Some(texts) => {
                let steps =
                    texts.iter().flat_map(|text| sql::operations(text)).map(|(_, step)| (place, step));
                let steps: Vec<Step> = steps.collect();
                let is_nothing = steps.is_empty();
                self.down.extend(steps.into_iter().rev());
                if is_nothing {
                    self.down.push((place, Operation::NoOp("empty SQL".to_owned())));
                }
            }
            None if self.framework.reruns_sql => {
                self.down.push((place, Operation::NoOp("the same SQL again".to_owned())));
            }
            None => self.down.push((place, Operation::Irreversible(self.shown(place, 60)))),
        }
    }

    /// A statement in which no call was known.
    fn leftover(&mut self, value: &Value) {
        let links = value.links();
        let (Some(first), Some(last)) = (links.first(), links.last()) else { return };
        if named::is_output(&first.name) || named::is_output(&last.name) {
            self.push(value.at, Operation::NoOp("output".to_owned()), None);
        } else if first.name == "Promise" && last.name == "resolve" {
            self.push(value.at, Operation::NoOp(self.shown(value.at, 80)), None);
        } else if last.is_call && !named::is_harmless(&last.name) && !named::is_harmless(&first.name) {
            self.raw(value.at);
        }
    }
}
