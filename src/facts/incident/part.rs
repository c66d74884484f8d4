//! Impact, trigger and cause of an incident, in the words of its report.
//!
//! A field of that name, the text below a heading of that name, or what follows a bold lead. The first
//! sentences are enough: a report is read for the rest. Nothing is put together from other parts.

use super::Document;
use super::action::is_boilerplate;
use crate::facts::record::{Pattern, label};
use crate::parse::markdown::{Block, BlockKind};
use crate::text::{cut, fold};

/// Two or three sentences.
const MAX_CHARS: usize = 400;
/// A field with fewer words is a mark, a number or a name.
const MIN_FIELD_WORDS: usize = 3;
/// A name of a part is short; a longer heading tells something itself.
const MAX_NAME_WORDS: usize = 6;

/// The part of a report that this name opens.
pub(super) fn read(document: &Document<'_>, name: &Pattern) -> Option<String> {
    let is_name = |text: &str| {
        let text = label(text);
        text.split_whitespace().count() <= MAX_NAME_WORDS && name.is_in(&text)
    };
    let told = below_heading(document, &is_name)
        .or_else(|| after_lead(document, &is_name))
        .or_else(|| field(document, &is_name))?;
    Some(cut(&told, MAX_CHARS)).filter(|told| told.chars().any(char::is_alphanumeric))
}

fn field(document: &Document<'_>, is_name: &dyn Fn(&str) -> bool) -> Option<String> {
    let named = document.fields.iter().find(|field| is_name(&field.name))?;
    let is_told = named.value.split_whitespace().count() >= MIN_FIELD_WORDS;
    (is_told && says(document, &named.value)).then(|| named.value.clone())
}

fn below_heading(document: &Document<'_>, is_name: &dyn Fn(&str) -> bool) -> Option<String> {
    let blocks = document.markdown.blocks.iter().enumerate();
    let below = blocks.filter(|(index, block)| {
        is_prose(block) && document.outline.path(*index).next().is_some_and(|nearest| is_name(&nearest))
    });
    together(document, below.map(|(_, block)| block.text.as_str()))
}

/// The rest of the block with the lead, else the items nested below it.
fn after_lead(document: &Document<'_>, is_name: &dyn Fn(&str) -> bool) -> Option<String> {
    let blocks = &document.markdown.blocks;
    let at = blocks.iter().position(|block| block.lead.as_deref().is_some_and(is_name))?;
    let block = blocks.get(at)?;
    let lead = block.lead.as_deref().unwrap_or_default();
    let rest = block.text.strip_prefix(lead).unwrap_or(&block.text);
    let rest = rest.trim_start_matches([':', ' ', '*']);
    let depth = depth(block);
    let nested = blocks
        .iter()
        .skip(at + 1)
        .take_while(|block| is_prose(block) && self::depth(block) > depth && block.lead.is_none());
    together(document, std::iter::once(rest).chain(nested.map(|block| block.text.as_str())))
}

fn depth(block: &Block) -> u8 {
    if let BlockKind::Item { depth, .. } = block.kind { depth } else { 0 }
}

fn is_prose(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Paragraph | BlockKind::Item { .. })
}

fn says(document: &Document<'_>, text: &str) -> bool {
    // `[What set it off?]` is what the template asks.
    let is_asked = text.trim().starts_with('[') && text.trim().ends_with(']');
    !text.trim().is_empty()
        && !is_asked
        && !is_boilerplate(document, text)
        && !document.words.place.placeholder.is_in(text)
        && !document.words.action.nothing.is_in(text)
}

/// The first texts, as many as are shown.
fn together<'a>(document: &Document<'_>, texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut told = String::new();
    for text in texts.filter(|text| says(document, text)) {
        if told.len() > MAX_CHARS {
            break;
        }
        if !told.is_empty() {
            told.push(' ');
        }
        told.push_str(&fold(text));
    }
    (!told.is_empty()).then_some(told)
}
