//! Versions of one cluster that drift apart: a control plane and its nodes.
//!
//! A control plane does not go back, and its nodes may be neither newer nor much older. Who takes a
//! release of the platform back meets both. Versions are compared where both are known in the same use
//! of a module; a node group that follows its cluster never differs.

use crate::inventory::Material;
use crate::inventory::terraform::Terraform;
use crate::model::fact::{Resource, System};
use crate::model::thing::Obstacle;
use crate::model::tree::Node;
use crate::model::{RepoPath, Span};
use crate::text::environment::environment;

use super::within;

/// A kind of cluster with its kind of nodes: kind and key of the version of each, and the key by which
/// the nodes name their cluster.
struct Pair {
    cluster: &'static str,
    version: &'static str,
    nodes: &'static str,
    node_version: &'static str,
    names: &'static str,
}

const PAIRS: &[Pair] = &[
    Pair {
        cluster: "aws_eks_cluster",
        version: "version",
        nodes: "aws_eks_node_group",
        node_version: "version",
        names: "cluster_name",
    },
    Pair {
        cluster: "google_container_cluster",
        version: "min_master_version",
        nodes: "google_container_node_pool",
        node_version: "version",
        names: "cluster",
    },
    Pair {
        cluster: "azurerm_kubernetes_cluster",
        version: "kubernetes_version",
        nodes: "azurerm_kubernetes_cluster_node_pool",
        node_version: "orchestrator_version",
        names: "kubernetes_cluster_id",
    },
];

/// Keys by which a call of the EKS module gives versions.
const MODULE_VERSIONS: &[&str] = &["kubernetes_version", "cluster_version"];
const MODULE_GROUPS: &[&str] = &["eks_managed_node_groups", "self_managed_node_groups"];

/// Every node group that differs from its cluster.
pub(super) fn take<'a>(material: &Material<'a>, terraform: &Terraform<'a>) -> Vec<Obstacle> {
    let declared: Vec<(Span, &Resource)> =
        material.resources().filter(|(_, resource)| resource.system == System::Terraform).collect();
    let mut found = Vec::new();
    for pair in PAIRS {
        for (span, nodes) in declared.iter().filter(|(_, resource)| resource.kind == pair.nodes) {
            let cluster = declared.iter().find(|(other, cluster)| {
                cluster.kind == pair.cluster
                    && other.path.parent() == span.path.parent()
                    && names(&nodes.body, pair, &cluster.name)
            });
            let Some((cluster_span, cluster)) = cluster else { continue };
            let (Some(own), Some(of)) = (nodes.body.get(pair.node_version), cluster.body.get(pair.version))
            else {
                continue;
            };
            found.extend(compare(terraform, (cluster_span, &cluster.name, of), (span, &nodes.name, own)));
        }
    }
    for (span, call) in declared.iter().filter(|(_, resource)| resource.kind == "module") {
        let Some(of) = MODULE_VERSIONS.iter().find_map(|key| call.body.get(key)) else { continue };
        for groups in MODULE_GROUPS.iter().filter_map(|key| call.body.get(key)) {
            for group in groups.entries() {
                if let Some(own) = MODULE_VERSIONS.iter().find_map(|key| group.node.get(key)) {
                    found.extend(compare(terraform, (span, &call.name, of), (span, &group.key, own)));
                }
            }
        }
    }
    found
}

/// Whether the nodes name this cluster, by reference.
fn names(body: &Node, pair: &Pair, cluster: &str) -> bool {
    let Some(source) = body.get(pair.names).and_then(Node::unknown) else { return false };
    source.contains(&format!("{}.{cluster}.", pair.cluster))
        || source.contains(&format!("{}.{cluster}[", pair.cluster))
}

type Side<'s> = (&'s Span, &'s str, &'s Node);

fn compare<'a>(terraform: &Terraform<'a>, cluster: Side<'_>, nodes: Side<'_>) -> Option<Obstacle> {
    let (span, name, own) = nodes;
    let (cluster_span, cluster_name, of) = cluster;
    let scopes = terraform.instances_at(&span.path);
    let differing = scopes.iter().find_map(|scope| {
        let version = |node: &Node| {
            let value = terraform.value(scope, node)?;
            value.text().and_then(minor)
        };
        let (own, of) = (version(own)?, version(of)?);
        let reach = reach(terraform.var_file(scope), &span.path, &[cluster_name, name]);
        (own != of && own.0 == of.0).then_some((own, of, reach))
    });
    let (own_version, of_version, reach) = differing?;
    let shown = |version: (u32, u32)| format!("{}.{}", version.0, version.1);
    let why = if own_version > of_version {
        "nodes must not be newer than their control plane".to_owned()
    } else {
        "a control plane does not go back, and nodes may be three versions older at most".to_owned()
    };
    let message = format!(
        "Cluster `{cluster_name}` runs Kubernetes {} and its node group `{name}` {}: {why}.",
        shown(of_version),
        shown(own_version)
    );
    Some(Obstacle {
        span: within(span, own),
        rule: "version-skew".to_owned(),
        thing: format!("{cluster_name} {name}"),
        message,
        related: vec![(within(cluster_span, of), "the control plane".to_owned())],
        environment: reach,
    })
}

fn reach(var_file: Option<&RepoPath>, path: &RepoPath, names: &[&str]) -> crate::model::thing::Environment {
    environment(var_file.unwrap_or(path), names)
}

/// `1.33`, `1.33.4-gke.100` and `v1.33` as numbers.
fn minor(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    let number = |part: Option<&str>| part?.parse().ok();
    Some((number(parts.next())?, number(parts.next())?))
}
