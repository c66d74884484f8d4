//! One action item, and what a report without a list of them still leaves open.

use super::detail::{due, owner};
use super::{Document, is_boilerplate};
use crate::facts::record::{issue, label};
use crate::model::fact::{ActionItem, ActionState};
use crate::parse::markdown::{Block, BlockKind};
use crate::text::cut;

/// A longer item is told in its first words.
const MAX_TEXT_CHARS: usize = 400;

/// What a report without a section for promises says is still going on, below its resolution.
pub(super) fn left_open(document: &Document<'_>) -> Vec<ActionItem> {
    let section = &document.words.section;
    let mut found = Vec::new();
    let mut lead: Option<u8> = None;
    for (index, block) in document.markdown.blocks.iter().enumerate() {
        let BlockKind::Item { depth, .. } = block.kind else {
            lead = None;
            continue;
        };
        if lead.is_some_and(|open| depth <= open) {
            lead = None;
        }
        let is_below =
            lead.is_some() || document.outline.path(index).any(|name| section.resolution.is_in(&name));
        if block.lead.as_deref().is_some_and(|name| section.resolution.is_in(&label(name))) {
            lead = Some(depth);
        } else if is_below && document.words.action.open.is_in(&block.text) {
            found.push(plain_item(document, block, &block.text, ActionState::Open));
        }
    }
    found
}

/// An item with what its text says of owner, day and ticket.
pub(super) fn plain_item(
    document: &Document<'_>,
    block: &Block,
    text: &str,
    state: ActionState,
) -> ActionItem {
    let linked = block.links.iter().find_map(|link| issue(&link.url));
    ActionItem {
        at: block.at,
        text: cut(text, MAX_TEXT_CHARS),
        state,
        owner: owner(text).filter(|name| !is_boilerplate(document, name)),
        due: due(text),
        ticket: linked.or_else(|| issue(text)),
        is_only_talk: document.words.action.soft.is_in(text) && !document.words.action.structural.is_in(text),
    }
}

/// The text of a block after its bold lead.
pub(super) fn after_lead(block: &Block) -> String {
    let lead = block.lead.as_deref().unwrap_or_default();
    let rest = block.text.strip_prefix(lead).unwrap_or(&block.text);
    rest.trim_start_matches([':', ' ']).to_owned()
}
