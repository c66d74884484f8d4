//! Stores in containers: compose services, and parts of Helm values that are switched on.

use std::collections::BTreeMap;

use super::catalog::{self, Chart, Image, catalog};
use super::companion::plain;
use crate::inventory::Material;
use crate::model::fact::{Resource, System};
use crate::model::thing::{BackupMeans, Datastore, Environment, Loss, StoreKind};
use crate::model::tree::Node;
use crate::model::{At, Grade, RepoPath, Span};
use crate::text::{environment, schedule};

/// Where the folders of a container live.
#[derive(Default)]
pub(super) struct Mounts {
    /// Folder, whether it dies with the container, place.
    pub known: Vec<(String, bool, At)>,
    /// Whether some mount is a template.
    pub is_unknown: bool,
}

/// A store that is only named so far.
pub(super) fn fresh(span: &Span, name: &str, names: &[&str]) -> Datastore {
    Datastore {
        span: span.clone(),
        name: name.to_owned(),
        address: name.to_owned(),
        engine: String::new(),
        kind: StoreKind::Database,
        environment: environment(&span.path, names),
        also_at: Vec::new(),
        backups: Vec::new(),
        restore_grade: Grade::Absent,
        worst_case: Loss::Unknown(String::new()),
        worst_case_because: String::new(),
        switches: Vec::new(),
        condition: None,
        is_switched_off: false,
        backup_unknown: None,
        settle: String::new(),
    }
}

/// Says when the data folder of an engine dies with its container.
pub(super) fn persistence(
    image: &Image,
    mounts: &Mounts,
    path: &RepoPath,
    at: At,
) -> Option<(String, Span, bool)> {
    let holds = |folder: &str| {
        let folder = folder.trim_end_matches('/');
        image.data.iter().any(|data| data.starts_with(folder) || folder.starts_with(data.as_str()))
    };
    match mounts.known.iter().find(|(folder, ..)| holds(folder)) {
        Some((folder, true, at)) => {
            Some((format!("no persistence: {folder} is an emptyDir"), Span::new(path, *at), true))
        }
        Some(_) => None,
        None if mounts.is_unknown => None,
        None => Some((
            format!("no persistence: nothing is mounted at {}", image.data.first()?),
            Span::new(path, at),
            true,
        )),
    }
}

/// Stores among the services of compose files.
pub(super) fn composed(material: &Material<'_>) -> Vec<Datastore> {
    let mut files: BTreeMap<RepoPath, Vec<(Span, &Resource)>> = BTreeMap::new();
    for (span, service) in material.resources_of(System::Compose, "service") {
        files.entry(span.path.clone()).or_default().push((span, service));
    }
    let mut stores = Vec::new();
    for (path, services) in &files {
        let near = compose_environment(path, services);
        for (span, service) in services {
            let Some(reference) = service.body.text_at("image") else { continue };
            let Some(image) = catalog::image(reference) else { continue };
            let mut store = fresh(span, &service.name, &[]);
            store.environment = near;
            store.address = format!("service {}", service.name);
            store.engine = image.engine.clone();
            store.kind = image.kind_as(&service.body);
            store.settle =
                "the person who runs these containers: when was the last copy, and where is it?".to_owned();
            store.switches.extend(persistence(image, &compose_mounts(&service.body), path, span.at));
            store.backups.extend(sidecars(&store.engine, services));
            stores.push(store);
        }
    }
    stores
}

/// A compose file without a word about its environment is for development when it builds from the
/// work tree, or when nothing in it restarts: that is how people run what they are writing.
pub(super) fn compose_environment(path: &RepoPath, services: &[(Span, &Resource)]) -> Environment {
    match environment(path, &[]) {
        Environment::Unstated => {}
        said => return said,
    }
    let restarts = services.iter().any(|(_, s)| {
        s.body.at_path("deploy").is_some() || s.body.text_at("restart").is_some_and(|restart| restart != "no")
    });
    let builds_in_place = services.iter().any(|(_, service)| {
        let volumes = service.body.get("volumes").map(Node::items).unwrap_or_default();
        let mounts_source =
            volumes.iter().filter_map(Node::text).any(|v| v.starts_with("./:") || v.starts_with(".:"));
        service.body.get("build").is_some() && mounts_source
    });
    if restarts && !builds_in_place { Environment::Unstated } else { Environment::Development }
}

pub(super) fn compose_mounts(service: &Node) -> Mounts {
    let mut mounts = Mounts::default();
    for volume in service.get("volumes").map(Node::items).unwrap_or_default() {
        match (volume.text(), volume.text_at("target")) {
            (Some(text), _) => {
                let mut parts = text.split(':');
                let (first, second) = (parts.next().unwrap_or_default(), parts.next());
                // `/data` alone is an anonymous volume: a new container gets a new one.
                mounts.known.push((second.unwrap_or(first).to_owned(), second.is_none(), volume.at));
            }
            (None, Some(target)) => {
                let is_lost = volume.text_at("type") == Some("tmpfs");
                mounts.known.push((target.to_owned(), is_lost, volume.at));
            }
            _ => mounts.is_unknown = true,
        }
    }
    mounts.is_unknown |= service.get("volumes").is_some_and(|node| node.unknown().is_some());
    mounts.is_unknown |= service.get("extends").is_some() || service.get("<<").is_some();
    mounts
}

