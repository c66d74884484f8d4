//! What going back waits for, as it is declared: readiness, drain, deadlines, timeouts of pipelines.
//!
//! Only bounds that a key or a documented default gives; nothing is guessed from sizes. Defaults stand
//! in `rules/catalog/deployments.toml` with the page that states them.

use super::within;
use crate::inventory::Material;
use crate::model::fact::{Command, Resource, System};
use crate::model::tree::{Entry, Node};
use crate::model::{Span, TimeTerm};
use crate::rules::platform_default;
use crate::text::duration::seconds;

/// More waves than this are a fleet; the bound would say nothing.
const MOST_WAVES: u32 = 50;
const SECONDS_PER_MINUTE: u32 = 60;

/// Seconds under a path: a literal, or the default when the key is missing; nothing when a variable
/// decides.
fn seconds_or(body: &Node, path: &str, default: Option<u32>) -> Option<u32> {
    match body.at_path(path) {
        None => default,
        Some(node) => node.as_i64().and_then(|seconds| u32::try_from(seconds).ok()),
    }
}

/// What a rollout of a Kubernetes `Deployment` waits for. Other workloads have no deadline.
pub(super) fn kubernetes(span: &Span, resource: &Resource, name: &str) -> Vec<TimeTerm> {
    let body = &resource.body;
    let pod = body.at_path("spec.template.spec");
    let mut terms = Vec::new();
    let deadline = platform_default("kubernetes.progressDeadlineSeconds");
    if resource.kind == "Deployment"
        && let Some(deadline) = seconds_or(body, "spec.progressDeadlineSeconds", deadline)
    {
        let ready = seconds_or(body, "spec.minReadySeconds", Some(0)).unwrap_or(0);
        let containers = pod.and_then(|pod| pod.get("containers")).map(Node::items).unwrap_or_default();
        let delays =
            containers.iter().filter_map(|c| c.at_path("readinessProbe.initialDelaySeconds")?.as_i64());
        let delay = delays.max().and_then(|delay| u32::try_from(delay).ok()).unwrap_or(0);
        let waves = waves(body).min(MOST_WAVES);
        let place = body.at_path("spec.progressDeadlineSeconds").map(|node| within(span, node));
        let what = match waves {
            1 => format!(
                "the rollout of `{name}`, which Kubernetes calls failed after that time without progress"
            ),
            _ => format!(
                "the rollout of `{name}` in {waves} steps, each of which Kubernetes calls failed after its deadline"
            ),
        };
        terms.push(TimeTerm {
            what,
            least_seconds: ready.saturating_add(delay).saturating_mul(waves),
            most_seconds: deadline.saturating_mul(waves),
            place: Some(place.unwrap_or_else(|| span.clone())),
        });
    }
    let grace = platform_default("kubernetes.terminationGracePeriodSeconds");
    let stated = pod.map(|pod| seconds_or(pod, "terminationGracePeriodSeconds", grace));
    if let Some(Some(grace)) = stated.filter(|_| !terms.is_empty()) {
        let place = pod.and_then(|pod| pod.get("terminationGracePeriodSeconds"));
        terms.push(TimeTerm {
            what: format!("the pods of `{name}` that are stopped"),
            least_seconds: 0,
            most_seconds: grace,
            place: Some(place.map_or(span.clone(), |node| within(span, node))),
        });
    }
    terms
}

/// In how many steps the pods are replaced: replicas by surge (a quarter, rounded up, when nothing
/// is said). One when a variable decides.
fn waves(body: &Node) -> u32 {
    let replicas = body.at_path("spec.replicas").map_or(Some(1), Node::as_i64);
    let Some(replicas) = replicas.and_then(|replicas| u32::try_from(replicas).ok()) else { return 1 };
    let surge = match body.at_path("spec.strategy.rollingUpdate.maxSurge") {
        None => Some(replicas.div_ceil(4)),
        Some(node) => match node.text().and_then(|text| text.strip_suffix('%')) {
            Some(share) => {
                share.parse::<u32>().ok().map(|share| replicas.saturating_mul(share).div_ceil(100))
            }
            None => node.as_i64().and_then(|surge| u32::try_from(surge).ok()),
        },
    };
    let is_at_once = body.text_at("spec.strategy.type") == Some("Recreate");
    match surge {
        _ if is_at_once => 1,
        Some(surge) => replicas.div_ceil(surge.max(1)).max(1),
        None => 1,
    }
}

