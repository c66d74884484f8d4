//! What a known call does, as operations; and what a runner makes of an operation that it turns
//! round.

use super::read::Reader;
use super::value::{Kind, Link, Value};
use super::words::Said;
use crate::model::fact::{Alteration, DataVerb, Object, Operation};
use crate::rules::{Argument, CallMeaning};

/// Does what a call means.
pub(super) fn operate<'v>(
    reader: &mut Reader<'v>,
    value: &'v Value,
    index: usize,
    meaning: &'static CallMeaning,
    table: Option<&str>,
) {
    let links = value.links();
    let Some(link) = links.get(index) else { return };
    let verb = meaning.verb.as_str();
    if verb == "sql" {
        let argument = |at: usize| {
            let argument = meaning.arguments.get(at)?;
            reader.values(argument, links, index).into_iter().next()
        };
        let back = argument(1);
        return match argument(0) {
            Some(text) => reader.sql(value.at, text, back),
            None => {
                let shown = reader.shown(value.at, 80);
                reader.push(value.at, Operation::Raw(shown), None);
            }
        };
    }
    let call = Call { reader, meaning, links, link, index, table };
    let operations = call.schema().or_else(|| call.object()).or_else(|| call.rows());
    let back = meaning.back.as_ref().map(|argument| call.is_given(argument));
    let operations = operations.unwrap_or_else(|| match verb {
        "silent" => Vec::new(),
        "noop" => vec![Operation::NoOp("output".to_owned())],
        _ => vec![Operation::Raw(reader.shown(value.at, 80))],
    });
    for operation in operations {
        reader.push(value.at, operation, back);
    }
}

struct Call<'r, 'v> {
    reader: &'r Reader<'v>,
    meaning: &'static CallMeaning,
    links: &'v [Link],
    link: &'v Link,
    index: usize,
    table: Option<&'r str>,
}

