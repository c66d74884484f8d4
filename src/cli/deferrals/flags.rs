//! What can be typed after `tonight deferrals`.

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
