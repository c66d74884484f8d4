//! `tonight page`: a critical alert at this time, who is woken?

use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;

use super::args::{InventoryFormat, ScanFlags};
use super::exit::Exit;
use super::scan::scan;
use super::terminal;
use crate::model::Question;
use crate::report;
use crate::report::page::{self, Asked, NoSuchAlert};
use crate::text::parse_week_minute;

/// What can be asked.
#[derive(Args, Clone, Debug)]
pub struct PageFlags {
    /// A work tree, a bare repository or a plain folder [default: the work tree around here].
    path: Option<PathBuf>,
    /// An alert by its name or a part of it [default: every critical alert, else every alert].
    #[arg(long, value_name = "NAME")]
    alert: Option<String>,
    /// A time of the week, for example "Sun 03:00", in the time zone of each schedule.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<u16>,
    /// Format on standard output.
    #[arg(long, value_enum, default_value_t = InventoryFormat::Terminal, value_name = "FORMAT")]
    format: InventoryFormat,
    #[command(flatten)]
    scan: ScanFlags,
}

/// Runs it.
pub fn run(flags: &PageFlags) -> anyhow::Result<Exit> {
    let scan = scan(flags.path.as_deref(), &flags.scan, None)?;
    let is_empty = scan.is_empty();
    let asked = Asked { alert: flags.alert.clone(), at: flags.at };
    let page = scan
        .given(&Question::ALL, |given| page::compose(given, asked))
        .map_err(|none| unknown(flags, &none))?;
    terminal::print(&match flags.format {
        InventoryFormat::Json => report::json(&page)?,
        InventoryFormat::Terminal => page::render(&page, terminal::look_of_stdout()),
    })?;
    Ok(Exit::of(is_empty, false, false))
}

fn unknown(flags: &PageFlags, none: &NoSuchAlert) -> anyhow::Error {
    let name = flags.alert.as_deref().unwrap_or_default();
    match (&none.nearest, none.alerts) {
        (_, 0) => anyhow!("no alert is called {name}: no alert rule, alarm or monitor is in this repository"),
        (Some(near), _) => anyhow!("no alert is called {name}; did you mean {near}?"),
        (None, count) => {
            anyhow!("no alert is called {name}; `tonight inventory alerts` lists the {count} there are")
        }
    }
}

fn parse_time(text: &str) -> Result<u16, String> {
    parse_week_minute(text).ok_or_else(|| format!("'{text}' is no time of a week; write it as \"Sun 03:00\""))
}
