//! Commands that copy data, bring it back or check a copy: in scripts, jobs and documents.
//!
//! It reads what a line does and how the line can hide a failure. Who runs it, how often, and which
//! store it is about is for the inventory.
//!
//! - `source`: the pieces of shell in a file (a script, recipes, steps, arguments, code blocks)
//! - `defect`: how a line or its script can lose a copy or hide that there is none
//! - `script`: what a script says by its name, its comments and its variables
//! - `walk`: every command of a piece, through wrappers and into scripts inside words

mod defect;
mod script;
mod source;
mod walk;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use self::script::{by_own_name, named_script};
pub(super) use self::source::{Piece, pieces};
pub(super) use self::walk::{Met, place, programs, walk};
use super::SourceFile;
use crate::model::fact::{Command, Doing};
use crate::model::{Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::{RuleSet, Tool};
use crate::text::shell::Part;
use crate::text::{Role, cut, fold};

const MAX_TEXT: usize = 300;

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
        walk(&piece.text, &mut |met| {
            let Some((mut command, program)) = read(met, file.path.as_str()) else { return false };
            command.is_prose = piece.is_prose;
            // A monitor that is told too early, or in any case, tells nothing.
            let is_blind = command.defects.iter().any(|id| id.starts_with("ping-"));
            command.tells_on_failure = tells && !piece.is_prose && !is_blind;
            command.stated_schedule.clone_from(&stated);
            command.compares = compares && command.doing == Doing::Restore;
            if piece.is_prose {
                command.defects.clear();
            }
            let at = place(file, &piece, &met.range, &program);
            out.facts.push(Fact { at, kind: FactKind::Command(Box::new(command)) });
            true
        });
    }
    out.facts.sort_by_key(|fact| fact.at);
    out.facts.dedup();
    by_own_name(file, out);
}

/// The command met, when a tool of the catalogue or a script named for what it does runs in it.
fn read(met: &Met<'_>, around: &str) -> Option<(Command, String)> {
    let (tool, doing, program) = tool_of(&met.part, around)?;
    let target = target(met, tool);
    let defects = if doing == Doing::Backup { defect::of(met, tool, target.as_deref()) } else { Vec::new() };
    let command = Command {
        doing,
        tool: tool.map_or_else(|| "script".to_owned(), |tool| tool.name.clone()),
        text: cut(&met.line(), MAX_TEXT),
        is_prose: false,
        defects,
        target,
        tells_on_failure: false,
        stated_schedule: None,
        compares: false,
        names: Vec::new(),
    };
    Some((command, program))
}

/// The tool a command runs, behind any wrappers, or a script named for what it does.
fn tool_of(part: &Part, around: &str) -> Option<(Option<&'static Tool>, Doing, String)> {
    for (word, program, rest) in programs(part) {
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
            return Some((None, doing, word.to_owned()));
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

/// Where a copy goes: an address outside when the line or its script names one, else the file.
fn target(met: &Met<'_>, tool: Option<&Tool>) -> Option<String> {
    let line = met.text.get(met.pipeline.range.clone()).unwrap_or_default();
    let remote = REMOTE.as_ref().and_then(|remote| remote.find(line).or_else(|| remote.find(met.text)));
    if let Some(remote) = remote.filter(|_| tool.is_none_or(|tool| tool.doing == Doing::Backup)) {
        return Some(cut(&fold(remote.as_str()), 120));
    }
    let (parts, part) = (met.pipeline.parts.iter().rev(), &met.part);
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
mod every;
#[cfg(test)]
mod tests;
