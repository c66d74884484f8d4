//! What history says of a promise: the commit that kept it, and the one that took that back.
//!
//! Two kinds of promises can be followed: one whose only ticket a commit closes, and one that makes a
//! file. What came before the incident kept no promise of its report. A text that names a ticket for
//! another reason than to do it ("blocked by", "see") is not followed, nor is one that asks. Where only
//! parts of what a commit brought were taken back, nothing here can tell.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::inventory::Material;
use crate::model::fact::ActionState;
use crate::model::thing::{ActionVerdict, Incident, Kept};
use crate::model::{Change, Closing, RepoPath, Span};
use crate::rules::catalog;

#[derive(Deserialize)]
struct Catalog {
    ticket: Words,
}

/// Words of a promise that names a ticket.
#[derive(Deserialize)]
struct Words {
    beside: String,
}

/// Whether a promise names its ticket for another reason than to do what the ticket asks.
fn is_beside(text: &str) -> bool {
    static BESIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let read: Catalog = toml::from_str(catalog("claims")).ok()?;
        RegexBuilder::new(&read.ticket.beside).case_insensitive(true).build().ok()
    });
    BESIDE.as_ref().is_none_or(|beside| beside.is_match(text))
}

/// One promise with what is known of it.
pub(super) struct Promise<'a> {
    pub(super) incident: &'a Incident,
    pub(super) state: ActionState,
    pub(super) text: &'a str,
    /// Its only ticket.
    pub(super) ticket: Option<&'a str>,
    /// The newest day on which it is promised.
    pub(super) promised: Option<Date>,
}

/// The commit that closed the ticket of a promise, or took that back.
pub(super) fn by_ticket(material: &Material<'_>, promise: &Promise<'_>) -> Option<ActionVerdict> {
    let ticket = promise.ticket.filter(|_| !is_beside(promise.text))?;
    let history = material.history;
    let promised = promise.promised?;
    // What a report still calls open was not closed before somebody last changed the report.
    let told = history.files.get(&promise.incident.span.path).and_then(|file| file.last_change);
    let is_after = |closing: &&Closing| {
        closing.by.date >= promised
            && (promise.state != ActionState::Open || told.is_some_and(|told| told < closing.by.date))
    };
    let mut closings = history.closings.iter().filter(|closing| closing.ticket == ticket).filter(is_after);
    let closing = closings.next()?;
    if let Some(lost) = taken_back(material, &closing.by) {
        let why = format!("{} kept it, and {} took that back", named(&closing.by), named(&lost));
        return Some(ActionVerdict::Regressed { why, by: lost });
    }
    let path = closing.paths.iter().find(|path| material.paths.contains(*path))?;
    Some(ActionVerdict::Satisfied(Kept { at: Span::file(path), by: Some(closing.by.clone()) }))
}

/// The commit that took another back, unless that was taken back in turn.
fn taken_back(material: &Material<'_>, by: &Change) -> Option<Change> {
    let reverts = &material.history.reverts;
    let of = |commit: &str| reverts.iter().find(|revert| revert.of.as_deref() == Some(commit));
    let revert = of(&by.commit)?;
    let lost = Change { commit: revert.commit.clone(), date: revert.date };
    of(&revert.commit).is_none().then_some(lost)
}

/// What became of the file that a promise makes; `stub` says that it is there without content.
pub(super) fn by_file(
    material: &Material<'_>,
    incident: &Incident,
    path: &RepoPath,
    is_stub: bool,
) -> Option<ActionVerdict> {
    let made = material.history.made.get(path);
    let happened: Option<Date> = incident.date.as_deref().and_then(|date| date.parse().ok());
    let added = made.and_then(|made| made.added.clone());
    // A test of that name may be anybody's: only its day ties it to the promise.
    if crate::text::role(path) == crate::text::Role::Test && added.is_none() {
        return None;
    }
    // What was there before was not made by the promise.
    if let (Some(added), Some(happened)) = (&added, happened)
        && added.date < happened
    {
        return None;
    }
    if material.paths.contains(path) {
        return (!is_stub)
            .then(|| ActionVerdict::Satisfied(Kept { at: Span::file(path), by: added.clone() }));
    }
    let (added, made) = (added.filter(|_| happened.is_some())?, made?);
    let removed = made.removed.clone()?;
    let is_moved =
        made.is_elsewhere || material.paths.iter().any(|other| other.file_name() == path.file_name());
    let why = format!("{} made {path}, and {} removed it", named(&added), named(&removed));
    (!is_moved).then_some(ActionVerdict::Regressed { why, by: removed })
}

/// A place of the tree as proof, with the commit its line came with; nothing when the line was there
/// before the incident.
pub(super) fn by_place(material: &Material<'_>, incident: &Incident, at: &Span) -> Option<ActionVerdict> {
    let origin = material.history.lines.get(&(at.path.clone(), at.at.line));
    let happened: Option<Date> = incident.date.as_deref().and_then(|date| date.parse().ok());
    if let (Some(origin), Some(happened)) = (origin, happened)
        && origin.date < happened
    {
        return None;
    }
    let by = origin.map(|origin| Change { commit: origin.commit.clone(), date: origin.date });
    Some(ActionVerdict::Satisfied(Kept { at: at.clone(), by }))
}

fn named(change: &Change) -> String {
    format!("commit {} of {}", change.short(), change.date)
}

#[cfg(test)]
mod tests {
    use super::is_beside;

    #[test]
    fn a_ticket_that_stands_in_the_way_is_not_what_is_promised() {
        for text in [
            "Notify us (currently blocked by #12)",
            "Before retrying, ensure the run is not taken back: #12",
            "Extend the tests of #12",
            "Why did #12 not help?",
            "Similar to #12",
        ] {
            assert!(is_beside(text), "{text}");
        }
        for text in ["Raise the limit #12", "Document the steps (#12)", "Add an alarm. Ticket #12"] {
            assert!(!is_beside(text), "{text}");
        }
    }
}
