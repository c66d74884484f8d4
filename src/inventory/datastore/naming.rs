//! What names say: what a store holds, when it exists, and the command that asks for it.

use crate::model::thing::StoreKind;
use crate::model::tree::Node;
use crate::text::{cut, fold};

/// Folders whose content is kept and not run.
pub(super) const RETIRED: &[&str] = &[
    "deprecated",
    "archived",
    "archive",
    "obsolete",
    "retired",
    "decommissioned",
    "archived_modules",
    "attic",
];

/// The condition of `count` or `for_each` as a reader would say it.
pub(super) fn condition(body: &Node) -> Option<String> {
    let gate = |key: &str| body.get(key).and_then(Node::unknown).map(fold);
    if let Some(count) = gate("count") {
        let (test, sides) = count.split_once('?').unwrap_or((&count, ""));
        let word = if sides.trim_start().starts_with('0') { "unless" } else { "only if" };
        return Some(format!("{word} {}", cut(test.trim(), 80)));
    }
    gate("for_each").map(|each| format!("one for each of {}", cut(&each, 80)))
}

pub(super) fn settle(template: &str, name: Option<&str>) -> String {
    let mut text = template.to_owned();
    if let Some(name) = name.filter(|name| is_plain(name)) {
        text = text.replace("{name}", name);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    // `{name}` that nothing gives becomes `<name>`; braces of a query stay.
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let word: String = from.chars().skip(1).take_while(char::is_ascii_lowercase).collect();
        let whole = format!("{{{word}}}");
        if !word.is_empty() && from.starts_with(&whole) {
            out.push_str(&format!("<{word}>"));
            rest = from.get(whole.len()..).unwrap_or_default();
        } else {
            out.push('{');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// Names go into commands that a person may paste.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}

/// Words in a name that say it holds records of what happened.
const RECORDS: &[&str] = &[
    "log",
    "logs",
    "logging",
    "cloudtrail",
    "trail",
    "metrics",
    "prometheus",
    "loki",
    "billing",
    "cur",
    "audit",
];
/// Words in a name that say its content can be made again.
const REBUILT: &[&str] = &[
    "cache",
    "caches",
    "redirect",
    "redirects",
    "inventory",
    "inventories",
    "tmp",
    "temp",
    "scratch",
    "artifact",
    "artifacts",
    "build",
    "builds",
    "static",
    "website",
    "www",
    "site",
    "frontend",
    "cdn",
    "assets",
    "lambda",
    "deploy",
    "deployment",
    "deployments",
    "registry",
    "athena",
    "results",
];

/// Buckets and volumes by what their name says they hold.
pub(super) fn kind(kind: StoreKind, name: &str, label: &str, engine: Option<&str>) -> StoreKind {
    if engine == Some("memcached") || (kind == StoreKind::Database && engine == Some("redis")) {
        return StoreKind::Cache;
    }
    let both = format!("{name} {label}").to_ascii_lowercase();
    let holds =
        |words: &[&str]| both.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word));
    if kind == StoreKind::Database && engine.is_none() && holds(&["lock", "locks", "locking"]) {
        return StoreKind::Cache;
    }
    if !matches!(kind, StoreKind::Objects | StoreKind::Volume) {
        return kind;
    }
    if holds(RECORDS) {
        StoreKind::Telemetry
    } else if holds(REBUILT) {
        StoreKind::Cache
    } else {
        kind
    }
}
