//! A walk over every command of a script, whoever looks for what: through wrappers (`sudo`, `ssh`),
//! into scripts inside words, with programs that stand in a variable put in.

use std::ops::Range;

use super::script;
use super::source::Piece;
use crate::facts::SourceFile;
use crate::model::At;
use crate::text::fold;
use crate::text::shell::{self, Part, Pipeline, Script};

/// A script inside a script inside a script is read; more is a puzzle.
const MAX_NESTING: usize = 3;

/// Programs that run the program that follows them.
const WRAPPERS: &[&str] = &[
    "sudo",
    "env",
    "nice",
    "ionice",
    "nohup",
    "timeout",
    "exec",
    "chronic",
    "flock",
    "docker",
    "docker-compose",
    "podman",
    "kubectl",
    "oc",
    "ssh",
    "su",
    "bash",
    "sh",
    "eval",
    "command",
    "time",
    "xargs",
    "python",
    "python3",
    "cf",
    "dokku",
    "lxc",
    "nsenter",
    "parallel",
    "runuser",
    "doas",
    "stdbuf",
    "poetry",
    "pipenv",
    "uv",
    "echo_run",
];

/// One command on the walk.
pub(in crate::facts) struct Met<'a> {
    /// The script it stands in, and its text.
    pub script: &'a Script,
    pub text: &'a str,
    /// Its pipeline, and which part of it this is.
    pub pipeline: &'a Pipeline,
    pub index: usize,
    /// The command, with a variable for its program put in.
    pub part: Part,
    /// The lines around it, when it stands in a script inside a word: they name the host.
    pub around: &'a str,
    /// The bytes of its pipeline in the outermost text.
    pub range: Range<usize>,
}

impl Met<'_> {
    /// The line of its pipeline, white space folded.
    pub fn line(&self) -> String {
        fold(self.text.get(self.pipeline.range.clone()).unwrap_or_default())
    }
}

/// Visits every command of a text. A visitor that knows a command says so, and what stands inside
/// its words is not looked at.
pub(in crate::facts) fn walk(text: &str, visit: &mut dyn FnMut(&Met<'_>) -> bool) {
    step(text, "", None, 0, visit);
}

fn step(
    text: &str,
    around: &str,
    outer: Option<&Range<usize>>,
    depth: usize,
    visit: &mut dyn FnMut(&Met<'_>) -> bool,
) {
    let script = shell::commands(text);
    let variables = script::variables(&script);
    for pipeline in &script.pipelines {
        let range = outer.unwrap_or(&pipeline.range);
        for (index, part) in pipeline.parts.iter().enumerate() {
            let whole = script::expanded(part, &variables).unwrap_or_else(|| part.clone());
            let met =
                Met { script: &script, text, pipeline, index, part: whole, around, range: range.clone() };
            if visit(&met) || depth >= MAX_NESTING {
                continue;
            }
            let around = format!("{around} {}", met.line());
            let words = part.words.iter().chain(&part.assignments).filter(|word| word.contains(' '));
            for inner in words.filter_map(|word| inner_script(part, word)) {
                step(inner, &around, Some(range), depth + 1, visit);
            }
        }
    }
}

/// The script inside a word: all of it behind a wrapper (`sh -c`, `ssh host`), else what stands in `$(…)`.
fn inner_script<'a>(part: &Part, word: &'a str) -> Option<&'a str> {
    match (word.find("$("), word.rfind(')')) {
        _ if WRAPPERS.contains(&part.program()) => Some(word),
        (Some(open), Some(close)) if open + 2 <= close => word.get(open + 2..close),
        _ => None,
    }
}

/// What a command may run: its first word, and behind a wrapper each further one. A word as written,
/// the program it names without its folder, and the words after it.
pub(in crate::facts) fn programs(part: &Part) -> impl Iterator<Item = (&str, &str, &[String])> {
    let last = if WRAPPERS.contains(&part.program()) { part.words.len() } else { 1 };
    part.words.iter().enumerate().take(last).map(|(index, word)| {
        let program = word.rsplit('/').next().unwrap_or(word);
        (word.as_str(), program, part.words.get(index + 1..).unwrap_or_default())
    })
}

/// The place of a command in its file. The text of a YAML value was unindented: there the program is
/// found again in the source.
pub(in crate::facts) fn place(
    file: &SourceFile<'_>,
    piece: &Piece,
    range: &Range<usize>,
    program: &str,
) -> At {
    if piece.is_in_place {
        return file.lines().at(range.clone());
    }
    let (start, end) = (piece.at.start as usize, piece.at.end as usize);
    let source = file.text.get(start..end.max(start)).unwrap_or_default();
    let before = piece.text.get(..range.start).unwrap_or_default().matches(program).count();
    let found = source.match_indices(program).nth(before);
    found.map_or(piece.at, |(at, word)| file.lines().at(start + at..start + at + word.len()))
}
