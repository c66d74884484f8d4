//! Names that only the running program knows: they are no names here, and none is made up for them.

use crate::model::fact::{HOLE, Operation};

/// Empties every name of a step that is nothing but holes.
pub(super) fn settle(step: &mut Operation) {
    match step {
        Operation::CreateTable(name)
        | Operation::DropTable(name)
        | Operation::CreateOther(_, name)
        | Operation::ReplaceOther(_, name)
        | Operation::DropOther(_, name)
        | Operation::AddConstraint(name, _)
        | Operation::ChangeData(_, name, _) => empty(name),
        Operation::RenameTable(a, b)
        | Operation::AddColumn(a, b, _)
        | Operation::DropColumn(a, b)
        | Operation::AlterColumn(a, b, _) => [a, b].into_iter().for_each(empty),
        Operation::RenameColumn(a, b, c) => [a, b, c].into_iter().for_each(empty),
        Operation::OneWay(_) | Operation::NoOp(_) | Operation::Irreversible(_) | Operation::Raw(_) => {}
    }
}

fn empty(name: &mut String) {
    if name.contains(HOLE) && name.replace(HOLE, "").chars().all(|c| !c.is_alphanumeric()) {
        name.clear();
    }
}
