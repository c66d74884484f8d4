//! Names and texts in values: of tables and columns, of SQL.

use super::value::{Kind, Link, Names, Value};
use crate::model::At;

/// A constant may name a constant; a circle of them must end.
const DEEPEST: u32 = 8;
/// Calls that leave the words of a text as they are: the text is what they are called on, or given.
const TRANSPARENT: &[&str] = &[
    "trimIndent",
    "trimMargin",
    "to_owned",
    "to_string",
    "into",
    "as_str",
    "Sprintf",
    "sprintf",
    "format",
    "squish",
    "strip",
    "dedent",
    "cleandoc",
    "raw",
    "literal",
    "text",
    "sql",
    "fmt",
    "trim",
    "stripIndent",
    "unprepared",
    "Raw",
    "TrimSpace",
    "quoteTableName",
    "Expression",
    "cast_unwrapped",
    "lit",
    "prepare",
    "concat",
    "String",
    "from",
    "clone",
    "formatted",
];

/// The text of a literal, or of a name of one.
pub(super) fn text(value: &Value, names: &Names<'_>) -> Option<String> {
    text_at(value, names, 0)
}

fn text_at(value: &Value, names: &Names<'_>, depth: u32) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Word(word) => text_at(names.value(word, value.at)?, names, depth + 1),
        Kind::Chain(links) => {
            let last = links.last()?;
            if !last.is_call {
                return text_at(names.value(&last.name, value.at)?, names, depth + 1);
            }
            if !TRANSPARENT.contains(&last.name.as_str()) {
                return None;
            }
            let own = last.given.iter().find_map(|value| text_at(value, names, depth + 1));
            own.or_else(|| {
                let before = links.iter().rev().skip(1).flat_map(|link| &link.given);
                before.into_iter().find_map(|value| text_at(value, names, depth + 1))
            })
        }
        _ => None,
    }
}

/// The texts of SQL: of a literal, of a list of them.
pub(super) fn texts(value: &Value, names: &Names<'_>) -> Option<Vec<String>> {
    let list = match &value.kind {
        Kind::List(list) => Some(list),
        Kind::Word(word) => names.value(word, value.at).and_then(|bound| match &bound.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }),
        _ => None,
    };
    match list {
        Some(list) => list.iter().map(|value| text(value, names)).collect(),
        None => text(value, names).map(|text| vec![text]),
    }
}

/// Every name in an argument: of a list, of the keys of an object, or the one of anything else.
pub(super) fn names(value: &Value, known: &Names<'_>) -> Vec<String> {
    match &value.kind {
        Kind::List(all) => all.iter().map(|value| name(value, known, 0)).collect(),
        Kind::Map(entries) if !entries.iter().any(|(key, _)| is_name_key(key)) => {
            entries.iter().map(|(key, _)| key.clone()).collect()
        }
        _ => vec![name(value, known, 0)],
    }
}

fn is_name_key(key: &str) -> bool {
    matches!(key, "name" | "Name" | "tableName" | "columnName")
}

/// The name in an argument; empty when it is not written there.
fn name(value: &Value, known: &Names<'_>, depth: u32) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    match &value.kind {
        Kind::Text(text) => plain(text),
        Kind::Word(word) => match known.value(word, value.at) {
            Some(bound) => name(bound, known, depth + 1),
            None => String::new(),
        },
        Kind::Map(entries) => {
            let found = entries.iter().find(|(key, _)| is_name_key(key));
            found.map(|(_, value)| name(value, known, depth + 1)).unwrap_or_default()
        }
        Kind::Chain(links) => chained(value.at, links, known, depth),
        _ => String::new(),
    }
}

/// A quoted or prefixed name: `{{%user}}`, `"public"."t"`.
fn plain(text: &str) -> String {
    let bare = text.trim().trim_start_matches("{{%").trim_start_matches("{{").trim_end_matches("}}");
    let last = bare.rsplit('.').next().unwrap_or_default();
    last.trim_matches(['"', '`', '[', ']']).to_owned()
}

fn chained(place: At, links: &[Link], known: &Names<'_>, depth: u32) -> String {
    let Some(last) = links.last() else { return String::new() };
    if links.iter().all(|link| !link.is_call) {
        if let Some(bound) = known.value(&last.name, place) {
            return name(bound, known, depth + 1);
        }
        // `User::Table`, `User.class`, `Column::Name`: a symbol stands for its name.
        let is_symbol =
            links.first().is_some_and(|root| root.name.starts_with(|c: char| c.is_ascii_uppercase()));
        let before = links.iter().rev().nth(1).map(|link| link.name.clone()).unwrap_or_default();
        return match last.name.as_str() {
            "Table" | "class" => before,
            _ if is_symbol => last.name.clone(),
            _ => String::new(),
        };
    }
    let holder = links
        .iter()
        .find(|link| matches!(link.name.as_str(), "table" | "name" | "Table") && !link.given.is_empty());
    let holder =
        holder.or_else(|| links.iter().find(|link| !link.given.is_empty() || !link.named.is_empty()));
    let Some(link) = holder else {
        // `&User{}`: the type is the name.
        return last.name.clone();
    };
    let own = link.named.iter().find(|(key, _)| is_name_key(key)).map(|(_, value)| value);
    match own.or_else(|| link.given.first()) {
        // `(*User)(nil)`: the type stands in the parentheses.
        _ if link.name.is_empty() && links.len() > 1 => {
            links.first().map(|root| root.name.clone()).unwrap_or_default()
        }
        Some(value) => name(value, known, depth + 1),
        None => link.name.clone(),
    }
}

/// Programs and calls that only say something.
pub(super) fn is_output(name: &str) -> bool {
    matches!(
        name,
        "console"
            | "logger"
            | "log"
            | "Log"
            | "Logger"
            | "LOG"
            | "logging"
            | "print"
            | "println"
            | "puts"
            | "IO"
            | "echo"
            | "Console"
            | "printf"
            | "print_r"
            | "say"
            | "tracing"
            | "info"
            | "warn"
            | "warning"
            | "debug"
            | "eprintln"
            | "slog"
            | "stdout"
            | "Println"
            | "Printf"
    )
}

/// Calls that change nothing that a way back would have to undo: they ask, wait, or end.
pub(super) fn is_harmless(name: &str) -> bool {
    const WHOLE: &[&str] = &[
        "Ok",
        "callback",
        "cb",
        "done",
        "next",
        "resolve",
        "parent",
        "super",
        "all",
        "then",
        "catch",
        "Some",
        "Err",
        "assert",
        "setTimeout",
        "count",
        "exists",
        "flush",
        "requires",
        "require",
        "isset",
        "Error",
        "abs",
        "commit",
        "rollback",
        "startTransaction",
        "begin",
        "beginTransaction",
        "transaction",
        "ini_set",
        "use",
        "import",
        "alias",
    ];
    const STARTS: &[&str] = &[
        "has", "get", "find", "select", "describe", "show", "is", "exists", "fetch", "list", "check",
        "set_time",
    ];
    let lower = name.to_ascii_lowercase();
    name.is_empty() || WHOLE.contains(&name) || STARTS.iter().any(|start| lower.starts_with(start))
}
