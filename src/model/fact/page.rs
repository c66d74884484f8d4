//! What operational documents, owners files and instrumentation state.

use serde::{Deserialize, Serialize};

use super::{Command, Mention};
use crate::model::At;

/// What kind of operational page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PageKind {
    /// Steps for a situation.
    Runbook,
    /// How incidents are run: roles, channels, severities.
    IncidentProcess,
    /// Who is on call and how that works.
    OnCall,
    /// How to restore or recover.
    Recovery,
}

/// An operational page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Runbook {
    /// What it is for.
    pub kind: PageKind,
    /// Title.
    pub title: String,
    /// Words of prose.
    pub words: u32,
    /// Anchors of its headings (GitHub's rule).
    pub anchors: Vec<String>,
    /// Why it is a stub, if it is one ("42 words, no command").
    pub stub: Option<String>,
    /// Commands in its code blocks that matter tonight.
    pub commands: Vec<(At, Command)>,
    /// ISO date of the last review it states.
    pub reviewed: Option<String>,
    /// ISO date when the next review is due by its own words.
    pub review_due: Option<String>,
    /// Where it states that.
    pub review_at: Option<At>,
    /// Drills it records.
    pub drills: Vec<Drill>,
    /// Roles, channels or contacts it defines ("incident commander", "#ops").
    pub roles: Vec<String>,
    /// Paths and names it refers to.
    pub mentions: Vec<Mention>,
    /// Which parts of a procedure it has.
    pub parts: Vec<PagePart>,
    /// The first thing in it that was to be filled in and was not.
    pub placeholder: Option<(At, String)>,
}

/// A part of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PagePart {
    /// How to see that it worked.
    Verification,
    /// How to take it back.
    Rollback,
    /// Whom to call when it does not help.
    Escalation,
}

/// A site that publishes pages of this repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its address without the scheme: `docs.shop.test/guide`. Empty when the file does not say.
    pub address: String,
    /// The folder of its pages, from the file's own folder.
    pub folder: String,
}

/// What a makefile can make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Names of targets.
    pub names: Vec<String>,
    /// Makefiles it includes.
    pub includes: Vec<String>,
    /// Whether some targets cannot be known from the text: patterns, variables, evaluated rules.
    pub is_open: bool,
}

/// What was rehearsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DrillKind {
    /// Data was brought back from a copy.
    Restore,
    /// A release was taken back.
    Rollback,
    /// Somebody was paged.
    Page,
    /// A failure was played through.
    GameDay,
}

/// How a drill went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DrillResult {
    /// As it should.
    Worked,
    /// In part.
    Partly,
    /// Not.
    Failed,
}

/// A record of a drill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// Where it says so.
    pub at: At,
    /// ISO date.
    pub date: String,
    /// What was rehearsed.
    pub kind: DrillKind,
    /// Of what, in the record's words.
    pub what: String,
    /// How it went, if the record says so.
    pub result: Option<DrillResult>,
    /// Whether the record shows anything: a link, a command, a measurement.
    pub has_evidence: bool,
}

impl Drill {
    /// Whether it proves what it says: it worked, and something shows it.
    pub fn counts(&self) -> bool {
        self.result == Some(DrillResult::Worked) && self.has_evidence
    }
}

/// One line of an owners file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRule {
    /// Pattern as written.
    pub pattern: String,
    /// Owners as written; none clears earlier lines.
    pub owners: Vec<String>,
    /// GitLab's section it stands in: sections are matched apart from each other. Empty outside of any.
    pub section: String,
}

/// What a signal is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SignalKind {
    /// A dashboard as code.
    Dashboard,
    /// Structured logging, log shipping, log retention.
    Logging,
    /// Metrics exposed or scraped.
    Metrics,
    /// Distributed tracing.
    Tracing,
    /// An error tracker.
    ErrorTracker,
    /// A health probe.
    Probe,
    /// An external uptime check.
    Uptime,
    /// A status page.
    StatusPage,
    /// A security contact.
    SecurityContact,
    /// A support contact.
    SupportContact,
    /// A template for incidents, customer notices or postmortems.
    Template,
    /// An on-call schedule, escalation policy or paging integration as code.
    Paging,
    /// A query of logs or traces that is kept.
    SavedQuery,
    /// A switch by which a part is turned off without a deployment.
    Switch,
    /// A mark of what changed and when: a deployment marker, a release of an error tracker.
    ChangeMark,
    /// A way to get at what runs in production.
    Access,
    /// A load test.
    LoadTest,
    /// Failures made on purpose.
    Chaos,
}

/// Something that helps to see or to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// What it is good for.
    pub kind: SignalKind,
    /// The tool or thing (`sentry`, `grafana`, `statuspage`).
    pub tool: String,
    /// What the file shows, short.
    pub detail: String,
    /// Whether it is only mentioned (a dependency or prose), or configured.
    pub is_configured: bool,
    /// Why it does the opposite, if the file says so (`enabled: false`).
    pub contradicted: Option<String>,
}

/// The id of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardId {
    /// The id.
    pub id: String,
    /// The host of the link that leads to it; `None` where the file defines it.
    pub linked_on: Option<String>,
}
