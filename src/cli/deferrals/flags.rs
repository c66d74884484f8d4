//! What can be typed after `tonight deferrals`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::ScanFlags;

/// Flags of the list of deferred work.
#[derive(Args, Clone, Debug)]
pub struct DeferralFlags {
    /// Format on standard output.
    #[arg(long, value_enum, default_value_t = DeferralFormat::Terminal, value_name = "FORMAT")]
    pub format: DeferralFormat,
    /// Only those that invite this failure mechanism; can be repeated.
    #[arg(long = "mechanism", value_name = "ID", value_delimiter = ',')]
    pub mechanisms: Vec<String>,
    /// Only those with a marker such as TODO, or only those without.
    #[arg(long, value_enum, value_name = "TIER")]
    pub tier: Option<TierName>,
    /// Only lines at least this old: 90, 90d, 12w, 6m or 2y.
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub older_than: Option<u32>,
    /// Group them.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<ByName>,
    /// Do not walk history: faster, without ages, churn and releases.
    #[arg(long, conflicts_with = "older_than")]
    pub no_history: bool,
    /// Judge labelled comments instead of a repository, and print precision, recall and F1.
    ///
    /// The file has tab-separated columns with a header: `project` (or `repo`), `label` (1 put-off
    /// work, 0 other, 2 open) and `comment` (`\n`, `\t`, `\\` escaped); `mechanism` and `path` are
    /// used where they are there. Formats: terminal, markdown, json.
    #[arg(long, value_name = "FILE.tsv", help_heading = "Labelled comments")]
    #[arg(conflicts_with_all = ["path", "mechanisms", "tier", "older_than", "by", "no_history"])]
    pub evaluate: Option<PathBuf>,
    /// Fit the weight table on labelled comments and print it as rules/catalog/deferral-weights.toml.
    #[arg(long, value_name = "FILE.tsv", help_heading = "Labelled comments")]
    #[arg(conflicts_with_all = ["path", "evaluate", "mechanisms", "tier", "older_than", "by", "no_history"])]
    pub fit: Option<PathBuf>,
    /// Use only projects with at least this many labelled comments, to judge and to fit.
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    #[arg(help_heading = "Labelled comments")]
    pub min_project: usize,
    /// Judge every project with a table fitted on all the others.
    #[arg(long, requires = "evaluate", help_heading = "Labelled comments")]
    pub leave_one_project_out: bool,
    #[command(flatten)]
    pub scan: ScanFlags,
}

/// A format of the list of deferred work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeferralFormat {
    /// For a person, as wide as the terminal.
    Terminal,
    /// For a step summary or a comment.
    Markdown,
    /// The contract `tonight.deferrals/1`.
    Json,
    /// One deferral of that contract a line.
    Jsonl,
    /// Rows for a spreadsheet.
    Csv,
}

/// A tier by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TierName {
    /// With a marker.
    Marked,
    /// By its words alone.
    Unmarked,
}

/// What to group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ByName {
    /// Owners by CODEOWNERS.
    Owner,
    /// The folder.
    Path,
    /// The failure mechanism.
    Mechanism,
}

/// Days from `90`, `90d`, `12w`, `6m`, `2y`; a month is 30 days and a year 365.
fn parse_age(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let days = match text.get(digits.len()..).map(str::trim) {
        Some("" | "d" | "day" | "days") => Some(1),
        Some("w" | "week" | "weeks") => Some(7),
        Some("m" | "month" | "months") => Some(30),
        Some("y" | "year" | "years") => Some(365),
        _ => None,
    };
    let age = days.zip(digits.parse::<u32>().ok()).and_then(|(days, count)| count.checked_mul(days));
    age.ok_or_else(|| format!("'{text}' is no age; write it as 90d, 12w, 6m or 2y"))
}

#[cfg(test)]
mod tests {
    use super::parse_age;

    #[test]
    fn reads_ages_and_says_how_to_write_one() {
        for (text, days) in
            [("90", 90), ("90d", 90), ("12w", 84), ("6m", 180), ("2y", 730), ("6 months", 180)]
        {
            assert_eq!(parse_age(text), Ok(days), "{text}");
        }
        for text in ["", "old", "2x", "-3d", "99999999y"] {
            assert!(parse_age(text).unwrap_err().contains("write it as 90d"), "{text}");
        }
    }
}
