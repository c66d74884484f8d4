//! Deployments that the catalogue knows by kind and key: progressive delivery, serverless, app
//! platforms, release folders.
//!
//! The catalogue says what a key means; here it is only looked up. A Terraform value is followed through
//! variables when every use of the module gives the same; a module that is only offered to others is
//! not blamed for what it leaves open.

use super::{blank, within};
use crate::inventory::Material;
use crate::inventory::terraform::{Presence, Scope, Terraform};
use crate::model::fact::{Resource, System};
use crate::model::thing::{Deployment, Switch};
use crate::model::tree::Node;
use crate::model::{Evidence, Grade, Place, Span, TimeTerm};
use crate::rules::{PlatformKey, PlatformKind};
use crate::text::duration::seconds;
use crate::text::environment::environment;

/// Every declared thing of a known kind.
pub(super) fn take<'a>(material: &Material<'a>, terraform: &Terraform<'a>) -> Vec<Deployment> {
    let known = material.resources().filter_map(|(span, resource)| {
        let kind = PlatformKind::of(resource)?;
        (!is_off(terraform, &span, resource)).then(|| one(terraform, span, resource, kind))
    });
    known.collect()
}

/// Whether every use of the module leaves the resource out.
pub(super) fn is_off<'a>(terraform: &Terraform<'a>, span: &Span, resource: &'a Resource) -> bool {
    if resource.system != System::Terraform {
        return false;
    }
    let scopes = terraform.instances_at(&span.path);
    !scopes.is_empty()
        && scopes.iter().all(|scope| terraform.presence(scope, &resource.body) == Presence::Off)
}

/// What a value comes to, the same in every use of its module.
pub(super) fn value<'a>(terraform: &Terraform<'a>, scopes: &[Scope<'a>], node: &Node) -> Option<Node> {
    if node.unknown().is_none() {
        return Some(node.clone());
    }
    let mut found = scopes.iter().map(|scope| terraform.value(scope, node));
    let first = found.next()??;
    found.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn one<'a>(
    terraform: &Terraform<'a>,
    span: Span,
    resource: &'a Resource,
    kind: &'static PlatformKind,
) -> Deployment {
    let body = &resource.body;
    let name = ["name", "metadata.name"].iter().find_map(|key| body.text_at(key)).unwrap_or(&resource.name);
    let name = if name.is_empty() { span.path.as_str() } else { name };
    let namespace = resource.namespace.as_deref().unwrap_or_default();
    let mut deployment = blank(
        span.clone(),
        &kind.platform,
        name,
        environment(&span.path, &[name, &resource.name, namespace]),
    );
    deployment.noun = Some(kind.noun.clone());
    deployment.undo.clone_from(&kind.undo);
    deployment.settle = kind.settle.as_ref().map(|settle| settle.replace("NAME", name));
    deployment.shifts_traffic = kind.shifts;
    let is_terraform = resource.system == System::Terraform;
    let scopes = if is_terraform { terraform.instances_at(&span.path) } else { Vec::new() };
    let is_offered = is_terraform && terraform.is_offered(span.path.parent());
    let follow = |node: &Node| value(terraform, &scopes, node);
    for key in kind.keys() {
        for node in key.counts(body, &follow) {
            let is_missing = std::ptr::eq(node, body);
            if is_missing && is_offered {
                continue;
            }
            let place = if is_missing { span.clone() } else { within(&span, node) };
            apply(&mut deployment, key, &place, follow(node).as_ref());
        }
    }
    deployment
}

fn apply(deployment: &mut Deployment, key: &PlatformKey, place: &Span, value: Option<&Node>) {
    if let Some(shows) = &key.shows {
        let noun = deployment.noun.as_deref().unwrap_or("deployment");
        let shows = format!("{} `{}` {shows}", noun.to_lowercase(), deployment.name);
        deployment.way_back.push(Evidence { grade: Grade::Declared, shows, place: Place::At(place.clone()) });
    }
    if key.undo.is_some() {
        deployment.undo.clone_from(&key.undo);
    }
    deployment.shifts_traffic |= key.shifts;
    if let (Some(rule), Some(says)) = (&key.rule, &key.says) {
        let switch = Switch { rule: rule.clone(), says: says.clone(), span: place.clone() };
        deployment.switches.push(switch);
    } else if let (Some(hold), Some(says)) = (key.hold(), &key.says) {
        deployment.notes.push((hold, says.clone(), place.clone()));
    }
    let time = value.and_then(Node::text).and_then(seconds);
    if let (Some(what), Some(most_seconds)) = (&key.wait, time) {
        let what = format!("{what} (`{}`)", deployment.name);
        deployment.waits.push(TimeTerm { what, least_seconds: 0, most_seconds, place: Some(place.clone()) });
    }
}
