//! What stands against going back without being a deployment: registries that delete images, hooks
//! that migrate one way, synchronization that undoes what people do by hand, configuration that a
//! workload's own undo does not bring back, flags of commands.

use std::sync::LazyLock;

use regex::Regex;

use super::{artifact, fate, release, skew, state, within};
use crate::inventory::Material;
use crate::inventory::terraform::Terraform;
use crate::model::fact::{Command, Doing, Resource, System};
use crate::model::thing::{Deployment, Environment, Obstacle};
use crate::model::tree::{Node, Value};
use crate::model::{FactKind, Span};
use crate::rules::DeployFlag;
use crate::text::duration::seconds;
use crate::text::environment::{environment, of_words};

/// A registry that keeps this many images or fewer forgets a release within days of ordinary work.
const FEW_IMAGES: i64 = 3;
/// What is noticed after a weekend and a working week must still be there to go back to.
pub(super) const FEW_DAYS: i64 = 7;
pub(super) const SECONDS_PER_DAY: i64 = 86_400;

/// Everything that stands against going back, sorted.
pub(super) fn take<'a>(
    material: &Material<'a>,
    terraform: &Terraform<'a>,
    deployments: &[Deployment],
    rollout: &[(Span, Command)],
) -> Vec<Obstacle> {
    let mut found = registries(material);
    found.extend(hooks(material, rollout));
    found.extend(synchronized(material));
    found.extend(edited_configuration(material, deployments));
    found.extend(commands(rollout));
    found.extend(release::take(rollout));
    found.extend(artifact::take(material, deployments, rollout));
    found.extend(state::take(material));
    found.extend(skew::take(material, terraform));
    found.extend(fate::take(material, terraform));
    // What stands in documents is an example, but for pages that tell people what to type.
    found.retain(|obstacle| !obstacle.span.path.has_folder("docs") || obstacle.span.path.extension() == "md");
    found.sort();
    found.dedup();
    found
}

pub(super) fn obstacle(
    rule: &str,
    span: Span,
    thing: String,
    message: String,
    environment: Environment,
) -> Obstacle {
    Obstacle { span, rule: rule.to_owned(), thing, message, related: Vec::new(), environment }
}

/// One rule of a registry that deletes.
struct Deletes {
    /// What is kept, in words, when it is too little.
    keeps: String,
    span: Span,
}

fn registries(material: &Material<'_>) -> Vec<Obstacle> {
    let mut found = Vec::new();
    for (span, resource) in material.resources() {
        let kind = (resource.system, resource.kind.as_str());
        let policy = match kind {
            (System::Terraform, "aws_ecr_lifecycle_policy") => resource.body.get("policy"),
            (System::Terraform, "module") => resource.body.get("repository_lifecycle_policy"),
            (System::CloudFormation, "AWS::ECR::Repository") => {
                resource.body.at_path("Properties.LifecyclePolicy.LifecyclePolicyText")
            }
            _ => None,
        };
        let deletes = match kind {
            (System::Terraform, "google_artifact_registry_repository") => {
                artifact_registry(&span, &resource.body)
            }
            (System::Terraform, "data.aws_ecr_lifecycle_policy_document") => document(&span, &resource.body),
            _ => policy.and_then(|policy| lifecycle(&span, policy)),
        };
        let Some(deletes) = deletes else { continue };
        let name = resource.body.text_at("repository").unwrap_or(&resource.name);
        let message = format!(
            "Registry `{name}` keeps {}: the image of an earlier release may be gone when it is needed.",
            deletes.keeps
        );
        let environment = environment(&span.path, &[name, &resource.name]);
        found.push(obstacle(
            "short-release-retention",
            deletes.span,
            format!("registry {name}"),
            message,
            environment,
        ));
    }
    found
}

static SELECTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        # a key of JSON or HCL with a plain value
        "? \b (tagStatus|countType|countNumber|tagPrefixList|tagPatternList) "? \s* [:=] \s*
        (?: "([A-Za-z]+)" | ([0-9]+) | (\[) )
        "#,
    )
    .ok()
});

/// The rules of an ECR policy, in JSON or in `jsonencode`; one about some tags only says nothing of
/// releases.
fn lifecycle(span: &Span, policy: &Node) -> Option<Deletes> {
    let text = policy.text().or_else(|| policy.unknown())?;
    let span = within(span, policy);
    // What an earlier rule about all tags matches, a later one cannot delete.
    let mut has_all_tags = false;
    text.split("rulePriority").skip(1).find_map(|rule| {
        let (mut status, mut kind, mut number, mut is_some) = ("", "", None, false);
        for found in SELECTION.as_ref()?.captures_iter(rule) {
            let word = found.get(2).map_or("", |word| word.as_str());
            match found.get(1).map_or("", |key| key.as_str()) {
                "tagStatus" => status = word,
                "countType" => kind = word,
                "countNumber" => number = found.get(3).and_then(|number| number.as_str().parse().ok()),
                _ => is_some = true,
            }
        }
        let is_taken = has_all_tags;
        has_all_tags |= status == "tagged" && (rule.contains("[\"*\"]") || rule.contains("[ \"*\" ]"));
        if is_taken {
            return None;
        }
        kept(status, kind, number?, is_some).map(|keeps| Deletes { keeps, span: span.clone() })
    })
}

