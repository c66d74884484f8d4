//! Joins the facts of all files into things: stores, alerts, incidents, decisions, deployments.
//!
//! All resolution across files (variables, overlays, references, pairs) happens here. It reads no
//! file and judges nothing: what is good or bad is for the answers. One file per thing; each takes
//! what it needs from [`Material`] and returns sorted lists.
//!
//! - `backup/`: jobs that copy data, and what runs them
//! - `call`: calls to other services
//! - `datastore/`: stores of data
//! - `material`: the facts of all files, with ways to ask for one kind
//! - `deployment/`: what puts releases into service
//! - `migration/`: migrations with the worth of their ways down, and what came since the last release
//! - `pager/`: alerts, receivers and the path between them
//! - `decision/`: decisions with a day each, what replaces what, and links that lead nowhere
//! - `deferral`: work put off, with age and rank
//! - `incident`: reports in order, promises held against the tree, repeats
//! - `restore`: ways to bring data back
//! - `destruction`: commands that take a store of data
//! - `runbook`: operational pages and the links to them
//! - `owner`: owners by CODEOWNERS
//! - `signal`: tools by which a team sees and tells
//! - `subject`: what the repository is (service, library, infrastructure, documents)
//! - `terraform/`: modules, their calls, and what a value comes to

mod backup;
mod call;
mod datastore;
mod decision;
mod deferral;
mod deployment;
mod destruction;
mod incident;
mod material;
mod migration;
mod owner;
mod pager;
mod restore;
mod runbook;
mod signal;
mod subject;
mod terraform;

pub use material::Material;
pub use migration::old_build::{is_common as is_common_name, taken_away as names_taken_away};

use crate::model::{FactKind, Inventory, Span};

/// Takes stock of everything.
pub fn take(material: &Material<'_>) -> Inventory {
    let mut inventory = Inventory {
        patterns: material
            .of(|kind| if let FactKind::Pattern(found) = kind { Some(found) } else { None })
            .map(|(span, found)| (found.rule.clone(), span, found.text.clone()))
            .collect(),
        ignores: material
            .of(|kind| if let FactKind::Ignore(found) = kind { Some(found) } else { None })
            .map(|(span, found)| (span, found.clone()))
            .collect(),
        dashboards: material
            .of(|kind| if let FactKind::Dashboard(found) = kind { Some(found.clone()) } else { None })
            .filter(|(span, _)| pager::counts(&span.path))
            .collect(),
        resources: material.resources().map(|(span, resource)| (span, resource.clone())).collect(),
        ..Inventory::default()
    };
    inventory.patterns.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    pager::fill(material, &mut inventory);
    inventory.decisions = decision::take(material);
    inventory.incidents = incident::take(material);
    decision::tie_incidents(&mut inventory.decisions, &inventory.incidents);
    inventory.deferrals = deferral::take(material, &inventory.incidents);
    datastore::take(material, &mut inventory);
    inventory.destructions = destruction::take(material);
    migration::fill(material, &mut inventory);
    deployment::fill(material, &mut inventory);
    runbook::fill(material, &mut inventory);
    owner::fill(material, &mut inventory);
    signal::fill(material, &mut inventory);
    inventory.calls = call::take(material);
    subject::tell(material, &mut inventory);
    inventory
}

/// Sorts by place.
fn by_place<T>(mut things: Vec<T>, span: impl Fn(&T) -> &Span) -> Vec<T> {
    things.sort_by(|a, b| span(a).cmp(span(b)));
    things
}
