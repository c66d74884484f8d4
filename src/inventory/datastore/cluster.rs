//! Stores in a Kubernetes cluster: operators' objects, and workloads that run an engine's image.

use super::catalog::{self, Image, Operator, catalog};
use super::claim;
use super::companion::plain;
use super::container::{Mounts, fresh, persistence};
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::{BackupMeans, Datastore, StoreKind};
use crate::model::tree::Node;
use crate::text::schedule;

/// The question for the running cluster when no operator has a better one.
pub(super) const SETTLE: &str = "kubectl get volumesnapshot,backup,cronjob -A";

/// Every store of the cluster.
pub(super) fn stores(material: &Material<'_>) -> Vec<Datastore> {
    let objects: Vec<(Span, &Resource)> =
        material.resources().filter(|(_, r)| r.system == System::Kubernetes).collect();
    let mut stores: Vec<Datastore> = objects
        .iter()
        .filter_map(|(span, object)| match operator(object) {
            Some(operator) => Some(operated(span, object, operator, &objects)),
            None => workload(span, object),
        })
        .collect();
    stores.extend(claim::stores(material));
    velero(&objects, &mut stores);
    charted_velero(material, &mut stores);
    stores
}

fn operator(object: &Resource) -> Option<&'static Operator> {
    let api = object.body.text_at("apiVersion")?;
    let group = api.split('/').next().unwrap_or(api);
    catalog().operator.iter().find(|known| known.kind == object.kind && known.api == group)
}

fn operated(span: &Span, object: &Resource, operator: &Operator, all: &[(Span, &Resource)]) -> Datastore {
    let names = [object.name.as_str(), object.namespace.as_deref().unwrap_or_default()];
    let mut store = fresh(span, &object.name, &names);
    store.address = format!("{}/{}", object.kind, object.name);
    store.engine = operator.engine.clone();
    store.kind = operator.holds.map_or(StoreKind::Database, Into::into);
    store.settle = operator.settle.clone();
    let key = operator.backup.iter().find_map(|path| Some((path, object.body.at_path(path)?)));
    let by_schedule = scheduled_backup(object, all);
    match key {
        Some((path, node)) if node.unknown().is_some() => {
            store.backup_unknown = Some(format!("{path} is a template"));
        }
        Some((path, node)) if !node.is_empty() && node.as_bool() != Some(false) => {
            let mut backup = plain(&Span::new(&span.path, node.at), BackupMeans::Job, path.clone());
            backup.max_gap_seconds = operator.gap;
            if operator.gap.is_some() {
                backup.means = BackupMeans::PointInTime;
            }
            let written = operator.schedule.iter().find_map(|path| schedule_at(&object.body, path));
            if let Some(text) = written {
                backup.max_gap_seconds = schedule::max_gap_seconds(&text).or(backup.max_gap_seconds);
                backup.schedule = Some(text);
            }
            backup.is_off_site =
                object.body.at_path("spec.backup.barmanObjectStore").is_some().then_some(true);
            if operator.kind == "Cluster" && by_schedule.is_none() {
                backup.contradicted = Some("no ScheduledBackup takes the base backup".to_owned());
            }
            store.backups.push(backup);
        }
        Some((path, node)) => {
            let mut backup = plain(&Span::new(&span.path, node.at), BackupMeans::Job, path.clone());
            backup.contradicted = Some(format!("{path} is empty or false"));
            store.backups.push(backup);
        }
        // Its operator may be configured to back up every cluster.
        None if operator.api == "acid.zalan.do" => {
            store.backup_unknown = Some("the operator's own configuration decides it".to_owned());
        }
        None => {}
    }
    store.backups.extend(by_schedule);
    store
}