fn document(span: &Span, body: &Node) -> Option<Deletes> {
    body.get_all("rule").find_map(|rule| {
        let selection = rule.get("selection")?;
        let text = |key| selection.text_at(key).unwrap_or_default();
        let is_some = ["tag_prefix_list", "tag_pattern_list"].iter().any(|key| selection.get(key).is_some());
        let number = selection.get("count_number")?;
        let keeps = kept(text("tag_status"), text("count_type"), number.as_i64()?, is_some)?;
        Some(Deletes { keeps, span: within(span, number) })
    })
}

fn kept(status: &str, kind: &str, number: i64, is_of_some_tags: bool) -> Option<String> {
    if !matches!(status, "any" | "tagged") || is_of_some_tags {
        return None;
    }
    match kind {
        "imageCountMoreThan" if number <= FEW_IMAGES => {
            Some(format!("{number} image{}", if number == 1 { "" } else { "s" }))
        }
        "sinceImagePushed" if number < FEW_DAYS => {
            Some(format!("images for {number} day{}", if number == 1 { "" } else { "s" }))
        }
        _ => None,
    }
}

/// Cleanup of Artifact Registry: what deletes without something that keeps.
fn artifact_registry(span: &Span, body: &Node) -> Option<Deletes> {
    let is_dry = body.get("cleanup_policy_dry_run").and_then(Node::as_bool) == Some(true);
    let keeps = body.get_all("cleanup_policies").any(|policy| policy.text_at("action") == Some("KEEP"));
    if is_dry || keeps {
        return None;
    }
    body.get_all("cleanup_policies").filter(|policy| policy.text_at("action") == Some("DELETE")).find_map(
        |policy| {
            let condition = policy.get("condition")?;
            let is_some =
                ["tag_prefixes", "version_name_prefixes"].iter().any(|key| condition.get(key).is_some());
            if is_some
                || condition.text_at("tag_state").is_some_and(|state| state.eq_ignore_ascii_case("untagged"))
            {
                return None;
            }
            let age = condition.get("older_than")?;
            let days = i64::from(seconds(age.text()?)?) / SECONDS_PER_DAY;
            let keeps = kept("any", "sinceImagePushed", days, false)?;
            Some(Deletes { keeps, span: within(span, age) })
        },
    )
}

/// The value of an annotation, whose key holds dots.
fn annotation<'n>(resource: &'n Resource, key: &str) -> Option<&'n Node> {
    resource.body.at_path("metadata.annotations")?.get(key)
}

/// Jobs of a chart that migrate when it is upgraded, where no hook runs when it is rolled back.
fn hooks(material: &Material<'_>, rollout: &[(Span, Command)]) -> Vec<Obstacle> {
    let chart = |span: &Span| span.path.as_str().split_once("/templates/").map(|(chart, _)| chart.to_owned());
    let hooks: Vec<(Span, &Resource, &str)> = material
        .resources()
        .filter(|(_, resource)| resource.system == System::Kubernetes)
        .filter_map(|(span, resource)| Some((span, resource, annotation(resource, "helm.sh/hook")?.text()?)))
        .collect();
    let mut found = Vec::new();
    for (span, resource, hook) in &hooks {
        let Some(own) = chart(span) else { continue };
        let is_upgrade = hook.contains("pre-upgrade") || hook.contains("post-upgrade");
        let has_counterpart = hooks
            .iter()
            .any(|(other, _, hook)| chart(other).as_ref() == Some(&own) && hook.contains("-rollback"));
        let migrates = rollout.iter().find(|(place, command)| {
            place.path == span.path
                && command.doing == Doing::Migrate
                && (resource.body.at.start..resource.body.at.end.max(place.at.start + 1))
                    .contains(&place.at.start)
        });
        let Some((place, command)) = migrates.filter(|_| is_upgrade && !has_counterpart) else { continue };
        let message = format!(
            "Chart `{own}` migrates the schema in its `{hook}` hook and has no hook for `helm rollback`: the release before starts on the newer schema."
        );
        let environment = environment(&span.path, &[]);
        let mut made = obstacle(
            "one-way-migration-hook",
            within(span, &resource.body),
            own.clone(),
            message,
            environment,
        );
        made.span = annotation(resource, "helm.sh/hook").map_or(span.clone(), |node| within(span, node));
        made.related.push((place.clone(), format!("runs {}", command.tool)));
        found.push(made);
    }
    found
}

