//! The verdict, its grade and its one sentence.

use crate::answers::{Sheet, World};
use crate::model::thing::Migration;
use crate::model::{Answer, Finding, Grade, Severity, Verdict};

/// Closes the sheet.
pub(super) fn close(world: &World<'_>, sheet: Sheet, judged: &[&Migration]) -> (Answer, Vec<Finding>) {
    let since = since(world, judged.len());
    let worst = sheet.findings.iter().max_by(|a, b| a.severity.cmp(&b.severity)).cloned();
    match worst {
        Some(worst) if worst.severity >= Severity::High => {
            let because = format!("{since}{}", worst.message);
            let grade = sheet.best_grade();
            sheet.close(Verdict::No, grade, because)
        }
        _ => sheet.close(Verdict::CannotTell, Grade::Absent, "Nothing here says how it is deployed."),
    }
}

fn since(world: &World<'_>, judged: usize) -> String {
    match &world.inventory.last_release {
        Some(last) => format!("Since {}: ", last.release.tag),
        None => format!("No release tag names the last deployment; of the newest {judged} migrations, "),
    }
}
