//! Who is called, as code: services, escalations and schedules of a paging tool.

use crate::model::Span;

/// What alerts are about, in a paging tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagedService {
    /// Where it is declared.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// The paging tool.
    pub tool: String,
    /// Index into `Inventory::escalations` of who is called for it.
    pub escalation: Option<usize>,
    /// Why that is not known, in words that follow "service X".
    pub unread: Option<String>,
}

/// Who is called, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Where it is declared.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// The paging tool.
    pub tool: String,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Why the steps are not (all) known.
    pub unread: Option<String>,
}

/// One step of an escalation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Seconds until the next step, if stated.
    pub wait_seconds: Option<u32>,
    /// Who is called, in the order of the file.
    pub targets: Vec<Target>,
}

/// Whom a step calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Whoever is on call: index into `Inventory::rotas`.
    Rota(usize),
    /// One person, as the file names them.
    Person(String),
    /// A team, as the file names it.
    Team(String),
    /// Something that is not declared here, as written.
    Elsewhere(String),
}

/// Who takes turns, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rota {
    /// Where it is declared.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// The paging tool.
    pub tool: String,
    /// Its layers.
    pub shifts: Vec<Shift>,
    /// The time zone of its hours, if stated.
    pub zone: Option<String>,
    /// Why people or layers are not (all) known.
    pub unread: Option<String>,
}

/// One layer of a rota.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// The people in it, as the file names them, in order and without doubles.
    pub people: Vec<String>,
    /// Covered minutes of the week from Monday 00:00 in the schedule's own time zone, half open; `None`
    /// when the hours cannot be read.
    pub hours: Option<Vec<(u16, u16)>>,
}
