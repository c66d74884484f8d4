//! A shell script as pipelines with their places.
//!
//! It reads what stands there: words, quotes, pipes, redirections, `|| …`, comments, here-documents.
//! It expands nothing and knows no program; functions, loops and conditions are read as the commands
//! inside them. It never fails: what it cannot follow (an open quote) ends with the text.

mod reader;

use std::ops::Range;

/// A script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// In order of place.
    pub pipelines: Vec<Pipeline>,
    /// Whether it stops at the first command that fails (`set -e`).
    pub has_errexit: bool,
    /// Whether a pipe fails when any part of it fails (`set -o pipefail`).
    pub has_pipefail: bool,
}

/// Commands joined by pipes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// From the first word to the last, in bytes.
    pub range: Range<usize>,
    /// The commands, left to right; never empty.
    pub parts: Vec<Part>,
    /// The words of the command after `||`, when one follows.
    pub or_else: Option<Vec<String>>,
}

/// One command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// From its first word to its last, in bytes.
    pub range: Range<usize>,
    /// `NAME=value` before the program.
    pub assignments: Vec<String>,
    /// The program and its arguments, quotes removed, expansions as written.
    pub words: Vec<String>,
    /// Redirections: operator (`>`, `>>`, `<`, `2>`, `&>`) and target.
    pub redirects: Vec<(String, String)>,
}

impl Part {
    /// The program without its folder; empty for a bare assignment.
    pub fn program(&self) -> &str {
        let first = self.words.first().map_or("", String::as_str);
        first.rsplit('/').next().unwrap_or(first)
    }

    /// Everything after the program, joined by spaces.
    pub fn arguments(&self) -> String {
        self.words.get(1..).unwrap_or_default().join(" ")
    }
}

impl Pipeline {
    /// Whether a failure is thrown away by what follows `||`.
    pub fn ignores_failure(&self) -> bool {
        let after = self.or_else.as_ref().and_then(|words| words.first());
        after.is_some_and(|word| matches!(word.as_str(), "true" | ":" | "/bin/true"))
    }
}

/// Reads a script.
pub fn commands(script: &str) -> Script {
    let mut out = reader::read(script);
    for part in out.pipelines.iter().flat_map(|p| &p.parts) {
        match part.program() {
            "set" => note_options(&part.words, &mut out.has_errexit, &mut out.has_pipefail),
            _ => continue,
        }
    }
    if script.starts_with("#!") {
        let first: Vec<String> =
            script.lines().next().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        note_options(&first, &mut out.has_errexit, &mut out.has_pipefail);
    }
    out
}

fn note_options(words: &[String], errexit: &mut bool, pipefail: &mut bool) {
    for word in words.iter().skip(1) {
        let is_short = word.starts_with('-') && !word.starts_with("--");
        *errexit |= is_short && word.contains('e') || word == "errexit";
        *pipefail |= word == "pipefail";
    }
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[track_caller]
    fn check(script: &str, expected: &[&str]) {
        let found: Vec<String> = commands(script)
            .pipelines
            .iter()
            .map(|p| {
                let parts: Vec<String> = p.parts.iter().map(|part| part.words.join(" ")).collect();
                parts.join(" | ")
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_pipelines() {
        check("pg_dump db | gzip > a.gz\n", &["pg_dump db | gzip"]);
        check("a && b || true; c &\n", &["a", "b", "true", "c"]);
        check("if ! pg_dump \"my db\" \\\n  -Fc; then exit 1; fi", &["pg_dump my db -Fc", "exit 1"]);
        check("# pg_dump db\necho 'a | b' # c\n", &["echo a | b"]);
        check("cat <<EOF\npg_dump db\nEOF\nls", &["cat", "ls"]);
        check("X=$(date +%F | tr - _) tar cf \"a-$(date).tar\" .", &["tar cf a-$(date).tar ."]);
        check("( a\n b )", &["a", "b"]);
        check("a 2>&1 >>log <in", &["a"]);
        check("größe 'ä\"' \"open", &["größe ä\" open"]);
    }

    #[test]
    fn knows_what_happens_on_failure() {
        let script = commands("#!/bin/bash\nset -euo pipefail\npg_dump x || true\nb ||\n  die 1\n");
        assert!(script.has_errexit && script.has_pipefail);
        assert!(script.pipelines[1].ignores_failure());
        assert_eq!(script.pipelines[3].or_else.as_deref().unwrap().join(" "), "die 1");
        assert!(!commands("set -u\n").has_errexit);
        assert!(commands("#!/bin/sh -e\n").has_errexit);
    }

    #[test]
    fn keeps_places() {
        let text = "x\npg_dump a | gzip >b\n";
        let script = commands(text);
        let dump = &script.pipelines[1];
        assert_eq!(&text[dump.range.clone()], "pg_dump a | gzip >b");
        assert_eq!(dump.parts[1].redirects, [(">".to_owned(), "b".to_owned())]);
    }

    #[test]
    fn ends_with_any_text() {
        for text in
            ["$(", "'", "\"$(", "`", "<<", "<<E", "\\", "||", "|", "a |", "${", "2>", "&>", "=", "a=$("]
        {
            commands(text);
        }
    }
}
