//! Shared fate: workloads that go down together, because they stand on one node, in one zone, on one
//! group of nodes or on one volume, and nothing keeps a part of them up.
//!
//! Only what is pinned is told. Where nothing is pinned, a scheduler may still put everything on one
//! node; that is for the cluster to show.

use std::collections::{BTreeMap, BTreeSet};

use super::obstacle::is_templated;
use super::within;
use crate::inventory::Material;
use crate::inventory::terraform::Terraform;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Environment, Obstacle};
use crate::model::tree::Node;
use crate::text::environment::environment;

/// Labels by which pods are pinned to what fails as one, and what that is called.
const PINS: &[(&str, &str)] = &[
    ("kubernetes.io/hostname", "node"),
    ("topology.kubernetes.io/zone", "zone"),
    ("failure-domain.beta.kubernetes.io/zone", "zone"),
];

/// How many workloads a message names.
const NAMED: usize = 3;

/// What several workloads stand on: the sort (`node`, `zone`, `volume`), its name, where they run.
type Ground = (&'static str, String, String, Environment);
type Workloads<'a> = Vec<(Span, &'a Resource)>;

/// Everything that goes down together.
pub(super) fn take<'a>(material: &Material<'a>, terraform: &Terraform<'a>) -> Vec<Obstacle> {
    let guarded = guarded(material);
    let mut grounds: BTreeMap<Ground, Workloads<'a>> = BTreeMap::new();
    for (span, resource) in material.resources() {
        let is_workload = resource.system == System::Kubernetes
            && matches!(resource.kind.as_str(), "Deployment" | "StatefulSet")
            && resource.body.at_path("spec.replicas").and_then(Node::as_i64) != Some(0);
        let Some(pod) = resource.body.at_path("spec.template.spec").filter(|_| is_workload) else { continue };
        if resource.name.is_empty() || guarded.contains(&app(resource)) || pod.get("affinity").is_some() {
            continue;
        }
        let space = resource.namespace.clone().unwrap_or_default();
        let reach = environment(&span.path, &[&resource.name, &space]);
        for (sort, name) in pinned(pod).into_iter().chain(volumes(material, &span, pod)) {
            let ground = (sort, name, space.clone(), reach);
            grounds.entry(ground).or_default().push((span.clone(), resource));
        }
    }
    let mut found: Vec<Obstacle> =
        grounds.into_iter().filter_map(|(ground, on)| together(ground, &on)).collect();
    found.extend(node_groups(material, terraform));
    found
}

fn together(ground: Ground, on: &[(Span, &Resource)]) -> Option<Obstacle> {
    let (sort, name, _, reach) = ground;
    let mut names: Vec<&str> = on.iter().map(|(_, resource)| resource.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let (first, _) = on.first().filter(|_| names.len() >= 2)?;
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = match sort {
        "volume" => format!("are mounted on the one volume `{name}`"),
        _ => format!("are pinned to the one {sort} `{name}`"),
    };
    let message = format!(
        "{}{more} {what}, with no disruption budget or anti-affinity: what takes it away takes them together.",
        shown.join(", ")
    );
    Some(Obstacle {
        span: first.clone(),
        rule: "shared-fate".to_owned(),
        thing: format!("{sort} {name}"),
        message,
        related: on
            .iter()
            .skip(1)
            .take(NAMED)
            .map(|(span, r)| (span.clone(), format!("`{}`", r.name)))
            .collect(),
        environment: reach,
    })
}

fn app(resource: &Resource) -> String {
    let labels = resource.body.at_path("spec.template.metadata.labels");
    let own = labels.and_then(|labels| labels.get("app").or_else(|| labels.get("app.kubernetes.io/name")));
    own.and_then(Node::text).unwrap_or(&resource.name).to_owned()
}

/// Applications that a disruption budget selects.
fn guarded(material: &Material<'_>) -> BTreeSet<String> {
    let budgets = material.resources_of(System::Kubernetes, "PodDisruptionBudget");
    let labels = budgets.filter_map(|(_, budget)| budget.body.at_path("spec.selector.matchLabels"));
    labels.flat_map(Node::entries).filter_map(|entry| entry.node.text().map(str::to_owned)).collect()
}

fn pinned(pod: &Node) -> Vec<(&'static str, String)> {
    let Some(selector) = pod.get("nodeSelector") else { return Vec::new() };
    let pins = PINS.iter().filter_map(|(label, sort)| Some((*sort, selector.get(label)?.text()?.to_owned())));
    pins.collect()
}

/// Claims of volumes that one node at a time may mount.
fn volumes(material: &Material<'_>, span: &Span, pod: &Node) -> Vec<(&'static str, String)> {
    let claims = pod.get("volumes").map(Node::items).unwrap_or_default();
    let names = claims.iter().filter_map(|volume| volume.text_at("persistentVolumeClaim.claimName"));
    let is_single = |name: &str| {
        material.resources_of(System::Kubernetes, "PersistentVolumeClaim").any(|(place, claim)| {
            let modes = claim.body.at_path("spec.accessModes");
            let modes = modes.map(Node::items).unwrap_or_default();
            let is_once = |mode: &Node| matches!(mode.text(), Some("ReadWriteOnce" | "ReadWriteOncePod"));
            claim.name == name
                && place.path.parent() == span.path.parent()
                && !modes.is_empty()
                && modes.iter().all(is_once)
        })
    };
    names.filter(|name| is_single(name)).map(|name| ("volume", name.to_owned())).collect()
}

/// Clusters whose only node group is one node, or stands in one subnet.
fn node_groups<'a>(material: &Material<'a>, terraform: &Terraform<'a>) -> Vec<Obstacle> {
    let mut by_folder: BTreeMap<&str, Workloads<'a>> = BTreeMap::new();
    let groups: Workloads<'a> = material.resources_of(System::Terraform, "aws_eks_node_group").collect();
    for (span, group) in &groups {
        by_folder.entry(span.path.parent()).or_default().push((span.clone(), *group));
    }
    let mut found = Vec::new();
    for groups in by_folder.values() {
        let [(span, group)] = groups.as_slice() else { continue };
        if group.body.get("for_each").is_some() || group.body.get("count").is_some() {
            continue;
        }
        let scopes = terraform.instances_at(&span.path);
        let most = group.body.at_path("scaling_config.max_size");
        let is_one = most.and_then(|most| super::declared::value(terraform, &scopes, most));
        let is_one = is_one.and_then(|most| most.as_i64()) == Some(1);
        let subnets = group.body.get("subnet_ids");
        let in_one = subnets.is_some_and(|subnets| subnets.items().len() == 1 && !is_list(subnets));
        let (what, place) = match (is_one, in_one, most, subnets) {
            (true, _, Some(most), _) => ("is one node (`max_size = 1`)", most),
            (_, true, _, Some(subnets)) => ("stands in one subnet, and so in one zone", subnets),
            _ => continue,
        };
        let message = format!(
            "Every workload of the cluster stands on node group `{}`, which {what}: what takes it away takes all of them.",
            group.name
        );
        found.push(Obstacle {
            span: within(span, place),
            rule: "shared-fate".to_owned(),
            thing: format!("node group {}", group.name),
            message,
            related: Vec::new(),
            environment: environment(&span.path, &[&group.name]),
        });
    }
    found
}

/// Whether the one item may stand for several: a splat or an expression.
fn is_list(subnets: &Node) -> bool {
    subnets
        .items()
        .iter()
        .any(|item| item.unknown().is_some_and(|source| source.contains('*') || source.contains("...")))
        || subnets.items().is_empty() && is_templated(subnets)
}
