//! The way down held against the way up.
//!
//! It claims that something is missing only where both ways were understood; a step that was not
//! understood may do anything, also the missing part.

use std::collections::BTreeSet;

use crate::model::At;
use crate::model::fact::{DataVerb, MigrationFile, Object, Operation, WayBack};

/// What the way down of a migration is worth. `is_first`: nothing of its ledger comes before it.
pub(super) fn weigh(file: &MigrationFile, is_first: bool) -> WayBack {
    let down = file.down.as_deref().unwrap_or_default();
    let weight = match file.way_back {
        WayBack::Honest => compare(&file.up, down),
        other => other,
    };
    let needs_none = is_first || file.is_start_or_merge || file.up.iter().all(|(_, step)| is_trifle(step));
    if needs_none && weight != WayBack::Honest { WayBack::Exempt } else { weight }
}

/// What can stay behind when the old build returns: nothing is lost with it, nothing reads it.
fn is_trifle(step: &Operation) -> bool {
    matches!(
        step,
        Operation::CreateOther(Object::Index | Object::Extension | Object::Comment | Object::Grant, _)
            | Operation::DropOther(Object::Index, _)
            | Operation::NoOp(_)
    )
}

fn compare(up: &[(At, Operation)], down: &[(At, Operation)]) -> WayBack {
    let (up, down) = under_old_names(up, down);
    let pair = Pair::new(&up, &down);
    let own = up.iter().filter_map(|(_, step)| pair.undone(step));
    let others = down.iter().filter_map(|(_, step)| pair.beside(step));
    // The order of the words is the order of the lattice: the worst is the least.
    own.chain(others).min().unwrap_or(WayBack::Honest)
}

/// Both ways with the columns of a renamed table under its old name: a way down that renames it back
/// first goes on with that one.
fn under_old_names(up: &[(At, Operation)], down: &[(At, Operation)]) -> (Steps, Steps) {
    let renamed: Vec<(&String, &String)> = up
        .iter()
        .filter_map(|(_, step)| match step {
            Operation::RenameTable(old, new) => Some((old, new)),
            _ => None,
        })
        .collect();
    let old_name = |table: &mut String| {
        if let Some((old, _)) = renamed.iter().find(|(_, new)| *new == table) {
            table.clone_from(old);
        }
    };
    let rewritten = |steps: &[(At, Operation)]| {
        let mut steps = steps.to_vec();
        for (_, step) in &mut steps {
            if let Operation::AddColumn(table, ..)
            | Operation::DropColumn(table, _)
            | Operation::RenameColumn(table, ..)
            | Operation::AlterColumn(table, ..)
            | Operation::ChangeData(_, table, _) = step
            {
                old_name(table);
            }
        }
        steps
    };
    (rewritten(up), rewritten(down))
}

type Steps = Vec<(At, Operation)>;

struct Pair<'a> {
    down: Vec<&'a Operation>,
    made_tables: BTreeSet<&'a str>,
    made_columns: BTreeSet<(&'a str, &'a str)>,
    /// Whether every step of the way up was understood, with all its names.
    up_is_clear: bool,
    down_is_clear: bool,
}

impl<'a> Pair<'a> {
    fn new(up: &'a [(At, Operation)], down: &'a [(At, Operation)]) -> Self {
        let (mut made_tables, mut made_columns) = (BTreeSet::new(), BTreeSet::new());
        for (_, step) in up {
            match step {
                Operation::CreateTable(table) | Operation::RenameTable(_, table) => {
                    made_tables.insert(table.as_str());
                }
                Operation::AddColumn(table, column, _) | Operation::RenameColumn(table, _, column) => {
                    made_columns.insert((table.as_str(), column.as_str()));
                }
                _ => {}
            }
        }
        let is_clear = |steps: &[(At, Operation)]| !steps.iter().any(|(_, step)| is_murky(step));
        Self {
            down: down.iter().map(|(_, step)| step).collect(),
            made_tables,
            made_columns,
            up_is_clear: is_clear(up),
            down_is_clear: is_clear(down),
        }
    }

    fn has(&self, pick: impl Fn(&Operation) -> bool) -> bool {
        self.down.iter().any(|step| pick(step))
    }

    fn drops_table(&self, name: &str) -> bool {
        self.has(|step| match step {
            Operation::DropTable(table) | Operation::RenameTable(table, _) => table == name,
            Operation::DropOther(Object::Schema, _) => true,
            _ => false,
        })
    }

    fn drops_column(&self, of: &str, name: &str) -> bool {
        self.drops_table(of)
            || self.has(|step| match step {
                Operation::DropColumn(table, column) => table == of && column == name,
                Operation::RenameColumn(table, old, _) => table == of && old == name,
                _ => false,
            })
    }

    fn makes_table(&self, name: &str) -> bool {
        self.has(|step| matches!(step, Operation::CreateTable(table) if table == name))
    }

    fn is_new(&self, table: &str, column: &str) -> bool {
        self.made_tables.contains(table) || self.made_columns.contains(&(table, column))
    }

