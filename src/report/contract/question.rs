//! Answers, findings, links and scenarios of the public report.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Audience, Channel, Confidence, Contract, FailureRow, Grade, Hold, Likelihood, Place, QuestionId,
    Searched, Severity, StoreCoverage, Verdict,
};

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
    /// The last deployment, in reverse; only under `rollback`.
    pub reverse: Option<Reverse>,
    /// Each store that counts and what covers it, worst first; only under `backup`.
    pub stores: Vec<StoreCoverage>,
    /// What the service depends on, and what shows how a failure of it goes; only under `diagnose`.
    pub failure_model: Vec<FailureRow>,
}

/// What going back from the last deployment would meet.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Reverse {
    /// The release that is gone back to, if one is known.
    pub release: Option<String>,
    /// Commits since then.
    pub commits: Option<u32>,
    /// How releases are taken back, as the configuration declares it.
    pub contract: Option<Contract>,
    /// Worst first; what does not block comes last.
    pub steps: Vec<ReverseStep>,
    /// How long it takes by what is declared, if anything is.
    pub time: Option<TimeBack>,
    /// Reverts of the past, one sentence.
    pub observed: Option<String>,
    /// What shows that the way back was gone, one sentence; nothing when it was never exercised.
    pub exercised: Option<String>,
}

/// One thing that going back meets.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReverseStep {
    /// What it does to going back.
    pub hold: Hold,
    /// One sentence.
    pub says: String,
    /// Where, if at text.
    pub place: Option<Place>,
    /// The rule of the finding, if it is one.
    pub rule: Option<String>,
    /// The finding, if it is one.
    pub finding: Option<String>,
}

/// How long going back takes by what is declared: never a forecast.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TimeBack {
    /// Seconds when nothing has to be waited for.
    pub least_seconds: u32,
    /// Seconds after which something gives up.
    pub most_seconds: u32,
    /// The parts, the longest first: the first one dominates.
    pub terms: Vec<TimeTerm>,
}

/// A part of the time.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TimeTerm {
    /// What is waited for.
    pub what: String,
    /// Seconds at least.
    pub least_seconds: u32,
    /// Seconds at most.
    pub most_seconds: u32,
    /// Where that is declared.
    pub place: Option<Place>,
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
    /// Age in days: of the line, if history knows; in a record, of the incident or decision it tells of.
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
    /// Whether it decides how this story ends; those come first.
    pub is_decisive: bool,
}
