//! The ledger lock: a runner that refuses to start with a ledger ahead of it, run at start or in
//! the release, so that the old build cannot come back.

use crate::answers::{Gap, Sheet, World};
use crate::model::fact::{Command, Doing};
use crate::model::thing::Migration;
use crate::model::{RepoPath, Span};
use crate::rules::MigrationRunner;

/// How many versions a message names.
const NAMED: usize = 3;

/// Makes the gap of every runner that would lock the old build out.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet, judged: &[&Migration]) {
    let Some(last) = &world.inventory.last_release else { return };
    for runner in MigrationRunner::all() {
        let Some(lock) = &runner.lock else { continue };
        let new: Vec<&&Migration> = judged.iter().filter(|m| m.file.runner.id() == runner.id).collect();
        let Some(newest) = new.last() else { continue };
        let commands = || {
            world.inventory.rollout.iter().filter(|(_, c)| c.tool == runner.id && c.doing == Doing::Migrate)
        };
        let is_tolerated =
            commands().any(|(_, command)| command.defects.iter().any(|defect| defect == "tolerates"));
        let start = commands().find_map(|(span, command)| Some((span, moment(world, span, command)?)));
        let Some((span, moment)) = start.filter(|_| !is_tolerated) else { continue };
        let tag = &last.release.tag;
        let lock = lock.replace("{version}", &shown_version(newest));
        let names: Vec<String> =
            new.iter().rev().take(NAMED).map(|m| format!("`{}`", shown_version(m))).collect();
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

/// The name the ledger keeps: knex keeps file names, the others versions.
fn shown_version(migration: &Migration) -> String {
    match migration.file.runner {
        crate::model::fact::Runner::Knex => migration.span.path.file_name().to_owned(),
        _ => migration.file.version.clone(),
    }
}

/// When a command runs, in words; `None` when nobody says that it runs at a start or in a release.
fn moment(world: &World<'_>, span: &Span, command: &Command) -> Option<&'static str> {
    if command.defects.iter().any(|defect| defect == "or-true") {
        return None;
    }
    let path = &span.path;
    let name = path.file_name().to_ascii_lowercase();
    if name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name.starts_with("containerfile") {
        return Some("when the container starts");
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
    is_start.then_some("when the container starts")
}

/// Programs that a person runs: `scripts/`, `bin/migrate`, a command line.
fn is_tool(path: &RepoPath) -> bool {
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