    /// What is wrong with the undoing of one step of the way up.
    fn undone(&self, step: &Operation) -> Option<WayBack> {
        // What has no name here may be undone by any step.
        if is_murky(step) {
            return None;
        }
        let partial = |is_undone: bool| (!is_undone && self.down_is_clear).then_some(WayBack::Partial);
        match step {
            Operation::CreateTable(table) => partial(self.drops_table(table)),
            Operation::AddColumn(table, column, _) => {
                partial(self.made_tables.contains(table.as_str()) || self.drops_column(table, column))
            }
            Operation::RenameTable(old, new) => partial(self.has(|step| {
                matches!(step, Operation::RenameTable(from, to) if from == new && to == old)
            })),
            Operation::RenameColumn(table, old, new) => partial(self.has(|step| {
                matches!(step, Operation::RenameColumn(of, from, to) if of == table && from == new && to == old)
            })),
            Operation::DropTable(table) if self.made_tables.contains(table.as_str()) => None,
            Operation::DropTable(table) => Some(if self.makes_table(table) || !self.down_is_clear {
                WayBack::Lossy
            } else {
                WayBack::Partial
            }),
            Operation::DropColumn(table, column) if self.is_new(table, column) => None,
            Operation::DropColumn(table, column) => {
                let returns = self.makes_table(table)
                    || self.has(|step| {
                        matches!(step, Operation::AddColumn(of, name, _) if of == table && name == column)
                    });
                Some(if returns || !self.down_is_clear { WayBack::Lossy } else { WayBack::Partial })
            }
            Operation::ChangeData(verb, table, columns) => self.restored(*verb, table, columns),
            Operation::OneWay(_) => Some(WayBack::Engine),
            _ => None,
        }
    }

    /// Rows that were changed: fine where they stand in columns or tables that go on the way down.
    fn restored(&self, verb: DataVerb, table: &str, columns: &[String]) -> Option<WayBack> {
        let fills_new = !columns.is_empty() && columns.iter().all(|column| self.is_new(table, column));
        if self.made_tables.contains(table) || fills_new || !self.down_is_clear {
            return None;
        }
        let is_answered = self.has(|step| match step {
            Operation::ChangeData(_, of, _) => of == table || of.is_empty() || table.is_empty(),
            // The table is brought back or taken away as a whole.
            Operation::DropTable(of) | Operation::CreateTable(of) => of == table,
            _ => false,
        });
        if is_answered {
            return None;
        }
        // Rows that stay behind are a part not undone; rows that were changed or deleted are gone.
        Some(if verb == DataVerb::Insert { WayBack::Partial } else { WayBack::Lossy })
    }

    /// What a step of the way down does to things that the way up never touched.
    fn beside(&self, step: &Operation) -> Option<WayBack> {
        match step {
            _ if is_murky(step) => None,
            Operation::ChangeData(DataVerb::DeleteAll, table, _)
                if !self.made_tables.contains(table.as_str()) =>
            {
                Some(WayBack::Destructive)
            }
            Operation::DropTable(table) if self.up_is_clear && !self.made_tables.contains(table.as_str()) => {
                Some(WayBack::Mismatched)
            }
            Operation::DropColumn(table, column) if self.up_is_clear && !self.is_new(table, column) => {
                Some(WayBack::Mismatched)
            }
            _ => None,
        }
    }
}

/// A step of which the whole effect is not known.
fn is_murky(step: &Operation) -> bool {
    match step {
        Operation::Raw(_) | Operation::Irreversible(_) => true,
        Operation::CreateTable(table) | Operation::DropTable(table) => table.is_empty(),
        Operation::RenameTable(a, b) => a.is_empty() || b.is_empty(),
        Operation::AddColumn(table, column, _) | Operation::DropColumn(table, column) => {
            table.is_empty() || column.is_empty()
        }
        Operation::RenameColumn(table, a, b) => table.is_empty() || a.is_empty() || b.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::model::fact::WayBack;
    use crate::parse::sql::operations;
    use crate::text::LineIndex;

    #[track_caller]
    fn check(up: &str, down: &str, expected: WayBack) {
        let steps = |sql: &str| {
            let lines = LineIndex::new(sql);
            operations(sql).into_iter().map(|(range, step)| (lines.at(range), step)).collect::<Vec<_>>()
        };
        assert_eq!(compare(&steps(up), &steps(down)), expected, "{up} / {down}");
    }

    #[test]
    fn an_inverse_of_everything_is_honest() {
        check("create table t (a int)", "drop table t", WayBack::Honest);
        check("create table s.t (a int)", "drop table t", WayBack::Honest);
        check("alter table t add a int; create index i on t (a)", "alter table t drop a", WayBack::Honest);
        check("alter table t rename a to b", "alter table t rename b to a", WayBack::Honest);
        check("alter table t add a int; update t set a = b", "alter table t drop a", WayBack::Honest);
        check("update t set a = 1 where b", "update t set a = 0 where b", WayBack::Honest);
        check("insert into t values (1)", "delete from t where id = 1", WayBack::Honest);
        check("alter table t add a int", "call undo()", WayBack::Honest);
        check(
            "alter table t rename to u; alter table u add a int",
            "alter table u rename to t; alter table t drop a",
            WayBack::Honest,
        );
    }

    #[test]
    fn what_is_left_out_makes_it_partial() {
        check("alter table t add a int, add b int", "alter table t drop a", WayBack::Partial);
        check("create table t (a int); create table u (a int)", "drop table t", WayBack::Partial);
        check("alter table t rename to u", "alter table t add c int", WayBack::Partial);
        check("alter table t drop a", "alter table t add b int", WayBack::Partial);
    }

    #[test]
    fn structure_returns_but_rows_do_not() {
        check("alter table t drop a", "alter table t add a int", WayBack::Lossy);
        check("drop table t", "create table t (a int)", WayBack::Lossy);
        check("update t set a = 1; alter table t add b int", "alter table t drop b", WayBack::Lossy);
    }

    #[test]
    fn a_way_down_that_harms_others_says_so() {
        check("insert into t values (1)", "delete from t", WayBack::Destructive);
        check("create table t (a int)", "drop table t; drop table u", WayBack::Mismatched);
        check("alter table t add a int", "alter table t drop a, drop b", WayBack::Mismatched);
        check("alter type m add value 'x'", "select setval('a', 1)", WayBack::Engine);
    }
}
