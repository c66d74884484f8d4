//! Action items in every form, with the state they state.
//!
//! Items are the checkboxes, bullets, numbers and table rows below a heading or a bold lead that
//! promises something; paragraphs only where there is nothing else, and only those that promise or
//! ask. What is nested below an item is a detail of it, unless the item only announces what is below.
//! An item that states nothing has no state: "created a ticket" is filed, not done. A section that only
//! says what should change ("Prevention") counts where the report has no list of action items.
//!
//! - `state`: what a text states about itself
//! - `detail`: owner, due date
//! - `item`: one item, and what a report without a list still leaves open

mod detail;
mod item;
mod state;

use super::Document;
use crate::facts::record::{issue, label};
use crate::model::fact::{ActionItem, ActionState};
use crate::parse::markdown::{Block, BlockKind};
use crate::text::fold;
use detail::iso;
use item::{after_lead, left_open, plain_item};
use state::Issues;

/// What opened the stretch of promises that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    /// A heading of this level; ends at the next of its level or higher.
    Heading(u8),
    /// A bold lead at this depth (0 for a paragraph); ends at the next lead not deeper.
    Lead(u8),
}

/// A candidate before it is known what is nested below it.
struct Candidate<'a> {
    block: &'a Block,
    depth: u8,
    checked: Option<bool>,
    text: String,
    group: Group,
}

/// What the heading of a group says about all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Group {
    #[default]
    Unstated,
    Done,
    Open,
}

#[derive(Default)]
struct Columns {
    what: usize,
    owner: Option<usize>,
    state: Option<usize>,
    due: Option<usize>,
    ticket: Option<usize>,
}

struct Reader<'a> {
    document: &'a Document<'a>,
    issues: Issues,
    opened: Option<Opened>,
    /// The stretch only says what should change.
    is_plan: bool,
    /// Below a heading inside the stretch that is something else after all.
    is_aside: bool,
    group: Group,
    /// Whether the group has a heading of its own, and what stood before it.
    has_own_heading: bool,
    before_group: usize,
    columns: Option<Columns>,
    candidates: Vec<Candidate<'a>>,
    /// Paragraphs of the group, for when it holds nothing else.
    paragraphs: Vec<(&'a Block, String)>,
    /// Promises in paragraphs of groups without a list.
    prose: Vec<ActionItem>,
    rows: Vec<ActionItem>,
    marked: Vec<ActionItem>,
    /// What was found, and whether in a stretch that only says what should change.
    found: Vec<(ActionItem, bool)>,
    saw_section: bool,
}

/// All promises in order, and whether there is a section for them at all.
pub(super) fn read(document: &Document<'_>) -> (Vec<ActionItem>, bool) {
    let mut reader = Reader {
        document,
        issues: Issues::read(document),
        opened: None,
        is_plan: false,
        is_aside: false,
        group: Group::default(),
        has_own_heading: false,
        before_group: 0,
        columns: None,
        candidates: Vec::new(),
        paragraphs: Vec::new(),
        prose: Vec::new(),
        rows: Vec::new(),
        marked: Vec::new(),
        found: Vec::new(),
        saw_section: false,
    };
    for block in &document.markdown.blocks {
        reader.block(block);
    }
    reader.close();
    let has_list = reader.found.iter().any(|(_, is_plan)| !is_plan);
    let mut found: Vec<ActionItem> = reader
        .found
        .into_iter()
        .filter(|(_, is_plan)| !(has_list && *is_plan))
        .map(|(item, _)| item)
        .collect();
    found.extend(reader.marked);
    if found.is_empty() && !reader.saw_section {
        found = left_open(document);
    }
    found.sort_by_key(|item| item.at);
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|item| seen.insert(item.text.clone()));
    (found, reader.saw_section)
}

/// Whether a text was left over from a template.
pub(super) fn is_boilerplate(document: &Document<'_>, text: &str) -> bool {
    document.words.action.boilerplate.is_in(text.trim())
}

impl<'a> Reader<'a> {
    fn block(&mut self, block: &'a Block) {
        match &block.kind {
            BlockKind::Heading(level) => self.heading(*level, &label(&block.text)),
            BlockKind::Item { depth, checked, .. } => self.line(block, *depth, *checked),
            BlockKind::Paragraph => self.line(block, 0, None),
            BlockKind::Row { cells, is_header } => self.row(block, cells, *is_header),
            BlockKind::Code(_) | BlockKind::Html => {}
        }
    }

