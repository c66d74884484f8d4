//! What a definition of a column says of null and defaults, in the words of every framework.

use super::value::{Kind, Link, Value};

/// What was said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// Whether null is taken.
    pub(super) null: Option<bool>,
    /// The database has a value for it.
    pub(super) has_default: bool,
    /// A default is taken away.
    pub(super) drops_default: bool,
    /// It was nullable before (EF Core).
    pub(super) was_nullable: Option<bool>,
    /// An existing column is changed (`->change()`).
    pub(super) changes: bool,
    /// It is unique.
    pub(super) is_unique: bool,
    /// Its type changes.
    pub(super) retypes: bool,
}

impl Said {
    /// The words of an argument: keys, calls, SQL.
    pub(super) fn value(&mut self, value: &Value, depth: u32) {
        if depth > 8 {
            return;
        }
        match &value.kind {
            Kind::Map(entries) => {
                for (key, value) in entries {
                    self.word(key, Some(value));
                    if matches!(value.kind, Kind::Map(_)) {
                        self.value(value, depth + 1);
                    }
                }
            }
            Kind::Chain(links) => links.iter().for_each(|link| self.link(link, depth)),
            Kind::Text(text) => self.sql(text),
            Kind::Block(parts) | Kind::Many(parts) => {
                parts.iter().for_each(|part| self.value(part, depth + 1));
            }
            Kind::Return(Some(inner)) => self.value(inner, depth + 1),
            _ => {}
        }
    }

    /// The words of a call and of what it is given.
    pub(super) fn link(&mut self, link: &Link, depth: u32) {
        if link.is_call {
            self.word(&link.name, link.given.first());
        }
        for value in &link.given {
            // A text here is a name or a type; only a type tells of null.
            self.value(value, depth + 1);
        }
        link.named.iter().for_each(|(name, value)| self.word(name, Some(value)));
    }

    fn sql(&mut self, text: &str) {
        let upper = text.to_ascii_uppercase();
        if upper.contains("NOT NULL") {
            self.null = Some(false);
        }
        self.has_default |= upper.contains(" DEFAULT ");
    }

    fn word(&mut self, word: &str, value: Option<&Value>) {
        let plain: String = word.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        let literal = match value.map(|value| &value.kind) {
            Some(Kind::Word(word)) => word.to_ascii_lowercase(),
            _ => String::new(),
        };
        let (is_false, is_none) =
            (literal == "false", matches!(literal.as_str(), "null" | "nil" | "none" | "undefined"));
        match plain.as_str() {
            "null" | "nullable" | "allownull" | "isnullable" | "asnullable" => self.null = Some(!is_false),
            "notnull" | "notnullable" | "notnullnull" => self.null = Some(is_false),
            "primarykey" | "primary" | "isprimary" | "isprimarykey" if !is_false => self.null = Some(false),
            "setnotnull" => self.null = Some(false),
            "dropnotnull" => self.null = Some(true),
            "dropdefault" => self.drops_default = true,
            "default" | "defaultvalue" | "defaultto" | "defaultvaluesql" | "setdefault" | "withdefault"
            | "withdefaultvalue" | "defaultexpression" | "dbdefault" | "serverdefault" | "default0" => {
                self.has_default |= !is_none;
            }
            "usecurrent" | "autoincrement" | "increments" | "bigincrements" | "id" | "identity"
            | "isgenerated" | "generatedalwaysas" | "storedas" | "virtualas" | "computedcolumnsql"
            | "sequencegenerator" | "setexistingrowsto" | "generated" | "astext" | "withdefaultnow" => {
                self.has_default |= !matches!(plain.as_str(), "astext" | "setexistingrowsto") && !is_false;
            }
            "oldnullable" => self.was_nullable = Some(!is_false),
            "change" | "alter" => self.changes = true,
            "unique" | "isunique" => self.is_unique |= !is_false,
            "type" | "setdatatype" | "datatype" => self.retypes = true,
            _ => {}
        }
    }
}
