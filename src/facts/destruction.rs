//! Commands that take a store of data: in scripts, recipes, jobs and units, never in prose.
//!
//! It reads what a line takes, whether the program asks first, and what the file around it does
//! before. What runs against nothing but throw-away copies, by the names in the line or the path, is
//! left out here: it is written in every repository and hurts no one.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::SourceFile;
use super::command::{WRAPPERS, inner_script, pieces};
use crate::model::fact::Destruction;
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::{Destroyer, RuleSet};
use crate::text::shell::{self, Part};
use crate::text::{Role, cut, fold};

/// A script inside a script inside a script is read; more is a puzzle.
const MAX_NESTING: usize = 3;
const MAX_TEXT: usize = 200;

/// Files of shell that hold a program of the catalogue.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    static PROGRAMS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let mut words: Vec<&str> = Destroyer::programs().collect();
        words.sort_unstable();
        words.dedup();
        AhoCorasick::new(words).ok()
    });
    matches!(file.language, Language::Bash | Language::Makefile | Language::Yaml | Language::Ini)
        && !matches!(file.role, Role::Test | Role::Example)
        && !Destroyer::is_rehearsal(file.path.as_str())
        && PROGRAMS.as_ref().is_some_and(|programs| programs.is_match(file.text.as_ref()))
}

/// One fact per command.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let guard = Destroyer::guard(&file.text);
    for piece in pieces(file).into_iter().filter(|piece| !piece.is_prose) {
        let mut found = Vec::new();
        read(&piece.text, "", 0, &mut found);
        for (start, end, mut destruction) in found {
            destruction.guard = destruction.guard.or_else(|| guard.map(str::to_owned));
            let at = match piece.is_in_place {
                true => file.lines().at(start..end),
                false => line_of(file, piece.at, &destruction.text),
            };
            out.facts.push(Fact { at, kind: FactKind::Destruction(Box::new(destruction)) });
        }
    }
    out.facts.sort_by_key(|fact| fact.at);
    out.facts.dedup();
}

/// The text of a YAML value was unindented: find the first words of the command again in the source.
fn line_of(file: &SourceFile<'_>, at: At, text: &str) -> At {
    let (start, end) = (at.start as usize, at.end as usize);
    let source = file.text.get(start..end.max(start)).unwrap_or_default();
    let words: Vec<&str> = text.split(' ').take(2).collect();
    let begin = words.join(" ");
    let found = source.find(&begin);
    found.map_or(at, |found| file.lines().at(start + found..start + found + begin.len()))
}

/// `around` is the line that a script inside a line stands in: it names the host.
fn read(text: &str, around: &str, depth: usize, found: &mut Vec<(usize, usize, Destruction)>) {
    for pipeline in &shell::commands(text).pipelines {
        let line = fold(text.get(pipeline.range.clone()).unwrap_or_default());
        for part in &pipeline.parts {
            if let Some(destruction) = of(part, &line, around) {
                found.push((pipeline.range.start, pipeline.range.end, destruction));
                continue;
            }
            if depth < MAX_NESTING {
                let words = part.words.iter().chain(&part.assignments).filter(|word| word.contains(' '));
                for inner in words.filter_map(|word| inner_script(part, word)) {
                    let before = found.len();
                    read(inner, &line, depth + 1, found);
                    for (start, end, _) in found.iter_mut().skip(before) {
                        (*start, *end) = (pipeline.range.start, pipeline.range.end);
                    }
                }
            }
        }
    }
}

fn of(part: &Part, line: &str, around: &str) -> Option<Destruction> {
    // `echo`, `grep` and other speakers name commands without running them.
    const SPEAKERS: &[&str] =
        &["echo", "printf", "grep", "sed", "awk", "cat", "log", "info", "warn", "alias"];
    if SPEAKERS.contains(&part.program()) || Destroyer::is_rehearsal(line) {
        return None;
    }
    let last = if WRAPPERS.contains(&part.program()) { part.words.len() } else { 1 };
    let whole = format!("{around} {} {line}", part.assignments.join(" "));
    let at = |(index, word): (usize, &String)| {
        let program = word.rsplit('/').next().unwrap_or(word);
        let arguments = part.words.get(index + 1..).unwrap_or_default().join(" ");
        Destroyer::find(program, &arguments, &whole)
    };
    let found = part.words.iter().enumerate().take(last).find_map(at)?;
    Some(Destruction {
        what: found.what.clone(),
        text: cut(line, MAX_TEXT),
        guard: found.asks(&whole).then(|| "asks a person".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::{collect, wants};
    use crate::facts::SourceFile;
    use crate::model::{FactKind, FileFacts};
    use crate::rules::RuleSet;

    /// Lines and guards of what is found.
    #[track_caller]
    fn check(path: &str, text: &str, expected: &[(u32, Option<&str>)]) {
        let path = path.into();
        let file = SourceFile::new(&path, text.as_bytes());
        let mut out = FileFacts::default();
        if wants(&file) {
            collect(&file, RuleSet::builtin(), &mut out);
        }
        let found: Vec<(u32, Option<&str>)> = out
            .facts
            .iter()
            .filter_map(|fact| match &fact.kind {
                FactKind::Destruction(found) => Some((fact.at.line, found.guard.as_deref())),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_command_counts_wherever_it_runs() {
        check("ops/reset.sh", "#!/bin/sh\ndropdb -h db1 shop\n", &[(2, None)]);
        check("ops/reset.sh", "sudo -u postgres dropdb -h db1 shop\n", &[(1, None)]);
        check("ops/reset.sh", "ssh db1 'dropdb shop'\n", &[(1, None)]);
        check("Makefile", "wipe:\n\tterraform destroy -auto-approve\n", &[(2, None)]);
        check(
            ".github/workflows/wipe.yml",
            "on: push\njobs:\n  wipe:\n    steps:\n      - run: |\n          cd live\n          terraform destroy -auto-approve\n",
            &[(7, None)],
        );
    }

    #[test]
    fn a_guard_anywhere_in_the_file_is_believed() {
        check("ops/reset.sh", "read -p 'Sure? ' yn\ndropdb -h db1 shop\n", &[(2, Some("asks a person"))]);
        check("ops/reset.sh", "terraform destroy\n", &[(1, Some("asks a person"))]);
    }

    #[test]
    fn what_is_said_or_thrown_away_does_not_count() {
        check("ops/reset.sh", "echo 'then run dropdb -h db1 shop'\n", &[]);
        check("ops/reset.sh", "dropdb -h db1 shop_test\n", &[]);
        check("dev/reset.sh", "dropdb -h db1 shop\n", &[]);
        check("ops/reset.sh", "# dropdb -h db1 shop\n", &[]);
        check("docs/reset.md", "```sh\ndropdb -h db1 shop\n```\n", &[]);
    }
}