impl<'v> Call<'_, 'v> {
    fn one(&self, position: usize) -> String {
        self.reader.one(self.meaning, position, self.links, self.index, self.table)
    }

    fn many(&self, position: usize) -> Vec<String> {
        self.reader.many(self.meaning, position, self.links, self.index, self.table)
    }

    fn is_given(&self, argument: &Argument) -> bool {
        !self.reader.values(argument, self.links, self.index).is_empty()
    }

    /// What the call and what follows it say of the column.
    fn said(&self) -> Said {
        let mut said = Said::default();
        // The name of the call may be a type (`increments`).
        said.link(self.link, 0);
        self.links.iter().skip(self.index + 1).for_each(|link| said.link(link, 0));
        said
    }

    fn fills(&self) -> bool {
        let said = self.said();
        said.has_default || said.null.unwrap_or(!self.reader.framework.refuses_null)
    }

    fn schema(&self) -> Option<Vec<Operation>> {
        let one = |position| self.one(position);
        let table = || one(0);
        let each = |make: &dyn Fn(String) -> Operation, position| {
            self.many(position).into_iter().map(make).collect::<Vec<_>>()
        };
        const STAMPS: [&str; 2] = ["created_at", "updated_at"];
        Some(match self.meaning.verb.as_str() {
            "create-table" => vec![Operation::CreateTable(table())],
            "drop-table" => each(&Operation::DropTable, 0),
            "rename-table" => vec![Operation::RenameTable(table(), one(1))],
            "add-column" => self.added(),
            "add-nullable" => each(&|name| Operation::AddColumn(table(), name, true), 1),
            "add-columns" => self.keyed(),
            "add-stamps" => STAMPS.map(|name| Operation::AddColumn(table(), name.to_owned(), true)).to_vec(),
            "drop-stamps" => STAMPS.map(|name| Operation::DropColumn(table(), name.to_owned())).to_vec(),
            "drop-column" => each(&|name| Operation::DropColumn(table(), name), 1),
            "rename-column" => vec![Operation::RenameColumn(table(), one(1), one(2))],
            "alter-column" => self.altered(),
            _ => return None,
        })
    }

    fn added(&self) -> Vec<Operation> {
        let said = self.said();
        if said.changes {
            return self.altered();
        }
        let fills = self.fills();
        self.many(1).into_iter().map(|name| Operation::AddColumn(self.one(0), name, fills)).collect()
    }

    /// Columns with their definitions by name: `{ a: { type: "text" } }`.
    fn keyed(&self) -> Vec<Operation> {
        let argument = self.meaning.arguments.get(1);
        let values = argument.map(|argument| self.reader.values(argument, self.links, self.index));
        let (mut operations, mut definitions) = (Vec::new(), Vec::new());
        for value in values.unwrap_or_default() {
            let Kind::Map(entries) = &value.kind else { continue };
            definitions.extend(entries);
        }
        // Python gives them by name.
        if definitions.is_empty() {
            definitions.extend(self.link.named.iter().filter(|(name, _)| name != "transaction"));
        }
        for (name, definition) in definitions.into_iter().map(|(name, value)| (name, value)) {
            let mut said = Said::default();
            said.value(definition, 0);
            let fills = said.has_default || said.null.unwrap_or(!self.reader.framework.refuses_null);
            operations.push(Operation::AddColumn(self.one(0), name.clone(), fills));
        }
        if operations.is_empty() {
            vec![Operation::AddColumn(self.one(0), String::new(), true)]
        } else {
            operations
        }
    }

    fn altered(&self) -> Vec<Operation> {
        let said = self.said();
        let is_default_only = said.has_default && !said.retypes;
        let change = match (said.null, said.was_nullable) {
            // EF Core states both; the old one only where it was true.
            (Some(false), None) if self.meaning.arguments.len() > 2 => Alteration::Retyped,
            (Some(true), Some(true)) => Alteration::Retyped,
            (Some(false), _) => Alteration::Tightened,
            (Some(true), _) => Alteration::Loosened,
            (None, _) if said.drops_default => Alteration::Tightened,
            (None, _) if is_default_only => Alteration::Loosened,
            (None, _) => Alteration::Retyped,
        };
        self.many(1).into_iter().map(|name| Operation::AlterColumn(self.one(0), name, change)).collect()
    }

    /// What holds no rows.
    fn object(&self) -> Option<Vec<Operation>> {
        let table = || self.one(0);
        let name = || self.one(1);
        Some(vec![match self.meaning.verb.as_str() {
            "create-index" if self.said().is_unique => {
                Operation::AddConstraint(table(), "unique index".to_owned())
            }
            "create-index" => Operation::CreateOther(Object::Index, format!("index of {}", table())),
            "drop-index" => Operation::DropOther(Object::Index, format!("index of {}", table())),
            "add-constraint" => Operation::AddConstraint(table(), words(&self.link.name)),
            "drop-constraint" => {
                let what = words(&self.link.name);
                Operation::DropOther(Object::Constraint, format!("{what} of {}", table()))
            }
            "create-other" => Operation::CreateOther(object(&self.kind()), name()),
            "drop-other" => Operation::DropOther(object(&self.kind()), name()),
            "replace-other" => Operation::ReplaceOther(object(&self.kind()), name()),
            "one-way" => Operation::OneWay(format!("{} {}", self.link.name, table())),
            _ => return None,
        }])
    }

    /// The first word after the verb: the kind of object.
    fn kind(&self) -> String {
        match self.meaning.arguments.first() {
            Some(Argument::Own(names, _)) => names.first().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn rows(&self) -> Option<Vec<Operation>> {
        let table = self.one(0);
        let is_bounded = self.links.iter().any(|link| {
            let name = link.name.to_ascii_lowercase();
            name.starts_with("where") || name.starts_with("filter") || name.starts_with("and")
        }) || self.meaning.arguments.get(1).is_some_and(|condition| {
            let given = self.reader.values(condition, self.links, self.index);
            given.iter().any(|value| {
                !matches!(&value.kind, Kind::Map(all) if all.is_empty())
                    && !matches!(&value.kind, Kind::List(all) if all.is_empty())
            })
        });
        let change = |verb, columns| vec![Operation::ChangeData(verb, table.clone(), columns)];
        Some(match self.meaning.verb.as_str() {
            "insert" => change(DataVerb::Insert, Vec::new()),
            "update" => change(DataVerb::Update, self.written()),
            "delete" if is_bounded => change(DataVerb::Delete, Vec::new()),
            "delete" | "delete-all" => change(DataVerb::DeleteAll, Vec::new()),
            "mongo-update" => self.mongo(&table),
            _ => return None,
        })
    }

    /// The columns that an update writes: keys of an object.
    fn written(&self) -> Vec<String> {
        let values = self.meaning.arguments.get(1).map(|it| self.reader.values(it, self.links, self.index));
        let later =
            self.links.iter().skip(self.index + 1).filter(|link| matches!(link.name.as_str(), "set" | "Set"));
        let own = values.unwrap_or_default().into_iter().chain(later.flat_map(|link| &link.given));
        let mut columns: Vec<String> = own
            .flat_map(|value| match &value.kind {
                Kind::Map(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
                _ => Vec::new(),
            })
            .collect();
        columns.extend(
            self.link.named.iter().map(|(name, _)| name.clone()).filter(|_| self.link.given.is_empty()),
        );
        columns
    }

    /// `$set`, `$unset` and `$rename` of MongoDB.
    fn mongo(&self, table: &str) -> Vec<Operation> {
        let argument = self.meaning.arguments.get(1);
        let values = argument.map(|argument| self.reader.values(argument, self.links, self.index));
        let mut operations = Vec::new();
        for value in values.unwrap_or_default() {
            let Kind::Map(entries) = &value.kind else { continue };
            for (operator, fields) in entries {
                let Kind::Map(fields) = &fields.kind else { continue };
                for (field, value) in fields {
                    operations.push(match (operator.as_str(), &value.kind) {
                        ("unset", _) => Operation::DropColumn(table.to_owned(), field.clone()),
                        ("rename", Kind::Text(new)) => {
                            Operation::RenameColumn(table.to_owned(), field.clone(), new.clone())
                        }
                        _ => Operation::ChangeData(DataVerb::Update, table.to_owned(), vec![field.clone()]),
                    });
                }
            }
        }
        if operations.is_empty() {
            operations.push(Operation::ChangeData(DataVerb::Update, table.to_owned(), Vec::new()));
        }
        operations
    }
}

/// `addForeignKey` as words: what a constraint is called in a sentence.
fn words(call: &str) -> String {
    let lower = call.to_ascii_lowercase();
    const KINDS: &[(&str, &str)] = &[
        ("foreign", "foreign key"),
        ("reference", "foreign key"),
        ("unique", "unique constraint"),
        ("primary", "primary key"),
        ("check", "check constraint"),
    ];
    let found = KINDS.iter().find(|(mark, _)| lower.contains(mark));
    found.map_or("constraint", |(_, words)| words).to_owned()
}

fn object(kind: &str) -> Object {
    match kind {
        "view" => Object::View,
        "type" => Object::Type,
        "extension" => Object::Extension,
        "routine" => Object::Routine,
        "trigger" => Object::Trigger,
        "policy" => Object::Policy,
        "schema" => Object::Schema,
        "sequence" => Object::Sequence,
        "index" => Object::Index,
        "comment" => Object::Comment,
        "grant" => Object::Grant,
        _ => Object::Other,
    }
}

/// What a runner makes of an operation on the way down; `None` when it refuses. `back`: whether it
/// is told what it needs, where that must be said.
pub(super) fn reverse(up: &Operation, back: Option<bool>, reruns: bool) -> Option<Operation> {
    let told = back == Some(true);
    let created = match up {
        Operation::CreateTable(table) => Operation::DropTable(table.clone()),
        Operation::AddColumn(table, column, _) => Operation::DropColumn(table.clone(), column.clone()),
        Operation::RenameTable(old, new) => Operation::RenameTable(new.clone(), old.clone()),
        Operation::RenameColumn(table, old, new) => {
            Operation::RenameColumn(table.clone(), new.clone(), old.clone())
        }
        Operation::CreateOther(object, name) => Operation::DropOther(*object, name.clone()),
        Operation::AddConstraint(table, what) => {
            Operation::DropOther(Object::Constraint, format!("{what} of {table}"))
        }
        Operation::DropTable(table) if told => Operation::CreateTable(table.clone()),
        Operation::DropColumn(table, column) if told => {
            Operation::AddColumn(table.clone(), column.clone(), true)
        }
        Operation::AlterColumn(..) if told => up.clone(),
        Operation::DropOther(Object::Constraint, what) if told => {
            Operation::AddConstraint(String::new(), what.clone())
        }
        Operation::DropOther(object, name) if told => Operation::CreateOther(*object, name.clone()),
        Operation::ReplaceOther(..) if told => up.clone(),
        Operation::ChangeData(..) if reruns => Operation::NoOp("the same again".to_owned()),
        Operation::NoOp(_) | Operation::Raw(_) => up.clone(),
        _ => return None,
    };
    (back != Some(false)).then_some(created)
}
