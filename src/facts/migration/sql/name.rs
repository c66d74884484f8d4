//! Whose migration a SQL file is, by its name, its first lines and its markers; which of several
//! runners a neutral name means, is for the inventory, which sees the files beside it.

use std::sync::LazyLock;

use regex::Regex;

use super::super::version_and_name;
use super::marker;
use crate::facts::SourceFile;
use crate::model::fact::Runner;

/// `V1_2__name.sql`; `U` undoes, `B` is a baseline. Refinery, Evolve and schemachange use the same.
static FLYWAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?<kind>[VUB])(?<version>[0-9][0-9_.]*)__(?<name>.+)\.sql$").ok());
/// `-- Deploy app:users to pg`, as Sqitch writes it.
static SQITCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\s*(?:--|\#)\s*(?<way>Deploy|Revert|Verify)\s+(?:[^\s:]+:)?(?<change>\S+)\s+(?:to|from|on)\s+\w+",
    )
    .ok()
});
/// Folders whose numbered SQL files are migrations of some runner.
const FOLDERS: &[&str] = &["migrations", "migration", "migrate", "drizzle", "migration-scripts"];
/// Folders whose numbered SQL files are migrations only where the repository runs DbUp or its like;
/// the inventory asks for that.
const SCRIPT_FOLDERS: &[&str] = &["dbscripts", "scripts", "sqlscripts", "sql", "changescripts"];

/// What the name and the first lines of a file say.
pub(super) struct Kind {
    pub(super) runner: Runner,
    pub(super) version: String,
    pub(super) name: String,
    pub(super) ledger: String,
    pub(super) after: Vec<String>,
    pub(super) is_down: bool,
    pub(super) is_start: bool,
}

/// The kind of a file; `None` for SQL that is no migration.
pub(super) fn kind(file: &SourceFile<'_>) -> Option<Kind> {
    if is_changelog(&file.text) || is_verification(&file.text) {
        return None;
    }
    let name = file.path.file_name();
    if file.path.extension() == "sqm" {
        return made(file, Runner::SqlDelight, file.path.stem(), "", false)
            .filter(|kind| kind.version.bytes().all(|b| b.is_ascii_digit()));
    }
    flyway(file, name)
        .or_else(|| sqitch(file))
        .or_else(|| in_own_folder(file, name))
        .or_else(|| numbered(file, name))
}

/// `--liquibase formatted sql` is a changelog of many.
pub(in crate::facts::migration) fn is_changelog(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default().to_ascii_lowercase();
    first.trim_start_matches(['-', ' ', '/', '*']).starts_with("liquibase formatted")
}

/// Sqitch's third script of a change only looks.
fn is_verification(text: &str) -> bool {
    let found = SQITCH.as_ref().and_then(|pattern| pattern.captures(text));
    found.is_some_and(|found| &found["way"] == "Verify")
}

fn made(file: &SourceFile<'_>, runner: Runner, version: &str, title: &str, is_down: bool) -> Option<Kind> {
    let (version, name) = (version.to_owned(), title.to_owned());
    let ledger = file.path.parent().to_owned();
    Some(Kind { runner, version, name, ledger, after: Vec::new(), is_down, is_start: false })
}

fn flyway(file: &SourceFile<'_>, name: &str) -> Option<Kind> {
    let found = FLYWAY.as_ref()?.captures(name)?;
    let version = found["version"].replace('_', ".");
    let mut kind = made(file, Runner::Flyway, &version, &found["name"], &found["kind"] == "U")?;
    kind.is_start = &found["kind"] == "B";
    Some(kind)
}

/// `deploy/users.sql` and `revert/users.sql`, whose first line names a change.
fn sqitch(file: &SourceFile<'_>) -> Option<Kind> {
    SQITCH.as_ref()?.captures(&file.text)?;
    // The folder decides: a change that is reworked keeps its old deploy script as its revert script.
    let path = file.path.as_str();
    let below = |folder: &str| match path.strip_prefix(&format!("{folder}/")) {
        Some(rest) => Some(("", rest)),
        None => path.split_once(&format!("/{folder}/")),
    };
    let (is_down, (top, rest)) =
        below("revert").map(|found| (true, found)).or_else(|| Some((false, below("deploy")?)))?;
    let change = rest.strip_suffix(".sql")?;
    let mut kind = made(file, Runner::Sqitch, change, change, is_down)?;
    top.clone_into(&mut kind.ledger);
    let head = file.text.lines().take(30);
    let needs = head.filter_map(|line| line.trim_start_matches(['-', '#', ' ']).strip_prefix("requires:"));
    kind.after = needs
        .flat_map(|list| list.split([',', ' ']))
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect();
    Some(kind)
}

/// `20240101_users/up.sql`: one folder for each migration.
fn in_own_folder(file: &SourceFile<'_>, name: &str) -> Option<Kind> {
    if !matches!(name, "up.sql" | "down.sql" | "migration.sql") {
        return None;
    }
    let (above, folder) = file.path.parent().rsplit_once('/').unwrap_or(("", file.path.parent()));
    let (version, title) = version_and_name(folder)?;
    let runner = if name == "migration.sql" { Runner::Prisma } else { Runner::SqlPairs };
    let mut kind = made(file, runner, version, title, name == "down.sql")?;
    above.clone_into(&mut kind.ledger);
    Some(kind)
}

fn numbered(file: &SourceFile<'_>, name: &str) -> Option<Kind> {
    let stem = name.strip_suffix(".sql")?;
    let parent = file.path.parent();
    let folder = parent.rsplit('/').next().unwrap_or_default();
    let above = parent.rsplit('/').nth(1).unwrap_or_default();
    let (version, rest) = version_and_name(stem)?;
    if let Some((title, way @ ("up" | "down" | "undo" | "rollback"))) = rest.rsplit_once(['.', '-']) {
        // db-migrate keeps its halves apart from the program that runs them.
        let is_apart = folder == "sqls";
        let runner = if is_apart { Runner::DbMigrate } else { Runner::GolangMigrate };
        let mut kind = made(file, runner, version, title, way != "up")?;
        if is_apart {
            kind.ledger = parent.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        }
        return Some(kind);
    }
    if let Some(marked) = marker::split(&file.text) {
        let is_play = marked.runner == Runner::PlayEvolutions;
        let is_named = !is_play || (rest.is_empty() && file.path.has_folder("evolutions"));
        return if is_named { made(file, marked.runner, version, rest, false) } else { None };
    }
    if file.text.starts_with("--! Previous:") && file.holds("--! Hash:") {
        return made(file, Runner::GraphileMigrate, version, rest, false);
    }
    if folder == "migrations" && above == "supabase" {
        return made(file, Runner::Supabase, version, rest, false);
    }
    if file.holds("--> statement-breakpoint") {
        return made(file, Runner::Drizzle, version, rest, false);
    }
    if file.text.trim_start().starts_with("-- depends:") {
        return made(file, Runner::Yoyo, version, rest, false);
    }
    let lower = folder.to_ascii_lowercase();
    if FOLDERS.contains(&lower.as_str()) {
        return made(file, Runner::SqlFolder, version, rest, false);
    }
    // `01_roles.sql` in a folder of any other name is a script, unless the inventory knows its runner.
    if lower == "up" {
        return made(file, Runner::Grate, version, rest, false);
    }
    SCRIPT_FOLDERS.contains(&lower.as_str()).then(|| made(file, Runner::DbUp, version, rest, false))?
}
