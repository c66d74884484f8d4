//! What is asked of history, and how the answer is remembered.
//!
//! One entry of the cache per repository: the name of the question, then the answer. A new commit, a
//! new day or a new finding asks another question and replaces it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::answers::Answers;
use crate::links::FIX_DAYS;
use crate::model::fact::MentionKind;
use crate::model::thing::ActionVerdict;
use crate::model::{FactKind, FileFacts, History, Inventory, Place, RepoPath, Settings};
use crate::source::history::IncidentRequest;
use crate::source::{Cache, HistoryRequest, Repository, Snapshot, history};

/// Functions whose every line is asked for: those of the deferrals that weigh most so far. History
/// only moves a deferral by a few places, so the ones a report shows are among them.
const MOST_FUNCTIONS: usize = 30;
/// Lines of one function; a longer one is asked for in part.
const MOST_LINES: u32 = 150;

/// Asks for the age of every line that a finding or a deferral points at, and for the churn of
/// every file that states something.
pub(super) fn ask(
    snapshot: &Snapshot,
    files: &[(RepoPath, FileFacts)],
    inventory: &Inventory,
    answers: &Answers,
    settings: &Settings,
    name: &str,
) -> HistoryRequest {
    let mut request = HistoryRequest::new(settings.as_of);
    let mut line = |path: &RepoPath, line: u32| {
        request.wanted_lines.entry(path.clone()).or_default().insert(line);
    };
    for deferral in &inventory.deferrals {
        line(&deferral.span.path, deferral.span.at.line);
    }
    let functions = inventory.deferrals.iter().filter_map(|d| Some((&d.span.path, d.comment.function?)));
    for (path, (first, last)) in functions.take(MOST_FUNCTIONS) {
        (first..=last.min(first.saturating_add(MOST_LINES))).for_each(|number| line(path, number));
    }
    for action in inventory.incidents.iter().flat_map(|incident| &incident.actions) {
        if let ActionVerdict::Satisfied(kept) = &action.verdict {
            line(&kept.at.path, kept.at.at.line);
        }
    }
    for finding in &answers.findings {
        if let Place::At(span) = &finding.primary {
            line(&span.path, span.at.line);
        }
    }
    let mut has_owners = false;
    for (path, facts) in files {
        for fact in &facts.facts {
            match &fact.kind {
                // Whether one is a finding depends on releases, which only history knows.
                FactKind::Migration(file) => {
                    request.release_folders.insert(path.parent().to_owned());
                    line(path, file.way_back_at.line);
                }
                FactKind::Owner(_) => has_owners = true,
                _ => {}
            }
        }
    }
    request.incidents = of_incidents(inventory, name);
    request.files = if has_owners {
        snapshot.files.iter().map(|file| file.path.clone()).collect()
    } else {
        files.iter().map(|(path, _)| path.clone()).collect::<BTreeSet<_>>()
    };
    request
}

/// What incidents ask: the commits of their days, and those that their reports name. `name` is the name
/// of this repository, which reports may write before the number of an issue.
fn of_incidents(inventory: &Inventory, name: &str) -> IncidentRequest {
    let mut request = IncidentRequest::default();
    for incident in &inventory.incidents {
        if let Some(first) = incident.date.as_deref().and_then(|date| date.parse::<Date>().ok()) {
            request.days.insert((first, first.saturating_add(jiff::Span::new().days(FIX_DAYS))));
        }
        for mention in &incident.report.mentions {
            match mention.kind {
                MentionKind::Commit => {
                    request.commits.insert(mention.what.to_lowercase());
                }
                MentionKind::Issue => request.numbers.extend(number_here(&mention.what, name)),
                _ => {}
            }
        }
        for action in &incident.actions {
            let ticket = action.ticket.as_ref();
            let number = ticket.and_then(|ticket| number_here(ticket, name));
            request.tickets.extend(ticket.cloned().zip(number));
            request.made.extend(action.makes.clone());
        }
    }
    request
}

/// The number of an issue of this repository.
fn number_here(what: &str, name: &str) -> Option<u32> {
    let (before, number) = what.split_once('#')?;
    (before.is_empty() || before.eq_ignore_ascii_case(name)).then(|| number.parse().ok())?
}

/// Reads history, or recalls it.
pub(super) fn read(cache: &Cache, repository: &Repository, request: HistoryRequest) -> History {
    let question = if cache.is_on() { history::memory_name(repository, &request) } else { None };
    let Some(question) = question else { return history::read_history(repository, request) };
    let entry = entry_name(repository);
    let remembered = cache
        .read(&entry)
        .and_then(|bytes| history::from_bytes(bytes.strip_prefix(question.as_bytes())?.strip_prefix(b"\n")?));
    if let Some(remembered) = remembered {
        return remembered;
    }
    let fresh = history::read_history(repository, request);
    if let Some(bytes) = history::to_bytes(&fresh) {
        cache.write(&entry, &[question.as_bytes(), b"\n", &bytes].concat());
    }
    fresh
}

fn entry_name(repository: &Repository) -> String {
    format!("history-{}", super::store::place(repository))
}
