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
//! - `report`: the readiness report
//! - `demo`: the fixture shop, reported on

mod args;
mod demo;
mod config;
mod exit;
mod report;
mod scan;
mod terminal;

use std::ffi::OsString;

use clap::Parser as _;

use args::{Cli, Command};
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
    }
}
