//! Could they roll back the last deployment? How long would it take?
//!
//! First question first: can the previous build run on the migrated schema? Then no way down is
//! needed. Never a forecast: how long it takes is told only as it was observed.
//!
//! - `migration`: migrations that stand in the way
//! - `verdict`: the sentence

mod migration;
mod verdict;

use super::{Sheet, World};
use crate::model::{Answer, Finding};

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    let judged = migration::judged(world);
    for migration in &judged {
        migration::judge(world, &mut sheet, migration);
    }
    verdict::close(world, sheet, &judged)
}
