//! Action items in every form, with the state they state.
//!
//! Items are the checkboxes, bullets, numbers and table rows below a heading or a bold lead that
//! promises something; paragraphs only where there is nothing else, and only those that promise or
//! ask. What is nested below an item is a detail of it, unless the item only announces what is below.
//! An item that states nothing has no state: "created a ticket" is filed, not done.

use std::sync::LazyLock;

use regex::Regex;

use super::Document;
use crate::facts::record::{issue, label};
use crate::model::fact::{ActionItem, ActionState};
use crate::parse::markdown::{Block, BlockKind};
use crate::text::date::{Day, first_date, named_date};
use crate::text::{cut, fold};

/// A longer item is told in its first words.
const MAX_TEXT_CHARS: usize = 400;

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
    in_done_group: bool,
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
    opened: Option<Opened>,
    /// Below a heading inside the stretch that is something else after all.
    is_aside: bool,
    in_done_group: bool,
    columns: Option<Columns>,
    candidates: Vec<Candidate<'a>>,
    /// Paragraphs of the stretch, for when it holds nothing else.
    paragraphs: Vec<(&'a Block, String)>,
    rows: Vec<ActionItem>,
    marked: Vec<ActionItem>,
    found: Vec<ActionItem>,
    saw_section: bool,
}

