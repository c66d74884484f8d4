//! Jobs that copy data: who runs each command, how often, where the copy goes, and which store it is
//! about.
//!
//! A command is followed to its schedule: the CronJob or workflow around it, the timer of its unit,
//! the line of a crontab, or whatever calls the script that holds it. A script that nothing here
//! runs is a script, not a backup.

mod format;
mod schedule;

use std::collections::BTreeMap;

use super::Material;
use crate::model::fact::{Command, Doing};
use crate::model::thing::{Backup, BackupMeans, Datastore, Environment, StoreKind};
use crate::model::{FactKind, Span};
use crate::rules::{Tool, engine_in_name};
use crate::text::{Role, cut, environment, fold, role};
pub(super) use schedule::{Runner, Runners};

/// Ties jobs to stores; returns those that were not tied to one.
pub(super) fn take(material: &Material<'_>, stores: &mut [Datastore]) -> Vec<Backup> {
    let runners = Runners::read(material);
    let commands: Vec<(Span, &Command)> = commands(material).collect();
    let mut by_file: BTreeMap<&str, Vec<&(Span, &Command)>> = BTreeMap::new();
    for command in &commands {
        if command.1.doing == Doing::Backup && !command.1.is_prose {
            by_file.entry(command.0.path.as_str()).or_default().push(command);
        }
    }
    let mut loose = Vec::new();
    for (path, found) in by_file {
        // A call of a script is told by the script, when the script itself says what it runs.
        for (span, command) in found {
            // A script known only by its name is told by whatever calls it, unless it names an engine.
            let is_itself = is_its_own_name(span, command);
            let is_mute = is_itself && engine_in_name(&command.text).is_none();
            if command.tool == "script" && (is_mute || is_told_by_its_script(&commands, path, command)) {
                continue;
            }
            let runner = runners.of(span, command);
            let mut backup = backup(span, command, runner);
            format::check(&commands, command, &mut backup);
            let near = environment(&span.path, &[]);
            let tied = match sources(&commands, command) {
                names if names.is_empty() => tie(stores, command, near),
                names => by_name(stores, &names),
            };
            for index in &tied {
                if let Some(store) = stores.get_mut(*index) {
                    store.backups.push(backup.clone());
                }
            }
            // The name of a script alone is no copy of anything unless there is such a store.
            let counts = matches!(near, Environment::Production | Environment::Unstated) && !is_itself;
            if tied.is_empty() && counts {
                loose.push(backup);
            }
        }
    }
    loose.sort_by(|a, b| a.span.cmp(&b.span));
    note_whole_hosts(&loose, stores);
    loose
}

/// Containers live on hosts: where whole hosts or pools are copied, a container without a backup of
/// its own may be in the copy.
fn note_whole_hosts(loose: &[Backup], stores: &mut [Datastore]) {
    let whole = |backup: &&Backup| Tool::named(&backup.tool).is_some_and(|tool| tool.copies_hosts);
    let Some(host) = loose.iter().find(whole) else { return };
    for store in stores.iter_mut().filter(|store| store.address.starts_with("service ")) {
        if store.backups.is_empty() && store.backup_unknown.is_none() {
            let why =
                format!("hosts are copied with {} ({}), which may include it", host.tool, host.span.path);
            store.backup_unknown = Some(why);
        }
    }
}

/// Every command outside of tests and examples.
pub(super) fn commands<'a>(material: &Material<'a>) -> impl Iterator<Item = (Span, &'a Command)> {
    let pick =
        |kind: &'a FactKind| if let FactKind::Command(command) = kind { Some(&**command) } else { None };
    material.of(pick).filter(|(span, _)| !matches!(role(&span.path), Role::Test | Role::Example))
}

fn is_told_by_its_script(commands: &[(Span, &Command)], caller: &str, call: &Command) -> bool {
    commands.iter().any(|(span, other)| {
        span.path.as_str() != caller
            && other.doing == call.doing
            && (other.tool != "script"
                || (is_its_own_name(span, other) && engine_in_name(&other.text).is_some()))
            && !other.is_prose
            && names_file(&call.text, span.path.file_name())
    })
}

/// Whether all that is known of a script is its name.
fn is_its_own_name(span: &Span, command: &Command) -> bool {
    command.tool == "script" && command.text == span.path.file_name()
}

