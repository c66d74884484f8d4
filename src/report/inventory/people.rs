//! Who would notice, who would come, and what they would read and look at.

use schemars::JsonSchema;
use serde::Serialize;

/// An alert rule with the path it takes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Alert {
    /// Where the rule is.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// The system that evaluates it.
    pub source: String,
    /// The receivers it reaches, by name.
    pub receivers: Vec<String>,
    /// The path in words, from the rule to the receiver or to the broken edge.
    pub route: Vec<String>,
    /// Why the path cannot be followed further here.
    pub unresolved: Option<String>,
    /// Why it can never fire or notify.
    pub disabled: Option<String>,
    /// Its runbook as written.
    pub runbook: Option<String>,
    /// Why that link does not resolve.
    pub runbook_broken: Option<String>,
}

/// Where alerts go.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Receiver {
    /// Where it is defined.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// What it does: `pages chat mail webhook nowhere undefined unknown`.
    pub kind: String,
    /// The tool.
    pub tool: String,
    /// Why it cannot work.
    pub broken: Option<String>,
}

/// A runbook or other operational page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Runbook {
    /// The page.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Title.
    pub title: String,
    /// What it is for: `runbook incident-process on-call recovery`.
    pub kind: String,
    /// Why it is a stub, if it is one.
    pub stub: Option<String>,
    /// ISO date of its last change, if history knows.
    pub last_change: Option<String>,
    /// ISO date of the last review it states.
    pub reviewed: Option<String>,
    /// ISO date when the next review is due by its own words.
    pub review_due: Option<String>,
    /// ISO dates of the drills it records.
    pub drills: Vec<String>,
    /// Paths it names that do not exist.
    pub dangling: Vec<String>,
}

/// An owner of part of the tree.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Owner {
    /// The owners file.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Pattern as written.
    pub pattern: String,
    /// Owner as written.
    pub owner: String,
    /// Whether it is a team; null when the spelling does not show it.
    pub is_team: Option<bool>,
    /// How many files the pattern covers.
    pub files: u32,
    /// How many people changed the covered files in the last 180 days.
    pub recent_authors: usize,
}

/// Something that helps to see or to tell.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Signal {
    /// Where.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// What it is good for: `dashboard logging metrics tracing error-tracker probe uptime status-page
    /// security-contact support-contact template paging`.
    pub kind: String,
    /// The tool.
    pub tool: String,
    /// What the file shows.
    pub detail: String,
    /// Whether it is configured rather than only mentioned.
    pub is_configured: bool,
    /// Why it does the opposite.
    pub contradicted: Option<String>,
}
