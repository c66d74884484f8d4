//! What can be typed.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use super::backtest::BacktestFlags;
pub use super::deferrals::flags::DeferralFlags;
pub use super::drill::DrillCommand;
pub use super::page::PageFlags;
use crate::model;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Exit codes:
  0  done, and nothing at or above --fail-on
  1  the gate failed: a finding at or above --fail-on
  2  wrong usage, wrong configuration or an internal error
  3  nothing to scan
  4  with --strict, something was skipped or not understood";

/// If production failed tonight, how would it go?
///
/// Reads a repository and answers six questions with proof: who would be paged, what they would
/// diagnose it with, how they would communicate, whether they could roll back, whether the backups
/// were ever restored, and what would be lost. It runs nothing of what it reads and sends nothing
/// anywhere.
#[derive(Debug, Parser)]
#[command(name = "tonight", version, styles = STYLES, after_help = AFTER_HELP, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    /// Without a command: the report on the repository around the current folder.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Flags of the report.
    #[command(flatten)]
    pub report: ReportFlags,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The readiness report: six answers with proof (also what plain `tonight` does).
    #[command(after_help = AFTER_HELP)]
    Report {
        /// A work tree, a bare repository or a plain folder [default: the work tree around here].
        path: Option<PathBuf>,
        #[command(flatten)]
        flags: ReportFlags,
    },
    /// A small fictional shop with its history, built in a temporary folder and reported on.
    Demo {
        /// Build the shop here, in a new or empty folder, and leave it.
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
        #[command(flatten)]
        flags: ReportFlags,
    },
    /// Everything found: decisions, incidents, migrations, datastores, alerts and the rest.
    Inventory {
        /// One list only [default: all, shortened]: decisions, incidents, action-items, migrations,
        /// releases, deployments, datastores, backups, restores, alerts, receivers, runbooks, owners,
        /// signals, deferrals.
        #[arg(value_name = "KIND")]
        kind: Option<String>,
        /// A work tree, a bare repository or a plain folder [default: the work tree around here].
        path: Option<PathBuf>,
        /// Format on standard output.
        #[arg(long, value_enum, default_value_t = InventoryFormat::Terminal, value_name = "FORMAT")]
        format: InventoryFormat,
        #[command(flatten)]
        scan: ScanFlags,
    },
    /// A critical alert at this time: who is woken? Each alert's path to the person, or to the broken edge.
    Page(PageFlags),
    /// All deferred work, ranked: what was put off, until when, and which failure it invites.
    Deferrals {
        /// A work tree, a bare repository or a plain folder [default: the work tree around here].
        path: Option<PathBuf>,
        #[command(flatten)]
        flags: DeferralFlags,
    },
    /// What the report would have said at the commit before each past incident.
    Backtest {
        /// A work tree or a bare repository [default: the work tree around here].
        path: Option<PathBuf>,
        #[command(flatten)]
        flags: BacktestFlags,
    },
    /// Drills that were held: restores, rollbacks, pages, game days.
    #[command(subcommand)]
    Drill(DrillCommand),
    /// What a rule reports, why it hurt someone, how it can be wrong, how to mend it.
    Explain {
        /// The id of a rule, or the fingerprint of a finding in this repository.
        rule: String,
        /// Where the repository and its own rules are [default: the work tree around here].
        path: Option<PathBuf>,
        #[command(flatten)]
        scan: ScanFlags,
    },
    /// Built-in and own rules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Prints the JSON schema of a contract.
    Schema {
        /// Which contract.
        #[arg(value_enum)]
        name: SchemaName,
    },
    /// Prints completions for a shell.
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    Man,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Lists every rule with its question, severity and summary.
    List {
        #[command(flatten)]
        rules: RulesFlags,
    },
    /// Runs the samples that rules bring along; exits with 1 when one fails.
    Test {
        /// A rule file or a folder of them [default: built-in rules and those of the repository].
        path: Option<PathBuf>,
        #[command(flatten)]
        rules: RulesFlags,
    },
    /// Writes a commented rule with samples to `.tonight/rules/ID.toml`.
    New {
        /// Names the bad pattern: lower-case letters, digits and hyphens.
        #[arg(value_parser = parse_rule_id)]
        id: String,
    },
}

/// Where own rules are.
#[derive(Args, Clone, Debug)]
pub struct RulesFlags {
    /// Own rules: a file or a folder of them; can be repeated.
    #[arg(long = "rules", value_name = "PATH")]
    pub own: Vec<PathBuf>,
    /// Leave out the rules of the repository around here.
    #[arg(long)]
    pub no_config: bool,
}

