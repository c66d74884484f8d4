//! An answer to one of the six questions.

use super::{Fingerprint, Grade, Place, Question, Searched, Verdict};

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
}
