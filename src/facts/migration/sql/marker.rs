//! Comments that split one SQL file into a way up and a way down, and tell whose file it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::fact::Runner;

static MARKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?mix)
        ^[\ \t]*
        (?: --\s*\+goose\s+(?<goose>up|down)\b
          | --\s*\+migrate\s+(?<sqlmigrate>up|down)\b
          | --\s*\+micrate\s+(?<micrate>up|down)\b
          | --\s*migrate:(?<dbmate>up|down)\b
          | --\s*//\s*@?(?<mybatis>undo)\b
          | -{2,}\s*create\ above\s*/\s*drop\ (?<tern>below)\b
          | --\s*(?<pgmigrate>up|down)\ migration\b
          | (?:\#\s*-*|-{2,3})\s*!(?<play>ups|downs)\b
          | --\s*rambler\s+(?<rambler>up|down)\b
        ) .*$",
    )
    .ok()
});

/// Group of [`MARKER`], and whose it is.
const OWNERS: &[(&str, Runner)] = &[
    ("goose", Runner::Goose),
    ("sqlmigrate", Runner::SqlMigrate),
    ("micrate", Runner::Micrate),
    ("dbmate", Runner::Dbmate),
    ("mybatis", Runner::MyBatis),
    ("tern", Runner::Tern),
    ("pgmigrate", Runner::NodePgMigrate),
    ("play", Runner::PlayEvolutions),
    ("rambler", Runner::SqlFolder),
];

/// Words without which no marker stands in a file.
const HINTS: &[&str] = &[
    "+goose",
    "+migrate",
    "+micrate",
    "migrate:",
    "@UNDO",
    "@undo",
    "create above",
    "Migration",
    "migration",
    "!Ups",
    "!Downs",
    "rambler",
];

/// A file taken apart.
pub(super) struct Marked {
    /// Whose markers these are.
    pub(super) runner: Runner,
    /// The way up.
    pub(super) up: Range<usize>,
    /// The way down, from its marker on.
    pub(super) down: Option<Range<usize>>,
}

/// Whether a text may hold markers; cheap.
pub(super) fn may_hold(text: &str) -> bool {
    HINTS.iter().any(|hint| memchr::memmem::find(text.as_bytes(), hint.as_bytes()).is_some())
}

/// Takes a text apart at its markers; `None` without any.
pub(super) fn split(text: &str) -> Option<Marked> {
    if !may_hold(text) {
        return None;
    }
    let (mut runner, mut up, mut down) = (None, 0, None);
    for found in MARKER.as_ref()?.captures_iter(text) {
        let (whole, owner) = (found.get(0)?, owner(&found)?);
        if *runner.get_or_insert(owner.0) != owner.0 {
            continue;
        }
        if owner.1 {
            down = down.or(Some(whole.start()));
        } else if down.is_none() {
            up = whole.end();
        }
    }
    let end = down.unwrap_or(text.len());
    Some(Marked { runner: runner?, up: up.min(end)..end, down: down.map(|start| start..text.len()) })
}

/// Whose marker it is, and whether it begins the way down.
fn owner(found: &regex::Captures<'_>) -> Option<(Runner, bool)> {
    OWNERS.iter().find_map(|(group, runner)| {
        let way = found.name(group)?.as_str().to_ascii_lowercase();
        Some((*runner, !matches!(way.as_str(), "up" | "ups")))
    })
}
