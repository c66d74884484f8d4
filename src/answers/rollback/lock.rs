//! The ledger lock: a runner that refuses to start with a ledger ahead of it, run at start or in
//! the release, so that the old build cannot come back.

use crate::answers::{Gap, Sheet, World};
use crate::model::fact::{Command, Doing};
use crate::model::thing::Migration;
use crate::model::{RepoPath, Span};
use crate::rules::{MigrationRunner, VersionName};

use super::start::{Starts, is_for_production};

/// How many versions a message names.
const NAMED: usize = 3;

/// Makes the gap of every runner that would lock the old build out.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet, judged: &[&Migration]) {
    let Some(last) = &world.inventory.last_release else { return };
    let starts = Starts::of(world);
    for runner in MigrationRunner::all() {
        let Some(lock) = &runner.lock else { continue };
        let new: Vec<&&Migration> = judged.iter().filter(|m| m.file.runner.id() == runner.id).collect();
        let Some(newest) = new.last() else { continue };
        let commands = || {
            world.inventory.rollout.iter().filter(|(_, c)| c.tool == runner.id && c.doing == Doing::Migrate)
        };
        let is_tolerated =
            commands().any(|(_, command)| command.defects.iter().any(|defect| defect == "tolerates"));
        let start =
            commands().find_map(|(span, command)| Some((span, moment(world, &starts, span, command)?)));
        let Some((span, moment)) = start.filter(|_| !is_tolerated) else { continue };
        let tag = &last.release.tag;
        let lock = lock.replace("{version}", &shown_version(runner, newest));
        let lock = lock.replace("{previous}", &previous(world, runner, newest));
        let names: Vec<String> =
            new.iter().rev().take(NAMED).map(|m| format!("`{}`", shown_version(runner, m))).collect();
        let more = new.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!(
            "Migrations run {moment}, so `{tag}` refuses to start on a database that has {}{more}: \u{201c}{lock}\u{201d}.",
            names.join(", ")
        );
        let gap = Gap::new("ledger-lock", newest.file.ledger.as_str(), message)
            .on(span)
            .related(&newest.span, "the newest migration that the last release does not have");
        sheet.gap(world, gap);
    }
}

/// The name that the ledger keeps.
pub(super) fn shown_version(runner: &MigrationRunner, migration: &Migration) -> String {
    let path = &migration.span.path;
    let version = migration.file.version.as_str();
    match runner.names {
        VersionName::Version => version.to_owned(),
        VersionName::Number => match version.trim_start_matches('0') {
            "" => "0".to_owned(),
            number => number.to_owned(),
        },
        VersionName::File => path.file_name().to_owned(),
        VersionName::Stem => path.stem().to_owned(),
    }
}

/// The newest version of the same ledger that the last release has.
fn previous(world: &World<'_>, runner: &MigrationRunner, newest: &Migration) -> String {
    let mut released = world.inventory.migrations.iter().filter(|migration| {
        migration.is_unreleased == Some(false)
            && migration.file.runner == newest.file.runner
            && migration.file.ledger == newest.file.ledger
    });
    released.next_back().map_or("0".to_owned(), |migration| shown_version(runner, migration))
}

/// When a command runs, in words; `None` when nobody says that it runs at a start or in a release.
pub(super) fn moment(
    world: &World<'_>,
    starts: &Starts,
    span: &Span,
    command: &Command,
) -> Option<&'static str> {
    if command.defects.iter().any(|defect| defect == "or-true") {
        return None;
    }
    let path = &span.path;
    if !is_for_production(path) {
        return None;
    }
    let name = path.file_name().to_ascii_lowercase();
    if name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name.starts_with("containerfile") {
        return Some("when the container starts");
    }
    if let Some(script) = command.target.as_deref().and_then(|target| target.strip_prefix("script:")) {
        return starts.runs_script(script).then_some("when the container starts");
    }
    // The collector marks calls inside a program.
    if command.target.as_deref() == Some("call") {
        return (!is_tool(path)).then_some("when the service starts");
    }
    if matches!(path.extension(), "yaml" | "yml") {
        let is_pipeline = path.parent() == ".github/workflows" || name.ends_with(".gitlab-ci.yml");
        let deploys =
            world.inventory.rollout.iter().any(|(other, c)| &other.path == path && c.doing == Doing::Deploy);
        return match is_pipeline {
            true => deploys.then_some("in the deployment"),
            false => Some("when the workload starts"),
        };
    }
    if name == "procfile" || name == "fly.toml" {
        return Some("in the release phase");
    }
    let is_start =
        ["entrypoint", "start", "boot", "docker-cmd", "docker-run"].iter().any(|word| name.contains(word));
    (is_start || starts.runs_file(path)).then_some("when the container starts")
}

/// Programs that a person runs: `scripts/`, `bin/migrate`, a command line.
pub(super) fn is_tool(path: &RepoPath) -> bool {
    const FOLDERS: &[&str] = &[
        "scripts",
        "script",
        "bin",
        "tools",
        "tool",
        "cli",
        "commands",
        "cmd",
        "hack",
        "dev",
        "migrations",
        "alembic",
    ];
    let name = path.file_name().to_ascii_lowercase();
    let is_named = ["migrat", "seed", "cli", "setup", "reset", "test", "knexfile", "env.py", "gulpfile"]
        .iter()
        .any(|word| name.contains(word));
    // `cmd/server/main.go` is the service itself.
    let is_service = path.has_folder("cmd") && !name.contains("migrat") && !path.parent().contains("migrat");
    is_named || (FOLDERS.iter().any(|folder| path.has_folder(folder)) && !is_service)
}
