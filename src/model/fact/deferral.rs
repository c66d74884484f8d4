//! What a text that puts work off states.

use serde::{Deserialize, Serialize};

/// How a deferral was recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// By a marker such as `TODO` or `FIXME`.
    Marked,
    /// By its words alone.
    Unmarked,
}

/// What kind of text puts the work off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Carrier {
    /// A comment.
    Comment,
    /// Documentation of a function, type or module.
    Docstring,
    /// A section of prose that lists what does not work yet.
    Limitation,
    /// The reason beside a suppression of another tool's warning.
    Suppression,
    /// The reason of a test that is skipped.
    SkippedTest,
}

/// A comment that puts work off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeferralComment {
    /// The comment without its delimiters, white space folded, at most 400 characters.
    pub text: String,
    /// How it was recognized.
    pub tier: Tier,
    /// What kind of text it is.
    pub carrier: Carrier,
    /// The words that decided, as written ("for now", "TODO").
    pub cue: String,
    /// Everything that spoke for and against, heaviest first.
    pub because: Vec<Weight>,
    /// The failure mechanism it invites, by id, if its words, its code or its place name one.
    pub mechanism: Option<String>,
    /// The load-bearing place it stands in ("error handler", "retry", "limit", "probe", "pin",
    /// "migration", "backup"), if any.
    pub place: Option<String>,
    /// The enclosing function or key, if known.
    pub symbol: Option<String>,
    /// First and last line of the enclosing function, 1-based, if it was looked for.
    pub function: Option<(u32, u32)>,
    /// What the code beside it shows; `None` when it was not looked at or shows nothing either way.
    pub proof: Option<CodeProof>,
    /// Dates and conditions after which it is due, in order of appearance.
    pub conditions: Vec<Condition>,
    /// Issue, pull request or ticket references in the text.
    pub references: Vec<String>,
}

/// Words or a shape with the points they weigh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weight {
    /// The words, or the name of the shape.
    pub what: String,
    /// Positive speaks for a deferral.
    pub points: i32,
}

/// What the code around a deferral shows of the problem it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeProof {
    /// Whether the problem is there; false when the code already has what was put off.
    pub is_there: bool,
    /// 1-based line of the decisive code.
    pub line: u32,
    /// What stands there, one clause ("a query without a limit").
    pub what: String,
}

/// When a deferral falls due, as its text says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The words ("remove in 2024", "until v2").
    pub text: String,
    /// What they name.
    pub kind: ConditionKind,
}

/// What a condition waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConditionKind {
    /// The last day on which it is not yet due, as ISO date.
    Date(String),
    /// A version of this project or of something it uses.
    Version {
        /// What the version is of; `None` for the project itself.
        of: Option<String>,
        /// The version, without a leading `v`.
        version: String,
        /// Whether it waits for the end of that version ("when we drop 3.8") and not for its coming.
        is_end: bool,
    },
    /// The going away of a file, as written.
    Gone(String),
    /// The first release for everybody, in its words ("launch", "general availability").
    Launch(String),
}
