//! What a statement does to rows, and which `SELECT`s do anything at all.

use super::operation::Cursor;
use super::token::{Kind, Token};
use crate::model::fact::{DataVerb, Object, Operation};

/// `INSERT`, `UPDATE`, `DELETE` and their relatives; `None` when the table is not understood.
pub(super) fn read(cursor: &mut Cursor<'_>, verb: &str) -> Option<Vec<Operation>> {
    if verb == "COPY" {
        let is_in = cursor.tokens.iter().any(|token| token.is("FROM"));
        let table = cursor.name().unwrap_or_default();
        let rows = Operation::ChangeData(DataVerb::Insert, table, Vec::new());
        return Some(if is_in { vec![rows] } else { Vec::new() });
    }
    cursor.take_all(&[
        "LOW_PRIORITY",
        "IGNORE",
        "DELAYED",
        "OR",
        "REPLACE",
        "INTO",
        "FROM",
        "ONLY",
        "TABLE",
        "QUICK",
    ]);
    let table = cursor.name()?;
    let rest = cursor.tokens.get(cursor.at..).unwrap_or_default();
    let is_bounded = rest.iter().any(|token| token.is_any(&["WHERE", "USING", "LIMIT"]));
    let (verb, columns) = match verb {
        "INSERT" | "REPLACE" => (DataVerb::Insert, Vec::new()),
        "DELETE" if is_bounded => (DataVerb::Delete, Vec::new()),
        "DELETE" | "TRUNCATE" => (DataVerb::DeleteAll, Vec::new()),
        _ => (DataVerb::Update, assigned(cursor)),
    };
    Some(vec![Operation::ChangeData(verb, table, columns)])
}

/// The columns that `SET a = …, b = …` and `SET (a, b) = …` write.
fn assigned(cursor: &mut Cursor<'_>) -> Vec<String> {
    while cursor.peek().is_some() && !cursor.is("SET") {
        cursor.at += 1;
    }
    cursor.at += 1;
    let mut columns = Vec::new();
    let mut is_target = true;
    while let Some(token) = cursor.peek() {
        if token.is_any(&["WHERE", "FROM", "RETURNING"]) {
            break;
        }
        if is_target && let Some(column) = cursor.name() {
            columns.push(column);
            is_target = false;
        } else if token.is_symbol(b'(') && !is_target {
            cursor.skip_group();
        } else {
            is_target = token.is_symbol(b',') || token.is_symbol(b'(');
            cursor.at += 1;
        }
    }
    columns
}

/// The verbs among and after common table expressions.
pub(super) fn with(cursor: &mut Cursor<'_>) -> Option<Vec<Operation>> {
    let mut made = Vec::new();
    let mut reads = false;
    while let Some(token) = cursor.peek() {
        // `ON CONFLICT DO UPDATE` and `FOR UPDATE` begin no statement.
        let before = cursor.at.checked_sub(1).and_then(|at| cursor.tokens.get(at));
        let is_verb = token.is_any(&["INSERT", "UPDATE", "DELETE", "MERGE"])
            && !before.is_some_and(|token| token.is_any(&["DO", "FOR", "ON", "KEY", "THEN"]));
        reads |= token.is("SELECT");
        cursor.at += 1;
        if is_verb && let Kind::Word(verb) = &token.kind {
            let mut inner = Cursor { text: cursor.text, tokens: cursor.tokens, at: cursor.at };
            made.extend(read(&mut inner, verb)?);
        }
    }
    (reads || !made.is_empty()).then_some(made)
}

/// A `SELECT` of literals does nothing; one that calls something may do anything, except what is
/// known to only read.
pub(super) fn select(cursor: &Cursor<'_>, shown: &str) -> Vec<Operation> {
    let rest = cursor.tokens.get(cursor.at..).unwrap_or_default();
    let is_literal = |token: &Token| {
        matches!(token.kind, Kind::Text | Kind::Number | Kind::Symbol(b','))
            || token.is_any(&["NULL", "TRUE", "FALSE"])
    };
    let literals = rest.iter().take_while(|token| is_literal(token)).count();
    if literals > 0 && rest.get(literals).is_none_or(|token| token.is_any(&["AS", "WHERE"])) {
        return vec![Operation::NoOp(shown.to_owned())];
    }
    let is_into = rest.iter().any(|token| token.is("INTO"));
    let calls = rest.windows(2).any(|pair| match (&pair[0].kind, &pair[1].kind) {
        (Kind::Word(word), Kind::Symbol(b'(')) => !READS.contains(&word.as_str()),
        _ => false,
    });
    if let Some(name) = moved_sequence(cursor, rest) {
        return vec![Operation::ReplaceOther(Object::Sequence, name)];
    }
    // What `pg_dump` writes at the top.
    let is_setting = rest.iter().any(|token| token.is("SET_CONFIG"));
    if (calls || is_into) && !is_setting { vec![Operation::Raw(shown.to_owned())] } else { Vec::new() }
}

/// The sequence that `SELECT setval('…', …)` moves.
fn moved_sequence(cursor: &Cursor<'_>, rest: &[Token]) -> Option<String> {
    let [call, open, name, ..] = rest else { return None };
    let is_moved = call.is("SETVAL") && open.is_symbol(b'(');
    let name = if name.kind == Kind::Text { cursor.source(name).trim_matches('\'') } else { "" };
    is_moved.then(|| name.to_owned())
}

/// Words before a parenthesis that call nothing with effects.
const READS: &[&str] = &[
    "COUNT",
    "SUM",
    "MIN",
    "MAX",
    "AVG",
    "COALESCE",
    "LOWER",
    "UPPER",
    "IN",
    "EXISTS",
    "AND",
    "OR",
    "NOT",
    "WHERE",
    "FROM",
    "JOIN",
    "ON",
    "AS",
    "SELECT",
    "VALUES",
    "CASE",
    "WHEN",
    "ANY",
    "ALL",
    "LENGTH",
    "CAST",
    "CONCAT",
    "NOW",
    "ROW_NUMBER",
    "OVER",
    "PARTITION",
    "ARRAY_AGG",
    "STRING_AGG",
    "FORMAT",
    "EXTRACT",
    "DATE_TRUNC",
    "PG_SIZE_PRETTY",
    "HAVING",
    "BY",
    "FILTER",
    "LATERAL",
    "UNION",
    "ROUND",
    "REPLACE",
    "SUBSTRING",
    "TRIM",
    "JSONB_BUILD_OBJECT",
];
