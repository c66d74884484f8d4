//! `tonight drill record`: one dated record of a drill, in plain Markdown, in the repository.
//!
//! It writes what it is told, asks for nothing and runs nothing. Whether the record proves anything is
//! read from its text like from any other: without evidence it mentions a drill and no more.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::exit::Exit;
use super::terminal;
use crate::report::{Canvas, Line, Style};
use crate::source;
use crate::text::fold;

/// Longest part of a file name that comes from what was rehearsed.
const MAX_NAME: usize = 60;

/// What can be done with drills.
#[derive(Debug, Subcommand)]
pub enum DrillCommand {
    /// Writes a dated record of a drill that was held to `docs/drills/DATE-KIND-WHAT.md`.
    ///
    /// It runs nothing and asks for nothing. Commit the file: the report reads it, and a record counts
    /// when it worked and its evidence is stated.
    Record(RecordFlags),
}

/// One drill.
#[derive(Args, Clone, Debug)]
pub struct RecordFlags {
    /// What was rehearsed.
    #[arg(value_enum)]
    kind: KindName,
    /// Of what: the store, the service, the alert or the failure.
    #[arg(long, visible_alias = "store", value_name = "NAME")]
    what: String,
    /// How it went.
    #[arg(long, value_enum)]
    result: ResultName,
    /// The day it was held [default: today in UTC].
    #[arg(long, value_name = "DATE", value_parser = super::args::parse_date)]
    date: Option<Date>,
    /// Measured recovery point: how old the newest data was that came back, for example "4 minutes".
    #[arg(long, value_name = "TIME")]
    recovery_point: Option<String>,
    /// Measured recovery time: how long it took from the decision until it worked, for example "40 minutes".
    #[arg(long, value_name = "TIME")]
    recovery_time: Option<String>,
    /// What shows it: an address, a log, a command and its output; can be repeated.
    #[arg(long, value_name = "TEXT")]
    evidence: Vec<String>,
    /// The team that held it.
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// What else the next one should know.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Folder of the records in the repository.
    #[arg(long, value_name = "DIR", default_value = "docs/drills")]
    folder: PathBuf,
    /// The repository [default: the work tree around here].
    #[arg(long, value_name = "PATH")]
    repository: Option<PathBuf>,
}

/// What was rehearsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindName {
    /// Data was brought back from a copy.
    Restore,
    /// A release was taken back.
    Rollback,
    /// Somebody was paged.
    Page,
    /// A failure was played through.
    GameDay,
}

impl KindName {
    fn id(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::Rollback => "rollback",
            Self::Page => "page",
            Self::GameDay => "game-day",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Restore => "Restore drill",
            Self::Rollback => "Rollback drill",
            Self::Page => "Paging drill",
            Self::GameDay => "Game day",
        }
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ResultName {
    /// As it should.
    Worked,
    /// Not.
    Failed,
    /// In part.
    Partly,
}

impl ResultName {
    fn id(self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::Failed => "failed",
            Self::Partly => "partly",
        }
    }
}

/// Runs the command.
pub fn run(command: &DrillCommand) -> anyhow::Result<Exit> {
    let DrillCommand::Record(flags) = command;
    let today = source::today();
    let date = flags.date.unwrap_or(today);
    if date > today {
        bail!("{date} is in the future; a record is of a drill that was held");
    }
    let what = fold(&flags.what);
    let name = slug(&what);
    if name.is_empty() {
        bail!("--what needs a name with letters or digits, for example orders-db");
    }
    let is_inside =
        flags.folder.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_inside {
        bail!("--folder is a folder of the repository, for example docs/drills");
    }
    let repository = source::open(flags.repository.as_deref(), None)?;
    let file = format!("{date}-{}-{name}.md", flags.kind.id());
    let relative = flags.folder.join(&file);
    let shown = relative.to_string_lossy().into_owned();
    stays_inside(&repository.root, &flags.folder)?;
    source::write_new(&repository.root.join(&relative), &record(flags, date, &what))
        .with_context(|| format!("cannot write {shown} (an existing file is never overwritten)"))?;
    let mut canvas = Canvas::new(terminal::look_of_stdout());
    canvas.line(0, Line::new().own("wrote ").text_in(Style::Name, &shown));
    let next = match (flags.result, flags.evidence.iter().any(|text| !fold(text).is_empty())) {
        (ResultName::Worked, false) => {
            "it states no evidence, so the report only mentions it; add some under Evidence"
        }
        (ResultName::Worked, true) => "commit it, and the report counts it until it is too old",
        _ => "commit it; the report mentions it, and only a drill that worked counts",
    };
    canvas.line(0, Line::new().own(next));
    terminal::print(&canvas.finish())?;
    Ok(Exit::Done)
}

