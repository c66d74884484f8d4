//! `tonight.report/1`: the public report, key by key.
//!
//! Every output is a view of it. It holds no times of the run and nothing of the machine, so that the
//! same commit, rules and day give the same bytes. Within `/1` keys are only added.

use schemars::JsonSchema;
use serde::Serialize;

pub use super::word::{
    Audience, Channel, Confidence, Grade, Likelihood, ProblemKind, QuestionId, Severity, SkipReason,
    SubjectKind, Verdict,
};

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

/// One of the six answers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Question {
    /// Which question.
    pub id: QuestionId,
    /// As it is asked.
    pub text: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, one sentence.
    pub because: String,
    /// The strength of the evidence behind it.
    pub grade: Grade,
    /// Proofs, strongest first.
    pub evidence: Vec<Evidence>,
    /// Fingerprints of the gaps that count, worst first.
    pub gaps: Vec<String>,
    /// What the repository cannot show.
    pub unknowns: Vec<Unknown>,
    /// What was looked for and where, found or not.
    pub searched: Vec<Searched>,
}

/// A proof: at a place, or by an absence.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Evidence {
    /// How strong it is.
    pub grade: Grade,
    /// What it shows, one sentence.
    pub shows: String,
    /// Where, if at text.
    pub place: Option<Place>,
    /// What was looked for and not found, if it is an absence.
    pub searched: Option<Searched>,
}

/// Something the repository cannot show.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Unknown {
    /// What, one sentence.
    pub what: String,
    /// The exact command, or the person or team to ask, that settles it.
    pub settle: String,
}

/// One gap. Either `place` or `searched` is given.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// A stable name: it does not change when text moves.
    pub fingerprint: String,
    /// The rule that says so.
    pub rule: String,
    /// The question whose answer it weakens.
    pub question: QuestionId,
    /// The failure mechanism it invites.
    pub mechanism: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The first audience that sees it.
    pub audience: Audience,
    /// What is wrong here, one sentence.
    pub message: String,
    /// What it is about, by its stable name.
    pub thing: String,
    /// Where, if at text.
    pub place: Option<Place>,
    /// What was looked for and not found, if it is an absence.
    pub searched: Option<Searched>,
    /// Other places that prove it.
    pub related: Vec<Related>,
    /// Age of the line in days, if history knows.
    pub age_days: Option<u32>,
    /// Ties to incidents, decisions and public outages, strongest first.
    pub links: Vec<Link>,
    /// Set when an ignore comment or the configuration takes it out of the count.
    pub suppressed: Option<Suppressed>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What it shows.
    pub label: String,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Suppressed {
    /// Where that is written.
    pub place: Place,
    /// The reason given.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<String>,
}

/// A tie between a gap and something that happened or was decided.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Link {
    /// What it points at.
    pub kind: LinkKind,
    /// Its title.
    pub title: String,
    /// Its date, if known.
    pub date: Option<String>,
    /// Its place, if it is in this repository.
    pub place: Option<Place>,
    /// Its id in the catalogue, for a public outage.
    pub outage: Option<String>,
    /// What to learn, for a public outage.
    pub lesson: Option<String>,
    /// Where it is described, for a public outage.
    pub url: Option<String>,
    /// The sum of the points of its reasons: an ordering, nothing else.
    pub points: u32,
    /// Why, strongest first.
    pub why: Vec<Why>,
}

/// What a link points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// An incident of this repository.
    Incident,
    /// A decision of this repository.
    Decision,
    /// A public outage.
    Outage,
}

/// One reason for a link.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Why {
    /// How the two are tied.
    pub channel: Channel,
    /// 0 to 100.
    pub points: u32,
    /// What exactly is shared.
    pub what: String,
}

/// A way tonight could go wrong.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Scenario {
    /// Stable id.
    pub id: String,
    /// A headline.
    pub title: String,
    /// The initiating mechanism.
    pub mechanism: String,
    /// What is affected, if one thing is.
    pub component: Option<String>,
    /// The story, in the past tense.
    pub story: String,
    /// The bucket.
    pub likelihood: Likelihood,
    /// Why that bucket, one line each.
    pub reasons: Vec<String>,
    /// Fingerprints of the findings it rests on, worst first.
    pub findings: Vec<String>,
    /// Own incidents and public outages that went this way.
    pub precedents: Vec<Link>,
    /// What the answers would mean in this story.
    pub answers: Vec<ScenarioAnswer>,
    /// The cheapest thing that would stop it.
    pub cheapest_net: String,
    /// The cheapest exercise that would show whether it is stopped.
    pub cheapest_drill: String,
}

/// One answer inside a story.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ScenarioAnswer {
    /// The question.
    pub question: QuestionId,
    /// The verdict.
    pub verdict: Verdict,
}

/// Deferred work: counts, and what weighs most.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Deferrals {
    /// How many there are.
    pub total: usize,
    /// How many carry a marker such as TODO.
    pub marked: usize,
    /// How many are recognized by their words alone.
    pub unmarked: usize,
    /// At most ten, heaviest first.
    pub top: Vec<Deferral>,
}

/// A comment that puts work off.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Deferral {
    /// The comment.
    pub text: String,
    /// Where.
    pub place: Place,
    /// The words that decided.
    pub cue: String,
    /// The failure mechanism it invites, if its words name one.
    pub mechanism: Option<String>,
    /// The load-bearing place it stands in, if any.
    pub stands_in: Option<String>,
    /// Whether the code beside it still shows the problem; null when that was not looked at.
    pub confirmed: Option<bool>,
    /// Age of its line in days, if history knows.
    pub age_days: Option<u32>,
}

/// What a reader of a finding needs to know of its rule.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RuleNote {
    /// Its id; `tonight explain ID` says more.
    pub id: String,
    /// What it reports, one sentence.
    pub summary: String,
    /// How to mend it.
    pub fix: String,
    /// How to see that it is mended.
    pub verify: String,
    /// How many findings of it count.
    pub findings: usize,
}

/// What was read and how much of it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Files of the revision.
    pub files_seen: usize,
    /// Files that were read and analyzed.
    pub files_analyzed: usize,
    /// Files that were not, by reason; only reasons that occurred.
    pub skipped: Vec<SkipCount>,
    /// What was not understood inside the files that were read, by kind.
    pub problems: Vec<ProblemCount>,
    /// The problems themselves but for templated parts, at most the stated number.
    pub problem_list: ProblemList,
    /// Vendored, generated, binary, linked and excluded files, at most the stated number.
    pub left_out: LeftOut,
}

/// How many files were not read for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SkipCount {
    /// The reason.
    pub why: SkipReason,
    /// How many.
    pub files: usize,
}

/// How much was not understood, of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProblemCount {
    /// The kind.
    pub kind: ProblemKind,
    /// How many places.
    pub places: usize,
    /// In how many files.
    pub files: usize,
}

/// Problems, by path and line.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProblemList {
    /// How many there are.
    pub total: usize,
    /// How many are listed.
    pub listed: usize,
    /// The list.
    pub problems: Vec<Problem>,
}

/// Something in a file that was not understood; the rest of the file still counts.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// 1-based line; 0 when the whole file is meant.
    pub line: u32,
    /// The kind.
    pub kind: ProblemKind,
    /// What it was.
    pub message: String,
}

/// Files that were left out by design, by path.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// How many there are.
    pub total: usize,
    /// How many are listed.
    pub listed: usize,
    /// The list.
    pub files: Vec<SkippedFile>,
}

/// A file that was not read.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SkippedFile {
    /// The file.
    pub path: String,
    /// Why.
    pub why: SkipReason,
}
