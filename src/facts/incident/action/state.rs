//! What the text of an item states about itself.
//!
//! Only what is written counts: a mark, a word, a past tense with its object. A ticket that was filed
//! is not a deed, and a deed that leaves something to do is not done.

use super::Document;
use crate::facts::record::sentences;
use crate::model::fact::ActionState;
use crate::parse::markdown::Block;

/// The state that a text states.
pub(super) fn stated(document: &Document<'_>, text: &str) -> ActionState {
    let words = &document.words.action;
    if words.declined.is_in(text) {
        ActionState::Declined
    } else if words.done.is_in(text) {
        ActionState::Done
    } else if words.open.is_in(text) || words.asks.is_in(text) {
        ActionState::Open
    } else if is_told(document, text) {
        ActionState::Done
    } else {
        ActionState::Unstated
    }
}

/// Whether the text tells a deed in the past, all of it.
fn is_told(document: &Document<'_>, text: &str) -> bool {
    let words = &document.words.action;
    let Some(first) = sentences(text).into_iter().next() else { return false };
    let is_contact =
        text.to_lowercase().contains("support ticket") || text.to_lowercase().contains("support case");
    (words.past.is_in(first) || words.passive.is_in(first))
        && !words.unfinished.is_in(text)
        && (is_contact || !words.filed.is_in(text))
}

/// Whether a line says nothing but that what stands above it is done.
pub(super) fn only_says_done(document: &Document<'_>, text: &str) -> bool {
    document.words.action.is_done.is_in(text)
}

/// Whether a link of the block, or the cell beside it, says that it is done: `[fixed](…)`, a commit.
pub(super) fn is_linked_done(document: &Document<'_>, block: &Block, cell: Option<&str>) -> bool {
    let word = &document.words.action.done_word;
    block.links.iter().any(|link| word.is_in(&link.text))
        || cell.is_some_and(|cell| word.is_in(cell) || cell.contains("/commit/"))
}

/// Issues that the report says are open, or done, somewhere else than in the item itself.
#[derive(Default)]
pub(super) struct Issues {
    open: Vec<String>,
    done: Vec<String>,
}

impl Issues {
    /// Reads every sentence that names an issue and says how it stands.
    pub(super) fn read(document: &Document<'_>) -> Self {
        let mut found = Self::default();
        let words = &document.words.action;
        for block in &document.markdown.blocks {
            for link in block.links.iter().filter(|link| words.done_word.is_in(&link.text)) {
                found.done.extend(super::issue(&link.url));
            }
            if words.said_open.is_in(&block.text) {
                for sentence in sentences(&block.text).into_iter().filter(|s| words.said_open.is_in(s)) {
                    let linked = block.links.iter().filter(|link| sentence.contains(&link.text));
                    found.open.extend(linked.filter_map(|link| super::issue(&link.url)));
                }
            }
        }
        found.open.retain(|issue| !found.done.contains(issue));
        found
    }

    /// The state of an item that promises this ticket.
    pub(super) fn state(&self, ticket: Option<&String>) -> ActionState {
        match ticket {
            Some(ticket) if self.done.contains(ticket) => ActionState::Done,
            Some(ticket) if self.open.contains(ticket) => ActionState::Open,
            _ => ActionState::Unstated,
        }
    }
}
