//! Commands that copy data, bring it back or check a copy: in scripts, jobs and documents.
//!
//! It reads what a line does and how the line can hide a failure. Who runs it, how often, and which
//! store it is about is for the inventory.
//!
//! - `source`: the pieces of shell in a file (a script, recipes, steps, arguments, code blocks)
//! - `script`: what a script says by its name, its comments and its variables

mod script;
mod source;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use self::script::{by_own_name, named_script};
use self::source::Piece;
pub(super) use self::source::pieces;
use super::SourceFile;
use crate::model::fact::{Command, Doing};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::{RuleSet, Tool};
use crate::text::shell::{self, Part, Pipeline, Script};
use crate::text::{Role, cut, fold};

/// A script inside a script inside a script is read; more is a puzzle.
const MAX_NESTING: usize = 3;
const MAX_TEXT: usize = 300;

/// Programs that run the program that follows them.
pub(super) const WRAPPERS: &[&str] = &[
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

/// Where an address leaves the host.
static REMOTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (s3|gs|az|b2|swift|sftp|ftp|abfss|rclone)://?\S*   # an address of storage
        | \b(rclone|azcopy|gsutil|s3cmd|s5cmd|mc|scp)\s+\S+  # a program that sends
        | \baws\s+s3\s+(cp|sync|mv)\s+\S+
        | \brsync\b[^\n]*\s[\w.-]+@?[\w.-]*:\S*              # rsync to a host
        ",
    )
    .ok()
});

/// How a script tells that it failed. It is asked of whole files, and a word boundary of all of Unicode makes that slow.
static TELLS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        hc-ping | healthchecks | cronitor | deadmanssnitch | uptime-?kuma | pushgateway | pagerduty | opsgenie
        | hooks\.slack | sendmail | (?-u:\b)mailx?\s+-s | (?-u:\b)OnFailure\s*= | node_exporter | textfile_collector | MAILTO\s*=\s*\S
        | if:\s*.?(\$\{\{\s*)?(failure|always)\(\)
        ",
    )
    .ok()
});

/// Files that hold a program of the catalogue, or a script named for backups.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    static PROGRAMS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let mut words: Vec<&str> = Tool::all().iter().map(|tool| tool.program.as_str()).collect();
        words.extend(["backup", "restore"]);
        words.sort_unstable();
        words.dedup();
        AhoCorasick::new(words).ok()
    });
    let can_hold = matches!(
        file.language,
        Language::Bash
            | Language::Makefile
            | Language::Yaml
            | Language::Ini
            | Language::Markdown
            | Language::Text
    ) || script::is_program_named_for_copies(file);
    can_hold
        && !matches!(file.role, Role::Test | Role::Example)
        && (file.language != Language::Text || source::is_crontab(file.path))
        && PROGRAMS.as_ref().is_some_and(|programs| {
            programs.is_match(file.text.as_ref()) || programs.is_match(file.path.file_name())
        })
}

/// One fact per command.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let tells = TELLS.as_ref().is_some_and(|tells| tells.is_match(&file.text));
    let (stated, compares) = (script::stated_schedule(file), script::compares(file));
    for piece in pieces(file) {
        let script = shell::commands(&piece.text);
        let mut found = Vec::new();
        read(&script, &piece.text, file.path.as_str(), 0, &mut found);
        for mut seen in found {
            seen.command.is_prose = piece.is_prose;
            seen.command.tells_on_failure = tells && !piece.is_prose;
            seen.command.stated_schedule.clone_from(&stated);
            seen.command.compares = compares && seen.command.doing == Doing::Restore;
            if piece.is_prose {
                seen.command.defects.clear();
            }
            let at = place(file, &piece, &seen);
            out.facts.push(Fact { at, kind: FactKind::Command(Box::new(seen.command)) });
        }
    }
    out.facts.sort_by_key(|fact| fact.at);
    out.facts.dedup();
    by_own_name(file, out);
}

/// A command with its place in its piece.
struct Seen {
    command: Command,
    start: usize,
    end: usize,
    program: String,
}

fn place(file: &SourceFile<'_>, piece: &Piece, seen: &Seen) -> At {
    if piece.is_in_place {
        return file.lines().at(seen.start..seen.end);
    }
    // The text of a YAML value was unindented: find the program again in the source.
    let (start, end) = (piece.at.start as usize, piece.at.end as usize);
    let source = file.text.get(start..end.max(start)).unwrap_or_default();
    let before = piece.text.get(..seen.start).unwrap_or_default().matches(seen.program.as_str()).count();
    let found = source.match_indices(seen.program.as_str()).nth(before);
    found.map_or(piece.at, |(at, word)| file.lines().at(start + at..start + at + word.len()))
}

fn read(script: &Script, text: &str, around: &str, depth: usize, found: &mut Vec<Seen>) {
    let variables = script::variables(script);
    for pipeline in &script.pipelines {
        for (index, part) in pipeline.parts.iter().enumerate() {
            let whole = script::expanded(part, &variables);
            if let Some((tool, doing, program)) = tool_of(whole.as_ref().unwrap_or(part), around) {
                let mut defects = defects(pipeline, index, tool, doing);
                let target = target(pipeline, part, tool, text);
                if doing == Doing::Backup && target.as_deref().is_some_and(is_data_folder) {
                    defects.push("same-volume".to_owned());
                }
                if script.has_pipefail || text.contains("PIPESTATUS") {
                    defects.retain(|id| id != "no-pipefail");
                }
                let command = Command {
                    doing,
                    tool: tool.map_or_else(|| "script".to_owned(), |tool| tool.name.clone()),
                    text: cut(&fold(text.get(pipeline.range.clone()).unwrap_or_default()), MAX_TEXT),
                    is_prose: false,
                    defects,
                    target,
                    tells_on_failure: false,
                    stated_schedule: None,
                    compares: false,
                };
                found.push(Seen { command, start: pipeline.range.start, end: pipeline.range.end, program });
                continue;
            }
            if depth < MAX_NESTING {
                nested(part, pipeline, around, depth, found);
            }
        }
    }
}