/// The drain of the target group that an ECS service of Terraform hangs on.
pub(super) fn target_group(
    material: &Material<'_>,
    span: &Span,
    body: &Node,
    name: &str,
) -> Option<TimeTerm> {
    let source = body.at_path("load_balancer.target_group_arn")?.unknown()?;
    let label = source.trim().split('.').nth(1)?;
    let kinds = ["aws_lb_target_group", "aws_alb_target_group"];
    let (place, group) = material.resources().find(|(place, resource)| {
        resource.system == System::Terraform
            && kinds.contains(&resource.kind.as_str())
            && resource.name == label
            && place.path.parent() == span.path.parent()
    })?;
    let default = platform_default("aws_lb_target_group.deregistration_delay");
    let most_seconds = seconds_or(&group.body, "deregistration_delay", default)?;
    let node = group.body.get("deregistration_delay");
    Some(TimeTerm {
        what: format!("connections to old tasks of `{name}`, which the load balancer lets end"),
        least_seconds: 0,
        most_seconds,
        place: Some(node.map_or(place.clone(), |node| within(&place, node))),
    })
}

/// The jobs of a workflow that deploy, with those they need: the time after which GitHub gives up. Only
/// when each declares it: the default of six hours would say nothing.
pub(super) fn workflow(span: &Span, jobs: &[Entry], deploying: &[&Entry], name: &str) -> Vec<TimeTerm> {
    let minutes = |job: &Entry| {
        let stated = job.node.get("timeout-minutes")?.as_i64();
        stated.and_then(|minutes| u32::try_from(minutes).ok())
    };
    let chain = |job: &Entry| {
        let (mut total, mut at, mut seen) = (minutes(job)?, job, vec![job.key.as_str()]);
        // The longest line of needs; a workflow that needs itself does not run.
        while let Some(next) = needed(at, jobs)
            .into_iter()
            .filter(|job| !seen.contains(&job.key.as_str()))
            .max_by_key(|job| minutes(job))
        {
            total = total.saturating_add(minutes(next)?);
            seen.push(&next.key);
            at = next;
        }
        Some((total, seen.len()))
    };
    let longest =
        deploying.iter().filter_map(|job| Some((chain(job)?, *job))).max_by_key(|(total, _)| *total);
    let Some(((total, count), job)) = longest else { return Vec::new() };
    let jobs = if count == 1 { "1 job".to_owned() } else { format!("{count} jobs") };
    vec![TimeTerm {
        what: format!("workflow `{name}` ({jobs}), which GitHub stops after that time"),
        least_seconds: 0,
        most_seconds: total.saturating_mul(SECONDS_PER_MINUTE),
        place: Some(Span::new(&span.path, job.at)),
    }]
}

fn needed<'j>(job: &Entry, jobs: &'j [Entry]) -> Vec<&'j Entry> {
    let Some(needs) = job.node.get("needs") else { return Vec::new() };
    let names: Vec<&str> =
        needs.text().into_iter().chain(needs.items().iter().filter_map(Node::text)).collect();
    jobs.iter().filter(|job| names.contains(&job.key.as_str())).collect()
}

/// `helm upgrade --wait --timeout 10m`.
pub(super) fn helm(span: &Span, command: &Command) -> Option<TimeTerm> {
    let waits =
        ["--wait", "--atomic", "--rollback-on-failure"].iter().any(|flag| command.text.contains(flag));
    let words: Vec<&str> = command.text.split([' ', '=']).collect();
    let stated = words.iter().position(|word| *word == "--timeout").map(|at| words.get(at + 1).copied());
    let most_seconds = match stated {
        None => platform_default("helm.timeout")?,
        Some(text) => seconds(text?)?,
    };
    waits.then(|| TimeTerm {
        what: "Helm, which waits for its release to be ready".to_owned(),
        least_seconds: 0,
        most_seconds,
        place: Some(span.clone()),
    })
}
