//! Deferred work.

use crate::model::fact::DeferralComment;
use crate::model::{LineOrigin, Span};

/// A comment that puts work off, with its age.
#[derive(Clone, Debug, PartialEq)]
pub struct Deferral {
    /// The comment.
    pub span: Span,
    /// What it states.
    pub comment: DeferralComment,
    /// Whether the code beside it still shows the problem; `None` when it was not looked at.
    pub confirmed: Option<bool>,
    /// Origin of its line.
    pub origin: Option<LineOrigin>,
    /// Age of its line in days on the `--as-of` date.
    pub age_days: Option<u32>,
    /// Rank: load-bearing place, mechanism, age, churn and own incidents; higher is worse.
    pub weight: u32,
}
