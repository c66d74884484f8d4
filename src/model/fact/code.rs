//! What comments in source state.

use serde::{Deserialize, Serialize};

/// How a deferral was recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// By a marker such as `TODO` or `FIXME`.
    Marked,
    /// By its words alone.
    Unmarked,
}

/// A comment that puts work off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeferralComment {
    /// The comment without its delimiters, white space folded, at most 400 characters.
    pub text: String,
    /// How it was recognized.
    pub tier: Tier,
    /// The words that decided, as written ("for now", "TODO").
    pub cue: String,
    /// The failure mechanism it invites, by id, if its words name one.
    pub mechanism: Option<String>,
    /// The load-bearing place it stands in ("error handler", "retry", "limit", "probe", "pin",
    /// "migration", "backup"), if any.
    pub place: Option<String>,
    /// The enclosing function or key, if known.
    pub symbol: Option<String>,
    /// Issue, pull request or ticket references in the text.
    pub references: Vec<String>,
}

/// A suppression inside a real comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IgnoreComment {
    /// Rule ids between the brackets.
    pub rules: Vec<String>,
    /// The reason, if one is given.
    pub reason: Option<String>,
    /// The last day on which it holds, as written.
    pub until: Option<String>,
    /// The line it covers: its own if code stands before it, else the next one.
    pub covers_line: u32,
}

/// A match of a rule that is a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatternMatch {
    /// The rule.
    pub rule: String,
    /// The matched text, white space folded, at most 200 characters.
    pub text: String,
}
