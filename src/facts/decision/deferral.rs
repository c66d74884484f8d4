//! Sentences of a decision that put something off or accept a risk.
//!
//! A phrase alone says little: the survey behind the catalogue found between none and two thirds of
//! the hits right. So each phrase has a place where it counts, and words that take it back; what is
//! quoted, in code, of an option that was not chosen, or of a rejected decision does not count.

use std::sync::LazyLock;

use regex::Regex;

use super::Document;
use super::vocabulary::{Cue, Where};
use crate::facts::deferral::condition::conditions;
use crate::facts::record::{label, sentences};
use crate::model::fact::{DecisionStatus, DeferralSentence};
use crate::parse::markdown::{Block, BlockKind};
use crate::text::date::first_date;
use crate::text::{cut, fold};

/// A longer sentence is shown by its beginning.
const MAX_TEXT_CHARS: usize = 400;
/// A record that puts off more than this is a plan, and all of it is of a kind.
const MAX_DEFERRALS: usize = 25;

/// Every deferral of a record, in order. A rejected decision puts nothing off.
pub(super) fn read(document: &Document<'_>, status: DecisionStatus) -> Vec<DeferralSentence> {
    if status == DecisionStatus::Rejected {
        return Vec::new();
    }
    let mut found: Vec<DeferralSentence> = Vec::new();
    for (index, block) in document.markdown.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Code(_) | BlockKind::Html | BlockKind::Heading(_))
            || is_quoted(document, block)
        {
            continue;
        }
        let weight = weight(document, index);
        for sentence in sentences(&block.text).into_iter().filter(|sentence| !is_withdrawn(sentence)) {
            // "We will have to do the following:" says it below, item by item.
            if sentence.ends_with(':') {
                continue;
            }
            let cue = document.words.cue.iter().find(|cue| counts(cue, weight) && says(cue, block, sentence));
            if let Some(cue) = cue {
                found.push(DeferralSentence {
                    at: block.at,
                    text: cut(&fold(sentence), MAX_TEXT_CHARS),
                    due: due(sentence),
                    conditions: conditions(sentence),
                    cue: cue.name.clone(),
                    kind: cue.kind.clone(),
                });
            }
        }
    }
    found.truncate(MAX_DEFERRALS);
    found
}

/// How much the place of a block says: its nearest telling heading decides.
pub(super) fn weight(document: &Document<'_>, index: usize) -> Where {
    let section = &document.words.section;
    for name in document.outline.path(index) {
        let name = label(&name).to_lowercase();
        if section.weak.is_in(&name) {
            return Where::Any;
        }
        if section.strong.is_in(&name) {
            return Where::Strong;
        }
    }
    Where::Open
}

fn counts(cue: &Cue, place: Where) -> bool {
    match cue.r#where {
        Where::Any => true,
        Where::Open => place != Where::Any,
        Where::Strong => place == Where::Strong,
    }
}

/// A phrase in code is the name of something.
pub(super) fn says(cue: &Cue, block: &Block, sentence: &str) -> bool {
    let is_taken_back = cue.unless.as_ref().is_some_and(|unless| unless.is_in(sentence));
    let found = cue.pattern.find(sentence).filter(|_| !is_taken_back);
    found.is_some_and(|found| !block.codes.iter().any(|code| code == found.as_str()))
}

/// `> …` repeats somebody else's words.
pub(super) fn is_quoted(document: &Document<'_>, block: &Block) -> bool {
    let text = &document.file.text;
    let start = block.at.start as usize;
    let line_start = text.get(..start).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
    text.get(line_start..).is_some_and(|line| line.trim_start().starts_with('>'))
}

pub(super) fn is_withdrawn(sentence: &str) -> bool {
    sentence.starts_with("~~") && sentence.trim_end_matches('.').ends_with("~~")
}

/// When it falls due: a day, or the words of the condition.
fn due(sentence: &str) -> Option<String> {
    static CONDITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?xi)
            \b(?: after\ \d+\ (?:days?|weeks?|months?|years?)                       # after 6 months
              | in\ (?:\d+|six|three|two|twelve)\ (?:weeks|months|years)            # in six months
              | (?:until\ after|by|before)\ the\ [\w/\ -]{3,40}?(?:launch|release|migration|go-?live)
              | (?:once|when|until|as\ soon\ as)\ [^.,;]{4,80}                   # once X is done
              )",
        )
        .ok()
    });
    if let Some(day) = first_date(sentence) {
        return Some(day.to_string());
    }
    CONDITION.as_ref()?.find(sentence).map(|m| fold(m.as_str()))
}
