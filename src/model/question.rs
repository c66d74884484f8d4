//! The six questions and the words they are answered with.

use serde::{Deserialize, Serialize};

/// One of the six questions a person would be asked tonight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Who would be paged? Do they know what to do?
    Page,
    /// What tools would they use to diagnose the problem?
    Diagnose,
    /// How would they communicate with each other and with customers?
    Communicate,
    /// Could they roll back the last deployment? How long would it take?
    Rollback,
    /// When was the last backup? Have they tested restoring from it?
    Backup,
    /// What is the worst-case data loss? Can they live with it?
    DataLoss,
}

impl Question {
    /// All six, in the order in which they are asked.
    pub const ALL: [Self; 6] =
        [Self::Page, Self::Diagnose, Self::Communicate, Self::Rollback, Self::Backup, Self::DataLoss];

    /// The id of the command line and the JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Diagnose => "diagnose",
            Self::Communicate => "communicate",
            Self::Rollback => "rollback",
            Self::Backup => "backup",
            Self::DataLoss => "data-loss",
        }
    }

    /// The question as it is asked.
    pub fn text(self) -> &'static str {
        match self {
            Self::Page => "Who would be paged? Do they know what to do?",
            Self::Diagnose => "What tools would they use to diagnose the problem?",
            Self::Communicate => "How would they communicate with each other and with customers?",
            Self::Rollback => "Could they roll back the last deployment? How long would it take?",
            Self::Backup => "When was the last backup? Have they tested restoring from it?",
            Self::DataLoss => "What is the worst-case data loss? Can they live with it?",
        }
    }
}

/// What a question is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Shown by evidence.
    Yes,
    /// Some of it is shown, some is missing.
    Partly,
    /// Looked for where it would be, and not there, or contradicted.
    No,
    /// The repository cannot show it; something named would.
    CannotTell,
    /// The question makes no sense for this repository.
    NotApplicable,
}

impl Verdict {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
            Self::CannotTell => "cannot-tell",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// How strong the evidence is: one ladder for all six questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// The configuration says the opposite.
    Contradicted,
    /// Looked for, not there.
    Absent,
    /// Prose only.
    Mentioned,
    /// A configuration exists.
    Declared,
    /// Its references resolve end to end.
    Wired,
    /// A scheduled job, a test or a dated drill record runs it.
    Exercised,
    /// Exercised within the freshness window (180 days unless configured).
    Fresh,
}

impl Grade {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Contradicted => "contradicted",
            Self::Absent => "absent",
            Self::Mentioned => "mentioned",
            Self::Declared => "declared",
            Self::Wired => "wired",
            Self::Exercised => "exercised",
            Self::Fresh => "fresh",
        }
    }
}

/// Who a report is for; a rule is shown to its audience and to every later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// A gate: only rules that are right at least nine times in ten.
    Ci,
    /// A readiness review.
    Review,
    /// A pre-mortem, where a good question is worth asking even if the answer is "fine".
    Workshop,
}
