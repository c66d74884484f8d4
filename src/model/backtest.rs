//! What the report would have said before a past incident.

use jiff::civil::Date;

use super::{Bet, RepoPath, Suspect};

/// A past incident and what the report would have said before it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its report at the given revision.
    pub path: RepoPath,
    /// Its title.
    pub title: String,
    /// Its day: of the truth if that states one, else of the report.
    pub day: Date,
    /// What would have been said; else why nothing can be.
    pub said: Result<Said, String>,
    /// Earlier reports that its own report resembles, the closest first: read after the fact.
    pub earlier: Vec<Earlier>,
}

/// An earlier report that a report resembles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Where.
    pub path: RepoPath,
    /// Its title.
    pub title: String,
    /// Its day, ISO.
    pub date: Option<String>,
    /// What they share.
    pub why: String,
}

/// What the report would have said.
#[derive(Clone, Debug)]
pub struct Said {
    /// The commit that was read.
    pub commit: String,
    /// How many reports were visible.
    pub visible: usize,
    /// How many findings there were.
    pub findings: usize,
    /// Every mechanism, best first.
    pub bets: Vec<Bet>,
    /// Every file that anything points at, best first.
    pub suspects: Vec<Suspect>,
    /// Whether nothing speaks above how common a mechanism is elsewhere.
    pub is_silent: bool,
    /// What simpler rankings would have said.
    pub baselines: Baselines,
}

/// Simpler rankings of the same revision.
#[derive(Clone, Debug, Default)]
pub struct Baselines {
    /// Mechanisms by how common they are.
    pub prior: Vec<String>,
    /// Mechanisms by the number of comments that put such work off.
    pub deferred: Vec<String>,
    /// Files by the number of commits that changed them.
    pub churn: Vec<RepoPath>,
    /// Files by commits that repair, fading.
    pub repairs: Vec<RepoPath>,
    /// Files by the number of markers such as TODO.
    pub markers: Vec<RepoPath>,
}

/// One number of a score with the rows it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What is measured.
    pub name: &'static str,
    /// Whose ranking: `tonight` or a baseline.
    pub ranking: &'static str,
    /// 0 to 1.
    pub value: f64,
    /// Rows it rests on.
    pub rows: usize,
}

/// How often a back-test was right, and what could not be scored.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// In a fixed order.
    pub measures: Vec<Measure>,
    /// Rows of the truth that name no report that could be looked at.
    pub unmatched: Vec<String>,
}
