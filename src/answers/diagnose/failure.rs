//! The failure model: what the service depends on, and for each dependency what would notice its failure,
//! what keeps it from spreading, and what brings it back.
//!
//! Dependencies are stores of data and services that code calls. A part that nothing here shows is left
//! open: it may be known to the people.

use std::collections::BTreeSet;

use super::World;
use super::call::{Calls, grouped};
use super::dependency::Known;
use super::store::{decisive, working};
use crate::model::fact::{Limit, Resource, SignalKind, System};
use crate::model::thing::{Datastore, Environment, FailureRow, Shown, StoreKind};
use crate::model::tree::Node;
use crate::model::{Grade, Span};
use crate::rules::Dependencies;

/// Every dependency: databases, queues and caches, then services, then files and objects.
pub(in crate::answers) fn table(world: &World<'_>) -> Vec<FailureRow> {
    let mut stores = decisive(world);
    let others = world.inventory.datastores.iter().filter(|store| {
        !store.is_switched_off
            && matches!(store.kind, StoreKind::Queue | StoreKind::Cache)
            && matches!(store.environment, Environment::Production | Environment::Unstated)
    });
    stores.extend(others);
    let is_late = |store: &Datastore| matches!(store.kind, StoreKind::Objects | StoreKind::Volume);
    stores.sort_by_key(|store| (is_late(store), store.kind, &store.span));
    // A cache or a queue that several manifests declare is one dependency.
    let mut seen = BTreeSet::new();
    stores.retain(|store| {
        let is_passing = matches!(store.kind, StoreKind::Queue | StoreKind::Cache);
        !is_passing || seen.insert((&store.name, &store.engine))
    });
    let (late, early): (Vec<&Datastore>, Vec<&Datastore>) =
        stores.into_iter().partition(|store| is_late(store));
    let mut rows: Vec<FailureRow> = early.into_iter().map(|store| of_store(world, store)).collect();
    let calls = grouped(world);
    rows.extend(
        calls.iter().filter_map(|((is_unnamed, name), calls)| of_calls(world, name, !is_unnamed, calls)),
    );
    rows.extend(late.into_iter().map(|store| of_store(world, store)));
    rows
}

fn of_store(world: &World<'_>, store: &Datastore) -> FailureRow {
    let known = Known::store(store);
    let resource = world.inventory.resources.iter().find(|(span, _)| *span == store.span).map(|(_, r)| r);
    let dependency = match (store.name.as_str(), store.engine.as_str()) {
        (name, "") => name.to_owned(),
        ("", engine) => engine.to_owned(),
        (name, engine) if name == engine => name.to_owned(),
        (name, engine) => format!("{name} ({engine})"),
    };
    FailureRow {
        span: store.span.clone(),
        component: resource.and_then(|resource| waits_for(world, &store.span, resource)),
        dependency,
        failure: known
            .incident(world)
            .unwrap_or_else(|| Shown { says: "down, slow, or its data gone".to_owned(), span: None }),
        detect: known.alert(world).or_else(|| probe(world, store)),
        contain: resource.and_then(|resource| spare(store, resource)),
        recover: brings_back(store).or_else(|| known.page(world)),
    }
}

/// A compose service that starts after the store.
fn waits_for(world: &World<'_>, span: &Span, store: &Resource) -> Option<Shown> {
    if store.system != System::Compose {
        return None;
    }
    let names = |service: &Resource| {
        let Some(node) = service.body.get("depends_on") else { return false };
        node.items().iter().filter_map(Node::text).any(|name| name == store.name)
            || node.entries().iter().any(|entry| entry.key == store.name)
    };
    let all: Vec<_> = world
        .inventory
        .resources
        .iter()
        .filter(|(place, service)| {
            service.system == System::Compose && place.path == span.path && names(service)
        })
        .collect();
    let (place, first) = all.first()?;
    let more = if all.len() > 1 { format!(" and {} more", all.len() - 1) } else { String::new() };
    Some(Shown { says: format!("{}{more}", first.name), span: Some(place.clone()) })
}

/// A probe of the store's own workload.
fn probe(world: &World<'_>, store: &Datastore) -> Option<Shown> {
    let probe = world.inventory.signals.iter().find(|s| {
        s.signal.kind == SignalKind::Probe
            && s.signal.contradicted.is_none()
            && s.span.path == store.span.path
            && s.signal.detail.strip_suffix(&store.name).is_some_and(|start| start.ends_with(" of "))
    })?;
    Some(Shown { says: probe.signal.detail.clone(), span: Some(probe.span.clone()) })
}

