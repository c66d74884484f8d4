//! Alerts, where they go, who answers, and what they would read and look at.

use crate::model::fact::{AlertRule, Runbook, Signal};
use crate::model::{Person, Span};

/// What a receiver does with an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiverKind {
    /// Wakes a person (a paging service, a phone).
    Pages,
    /// Writes into a chat.
    Chat,
    /// Sends mail.
    Mail,
    /// Calls something whose nature is not known here.
    Webhook,
    /// Goes nowhere.
    Nowhere,
    /// Named but not defined here.
    Undefined,
    /// Defined here, but what it does is not (a topic whose subscriptions are elsewhere).
    Unknown,
}

impl ReceiverKind {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Chat => "chat",
            Self::Mail => "mail",
            Self::Webhook => "webhook",
            Self::Nowhere => "nowhere",
            Self::Undefined => "undefined",
            Self::Unknown => "unknown",
        }
    }
}

/// Where alerts go.
#[derive(Clone, Debug, PartialEq)]
pub struct Receiver {
    /// Where it is defined.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: ReceiverKind,
    /// The tool (`pagerduty`, `slack`, `sns`).
    pub tool: String,
    /// Why it cannot work, if the file says so (a placeholder, an empty key).
    pub broken: Option<String>,
    /// Index into `Inventory::paged_services` of what it hands alerts to, where a reference shows it.
    pub service: Option<usize>,
}

/// Where the path of an alert ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertEnd {
    /// With somebody who is woken.
    Paged,
    /// In a chat or a mailbox.
    Quiet,
    /// Nowhere.
    Lost,
    /// It is switched off.
    Off,
    /// Outside this repository.
    #[default]
    Open,
}

impl AlertEnd {
    /// The word in every output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Paged => "paged",
            Self::Quiet => "quiet",
            Self::Lost => "nobody",
            Self::Off => "off",
            Self::Open => "unknown",
        }
    }
}

/// An alert rule with the path it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Where the rule is.
    pub span: Span,
    /// What it states.
    pub rule: AlertRule,
    /// Whether it says itself that somebody must come now (severity, priority, critical topic).
    pub is_critical: bool,
    /// Whether it may concern production: its place speaks of no other environment.
    pub is_of_production: bool,
    /// Whether it is for people at all, rather than for an autoscaler.
    pub is_for_people: bool,
    /// Indices into `Inventory::receivers` that it reaches.
    pub receivers: Vec<usize>,
    /// The path in words, from the rule to the receiver or to the broken edge.
    pub path: Vec<String>,
    /// Where the path ends.
    pub end: AlertEnd,
    /// Why the path cannot be followed further here, if so.
    pub unresolved: Option<String>,
    /// When the route that it takes sends nothing.
    pub muted: Option<Muted>,
    /// Index into `Inventory::runbooks` of its runbook.
    pub runbook: Option<usize>,
    /// Why its runbook link does not resolve, if it has one that does not.
    pub runbook_broken: Option<String>,
}

/// Hours of every week in which a route sends nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Muted {
    /// The intervals by name, as the route names them.
    pub by: String,
    /// The route.
    pub span: Span,
    /// Minutes of the week from Monday 00:00, half open, merged.
    pub hours: Vec<(u16, u16)>,
}

/// A runbook or other operational page.
#[derive(Clone, Debug, PartialEq)]
pub struct RunbookPage {
    /// The page.
    pub span: Span,
    /// What it states.
    pub page: Runbook,
    /// ISO date of its last change in history.
    pub last_change: Option<String>,
    /// Paths it names that do not exist (any more), with the place.
    pub dangling: Vec<(String, Span)>,
    /// Other things it names that do not exist, in words, with the place.
    pub missing: Vec<(String, Span)>,
}

/// An owner of part of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Owner {
    /// The line that says so.
    pub span: Span,
    /// The pattern as written.
    pub pattern: String,
    /// The owner as written.
    pub owner: String,
    /// Whether it is a team rather than one person, if the spelling shows it.
    pub is_team: Option<bool>,
    /// How many files the pattern covers: those that no later line takes.
    pub files: u32,
    /// Whether the pattern matches any file at all.
    pub matches: bool,
    /// Authors of the covered files in the last 180 days.
    pub recent_authors: Vec<Person>,
}

/// A signal and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalAt {
    /// Where.
    pub span: Span,
    /// What.
    pub signal: Signal,
}
