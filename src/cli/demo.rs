//! `tonight demo`: a small fictional shop with its history, reported on.
//!
//! It shows what a report looks like without a repository at hand. The shop is in the binary; it is
//! written into a temporary folder, or into one that the user wants to keep and look around in.

use std::path::Path;

use jiff::civil::Date;

use super::args::ReportFlags;
use super::exit::Exit;
use super::{report, terminal};
use crate::source::Story;

/// The day on which the shop is looked at: fixed, so that the demonstration never changes.
const DAY: Date = Date::constant(2026, 11, 1);
/// The name of the folder, which the report shows.
const NAME: &str = "shop";

/// Runs it.
pub fn run(keep: Option<&Path>, flags: &ReportFlags) -> anyhow::Result<Exit> {
    let mut flags = flags.clone();
    flags.scan.as_of.get_or_insert(DAY);
    // A folder that is gone in a moment is not worth remembering.
    flags.scan.no_cache |= flags.scan.cache_dir.is_none();
    let story = Story::shop()?;
    match keep {
        Some(folder) => {
            story.materialize(folder)?;
            let exit = report::run(Some(folder), &flags)?;
            terminal::tell(&format!("tonight: the shop is in {}", folder.display()));
            Ok(exit)
        }
        None => report::run(Some(&story.materialize_for_now(NAME)?.path), &flags),
    }
}
