//! Tables that are built anew: a copy under another name, the rows moved over, the old table dropped
//! and the copy renamed. Engines that cannot alter a table are made to do so in this way (SQLite), and
//! what it comes to is an alteration that the steps alone do not show, not a loss.

use super::Step;
use crate::model::fact::{DataVerb, Operation};

/// How Doctrine calls the temporary copy that holds the rows while a table of SQLite is built anew.
const TEMPORARY: &str = "__temp__";

/// Puts one step that says so in the place of every table built anew.
pub(super) fn settle(steps: &mut Vec<Step>) {
    steps.retain(|(_, step)| !matches!(step, Operation::DropTable(name) if name.starts_with(TEMPORARY)));
    for (copy, table) in rebuilt(steps) {
        let of_copy = |name: &String| *name == copy;
        steps.retain(|(_, step)| match step {
            Operation::CreateTable(name) | Operation::ChangeData(DataVerb::Insert, name, _) => !of_copy(name),
            Operation::CreateOther(_, name) => !name.contains(&copy),
            Operation::DropTable(name) => *name != table && !of_copy(name),
            _ => true,
        });
        for (_, step) in steps.iter_mut() {
            if matches!(step, Operation::RenameTable(old, new) if *old == copy && *new == table) {
                *step = Operation::Raw(format!("table {table} built anew"));
            }
        }
    }
}

/// Copies with the tables whose place they take.
fn rebuilt(steps: &[Step]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (index, (_, step)) in steps.iter().enumerate() {
        let Operation::RenameTable(copy, table) = step else { continue };
        let before = || steps.iter().take(index).map(|(_, step)| step);
        let is_made = before().any(|step| matches!(step, Operation::CreateTable(name) if name == copy));
        let is_dropped = before().any(|step| matches!(step, Operation::DropTable(name) if name == table));
        // A step that makes the old table too is no alteration.
        if is_made && is_dropped && !found.iter().any(|(_, known)| known == table) {
            found.push((copy.clone(), table.clone()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::parse::sql::operations;
    use crate::text::LineIndex;

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        let lines = LineIndex::new(sql);
        let mut steps: Vec<_> = operations(sql).into_iter().map(|(at, step)| (lines.at(at), step)).collect();
        settle(&mut steps);
        let shown: Vec<String> = steps.iter().map(|(_, step)| format!("{step:?}").replace('"', "")).collect();
        assert_eq!(shown.join(", "), expected, "{sql}");
    }

    #[test]
    fn a_table_built_anew_is_one_step() {
        let anew = "create table t_tmp (a int); insert into t_tmp select a from t; drop table t; alter table t_tmp rename to t; create index i on t (a)";
        check(anew, "Raw(table t built anew), CreateOther(Index, i)");
    }

    #[test]
    fn a_temporary_copy_is_no_loss() {
        let anew = "create temporary table __temp__t as select a from t; drop table t; create table t (a int); drop table __temp__t";
        check(anew, "DropTable(t), CreateTable(t)");
        check("drop table temp_t", "DropTable(temp_t)");
    }

    #[test]
    fn its_near_misses_stay_as_they_are() {
        check("drop table t; alter table u rename to t", "DropTable(t), RenameTable(u, t)");
        check("create table u (a int); alter table u rename to t", "CreateTable(u), RenameTable(u, t)");
    }
}
