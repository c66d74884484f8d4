//! Commands that take a store of data: in scripts, recipes, jobs and units, never in prose.
//!
//! It reads what a line takes, whether the program asks first, and what the file around it does
//! before. What runs against nothing but throw-away copies, by the names in the line or the path, is
//! left out here: it is written in every repository and hurts no one.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::SourceFile;
use super::command::{Met, pieces, place, programs, walk};
use crate::model::fact::Destruction;
use crate::model::{Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::{Destroyer, RuleSet};
use crate::text::{Role, cut};

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
        walk(&piece.text, &mut |met| {
            let Some((mut destruction, program)) = of(met) else { return false };
            destruction.guard = destruction.guard.or_else(|| guard.map(str::to_owned));
            let at = place(file, &piece, &met.range, &program);
            out.facts.push(Fact { at, kind: FactKind::Destruction(Box::new(destruction)) });
            true
        });
    }
    out.facts.sort_by_key(|fact| fact.at);
    out.facts.dedup();
}

/// What a command takes, and the program that takes it.
fn of(met: &Met<'_>) -> Option<(Destruction, String)> {
    // `echo`, `grep` and other speakers name commands without running them.
    const SPEAKERS: &[&str] =
        &["echo", "printf", "grep", "sed", "awk", "cat", "log", "info", "warn", "alias"];
    let line = met.line();
    if SPEAKERS.contains(&met.part.program()) || Destroyer::is_rehearsal(&line) {
        return None;
    }
    // Where the command runs may be said around it (`ssh db1 '…'`), before it, or in a variable.
    let whole = [met.around, &met.part.assignments.join(" "), &met.part.words.join(" "), &line].join(" ");
    let (found, program) = programs(&met.part).find_map(|(_, program, rest)| {
        Some((Destroyer::find(program, &rest.join(" "), &whole)?, program.to_owned()))
    })?;
    let destruction = Destruction {
        what: found.what.clone(),
        text: cut(&line, MAX_TEXT),
        guard: found.asks(&whole).then(|| "asks a person".to_owned()),
    };
    Some((destruction, program))
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
        check("ops/reset.sh", "PG=\"psql -h db1\"\n$PG -c 'DROP DATABASE shop'\n", &[(2, None)]);
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