/// A link in the work tree must not lead the record out of the repository.
fn stays_inside(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut at = root.to_owned();
    for part in folder.components() {
        at.push(part);
        if at.is_symlink() {
            return Err(anyhow!("{} is a symbolic link; choose a folder of the repository", at.display()));
        }
    }
    Ok(())
}

fn slug(what: &str) -> String {
    let lower: String =
        what.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = lower.split('-').filter(|part| !part.is_empty()).collect();
    let name: String = parts.join("-").chars().take(MAX_NAME).collect();
    name.trim_end_matches('-').to_owned()
}

/// The text of a record.
fn record(flags: &RecordFlags, date: Date, what: &str) -> String {
    let mut text = format!("# {} of {what}, {date}\n\n", flags.kind.title());
    let optional = |value: &Option<String>| value.as_deref().map(fold).filter(|value| !value.is_empty());
    let fields = [
        ("Date", Some(date.to_string())),
        ("Kind", Some(flags.kind.id().to_owned())),
        ("What", Some(what.to_owned())),
        ("Result", Some(flags.result.id().to_owned())),
        ("Recovery point", optional(&flags.recovery_point)),
        ("Recovery time", optional(&flags.recovery_time)),
        ("Team", optional(&flags.team)),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            text.push_str(&format!("- {name}: {value}\n"));
        }
    }
    text.push_str("\n## Evidence\n\n");
    let evidence: Vec<String> =
        flags.evidence.iter().map(|one| fold(one)).filter(|one| !one.is_empty()).collect();
    if evidence.is_empty() {
        text.push_str("None stated.\n");
    }
    for one in evidence {
        text.push_str(&format!("- {one}\n"));
    }
    if let Some(notes) = optional(&flags.notes) {
        text.push_str(&format!("\n## Notes\n\n{notes}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::{DrillCommand, RecordFlags, record, slug};
    use crate::cli::args::{Cli, Command};
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::rules::RuleSet;

    fn flags(more: &[&str]) -> RecordFlags {
        let typed = ["tonight", "drill", "record"].iter().chain(more);
        match Cli::try_parse_from(typed).unwrap().command {
            Some(Command::Drill(DrillCommand::Record(flags))) => flags,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn check(more: &[&str], expected: &str) {
        let flags = flags(more);
        let text = record(&flags, flags.date.unwrap(), &flags.what);
        let facts = collect(&"docs/drills/a.md".into(), text.as_bytes(), RuleSet::builtin()).facts;
        let found: Vec<String> = facts
            .into_iter()
            .filter_map(|fact| if let FactKind::Runbook(page) = fact.kind { Some(page.drills) } else { None })
            .flatten()
            .map(|d| format!("{} {:?} {} {:?} {}", d.date, d.kind, d.what, d.result, d.counts()))
            .collect();
        assert_eq!(found, [expected], "{text}");
    }

    #[test]
    fn what_is_written_is_read_as_it_was_meant() {
        let base = ["restore", "--store", "orders-db", "--date", "2026-09-16", "--result"];
        let with = |more: &[&'static str]| [&base[..], more].concat();
        check(
            &with(&["worked", "--evidence", "the log of run 12"]),
            "2026-09-16 Restore orders-db Some(Worked) true",
        );
        check(
            &with(&["worked", "--recovery-time", "40 minutes"]),
            "2026-09-16 Restore orders-db Some(Worked) false",
        );
        check(
            &with(&["failed", "--evidence", "https://ci.corp/1"]),
            "2026-09-16 Restore orders-db Some(Failed) false",
        );
        check(&with(&["partly", "--notes", "two tables"]), "2026-09-16 Restore orders-db Some(Partly) false");
        for (kind, read) in [("rollback", "Rollback"), ("page", "Page"), ("game-day", "GameDay")] {
            check(
                &[kind, "--what", "shop", "--date", "2026-09-16", "--result", "worked", "--evidence", "seen"],
                &format!("2026-09-16 {read} shop Some(Worked) true"),
            );
        }
    }

    #[test]
    fn names_become_file_names() {
        assert_eq!(slug("Orders DB / eu"), "orders-db-eu");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("///"), "");
    }
}
