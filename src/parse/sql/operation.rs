//! What one statement does.

use super::split::Statement;
use super::token::{Kind, Token};
use super::{alter, block, rows};
use crate::model::fact::{Object, Operation};
use crate::text::{cut, fold};

/// Statements that change nothing that a way back would have to undo.
const SILENT: &[&str] = &[
    "BEGIN",
    "START",
    "COMMIT",
    "END",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "ABORT",
    "SET",
    "RESET",
    "USE",
    "PRAGMA",
    "SHOW",
    "EXPLAIN",
    "DESCRIBE",
    "ANALYZE",
    "ANALYSE",
    "VACUUM",
    "OPTIMIZE",
    "NOTIFY",
    "LISTEN",
    "LOCK",
    "UNLOCK",
    "PRINT",
    "DECLARE",
    "RAISE",
    "REINDEX",
    "CHECKPOINT",
    "DISCARD",
    "FLUSH",
    "RETURN",
    "NULL",
    "DEALLOCATE",
];
/// Longest text of a statement kept for a person.
const SHOWN: usize = 80;
/// A block may hold a block; hostile text must not nest forever.
const DEEPEST_BLOCK: u32 = 3;

/// Tokens with a place in them.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        self.peek().is_some_and(|token| token.is_any(words))
    }

    pub(super) fn is_symbol(&self, symbol: u8) -> bool {
        self.peek().is_some_and(|token| token.is_symbol(symbol))
    }

    /// Takes a word if it stands here.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is_here = self.is(word);
        self.at += usize::from(is_here);
        is_here
    }

    /// Takes every word that stands here and is one of these.
    pub(super) fn take_all(&mut self, words: &[&str]) {
        while self.is_any(words) {
            self.at += 1;
        }
    }

    /// The next word, upper case, taken.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        match &self.peek()?.kind {
            Kind::Word(word) => {
                self.at += 1;
                Some(word)
            }
            _ => None,
        }
    }

    pub(super) fn source(&self, token: &Token) -> &'a str {
        self.text.get(token.range.clone()).unwrap_or_default()
    }

    /// One part of a name, lower case when not quoted.
    fn part(&mut self) -> Option<String> {
        let token = self.peek()?;
        let source = self.source(token);
        let part = match token.kind {
            Kind::Word(_) => source.to_lowercase(),
            Kind::Name => source.trim_matches(['"', '`', '[', ']']).to_owned(),
            Kind::Text => source.trim_matches('\'').to_owned(),
            _ => return None,
        };
        self.at += 1;
        Some(part)
    }

    /// A name; of `schema.table` the last part, so that both spellings are one table.
    pub(super) fn name(&mut self) -> Option<String> {
        let mut name = self.part()?;
        while self.is_symbol(b'.') {
            self.at += 1;
            name = self.part().unwrap_or(name);
        }
        Some(name)
    }

    /// Skips a parenthesized group that begins here.
    pub(super) fn skip_group(&mut self) {
        if !self.is_symbol(b'(') {
            return;
        }
        let mut depth = 0u32;
        while let Some(token) = self.peek() {
            self.at += 1;
            if token.is_symbol(b'(') {
                depth += 1;
            } else if token.is_symbol(b')') {
                depth -= 1;
                if depth == 0 {
                    return;
                }
            }
        }
    }
}

fn shown(text: &str, statement: &Statement) -> String {
    // A statement may be megabytes of rows; only its beginning is shown.
    let source = text.get(statement.range.clone()).unwrap_or_default();
    let head: String = source.chars().take(SHOWN * 8).collect();
    cut(&fold(&head), SHOWN)
}

/// What a statement does; nothing for one that does nothing to the schema or its rows.
pub(super) fn read(text: &str, statement: &Statement) -> Vec<Operation> {
    read_at(text, statement, 0)
}

/// The same for a statement inside so many blocks.
pub(super) fn read_at(text: &str, statement: &Statement, depth: u32) -> Vec<Operation> {
    let mut cursor = Cursor { text, tokens: &statement.tokens, at: 0 };
    let raw = || vec![Operation::Raw(shown(text, statement))];
    let Some(first) = cursor.word() else { return raw() };
    if SILENT.contains(&first) {
        return Vec::new();
    }
    let one = |operation| Some(vec![operation]);
    let known = match first {
        "CREATE" => create(&mut cursor),
        "DROP" => drop(&mut cursor),
        "ALTER" => alter::read(&mut cursor),
        "RENAME" => rename(&mut cursor),
        "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE" | "MERGE" | "REPLACE" | "COPY" => {
            rows::read(&mut cursor, first)
        }
        "WITH" => rows::with(&mut cursor),
        "SELECT" | "VALUES" => return rows::select(&cursor, &shown(text, statement)),
        "GRANT" => one(Operation::CreateOther(Object::Grant, "grant".to_owned())),
        "REVOKE" => one(Operation::DropOther(Object::Grant, "grant".to_owned())),
        "COMMENT" | "SECURITY" => one(Operation::CreateOther(Object::Comment, "comment".to_owned())),
        "REFRESH" => one(Operation::CreateOther(Object::View, "refreshed view".to_owned())),
        "DO" if depth < DEEPEST_BLOCK => block::read(&cursor, depth),
        _ => None,
    };
    known.unwrap_or_else(raw)
}

