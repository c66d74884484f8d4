//! What puts releases into service, with the keys that decide about going back.
//!
//! - `workload`: Kubernetes workloads, Argo CD applications, compose services
//! - `cloud`: ECS services of Terraform, images in Helm values
//! - `pipeline`: workflows and pipelines that deploy
//! - `declared`: what the catalogue knows by kind and key
//! - `wait`: what going back waits for
//! - `obstacle`: what stands against going back without being a deployment
//! - `skew`: versions of one cluster that drift apart
//! - `release`: release phases that migrate
//! - `artifact`: what pipelines keep of what they deploy
//! - `state`: the state of Terraform
//! - `fate`: workloads that go down together

mod artifact;
mod cloud;
mod declared;
mod fate;
mod obstacle;
mod pipeline;
mod release;
mod skew;
mod state;
mod wait;
mod workload;

use super::Material;
use super::terraform::Terraform;
use crate::model::fact::{Command, Doing};
use crate::model::thing::{Deployment, Environment};
use crate::model::tree::Node;
use crate::model::{FactKind, Inventory, Span};

/// Fills the deployments and the commands that migrate, deploy and take back.
pub(super) fn fill(material: &Material<'_>, inventory: &mut Inventory) {
    let commands =
        material.of(|kind| if let FactKind::Command(command) = kind { Some(&**command) } else { None });
    let is_ours =
        |command: &Command| !matches!(command.doing, Doing::Backup | Doing::Restore | Doing::Verify);
    let mut rollout: Vec<(Span, Command)> = commands
        .filter(|(_, command)| is_ours(command) && !command.is_prose)
        .map(|(span, command)| (span, command.clone()))
        .collect();
    rollout.sort_by(|a, b| a.0.cmp(&b.0));
    let mut all = workload::take(material);
    let terraform = Terraform::read(material);
    all.extend(cloud::take(material, &terraform));
    all.extend(declared::take(material, &terraform));
    all.extend(pipeline::take(material, &rollout));
    all.sort_by(|a, b| (&a.span, &a.platform, &a.name).cmp(&(&b.span, &b.platform, &b.name)));
    inventory.deployments = all;
    inventory.obstacles = obstacle::take(material, &terraform, &inventory.deployments, &rollout);
    inventory.rollout = rollout;
}

/// A deployment to start from.
fn blank(span: Span, platform: &str, name: &str, environment: Environment) -> Deployment {
    Deployment {
        span,
        platform: platform.to_owned(),
        name: name.to_owned(),
        environment,
        undo: None,
        settle: None,
        images: Vec::new(),
        switches: Vec::new(),
        way_back: Vec::new(),
        waits: Vec::new(),
        notes: Vec::new(),
        noun: None,
        shifts_traffic: false,
    }
}

/// A place inside the file of another.
fn within(span: &Span, node: &Node) -> Span {
    Span::new(&span.path, node.at)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod triples;
