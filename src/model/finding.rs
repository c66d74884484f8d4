//! A gap, where it is, and how sure we are.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Audience, Link, Question, Span};

/// The id of a rule: the stem of its file in `rules/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub Arc<str>);

impl RuleId {
    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RuleId {
    fn from(id: &str) -> Self {
        Self(Arc::from(id))
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How bad it would be tonight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Slows recovery.
    Low,
    /// Makes an ordinary failure a long one.
    Medium,
    /// Stands between the team and recovery, or loses data.
    High,
}

impl Severity {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How often the rule is right when it fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A question worth asking.
    Low,
    /// Usually right.
    Medium,
    /// Right at least nine times in ten.
    High,
}

impl Confidence {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Where a finding points: at text, or at a named absence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The text itself.
    At(Span),
    /// Nothing was found where it would be.
    Absent(Searched),
}

/// What was looked for, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Searched {
    /// What was looked for, in words ("a receiver that pages").
    pub what: String,
    /// The files or patterns that were searched, as globs or paths.
    pub r#where: Vec<String>,
}

/// A place that belongs to a finding, with what it shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labelled {
    /// The place.
    pub span: Span,
    /// What it shows, a short phrase.
    pub label: String,
}

/// A stable name of a finding: `fp1:` and 16 hexadecimal digits of the rule, the thing and the
/// normalized snippet. Never the line number, so that a finding keeps its name when text moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub String);

/// Why a finding is not counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppressed {
    /// Where the suppression is written.
    pub span: Span,
    /// The reason it gives.
    pub reason: String,
    /// The last day on which it holds (ISO), if it has one.
    pub until: Option<String>,
}

/// One gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that says so.
    pub rule: RuleId,
    /// The question whose answer it weakens.
    pub question: Question,
    /// The failure mechanism it invites, by id.
    pub mechanism: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The first audience that sees it.
    pub audience: Audience,
    /// One sentence: what is wrong here, with its names.
    pub message: String,
    /// What the finding is about (a store, an alert, a migration): its name, stable across edits.
    pub thing: String,
    /// Where to look.
    pub primary: Place,
    /// Other places that prove it.
    pub related: Vec<Labelled>,
    /// Its stable name.
    pub fingerprint: Fingerprint,
    /// Age in days: of the line it points at, when history knows; in a record, of the incident or decision.
    pub age_days: Option<u32>,
    /// Ties to incidents, decisions, deferrals and public outages.
    pub links: Vec<Link>,
    /// Set when an ignore comment or the configuration takes it out of the count.
    pub suppressed: Option<Suppressed>,
}