/// The object words after CREATE, ALTER and DROP.
pub(super) fn object(word: &str) -> Object {
    match word {
        "INDEX" => Object::Index,
        "EXTENSION" => Object::Extension,
        "VIEW" => Object::View,
        "FUNCTION" | "PROCEDURE" | "AGGREGATE" | "OPERATOR" | "CAST" => Object::Routine,
        "TRIGGER" | "RULE" | "EVENT" => Object::Trigger,
        "POLICY" => Object::Policy,
        "TYPE" | "DOMAIN" | "COLLATION" => Object::Type,
        "SCHEMA" | "DATABASE" => Object::Schema,
        "SEQUENCE" => Object::Sequence,
        _ => Object::Other,
    }
}

/// Words between CREATE and the object that change nothing here.
const MANNERS: &[&str] = &[
    "UNLOGGED",
    "GLOBAL",
    "LOCAL",
    "MATERIALIZED",
    "RECURSIVE",
    "FOREIGN",
    "CONSTRAINT",
    "FULLTEXT",
    "SPATIAL",
    "CLUSTERED",
    "NONCLUSTERED",
    "EXTERNAL",
    "VIRTUAL",
];

fn create(cursor: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    let (mut replaces, mut is_unique) = (false, false);
    let kind = loop {
        match cursor.word()? {
            "OR" => {
                cursor.take_all(&["REPLACE", "ALTER"]);
                replaces = true;
            }
            "UNIQUE" => is_unique = true,
            "TEMP" | "TEMPORARY" => return Some(Vec::new()),
            "DEFINER" | "ALGORITHM" => skip_manner(cursor),
            word if MANNERS.contains(&word) => {}
            word => break word,
        }
    };
    cursor.take_all(&["CONCURRENTLY", "IF", "NOT", "EXISTS"]);
    if kind == "TABLE" {
        return Some(vec![Operation::CreateTable(cursor.name()?)]);
    }
    if kind == "INDEX" {
        let name = if cursor.is("ON") { String::new() } else { cursor.name()? };
        cursor.take_all(&["ON", "ONLY"]);
        let table = cursor.name().unwrap_or_default();
        return Some(vec![match is_unique {
            true => Operation::AddConstraint(table, format!("unique index {name}")),
            false => Operation::CreateOther(Object::Index, name),
        }]);
    }
    let name = cursor.name().unwrap_or_default();
    let object = object(kind);
    Some(vec![match replaces {
        true => Operation::ReplaceOther(object, name),
        false => Operation::CreateOther(object, name),
    }])
}

/// MySQL's `DEFINER = user@host SQL SECURITY …` and `ALGORITHM = …`.
fn skip_manner(cursor: &mut Cursor<'_>) {
    while cursor.peek().is_some() && !cursor.is_any(&["VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"]) {
        cursor.at += 1;
    }
}

fn drop(cursor: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    cursor.take_all(&["MATERIALIZED", "FOREIGN", "TEMPORARY", "UNIQUE"]);
    let kind = cursor.word()?;
    cursor.take_all(&["CONCURRENTLY", "IF", "EXISTS"]);
    let mut dropped = Vec::new();
    loop {
        let name = cursor.name()?;
        dropped.push(match kind {
            "TABLE" => Operation::DropTable(name),
            _ => Operation::DropOther(object(kind), name),
        });
        cursor.skip_group();
        if !cursor.is_symbol(b',') {
            return Some(dropped);
        }
        cursor.at += 1;
    }
}

/// `RENAME TABLE a TO b, c TO d` of MySQL.
fn rename(cursor: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    if !cursor.take("TABLE") {
        return None;
    }
    let mut renamed = Vec::new();
    loop {
        let old = cursor.name()?;
        if !cursor.take("TO") {
            return None;
        }
        renamed.push(Operation::RenameTable(old, cursor.name()?));
        if !cursor.is_symbol(b',') {
            return Some(renamed);
        }
        cursor.at += 1;
    }
}
