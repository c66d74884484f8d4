//! Who is told: alerts, followed through routes and topics to receivers.
//!
//! Every step is read from files; where a value is set elsewhere the path says so and stops. It does
//! not judge whether a receiver is good enough.
//!
//! - `alertmanager`: configurations, whole or put together from patches
//! - `route`: the route tree and where an alert with given labels goes
//! - `terraform`: references between Terraform blocks, across modules
//! - `cloud`: topics, channels and destinations of clouds, as receivers
//! - `alarm`: alarms of clouds, as alerts
//! - `azure`, `datadog`, `grafana`, `stack`: the same of Azure, Datadog, Grafana and CloudFormation
//! - `mute`: hours in which a route sends nothing
//! - `end`: where a path ends
//! - `vendor`: what a receiver does, by its type or its address
//! - `oncall`: services, escalations and schedules behind a receiver
//! - `path`: each alert with its path

mod alarm;
mod alertmanager;
mod azure;
mod cloud;
mod datadog;
mod end;
mod grafana;
mod mute;
mod oncall;
mod path;
mod route;
mod stack;
mod terraform;
mod vendor;

use super::Material;
use crate::model::Inventory;
use crate::text::{Role, role};

/// Fills alerts and receivers.
pub(super) fn fill(material: &Material<'_>, inventory: &mut Inventory) {
    let mut board = Board::default();
    let configs = alertmanager::read(material, &mut board);
    let graph = terraform::Graph::new(material);
    let oncall = oncall::Oncall::read(&graph);
    let policies = grafana::read(material, &graph, &oncall, &mut board);
    cloud::read(&graph, &oncall, &mut board);
    azure::groups(&graph, &oncall, &mut board);
    stack::topics(material, &mut board);
    let mut alerts = path::prometheus(material, &configs, &board);
    alerts.extend(path::grafana(material, grafana::rules(&graph), &policies, &board));
    alerts.extend(alarm::read(material, &graph, &board));
    alerts.extend(azure::alerts(&graph, &board));
    alerts.extend(stack::alarms(material, &board));
    alerts.extend(datadog::read(&graph, &mut board));
    alerts.sort_by(|a, b| a.span.cmp(&b.span).then_with(|| a.rule.name.cmp(&b.rule.name)));
    let order = board.sort();
    for alert in &mut alerts {
        alert.receivers = alert.receivers.iter().filter_map(|old| order.get(*old).copied()).collect();
        alert.receivers.sort_unstable();
        alert.receivers.dedup();
        end::settle(alert, &board.receivers);
    }
    inventory.alerts = alerts;
    inventory.receivers = board.receivers;
    oncall.fill(inventory);
}

/// Whether a file can be about production: not a test, an example or something put out of use.
pub(super) fn counts(path: &crate::model::RepoPath) -> bool {
    const OUT_OF_USE: &[&str] = &["deprecated", "archive", "archived", "old", "legacy", "attic", "obsolete"];
    !matches!(role(path), Role::Test | Role::Example) && !OUT_OF_USE.iter().any(|name| path.has_folder(name))
}

/// Receivers under the names by which alerts reach them.
#[derive(Default)]
struct Board {
    receivers: Vec<crate::model::thing::Receiver>,
    keys: std::collections::BTreeMap<String, usize>,
}

impl Board {
    fn add(&mut self, key: String, receiver: crate::model::thing::Receiver) -> usize {
        let index = self.receivers.len();
        self.receivers.push(receiver);
        *self.keys.entry(key).or_insert(index)
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.keys.get(key).copied()
    }

    fn get(&self, index: usize) -> Option<&crate::model::thing::Receiver> {
        self.receivers.get(index)
    }

    /// Sorts by place; gives the new index of every old one.
    fn sort(&mut self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.receivers.len()).collect();
        order.sort_by_key(|&i| self.receivers.get(i).map(|r| (r.span.clone(), r.name.clone())));
        let mut new = vec![0; order.len()];
        for (to, &from) in order.iter().enumerate() {
            if let Some(slot) = new.get_mut(from) {
                *slot = to;
            }
        }
        self.receivers.sort_by(|a, b| (&a.span, &a.name).cmp(&(&b.span, &b.name)));
        new
    }
}
