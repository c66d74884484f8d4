//! GitHub workflows and GitLab pipelines that deploy.

use super::{blank, wait, within};
use crate::inventory::Material;
use crate::model::fact::{Command, Doing, Resource, System};
use crate::model::thing::{Deployment, Environment, Switch};
use crate::model::tree::{Entry, Node};
use crate::model::{At, Evidence, Grade, Hold, Place, Span};
use crate::rules::DeployTool;
use crate::text::environment::{environment, of_words};

/// Every workflow and pipeline with a job that deploys or takes back.
pub(super) fn take(material: &Material<'_>, rollout: &[(Span, Command)]) -> Vec<Deployment> {
    let workflows = material
        .resources_of(System::GithubActions, "workflow")
        .filter_map(|(span, resource)| workflow(&span, resource, rollout));
    let pipelines = material
        .resources_of(System::GitlabCi, "pipeline")
        .flat_map(|(span, resource)| gitlab(&span, resource, rollout));
    workflows.chain(pipelines).collect()
}

fn inside<'r>(
    rollout: &'r [(Span, Command)],
    span: &Span,
    at: At,
) -> impl Iterator<Item = &'r (Span, Command)> {
    let path = span.path.clone();
    rollout
        .iter()
        .filter(move |(place, _)| place.path == path && (at.start..at.end).contains(&place.at.start))
}

/// Clusters that a job makes for itself: what it deploys there is a test.
const OWN_CLUSTERS: &[&str] =
    &["kind create cluster", "kind-action", "minikube", "k3d", "k3s", "microk8s", "setup-kind"];

/// Whether a job deploys to a cluster of its own.
fn is_for_itself(job: &Node) -> bool {
    let mut found = false;
    job.walk(&mut |_, node| {
        found |= node.text().is_some_and(|text| OWN_CLUSTERS.iter().any(|word| text.contains(word)));
    });
    found
}

/// Whether a command leaves the machine that runs it: `docker compose up` starts on the runner, for a
/// test, unless it is sent elsewhere.
fn leaves(command: &Command) -> bool {
    const AWAY: &[&str] = &["ssh ", "stack deploy", "--context", " -H ", "DOCKER_HOST"];
    command.tool != "compose" || AWAY.iter().any(|word| command.text.contains(word))
}

/// The tool a job deploys with: by a command of its scripts, or by an action.
pub(super) fn tool_of(job: &Node, span: &Span, rollout: &[(Span, Command)]) -> Option<String> {
    if is_for_itself(job) {
        return None;
    }
    let by_command =
        inside(rollout, span, job.at).find(|(_, command)| command.doing == Doing::Deploy && leaves(command));
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    let by_action =
        || steps.iter().filter_map(|step| step.text_at("uses")).find_map(DeployTool::platform_of_action);
    by_command.map(|(_, command)| command.tool.clone()).or_else(|| by_action().map(str::to_owned))
}

fn workflow(span: &Span, resource: &Resource, rollout: &[(Span, Command)]) -> Option<Deployment> {
    let jobs = resource.body.get("jobs").map(Node::entries).unwrap_or_default();
    let deploying: Vec<(&Entry, String)> =
        jobs.iter().filter_map(|job| Some((job, tool_of(&job.node, span, rollout)?))).collect();
    let says =
        |name: &str| name.to_lowercase().contains("rollback") || name.to_lowercase().contains("roll back");
    let names_it =
        says(&resource.name) || says(span.path.file_name()) || jobs.iter().any(|job| says(&job.key));
    let takes_back =
        inside(rollout, span, resource.body.at).find(|(_, command)| command.doing == Doing::Rollback);
    if deploying.is_empty() && takes_back.is_none() {
        return None;
    }
    let environment = environment_of(span, resource, &deploying);
    let mut deployment = blank(span.clone(), "github-actions", &resource.name, environment);
    let tool = deploying.first().and_then(|(_, tool)| DeployTool::of_platform(tool));
    deployment.undo = tool.and_then(|tool| tool.undo.clone());
    deployment.settle = tool.and_then(|tool| tool.settle.clone());
    if let Some((place, command)) = takes_back {
        let shows = format!("workflow `{}` takes a release back with {}", resource.name, command.tool);
        deployment.way_back.push(Evidence { grade: Grade::Wired, shows, place: Place::At(place.clone()) });
    } else if names_it {
        let shows = format!("workflow `{}` has a job for going back", resource.name);
        deployment.way_back.push(Evidence { grade: Grade::Declared, shows, place: Place::At(span.clone()) });
    }
    deployment.way_back.extend(version_input(span, resource));
    for (place, shows) in atomic(span, resource, rollout) {
        deployment.way_back.push(Evidence { grade: Grade::Declared, shows, place: Place::At(place) });
    }
    cancels(span, resource, &deploying, &mut deployment);
    let own: Vec<&Entry> = deploying.iter().map(|(job, _)| *job).collect();
    deployment.waits = wait::workflow(span, jobs, &own, &resource.name);
    let helm =
        inside(rollout, span, resource.body.at).filter(|(_, c)| c.tool == "helm" && c.doing == Doing::Deploy);
    deployment.waits.extend(
        helm.filter_map(|(place, command)| wait::helm(place, command)).max_by_key(|t| t.most_seconds),
    );
    Some(deployment)
}