/// All promises in order, and whether there is a section for them at all.
pub(super) fn read(document: &Document<'_>) -> (Vec<ActionItem>, bool) {
    let mut reader = Reader {
        document,
        opened: None,
        is_aside: false,
        in_done_group: false,
        columns: None,
        candidates: Vec::new(),
        paragraphs: Vec::new(),
        rows: Vec::new(),
        marked: Vec::new(),
        found: Vec::new(),
        saw_section: false,
    };
    for block in &document.markdown.blocks {
        reader.block(block);
    }
    reader.close();
    let mut found = reader.found;
    found.extend(reader.marked);
    found.sort_by_key(|item| item.at);
    found.dedup_by(|a, b| a.at == b.at && a.text == b.text);
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
            self.is_aside = section.not_action.is_in(name);
            self.in_done_group = section.done_group.is_in(name);
            return;
        }
        self.close();
        if level > 1 && section.action.is_in(name) && !section.not_action.is_in(name) {
            self.open(Opened::Heading(level), name);
        }
    }

    fn open(&mut self, opened: Opened, name: &str) {
        self.opened = Some(opened);
        self.saw_section = true;
        self.in_done_group = self.document.words.section.done_group.is_in(name);
    }

    fn line(&mut self, block: &'a Block, depth: u8, checked: Option<bool>) {
        let section = &self.document.words.section;
        let lead = block.lead.as_deref().map(label).unwrap_or_default();
        if let Some(Opened::Lead(outer)) = self.opened
            && !lead.is_empty()
            && depth <= outer
        {
            self.close();
        }
        let is_marked = matches!(lead.as_str(), "TODO" | "DONE" | "DOING");
        if self.opened.is_none()
            && !is_marked
            && section.action.is_in(&lead)
            && !section.not_action.is_in(&lead)
        {
            self.open(Opened::Lead(depth), &lead);
            let rest = after_lead(block);
            if rest.split_whitespace().count() > 2 {
                self.paragraphs.push((block, rest));
            }
            return;
        }
        if self.opened.is_none() && is_marked && !is_boilerplate(self.document, &block.text) {
            let item = self.item(block, &block.text, None, false);
            self.marked.push(item);
        } else if self.opened.is_some() && !self.is_aside {
            match depth {
                0 => self.paragraphs.push((block, block.text.clone())),
                _ => self.candidates.push(Candidate {
                    block,
                    depth,
                    checked,
                    text: block.text.clone(),
                    in_done_group: self.in_done_group,
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
        let mut item = self.item(block, &text, None, self.in_done_group);
        if let Some(state) = cell(columns.state) {
            item.state = self.state_word(&state);
        }
        item.owner = cell(columns.owner).filter(|o| o.chars().any(char::is_alphanumeric)).or(item.owner);
        item.due = cell(columns.due).map(|due| iso(&due)).or(item.due);
        item.ticket = item.ticket.or_else(|| cell(columns.ticket).and_then(|cell| issue(&cell)));
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

    /// Ends the stretch and keeps what it held.
    fn close(&mut self) {
        let candidates = std::mem::take(&mut self.candidates);
        let paragraphs = std::mem::take(&mut self.paragraphs);
        let mut found = std::mem::take(&mut self.rows);
        let words = &self.document.words.action;
        let is_real = |text: &str| {
            !text.trim().is_empty() && !words.nothing.is_in(text) && !is_boilerplate(self.document, text)
        };
        for (index, candidate) in candidates.iter().enumerate() {
            if is_real(&candidate.text) && self.stands(&candidates, index) {
                found.push(self.item(
                    candidate.block,
                    &candidate.text,
                    candidate.checked,
                    candidate.in_done_group,
                ));
            }
        }
        if found.is_empty() && candidates.is_empty() {
            let promises = paragraphs.iter().filter(|(_, text)| is_real(text) && self.promises(text));
            found.extend(promises.map(|(block, text)| self.item(block, text, None, false)));
        }
        self.found.extend(found);
        self.opened = None;
        self.is_aside = false;
        self.in_done_group = false;
        self.columns = None;
    }

    fn promises(&self, text: &str) -> bool {
        let words = &self.document.words.action;
        crate::facts::record::sentences(text).iter().any(|sentence| words.promise.is_in(sentence))
            || words.done.is_in(text)
            || words.open.is_in(text)
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
        if below.is_empty() || own.checked.is_some() {
            return false;
        }
        own.text.trim_end().ends_with(':')
            || below.iter().any(|c| c.checked.is_some())
            || below.iter().any(|c| self.stated(&c.text) != ActionState::Unstated)
    }

    fn stated(&self, text: &str) -> ActionState {
        let words = &self.document.words.action;
        if words.declined.is_in(text) {
            ActionState::Declined
        } else if words.done.is_in(text) {
            ActionState::Done
        } else if words.open.is_in(text) {
            ActionState::Open
        } else {
            ActionState::Unstated
        }
    }

    fn item(&self, block: &Block, text: &str, checked: Option<bool>, in_done_group: bool) -> ActionItem {
        let state = match (checked, self.stated(text)) {
            (Some(true), _) => ActionState::Done,
            (Some(false), _) => ActionState::Open,
            (None, ActionState::Unstated) if in_done_group => ActionState::Done,
            (None, stated) => stated,
        };
        let linked = block.links.iter().find_map(|link| issue(&link.url));
        ActionItem {
            at: block.at,
            text: cut(text, MAX_TEXT_CHARS),
            state,
            owner: owner(text),
            due: due(text),
            ticket: linked.or_else(|| issue(text)),
        }
    }
}

fn after_lead(block: &Block) -> String {
    let lead = block.lead.as_deref().unwrap_or_default();
    let rest = block.text.strip_prefix(lead).unwrap_or(&block.text);
    rest.trim_start_matches([':', ' ']).to_owned()
}

fn owner(text: &str) -> Option<String> {
    static OWNER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            ^\W*(?P<starts>@[\w-]+)\s+(?:will|to|is|should)\b              # @name will …
            | [(\[]\s*(?P<ends>@[\w-]+)\s*[)\]]\s*$                        # … (@name)
            | \(\s*\#\d+\s*,\s*(?P<listed>[A-Za-z][^,()]{2,40})\s*[,)]         # (#12, name, …)
            | (?i:\b(?:owner|assignee|assigned\ to))\s*:\s*(?P<named>@?[\w][\w\ .-]{1,40})  # Owner: …
            ",
        )
        .ok()
    });
    let found = OWNER.as_ref()?.captures(text)?;
    let name = ["starts", "ends", "listed", "named"].iter().find_map(|form| found.name(form))?;
    Some(fold(name.as_str()))
}

fn due(text: &str) -> Option<String> {
    static DUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:due(?: date| by| on)?|deadline|by|before)\s*:?\s+(?P<rest>.{6,30})").ok()
    });
    let found = DUE.as_ref()?.captures(text)?;
    first_date(found.name("rest")?.as_str()).map(|date| date.to_string())
}

fn iso(due: &str) -> String {
    named_date(due).and_then(Day::sure).map_or_else(|| due.to_owned(), |date| date.to_string())
}