pub(super) fn sidecars(engine: &str, services: &[(Span, &Resource)]) -> Vec<crate::model::thing::Backup> {
    let found = services.iter().filter_map(|(span, service)| {
        let sidecar = catalog::sidecar(service.body.text_at("image")?)?;
        (sidecar.engine.is_empty() || sidecar.engine == engine).then_some((span, service, sidecar))
    });
    found
        .map(|(span, service, sidecar)| {
            let mut backup =
                plain(span, BackupMeans::Job, service.body.text_at("image").unwrap_or_default().to_owned());
            let written = sidecar.schedule.iter().find_map(|key| variable(&service.body, key));
            backup.schedule = written.or_else(|| sidecar.default.clone());
            backup.max_gap_seconds = backup.schedule.as_deref().and_then(schedule::max_gap_seconds);
            backup
        })
        .collect()
}

/// An environment variable of a service, in either spelling.
fn variable(service: &Node, name: &str) -> Option<String> {
    let variables = service.get("environment")?;
    let listed = variables.items().iter().filter_map(Node::text).find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key == name).then(|| value.to_owned())
    });
    variables.text_at(name).map(str::to_owned).or(listed)
}

/// A part of one values file: which environment it is for, where, and what it says.
type Layer<'n> = (Environment, Span, &'n Node);

/// Parts of charts' values that are stores: one per folder and key, production's file deciding.
pub(super) fn charted(material: &Material<'_>) -> Vec<Datastore> {
    let mut parts: BTreeMap<(String, String), Vec<Layer<'_>>> = BTreeMap::new();
    for (span, values) in material.resources_of(System::HelmValues, "values") {
        for entry in values.body.entries() {
            if chart(&entry.key).is_some() && !entry.node.entries().is_empty() {
                let near = environment(&span.path, &[]);
                let key = (span.path.parent().to_owned(), entry.key.clone());
                parts.entry(key).or_default().push((near, Span::new(&span.path, entry.at), &entry.node));
            }
        }
    }
    parts.into_iter().filter_map(|((_, key), files)| part(&key, files)).collect()
}

fn chart(key: &str) -> Option<&'static Chart> {
    catalog().chart.iter().find(|chart| chart.keys.iter().any(|known| known == key))
}

fn part(key: &str, mut files: Vec<Layer<'_>>) -> Option<Datastore> {
    let chart = chart(key)?;
    files.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    // Production's file first, then the chart's own values under it.
    let first = files.first()?.0;
    let base =
        files.iter().filter(|(near, ..)| *near == Environment::Unstated && first == Environment::Production);
    let layers: Vec<&Layer<'_>> = files.iter().filter(|(near, ..)| *near == first).chain(base).collect();
    let at = |path: &str| layers.iter().find_map(|(_, span, node)| Some((span, node.at_path(path)?)));
    if at("enabled")?.1.as_bool() != Some(true) {
        return None;
    }
    let span = layers.iter().find(|(.., node)| node.get("enabled").is_some()).map(|(_, span, _)| span)?;
    let mut store = fresh(span, key, &[]);
    store.environment = first;
    store.address = format!("values {key}");
    store.engine = chart.engine.clone();
    store.kind = chart.kind.into();
    store.settle = "kubectl get volumesnapshot,backup,cronjob -A".to_owned();
    store.also_at = files.iter().map(|(_, span, _)| span.clone()).filter(|other| other != span).collect();
    let off =
        ["primary.persistence.enabled", "persistence.enabled", "master.persistence.enabled"].iter().find_map(
            |path| at(path).filter(|(_, node)| node.as_bool() == Some(false)).map(|found| (*path, found)),
        );
    if let Some((path, (span, node))) = off {
        store.switches.push((
            format!("no persistence: {path} = false"),
            Span::new(&span.path, node.at),
            true,
        ));
    }
    if let Some((span, node)) = at("backup.enabled") {
        let place = Span::new(&span.path, node.at);
        match node.as_bool() {
            Some(true) => {
                let mut backup = plain(&place, BackupMeans::Job, format!("{key}.backup.enabled"));
                backup.schedule =
                    at("backup.cronjob.schedule").and_then(|(_, node)| node.text()).map(str::to_owned);
                let written = backup.schedule.as_deref().unwrap_or("@daily");
                backup.max_gap_seconds = schedule::max_gap_seconds(written);
                store.backups.push(backup);
            }
            Some(false) => {}
            None => store.backup_unknown = Some(format!("{key}.backup.enabled is a template")),
        }
    }
    Some(store)
}
