//! What a decision record states.

use serde::{Deserialize, Serialize};

use super::{MechanismScore, Mention};
use crate::model::At;

/// The state of a decision, from every spelling found in the wild.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DecisionStatus {
    /// Under discussion.
    Proposed,
    /// In force.
    Accepted,
    /// Declined.
    Rejected,
    /// No longer recommended.
    Deprecated,
    /// Replaced.
    Superseded,
    /// Not stated, or not understood.
    Unknown,
}

/// A sentence of a decision that puts something off or accepts a risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeferralSentence {
    /// Where.
    pub at: At,
    /// The sentence, white space folded.
    pub text: String,
    /// When it falls due: an ISO date, or the words of the condition.
    pub due: Option<String>,
    /// The words that decided.
    pub cue: String,
}

/// A decision record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// Title without number or prefix, for sentences and cards.
    pub title: String,
    /// The heading as written: markup of links and emphasis removed, code spans kept.
    pub heading: String,
    /// Number as written, without leading zeros; not unique.
    pub number: Option<String>,
    /// State.
    pub status: DecisionStatus,
    /// State as written, `None` when there is no statement of it.
    pub status_raw: Option<String>,
    /// ISO date it states, if any.
    pub date: Option<String>,
    /// The date as written, when it has a form that can be read two ways (`01/06/2019`).
    pub date_raw: Option<String>,
    /// What it replaces: link targets or names as written.
    pub supersedes: Vec<String>,
    /// What replaces it: link targets or names as written.
    pub superseded_by: Vec<String>,
    /// Deferrals and accepted risks.
    pub deferrals: Vec<DeferralSentence>,
    /// ISO date of the next review it promises, if any.
    pub review_due: Option<String>,
    /// Mechanisms its words speak of, best first, at most three.
    pub mechanisms: Vec<MechanismScore>,
    /// Paths, issues, components and incidents it names.
    pub mentions: Vec<Mention>,
    /// Words for lexical links, lower case, sorted, with counts.
    pub words: Vec<(String, u32)>,
}