/// A CloudNativePG `ScheduledBackup` of this cluster; its schedule has six fields.
fn scheduled_backup(object: &Resource, all: &[(Span, &Resource)]) -> Option<crate::model::thing::Backup> {
    let (span, found) = all.iter().find(|(_, other)| {
        other.kind == "ScheduledBackup" && other.body.text_at("spec.cluster.name") == Some(&object.name)
    })?;
    let mut backup = plain(span, BackupMeans::Job, "ScheduledBackup".to_owned());
    backup.schedule = found.body.text_at("spec.schedule").map(str::to_owned);
    // The first field is seconds; of five fields, the operator takes the last for the month and runs on
    // every day of the week.
    let fields = backup.schedule.as_deref().map(|text| text.split_whitespace().count());
    let read = backup.schedule.as_ref().map(|text| match fields {
        Some(5) => format!("{text} *"),
        _ => text.clone(),
    });
    backup.max_gap_seconds = read.as_deref().and_then(schedule::max_gap_seconds);
    if fields == Some(5) {
        let place =
            found.body.at_path("spec.schedule").map_or_else(|| span.clone(), |n| Span::new(&span.path, n.at));
        backup.defects.push(("misread-schedule".to_owned(), place));
    }
    if found.body.at_path("spec.suspend").and_then(Node::as_bool) == Some(true) {
        backup.contradicted = Some("suspend: true".to_owned());
    }
    Some(backup)
}

/// A path that may go through the first item of a list.
fn schedule_at(body: &Node, path: &str) -> Option<String> {
    let found = path.split('.').try_fold(body, |node, key| {
        node.get(key).or_else(|| node.items().first().and_then(|item| item.get(key)))
    })?;
    found.text().map(str::to_owned)
}

/// The pod that a workload runs.
pub(super) fn pod_of(object: &Resource) -> Option<&Node> {
    match object.kind.as_str() {
        "Pod" => object.body.get("spec"),
        "StatefulSet" | "Deployment" => object.body.at_path("spec.template.spec"),
        _ => None,
    }
}

/// The engine that a workload runs. An engine's image beside another main container is a proxy, an
/// agent or a client.
pub(super) fn main_image(object: &Resource) -> Option<&'static Image> {
    let container = pod_of(object)?.get("containers").map(Node::items)?.first()?;
    catalog::image(container.text_at("image")?)
}

fn workload(span: &Span, object: &Resource) -> Option<Datastore> {
    let image = main_image(object).filter(|_| !object.name.is_empty())?;
    let pod = pod_of(object)?;
    let container = pod.get("containers").map(Node::items)?.first()?;
    let names = [object.name.as_str(), object.namespace.as_deref().unwrap_or_default()];
    let mut store = fresh(span, &object.name, &names);
    store.address = format!("{}/{}", object.kind, object.name);
    store.engine = image.engine.clone();
    store.kind = image.kind_as(container);
    store.settle = SETTLE.to_owned();
    let mounts = mounts(container, pod, object);
    store.switches.extend(persistence(image, &mounts, &span.path, container.at));
    Some(store)
}

/// Where the container's folders live.
fn mounts(container: &Node, pod: &Node, object: &Resource) -> Mounts {
    let mut mounts = Mounts::default();
    let volumes = pod.get("volumes");
    let claims = object.body.at_path("spec.volumeClaimTemplates").map(Node::items).unwrap_or_default();
    for mount in container.get("volumeMounts").map(Node::items).unwrap_or_default() {
        let (Some(path), name) = (mount.text_at("mountPath"), mount.text_at("name").unwrap_or_default())
        else {
            mounts.is_unknown = true;
            continue;
        };
        let volume = volumes.and_then(|v| v.items().iter().find(|v| v.text_at("name") == Some(name)));
        let is_claim = claims.iter().any(|claim| claim.text_at("metadata.name") == Some(name));
        let is_lost = !is_claim && volume.is_some_and(|volume| volume.get("emptyDir").is_some());
        mounts.known.push((path.to_owned(), is_lost, mount.at));
    }
    mounts.is_unknown |= container.get("volumeMounts").is_some_and(|node| node.unknown().is_some());
    mounts
}