/// A key by which the store outlives a part of it.
fn spare(store: &Datastore, resource: &Resource) -> Option<Shown> {
    let spares = Dependencies::get()?.spares();
    let mut found: Option<Shown> = None;
    resource.body.walk(&mut |keys, node| {
        let (Some(key), Some(text)) = (keys.last(), node.text()) else { return };
        let keeps = spares.iter().filter(|spare| spare.key == *key).any(|spare| {
            let is_on = spare.on.as_ref().is_some_and(|on| on == text);
            is_on || spare.least.is_some_and(|least| text.parse::<u32>().is_ok_and(|number| number >= least))
        });
        if keeps && found.is_none() && keys.len() <= 3 {
            let span = Span::new(&store.span.path, node.at);
            found = Some(Shown { says: format!("{key}: {text}"), span: Some(span) });
        }
    });
    found
}

fn brings_back(store: &Datastore) -> Option<Shown> {
    let backup = working(store).next()?;
    let restore = match store.restore_grade {
        Grade::Exercised | Grade::Fresh => "restore exercised",
        _ => "no restore shown",
    };
    Some(Shown { says: format!("{}, {restore}", backup.tool), span: Some(backup.span.clone()) })
}

/// `None` for calls of which nothing tells whom they ask, unless one of them waits forever.
fn of_calls(world: &World<'_>, name: &str, is_named: bool, calls: &Calls<'_>) -> Option<FailureRow> {
    let is_endless = |limit: &Limit| *limit == Limit::Endless;
    let endless = calls.iter().find(|(_, call)| is_endless(&call.limit));
    if !is_named && endless.is_none() {
        return None;
    }
    let (span, call) = endless.or(calls.first())?;
    let known = Known::call(call);
    let failure = match endless {
        Some(_) => "slow or down: the call waits forever",
        None => "slow or down",
    };
    Some(FailureRow {
        span: (*span).clone(),
        component: Some(Shown { says: component(world, span), span: Some((*span).clone()) }),
        dependency: if is_named {
            name.to_owned()
        } else {
            format!("unnamed, called by {}", span.path.file_name())
        },
        failure: known.incident(world).unwrap_or_else(|| Shown { says: failure.to_owned(), span: None }),
        detect: known.alert(world).or_else(|| checked(world, name)),
        contain: contained(calls),
        recover: known.page(world),
    })
}

/// The part of the repository a file belongs to: the folder of the nearest package, else its first folder.
fn component(world: &World<'_>, span: &Span) -> String {
    let path = span.path.as_str();
    let packages = world.inventory.resources.iter().filter(|(_, r)| r.system == System::Package);
    let around = packages.map(|(place, _)| place.path.parent()).filter(|folder| {
        !folder.is_empty() && path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    });
    let nearest = around.max_by_key(|folder| folder.len());
    let first = || path.split_once('/').map_or(path, |(first, _)| first);
    nearest.map_or_else(|| first().to_owned(), str::to_owned)
}

/// A check from outside that asks the host.
fn checked(world: &World<'_>, host: &str) -> Option<Shown> {
    let check = world.inventory.signals.iter().find(|s| {
        s.signal.kind == SignalKind::Uptime && host.contains('.') && s.signal.detail.contains(host)
    })?;
    Some(Shown { says: check.signal.detail.clone(), span: Some(check.span.clone()) })
}

/// What its calls do without an answer; a limit that only some of them have is said so.
fn contained(calls: &Calls<'_>) -> Option<Shown> {
    let at = |span: &Span, says: String| Some(Shown { says, span: Some(span.clone()) });
    let limited: Vec<_> =
        calls.iter().filter(|(_, call)| matches!(call.limit, Limit::Set | Limit::Default(_))).collect();
    let place = |span: &Span, at| Span::new(&span.path, at);
    let retry = calls.iter().find_map(|(span, call)| Some(place(span, call.retry?)));
    let fallback = calls.iter().find_map(|(span, call)| Some(place(span, call.fallback?)));
    let also = [(retry.is_some(), "another try"), (fallback.is_some(), "goes on without it")];
    let also = also.iter().filter(|(has, _)| *has).map(|(_, what)| format!(", {what}")).collect::<String>();
    if let Some((span, call)) = limited.first() {
        let how = match &call.limit {
            Limit::Default(after) => format!("timeout of {after} by default"),
            _ => "timeout".to_owned(),
        };
        let part = if limited.len() < calls.len() {
            format!(" on {} of {} calls", limited.len(), calls.len())
        } else {
            String::new()
        };
        return at(span, format!("{how}{part}{also}"));
    }
    let span = retry.or(fallback)?;
    at(&span, format!("{}, no timeout seen", also.trim_start_matches(", ")))
}
