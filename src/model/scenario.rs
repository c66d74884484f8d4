//! A way tonight could go wrong: an initiator and the missing safety net.

use super::{Fingerprint, Link, Question, Verdict};

/// How likely, as a bucket with its reasons; never a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likelihood {
    /// Nothing here makes it more likely than elsewhere.
    Low,
    /// Something here does.
    Elevated,
    /// It happened here before and what caused it still stands.
    High,
}

impl Likelihood {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Elevated => "Elevated",
            Self::High => "High",
        }
    }
}

/// One scenario card.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Stable id: initiator and component.
    pub id: String,
    /// A headline.
    pub title: String,
    /// The initiating mechanism, by id.
    pub mechanism: String,
    /// What is affected, if one thing is.
    pub component: Option<String>,
    /// The story in the past tense, two to four sentences.
    pub story: String,
    /// The bucket.
    pub likelihood: Likelihood,
    /// Why that bucket, one line each.
    pub reasons: Vec<String>,
    /// The findings it rests on, worst first.
    pub findings: Vec<Fingerprint>,
    /// Own incidents and public precedents.
    pub precedents: Vec<Link>,
    /// All answers: those that decide this story first, then the others.
    pub answers: Vec<(Question, Verdict)>,
    /// How many of them decide this story.
    pub decisive: usize,
    /// The cheapest thing that would stop it.
    pub cheapest_net: String,
    /// The cheapest exercise that would show whether it is stopped.
    pub cheapest_drill: String,
}