/// The environment a job names; a workflow that runs for pull requests only deploys previews.
fn environment_of(span: &Span, resource: &Resource, deploying: &[(&Entry, String)]) -> Environment {
    let triggers = resource.body.get("on").map(Node::entries).unwrap_or_default();
    let is_preview =
        !triggers.is_empty() && triggers.iter().all(|entry| entry.key.starts_with("pull_request"));
    if is_preview {
        return Environment::Development;
    }
    let named = deploying.iter().filter_map(|(job, _)| {
        let environment = job.node.get("environment")?;
        environment.text().or_else(|| environment.text_at("name")).and_then(of_words)
    });
    // The most important environment it reaches.
    named.min().unwrap_or_else(|| environment(&span.path, &[&resource.name]))
}

/// Words of an input that names what to deploy, and words that may stand beside them:
/// `util_version` is the version of something else.
const VERSION_WORDS: &[&str] = &["version", "tag", "ref", "sha", "commit", "revision"];
const QUALIFIERS: &[&str] = &["image", "git", "release", "deploy", "docker", "app", "to", "target"];

fn names_version(key: &str) -> bool {
    let key = key.to_lowercase();
    let words: Vec<&str> = key.split(['_', '-']).collect();
    words.iter().any(|word| VERSION_WORDS.contains(word))
        && words.iter().all(|word| VERSION_WORDS.contains(word) || QUALIFIERS.contains(word))
}

/// `workflow_dispatch` with an input that names what to deploy.
fn version_input(span: &Span, resource: &Resource) -> Option<Evidence> {
    let inputs = resource.body.at_path("on.workflow_dispatch.inputs")?;
    let input = inputs.entries().iter().find(|entry| names_version(&entry.key))?;
    let shows = format!(
        "workflow `{}` can be started by hand with `{}`, so an older one can be deployed",
        resource.name, input.key
    );
    Some(Evidence { grade: Grade::Declared, shows, place: Place::At(Span::new(&span.path, input.at)) })
}

/// `helm upgrade` that takes a failed release back by itself.
fn atomic(span: &Span, resource: &Resource, rollout: &[(Span, Command)]) -> Vec<(Span, String)> {
    let helm = inside(rollout, span, resource.body.at).filter(|(_, command)| {
        command.tool == "helm"
            && ["--atomic", "--rollback-on-failure"].iter().any(|flag| command.text.contains(flag))
    });
    helm.map(|(place, _)| {
        (place.clone(), "Helm takes a release that does not start back by itself".to_owned())
    })
    .collect()
}

fn cancels(span: &Span, resource: &Resource, deploying: &[(&Entry, String)], deployment: &mut Deployment) {
    let of = |node: &Node| {
        let cancel = node.at_path("concurrency.cancel-in-progress")?;
        (cancel.as_bool() == Some(true)).then(|| within(span, cancel))
    };
    let whole = of(&resource.body);
    for (job, tool) in deploying {
        let named = job.node.get("environment");
        let named = named
            .and_then(|node| node.text().or_else(|| node.text_at("name")))
            .and_then(of_words)
            .or_else(|| of_words(&job.key));
        if named.is_some_and(|reach| reach != Environment::Production) {
            continue;
        }
        let Some(place) = of(&job.node).or_else(|| whole.clone()) else { continue };
        deployment.switches.push(Switch {
            rule: "cancelled-deploy".to_owned(),
            says: format!(
                "cancels job `{}` when a newer run starts, also in the middle of a deployment with {tool}",
                job.key
            ),
            span: place,
        });
    }
}

/// Keys of a GitLab pipeline that are no jobs.
const NO_JOBS: &[&str] = &[
    "stages",
    "variables",
    "include",
    "default",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
];

fn gitlab(span: &Span, resource: &Resource, rollout: &[(Span, Command)]) -> Vec<Deployment> {
    let jobs = resource
        .body
        .entries()
        .iter()
        .filter(|entry| !NO_JOBS.contains(&entry.key.as_str()) && !entry.key.starts_with('.'));
    let deploying = jobs.filter_map(|job| {
        let tool = inside(rollout, span, job.node.at)
            .find(|(_, c)| c.doing == Doing::Deploy)
            .map(|(_, c)| c.tool.clone());
        let environment = job.node.get("environment");
        let tool = tool.or_else(|| environment.map(|_| "gitlab".to_owned()))?;
        let named = environment.and_then(|node| node.text().or_else(|| node.text_at("name")));
        let place = Span::new(&span.path, job.at);
        let reach = named.and_then(of_words).unwrap_or_else(|| environment_or(&span.path, &job.key));
        let mut deployment = blank(place, "gitlab-ci", &job.key, reach);
        let known = DeployTool::of_platform(&tool);
        deployment.undo = known.and_then(|tool| tool.undo.clone());
        deployment.settle = known.and_then(|tool| tool.settle.clone());
        if let Some(environment) = environment {
            // The button is there for jobs with an environment.
            deployment.undo = Some("GitLab's rollback of the environment".to_owned());
            let shows = format!("job `{}` deploys to an environment that GitLab can roll back", job.key);
            deployment.way_back.push(Evidence {
                grade: Grade::Declared,
                shows,
                place: Place::At(within(span, environment)),
            });
        }
        if let Some(when) = job.node.get("when").filter(|when| when.text() == Some("manual")) {
            let says = "waits for a person who starts it (`when: manual`)".to_owned();
            deployment.notes.push((Hold::Slows, says, within(span, when)));
        }
        Some(deployment)
    });
    deploying.collect()
}

fn environment_or(path: &crate::model::RepoPath, name: &str) -> Environment {
    environment(path, &[name])
}
