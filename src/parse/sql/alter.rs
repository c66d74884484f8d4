//! `ALTER …`: what becomes of a table's columns, and of everything else.

use super::operation::{Cursor, object};
use super::token::{Kind, Token};
use crate::model::fact::{Alteration, Object, Operation};

/// What `ALTER` does; `None` when it is not understood.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    cursor.take_all(&["FOREIGN", "MATERIALIZED"]);
    let kind = cursor.word()?;
    match kind {
        "TABLE" => table(cursor),
        "TYPE" => alter_type(cursor),
        // How it is reached, not what it holds.
        "DEFAULT" | "ROLE" | "USER" | "DATABASE" | "SYSTEM" | "PUBLICATION" | "SUBSCRIPTION" | "SERVER" => {
            Some(vec![Operation::CreateOther(Object::Grant, kind.to_lowercase())])
        }
        "EXTENSION" | "SEQUENCE" | "INDEX" | "VIEW" | "FUNCTION" | "PROCEDURE" | "POLICY" | "SCHEMA"
        | "TRIGGER" | "DOMAIN" => {
            cursor.take_all(&["IF", "EXISTS"]);
            let name = cursor.name()?;
            Some(vec![Operation::ReplaceOther(object(kind), name)])
        }
        _ => None,
    }
}

fn alter_type(cursor: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    let name = cursor.name()?;
    if cursor.take("ADD") && cursor.is("VALUE") {
        let value = cursor.tokens.iter().find(|token| token.kind == Kind::Text);
        let value = value.map(|token| cursor.source(token)).unwrap_or_default();
        return Some(vec![Operation::OneWay(format!("ALTER TYPE {name} ADD VALUE {value}"))]);
    }
    if cursor.is("OWNER") {
        return Some(vec![Operation::CreateOther(Object::Grant, "owner".to_owned())]);
    }
    Some(vec![Operation::ReplaceOther(Object::Type, name)])
}

fn table(cursor: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    cursor.take_all(&["IF", "EXISTS", "ONLY"]);
    let table = cursor.name()?;
    let mut made = Vec::new();
    let mut verb = "";
    for action in actions(cursor.tokens.get(cursor.at..).unwrap_or_default()) {
        let mut action = Cursor { text: cursor.text, tokens: action, at: 0 };
        // SQL Server: `ADD a int, b int` says ADD once.
        let is_named = action.is_any(VERBS) || verb.is_empty();
        let word = if is_named { action.word()? } else { verb };
        verb = if matches!(word, "ADD" | "DROP") { word } else { "" };
        made.extend(read_action(&table, word, &mut action)?);
    }
    Some(made)
}

const VERBS: &[&str] = &[
    "ADD",
    "DROP",
    "ALTER",
    "RENAME",
    "MODIFY",
    "CHANGE",
    "ENABLE",
    "DISABLE",
    "FORCE",
    "NO",
    "VALIDATE",
    "SET",
    "RESET",
    "OWNER",
    "ATTACH",
    "DETACH",
    "CLUSTER",
    "REPLICA",
    "INHERIT",
    "ENGINE",
    "CONVERT",
    "COMMENT",
    "AUTO_INCREMENT",
    "CHARACTER",
    "DEFAULT",
    "ALGORITHM",
    "LOCK",
    "WITH",
    "ROW_FORMAT",
    "PARTITION",
    "ORDER",
];

/// The actions between commas that stand in no parentheses.
fn actions(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0i32;
    let parts = tokens.split(|token| {
        match token.kind {
            Kind::Symbol(b'(') => depth += 1,
            Kind::Symbol(b')') => depth -= 1,
            _ => {}
        }
        depth == 0 && token.is_symbol(b',')
    });
    parts.filter(|part| !part.is_empty()).collect()
}

fn read_action(table: &str, word: &str, action: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    let one = |operation| Some(vec![operation]);
    match word {
        "ADD" => add(table, action),
        "DROP" => one(drop(table, action)?),
        "ALTER" => {
            action.take("COLUMN");
            if action.take("CONSTRAINT") || action.take("INDEX") {
                return one(Operation::ReplaceOther(Object::Constraint, action.name()?));
            }
            let column = action.name()?;
            one(Operation::AlterColumn(table.to_owned(), column, alteration(action)))
        }
        "MODIFY" => {
            action.take("COLUMN");
            one(Operation::AlterColumn(table.to_owned(), action.name()?, Alteration::Retyped))
        }
        "CHANGE" => {
            action.take("COLUMN");
            let (old, new) = (action.name()?, action.name()?);
            one(match old == new {
                true => Operation::AlterColumn(table.to_owned(), old, Alteration::Retyped),
                false => Operation::RenameColumn(table.to_owned(), old, new),
            })
        }
        "RENAME" => one(rename(table, action)?),
        "ENABLE" | "DISABLE" | "FORCE" | "NO" => {
            let is_policy = action.tokens.iter().any(|token| token.is("LEVEL"));
            let object = if is_policy { Object::Policy } else { Object::Trigger };
            one(Operation::ReplaceOther(object, format!("{} on {table}", word.to_lowercase())))
        }
        "VALIDATE" | "OWNER" | "CLUSTER" | "REPLICA" | "COMMENT" | "ALGORITHM" | "LOCK" | "WITH"
        | "AUTO_INCREMENT" | "ROW_FORMAT" => Some(Vec::new()),
        "SET" | "RESET" if !action.is("SCHEMA") => Some(Vec::new()),
        "ATTACH" | "DETACH" | "INHERIT" => {
            one(Operation::ReplaceOther(Object::Other, format!("partition of {table}")))
        }
        _ => None,
    }
}