    fn heading(&mut self, level: u8, name: &str) {
        let section = &self.document.words.section;
        if let Some(Opened::Heading(outer)) = self.opened
            && level > outer
        {
            self.end_group();
            self.is_aside = section.not_action.is_in(name);
            self.group = self.group_of(name);
            self.has_own_heading = true;
            return;
        }
        self.close();
        if level > 1 && self.is_promising(name) {
            self.open(Opened::Heading(level), name);
        }
    }

    /// Whether a heading or a lead opens a stretch of promises.
    fn is_promising(&self, name: &str) -> bool {
        let section = &self.document.words.section;
        (section.action.is_in(name) || section.plan.is_in(name)) && !section.not_action.is_in(name)
    }

    fn group_of(&self, name: &str) -> Group {
        let section = &self.document.words.section;
        if section.done_group.is_in(name) {
            Group::Done
        } else if section.open_group.is_in(name) {
            Group::Open
        } else {
            Group::Unstated
        }
    }

    fn open(&mut self, opened: Opened, name: &str) {
        self.opened = Some(opened);
        self.is_plan = !self.document.words.section.action.is_in(name);
        self.saw_section = true;
        self.has_own_heading = false;
        self.before_group = 0;
        self.group = self.group_of(name);
    }

    /// Keeps the promises of the group's paragraphs when the group holds nothing else.
    fn end_group(&mut self) {
        let paragraphs = std::mem::take(&mut self.paragraphs);
        let count = self.candidates.len() + self.rows.len();
        if self.has_own_heading && count == self.before_group {
            let found = self.promised(&paragraphs);
            self.prose.extend(found);
        } else if !self.has_own_heading {
            self.paragraphs = paragraphs;
        }
        self.before_group = count;
    }

