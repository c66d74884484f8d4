//! What a call means by the catalogue, and where its arguments are.

use super::named;
use super::read::Reader;
use super::value::{Kind, Link, Value};
use crate::model::At;
use crate::rules::{Argument, CallMeaning};

impl<'v> Reader<'v> {
    /// The key under which the catalogue knows a call.
    pub(super) fn meaning(&self, links: &[Link], index: usize) -> Option<&'static CallMeaning> {
        let link = links.get(index).filter(|link| link.is_call)?;
        let name = &link.name;
        let count = link.given.iter().filter(|value| !matches!(value.kind, Kind::Block(_))).count();
        let kind = match link.given.first().map(|value| &value.kind) {
            Some(Kind::List(_)) => "[]",
            Some(Kind::Text(_)) => "\"\"",
            Some(Kind::Chain(inner)) => inner.first().map_or("", |first| first.name.as_str()),
            _ => "",
        };
        let before = index.checked_sub(1).and_then(|before| links.get(before)).map_or("", |link| &link.name);
        let keys =
            [format!("{name}({kind})"), format!("{before}.{name}"), format!("{name}/{count}"), name.clone()];
        if self.scope.is_some() && self.is_inner(links, index) {
            return keys
                .iter()
                .find_map(|key| self.framework.inner(key))
                .or_else(|| self.framework.inner("*"));
        }
        keys.iter().find_map(|key| self.framework.call(key))
    }

    /// The first call of a chain on the table of a block: `t.string(…)`, `add :a`.
    pub(super) fn is_inner(&self, links: &[Link], index: usize) -> bool {
        let is_plain = |link: &Link| {
            !link.is_call
                && link.given.is_empty()
                && link.name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        };
        match index {
            0 => true,
            1 => links
                .first()
                .is_some_and(|root| is_plain(root) && !matches!(root.name.as_str(), "this" | "self")),
            _ => false,
        }
    }

    /// The table that a chain is on before its call: of its block, or of what its variable holds.
    pub(super) fn table_before(&self, place: At, links: &'v [Link], depth: usize) -> Option<String> {
        let root = links.first()?;
        let bound = self.names.value(&root.name, place).filter(|_| !root.is_call && depth < 3);
        let Some(bound) = bound else { return self.scope.clone() };
        let links = bound.links();
        let held = (0..links.len()).find_map(|index| {
            let meaning = self
                .meaning(links, index)
                .filter(|meaning| matches!(meaning.verb.as_str(), "table" | "new-table" | "create-table"))?;
            Some(self.one(meaning, 0, links, index, None))
        });
        held.or_else(|| self.table_before(bound.at, links, depth + 1)).or_else(|| self.scope.clone())
    }

    /// The values of an argument.
    pub(super) fn values(&self, argument: &Argument, links: &'v [Link], index: usize) -> Vec<&'v Value> {
        let Some(link) = links.get(index) else { return Vec::new() };
        let is_plain = |value: &&Value| !matches!(value.kind, Kind::Block(_));
        match argument {
            Argument::Table | Argument::Literal(_) => Vec::new(),
            Argument::Own(names, position) => {
                let own = names.iter().find_map(|name| link.option(name));
                let own = own.or_else(|| link.given.iter().filter(is_plain).nth((*position)?));
                own.into_iter().collect()
            }
            Argument::Rest(from) => link
                .given
                .iter()
                .filter(is_plain)
                .skip(*from)
                .flat_map(|value| match &value.kind {
                    Kind::List(all) => all.iter().collect(),
                    _ => vec![value],
                })
                .collect(),
            Argument::Later(name) => {
                let later = links.iter().skip(index + 1).find(|link| &link.name == name);
                later.and_then(|link| link.given.first()).into_iter().collect()
            }
        }
    }

    /// The names in one argument of a meaning.
    pub(super) fn many(
        &self,
        meaning: &CallMeaning,
        position: usize,
        links: &'v [Link],
        index: usize,
        table: Option<&str>,
    ) -> Vec<String> {
        match meaning.arguments.get(position) {
            None => vec![String::new()],
            Some(Argument::Table) => vec![table.unwrap_or_default().to_owned()],
            Some(Argument::Literal(name)) => vec![name.clone()],
            Some(argument) => {
                let values = self.values(argument, links, index);
                let names = values.into_iter().flat_map(|value| named::names(value, self.names));
                let names: Vec<String> = names.collect();
                // Something happens, to a name that is not written there.
                if names.is_empty() { vec![String::new()] } else { names }
            }
        }
    }

    pub(super) fn one(
        &self,
        meaning: &CallMeaning,
        position: usize,
        links: &'v [Link],
        index: usize,
        table: Option<&str>,
    ) -> String {
        self.many(meaning, position, links, index, table).into_iter().next().unwrap_or_default()
    }
}
