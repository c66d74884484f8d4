//! Where in a file its migrations are: the bodies of their ways up and down.

use super::value::{Kind, Link, Names, Value, all};
use crate::rules::CodeFramework;

/// A migration of a file.
pub(super) struct Found<'v> {
    /// Its version, where the code says it and not the name of the file.
    pub(super) version: Option<String>,
    pub(super) up: &'v Value,
    pub(super) down: Option<&'v Value>,
    /// The way up is one that the runner turns round.
    pub(super) is_change: bool,
    /// A head of the class says that there is no way back.
    pub(super) is_declared: bool,
}

/// Every migration of a file.
pub(super) fn find<'v>(framework: &CodeFramework, root: &'v Value, names: &Names<'v>) -> Vec<Found<'v>> {
    let mut found = Vec::new();
    if !framework.pair.is_empty() {
        found.extend(all(root).into_iter().flat_map(|value| pairs(framework, value, names)));
        return found;
    }
    if framework.heads.is_empty() {
        found.extend(named(framework, &[root], names, ""));
        return found;
    }
    for value in all(root) {
        let Kind::Class { head, body, .. } = &value.kind else { continue };
        let is_base = head.contains("abstract class");
        if !is_base && framework.heads.iter().any(|mark| head.contains(mark.as_str())) {
            let members: Vec<&Value> = body.iter().collect();
            found.extend(named(framework, &members, names, head));
        }
    }
    found
}

/// The ways of a class or a module, by their names.
fn named<'v>(
    framework: &CodeFramework,
    members: &[&'v Value],
    names: &Names<'v>,
    head: &str,
) -> Option<Found<'v>> {
    let way = |wanted: &[String]| {
        wanted.iter().find_map(|name| members.iter().find_map(|member| body_of(member, name, names, 0)))
    };
    let is_declared = framework.declares.iter().any(|mark| head.contains(mark.as_str()));
    let version = annotated(head);
    if let Some(up) = way(&framework.change) {
        return Some(Found { version, up, down: None, is_change: true, is_declared });
    }
    let up = way(&framework.up)?;
    let down = way(&framework.down);
    let turns = framework.change.iter().any(|mark| head.contains(mark.as_str()));
    Some(Found { version, up, down, is_change: turns, is_declared })
}

/// The number in `[Migration(20200101, …)]`, or the order in `@ChangeUnit(order = "001")`.
fn annotated(head: &str) -> Option<String> {
    let after = match (head.split_once("[Migration("), head.split_once("order")) {
        (Some((_, after)), _) => after,
        (None, Some((_, after))) if head.contains("@ChangeUnit") => after.trim_start_matches([' ', '=', '"']),
        _ => return None,
    };
    let digits: String =
        after.chars().take_while(|c| c.is_ascii_digit() || *c == '_').filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// What a name means in a member: a function, a binding, a key of an object, a call with a block, an
/// annotation on a method (`@Execution`).
fn body_of<'v>(value: &'v Value, wanted: &str, names: &Names<'v>, depth: u32) -> Option<&'v Value> {
    // Exported objects and lists of exports nest a little; functions inside functions do not count.
    if depth > 6 {
        return None;
    }
    let resolved = |value: &'v Value| match &value.kind {
        Kind::Word(word) => names.functions.get(word.as_str()).copied().or(Some(value)).map(inside),
        _ => Some(inside(value)),
    };
    match &value.kind {
        Kind::Function { name, head, .. } => {
            let is_marked = wanted.starts_with('@') && head.contains(wanted);
            (is_marked || name == wanted).then(|| inside(value))
        }
        Kind::Class { name, .. } if name == wanted => Some(value),
        Kind::Class { .. } => None,
        Kind::Bind(name, bound) => {
            if name.rsplit('.').next() == Some(wanted) {
                return resolved(bound);
            }
            matches!(name.as_str(), "module.exports" | "exports" | "exports.default")
                .then(|| body_of(bound, wanted, names, depth + 1))?
        }
        Kind::Map(entries) => {
            entries.iter().find(|(key, _)| key == wanted).and_then(|(_, value)| resolved(value))
        }
        Kind::Chain(links) => in_call(links, wanted, names, depth),
        Kind::Many(parts) | Kind::Block(parts) => {
            parts.iter().find_map(|part| body_of(part, wanted, names, depth + 1))
        }
        _ => None,
    }
}

/// `up do … end`, also inside `Sequel.migration do … end` and `export default defineMigration({…})`.
fn in_call<'v>(links: &'v [Link], wanted: &str, names: &Names<'v>, depth: u32) -> Option<&'v Value> {
    let last = links.last()?;
    let block = last.given.iter().rev().find(|value| matches!(value.kind, Kind::Block(_)));
    if links.len() == 1 && last.name == wanted && block.is_some() {
        return block;
    }
    last.given
        .iter()
        .filter(|value| matches!(value.kind, Kind::Map(_) | Kind::Block(_)))
        .find_map(|value| body_of(value, wanted, names, depth + 1))
}

