//! What a dependency is known by: the words under which alerts, pages and reports speak of it.

use crate::model::Span;
use crate::model::fact::OutgoingCall;
use crate::model::thing::{Alert, Datastore, Incident, RunbookPage, Shown};
use crate::rules::Dependencies;

use super::World;

/// A shorter word stands in too many names.
const LEAST_LETTERS: usize = 4;
/// The mechanism of reports that speak of a dependency that did not answer.
const HANGS: &str = "timeout-or-probe";

/// The words of a dependency.
pub(super) struct Known {
    words: Vec<String>,
}

impl Known {
    /// A store: by its name, and by its engine.
    pub(super) fn store(store: &Datastore) -> Self {
        let own = Dependencies::get().map(|known| known.telling_words(&store.name)).unwrap_or_default();
        let name = store.name.to_ascii_lowercase();
        let is_telling = own.iter().any(|word| word.len() >= LEAST_LETTERS);
        let mut words: Vec<String> =
            Dependencies::get().map(|known| known.words_of(&store.engine).to_vec()).unwrap_or_default();
        if is_telling && name.len() > LEAST_LETTERS {
            words.push(name);
        }
        Self { words }
    }

    /// A service: by its host, and by the words of its name that are its own.
    pub(super) fn call(call: &OutgoingCall) -> Self {
        let Some(name) = &call.dependency else { return Self { words: Vec::new() } };
        let mut words = Vec::new();
        if call.is_host {
            words.push(name.clone());
            // The name before the last dot is the party's own: `api.stripe.test` is `stripe`.
            let labels: Vec<&str> = name.split('.').collect();
            let own = labels.iter().rev().skip(1).map(|label| (*label).to_owned());
            let own = own.filter(|label| {
                Dependencies::get().is_some_and(|known| known.telling_words(label).len() == 1)
            });
            words.extend(own.take(1));
        } else {
            let own = Dependencies::get().map(|known| known.telling_words(name)).unwrap_or_default();
            if own.is_empty() {
                words.push(name.to_ascii_lowercase());
            }
            words.extend(own.into_iter().take(2));
        }
        words.retain(|word| word.len() >= LEAST_LETTERS);
        Self { words }
    }

    fn is_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.words.iter().any(|word| stands_in(word, &text))
    }

    /// The first alert that speaks of it and is not switched off.
    pub(super) fn alert(&self, world: &World<'_>) -> Option<Shown> {
        let is_on = |alert: &&Alert| alert.rule.disabled.is_none() && alert.is_for_people;
        let says = |alert: &&Alert| {
            self.is_in(&alert.rule.name)
                || alert.rule.expression.as_ref().is_some_and(|text| self.is_in(text))
        };
        let all: Vec<&Alert> = world.inventory.alerts.iter().filter(is_on).filter(says).collect();
        // One that is named after it tells more than one whose expression holds its name.
        let named = all.iter().find(|alert| self.is_in(&alert.rule.name));
        let alert = named.or(all.first())?;
        let more = if all.len() > 1 { format!(" and {} more", all.len() - 1) } else { String::new() };
        Some(Shown { says: format!("alert {}{more}", alert.rule.name), span: Some(alert.span.clone()) })
    }

    /// The runbook that is about it.
    pub(super) fn page(&self, world: &World<'_>) -> Option<Shown> {
        let about = |page: &&RunbookPage| page.page.stub.is_none() && self.is_in(&page.page.title);
        let page = world.inventory.runbooks.iter().find(about)?;
        Some(Shown { says: format!("page \"{}\"", page.page.title), span: Some(page.span.clone()) })
    }

    /// The last report in which it failed.
    pub(super) fn incident(&self, world: &World<'_>) -> Option<Shown> {
        let incident = world.inventory.incidents.iter().rev().find(|incident| self.is_of(incident))?;
        let day = incident.date.as_deref().unwrap_or("undated");
        Some(Shown { says: format!("{} ({day})", incident.report.title), span: Some(incident.span.clone()) })
    }

    /// The last report in which it did not answer in time.
    pub(super) fn hung<'w>(&self, world: &World<'w>) -> Option<(&'w str, &'w Span)> {
        let hangs = |incident: &&Incident| {
            incident.report.mechanisms.iter().any(|mechanism| mechanism.id == HANGS) && self.is_of(incident)
        };
        let incident = world.inventory.incidents.iter().rev().find(hangs)?;
        Some((&incident.report.title, &incident.span))
    }

    fn is_of(&self, incident: &Incident) -> bool {
        self.is_in(&incident.report.title) || incident.report.components.iter().any(|name| self.is_in(name))
    }
}

/// Whether a word stands in a text with nothing of letters around it; both in lower case.
fn stands_in(word: &str, text: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let after = text.get(start + word.len()..).and_then(|t| t.chars().next());
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !is_letter(before) && (word.ends_with('_') || !is_letter(after) || word.len() > 6)
    })
}

#[cfg(test)]
mod tests {
    use super::stands_in;

    #[test]
    fn a_word_is_not_the_tail_of_another() {
        assert!(stands_in("redis", "redis_up == 0"));
        assert!(stands_in("postgres", "postgresqldown"));
        assert!(!stands_in("maps", "mapsize"));
        assert!(!stands_in("aurora", "restaurora"));
    }
}
