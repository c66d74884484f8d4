//! An answer to one of the six questions.

use super::thing::{FailureRow, StoreCoverage};
use super::{Contract, Fingerprint, Grade, Place, Question, Searched, Span, Verdict};

/// A proof: a place and what it shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// How strong it is.
    pub grade: Grade,
    /// One short sentence: what it shows.
    pub shows: String,
    /// Where.
    pub place: Place,
}

/// Something the repository cannot show, and what would settle it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// What is unknown, one sentence.
    pub what: String,
    /// The exact command, or the person or team to ask, that settles it.
    pub settle: String,
}

/// One of the six answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which question.
    pub question: Question,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence that a tired person understands.
    pub because: String,
    /// The strength of the evidence behind it.
    pub grade: Grade,
    /// Proofs, strongest first.
    pub evidence: Vec<Evidence>,
    /// The gaps, by fingerprint, worst first.
    pub gaps: Vec<Fingerprint>,
    /// What cannot be told from here.
    pub unknowns: Vec<Unknown>,
    /// What was looked for and where, found or not.
    pub searched: Vec<Searched>,
    /// The last deployment, in reverse; only where the question is about it.
    pub reverse: Option<Reverse>,
    /// What covers each store that counts, worst first; only where the question is about backups.
    pub stores: Vec<StoreCoverage>,
    /// What the service depends on, and what shows how a failure of it goes; only where the question is
    /// how a problem is diagnosed.
    pub failure_model: Vec<FailureRow>,
}

/// What going back from the last deployment would meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Reverse {
    /// The release that is gone back to, if one is known.
    pub release: Option<String>,
    /// Commits since then.
    pub commits: Option<u32>,
    /// How releases are taken back, as declared.
    pub contract: Option<Contract>,
    /// Worst first; what does not block comes last.
    pub steps: Vec<ReverseStep>,
    /// How long it takes by what is declared.
    pub time: Option<TimeBack>,
    /// Reverts of the past, in words.
    pub observed: Option<String>,
    /// What shows that the way back was gone, one sentence; `None` when nothing does.
    pub exercised: Option<String>,
}

/// One thing that going back meets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReverseStep {
    /// What it does to going back.
    pub hold: Hold,
    /// One sentence.
    pub says: String,
    /// Where, if at text.
    pub place: Option<Span>,
    /// The rule and the gap behind it, if it is one.
    pub gap: Option<(String, Fingerprint)>,
}

/// What a thing does to going back, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// The previous build cannot run, or cannot be had.
    Blocks,
    /// Going back needs a further step, or care.
    Slows,
    /// It does not stand in the way.
    Clear,
}

/// How long going back takes by what is declared: never a forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBack {
    /// Seconds when nothing has to be waited for.
    pub least_seconds: u32,
    /// Seconds after which something gives up.
    pub most_seconds: u32,
    /// The parts, the longest first.
    pub terms: Vec<TimeTerm>,
}

/// A part of the time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeTerm {
    /// What is waited for, without the duration.
    pub what: String,
    /// Seconds at least.
    pub least_seconds: u32,
    /// Seconds at most.
    pub most_seconds: u32,
    /// Where that is declared; a default stands at its resource.
    pub place: Option<Span>,
}
