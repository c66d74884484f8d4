//! Schemas that are made what the code says when a release starts, without a ledger: the build before
//! makes them what it was, and what it does not know of is lost or left.

use super::lock;
use super::start::Starts;
use crate::answers::{Gap, Sheet, World};
use crate::model::Span;
use crate::model::fact::{Command, Doing, System};
use crate::model::thing::Environment;
use crate::rules::SchemaPush;
use crate::text::environment::environment;

/// Makes the gap of every push that runs in production.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet) {
    let starts = Starts::of(world);
    for (span, command) in world.inventory.rollout.iter().filter(|(_, c)| c.doing == Doing::Push) {
        let is_ours = matches!(environment(&span.path, &[]), Environment::Production | Environment::Unstated);
        let Some(moment) = moment(world, &starts, span, command).filter(|_| is_ours) else { continue };
        let push = SchemaPush::named(&command.tool);
        if push.is_some_and(|push| push.adds) && !world.inventory.migrations.is_empty() {
            continue;
        }
        let message = sentence(&command.tool, push, moment);
        let gap = Gap::new("schema-push-in-production", format!("{} {}", command.tool, span.path), message);
        sheet.gap(world, gap.on(span).snippet(&command.text));
    }
}

fn sentence(tool: &str, push: Option<&SchemaPush>, moment: &str) -> String {
    let name = capital(tool);
    match push.map(|push| (push.says.as_deref(), push.adds)) {
        Some((Some(says), true)) => format!(
            "{name} {says} {moment}, without migrations: nothing records what a release changed, and nothing takes it back."
        ),
        Some((Some(says), false)) => format!(
            "{name} {says} {moment} when no migration leads from the version it finds to its own: the build before, which finds a newer one, does so too."
        ),
        _ => format!(
            "{name} changes the schema {moment}, without migrations: the build before makes it what it was again, and nobody reviews what that deletes."
        ),
    }
}

fn capital(tool: &str) -> String {
    if tool.contains(':') || tool.starts_with(char::is_lowercase) {
        format!("`{tool}`")
    } else {
        tool.to_owned()
    }
}

fn moment(world: &World<'_>, starts: &Starts, span: &Span, command: &Command) -> Option<&'static str> {
    if command.target.as_deref() == Some("setting") {
        let moment = match (span.path.file_name(), span.path.extension()) {
            ("package.json", _) => "with each deployment",
            (_, "kt" | "java") => "when the app starts",
            (_, "yml" | "yaml" | "properties") => "when the service starts",
            _ if lock::is_tool(&span.path) => return None,
            _ => "when the service starts",
        };
        return Some(moment);
    }
    let name = span.path.file_name().to_ascii_lowercase();
    // A compose file is mostly the machine of a developer.
    if name.contains("compose") && environment(&span.path, &[]) != Environment::Production {
        return None;
    }
    if span.path.parent() == ".github/workflows" {
        return is_in_deploying_job(world, span).then_some("in the deployment");
    }
    lock::moment(world, starts, span, command)
}

/// Tests push into databases of their own: only a job that deploys counts.
fn is_in_deploying_job(world: &World<'_>, span: &Span) -> bool {
    let workflow = world
        .inventory
        .resources
        .iter()
        .find(|(place, resource)| place.path == span.path && resource.system == System::GithubActions);
    let jobs = workflow.and_then(|(_, workflow)| workflow.body.get("jobs"));
    let job = jobs
        .into_iter()
        .flat_map(|jobs| jobs.entries())
        .find(|job| (job.node.at.start..job.node.at.end).contains(&span.at.start));
    job.is_some_and(|job| {
        world.inventory.rollout.iter().any(|(other, command)| {
            other.path == span.path
                && command.doing == Doing::Deploy
                && (job.node.at.start..job.node.at.end).contains(&other.at.start)
        })
    })
}