/// Applications that heal themselves, where a script or a page tells people to roll back by hand what
/// they own: the next synchronization brings the broken release back.
fn synchronized(material: &Material<'_>) -> Vec<Obstacle> {
    let healed: Vec<(Span, &Resource)> = material
        .resources_of(System::Kubernetes, "Application")
        .filter(|(_, app)| {
            let automated = app.body.at_path("spec.syncPolicy.automated");
            let is = |key: &str| automated.and_then(|node| node.get(key)).and_then(Node::as_bool);
            automated.is_some() && is("enabled") != Some(false) && is("selfHeal") == Some(true)
        })
        .collect();
    if healed.is_empty() {
        return Vec::new();
    }
    let commands =
        material.of(|kind| if let FactKind::Command(command) = kind { Some(&**command) } else { None });
    let by_hand = commands.filter(|(_, command)| {
        command.doing == Doing::Rollback && matches!(command.tool.as_str(), "helm" | "kubernetes" | "argo-cd")
    });
    let mut found = Vec::new();
    for (place, command) in by_hand {
        let names = |app: &Resource| {
            let mut words = command.text.split(|c: char| c.is_whitespace() || c == '/' || c == '`');
            !app.name.is_empty() && words.any(|word| word == app.name)
        };
        let Some((span, app)) = healed.iter().find(|(_, app)| names(app)) else { continue };
        let message = format!(
            "`{}` takes `{}` back by hand, but Argo CD heals that application from git: the release that was taken back returns at the next synchronization.",
            command.text, app.name
        );
        let environment = environment(&span.path, &[&app.name]);
        let mut made = obstacle("sync-undoes-rollback", place, app.name.clone(), message, environment);
        let heals = app.body.at_path("spec.syncPolicy.automated.selfHeal");
        made.related.push((heals.map_or(span.clone(), |node| within(span, node)), "heals itself".to_owned()));
        found.push(made);
    }
    found
}

/// Settings that a workload reads and that changed since the last release, where only the workload
/// itself would be taken back.
fn edited_configuration(material: &Material<'_>, deployments: &[Deployment]) -> Vec<Obstacle> {
    let Some(last) = material.history.last_release() else { return Vec::new() };
    let maps: Vec<(Span, &Resource)> = material
        .resources_of(System::Kubernetes, "ConfigMap")
        .filter(|(span, _)| material.history.since_release.binary_search(&span.path).is_ok())
        .collect();
    let mut found = Vec::new();
    for (span, workload) in material.resources() {
        let is_workload = workload.system == System::Kubernetes
            && matches!(workload.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet");
        let undone_alone =
            deployments.iter().any(|d| d.span == span && d.undo.as_deref() == Some("`kubectl rollout undo`"));
        if maps.is_empty() || !is_workload || !undone_alone || is_stamped(workload) {
            continue;
        }
        let pod = workload.body.at_path("spec.template.spec");
        for (place, map) in &maps {
            if map.name.is_empty() || !pod.is_some_and(|pod| reads(pod, &map.name)) {
                continue;
            }
            let message = format!(
                "ConfigMap `{}` changed since `{}` under the same name: `kubectl rollout undo` brings back `{}`, not its settings.",
                map.name, last.tag, workload.name
            );
            let environment = environment(&place.path, &[&map.name]);
            let thing = format!("configmap {}", map.name);
            let mut made =
                obstacle("configuration-without-version", place.clone(), thing, message, environment);
            made.related.push((span.clone(), format!("`{}` reads it", workload.name)));
            found.push(made);
        }
    }
    found
}

/// Whether the pod carries a digest of its settings, so that a change of them is a new revision.
fn is_stamped(workload: &Resource) -> bool {
    let annotations = workload.body.at_path("spec.template.metadata.annotations");
    annotations.map(Node::entries).unwrap_or_default().iter().any(|entry| entry.key.contains("checksum"))
}

fn reads(pod: &Node, name: &str) -> bool {
    let mut found = false;
    pod.walk(&mut |keys, node| {
        let is_reference = matches!(keys, [.., "configMap" | "configMapRef" | "configMapKeyRef", "name"]);
        found |= is_reference && node.text() == Some(name);
    });
    found
}

/// Commands whose flags take the way back away, and images that are deleted right after a deployment.
fn commands(rollout: &[(Span, Command)]) -> Vec<Obstacle> {
    let mut found = Vec::new();
    for (span, command) in rollout {
        let reach = of_words(&command.text).unwrap_or_else(|| environment(&span.path, &[]));
        let thing = format!("{} {}", command.tool, span.path);
        if command.doing == Doing::Deploy {
            for flag in DeployFlag::of_line(&command.tool, &command.text) {
                let message = format!("`{}` {}.", command.text, flag.says);
                found.push(obstacle(&flag.rule, span.clone(), thing.clone(), message, reach));
            }
        }
        let deploys = || {
            rollout.iter().any(|(other, c)| {
                other.path == span.path
                    && c.doing == Doing::Deploy
                    && c.tool == "compose"
                    && other.at < span.at
            })
        };
        if command.doing == Doing::Prune && deploys() {
            let message = format!(
                "`{}` runs after the deployment and deletes the images of the release before.",
                command.text
            );
            found.push(obstacle("short-release-retention", span.clone(), thing, message, reach));
        }
    }
    found
}

/// Whether a list or mapping holds something that only a template knows.
pub(super) fn is_templated(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |_, node| found |= matches!(node.value, Value::Unknown(_)));
    found
}
