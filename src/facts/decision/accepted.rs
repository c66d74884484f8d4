//! What a decision takes: risks, drawbacks, and figures it takes for granted.
//!
//! A sentence counts as a risk when it says that something is accepted, or when its heading names
//! drawbacks; as an assumption when it expects something and gives a figure, or stands under a heading
//! of assumptions. It does not ask whether a figure still holds.

use super::Document;
use super::deferral::{is_quoted, is_withdrawn, says, weight};
use super::vocabulary::Where;
use crate::facts::record::sentences;
use crate::model::fact::{AcceptedRisk, Assumption, DecisionStatus};
use crate::parse::markdown::{Block, BlockKind};
use crate::text::{cut, fold};

/// A longer sentence is shown by its beginning.
const MAX_TEXT_CHARS: usize = 400;
/// A record that lists more is a register, and all of it is of a kind.
const MAX_FOUND: usize = 25;
/// Fewer words are a label: "None.", "Cost".
const MIN_WORDS: usize = 3;
const ACCEPTED: &str = "accepted-risk";
const NEGATIVE: &str = "negative-consequence";

/// Every risk and drawback, in order. A rejected decision takes none.
pub(super) fn risks(document: &Document<'_>, status: DecisionStatus) -> Vec<AcceptedRisk> {
    if status == DecisionStatus::Rejected {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, block) in told(document) {
        let place = weight(document, index);
        let is_negative = place != Where::Any
            && document
                .outline
                .path(index)
                .next()
                .is_some_and(|name| document.words.section.negative.is_in(&name));
        for sentence in told_sentences(block) {
            let cue = document.words.cue.iter().filter(|cue| cue.kind == ACCEPTED);
            let is_accepted = place != Where::Any && cue.into_iter().any(|cue| says(cue, block, sentence));
            let kind = match (is_accepted, is_negative) {
                (true, _) => ACCEPTED,
                (false, true) => NEGATIVE,
                _ => continue,
            };
            found.push(AcceptedRisk {
                at: block.at,
                text: cut(&fold(sentence), MAX_TEXT_CHARS),
                kind: kind.to_owned(),
            });
            // The rest of a listed drawback explains it.
            if !is_accepted {
                break;
            }
        }
    }
    found.truncate(MAX_FOUND);
    found
}

/// Every assumption, in order.
pub(super) fn assumptions(document: &Document<'_>) -> Vec<Assumption> {
    let words = &document.words.assumption;
    let mut found = Vec::new();
    for (index, block) in told(document) {
        let is_listed = document
            .outline
            .path(index)
            .next()
            .is_some_and(|name| document.words.section.assumptions.is_in(&name));
        // What was assumed of an option that was not chosen binds nobody.
        if !is_listed && is_of_option(document, index) {
            continue;
        }
        for sentence in told_sentences(block) {
            let figure = words.figure.find(sentence).map(|figure| fold(figure.as_str()));
            // A limit that somebody else sets, or an example, is no expectation.
            let is_given = words.not_bound.is_in(sentence);
            let is_assumed = !is_given && (words.phrase.is_in(sentence) || words.bound.is_in(sentence));
            if is_listed || is_assumed && figure.is_some() {
                let text = cut(&fold(sentence), MAX_TEXT_CHARS);
                found.push(Assumption { at: block.at, text, figure });
            }
        }
    }
    found.truncate(MAX_FOUND);
    found
}

fn is_of_option(document: &Document<'_>, index: usize) -> bool {
    document.outline.path(index).any(|name| document.words.section.options.is_in(&name))
}

/// Blocks in which the record itself speaks.
fn told<'a>(document: &'a Document<'_>) -> impl Iterator<Item = (usize, &'a Block)> {
    document.markdown.blocks.iter().enumerate().filter(|(_, block)| {
        !matches!(block.kind, BlockKind::Code(_) | BlockKind::Html | BlockKind::Heading(_))
            && !is_quoted(document, block)
    })
}

fn told_sentences(block: &Block) -> impl Iterator<Item = &str> {
    sentences(&block.text).into_iter().filter(|sentence| {
        !is_withdrawn(sentence)
            && !sentence.ends_with(':')
            && sentence.split_whitespace().count() >= MIN_WORDS
    })
}
