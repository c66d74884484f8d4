//! What the configuration states; read by `cli`, used everywhere.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Audience, Question, Severity, Span};

/// Something a repository cannot show, stated by its owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The question it answers.
    pub question: Question,
    /// What is claimed, one sentence.
    pub claim: String,
    /// Who says so (a team or role).
    pub by: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Where the claim can be checked, if anywhere.
    pub evidence: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// An exception stated in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rule.
    pub rule: String,
    /// Globs of paths; empty means everywhere.
    pub paths: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it is written.
    pub span: Span,
}

/// Everything that can be configured.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Today, for every age and expiry.
    pub as_of: Date,
    /// A name for the subject, if configured.
    pub name: Option<String>,
    /// How long an exercise stays fresh, in days.
    pub fresh_days: u32,
    /// Who the report is for.
    pub audience: Audience,
    /// Severities changed by rule id; `None` switches a rule off.
    pub rules: BTreeMap<String, Option<Severity>>,
    /// Globs of paths that are not read.
    pub exclude: Vec<String>,
    /// Attested facts.
    pub attest: Vec<Attestation>,
    /// Exceptions.
    pub ignore: Vec<Exception>,
}

impl Settings {
    /// The defaults on a given day. 180 days of freshness is the half-yearly practice that public
    /// production-readiness checklists ask for.
    pub fn on(as_of: Date) -> Self {
        Self {
            as_of,
            name: None,
            fresh_days: 180,
            audience: Audience::Review,
            rules: BTreeMap::new(),
            exclude: Vec::new(),
            attest: Vec::new(),
            ignore: Vec::new(),
        }
    }
}
