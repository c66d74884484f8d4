//! Whether what is copied can be read again by what this repository restores with: the format of a
//! dump, and the key of an encrypted one.
//!
//! One command that fits, in a script or in a document, is enough.

use crate::model::Span;
use crate::model::fact::{Command, Doing};
use crate::model::thing::Backup;

/// Notes what does not fit among the defects of a backup.
pub(super) fn check(commands: &[(Span, &Command)], command: &Command, backup: &mut Backup) {
    decryption(commands, backup);
    if command.tool == "pg_dump"
        && let Some((id, span)) = mismatch(commands, command)
    {
        backup.defects.push((id.to_owned(), span));
    }
}

/// `encrypted-gpg` stands where a line encrypts; it becomes a defect when nothing decrypts.
fn decryption(commands: &[(Span, &Command)], backup: &mut Backup) {
    let decrypts = |program: &str| {
        let name = format!("{program} --decrypt");
        commands.iter().any(|(_, other)| other.tool == name || other.text.contains(&format!("{program} -d")))
    };
    for (id, _) in &mut backup.defects {
        if id.strip_prefix("encrypted-").is_some_and(|program| !decrypts(program)) {
            *id = "no-decrypt".to_owned();
        }
    }
    backup.defects.retain(|(id, _)| !id.starts_with("encrypted-"));
}

/// All dumps in one kind of format, and every restore for the other kind.
fn mismatch(commands: &[(Span, &Command)], dump: &Command) -> Option<(&'static str, Span)> {
    let dumps = commands.iter().filter(|(_, other)| other.tool == "pg_dump" && other.doing == Doing::Backup);
    let is_archive = archive(&dump.text)?;
    if !dumps.map(|(_, other)| archive(&other.text)).all(|kind| kind == Some(is_archive)) {
        return None;
    }
    let of_postgres = |command: &Command| {
        command.doing == Doing::Restore && matches!(command.tool.as_str(), "pg_restore" | "psql")
    };
    let restores: Vec<&(Span, &Command)> = commands.iter().filter(|(_, other)| of_postgres(other)).collect();
    let first = restores.first()?;
    let by_psql = |command: &Command| command.text.contains("psql");
    let fits = |command: &Command| {
        by_psql(command) != is_archive || command.text.contains("pg_restore") == is_archive
    };
    if restores.iter().any(|(_, command)| fits(command)) {
        return None;
    }
    Some((if is_archive { "custom-to-psql" } else { "plain-to-pg-restore" }, first.0.clone()))
}

/// Whether a dump is an archive for pg_restore; nothing when a variable decides it.
fn archive(text: &str) -> Option<bool> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let format = words.iter().enumerate().find_map(|(index, word)| {
        let joined = word
            .strip_prefix("--format=")
            .or_else(|| word.strip_prefix("-F").filter(|rest| !rest.is_empty()));
        let next = matches!(*word, "-F" | "--format").then(|| words.get(index + 1).copied()).flatten();
        joined.or(next)
    });
    match format {
        Some(format) if format.starts_with(['c', 't', 'd']) => Some(true),
        Some(format) if format.starts_with('p') => Some(false),
        Some(_) => None,
        // Options in a variable may hold the format; `-Fc` may stand among joined short options.
        None if words
            .iter()
            .any(|word| word.to_ascii_uppercase().contains("OPT") || word.starts_with("$@")) =>
        {
            None
        }
        None => Some(
            words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with("Fc")),
        ),
    }
}
