//! What a pipeline builds and hands to the job that deploys it, and how long the pipeline keeps it.
//!
//! Where it is gone, an earlier run cannot be deployed again: it has to be built anew.

use super::obstacle::{FEW_DAYS, SECONDS_PER_DAY, obstacle};
use super::{pipeline, within};
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Command, Resource, System};
use crate::model::thing::{Deployment, Obstacle};
use crate::model::tree::{Entry, Node};
use crate::text::duration::seconds;

const RULE: &str = "short-release-retention";

/// Every artifact that is deployed and soon gone.
pub(super) fn take(
    material: &Material<'_>,
    deployments: &[Deployment],
    rollout: &[(Span, Command)],
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    for (span, resource) in material.resources() {
        match resource.system {
            System::GithubActions => found.extend(github(&span, resource, deployments, rollout)),
            System::GitlabCi => found.extend(gitlab(&span, resource, deployments)),
            _ => {}
        }
    }
    found
}

/// The steps of a job that use an action, with what they are given.
fn uses<'n>(job: &'n Node, action: &'static str) -> impl Iterator<Item = &'n Node> {
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    steps.iter().filter(move |step| step.text_at("uses").is_some_and(|uses| uses.starts_with(action)))
}

fn github(
    span: &Span,
    resource: &Resource,
    deployments: &[Deployment],
    rollout: &[(Span, Command)],
) -> Option<Obstacle> {
    let deployment = deployments.iter().find(|one| one.span.path == span.path && one.is_pipeline())?;
    let jobs = resource.body.get("jobs").map(Node::entries).unwrap_or_default();
    let deploying = jobs.iter().filter(|job| pipeline::tool_of(&job.node, span, rollout).is_some());
    let taken: Vec<Option<&str>> = deploying
        .flat_map(|job| uses(&job.node, "actions/download-artifact"))
        // One of another run is looked for by its number.
        .filter(|step| step.at_path("with.run-id").is_none())
        .map(|step| step.text_at("with.name"))
        .collect();
    let uploads = jobs.iter().flat_map(|job| uses(&job.node, "actions/upload-artifact"));
    uploads.into_iter().find_map(|step| {
        let name = step.text_at("with.name").unwrap_or("artifact");
        let kept = step.at_path("with.retention-days")?;
        // 0 means the default of the repository.
        let days = kept.as_i64().filter(|days| (1..FEW_DAYS).contains(days))?;
        let is_taken = taken.iter().any(|taken| taken.is_none_or(|taken| taken == name));
        let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        is_taken.then(|| made(within(span, kept), "Workflow", deployment, name, &days))
    })
}

fn gitlab(span: &Span, resource: &Resource, deployments: &[Deployment]) -> Vec<Obstacle> {
    let jobs = resource.body.entries();
    let own = deployments.iter().filter(|one| one.span.path == span.path && one.platform == "gitlab-ci");
    let mut found = Vec::new();
    for deployment in own {
        let Some(job) = jobs.iter().find(|job| job.key == deployment.name) else { continue };
        found.extend(needed(job).into_iter().find_map(|name| {
            let build = jobs.iter().find(|job| job.key == name)?;
            let kept = build.node.at_path("artifacts.expire_in")?;
            let long = i64::from(seconds(kept.text()?)?);
            let is_short =
                long < FEW_DAYS * SECONDS_PER_DAY && build.node.at_path("artifacts.paths").is_some();
            let says = kept.text().unwrap_or_default();
            is_short.then(|| made(within(span, kept), "Job", deployment, name, says))
        }));
    }
    found
}

/// The jobs whose artifacts a job takes by name.
fn needed(job: &Entry) -> Vec<&str> {
    let lists = ["needs", "dependencies"].iter().filter_map(|key| job.node.get(key));
    let named = |node: &'_ Node| node.text().is_some() || node.text_at("job").is_some();
    let items = lists.flat_map(Node::items).filter(|node| named(node));
    items
        .filter(|node| node.get("artifacts").and_then(Node::as_bool) != Some(false))
        .filter_map(|node| node.text().or_else(|| node.text_at("job")))
        .collect()
}

fn made(span: Span, noun: &str, deployment: &Deployment, artifact: &str, kept: &str) -> Obstacle {
    let message = format!(
        "{noun} `{}` deploys the artifact `{artifact}`, which is deleted after {kept}: then an earlier run cannot be deployed again without a new build.",
        deployment.name
    );
    let thing = format!("{} artifact {artifact}", deployment.name);
    obstacle(RULE, span, thing, message, deployment.environment)
}
