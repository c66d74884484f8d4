//! Deferred work.

use jiff::civil::Date;

use crate::model::fact::{DeferralComment, Weight};
use crate::model::{LineOrigin, Link, Span};

/// A text that puts work off, with its age, its standing and its rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Deferral {
    /// The comment.
    pub span: Span,
    /// What it states.
    pub comment: DeferralComment,
    /// Whether the code beside it still shows the problem; `None` when it was not looked at or shows
    /// nothing either way.
    pub confirmed: Option<bool>,
    /// Why it is due by its own words; `None` when it is not, or when nothing here can tell.
    pub overdue: Option<Overdue>,
    /// Owners of its file by CODEOWNERS, as written.
    pub owners: Vec<String>,
    /// Origin of its line.
    pub origin: Option<LineOrigin>,
    /// Age of its line in days on the `--as-of` date.
    pub age_days: Option<u32>,
    /// Commits of the last year that the lines of its function come from; `None` when the function is
    /// not known or was not asked for.
    pub function_changes: Option<u32>,
    /// Rank: the sum of `ranked`; higher is worse.
    pub weight: u32,
    /// What it ranks by, heaviest first.
    pub ranked: Vec<Weight>,
    /// Ties to own incidents, strongest first; filled after the inventory is taken.
    pub links: Vec<Link>,
}

/// A condition of a deferral that has come true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The words of the condition ("remove in 2024").
    pub condition: String,
    /// What made it true, one clause ("2024 is over", "v2.1.0 is released").
    pub because: String,
    /// Since when, if that is a day.
    pub since: Option<Date>,
}
