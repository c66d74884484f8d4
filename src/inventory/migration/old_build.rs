//! Can the previous build run on the migrated schema?
//!
//! Additive changes say yes, what takes something away says no, and what nobody can tell from the
//! migration alone (a new constraint, another type, code that was not understood) stays open.

use std::collections::BTreeSet;

use crate::model::At;
use crate::model::fact::{Alteration, DataVerb, Object, Operation};

/// `Some(true)` only when every step is harmless to the previous build.
pub(super) fn is_safe(up: &[(At, Operation)]) -> Option<bool> {
    let made: BTreeSet<&str> = up
        .iter()
        .filter_map(|(_, operation)| match operation {
            Operation::CreateTable(table) => Some(table.as_str()),
            _ => None,
        })
        .collect();
    let columns: BTreeSet<(&str, &str)> = up
        .iter()
        .filter_map(|(_, operation)| match operation {
            Operation::AddColumn(table, column, _) => Some((table.as_str(), column.as_str())),
            _ => None,
        })
        .collect();
    let verdicts: Vec<Option<bool>> = up.iter().map(|(_, step)| one(step, &made, &columns)).collect();
    if verdicts.contains(&Some(false)) {
        return Some(false);
    }
    if verdicts.contains(&None) { None } else { Some(true) }
}

fn one(step: &Operation, made: &BTreeSet<&str>, columns: &BTreeSet<(&str, &str)>) -> Option<bool> {
    let is_new = |table: &String| made.contains(table.as_str());
    let is_new_column = |table: &String, column: &String| {
        is_new(table) || columns.contains(&(table.as_str(), column.as_str()))
    };
    match step {
        Operation::CreateTable(_) | Operation::NoOp(_) => Some(true),
        Operation::CreateOther(Object::Trigger | Object::Policy | Object::Constraint, _) => None,
        Operation::CreateOther(..) => Some(true),
        Operation::AddColumn(table, _, fills) => Some(*fills || is_new(table)),
        // A table that this very migration made was never known to the previous build.
        Operation::DropTable(table) | Operation::RenameTable(table, _) => Some(is_new(table)),
        Operation::DropColumn(table, column) | Operation::RenameColumn(table, column, _) => {
            Some(is_new_column(table, column))
        }
        Operation::AlterColumn(table, _, _) if is_new(table) => Some(true),
        // A default or a type of a column that only new code writes; NOT NULL still stops old inserts.
        Operation::AlterColumn(table, column, Alteration::Retyped) if is_new_column(table, column) => {
            Some(true)
        }
        Operation::AlterColumn(_, _, Alteration::Loosened) => Some(true),
        Operation::AlterColumn(_, _, Alteration::Tightened) => Some(false),
        Operation::AlterColumn(_, _, Alteration::Retyped) => None,
        Operation::AddConstraint(table, _) => is_new(table).then_some(true),
        Operation::DropOther(Object::Index | Object::Comment, _) => Some(true),
        Operation::DropOther(Object::Constraint, name) => only_checks(name).then_some(true),
        Operation::ReplaceOther(Object::Index | Object::Sequence | Object::Extension, _) => Some(true),
        Operation::DropOther(..) | Operation::ReplaceOther(..) => None,
        Operation::ChangeData(DataVerb::Insert, ..) => Some(true),
        Operation::ChangeData(_, table, written) => {
            let fills_new = !written.is_empty() && written.iter().all(|column| is_new_column(table, column));
            (is_new(table) || fills_new).then_some(true)
        }
        Operation::OneWay(_) | Operation::Irreversible(_) | Operation::Raw(_) => None,
    }
}

/// Without a foreign key or a check old code only sees fewer errors; without a unique constraint its
/// `ON CONFLICT` fails.
fn only_checks(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["fk", "foreign", "check", "not_null", "_ck"].iter().any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::is_safe;
    use crate::parse::sql::operations;
    use crate::text::LineIndex;

    #[track_caller]
    fn check(sql: &str, expected: Option<bool>) {
        let lines = LineIndex::new(sql);
        let up: Vec<_> = operations(sql).into_iter().map(|(range, step)| (lines.at(range), step)).collect();
        assert_eq!(is_safe(&up), expected, "{sql}");
    }

    #[test]
    fn additive_changes_are_safe() {
        check("create table t (a int not null)", Some(true));
        check("alter table t add a int", Some(true));
        check("alter table t add a int not null default 1", Some(true));
        check("alter table t add a int; update t set a = 1", Some(true));
        check("create table t (a int); alter table t add constraint c unique (a)", Some(true));
        check("create index i on t (a)", Some(true));
        check("insert into t values (1)", Some(true));
        check("alter table t alter a drop not null", Some(true));
    }

    #[test]
    fn what_takes_away_is_not() {
        check("alter table t drop column a", Some(false));
        check("drop table t", Some(false));
        check("alter table t rename a to b", Some(false));
        check("alter table t add a int not null", Some(false));
        check("alter table t alter a set not null", Some(false));
        check("alter table t add a int; alter table t alter a set not null", Some(false));
        check("call x(); drop table t", Some(false));
    }

    #[test]
    fn what_cannot_be_told_stays_open() {
        check("call x()", None);
        check("alter table t add constraint c unique (a)", None);
        check("alter table t alter a type bigint", None);
        check("update t set a = 1", None);
        check("alter table t drop constraint t_a_key", None);
        check("alter table t drop constraint t_a_fkey", Some(true));
    }
}
