//! Can the previous build run on the migrated schema?
//!
//! Additive changes say yes, what takes something away says no, and what nobody can tell from the
//! migration alone (a new constraint, another type, code that was not understood) stays open.

use std::collections::BTreeSet;

use crate::model::fact::{Alteration, DataVerb, HOLE, Object, Operation};
use crate::model::{At, OldBuild, SchemaName};

/// Column names that many tables have: a program that says one may speak of any of them.
const COMMON: &[&str] = &[
    "id",
    "name",
    "type",
    "status",
    "state",
    "value",
    "key",
    "data",
    "date",
    "time",
    "title",
    "text",
    "url",
    "email",
    "user",
    "user_id",
    "count",
    "order",
    "index",
    "path",
    "version",
    "description",
    "created_at",
    "updated_at",
    "deleted_at",
    "created",
    "updated",
    "enabled",
    "active",
    "code",
    "kind",
    "label",
    "note",
    "notes",
    "number",
    "content",
    "config",
    "settings",
    "metadata",
    "owner",
    "role",
    "hash",
    "token",
    "size",
    "position",
    "message",
    "body",
    "slug",
    "tags",
    "timestamp",
    "source",
    "target",
    "parent",
    "parent_id",
    "category",
    "image",
    "address",
    "phone",
    "comment",
    "priority",
    "password",
    "username",
    "language",
    "start",
    "end",
    "level",
    "group",
    "groups",
    "items",
    "options",
    "account",
    "amount",
    "price",
    "users",
    "orders",
    "files",
    "events",
    "jobs",
    "roles",
    "tasks",
    "images",
    "comments",
    "messages",
    "sessions",
];

/// Whether a program that says a name may mean something else by it.
pub fn is_common(name: &SchemaName) -> bool {
    let word = if name.column.is_empty() { &name.table } else { &name.column };
    word.contains(HOLE) || word.len() < 4 || COMMON.contains(&word.to_ascii_lowercase().as_str())
}

/// Tables and columns that a way up takes away or renames, without those it made itself and those of
/// which it puts another in the place.
pub fn taken_away(up: &[(At, Operation)]) -> Vec<SchemaName> {
    let made: BTreeSet<&str> = up
        .iter()
        .filter_map(|(_, step)| match step {
            Operation::CreateTable(table) => Some(table.as_str()),
            _ => None,
        })
        .collect();
    let lost = up.iter().enumerate().filter(|(index, _)| !is_given_back(up, *index));
    let names = lost.filter_map(|(_, (_, step))| name_of(step));
    let is_written = |name: &SchemaName| {
        let word = if name.column.is_empty() { &name.table } else { &name.column };
        !word.is_empty() && !word.contains(HOLE)
    };
    names.filter(|name| !made.contains(name.table.as_str()) && is_written(name)).collect()
}

/// Whether the name that a step takes away is another thing's a step or more later: tables and columns
/// that are swapped. The previous build finds the name; whether it can live with what bears it now, the
/// steps do not tell.
fn is_given_back(up: &[(At, Operation)], index: usize) -> bool {
    let Some((_, step)) = up.get(index) else { return false };
    let mut later = up.iter().skip(index + 1).map(|(_, step)| step);
    match step {
        Operation::DropTable(name) | Operation::RenameTable(name, _) if !name.is_empty() => {
            later.any(|step| matches!(step, Operation::RenameTable(_, new) if new == name))
        }
        Operation::DropColumn(table, name) | Operation::RenameColumn(table, name, _) if !name.is_empty() => {
            later
                .any(|step| matches!(step, Operation::RenameColumn(of, _, new) if of == table && new == name))
        }
        _ => false,
    }
}

/// The name that a step takes away.
pub(super) fn name_of(step: &Operation) -> Option<SchemaName> {
    let (table, column) = match step {
        Operation::DropTable(table) | Operation::RenameTable(table, _) => (table, ""),
        Operation::DropColumn(table, column) | Operation::RenameColumn(table, column, _) => {
            (table, column.as_str())
        }
        _ => return None,
    };
    Some(SchemaName { table: table.clone(), column: column.to_owned() })
}

/// Whether the previous build is known not to use what a step takes away. Common words prove nothing:
/// programs reach such columns by other ways than their names (`select *`, whole rows).
fn is_unused(old: &OldBuild, step: &Operation) -> bool {
    name_of(step).is_some_and(|name| !is_common(&name) && old.uses.get(&name).is_some_and(Vec::is_empty))
}

/// `Some(true)` only when every step is harmless to the previous build.
pub(super) fn is_safe(up: &[(At, Operation)], old: &OldBuild) -> Option<bool> {
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
    let verdict = |(index, (_, step)): (usize, &(At, Operation))| match one(step, &made, &columns) {
        _ if is_unused(old, step) => Some(true),
        Some(false) if is_given_back(up, index) => None,
        verdict => verdict,
    };
    let verdicts: Vec<Option<bool>> = up.iter().enumerate().map(verdict).collect();
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
    use crate::model::OldBuild;
    use crate::parse::sql::operations;
    use crate::text::LineIndex;

    #[track_caller]
    fn check(sql: &str, expected: Option<bool>) {
        let lines = LineIndex::new(sql);
        let up: Vec<_> = operations(sql).into_iter().map(|(range, step)| (lines.at(range), step)).collect();
        assert_eq!(is_safe(&up, &OldBuild::default()), expected, "{sql}");
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
    fn a_name_that_is_given_to_another_stays() {
        check("create table n (a int); alter table t rename to o; alter table n rename to t", None);
        check("alter table t rename a to b; alter table t rename n to a", Some(false));
        check("alter table t add n int; alter table t rename a to o; alter table t rename n to a", None);
        // Near misses: nothing bears the name afterward, or the other one had it before.
        check("create table n (a int); alter table t rename to o", Some(false));
        check("create table t (a int); alter table t rename to o; alter table u rename to x", Some(false));
        check("alter table t drop column a; alter table u rename n to a", Some(false));
    }

    #[test]
    fn what_cannot_be_told_stays_open() {
        check("select setval('s', 9)", Some(true));
        check("call x()", None);
        check("alter table t add constraint c unique (a)", None);
        check("alter table t alter a type bigint", None);
        check("update t set a = 1", None);
        check("alter table t drop constraint t_a_key", None);
        check("alter table t drop constraint t_a_fkey", Some(true));
    }
}
