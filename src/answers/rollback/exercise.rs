//! Whether the way back was ever gone: a pipeline that runs the way down, a schedule that takes a
//! release back, a dated record of a drill.

use jiff::civil::Date;

use crate::answers::{Sheet, World};
use crate::model::fact::{Doing, DrillKind, System};
use crate::model::{Grade, Span};

/// Shows every exercise.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet) {
    for (span, command) in &world.inventory.rollout {
        let is_pipeline =
            span.path.parent() == ".github/workflows" || span.path.file_name().ends_with(".gitlab-ci.yml");
        if !is_pipeline {
            continue;
        }
        match command.doing {
            // Whose command it is, is told by its words; that the runner is here, by its migrations.
            Doing::MigrateDown if has_migrations(world, &command.tool) => {
                let shows = format!("a pipeline runs the way down of {}", command.tool);
                sheet.shows(Grade::Exercised, span, shows);
            }
            Doing::Rollback if is_scheduled(world, span) => {
                let shows = format!("a schedule takes a release back with {}", command.tool);
                sheet.shows(Grade::Exercised, span, shows);
            }
            _ => {}
        }
    }
    drills(world, sheet);
}

fn has_migrations(world: &World<'_>, tool: &str) -> bool {
    world.inventory.migrations.iter().any(|migration| migration.file.runner.id() == tool)
}

fn is_scheduled(world: &World<'_>, span: &Span) -> bool {
    world.inventory.resources.iter().any(|(place, resource)| {
        place.path == span.path
            && resource.system == System::GithubActions
            && resource.body.at_path("on.schedule").is_some()
    })
}

/// Records of a rollback that worked, with what shows it.
fn drills(world: &World<'_>, sheet: &mut Sheet) {
    for page in &world.inventory.runbooks {
        let records = page.page.drills.iter().filter(|d| d.kind == DrillKind::Rollback && d.counts());
        let dated = records.filter_map(|drill| Some((drill.date.parse::<Date>().ok()?, drill.at)));
        let Some((date, at)) = dated.filter(|(date, _)| *date <= world.today()).max() else { continue };
        let days = date.until(world.today()).map_or(i32::MAX, |span| span.get_days());
        let is_fresh = u32::try_from(days).is_ok_and(|days| days <= world.settings.fresh_days);
        let grade = if is_fresh { Grade::Fresh } else { Grade::Exercised };
        let shows = format!("{} records a rollback on {date}", page.span.path.file_name());
        sheet.shows(grade, &Span::new(&page.span.path, at), shows);
    }
}
