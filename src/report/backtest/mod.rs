//! `tonight.backtest/1`: what the report would have said before each past incident, and its renderings.
//!
//! Within `/1` keys are only added.
//!
//! - `compose`: the model's cases turned into the contract
//! - `terminal`, `markdown`: pages for a person

mod compose;
mod markdown;
mod terminal;

use schemars::JsonSchema;
use serde::Serialize;

pub use compose::{Found, compose};
pub use markdown::render as markdown;
pub use terminal::render as terminal;

use super::contract::Tool;

/// The name and version of this contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum BacktestSchema {
    /// The first.
    #[serde(rename = "tonight.backtest/1")]
    V1,
}

/// What would have been said before each past incident.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Backtest {
    /// The name and version of this contract.
    pub schema: BacktestSchema,
    /// What made it.
    pub tool: Tool,
    /// What it is about.
    pub subject: Subject,
    /// How much was looked at.
    pub counts: Counts,
    /// By day, then by path.
    pub incidents: Vec<Incident>,
    /// Reports without a day: no commit is before them.
    pub undated: Vec<Undated>,
    /// How often it was right; null without a truth.
    pub score: Option<Scores>,
}

/// What a back-test is about.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Subject {
    /// Its name, if the configuration gives one.
    pub name: Option<String>,
    /// Full id of the commit whose reports were looked at, if there is one.
    pub commit: Option<String>,
    /// Branch, or revision as asked for.
    pub revision: Option<String>,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Reports with a day.
    pub incidents: usize,
    /// Of those that could be looked at.
    pub looked_at: usize,
    /// Of these without a signal.
    pub without_signal: usize,
    /// Different revisions that were read.
    pub revisions: usize,
    /// Files read over all revisions.
    pub files: usize,
    /// Of those whose facts were known from another revision or an earlier run.
    pub remembered: usize,
}

/// A past incident.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Incident {
    /// Its report at the newest revision.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its day.
    pub date: String,
    /// What would have been said; null when nothing can be.
    pub said: Option<Said>,
    /// Why nothing can be said.
    pub because: Option<String>,
    /// Earlier reports that its own report resembles, the closest first. Read after the fact.
    pub earlier: Vec<Earlier>,
}

/// What would have been said.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Said {
    /// Full id of the commit that was read.
    pub commit: String,
    /// How many earlier reports were visible in it.
    pub visible_reports: usize,
    /// How many findings there were.
    pub findings: usize,
    /// Whether anything spoke above how common a mechanism is elsewhere.
    pub has_signal: bool,
    /// The portfolio, best first, at most eight.
    pub mechanisms: Vec<Mechanism>,
    /// Files that may be at fault, best first, at most ten.
    pub files: Vec<File>,
}

/// A mechanism of the portfolio.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Mechanism {
    /// Its id.
    pub id: String,
    /// The sum of the reasons' points.
    pub points: u32,
    /// Of these, what the repository itself gives.
    pub signal: u32,
    /// Heaviest first.
    pub reasons: Vec<Reason>,
}

/// A file that may be at fault.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct File {
    /// Where.
    pub path: String,
    /// The sum of the reasons' points.
    pub points: u32,
    /// Heaviest first.
    pub reasons: Vec<Reason>,
    /// Keys and functions of it that are named most.
    pub keys: Vec<String>,
}

/// Why something ranks where it does.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Reason {
    /// What speaks for it.
    pub what: String,
    /// How much.
    pub points: u32,
}

/// An earlier report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Earlier {
    /// Where, at the newest revision.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its day, if it has one.
    pub date: Option<String>,
    /// What they share.
    pub why: String,
}

/// A report without a day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Undated {
    /// Where.
    pub path: String,
    /// Its title.
    pub title: String,
}

/// How often it was right.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Scores {
    /// In a fixed order.
    pub measures: Vec<Measure>,
    /// Rows of the truth that name no report that could be looked at.
    pub unmatched: Vec<String>,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Measure {
    /// What is measured.
    pub name: String,
    /// Whose ranking: `tonight` or a baseline.
    pub ranking: String,
    /// 0 to 1, three decimals.
    pub value: f64,
    /// Rows it rests on.
    pub rows: usize,
}
