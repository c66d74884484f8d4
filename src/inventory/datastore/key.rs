//! What a key of a Terraform block comes to within one use of its module.

use crate::inventory::terraform::{Scope, Terraform};
use crate::model::tree::{Node, Value};

/// What a key comes to within one use of a module.
pub(super) enum Key {
    /// Not written, or null.
    Missing,
    /// Written, and known.
    Known(Node),
    /// Written, and known only elsewhere; holds its source and place.
    Unknown(String),
}

/// Follows a dotted key through nested blocks; a dynamic block makes what is under it unknown.
pub(super) fn key<'a>(terraform: &Terraform<'a>, scope: &Scope<'a>, body: &Node, dotted: &str) -> Key {
    let mut current = body.clone();
    for part in dotted.split('.') {
        let next = current.get(part).or_else(|| current.items().first().and_then(|item| item.get(part)));
        let Some(next) = next else {
            let dynamic = current.get_all("dynamic").find_map(|block| block.get(part));
            return dynamic.map_or(Key::Missing, |_| Key::Unknown(format!("dynamic {part}")));
        };
        match &next.value {
            Value::Unknown(source) => match terraform.value(scope, next) {
                Some(node) if matches!(node.value, Value::Unknown(_)) => return Key::Unknown(source.clone()),
                Some(node) => current = node,
                None => return Key::Unknown(source.clone()),
            },
            _ => current = next.clone(),
        }
    }
    if current.value == Value::Null { Key::Missing } else { Key::Known(current) }
}

/// The end of a dotted key that says what it is about.
pub(super) fn short(key: &str) -> &str {
    let last = key.rfind('.').map_or(0, |dot| dot + 1);
    let from = match key.get(last..) {
        Some("enabled" | "status" | "Status") => {
            key.get(..last.saturating_sub(1)).and_then(|k| k.rfind('.')).map_or(0, |dot| dot + 1)
        }
        _ => last,
    };
    key.get(from..).unwrap_or(key)
}
