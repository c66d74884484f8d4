//! Declared things of every configuration language, in one shape; what they mean is for the
//! inventory.

pub(super) mod platform;
pub(super) mod setting;
pub(super) mod terraform;
pub(super) mod unit;
pub(super) mod yaml;

use crate::model::fact::{Resource, System};
use crate::model::tree::Node;
use crate::model::{At, Fact, FactKind};

/// A resource fact.
fn fact(at: At, system: System, kind: &str, name: &str, namespace: Option<&str>, body: &Node) -> Fact {
    let resource = Resource {
        system,
        kind: kind.to_owned(),
        name: name.to_owned(),
        namespace: namespace.map(str::to_owned),
        body: body.clone(),
    };
    Fact { at, kind: FactKind::Resource(Box::new(resource)) }
}
