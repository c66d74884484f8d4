//! SQL of any dialect, as far as a migration needs it: statements, and what each does to a schema.
//!
//! An own tolerant reader: a grammar for one dialect refuses the others, and a migration of which
//! only half is understood must still show that half. What is not understood becomes
//! [`Operation::Raw`], never nothing.
//!
//! - `token`: words, names, literals; comments dropped
//! - `split`: where statements end (`;`, `DELIMITER`, `GO`, routine bodies)
//! - `operation`: what a statement does
//! - `rows`: what a statement does to rows
//! - `block`: the statements inside `DO $$ … $$`
//! - `alter`: the actions of `ALTER TABLE`

mod alter;
mod block;
mod operation;
mod rows;
mod split;
#[cfg(test)]
mod tests;
mod token;

use std::ops::Range;

pub use split::{Statement, statements};

use crate::model::fact::Operation;

/// What a text does, statement by statement. Transaction words, settings and `SELECT`s that only
/// read do nothing and are left out; a `SELECT` of a literal is [`Operation::NoOp`].
pub fn operations(text: &str) -> Vec<(Range<usize>, Operation)> {
    let all = statements(text);
    let each = all.iter().flat_map(|statement| {
        operation::read(text, statement).into_iter().map(|operation| (statement.range.clone(), operation))
    });
    each.collect()
}
