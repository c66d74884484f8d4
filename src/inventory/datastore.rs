//! Stores of data: one thing per store, joined across files and environments.
//!
//! Production decides: what a store is like is read from the use of it that is closest to production;
//! the other places are listed with it. What nothing here says stays unknown. Whether a store is
//! safe enough is for the answers.
//!
//! - `catalog`: which resources, images, operators and chart parts are stores
//! - `cloud`: Terraform resources and public modules
//! - `stack`: CloudFormation and SAM templates
//! - `platform`: Fly, Kamal, Render, Nomad
//! - `claim`: volume claims of a cluster that no known engine mounts
//! - `setting`: databases that only settings of an application name
//! - `state`: the state of Terraform
//! - `zfs`: datasets of hosts
//! - `weigh`: what one key says of backups
//! - `cluster`: Kubernetes workloads and operators
//! - `container`: compose services and parts of Helm values
//! - `outside`: public modules whose insides are decided elsewhere
//! - `key`, `naming`: what keys come to, and what names say
//! - `companion`: resources that back up other resources (policies, plans, attachments)

mod catalog;
mod claim;
mod cloud;
mod cluster;
mod companion;
mod container;
#[cfg(test)]
mod every;
mod key;
mod naming;
mod outside;
mod platform;
mod setting;
mod stack;
mod state;
mod weigh;
mod zfs;

use super::{Material, backup, restore};
use crate::model::Inventory;
use crate::model::thing::{Backup, BackupMeans, Datastore, Loss, StoreKind};
use crate::text::schedule;

/// Fills the lists of stores, loose backups and restores.
pub(super) fn take(material: &Material<'_>, inventory: &mut Inventory) {
    let mut stores = cloud::stores(material);
    stores.extend(cluster::stores(material));
    stores.extend(container::composed(material));
    stores.extend(container::charted(material));
    stores.extend(stack::stores(material));
    stores.extend(platform::stores(material));
    stores.extend(zfs::stores(material));
    stores.extend(state::stores(material, &stores));
    stores.extend(setting::stores(material, &stores));
    let loose = backup::take(material, &mut stores);
    let restores = restore::take(material, &mut stores);
    for store in &mut stores {
        let (loss, because) = worst_case(store);
        store.worst_case = loss;
        store.worst_case_because = because;
    }
    stores.sort_by(|a, b| (&a.span, &a.address).cmp(&(&b.span, &b.address)));
    inventory.datastores = stores;
    inventory.loose_backups = loose;
    inventory.restores = restores;
}

/// What would be lost of a store, and why.
fn worst_case(store: &Datastore) -> (Loss, String) {
    let name = &store.name;
    match store.kind {
        StoreKind::Cache => return (Loss::Rebuildable, format!("{name} is a cache.")),
        StoreKind::Telemetry => {
            return (Loss::Rebuildable, format!("{name} holds logs, metrics or an index."));
        }
        _ => {}
    }
    let dies =
        store.switches.iter().find(|(text, _, is_weak)| *is_weak && text.starts_with("no persistence"));
    let working = store.backups.iter().filter(|b| b.contradicted.is_none() && !b.is_blind());
    let scheduled = working.clone().filter(|backup| backup.means != BackupMeans::Script);
    let best = scheduled.clone().filter_map(|b| Some((b.max_gap_seconds?, b))).min_by_key(|(gap, _)| *gap);
    if let Some((gap, backup)) = best {
        let because = match (backup.means, gap) {
            // What is kept for a while after it is deleted is no version that stays.
            (BackupMeans::Versioning, _) if backup.retention.is_some() => {
                let kept = backup.retention.as_deref().unwrap_or_default();
                format!("{name} keeps what is deleted or overwritten for {kept} ({}).", backup.tool)
            }
            (BackupMeans::Versioning, _) => format!("{name} keeps earlier versions ({}).", backup.tool),
            (BackupMeans::PointInTime, _) => {
                format!(
                    "{name} can be brought back to any moment up to about {} ago.",
                    schedule::in_words(gap)
                )
            }
            _ => format!("{name} is copied at most {} apart ({}).", schedule::in_words(gap), backup.tool),
        };
        let stays = |backup: &Backup| backup.is_off_site == Some(false);
        let because = match scheduled.clone().all(stays) {
            true => format!("{} Everything, if the host is lost: no copy leaves it.", because),
            false => because,
        };
        return (Loss::Seconds(gap), because);
    }
    if let Some((text, ..)) = dies {
        return (Loss::Everything, format!("{name} dies with its container ({text})."));
    }
    if let Some(why) = &store.backup_unknown {
        return (
            Loss::Unknown(store.settle.clone()),
            format!("How {name} is backed up is not said here: {why}."),
        );
    }
    if scheduled.count() > 0 {
        return (
            Loss::Unknown(store.settle.clone()),
            format!("Nothing here says how often {name} is copied."),
        );
    }
    let contradicted = store.backups.iter().find_map(|backup| backup.contradicted.as_ref());
    let is_bucket = store.is_bucket();
    let because = match contradicted {
        Some(_) | None if is_bucket => format!("{name} keeps no earlier versions."),
        Some(why) => format!("{name} has no backup: {why}."),
        None if store.backups.iter().any(|backup| backup.means == BackupMeans::Script) => {
            format!("Nothing in this repository runs the script that copies {name}.")
        }
        None => format!("Nothing in this repository backs up {name}."),
    };
    (Loss::Everything, because)
}
