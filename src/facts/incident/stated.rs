//! What a report states of itself: severity, duration, who noticed.

use std::sync::LazyLock;

use regex::Regex;

use super::Document;
use crate::facts::record::{Pattern, label};
use crate::model::fact::Detection;
use crate::parse::markdown::BlockKind;
use crate::text::date::find_duration;
use crate::text::{cut, fold};

/// Longer values are prose, not a severity or a duration.
const MAX_VALUE_CHARS: usize = 120;

/// A severity field, as stated.
pub(super) fn severity(document: &Document<'_>) -> Option<String> {
    value(document, &document.words.field.severity)
}

/// A duration as stated: a field, the time to repair, or a sentence that says how long it lasted.
pub(super) fn duration(document: &Document<'_>) -> Option<String> {
    value(document, &document.words.field.duration)
        .or_else(|| value(document, &document.words.field.repair))
        .or_else(|| lasted(document))
}

fn value(document: &Document<'_>, name: &Pattern) -> Option<String> {
    let mut named = document.fields.iter().filter(|f| name.is_in(label(&f.name).trim()));
    let is_menu =
        |value: &str| value.matches('|').count() > 1 || document.words.place.placeholder.is_in(value);
    named.find(|f| !f.value.is_empty() && !is_menu(&f.value)).map(|f| cut(&f.value, MAX_VALUE_CHARS))
}

/// What precedes the length of an outage, and what follows one.
const BEFORE: &str = r"(?i)\b(lasted|lasting|persisted for|(?:down|unavailable|unusable|unreachable|inaccessible|offline|broken|outage|disrupted|disruption|unschedulable) for|outage of|was down|duration of|recover(?:ed)? (?:itself )?in|caused|varte i)\s";
const AFTER: &str =
    r"(?i)^\s*(?:of )?(?:total |complete |partial |full )?(?:outage|downtime|unavailability|disruption)\b";
/// `16:30-16:35 PST`, `from 17:35 til 21:25`: both ends of an outage, as stated.
const CLOCKS: &str = r"(?i)\b\d{1,2}[:.]\d{2}\s*(?:am|pm)?\s*(?:-|–|—|to|til|until|till|and|bis|hasta|a las)\s*\d{1,2}[:.]\d{2}\b(?:\s*(?:am|pm))?(?:\s*(?:UTC|GMT|[A-Z]{2,3}T|US/\w+)\b)?";

struct Forms {
    before: Regex,
    after: Regex,
    clocks: Regex,
}

static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| {
    let regex = |text| Regex::new(text).ok();
    Some(Forms { before: regex(BEFORE)?, after: regex(AFTER)?, clocks: regex(CLOCKS)? })
});

/// Sentences of the first blocks that say how long it lasted, or from when to when.
fn lasted(document: &Document<'_>) -> Option<String> {
    let forms = FORMS.as_ref()?;
    let prose =
        document.markdown.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Code(_) | BlockKind::Html));
    let told: Vec<&str> = prose.take(12).map(|block| block.text.as_str()).collect();
    let length = |text: &str| {
        for found in forms.before.find_iter(text) {
            let near: String = text.get(found.end()..).unwrap_or_default().chars().take(40).collect();
            let stated = find_duration(&near).filter(|range| range.start <= 12);
            // What it caused is its length only where an outage follows.
            let is_outage = |end: usize| near.get(end..).is_some_and(|rest| forms.after.is_match(rest));
            let counts = |end: usize| !found.as_str().starts_with(['c', 'C']) || is_outage(end);
            if let Some(range) = stated.filter(|range| counts(range.end)) {
                return near.get(range).map(str::to_owned);
            }
        }
        None
    };
    told.iter().find_map(|text| length(text)).or_else(|| clocks(document, &forms.clocks))
}

/// From when to when, in a date field or in what tells of the impact: events have times of their own.
fn clocks(document: &Document<'_>, form: &Regex) -> Option<String> {
    let (section, field) = (&document.words.section, &document.words.field);
    let is_told =
        |name: &str| section.summary.is_in(name) || section.impact.is_in(name) || field.date.is_in(name);
    let named = document.fields.iter().filter(|f| is_told(&label(&f.name))).map(|f| f.value.as_str());
    let blocks = document.markdown.blocks.iter().enumerate().take(30);
    let below = blocks
        .filter(|(_, block)| matches!(block.kind, BlockKind::Paragraph | BlockKind::Item { .. }))
        .filter(|(index, _)| document.outline.path(*index).any(|name| is_told(&name)))
        .map(|(_, block)| block.text.as_str());
    named.chain(below).find_map(|text| form.find(text).map(|found| fold(found.as_str())))
}

/// Who noticed, from a field or a section about it, else from the first account of what happened.
pub(super) fn detected_by(document: &Document<'_>) -> Detection {
    let section = &document.words.section;
    let mut stated = String::new();
    let mut account = String::new();
    for (index, block) in document.markdown.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Code(_) | BlockKind::Html) {
            continue;
        }
        let own = block.lead.as_deref().map(label);
        let path: Vec<String> = document.outline.path(index).chain(own).collect();
        if path.iter().any(|name| section.detection.is_in(name) || document.words.field.detection.is_in(name))
        {
            stated.push_str(&block.text);
            stated.push('\n');
        } else if account.len() < 1500
            && !path.iter().any(|name| section.cut.is_in(name) || section.action.is_in(name))
        {
            account.push_str(&block.text);
            account.push('\n');
        }
    }
    match who(document, &stated) {
        Detection::Unknown => who(document, &account),
        known => known,
    }
}

fn who(document: &Document<'_>, text: &str) -> Detection {
    let words = &document.words.detected;
    for line in text.lines() {
        for sentence in crate::facts::record::sentences(line) {
            let at = |pattern: &Pattern| pattern.find(sentence).map(|m| m.start());
            let alert = if words.denied.is_in(sentence) { None } else { at(&words.alert) };
            let found = [
                (at(&words.vendor), Detection::Vendor),
                (alert, Detection::Alert),
                (at(&words.user), Detection::User),
                (at(&words.human), Detection::Human),
            ];
            let first =
                found.into_iter().filter_map(|(at, who)| at.map(|at| (at, who))).min_by_key(|(at, _)| *at);
            if let Some((_, who)) = first {
                return who;
            }
        }
    }
    Detection::Unknown
}
