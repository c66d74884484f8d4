//! What people wrote down: decisions, incidents, promises, deferrals.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model;
use crate::report::contract::{Link, Why};
use crate::report::word::words;

words! {
    /// The state of a decision.
    DecisionStatus from model::fact::DecisionStatus {
        /// Under discussion.
        Proposed = "proposed",
        /// In force.
        Accepted = "accepted",
        /// Declined.
        Rejected = "rejected",
        /// No longer recommended.
        Deprecated = "deprecated",
        /// Replaced.
        Superseded = "superseded",
        /// Not stated, or not understood.
        Unknown = "unknown",
    }
}

words! {
    /// Who noticed an incident.
    Detection from model::fact::Detection {
        /// An alert.
        Alert = "alert",
        /// A user or customer.
        User = "user",
        /// Somebody of the team who happened to look.
        Human = "human",
        /// A provider's notice.
        Vendor = "vendor",
        /// Not stated.
        Unknown = "unknown",
    }
}

words! {
    /// The state of a promise as its text states it.
    ActionState from model::fact::ActionState {
        /// Stated done.
        Done = "done",
        /// Stated open.
        Open = "open",
        /// Stated as not to be done.
        Declined = "declined",
        /// Nothing stated: not the same as open.
        Unstated = "unstated",
    }
}

/// How a promise stands when it is held against the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActionVerdict {
    /// Evidence was found.
    Satisfied,
    /// It was kept, and that was taken back.
    Regressed,
    /// Stated open, or promised again later.
    StillOpen,
    /// Stated done, but the evidence it should leave is not in the tree.
    NoEvidence,
    /// Declined with a reason.
    Declined,
    /// Nothing in a repository could show it, or it was not understood.
    NotVerifiable,
}

impl ActionVerdict {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Regressed => "regressed",
            Self::StillOpen => "still-open",
            Self::NoEvidence => "no-evidence",
            Self::Declined => "declined",
            Self::NotVerifiable => "not-verifiable",
        }
    }
}

/// How a record that is no longer there was removed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Deletion {
    /// The commit.
    pub commit: String,
    /// ISO date of it.
    pub date: String,
}

impl std::fmt::Display for Deletion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = self.commit.get(..7).unwrap_or(&self.commit);
        write!(f, "deleted in {short} on {}", self.date)
    }
}

/// A decision record.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Decision {
    /// Its record.
    pub path: String,
    /// 1-based line of its title.
    pub line: u32,
    /// How it was deleted, when only history still holds it (`--with-history`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deletion>,
    /// Its heading as written.
    pub title: String,
    /// Title without number or prefix.
    pub subject: String,
    /// Number as written, without leading zeros; not unique.
    pub number: Option<String>,
    /// State.
    pub status: DecisionStatus,
    /// State as written.
    pub status_raw: Option<String>,
    /// ISO date the record states.
    pub date: Option<String>,
    /// ISO date of the first commit that added the file.
    pub recorded: Option<String>,
    /// What it replaces, as written.
    pub supersedes: Vec<String>,
    /// What replaces it, as written.
    pub superseded_by: Vec<String>,
    /// What it changes without replacing it, as written.
    pub amends: Vec<String>,
    /// What changes it without replacing it, as written.
    pub amended_by: Vec<String>,
    /// References to records that do not exist, as written.
    pub dangling: Vec<String>,
    /// Paths of records it names as replacing or replaced, that do not say so themselves.
    pub one_sided: Vec<String>,
    /// Paths of records through which its replacement leads back to it.
    pub circular: Vec<String>,
    /// Paths of other records of its folder with its number.
    pub same_number: Vec<String>,
    /// Two statements of its state that differ, in words.
    pub disagreement: Option<String>,
    /// Who decided, as the record names them.
    pub deciders: Vec<String>,
    /// Paths of the incident reports of the days it names as incidents.
    pub incidents: Vec<String>,
    /// Code paths, issues, commits and days of incidents that it names.
    pub references: Vec<Reference>,
    /// ISO date of the next review it promises.
    pub review_due: Option<String>,
    /// What it puts off, and risks it accepts.
    pub deferrals: Vec<DecisionDeferral>,
    /// Risks and drawbacks it takes.
    pub risks: Vec<DecisionRisk>,
    /// What it takes for granted.
    pub assumptions: Vec<DecisionAssumption>,
    /// Mechanisms its words speak of, best first.
    pub mechanisms: Vec<Mechanism>,
    /// Ties to incidents of this repository, strongest first.
    pub links: Vec<Link>,
}

