//! The statements inside `DO $$ … $$`: each by itself, control words taken off.

use super::operation::{Cursor, read_at};
use super::split::{Statement, statements};
use super::token::{Kind, Token};
use crate::model::fact::Operation;

/// What the block does; `None` without a body.
pub(super) fn read(cursor: &Cursor<'_>, depth: u32) -> Option<Vec<Operation>> {
    let body = cursor.tokens.iter().find(|token| matches!(token.kind, Kind::Dollar | Kind::Text))?;
    let source = cursor.source(body);
    let mark = match body.kind {
        Kind::Dollar => source.get(1..)?.find('$')? + 2,
        _ => 1,
    };
    let inner = source.get(mark..source.len().checked_sub(mark)?)?;
    let mut made = Vec::new();
    for statement in statements(inner) {
        let from = first_of_body(&statement.tokens);
        let tokens = statement.tokens.get(from..).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
        if is_local(tokens) {
            continue;
        }
        let statement = Statement { range: first.range.start..last.range.end, tokens: tokens.to_vec() };
        made.extend(read_at(inner, &statement, depth + 1));
    }
    Some(made)
}

const VERBS: &[&str] = &[
    "CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "EXECUTE", "PERFORM", "SELECT",
    "GRANT", "REVOKE", "COMMENT", "REFRESH", "CALL", "WITH", "MERGE", "COPY", "RENAME", "DO",
];

/// Control flow, assignments, declarations, and a `SELECT` into a variable.
fn is_local(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return true };
    !first.is_any(VERBS) || (first.is("SELECT") && tokens.iter().any(|token| token.is("INTO")))
}

/// The first token after `BEGIN`, `THEN`, `ELSE`, `LOOP` and `EXCEPTION WHEN … THEN`.
fn first_of_body(tokens: &[Token]) -> usize {
    let mut from = 0;
    for (index, token) in tokens.iter().enumerate() {
        // After a verb, THEN and ELSE belong to a CASE of the statement itself.
        if index == from && token.is_any(VERBS) {
            break;
        }
        if token.is_any(&["BEGIN", "THEN", "ELSE", "LOOP"]) {
            from = index + 1;
        }
    }
    from
}
