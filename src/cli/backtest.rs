//! `tonight backtest`: what the report would have said before each past incident.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use clap::{Args, ValueEnum};

use super::args::ScanFlags;
use super::exit::Exit;
use super::scan;
use super::terminal::{self, Progress};
use crate::pipeline::backtest::{self, Truth};
use crate::pipeline::{Request, Scope};
use crate::report;
use crate::report::backtest::{Backtest, Found, compose};
use crate::source;

/// Flags of the back-test.
#[derive(Args, Clone, Debug)]
pub struct BacktestFlags {
    /// Format on standard output.
    #[arg(long, value_enum, default_value_t = BacktestFormat::Terminal, value_name = "FORMAT")]
    pub format: BacktestFormat,
    /// Score it against labels: one JSON object a line with `incident_path` and any of
    /// `incident_date`, `commit_before`, `mechanism`, `secondary`, `files_at_fault`, `recurrence_of`.
    #[arg(long, value_name = "FILE")]
    pub truth: Option<PathBuf>,
    #[command(flatten)]
    pub scan: ScanFlags,
}

/// A format of the back-test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BacktestFormat {
    /// For a person, as wide as the terminal.
    Terminal,
    /// For a step summary or a comment.
    Markdown,
    /// The contract `tonight.backtest/1`.
    Json,
}

/// Runs it.
pub fn run(path: Option<&Path>, flags: &BacktestFlags) -> anyhow::Result<Exit> {
    let truth = flags.truth.as_deref().map(truth).transpose()?;
    let repository = source::open(path, flags.scan.rev.as_deref())?;
    if repository.git.is_none() {
        let root = repository.root.display();
        return Err(anyhow!("{root} has no history: a back-test looks at commits; name a git repository"));
    }
    let (rules, settings) = scan::rules_and_settings(&repository, &flags.scan)?;
    let rules = Arc::new(rules);
    let name = settings.name.clone();
    let request = Request {
        repository,
        rules: Arc::clone(&rules),
        settings,
        cache: scan::cache(&flags.scan),
        threads: flags.scan.threads,
        scope: Scope::Everything,
        deployed: None,
        with_history: true,
        with_lost: flags.scan.with_history,
    };
    let progress = Progress::start(flags.scan.quiet);
    let found = backtest::run(request, truth.as_deref().unwrap_or_default(), &mut |step| progress.show(step));
    progress.end();
    let page = compose(Found {
        rules_digest: rules.digest(),
        name,
        commit: found.subject.commit,
        revision: found.subject.revision,
        cases: &found.cases,
        undated: &found.undated,
        revisions: found.revisions,
        files: found.files,
        score: truth.map(|truth| backtest::score(&found.cases, &truth, &rules)),
    });
    terminal::print(&render(&page, flags.format)?)?;
    Ok(Exit::Done)
}

fn truth(path: &Path) -> anyhow::Result<Vec<Truth>> {
    let shown = path.display();
    let text = source::read_text(path).with_context(|| format!("cannot read {shown}"))?;
    backtest::read_truth(&text).with_context(|| format!("{shown} holds no labels"))
}

fn render(page: &Backtest, format: BacktestFormat) -> anyhow::Result<String> {
    Ok(match format {
        BacktestFormat::Terminal => report::backtest::terminal(page, terminal::look_of_stdout()),
        BacktestFormat::Markdown => report::backtest::markdown(page),
        BacktestFormat::Json => report::json(page)?,
    })
}
