//! `tonight.page/1`: who is paged for an alert at a time of the week, and its rendering.
//!
//! Within `/1` keys are only added.
//!
//! - `compose`: the model's alerts and escalations turned into paths
//! - `terminal`: the page for a person

mod compose;
mod terminal;

use schemars::JsonSchema;
use serde::Serialize;

pub use compose::{NoSuchAlert, compose};
pub use terminal::render;

use super::contract::Tool;

/// The name and version of this contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum PageSchema {
    /// The first.
    #[serde(rename = "tonight.page/1")]
    V1,
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Asked {
    /// The alert's name, or a part of it; without one, every critical alert (every alert, where none is
    /// critical).
    pub alert: Option<String>,
    /// Minute of the week from Monday 00:00, in each schedule's own time zone.
    pub at: Option<u16>,
}

/// Who is paged.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct WhoIsPaged {
    /// The name and version of this contract.
    pub schema: PageSchema,
    /// What made it.
    pub tool: Tool,
    /// What was asked.
    pub asked: Asked,
    /// Alerts for people that may concern production: tests, examples and other environments left out.
    pub alerts: usize,
    /// Of those, critical ones.
    pub critical: usize,
    /// The paths of the alerts asked for, each with the alerts that take it; the most alerts first.
    pub paths: Vec<Path>,
    /// Escalations behind those paths; where no path leads to one, all that are declared.
    pub escalations: Vec<Escalation>,
    /// Whether the escalations are tied to the paths by references.
    pub is_tied: bool,
}

/// One path with the alerts that take it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Path {
    /// The alerts, by place.
    pub alerts: Vec<Alert>,
    /// From the rule to the receiver, or to the broken edge, in words.
    pub route: Vec<String>,
    /// Where it ends: `paged quiet nobody off muted unknown`.
    pub ends: String,
    /// Why it cannot be followed further, or why nobody is called.
    pub because: Option<String>,
}

/// An alert on a path.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// Where the rule is.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Whether it says itself that somebody must come now.
    pub is_critical: bool,
    /// Its runbook as written.
    pub runbook: Option<String>,
}

/// Who is called, in which order.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Escalation {
    /// The services whose alerts come here, as declared, sorted.
    pub services: Vec<String>,
    /// Its name.
    pub name: String,
    /// The paging tool.
    pub tool: String,
    /// Where it is declared.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Why the steps are not (all) known.
    pub because: Option<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    /// Seconds after the page at which it begins, if every wait before it is stated.
    pub after_seconds: Option<u32>,
    /// Whom it calls.
    pub calls: Vec<Call>,
}

/// Whom a step calls.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Call {
    /// What it is: `schedule person team elsewhere`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Everybody in the schedule, if all are known.
    pub people: Option<Vec<String>>,
    /// Who takes turns at the time asked for, if that can be read; empty when nobody does.
    pub on_call: Option<Vec<String>>,
    /// The time zone of the schedule, if stated.
    pub zone: Option<String>,
    /// Why people or hours are not known.
    pub because: Option<String>,
}
