//! Calls to other services, of code that runs in production: JavaScript only where its package is one of
//! a server, as a browser's call that hangs holds up one tab.

use std::collections::BTreeSet;

use super::{Material, pager};
use crate::model::fact::{Limit, OutgoingCall, Resource, System};
use crate::model::tree::Node;
use crate::model::{FactKind, RepoPath, Span};
use crate::rules::Dependencies;

/// Every call, by place.
pub(super) fn take(material: &Material<'_>) -> Vec<(Span, OutgoingCall)> {
    let all = material.of(|kind| if let FactKind::Call(call) = kind { Some(&**call) } else { None });
    let all: Vec<(Span, &OutgoingCall)> = all.filter(|(span, _)| pager::counts(&span.path)).collect();
    let limited: BTreeSet<&str> = all
        .iter()
        .filter(|(_, call)| call.limit == Limit::ForAll)
        .map(|(_, call)| call.client.as_str())
        .collect();
    let packages: Vec<(Span, &Resource)> = material.resources_of(System::Package, "npm").collect();
    all.iter()
        .filter(|(_, call)| call.limit != Limit::ForAll)
        .filter(|(span, call)| !call.may_be_browser || is_of_server(&span.path, &packages))
        .map(|(span, call)| (span.clone(), settled(call, &limited)))
        .collect()
}

/// A library that has a limit for all its calls somewhere may have it here.
fn settled(call: &OutgoingCall, limited: &BTreeSet<&str>) -> OutgoingCall {
    let is_open = call.limit == Limit::Endless && limited.contains(call.client.as_str());
    let limit = if is_open { Limit::Unknown } else { call.limit.clone() };
    OutgoingCall { limit, ..call.clone() }
}

/// By the nearest package around it.
fn is_of_server(path: &RepoPath, packages: &[(Span, &Resource)]) -> bool {
    let around = packages.iter().filter(|(span, _)| {
        let folder = span.path.parent();
        folder.is_empty() || path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    });
    let nearest = around.max_by_key(|(span, _)| span.path.parent().len());
    let (Some((_, nearest)), Some(known)) = (nearest, Dependencies::get()) else { return false };
    let names = nearest.body.get("dependencies").map(Node::items).unwrap_or_default();
    known.is_of_server(path, names.iter().filter_map(Node::text))
}