/// Whether a command names a file as a word of its own.
pub(super) fn names_file(text: &str, file: &str) -> bool {
    file.contains('.')
        && text.match_indices(file).any(|(at, _)| {
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            let before = text.get(..at).and_then(|rest| rest.chars().next_back());
            let after = text.get(at + file.len()..).and_then(|rest| rest.chars().next());
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
}

fn backup(span: &Span, command: &Command, runner: Option<&Runner>) -> Backup {
    let tool = match command.tool.as_str() {
        "script" => cut(&fold(&command.text), 60),
        tool => tool.to_owned(),
    };
    let is_remote = Tool::named(&command.tool).is_some_and(|tool| tool.is_remote);
    let goes_out =
        command.target.as_deref().map(|target| is_remote || target.contains(':') || target.contains(' '));
    let defects = command.defects.iter().map(|id| (id.clone(), span.clone())).collect();
    Backup {
        span: span.clone(),
        means: if runner.is_some() { BackupMeans::Job } else { BackupMeans::Script },
        tool,
        max_gap_seconds: runner.and_then(|runner| runner.max_gap_seconds),
        // A script that nothing runs may still say in a comment how often it is meant to run.
        schedule: runner
            .map(|runner| runner.schedule.clone())
            .or_else(|| command.stated_schedule.clone().filter(|_| !command.is_prose)),
        retention: None,
        is_off_site: if is_remote { Some(true) } else { goes_out },
        failure_noticed: runner.map(|runner| runner.tells || command.tells_on_failure),
        contradicted: runner.and_then(|runner| runner.suspended.clone()),
        defects,
    }
}

/// The stores a command is about: the one named in it, or the only one of its engine. One service
/// that several files describe is the same store in each.
fn tie(stores: &[Datastore], command: &Command, near: Environment) -> Vec<usize> {
    let engine = match Tool::named(&command.tool) {
        Some(tool) => tool.engine.as_str(),
        None => engine_of_script(command),
    };
    let lower = command.text.to_ascii_lowercase();
    let fits = |store: &Datastore| {
        let is_same = engine == store.engine;
        is_same && !engine.is_empty() && store.kind != StoreKind::Cache && !store.is_switched_off
    };
    let own = |store: &Datastore| match near {
        Environment::Unstated => matches!(store.environment, Environment::Production | Environment::Unstated),
        near => store.environment == near || store.environment == Environment::Unstated,
    };
    let candidates: Vec<usize> =
        stores.iter().enumerate().filter(|(_, s)| fits(s) && own(s)).map(|(index, _)| index).collect();
    let name = |index: &usize| stores.get(*index).map(|store| store.name.as_str());
    let are_one = candidates.windows(2).all(|pair| pair.first().map(name) == pair.last().map(name));
    if are_one {
        return candidates;
    }
    let named = candidates
        .into_iter()
        .find(|index| name(index).is_some_and(|name| names_word(&lower, &name.to_ascii_lowercase())));
    named.into_iter().collect()
}

/// The engine in the name of the script that a command runs.
pub(super) fn engine_of_script(command: &Command) -> &'static str {
    let words = command.text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';'));
    let mut said = words.filter(|word| word.contains("backup") || word.contains("restore"));
    said.find_map(engine_in_name).unwrap_or_default()
}

/// What the script that a command runs calls its sources.
fn sources<'a>(commands: &[(Span, &'a Command)], call: &Command) -> Vec<&'a str> {
    let is_its = |span: &Span, other: &Command| {
        call.tool == "script" && is_its_own_name(span, other) && names_file(&call.text, span.path.file_name())
    };
    let found = commands.iter().filter(|(span, other)| is_its(span, other));
    found.flat_map(|(_, other)| other.names.iter().map(String::as_str)).collect()
}

/// The stores of production that go by one of these names.
fn by_name(stores: &[Datastore], names: &[&str]) -> Vec<usize> {
    let counts = |store: &Datastore| {
        !store.is_switched_off
            && names.contains(&store.name.as_str())
            && matches!(store.environment, Environment::Production | Environment::Unstated)
    };
    stores.iter().enumerate().filter(|(_, store)| counts(store)).map(|(index, _)| index).collect()
}

fn names_word(text: &str, name: &str) -> bool {
    name.len() > 2
        && text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).any(|word| word == name)
}

#[cfg(test)]
mod tests;
