//! What an incident report states.

use serde::{Deserialize, Serialize};

use crate::model::At;

/// Who noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Detection {
    /// An alert.
    Alert,
    /// A user or customer.
    User,
    /// Somebody of the team who happened to look.
    Human,
    /// A provider's notice.
    Vendor,
    /// Not stated.
    Unknown,
}

/// The state of an action item as its text states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ActionState {
    /// Stated done.
    Done,
    /// Stated open (an empty checkbox, "TODO").
    Open,
    /// Stated as not to be done.
    Declined,
    /// Nothing stated: not the same as open.
    Unstated,
}

/// One promise of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionItem {
    /// Where.
    pub at: At,
    /// What is promised, plain text.
    pub text: String,
    /// State as stated.
    pub state: ActionState,
    /// Owner as stated.
    pub owner: Option<String>,
    /// Due date as stated (ISO when understood).
    pub due: Option<String>,
    /// Issue, pull request or ticket, as URL or reference.
    pub ticket: Option<String>,
    /// Whether it is plainly talk, training or a document, and names nothing that stands in the way by
    /// itself: no test, guard, alert or limit.
    pub is_only_talk: bool,
}

/// A mechanism with how loudly the text speaks of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MechanismScore {
    /// Mechanism id.
    pub id: String,
    /// Lexicon score, two decimals at most.
    pub score: f64,
    /// The phrases that fired, loudest first, at most four.
    pub phrases: Vec<String>,
}

/// What kind of thing is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MentionKind {
    /// A path of a repository.
    Path,
    /// `owner/name#12`, `#12` or the URL of an issue or pull request, normalized to `name#12` or
    /// `#12`.
    Issue,
    /// A commit id, at least seven hexadecimal digits.
    Commit,
    /// A code-quoted name: service, table, chart, host, metric.
    Name,
    /// A target of make: the folder it is made in and its name, with `|` between.
    Target,
    /// A workload of Kubernetes: `namespace Kind/name`.
    Workload,
    /// An address of Terraform.
    Address,
    /// A date with the word incident, or a link to an incident report.
    Incident,
}

/// Something a document names that could join it to another thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mention {
    /// The kind.
    pub kind: MentionKind,
    /// What is named, normalized.
    pub what: String,
    /// Where.
    pub at: At,
}

/// An incident report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentReport {
    /// Title without the date, as it is shown.
    pub title: String,
    /// Title as written.
    pub title_as_written: String,
    /// ISO date of the incident (file name, heading, front matter, field, timeline, in that order of
    /// trust, unless two statements of the account agree on another day), if any.
    pub date: Option<String>,
    /// Other dates the report gives for itself, when they disagree: (where from, ISO date).
    pub date_disagrees: Vec<(String, String)>,
    /// Severity as stated.
    pub severity: Option<String>,
    /// Duration as stated, never recomputed.
    pub duration: Option<String>,
    /// What it did to whom, as stated, shortened.
    pub impact: Option<String>,
    /// What set it off, as stated, shortened.
    pub trigger: Option<String>,
    /// Why it happened, as stated, shortened.
    pub cause: Option<String>,
    /// Who noticed.
    pub detected_by: Detection,
    /// Best first, at most five.
    pub mechanisms: Vec<MechanismScore>,
    /// Code-quoted and well-known names, most frequent first.
    pub components: Vec<String>,
    /// Promises.
    pub actions: Vec<ActionItem>,
    /// Whether the report has a section for promises at all.
    pub has_action_section: bool,
    /// Where it says what a person did wrong; who is not kept.
    pub blames: Vec<At>,
    /// Paths, issues, commits and names.
    pub mentions: Vec<Mention>,
    /// Words for lexical links, lower case and folded to a stem, sorted, with counts.
    pub words: Vec<(String, u32)>,
    /// How it spells those of its words that are folded, sorted by word: what a person is shown.
    pub spellings: Vec<(String, String)>,
}

impl IncidentReport {
    /// Every place in it, for somebody who read it from another text and has to move them.
    pub fn places(&mut self) -> impl Iterator<Item = &mut At> {
        let actions = self.actions.iter_mut().map(|found| &mut found.at);
        let mentions = self.mentions.iter_mut().map(|found| &mut found.at);
        actions.chain(mentions).chain(self.blames.iter_mut())
    }
}