/// Scripts inside words: `sh -c '…'`, `ssh host "…"`, `$(…)`.
fn nested(part: &Part, pipeline: &Pipeline, around: &str, depth: usize, found: &mut Vec<Seen>) {
    let words = part.words.iter().chain(&part.assignments);
    for word in words.filter(|word| word.contains(' ')) {
        let Some(inner) = inner_script(part, word) else { continue };
        let script = shell::commands(inner);
        let before = found.len();
        read(&script, inner, around, depth + 1, found);
        for seen in found.iter_mut().skip(before) {
            (seen.start, seen.end) = (pipeline.range.start, pipeline.range.end);
        }
    }
}

/// The script inside a word: all of it behind a wrapper, else what stands in `$(…)`.
pub(super) fn inner_script<'a>(part: &Part, word: &'a str) -> Option<&'a str> {
    match (word.find("$("), word.rfind(')')) {
        _ if WRAPPERS.contains(&part.program()) => Some(word),
        (Some(open), Some(close)) if open + 2 <= close => word.get(open + 2..close),
        _ => None,
    }
}

/// The tool a command runs, behind any wrappers, or a script named for what it does.
fn tool_of(part: &Part, around: &str) -> Option<(Option<&'static Tool>, Doing, String)> {
    let is_wrapped = WRAPPERS.contains(&part.program());
    let last = if is_wrapped { part.words.len() } else { 1 };
    for (index, word) in part.words.iter().enumerate().take(last) {
        let program = word.rsplit('/').next().unwrap_or(word);
        let rest = part.words.get(index + 1..).unwrap_or_default();
        let mut arguments = rest.join(" ");
        for (operator, target) in &part.redirects {
            arguments.push_str(&format!(" {operator} {target}"));
        }
        if let Some(tool) = Tool::find(program, &arguments, around) {
            return Some((Some(tool), tool.doing, program.to_owned()));
        }
        let stem = around.rsplit('/').next().unwrap_or(around).to_ascii_lowercase();
        let is_check = ["check", "verify"].iter().any(|word| stem.contains(word));
        if let Some(doing) = named_script(word).filter(|_| !is_check) {
            return Some((None, doing, word.clone()));
        }
    }
    reads_dump(part).map(|tool| (Some(tool), Doing::Restore, part.program().to_owned()))
}

/// `psql … < dump.sql`, `mysql … < dump.sql`.
fn reads_dump(part: &Part) -> Option<&'static Tool> {
    let program =
        part.words.iter().map(|w| w.rsplit('/').next().unwrap_or(w)).find_map(|word| match word {
            "psql" => Some("pg_restore"),
            "mysql" | "mariadb" => Some("myloader"),
            _ => None,
        })?;
    let from = part.redirects.iter().find(|(operator, _)| operator == "<")?;
    let lower = from.1.to_ascii_lowercase();
    let is_dump = ["dump", "backup", ".sql.gz", "restore"].iter().any(|word| lower.contains(word));
    if is_dump { Tool::named(program) } else { None }
}

/// Whether a copy lands in the folder where an engine keeps its files.
fn is_data_folder(target: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "/var/lib/postgresql",
        "/var/lib/mysql",
        "/var/lib/mongo",
        "/data/db",
        "/var/lib/clickhouse",
        "/bitnami/postgresql",
        "/bitnami/mysql",
        "/bitnami/mariadb",
        "/bitnami/mongodb",
    ];
    FOLDERS.iter().any(|folder| target.starts_with(folder))
}

fn defects(pipeline: &Pipeline, index: usize, tool: Option<&Tool>, doing: Doing) -> Vec<String> {
    let mut found = Vec::new();
    if doing != Doing::Backup {
        return found;
    }
    let is_stream = tool.is_some_and(|tool| tool.is_stream);
    if is_stream && index + 1 < pipeline.parts.len() {
        found.push("no-pipefail".to_owned());
    }
    if pipeline.ignores_failure() {
        found.push("or-true".to_owned());
    }
    found
}

/// Where a copy goes: an address outside when the line or its script names one, else the file.
fn target(pipeline: &Pipeline, part: &Part, tool: Option<&Tool>, text: &str) -> Option<String> {
    let line = text.get(pipeline.range.clone()).unwrap_or_default();
    let remote = REMOTE.as_ref().and_then(|remote| remote.find(line).or_else(|| remote.find(text)));
    if let Some(remote) = remote.filter(|_| tool.is_none_or(|tool| tool.doing == Doing::Backup)) {
        return Some(cut(&fold(remote.as_str()), 120));
    }
    let parts = pipeline.parts.iter().rev();
    let written =
        parts.flat_map(|p| &p.redirects).find(|(operator, _)| matches!(operator.as_str(), ">" | ">>"));
    let flag = ["-f", "--file", "--result-file", "-o", "--out", "--archive"].iter().find_map(|flag| {
        part.words.iter().enumerate().find_map(|(index, word)| {
            let joined = word.strip_prefix(flag).and_then(|rest| rest.strip_prefix('='));
            let next = (word == flag).then(|| part.words.get(index + 1).map(String::as_str)).flatten();
            joined.or(next)
        })
    });
    written.map(|(_, target)| target.as_str()).or(flag).map(|target| cut(target, 120))
}

#[cfg(test)]
mod tests;
