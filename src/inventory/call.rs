//! Calls to other services, of code that runs in production: JavaScript only where its package is one of
//! a server, as a browser's call that hangs holds up one tab.

use super::{Material, pager};
use crate::model::fact::{OutgoingCall, Resource, System};
use crate::model::tree::Node;
use crate::model::{FactKind, RepoPath, Span};
use crate::rules::Dependencies;

/// Every call, by place.
pub(super) fn take(material: &Material<'_>) -> Vec<(Span, OutgoingCall)> {
    let all = material.of(|kind| if let FactKind::Call(call) = kind { Some(&**call) } else { None });
    let packages: Vec<(Span, &Resource)> = material.resources_of(System::Package, "npm").collect();
    all.filter(|(span, _)| pager::counts(&span.path))
        .filter(|(span, call)| !call.may_be_browser || is_of_server(&span.path, &packages))
        .map(|(span, call)| (span, call.clone()))
        .collect()
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