fn add(table: &str, action: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    if action.is_any(&["CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"]) {
        let words: Vec<&str> =
            action.tokens.iter().skip(action.at).take(5).map(|t| action.source(t)).collect();
        return Some(vec![Operation::AddConstraint(table.to_owned(), words.join(" "))]);
    }
    if action.is_any(&["INDEX", "KEY", "FULLTEXT", "SPATIAL"]) {
        action.take_all(&["INDEX", "KEY", "FULLTEXT", "SPATIAL"]);
        return Some(vec![Operation::CreateOther(Object::Index, action.name().unwrap_or_default())]);
    }
    if action.is("PARTITION") {
        return Some(vec![Operation::CreateOther(Object::Other, "partition".to_owned())]);
    }
    action.take("COLUMN");
    action.take_all(&["IF", "NOT", "EXISTS"]);
    if action.is_symbol(b'(') {
        let inner = action.tokens.get(action.at + 1..action.tokens.len().checked_sub(1)?)?;
        let columns = actions(inner)
            .into_iter()
            .filter_map(|tokens| column(table, &mut Cursor { text: action.text, tokens, at: 0 }));
        return Some(columns.collect());
    }
    Some(vec![column(table, action)?])
}

/// What gives a new column a value when old code leaves it out.
const FILLS: &[&str] = &[
    "DEFAULT",
    "GENERATED",
    "IDENTITY",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "SERIAL",
    "BIGSERIAL",
    "SMALLSERIAL",
    "AS",
];

/// A new column; old code can still insert when it may be null or fills itself.
fn column(table: &str, definition: &mut Cursor<'_>) -> Option<Operation> {
    let name = definition.name()?;
    let rest = definition.tokens.get(definition.at..).unwrap_or_default();
    let says = |a: &str, b: &str| rest.windows(2).any(|pair| pair[0].is(a) && pair[1].is(b));
    let refuses_null = says("NOT", "NULL") || says("PRIMARY", "KEY");
    let fills_itself = rest.iter().any(|token| token.is_any(FILLS));
    Some(Operation::AddColumn(table.to_owned(), name, !refuses_null || fills_itself))
}

fn drop(table: &str, action: &mut Cursor<'_>) -> Option<Operation> {
    if action.is_any(&["CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK"]) {
        action.take_all(&["CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "KEY", "IF", "EXISTS"]);
        let name = action.name().unwrap_or_else(|| format!("key of {table}"));
        return Some(Operation::DropOther(Object::Constraint, name));
    }
    if action.is_any(&["INDEX", "KEY"]) {
        action.at += 1;
        return Some(Operation::DropOther(Object::Index, action.name()?));
    }
    if action.is("PARTITION") {
        return Some(Operation::DropTable(format!("partition of {table}")));
    }
    action.take("COLUMN");
    action.take_all(&["IF", "EXISTS"]);
    Some(Operation::DropColumn(table.to_owned(), action.name()?))
}

fn rename(table: &str, action: &mut Cursor<'_>) -> Option<Operation> {
    if action.take("TO") || action.take("AS") {
        return Some(Operation::RenameTable(table.to_owned(), action.name()?));
    }
    if action.take("CONSTRAINT") {
        return Some(Operation::ReplaceOther(Object::Constraint, action.name()?));
    }
    if action.take("INDEX") || action.take("KEY") {
        return Some(Operation::ReplaceOther(Object::Index, action.name()?));
    }
    action.take("COLUMN");
    let old = action.name()?;
    if !action.take("TO") {
        // MySQL: `RENAME new_name`.
        return Some(Operation::RenameTable(table.to_owned(), old));
    }
    Some(Operation::RenameColumn(table.to_owned(), old, action.name()?))
}

fn alteration(action: &Cursor<'_>) -> Alteration {
    let words = action.tokens.get(action.at..).unwrap_or_default();
    let says = |expected: &[&str]| {
        words.len() >= expected.len() && words.iter().zip(expected).all(|(token, word)| token.is(word))
    };
    const LOOSER: &[&[&str]] =
        &[&["DROP", "NOT", "NULL"], &["SET", "DEFAULT"], &["SET", "STATISTICS"], &["ADD", "GENERATED"]];
    const TIGHTER: &[&[&str]] = &[&["SET", "NOT", "NULL"], &["DROP", "DEFAULT"], &["DROP", "IDENTITY"]];
    if LOOSER.iter().any(|words| says(words)) {
        Alteration::Loosened
    } else if TIGHTER.iter().any(|words| says(words)) {
        Alteration::Tightened
    } else {
        Alteration::Retyped
    }
}
