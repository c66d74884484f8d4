//! The command line: the only room that prints.
//!
//! It turns arguments, environment and configuration into a request, runs the pipeline, renders and
//! writes, and decides the exit code. It finds and judges nothing itself.
//!
//! - `args`: what can be typed
//! - `config`: `tonight.toml`
//! - `exit`: the exit codes
//! - `terminal`: colours, width, progress, standard output
//! - `scan`: from flags to everything a run found
//! - `report`, `demo`, `inventory`, `page`, `deferrals`, `backtest`, `drill`, `rules`: one file per command; short ones are here

mod args;
mod backtest;
mod config;
mod deferrals;
mod demo;
mod drill;
mod exit;
mod inventory;
mod page;
mod report;
mod rules;
mod scan;
mod terminal;

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser as _};

use args::{Cli, Command, SchemaName};
pub use exit::Exit;

/// Runs one command line and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> i32 {
    terminal::quiet_panics();
    let exit = match Cli::try_parse_from(arguments) {
        Ok(cli) => {
            let work = std::panic::AssertUnwindSafe(|| command(cli));
            match std::panic::catch_unwind(work) {
                Ok(Ok(exit)) => exit,
                Ok(Err(error)) => {
                    terminal::complain(&error);
                    Exit::Broken
                }
                Err(_) => Exit::Broken,
            }
        }
        Err(error) => {
            // Help and version go to standard output and are no error.
            let exit = if error.use_stderr() { Exit::Broken } else { Exit::Done };
            let _ = error.print();
            exit
        }
    };
    exit.code()
}

fn command(cli: Cli) -> anyhow::Result<Exit> {
    match cli.command {
        None => report::run(None, &cli.report),
        Some(Command::Demo { keep, flags }) => demo::run(keep.as_deref(), &flags),
        Some(Command::Report { path, flags }) => report::run(path.as_deref(), &flags),
        Some(Command::Inventory { kind, path, format, scan }) => {
            inventory::run(kind.as_deref(), path.as_deref(), format, &scan)
        }
        Some(Command::Page(flags)) => page::run(&flags),
        Some(Command::Deferrals { path, flags }) => deferrals::run(path.as_deref(), &flags),
        Some(Command::Backtest { path, flags }) => backtest::run(path.as_deref(), &flags),
        Some(Command::Drill(command)) => drill::run(&command),
        Some(Command::Explain { rule, path, scan }) => rules::explain(&rule, path.as_deref(), &scan),
        Some(Command::Rules(command)) => rules::run(&command),
        Some(Command::Schema { name }) => schema(name),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "tonight", &mut script);
            terminal::print(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Done)
        }
        Some(Command::Man) => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            terminal::print(&String::from_utf8_lossy(&page))?;
            Ok(Exit::Done)
        }
    }
}

fn schema(name: SchemaName) -> anyhow::Result<Exit> {
    let page = match name {
        SchemaName::Report => crate::report::schema_of::<crate::report::Report>(),
        SchemaName::Deferrals => crate::report::schema_of::<crate::report::deferrals::DeferralList>(),
        SchemaName::Backtest => crate::report::schema_of::<crate::report::backtest::Backtest>(),
        SchemaName::Page => crate::report::schema_of::<crate::report::page::WhoIsPaged>(),
        SchemaName::Inventory => crate::report::schema_of::<crate::report::inventory::Inventory>(),
    };
    terminal::print(&crate::report::json(&page)?)?;
    Ok(Exit::Done)
}
