//! What a script says about itself: by its name, in its comments, by the variables it runs.
//!
//! A script may hand over to a program in another language; then its name is all there is, and its
//! name is enough to say that it copies or restores. A schedule in a comment is an intention: it is
//! kept as one and never read as a job.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::facts::SourceFile;
use crate::model::fact::{Command, Doing};
use crate::model::{Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::text::schedule;
use crate::text::shell::{self, Part, Script};

/// Comments this far down still introduce a script.
const HEADER_LINES: usize = 40;

/// A script that calls itself a backup or a restore and runs only programs nobody knows.
pub(super) fn by_own_name(file: &SourceFile<'_>, out: &mut FileFacts) {
    let name = file.path.file_name();
    let is_script = file.language == Language::Bash || is_program_named_for_copies(file);
    let Some(doing) = named_script(name).filter(|_| is_script) else { return };
    let is_known =
        out.facts.iter().any(|fact| matches!(&fact.kind, FactKind::Command(c) if c.doing == doing));
    if is_known {
        return;
    }
    let command = Command {
        doing,
        tool: "script".to_owned(),
        text: name.to_owned(),
        is_prose: false,
        defects: Vec::new(),
        target: None,
        tells_on_failure: false,
        stated_schedule: stated_schedule(file),
        compares: compares(file) && doing == Doing::Restore,
        names: sources(file),
    };
    let at = file.lines().at(0..file.text.lines().next().map_or(0, str::len));
    out.facts.push(Fact { at, kind: FactKind::Command(Box::new(command)) });
}

/// Plain values of variables that a script sets once, which may name what it copies.
fn sources(file: &SourceFile<'_>) -> Vec<String> {
    const TARGETS: &[&str] = &["backup", "dest", "target", "snapshot", "output", "copy"];
    if file.language != Language::Bash {
        return Vec::new();
    }
    let script = shell::commands(&file.text);
    let is_name = |value: &str| {
        value.len() > 3
            && value.contains('-')
            && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    variables(&script)
        .into_iter()
        .filter(|(name, value)| {
            !TARGETS.iter().any(|word| name.to_ascii_lowercase().contains(word)) && is_name(value)
        })
        .map(|(_, value)| value.to_owned())
        .collect()
}

/// A program in another language that stands among scripts and is named for copies. Modules of an
/// application carry such names as well, so the folder has to say that it is run by hand or by cron.
pub(super) fn is_program_named_for_copies(file: &SourceFile<'_>) -> bool {
    const FOLDERS: &[&str] = &["scripts", "script", "bin", "ops", "cron", "backup", "backups", "jobs"];
    let is_program = matches!(file.path.extension(), "py" | "rb" | "pl");
    is_program
        && named_script(file.path.file_name()).is_some()
        && FOLDERS.iter().any(|folder| file.path.has_folder(folder))
}

/// A schedule that a comment at the top of a script states: `# Schedule: 30 14 * * * …`,
/// `# crontab: 0 3 * * * …`, `# 0 3 * * * /opt/backup.sh`.
pub(super) fn stated_schedule(file: &SourceFile<'_>) -> Option<String> {
    static STATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let field = r"[\d*][\d*/,-]*";
        Regex::new(&format!(
            r"(?i)^#+\s*(?:(?:schedule|cron|crontab(?: entry| line)?|cron entry|example cron)\s*:?\s*)?`?({field}\s+{field}\s+{field}\s+(?:{field}|[a-z]{{3}})\s+(?:{field}|[a-z]{{3}}(?:-[a-z]{{3}})?))\s+\S"
        ))
        .ok()
    });
    let header = file.text.lines().take(HEADER_LINES).map(str::trim).filter(|line| line.starts_with('#'));
    let fields = header.filter_map(|line| Some(STATED.as_ref()?.captures(line)?.get(1)?.as_str().to_owned()));
    let mut read = fields.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    read.find(|text| text.contains('*') && schedule::max_gap_seconds(text).is_some())
}

/// Whether a script looks into what it restored: it counts rows or sums up bytes, and can say no.
pub(super) fn compares(file: &SourceFile<'_>) -> bool {
    static LOOKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\bcount\s*\(|\bpg_amcheck\b|\bsha(?:256|512)sum\b|\bchecksum table\b|integrity_check",
        )
        .ok()
    });
    let says_no = ["exit 1", "exit \"", "assert", "exit $", "sys.exit", "raise "];
    // What a script prints or comments on is advice to a person.
    let is_run =
        |line: &&str| !["echo", "printf", "#"].iter().any(|word| line.trim_start().starts_with(word));
    file.language != Language::Markdown
        && LOOKS
            .as_ref()
            .is_some_and(|looks| file.text.lines().filter(is_run).any(|line| looks.is_match(line)))
        && says_no.iter().any(|word| file.text.contains(word))
}

/// Variables that a script sets once, to words without anything to be filled in: `CH="docker exec db client"`.
pub(super) fn variables(script: &Script) -> BTreeMap<&str, &str> {
    let mut found: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    let bare = script.pipelines.iter().flat_map(|pipeline| &pipeline.parts).filter(|p| p.words.is_empty());
    for assignment in bare.flat_map(|part| &part.assignments) {
        let Some((name, value)) = assignment.split_once('=') else { continue };
        let is_plain = !value.contains(['$', '`', '\n']) && !value.is_empty();
        let once = !found.contains_key(name) && is_plain;
        found.insert(name, once.then_some(value));
    }
    found.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A command whose program is such a variable, with the words put in.
pub(super) fn expanded(part: &Part, variables: &BTreeMap<&str, &str>) -> Option<Part> {
    let first = part.words.first()?;
    let name = first.strip_prefix('$')?.trim_start_matches('{').trim_end_matches('}');
    let value = variables.get(name)?;
    let mut whole = part.clone();
    let rest = part.words.get(1..).unwrap_or_default().iter().cloned();
    whole.words = value.split_whitespace().map(str::to_owned).chain(rest).collect();
    Some(whole)
}

/// What a script does by its name: `ops/backup.sh`, `./restore-db`.
pub(super) fn named_script(word: &str) -> Option<Doing> {
    const OTHER: &[&str] = &[
        "check",
        "test",
        "verify",
        "list",
        "notify",
        "alert",
        "monitor",
        "clean",
        "delete",
        "expire",
        "remove",
        "prune",
        "rotate",
        "retention",
        "rollback",
        "install",
        "setup",
        "sync-",
        "config",
        "status",
        "size",
        "metrics",
        "exporter",
    ];
    let name = word.rsplit('/').next().unwrap_or(word).to_ascii_lowercase();
    let is_script = [".sh", ".bash", ".py", ".rb", ".pl"].iter().any(|end| name.ends_with(end));
    let is_path = word.contains('/') && !name.contains('.') && !name.is_empty();
    let is_safe = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./${}".contains(c));
    if !(is_script || is_path) || !is_safe || word.starts_with('-') || word.ends_with('/') {
        return None;
    }
    let says = |what: &str| {
        name.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|part| part == what || part.strip_suffix('s') == Some(what))
    };
    if says("restore") && says("test") {
        return Some(Doing::Restore);
    }
    if !is_script && !word.starts_with("./") && !word.contains("/bin/") && !word.contains("scripts/") {
        return None;
    }
    if OTHER.iter().any(|other| name.contains(other)) {
        return None;
    }
    match () {
        () if says("restore") => Some(Doing::Restore),
        () if says("backup") => Some(Doing::Backup),
        () => None,
    }
}