/// A sentence of a decision that puts something off or accepts a risk.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DecisionDeferral {
    /// The sentence.
    pub text: String,
    /// 1-based line.
    pub line: u32,
    /// When it falls due: an ISO date, or the words of the condition.
    pub due: Option<String>,
    /// What kind of putting off it is: `temporary`, `revisit`, `accepted-risk` and others.
    pub kind: String,
    /// What shows that its condition has come true; never for a day, which is in `due`.
    pub come_true: Option<String>,
}

/// A risk or drawback that a decision takes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DecisionRisk {
    /// The sentence.
    pub text: String,
    /// 1-based line.
    pub line: u32,
    /// `accepted-risk` or `negative-consequence`.
    pub kind: String,
}

/// What a decision takes for granted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DecisionAssumption {
    /// The sentence.
    pub text: String,
    /// 1-based line.
    pub line: u32,
    /// The figure in it with what it counts, as written.
    pub figure: Option<String>,
}

/// Something that a decision names.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Reference {
    /// `path`, `issue`, `commit` or `incident`.
    pub kind: String,
    /// The path, issue or commit as written; the ISO date of an incident.
    pub target: String,
    /// 1-based line.
    pub line: u32,
}

/// A failure mechanism with how loudly a text speaks of it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Mechanism {
    /// Its id.
    pub id: String,
    /// Lexicon score: an ordering, nothing else.
    pub score: f64,
    /// The phrases that fired, loudest first.
    pub phrases: Vec<String>,
}

/// An incident report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Incident {
    /// Its report.
    pub path: String,
    /// 1-based line of its title.
    pub line: u32,
    /// How it was deleted, when only history still holds it (`--with-history`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deletion>,
    /// Title as written.
    pub title: String,
    /// Title without its date, as reports show it.
    pub title_short: String,
    /// ISO date: when it happened, as the report states it.
    pub date: Option<String>,
    /// Other days that the report gives for itself.
    pub date_conflicts: Vec<DateConflict>,
    /// Severity as stated.
    pub severity: Option<String>,
    /// Duration as stated.
    pub duration: Option<String>,
    /// What it did to whom, as stated, shortened.
    pub impact: Option<String>,
    /// What set it off, as stated, shortened.
    pub trigger: Option<String>,
    /// Why it happened, as stated, shortened.
    pub cause: Option<String>,
    /// Who noticed.
    pub detected_by: Detection,
    /// Mechanisms, best first.
    pub mechanisms: Vec<Mechanism>,
    /// Services, stores and hosts it names, most frequent first.
    pub components: Vec<String>,
    /// Earlier incidents it repeats.
    pub recurs_with: Vec<Recurrence>,
    /// Earlier incidents by how alike they are, best first; most of them are not repeated by it.
    pub earlier: Vec<EarlierIncident>,
    /// What was promised.
    pub action_items: Vec<Action>,
}

/// Another day that a report gives for itself.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DateConflict {
    /// Where it stands: file name, heading, front matter, field, timeline, text, duration, since,
    /// summary, weekday or year.
    pub source: String,
    /// ISO date.
    pub date: String,
}

/// An earlier incident that repeats.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Recurrence {
    /// Its report.
    pub path: String,
    /// 1-based line of its title.
    pub line: u32,
    /// Its title.
    pub title: String,
    /// ISO date.
    pub date: Option<String>,
    /// What is the same.
    pub because: String,
}

/// An earlier incident with what a later one shares with it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EarlierIncident {
    /// Its report.
    pub path: String,
    /// The sum of the points of its reasons: an ordering, nothing else.
    pub points: u32,
    /// What is shared, most points first.
    pub why: Vec<Why>,
}

/// A promise inside its report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Action {
    /// What is promised.
    pub text: String,
    /// State as stated.
    pub state: ActionState,
    /// Owner as stated.
    pub owner: Option<String>,
    /// Due date as stated.
    pub due: Option<String>,
    /// Issue, pull request or ticket.
    pub ticket: Option<String>,
    /// 1-based line.
    pub line: u32,
    /// How it stands when it is held against the code.
    pub verdict: ActionVerdict,
    /// Why that verdict: a reason, or the place that shows it.
    pub verdict_because: Option<String>,
    /// The commit that kept the promise, or took that back, if history tells.
    pub verdict_commit: Option<String>,
    /// ISO date of that commit.
    pub verdict_date: Option<String>,
}

/// A promise on its own.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ActionItem {
    /// The report that holds it.
    pub path: String,
    /// The title of that report.
    pub incident: String,
    /// The date of that report.
    pub date: Option<String>,
    /// The promise.
    #[serde(flatten)]
    pub action: Action,
}
