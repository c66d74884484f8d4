//! Who is called, as code: services, escalations and schedules of a paging tool.

use crate::model::Span;

/// Minutes of a week, counted from Monday 00:00 in the schedule's own time zone.
pub const WEEK: u16 = 7 * 24 * 60;

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
    /// Covered minutes of the week, half open; `None` when the hours cannot be read.
    pub hours: Option<Vec<(u16, u16)>>,
}

impl Rota {
    /// Everybody in it; `None` when not all are known.
    pub fn people(&self) -> Option<Vec<&str>> {
        if self.unread.is_some() {
            return None;
        }
        let mut all: Vec<&str> =
            self.shifts.iter().flat_map(|s| s.people.iter().map(String::as_str)).collect();
        all.sort_unstable();
        all.dedup();
        Some(all)
    }

    /// Who may be on call at a minute of the week; `None` when that cannot be read.
    pub fn at(&self, minute: u16) -> Option<Vec<&str>> {
        if self.unread.is_some() || self.shifts.iter().any(|shift| shift.hours.is_none()) {
            return None;
        }
        let covers =
            |shift: &&Shift| shift.hours.iter().flatten().any(|(from, to)| (*from..*to).contains(&minute));
        let on: Vec<&Shift> = self.shifts.iter().filter(covers).collect();
        let mut people: Vec<&str> = on.iter().flat_map(|s| s.people.iter().map(String::as_str)).collect();
        people.sort_unstable();
        people.dedup();
        Some(people)
    }

    /// Minutes of the week without anybody, half open and merged; `None` when that cannot be read.
    pub fn gaps(&self) -> Option<Vec<(u16, u16)>> {
        if self.unread.is_some() {
            return None;
        }
        let mut covered = Vec::new();
        for shift in self.shifts.iter().filter(|shift| !shift.people.is_empty()) {
            covered.extend(shift.hours.as_ref()?.iter().copied());
        }
        covered.sort_unstable();
        let mut gaps = Vec::new();
        let mut reached = 0;
        for (from, to) in covered {
            if from > reached {
                gaps.push((reached, from));
            }
            reached = reached.max(to);
        }
        if reached < WEEK {
            gaps.push((reached, WEEK));
        }
        Some(gaps)
    }
}