/// The body of a function; anything else is its own body.
fn inside(value: &Value) -> &Value {
    match &value.kind {
        Kind::Function { body, .. } => body,
        _ => value,
    }
}

/// Calls and literals that hold both ways: `goose.AddMigration(up, down)`, `step("…", "…")`,
/// `Migration{ID: …, Migrate: …, Rollback: …}`.
fn pairs<'v>(framework: &CodeFramework, value: &'v Value, names: &Names<'v>) -> Vec<Found<'v>> {
    if let Kind::Class { head, body, .. } = &value.kind {
        return objects(framework, head, body).into_iter().collect();
    }
    if let Kind::Map(entries) = &value.kind {
        let named = entries.iter().map(|(key, value)| (key.as_str(), value));
        return keyed(framework, &named.collect::<Vec<_>>(), names).into_iter().collect();
    }
    let mut found = Vec::new();
    for link in value.links().iter().filter(|link| link.is_call) {
        let Some((up, down)) = framework.pair.get(&link.name).copied() else { continue };
        if link.given.is_empty() {
            let named: Vec<(&str, &Value)> = link.named.iter().map(|(k, v)| (k.as_str(), v)).collect();
            found.extend(keyed(framework, &named, names));
            continue;
        }
        let argument = |at: usize| link.given.get(at).map(|value| way(value, names));
        let inner = link.block().and_then(|block| method(framework, block));
        if let Some(up) = inner {
            found.push(Found { version: spans(link), up, down: None, is_change: false, is_declared: false });
            continue;
        }
        if let Some(up) = argument(up) {
            let down = argument(down).filter(|down| !is_nothing(down));
            found.push(Found { version: spans(link), up, down, is_change: false, is_declared: false });
        }
    }
    found
}

/// `object : Migration(1, 2) { override fun migrate(…) … }` of Room.
fn objects<'v>(framework: &CodeFramework, head: &str, body: &'v [Value]) -> Option<Found<'v>> {
    let after = framework.pair.keys().find_map(|name| head.split_once(&format!("{name}(")))?.1;
    let numbers: Vec<&str> = after.split(')').next()?.split(',').map(str::trim).collect();
    let [from, to] = numbers.as_slice() else { return None };
    let are_numbers =
        [from, to].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let up = method(framework, body)?;
    let version = are_numbers.then(|| format!("{from}-{to}"));
    Some(Found { version, up, down: None, is_change: false, is_declared: false })
}

/// The body of the first method with the name of a way up.
fn method<'v>(framework: &CodeFramework, body: &'v [Value]) -> Option<&'v Value> {
    body.iter().find_map(|member| match &member.kind {
        Kind::Function { name, body, .. } if framework.up.contains(name) => Some(&**body),
        _ => None,
    })
}

/// `Migration(1, 2) { … }` of Room.
fn spans(link: &Link) -> Option<String> {
    let number = |at: usize| match &link.given.get(at)?.kind {
        Kind::Word(word) if word.bytes().all(|b| b.is_ascii_digit()) => Some(word.as_str()),
        _ => None,
    };
    Some(format!("{}-{}", number(0)?, number(1)?))
}

fn keyed<'v>(
    framework: &CodeFramework,
    entries: &[(&'v str, &'v Value)],
    names: &Names<'v>,
) -> Option<Found<'v>> {
    let entry = |wanted: &[String]| {
        wanted.iter().find_map(|name| entries.iter().find(|(key, _)| key == name)).map(|(_, value)| *value)
    };
    let up = way(entry(&framework.up)?, names);
    let down = entry(&framework.down).map(|value| way(value, names)).filter(|down| !is_nothing(down));
    let version = entries.iter().find(|(key, _)| *key == "ID").and_then(|(_, value)| match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        _ => None,
    });
    Some(Found { version: Some(version?), up, down, is_change: false, is_declared: false })
}

/// A function by name, a literal closure, or a text of SQL.
fn way<'v>(value: &'v Value, names: &Names<'v>) -> &'v Value {
    let name = match &value.kind {
        Kind::Word(word) => word.as_str(),
        Kind::Chain(links) => links.last().map_or("", |link| link.name.as_str()),
        _ => "",
    };
    inside(names.functions.get(name).copied().unwrap_or(value))
}

fn is_nothing(value: &Value) -> bool {
    matches!(&value.kind, Kind::Word(word) if matches!(word.as_str(), "nil" | "None" | "null"))
}
