//! Decisions and incidents.

use super::Overdue;
use crate::model::fact::{ActionItem, DecisionRecord, IncidentReport};
use crate::model::{Change, Link, RepoPath, Span, Why};

/// A decision of this repository.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its record.
    pub span: Span,
    /// What the record states.
    pub record: DecisionRecord,
    /// The commit that removed it, when only history still holds it.
    pub gone: Option<Change>,
    /// ISO date the record states, if any.
    pub date: Option<String>,
    /// ISO date of the first commit that added the file, if history tells.
    pub recorded: Option<String>,
    /// Deferrals whose condition has come true, by their place in the record, with what shows it; days
    /// are judged by `due`.
    pub come_true: Vec<(usize, Overdue)>,
    /// A product that it gave up, or took up before it was replaced, and that is still in use.
    pub still_used: Option<StillUsed>,
    /// Targets of `supersedes` and `superseded_by` that do not exist, as written.
    pub dangling: Vec<String>,
    /// Paths of the records it says it replaces.
    pub replaces: Vec<String>,
    /// Paths of the records it says replace it.
    pub replaced_by: Vec<String>,
    /// Of those, the paths of the ones that do not say so themselves.
    pub one_sided: Vec<String>,
    /// Paths of the records through which its replacement leads back to it.
    pub circular: Vec<String>,
    /// Paths of other records of its folder with its number.
    pub same_number: Vec<String>,
    /// Paths of the incident reports of the days it names as incidents.
    pub incidents: Vec<String>,
    /// Ties to own incidents, strongest first; filled after the inventory is taken.
    pub links: Vec<Link>,
}

/// A product that a decision gave up, or that a replaced decision took up, and that is still in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillUsed {
    /// Its name.
    pub product: String,
    /// The decision that replaced the one that took it up; nothing when a decision in force gave it up.
    pub by: Option<Span>,
    /// Where it is in use.
    pub at: Span,
}

impl Decision {
    /// The day that orders it and gives its age: stated, else recorded.
    pub fn day(&self) -> Option<&str> {
        self.date.as_deref().or(self.recorded.as_deref())
    }

    /// Its title, and what became of its record.
    pub fn told_title(&self) -> String {
        told(&self.record.title, self.gone.as_ref())
    }
}

impl Incident {
    /// Its title, and what became of its report.
    pub fn told_title(&self) -> String {
        told(&self.report.title, self.gone.as_ref())
    }
}

/// A title with the commit that removed what bears it.
fn told(title: &str, gone: Option<&Change>) -> String {
    match gone {
        Some(by) => format!("{title} ({})", by.deletion()),
        None => title.to_owned(),
    }
}

/// How an action item stands when it is held against the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionVerdict {
    /// Evidence found.
    Satisfied(Kept),
    /// It was kept, and that was taken back.
    Regressed {
        /// What kept it, and what took that back, in words.
        why: String,
        /// The commit that took it back.
        by: Change,
    },
    /// Stated open, or the same ticket is promised again later.
    StillOpen(String),
    /// Stated done, but the evidence it should leave is not in the tree.
    NoEvidence(String),
    /// Declined with a reason.
    Declined,
    /// Nothing in a repository could show it, or it was not understood.
    NotVerifiable,
}

/// What shows that a promise is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where.
    pub at: Span,
    /// The commit that it came with, if history tells.
    pub by: Option<Change>,
}

/// A promise with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What the report says.
    pub stated: ActionItem,
    /// How it stands.
    pub verdict: ActionVerdict,
    /// Indices into `Inventory::incidents` of other reports that name the same ticket.
    pub also_in: Vec<usize>,
    /// Its ticket, when it names just one.
    pub ticket: Option<String>,
    /// The file that it makes.
    pub makes: Option<RepoPath>,
}

/// An incident of this repository.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its report.
    pub span: Span,
    /// What the report states (its actions are in `actions`).
    pub report: IncidentReport,
    /// The commit that removed its report, when only history still holds that.
    pub gone: Option<Change>,
    /// ISO date: stated, else none.
    pub date: Option<String>,
    /// Promises with verdicts.
    pub actions: Vec<Action>,
    /// Indices of earlier incidents this one repeats, with the reason.
    pub recurs_with: Vec<(usize, String)>,
    /// Earlier incidents by how alike they are, best first, whether they are repeated or not.
    pub earlier: Vec<Earlier>,
}

/// An earlier incident with what it shares with a later one.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Index into `Inventory::incidents`.
    pub index: usize,
    /// What is shared, most points first.
    pub why: Vec<Why>,
}
