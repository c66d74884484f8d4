//! What the configuration states; read by `cli`, used everywhere.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

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

/// The way in which a team promises to take a release back. Each asks for other evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contract {
    /// Migrations are run down, then the previous build starts.
    Down,
    /// The previous build runs on the new schema: nothing is dropped before it is unused.
    ExpandContract,
    /// The database is brought back from a snapshot taken before the release.
    SnapshotRestore,
    /// Nothing goes back: the next release repairs.
    ForwardFix,
    /// The previous release still runs, and traffic is moved back to it.
    TrafficShift,
}

impl Contract {
    /// All of them with their words in the configuration.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("down", Self::Down),
        ("expand-contract", Self::ExpandContract),
        ("snapshot-restore", Self::SnapshotRestore),
        ("forward-fix", Self::ForwardFix),
        ("traffic-shift", Self::TrafficShift),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, contract)| *contract == self).map_or("", |(word, _)| word)
    }
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
    /// How releases are taken back, if the owners declare it.
    pub rollback: Option<Contract>,
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
            rollback: None,
            exclude: Vec::new(),
            attest: Vec::new(),
            ignore: Vec::new(),
        }
    }
}