    fn promised(&self, paragraphs: &[(&'a Block, String)]) -> Vec<ActionItem> {
        let promises = paragraphs.iter().filter(|(_, text)| self.is_real(text) && self.promises(text));
        promises.map(|(block, text)| self.item(block, text, None, self.group)).collect()
    }

    fn line(&mut self, block: &'a Block, depth: u8, checked: Option<bool>) {
        let lead = block.lead.as_deref().map(label).unwrap_or_default();
        if let Some(Opened::Lead(outer)) = self.opened
            && !lead.is_empty()
            && depth <= outer
        {
            self.close();
        }
        let is_marked = matches!(lead.as_str(), "TODO" | "DONE" | "DOING");
        if self.opened.is_none() && !is_marked && self.is_promising(&lead) {
            self.open(Opened::Lead(depth), &lead);
            let rest = after_lead(block);
            if rest.split_whitespace().count() > 2 {
                self.paragraphs.push((block, rest));
            }
            return;
        }
        if self.opened.is_none() && is_marked && !is_boilerplate(self.document, &block.text) {
            let item = self.item(block, &block.text, None, Group::Unstated);
            self.marked.push(item);
        } else if self.opened.is_some() && !self.is_aside {
            match depth {
                0 => self.paragraphs.push((block, block.text.clone())),
                _ => self.candidates.push(Candidate {
                    block,
                    depth,
                    checked,
                    text: block.text.clone(),
                    group: self.group,
                }),
            }
        }
    }

    fn row(&mut self, block: &'a Block, cells: &[String], is_header: bool) {
        if self.opened.is_none() || self.is_aside {
            return;
        }
        let words = &self.document.words.action;
        if is_header {
            let find = |pattern: &crate::facts::record::Pattern| {
                cells.iter().position(|cell| pattern.is_in(&label(cell)))
            };
            self.columns = find(&words.column_what).map(|what| Columns {
                what,
                owner: find(&words.column_owner),
                state: find(&words.column_state),
                due: find(&words.column_due),
                ticket: find(&words.column_ticket).filter(|at| *at != what),
            });
            return;
        }
        let Some(columns) = &self.columns else { return };
        let cell =
            |at: Option<usize>| at.and_then(|at| cells.get(at)).map(|c| fold(c)).filter(|c| !c.is_empty());
        let Some(text) = cell(Some(columns.what)) else { return };
        if words.nothing.is_in(&text) || is_boilerplate(self.document, &text) {
            return;
        }
        let mut item = self.item(block, &text, None, self.group);
        if let Some(state) = cell(columns.state) {
            item.state = self.state_word(&state);
        }
        item.owner = cell(columns.owner).filter(|o| o.chars().any(char::is_alphanumeric)).or(item.owner);
        item.due = cell(columns.due).map(|due| iso(&due)).or(item.due);
        let reference = cell(columns.ticket);
        let of_row =
            block.links.iter().find(|link| link.url.contains("/commit/")).map(|link| link.url.as_str());
        if item.state == ActionState::Unstated
            && columns.ticket.is_some()
            && state::is_linked_done(self.document, block, reference.as_deref().or(of_row))
        {
            item.state = ActionState::Done;
        }
        item.ticket = item.ticket.or_else(|| reference.and_then(|cell| issue(&cell)));
        self.rows.push(item);
    }

    fn state_word(&self, word: &str) -> ActionState {
        let words = &self.document.words.action;
        if words.state_declined.is_in(word) {
            ActionState::Declined
        } else if words.state_open.is_in(word) {
            ActionState::Open
        } else if words.state_done.is_in(word) {
            ActionState::Done
        } else {
            ActionState::Unstated
        }
    }

    fn is_real(&self, text: &str) -> bool {
        let words = &self.document.words.action;
        !text.trim().is_empty()
            && !words.nothing.is_in(text)
            && !words.hindsight.is_in(text)
            && !is_boilerplate(self.document, text)
    }

    /// Ends the stretch and keeps what it held.
    fn close(&mut self) {
        if self.opened.is_some() {
            self.end_group();
        }
        let candidates = std::mem::take(&mut self.candidates);
        let paragraphs = std::mem::take(&mut self.paragraphs);
        let mut found = std::mem::take(&mut self.rows);
        found.append(&mut self.prose);
        for (index, candidate) in candidates.iter().enumerate() {
            if self.is_real(&candidate.text) && self.stands(&candidates, index) {
                let mut item =
                    self.item(candidate.block, &candidate.text, candidate.checked, candidate.group);
                if self.is_said_done(&candidates, index) {
                    item.state = ActionState::Done;
                }
                found.push(item);
            }
        }
        if found.is_empty() && candidates.is_empty() {
            found.extend(self.promised(&paragraphs));
        }
        let is_plan = self.is_plan;
        self.found.extend(found.into_iter().map(|item| (item, is_plan)));
        self.opened = None;
        self.is_aside = false;
        self.group = Group::Unstated;
        self.has_own_heading = false;
        self.columns = None;
    }

    fn promises(&self, text: &str) -> bool {
        let words = &self.document.words.action;
        crate::facts::record::sentences(text).iter().any(|sentence| words.promise.is_in(sentence))
            || words.done.is_in(text)
            || words.open.is_in(text)
            || words.asks.is_in(text)
    }

    /// Whether a line right below says nothing but that the item is done.
    fn is_said_done(&self, all: &[Candidate<'_>], index: usize) -> bool {
        let Some(own) = all.get(index) else { return false };
        let mut below = all.iter().skip(index + 1).take_while(|c| c.depth > own.depth);
        own.checked.is_none() && below.any(|c| state::only_says_done(self.document, &c.text))
    }

    /// Whether a candidate is an item of its own: not a detail below one, nor the title of those below.
    fn stands(&self, all: &[Candidate<'_>], index: usize) -> bool {
        let Some(own) = all.get(index) else { return false };
        let parent = all.iter().take(index).rev().find(|c| c.depth < own.depth);
        if let Some(parent) = parent {
            let at = all.iter().position(|c| std::ptr::eq(c, parent)).unwrap_or_default();
            if !self.announces(all, at) || (parent.checked.is_some() && own.checked.is_none()) {
                return false;
            }
        }
        !self.announces(all, index)
    }

    /// Whether a candidate only announces the items below it.
    fn announces(&self, all: &[Candidate<'_>], index: usize) -> bool {
        let Some(own) = all.get(index) else { return false };
        let below: Vec<&Candidate<'_>> =
            all.iter().skip(index + 1).take_while(|c| c.depth > own.depth).collect();
        let below: Vec<&Candidate<'_>> =
            below.into_iter().filter(|c| !state::only_says_done(self.document, &c.text)).collect();
        if below.is_empty() || own.checked.is_some() {
            return false;
        }
        own.text.trim_end().ends_with(':')
            || below.iter().any(|c| c.checked.is_some())
            || below.iter().any(|c| state::stated(self.document, &c.text) != ActionState::Unstated)
    }

    fn item(&self, block: &Block, text: &str, checked: Option<bool>, group: Group) -> ActionItem {
        let mut item = plain_item(self.document, block, text, ActionState::Unstated);
        item.state = match (checked, state::stated(self.document, text), group) {
            (Some(true), _, _) => ActionState::Done,
            (Some(false), _, _) => ActionState::Open,
            (None, ActionState::Unstated, Group::Done) => ActionState::Done,
            (None, ActionState::Unstated, Group::Open) => ActionState::Open,
            (None, ActionState::Unstated, Group::Unstated) => self.issues.state(item.ticket.as_ref()),
            (None, stated, _) => stated,
        };
        item
    }
}
