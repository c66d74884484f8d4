//! From flags to everything a run found.

use std::path::Path;
use std::sync::Arc;

use super::args::ScanFlags;
use super::terminal::{Progress, tell};
use crate::model::{Audience, Settings};
use crate::pipeline::{self, Outcome, Request};
use crate::rules::RuleSet;
use crate::source::{self, Cache};

/// Everything a command needs to report.
pub struct Scan {
    /// What the run found.
    pub outcome: Outcome,
    /// What the configuration states.
    pub settings: Settings,
    /// Rules of the run.
    pub rules: Arc<RuleSet>,
    /// The folder's name.
    pub label: String,
}

/// Reads a repository.
pub fn scan(path: Option<&Path>, flags: &ScanFlags, audience: Option<Audience>) -> anyhow::Result<Scan> {
    let repository = source::open(path, flags.rev.as_deref())?;
    let label = source::folder_name(&repository.root);
    let rules = Arc::new(RuleSet::builtin().clone());
    let mut settings = Settings::on(flags.as_of.unwrap_or_else(source::today));
    settings.audience = audience.unwrap_or(settings.audience);
    let request = Request {
        repository,
        rules: Arc::clone(&rules),
        settings: settings.clone(),
        cache: cache(flags),
        threads: flags.threads,
    };
    let progress = Progress::start(flags.quiet);
    let outcome = pipeline::run(request, &mut |step| progress.show(step));
    progress.end();
    if flags.timings {
        timings(&outcome);
    }
    Ok(Scan { outcome, settings, rules, label })
}

fn cache(flags: &ScanFlags) -> Cache {
    match &flags.cache_dir {
        _ if flags.no_cache => Cache::off(),
        Some(folder) => Cache::at(folder),
        None => Cache::of_user(),
    }
}

fn timings(outcome: &Outcome) {
    let all = outcome.timings.iter().map(|(_, spent)| spent.as_secs_f64()).sum::<f64>();
    for (name, spent) in &outcome.timings {
        tell(&format!("{name:<12} {:8.3} s", spent.as_secs_f64()));
    }
    let (analyzed, remembered) = (outcome.analyzed, outcome.remembered);
    tell(&format!("{:<12} {all:8.3} s, {analyzed} files, {remembered} of them remembered", "together"));
}