/// Flags of a report.
#[derive(Args, Clone, Debug)]
pub struct ReportFlags {
    /// Format on standard output.
    #[arg(long, value_enum, default_value_t = Format::Terminal, value_name = "FORMAT")]
    pub format: Format,
    /// Also write the report to a file; can be repeated.
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = parse_output)]
    pub outputs: Vec<Output>,
    /// Only these questions, and their findings for the gate; can be repeated.
    #[arg(long = "question", value_enum, value_name = "QUESTION", value_delimiter = ',')]
    pub questions: Vec<QuestionName>,
    /// Who it is for: rules that are right less often are shown to later audiences only.
    #[arg(long, value_enum, value_name = "AUDIENCE")]
    pub audience: Option<AudienceName>,
    /// What is deployed now: a tag, branch or commit to go back to [default: the last release tag, else a release branch].
    #[arg(long, value_name = "REF")]
    pub deployed: Option<String>,
    /// Exit with 1 when a finding is this bad or worse.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Exit with 4 when something was skipped or not understood.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub scan: ScanFlags,
}

/// Flags of every command that reads a repository.
#[derive(Args, Clone, Debug, Default)]
pub struct ScanFlags {
    /// Read this revision instead of the work tree; needs no checkout.
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Read incident reports and decisions that were deleted, too, from the history of the revision.
    #[arg(long)]
    pub with_history: bool,
    /// Today, for every age and expiry [default: today in UTC].
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub as_of: Option<Date>,
    /// Configuration instead of the repository's own `tonight.toml`.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read neither `tonight.toml` nor `.tonight/rules` of the repository.
    #[arg(long)]
    pub no_config: bool,
    /// Own rules: a file or a folder of them; can be repeated.
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Where facts are remembered between runs [default: the user's cache folder].
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Remember nothing.
    #[arg(long)]
    pub no_cache: bool,
    /// How many threads read files [default: one per core].
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
    /// Say on standard error where the time went.
    #[arg(long)]
    pub timings: bool,
    /// Only the answers; no progress.
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Everything, without caps.
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub verbose: bool,
}

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person, as wide as the terminal.
    Terminal,
    /// For a step summary or a comment.
    Markdown,
    /// The contract `tonight.report/1`.
    Json,
}

/// A format of the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InventoryFormat {
    /// Tables, as wide as the terminal.
    Terminal,
    /// The contract `tonight.inventory/1`.
    Json,
}

/// A contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// `tonight.report/1`.
    Report,
    /// `tonight.inventory/1`.
    Inventory,
    /// `tonight.deferrals/1`.
    Deferrals,
    /// `tonight.backtest/1`.
    Backtest,
    /// `tonight.page/1`.
    Page,
}

/// A format and the file it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
}

/// A question by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[allow(missing_docs, reason = "the questions say it")]
pub enum QuestionName {
    Page,
    Diagnose,
    Communicate,
    Rollback,
    Backup,
    DataLoss,
}

impl From<QuestionName> for model::Question {
    fn from(name: QuestionName) -> Self {
        match name {
            QuestionName::Page => Self::Page,
            QuestionName::Diagnose => Self::Diagnose,
            QuestionName::Communicate => Self::Communicate,
            QuestionName::Rollback => Self::Rollback,
            QuestionName::Backup => Self::Backup,
            QuestionName::DataLoss => Self::DataLoss,
        }
    }
}

/// Who a report is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AudienceName {
    /// A gate: only rules that are right at least nine times in ten.
    Ci,
    /// A readiness review.
    Review,
    /// A pre-mortem.
    Workshop,
}

impl From<AudienceName> for model::Audience {
    fn from(name: AudienceName) -> Self {
        match name {
            AudienceName::Ci => Self::Ci,
            AudienceName::Review => Self::Review,
            AudienceName::Workshop => Self::Workshop,
        }
    }
}

/// From which severity on the gate fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Never.
    None,
    /// At low and above.
    Low,
    /// At medium and above.
    Medium,
    /// At high.
    High,
}

impl FailOn {
    /// The lowest severity that fails.
    pub fn severity(self) -> Option<model::Severity> {
        match self {
            Self::None => None,
            Self::Low => Some(model::Severity::Low),
            Self::Medium => Some(model::Severity::Medium),
            Self::High => Some(model::Severity::High),
        }
    }
}

fn parse_rule_id(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('-') {
        Ok(text.to_owned())
    } else {
        Err("an id is made of lower-case letters, digits and hyphens, for example alert-without-owner"
            .to_owned())
    }
}

pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("'{text}' is no date; write it as 2026-03-31"))
}

fn parse_output(text: &str) -> Result<Output, String> {
    let formats = Format::value_variants();
    let names = || {
        let names = formats.iter().filter_map(|f| f.to_possible_value().map(|v| v.get_name().to_owned()));
        names.collect::<Vec<_>>().join("|")
    };
    let Some((format, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
        return Err(format!("write it as FORMAT=PATH, for example json=report.json ({})", names()));
    };
    let format = Format::from_str(format, false)
        .map_err(|_| format!("'{format}' is no format; choose one of {}", names()))?;
    Ok(Output { format, path: PathBuf::from(path) })
}
