//! Whom an address in code speaks of: the host it spells out, or the name of what holds it.
//!
//! One assignment further up in the same file is followed, no more: an address that is handed in comes
//! from anywhere.

use std::sync::LazyLock;

use regex::Regex;
use tree_sitter::Node;

use crate::facts::SourceFile;
use crate::rules::Dependencies;

/// Whom a call asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// The host of a literal address.
    Host(String),
    /// What holds the address.
    Named(String),
    /// The machine itself.
    Itself,
    /// Nothing tells.
    Unknown,
}

/// Assignments that are followed.
const MOST_STEPS: usize = 2;
/// A longer right side is no address.
const LONGEST_VALUE: usize = 300;

/// Reads the arguments of a call.
pub(super) fn whom(file: &SourceFile<'_>, arguments: Node<'_>) -> Whom {
    let Some(text) = argument(file, arguments) else { return Whom::Unknown };
    let before = file.text.get(..arguments.start_byte()).unwrap_or_default();
    told(text, before, MOST_STEPS)
}

/// The argument with the address: the one by name, else the first that is no HTTP method.
fn argument<'f>(file: &'f SourceFile<'_>, arguments: Node<'_>) -> Option<&'f str> {
    static BY_NAME: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[{(,\s])(?:baseURL|url|uri)\s*[:=]\s*([^,}\n]{1,300})").ok());
    let whole = file.text.get(arguments.byte_range())?;
    let mut cursor = arguments.walk();
    let positional = arguments
        .named_children(&mut cursor)
        .filter(|child| !matches!(child.kind(), "keyword_argument" | "comment" | "object" | "dictionary"))
        .filter_map(|child| file.text.get(child.byte_range()))
        .find(|text| {
            let bare = text.trim_matches(['"', '\'', '`']);
            let is_method = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
                .iter()
                .any(|method| bare.eq_ignore_ascii_case(method));
            !is_method && *text != "method"
        });
    let named =
        || {
            BY_NAME.as_ref()?.captures(whole)?.get(1).and_then(|m| {
                file.text.get(arguments.start_byte() + m.start()..arguments.start_byte() + m.end())
            })
        };
    positional.or_else(named)
}

fn told(text: &str, before: &str, steps: usize) -> Whom {
    static HOST: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"https?://(\[?[A-Za-z0-9.:-]*[A-Za-z0-9])").ok());
    let text = text.trim();
    if text.len() > LONGEST_VALUE {
        return Whom::Unknown;
    }
    if let Some(host) = HOST.as_ref().and_then(|host| host.captures(text)).and_then(|c| c.get(1)) {
        let rest = text.get(host.end()..).unwrap_or_default();
        let name = host.as_str().split(':').next().unwrap_or_default().to_ascii_lowercase();
        // A hole in the host, as in "https://api-{region}…".
        let is_whole = !rest.starts_with(['{', '$', '%', '#', '-', '<'])
            && !rest.starts_with(".{")
            && !rest.starts_with(".$");
        if is_whole {
            return if is_itself(&name) { Whom::Itself } else { Whom::Host(name) };
        }
    }
    let is_path = text.trim_start_matches(['f', '"', '\'', '`']).starts_with('/');
    if is_path {
        return Whom::Unknown;
    }
    named(text, before, steps)
}

fn is_itself(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[" | "host.docker.internal")
        || host.starts_with("127.")
        || host.ends_with(".localhost")
}

/// By the names in an expression: a setting in capitals, else one with a word that is its own, else
/// what a variable was last given above.
fn named(text: &str, before: &str, steps: usize) -> Whom {
    static SETTING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b").ok());
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z_][A-Za-z0-9_]*").ok());
    let (Some(setting), Some(name), Some(known)) = (SETTING.as_ref(), NAME.as_ref(), Dependencies::get())
    else {
        return Whom::Unknown;
    };
    if let Some(found) = setting.find(text) {
        return Whom::Named(found.as_str().to_owned());
    }
    // What a function is called with is not what it gives back.
    let is_made = text.contains('(')
        && !text.contains("format(")
        && !text.contains("urljoin(")
        && !text.contains("Sprintf(");
    let holder = text.split(['/', '?']).next().unwrap_or(text);
    if !is_made {
        let looks = |word: &str| {
            let lower = word.to_ascii_lowercase();
            ["url", "uri", "host", "endpoint", "webhook", "server"].iter().any(|end| lower.ends_with(end))
        };
        let own = name
            .find_iter(holder)
            .map(|word| word.as_str())
            .find(|word| looks(word) && !known.telling_words(word).is_empty());
        if let Some(own) = own {
            return Whom::Named(own.to_owned());
        }
    }
    let Some(next) = steps.checked_sub(1) else { return Whom::Unknown };
    for word in name.find_iter(holder).map(|word| word.as_str()).filter(|word| word.len() > 2) {
        if let Some((value, above)) = assigned(word, before) {
            let found = told(value, above, next);
            if found != Whom::Unknown {
                return found;
            }
        }
    }
    Whom::Unknown
}

/// What a variable was last given, and the text before that.
fn assigned<'t>(name: &str, before: &'t str) -> Option<(&'t str, &'t str)> {
    for (start, _) in before.rmatch_indices(name).take(20) {
        let rest = before.get(start + name.len()..)?;
        let is_start = !before.get(..start)?.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = rest.trim_start_matches([' ', '\t']);
        let Some(value) =
            rest.strip_prefix(":=").or_else(|| rest.strip_prefix('=')).filter(|v| !v.starts_with('='))
        else {
            continue;
        };
        if is_start {
            return Some((value.lines().next().unwrap_or_default(), before.get(..start)?));
        }
    }
    None
}