/// Velero and K8up back up whole namespaces.
fn velero(objects: &[(Span, &Resource)], stores: &mut [Datastore]) {
    let schedules = objects.iter().filter(|(_, object)| {
        let api = object.body.text_at("apiVersion").unwrap_or_default();
        object.kind == "Schedule" && (api.starts_with("velero.io/") || api.starts_with("k8up.io/"))
    });
    for (span, object) in schedules {
        let is_velero = object.body.text_at("apiVersion").is_some_and(|api| api.starts_with("velero.io/"));
        let path = if is_velero { "spec.schedule" } else { "spec.backup.schedule" };
        let tool = if is_velero { "Velero Schedule" } else { "K8up Schedule" };
        let mut backup = plain(span, BackupMeans::Job, format!("{tool} {}", object.name));
        backup.schedule = object.body.text_at(path).map(str::to_owned);
        backup.max_gap_seconds = backup.schedule.as_deref().and_then(schedule::max_gap_seconds);
        backup.retention = object.body.text_at("spec.template.ttl").map(str::to_owned);
        backup.is_off_site = Some(true);
        if object.body.at_path("spec.paused").and_then(Node::as_bool) == Some(true) {
            backup.contradicted = Some("paused: true".to_owned());
        }
        let included =
            object.body.at_path("spec.template.includedNamespaces").map(Node::items).unwrap_or_default();
        let everywhere = is_velero && (included.is_empty() || included.iter().any(|n| n.text() == Some("*")));
        let covers = |store: &Datastore| {
            let own = namespace(objects, store);
            let named = included.iter().any(|n| n.text().is_some() && n.text() == own.as_deref());
            let beside = !is_velero && own.is_some() && own.as_deref() == object.namespace.as_deref();
            everywhere || named || beside
        };
        for store in stores.iter_mut() {
            if covers(store) {
                store.backups.push(backup.clone());
            }
        }
    }
}

/// Velero installed by its chart: the schedules stand in the values, by name.
fn charted_velero(material: &Material<'_>, stores: &mut [Datastore]) {
    for (span, values) in material.resources_of(System::HelmValues, "values") {
        let schedules = ["schedules", "velero.schedules"].iter().filter_map(|path| values.body.at_path(path));
        for entry in schedules.flat_map(Node::entries) {
            let (Some(text), Some(template)) = (entry.node.text_at("schedule"), entry.node.get("template"))
            else {
                continue;
            };
            let place = Span::new(&span.path, entry.at);
            let mut backup = plain(&place, BackupMeans::Job, format!("Velero Schedule {}", entry.key));
            backup.schedule = Some(text.to_owned());
            backup.max_gap_seconds = schedule::max_gap_seconds(text);
            backup.retention = template.text_at("ttl").map(str::to_owned);
            backup.is_off_site = Some(true);
            if entry.node.get("disabled").and_then(Node::as_bool) == Some(true) {
                backup.contradicted = Some("disabled: true".to_owned());
            }
            let named = template.get("includedNamespaces").map(Node::items).unwrap_or_default();
            let is_everywhere = named.is_empty() || named.iter().any(|n| n.text() == Some("*"));
            let in_cluster = |store: &&mut Datastore| {
                ["StatefulSet/", "Deployment/", "PersistentVolumeClaim/", "Cluster/"]
                    .iter()
                    .any(|kind| store.address.starts_with(kind))
            };
            if is_everywhere {
                stores.iter_mut().filter(in_cluster).for_each(|store| store.backups.push(backup.clone()));
            }
        }
    }
}

fn namespace(objects: &[(Span, &Resource)], store: &Datastore) -> Option<String> {
    let holds = |span: &Span, object: &Resource| {
        let (at, whole) = (store.span.at.start, object.body.at);
        span.path == store.span.path && (*span == store.span || (whole.start <= at && at < whole.end))
    };
    objects.iter().find(|(span, object)| holds(span, object))?.1.namespace.clone()
}
