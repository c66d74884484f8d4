//! A status page that goes down with what it reports on.
//!
//! Only where one file or one namespace holds both: which cluster or host a file is deployed to is
//! mostly not said.

use crate::answers::{Gap, Sheet, World};
use crate::model::Span;
use crate::model::fact::{Resource, SignalKind, System};

/// Looks for status pages of our own beside the product.
pub(super) fn find(world: &World<'_>, sheet: &mut Sheet) {
    let pages = world.inventory.signals.iter().filter(|s| s.signal.kind == SignalKind::StatusPage);
    for page in pages.filter(|s| s.signal.is_configured && s.signal.detail.starts_with("image ")) {
        let Some((span, neighbor, place)) = neighbor(world, &page.span) else { continue };
        let message = format!(
            "the status page ({}) runs {place} as `{neighbor}`: when that is down, nobody can look it up",
            page.signal.tool
        );
        let gap = Gap::new("status-page-shares-fate", page.span.path.as_str(), message).on(&page.span);
        sheet.gap(world, gap.related(span, "runs beside it"));
    }
}

/// The first other thing that serves people and shares the file or the namespace.
fn neighbor<'a>(world: &World<'a>, page: &Span) -> Option<(&'a Span, &'a str, String)> {
    let resources = &world.inventory.resources;
    let holds = |(span, resource): &&(Span, Resource)| {
        let mut is_there = false;
        resource.body.walk(&mut |_, node| is_there |= node.at == page.at);
        let runs = matches!(resource.system, System::Compose | System::Kubernetes);
        runs && span.path == page.path && is_there
    };
    let (own_span, own) = resources.iter().find(holds)?;
    let is_store = |span: &Span| {
        world
            .inventory
            .datastores
            .iter()
            .any(|store| store.span.path == span.path && store.span.at.line == span.at.line)
    };
    let others = resources.iter().filter(|(span, resource)| {
        span != own_span && resource.system == own.system && resource.name != own.name && !is_store(span)
    });
    if own.system == System::Compose {
        let is_product =
            |resource: &Resource| resource.kind == "service" && resource.body.get("build").is_some();
        let mut others = others.filter(|(span, _)| span.path == own_span.path);
        let (span, other) = others.find(|(_, resource)| is_product(resource))?;
        return Some((span, &other.name, "in the same compose file".to_owned()));
    }
    let namespace = own.namespace.as_deref()?;
    let serves = |name: &str| {
        resources.iter().any(|(_, r)| {
            matches!(r.kind.as_str(), "Ingress" | "HTTPRoute" | "IngressRoute")
                && r.namespace.as_deref() == Some(namespace)
                && r.name == name
        })
    };
    let mut others =
        others.filter(|(_, r)| r.kind == "Deployment" && r.namespace.as_deref() == Some(namespace));
    let (span, other) = others.find(|(_, resource)| serves(&resource.name))?;
    Some((span, &other.name, format!("in the same namespace (`{namespace}`)")))
}
