//! What a decision record states.

use serde::{Deserialize, Serialize};

use super::{Condition, MechanismScore, Mention};
use crate::model::At;

/// The state of a decision, from every spelling found in the wild.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    #[default]
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
    /// What has to come true first, as far as a repository could tell, in order of appearance.
    pub conditions: Vec<Condition>,
    /// The words that decided.
    pub cue: String,
    /// What kind of putting off it is: `temporary`, `revisit`, `accepted-risk` and others of the
    /// catalogue.
    pub kind: String,
}

/// A drawback or risk that a decision names and takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AcceptedRisk {
    /// Where.
    pub at: At,
    /// The sentence, white space folded.
    pub text: String,
    /// `accepted-risk` when the sentence says it is accepted, `negative-consequence` when its heading
    /// says it is one.
    pub kind: String,
}

/// What a decision takes for granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assumption {
    /// Where.
    pub at: At,
    /// The sentence, white space folded.
    pub text: String,
    /// The figure in it with what it counts, as written: `up to 10k rows`.
    pub figure: Option<String>,
}

/// A decision record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// What it changes without replacing it: link targets or names as written.
    pub amends: Vec<String>,
    /// What changes it without replacing it: link targets or names as written.
    pub amended_by: Vec<String>,
    /// Who decided, as the record names them.
    pub deciders: Vec<String>,
    /// Two statements of its state that differ, in words; `None` when they agree.
    pub disagreement: Option<String>,
    /// Deferrals and accepted risks.
    pub deferrals: Vec<DeferralSentence>,
    /// Risks and drawbacks it takes.
    pub risks: Vec<AcceptedRisk>,
    /// What it takes for granted.
    pub assumptions: Vec<Assumption>,
    /// ISO date of the next review it promises, if any.
    pub review_due: Option<String>,
    /// Mechanisms its words speak of, best first, at most three.
    pub mechanisms: Vec<MechanismScore>,
    /// Paths, issues, components and incidents it names.
    pub mentions: Vec<Mention>,
    /// Words for lexical links, lower case, sorted, with counts.
    pub words: Vec<(String, u32)>,
    /// Whether it is a file of fields beside the record, not the record: `kep.yaml`.
    pub is_sidecar: bool,
}

impl DecisionRecord {
    /// Every place in it, for somebody who read it from another text and has to move them.
    pub fn places(&mut self) -> impl Iterator<Item = &mut At> {
        let deferrals = self.deferrals.iter_mut().map(|found| &mut found.at);
        let risks = self.risks.iter_mut().map(|found| &mut found.at);
        let assumptions = self.assumptions.iter_mut().map(|found| &mut found.at);
        let mentions = self.mentions.iter_mut().map(|found| &mut found.at);
        deferrals.chain(risks).chain(assumptions).chain(mentions)
    }
}
