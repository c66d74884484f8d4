//! `tonight.report/1`: the public report, key by key.
//!
//! Every output is a view of it. It holds no times of the run and nothing of the machine, so that the
//! same commit, rules and day give the same bytes. Within `/1` keys are only added.
//!
//! - `question`: answers, findings, links, scenarios
//! - `failure`: what the service depends on
//! - `store`: stores and what covers each
//! - `coverage`: deferred work, rules, what was read and what was not

use schemars::JsonSchema;
use serde::Serialize;

mod coverage;
mod failure;
mod question;
mod store;

pub use super::word::{
    Audience, Channel, Confidence, Contract, Grade, Hold, Likelihood, ProblemKind, QuestionId, Severity,
    SkipReason, Stands, SubjectKind, Verdict,
};
pub use coverage::{
    Coverage, Deferral, Deferrals, LeftOut, Problem, ProblemCount, ProblemList, RuleNote, SkipCount,
    SkippedFile,
};
pub use failure::{FailureRow, Shown};
pub use question::{
    Evidence, Finding, Link, LinkKind, Question, Related, Reverse, ReverseStep, Scenario, ScenarioAnswer,
    Suppressed, TimeBack, TimeTerm, Unknown, Why,
};
pub use store::StoreCoverage;

/// The name and version of this contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum ReportSchema {
    /// The first.
    #[serde(rename = "tonight.report/1")]
    V1,
}

/// If production failed tonight, how would it go?
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The name and version of this contract.
    pub schema: ReportSchema,
    /// What made the report.
    pub tool: Tool,
    /// What it is about.
    pub subject: Subject,
    /// What was asked for.
    pub asked: Asked,
    /// Counts, and what to do first.
    pub summary: Summary,
    /// The answers, in the order in which the questions are asked.
    pub questions: Vec<Question>,
    /// Gaps, worst first; suppressed ones are last and do not count.
    pub findings: Vec<Finding>,
    /// Ways tonight could go wrong, worst first.
    pub scenarios: Vec<Scenario>,
    /// Deferred work.
    pub deferrals: Deferrals,
    /// The rules that fired, by id.
    pub rules: Vec<RuleNote>,
    /// What was read and how much of it was understood.
    pub coverage: Coverage,
    /// Files that were not read for a reason a person should know, by path.
    pub skipped: Vec<SkippedFile>,
}

/// What made the report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Tool {
    /// `tonight`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Digest over rules and catalogues: two reports with different digests are not comparable.
    pub rules_digest: String,
}

/// What the report is about.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Subject {
    /// Its name, if the configuration gives one.
    pub name: Option<String>,
    /// Full commit id, if there is one.
    pub commit: Option<String>,
    /// Branch, or revision as asked for.
    pub revision: Option<String>,
    /// Whether files of a work tree were read that differ from the commit.
    pub is_dirty: bool,
    /// What the repository is.
    pub kind: SubjectKind,
    /// Why, one sentence.
    pub because: String,
    /// The day on which every age and expiry is reckoned.
    pub as_of: String,
    /// How much of the history could be read.
    pub history: History,
}

/// How much of the history could be read.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct History {
    /// How much.
    pub status: HistoryStatus,
    /// Commits walked.
    pub commits: u32,
    /// Why it is not complete, if it is not.
    pub because: Option<String>,
    /// The command that completes it, if one does.
    pub remedy: Option<String>,
}

/// How much of the history could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HistoryStatus {
    /// Everything reachable from the revision.
    Complete,
    /// The clone is shallow: ages are lower bounds.
    Shallow,
    /// Part could not be read.
    Partial,
    /// It was not read.
    Unread,
    /// There is none.
    Unavailable,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Asked {
    /// Who the report is for.
    pub audience: Audience,
    /// The questions in this report.
    pub questions: Vec<QuestionId>,
    /// How long an exercise stays fresh, in days.
    pub fresh_days: u32,
}

/// Counts, and what to do first.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Summary {
    /// How many questions got which verdict; every verdict is listed.
    pub verdicts: Vec<VerdictCount>,
    /// How many findings count, by severity.
    pub findings: SeverityCounts,
    /// How many findings are suppressed and do not count.
    pub suppressed: usize,
    /// At most three things to do first.
    pub next: Vec<NextStep>,
}

/// How many questions got a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct VerdictCount {
    /// The verdict.
    pub verdict: Verdict,
    /// How many.
    pub questions: usize,
}

/// How many findings there are, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeverityCounts {
    /// High.
    pub high: usize,
    /// Medium.
    pub medium: usize,
    /// Low.
    pub low: usize,
    /// Worth knowing.
    pub info: usize,
}

/// One thing to do first.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NextStep {
    /// The question it mends.
    pub question: QuestionId,
    /// What to do: the remedy of a rule, or a command that settles an unknown.
    pub r#do: String,
    /// The gap or the unknown behind it.
    pub because: String,
    /// The finding, if it is one.
    pub finding: Option<String>,
    /// How many findings of the same rule it would mend.
    pub mends: usize,
    /// Where, if at text.
    pub place: Option<Place>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// Repository-relative path with `/`.
    pub path: String,
    /// 1-based line.
    pub line: u32,
}

/// What was looked for, and where.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Searched {
    /// In words.
    pub what: String,
    /// Files or patterns.
    pub r#where: Vec<String>,
}
