//! Volumes that a cluster keeps for whoever claims them: claims by themselves, and the templates of
//! stateful sets whose image no catalogue knows.
//!
//! A claim that a known engine mounts is that engine's store and is not listed twice. A claim whose
//! name only a template knows is left out: it may be any of them.

use std::collections::BTreeSet;

use super::cluster::{SETTLE, main_image, pod_of};
use super::companion::plain;
use super::container::fresh;
use super::naming::kind;
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::{BackupMeans, Datastore, StoreKind};
use crate::model::tree::Node;
use crate::text::schedule;

/// Every claim that is nobody else's store.
pub(super) fn stores(material: &Material<'_>) -> Vec<Datastore> {
    let objects: Vec<(Span, &Resource)> =
        material.resources().filter(|(_, r)| r.system == System::Kubernetes).collect();
    let of_engines: BTreeSet<&str> = objects.iter().flat_map(|(_, object)| mounted(object)).collect();
    let mut stores = Vec::new();
    for (span, object) in &objects {
        match object.kind.as_str() {
            "PersistentVolumeClaim"
                if !object.name.is_empty() && !of_engines.contains(object.name.as_str()) =>
            {
                stores.extend(claim(span, object, &object.body, &object.name, &objects));
            }
            "StatefulSet" if main_image(object).is_none() && !object.name.is_empty() => {
                let templates = object.body.at_path("spec.volumeClaimTemplates").map(Node::items);
                for template in templates.unwrap_or_default() {
                    let Some(name) = template.text_at("metadata.name") else { continue };
                    let name = format!("{name}-{}", object.name);
                    let place = Span::new(&span.path, template.at);
                    stores.extend(claim(&place, object, template, &name, &objects));
                }
            }
            _ => {}
        }
    }
    one_each(stores)
}

/// A base and its overlays speak of one claim; the place closest to production speaks for it.
fn one_each(mut stores: Vec<Datastore>) -> Vec<Datastore> {
    let order = |store: &Datastore| (store.name.clone(), store.environment, store.span.clone());
    stores.sort_by_cached_key(order);
    stores.dedup_by(|later, first| {
        let is_same = later.name == first.name;
        if is_same {
            first.also_at.push(later.span.clone());
        }
        is_same
    });
    stores
}

/// Names of the claims that a workload with a known engine mounts.
fn mounted(object: &Resource) -> Vec<&str> {
    let volumes = pod_of(object).and_then(|pod| pod.get("volumes")).map(Node::items).unwrap_or_default();
    match main_image(object) {
        Some(_) => volumes.iter().filter_map(|v| v.text_at("persistentVolumeClaim.claimName")).collect(),
        None => Vec::new(),
    }
}

fn claim(
    span: &Span,
    owner: &Resource,
    body: &Node,
    name: &str,
    all: &[(Span, &Resource)],
) -> Option<Datastore> {
    let modes = body.at_path("spec.accessModes").map(Node::items).unwrap_or_default();
    let is_read_only = !modes.is_empty() && modes.iter().all(|mode| mode.text() == Some("ReadOnlyMany"));
    // A claim that starts as a copy of another one, or of a snapshot, is how a restore begins; one for a
    // volume that somebody else made points at a store and is none.
    let is_elsewhere = body.at_path("spec.dataSource").is_some()
        || body.at_path("spec.volumeName").is_some()
        || body.text_at("spec.storageClassName") == Some("");
    if is_read_only || is_elsewhere || name.contains(['$', '{']) {
        return None;
    }
    let mut store = fresh(span, name, &[name, owner.namespace.as_deref().unwrap_or_default()]);
    store.address = format!("PersistentVolumeClaim/{name}");
    store.engine = "volume claim".to_owned();
    store.kind = kind(StoreKind::Volume, name, owner.namespace.as_deref().unwrap_or_default(), None);
    store.settle = SETTLE.to_owned();
    for (at, job) in all.iter().filter(|(_, job)| job.namespace == owner.namespace) {
        if job.kind == "ReplicationSource" && job.body.text_at("spec.sourcePVC") == Some(name) {
            let mut backup = plain(at, BackupMeans::Job, format!("VolSync ReplicationSource {}", job.name));
            backup.schedule = job.body.text_at("spec.trigger.schedule").map(str::to_owned);
            backup.max_gap_seconds = backup.schedule.as_deref().and_then(schedule::max_gap_seconds);
            backup.is_off_site = job.body.at_path("spec.restic").is_some().then_some(true);
            if job.body.at_path("spec.paused").and_then(Node::as_bool) == Some(true) {
                backup.contradicted = Some("paused: true".to_owned());
            }
            store.backups.push(backup);
        }
    }
    Some(store)
}

#[cfg(test)]
mod tests {
    use super::stores;
    use crate::inventory::material::testing::with_material;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        with_material(&[("k8s/prod/all.yaml", text)], |material| {
            let found: Vec<String> = stores(material)
                .iter()
                .map(|s| {
                    let backups: Vec<String> =
                        s.backups.iter().map(|b| format!("{} {:?}", b.tool, b.max_gap_seconds)).collect();
                    format!("{} {:?} [{}]", s.name, s.kind, backups.join("; "))
                })
                .collect();
            assert_eq!(found, expected, "{text}");
        });
    }

    const CLAIM: &str = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: uploads, namespace: shop}\nspec: {accessModes: [ReadWriteOnce]}\n";

    #[test]
    fn a_claim_by_itself_is_a_store() {
        check(CLAIM, &["uploads Volume []"]);
        let job = "---\napiVersion: volsync.backube/v1alpha1\nkind: ReplicationSource\nmetadata: {name: copy, namespace: shop}\nspec:\n  sourcePVC: uploads\n  trigger: {schedule: '0 3 * * *'}\n  restic: {}\n";
        check(&format!("{CLAIM}{job}"), &["uploads Volume [VolSync ReplicationSource copy Some(86400)]"]);
    }

    #[test]
    fn a_claim_of_a_known_engine_and_one_for_reading_are_none() {
        let engine = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: db, namespace: shop}\nspec:\n  template:\n    spec:\n      containers: [{name: db, image: 'postgres:16'}]\n      volumes: [{name: d, persistentVolumeClaim: {claimName: uploads}}]\n";
        check(&format!("{CLAIM}{engine}"), &[]);
        check(&CLAIM.replace("ReadWriteOnce", "ReadOnlyMany"), &[]);
        check(&CLAIM.replace("spec: {", "spec: {dataSource: {kind: VolumeSnapshot}, "), &[]);
        check(&CLAIM.replace("uploads", "'{{ .Values.name }}'"), &[]);
        check(&CLAIM.replace("uploads", "'${APP}-data'"), &[]);
        check(&CLAIM.replace("spec: {", "spec: {storageClassName: '', "), &[]);
        check(&format!("{CLAIM}---\n{CLAIM}"), &["uploads Volume []"]);
    }

    #[test]
    fn a_stateful_set_of_an_unknown_image_keeps_what_its_templates_claim() {
        let set = |image: &str| {
            format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: shop}}\nspec:\n  template:\n    spec:\n      containers: [{{name: a, image: '{image}'}}]\n  volumeClaimTemplates:\n    - metadata: {{name: data}}\n      spec: {{accessModes: [ReadWriteOnce]}}\n"
            )
        };
        check(&set("shop:1"), &["data-shop Volume []"]);
        check(&set("postgres:16"), &[]);
    }
}
