//! How a line that copies, or the script around it, can lose the copy or hide that there is none.
//!
//! Options that a variable holds are unknown, and what is unknown is no defect.

use std::sync::LazyLock;

use regex::Regex;

use super::Met;
use crate::rules::Tool;

/// Tells a monitor that all is well; a ping of the start says nothing yet.
static PING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\b(?:curl|wget)\b[^\n]*
        (?:hc-ping|healthchecks|cronitor|deadmanssnitch|nosnch\.in|uptime-?kuma|betteruptime|/api/push/)[^\n]*",
    )
    .ok()
});

/// A script that removes old copies, or leaves that to something that does.
static ROTATES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)-delete\b | -mtime | \brm\b | \bprune\b | \bforget\b | logrotate | tmpreaper | lifecycle | retention
        | keep[_-] | \btail\ -n | \bhead\ -n | delete-objects | s3\ rm | rotate",
    )
    .ok()
});

/// Encryption of a stream or file, by program.
static ENCRYPTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b(?P<gpg>gpg2?)\b[^|\n]*\s(?:-e|-c|--encrypt|--symmetric|-[a-z]*[ec][a-z]*\s)
        | \b(?P<age>age)\s+(?:-[rRpe]\b|--encrypt|--recipient|--passphrase)
        | \b(?P<openssl>openssl)\s+(?:enc\s|smime\s+-encrypt|aes-)",
    )
    .ok()
});

/// Every defect of one command that copies.
pub(super) fn of(met: &Met<'_>, tool: Option<&Tool>, target: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    let is_last = met.index + 1 >= met.pipeline.parts.len();
    let sees_pipes = met.script.has_pipefail || met.text.contains("PIPESTATUS");
    let mut note = |is_so: bool, id: &str| {
        if is_so {
            found.push(id.to_owned());
        }
    };
    note(tool.is_some_and(|tool| tool.is_stream) && !is_last && !sees_pipes, "no-pipefail");
    note(met.pipeline.ignores_failure(), "or-true");
    note(target.is_some_and(is_data_folder), "same-volume");
    let name = tool.map(|tool| tool.name.as_str()).unwrap_or_default();
    note(mirrors(name, met), "mirrors-deletions");
    note(
        matches!(name, "mysqldump" | "mariadb-dump") && !is_one_moment(met) && !is_export(met),
        "no-transaction",
    );
    note(tool.is_some() && piles_up(met), "no-rotation");
    if let Some(ping) = tool.and_then(|_| ping(met)) {
        found.push(ping.to_owned());
    }
    if let Some(program) = encryption(met) {
        found.push(format!("encrypted-{program}"));
    }
    found
}

/// A mirror that follows deletions, into the same place each time, without keeping what it removes.
fn mirrors(tool: &str, met: &Met<'_>) -> bool {
    let has = |flags: &[&str]| met.part.words.iter().any(|word| flags.contains(&word.as_str()));
    let follows = match tool {
        "rsync" => met.part.words.iter().any(|word| word.starts_with("--delete")),
        "aws s3 sync" => has(&["sync"]) && has(&["--delete"]),
        "rclone" => has(&["sync"]),
        "mc mirror" => has(&["--remove"]),
        _ => false,
    };
    let keeps = ["--backup", "-b", "--backup-dir", "--link-dest", "--suffix", "--dry-run", "-n"];
    let is_kept = met
        .part
        .words
        .iter()
        .any(|word| keeps.iter().any(|flag| word == flag || word.starts_with(&format!("{flag}="))));
    follows && !is_kept && !is_dated(&met.line())
}

/// A name with the date in it is a new place each time.
fn is_dated(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    ["date", "timestamp", "stamp", "$now", "${now", "%y", "$day", "${day", "snapshot-"]
        .iter()
        .any(|word| lower.contains(word))
}

fn is_one_moment(met: &Met<'_>) -> bool {
    let flags =
        ["--single-transaction", "--lock-all-tables", "-x", "--master-data", "--source-data", "--defaults-"];
    met.part.words.iter().any(|word| {
        // `$OPTIONS` may hold it; `-p$PASSWORD` and `"$DATABASE"` at the end cannot.
        let is_open = word.starts_with('$') && word.to_ascii_uppercase().contains("OPT")
            || word.to_ascii_uppercase().contains("ARGS")
            || word.starts_with("$@");
        is_open || flags.iter().any(|flag| word.starts_with(flag))
    })
}

/// Rows without their tables are data to load elsewhere, and no backup.
fn is_export(met: &Met<'_>) -> bool {
    met.part.words.iter().any(|word| matches!(word.as_str(), "-t" | "--no-create-info"))
}

/// A new local file each time, in a script that never removes one.
fn piles_up(met: &Met<'_>) -> bool {
    let parts = met.pipeline.parts.iter();
    let written: Vec<&str> = parts
        .flat_map(|part| &part.redirects)
        .filter(|(operator, _)| operator == ">")
        .map(|(_, target)| target.as_str())
        .collect();
    let is_local = |target: &&str| {
        !target.contains("://") && !target.starts_with("/dev/") && !target.starts_with("/tmp")
    };
    let sends =
        ["aws ", "rclone", "gsutil", "s3cmd", "mc ", "scp ", "rsync", "restic", "borg", "curl", "azcopy"];
    let is_sent = sends.iter().any(|word| met.text.contains(word));
    written.iter().copied().filter(|target| is_local(target)).any(is_dated)
        && !is_sent
        && !ROTATES.as_ref().is_some_and(|rotates| rotates.is_match(met.text))
}

/// A ping that does not depend on the copy: before it, or whatever became of it.
fn ping(met: &Met<'_>) -> Option<&'static str> {
    let pings: Vec<regex::Match<'_>> = PING
        .as_ref()?
        .find_iter(met.text)
        .filter(|found| !["/start", "/fail", "state=run"].iter().any(|word| found.as_str().contains(word)))
        .filter(|found| !met.text.get(..found.start()).is_some_and(is_comment))
        .collect();
    let (start, end) = (met.pipeline.range.start, met.pipeline.range.end);
    if pings.is_empty() || pings.iter().any(|found| start <= found.start() && found.start() < end) {
        return None;
    }
    if pings.iter().all(|found| found.start() < start) {
        // A function or a trap that stands above is called later.
        let is_direct = !["trap ", "()", "function "].iter().any(|word| met.text.contains(word));
        return is_direct.then_some("ping-first");
    }
    let asks = ["&&", "||", "$?", "if ", "trap ", "set -e", "set -o errexit", "()", "set -u"];
    let is_asked = met.script.has_errexit || asks.iter().any(|word| met.text.contains(word));
    (!is_asked).then_some("ping-always")
}

/// Whether the text before a place ends in a comment.
fn is_comment(before: &str) -> bool {
    before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with('#'))
}

fn encryption(met: &Met<'_>) -> Option<&'static str> {
    let line = met.text.get(met.pipeline.range.clone())?;
    let found = ENCRYPTS.as_ref()?.captures(line)?;
    let is_decryption = [" -d", "--decrypt"].iter().any(|word| line.contains(word));
    ["gpg", "age", "openssl"].into_iter().find(|name| found.name(name).is_some() && !is_decryption)
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
