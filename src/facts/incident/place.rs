//! Whether a document is an incident report.
//!
//! Four ways to be one: it lies in a folder of reports and reads like one; its file name calls it a
//! postmortem; its title does; or, anywhere, a dated title that says something failed, over sections
//! that tell what happened. Templates, indexes and documents about incidents in general are none.

use super::Document;
use super::title::Title;
use super::vocabulary::vocabulary;
use super::when::Dates;
use crate::facts::SourceFile;
use crate::facts::record::label;
use crate::model::RepoPath;
use crate::parse::markdown::BlockKind;
use crate::text::cut;
use crate::text::date::named_date;

/// The title stands in here; reading further would cost every document its parse.
const HEAD_BYTES: usize = 600;
/// How far above the file a folder's name still speaks for it (`incidents/2021/06/25.md`).
const FOLDERS_ABOVE: usize = 3;

/// Whether a folder above says that reports lie here.
pub(super) fn folder_says_incident(path: &RepoPath) -> bool {
    let Some(words) = vocabulary() else { return false };
    path.parent()
        .rsplit('/')
        .take(FOLDERS_ABOVE)
        .any(|part| words.place.folder.is_in(part.trim_start_matches('_')))
}

/// So many parts of an account are a report, whatever its title or date.
const MANY_SECTIONS: usize = 3;

/// Whether the names in a path may be those of a report.
pub(in crate::facts) fn may_be_path(path: &RepoPath) -> bool {
    let Some(words) = vocabulary() else { return false };
    let (place, stem) = (&words.place, path.stem());
    if place.not_name.is_in(stem) && !place.postmortem.is_in(stem) {
        return false;
    }
    let is_dated = stem.contains(|c: char| c.is_ascii_digit());
    let names = || stem.to_owned() + "\n" + path.parent().rsplit('/').next().unwrap_or_default();
    folder_says_incident(path)
        || place.postmortem.is_in(&names())
        || is_dated && (place.incident.is_in(stem) || place.failure.is_in(&stem.replace(['-', '_'], " ")))
}

/// The cheap look: by name, and by the first bytes.
pub(super) fn may_be_report(file: &SourceFile<'_>) -> bool {
    let Some(words) = vocabulary() else { return false };
    let stem = file.path.stem();
    if words.place.not_name.is_in(stem) && !words.place.postmortem.is_in(stem) {
        return false;
    }
    let mut end = file.text.len().min(HEAD_BYTES);
    while !file.text.is_char_boundary(end) {
        end -= 1;
    }
    let head = file.text.get(..end).unwrap_or_default();
    let place = &words.place;
    folder_says_incident(file.path)
        || place.postmortem.is_in(stem)
        || place.postmortem.is_in(head)
        || (place.failure.is_in(head) || place.incident.is_in(stem))
            && (head.contains(|c: char| c.is_ascii_digit()) || stem.contains(|c: char| c.is_ascii_digit()))
}

/// Whether it is a report.
pub(super) fn is_report(document: &Document<'_>, title: &Title, dates: &Dates) -> bool {
    let (place, path) = (&document.words.place, document.file.path);
    let stem = path.stem();
    let named = place.postmortem.is_in(stem);
    let first = document.markdown.headings().next().map(|(_, _, block)| block.text.as_str());
    if place.placeholder.is_in(&title.raw) || first.is_some_and(|text| place.placeholder.is_in(text)) {
        return false;
    }
    let sections = sections(document);
    let title_is_against = place.not_title.is_in(&title.plain);
    let calls_itself =
        place.calls_itself.is_in(&title.raw) && !place.never.is_in(&title.plain) && dates.is_labeled;
    let is_dated_by_name = dates.in_name_or_title || calls_itself;
    if title_is_against && (!is_dated_by_name || sections < MANY_SECTIONS) {
        return false;
    }
    let tells_when = names(document).iter().any(|name| document.words.section.timeline.is_in(name));
    if place.fix_note.is_in(&title.plain) && !calls_itself && !tells_when && !named {
        return false;
    }
    let words_against =
        place.not_name.is_in(stem) && (!named || stem.to_ascii_lowercase().contains("template"));
    if words_against && !dates.in_name_or_title {
        return false;
    }
    let is_dated = dates.date.is_some();
    if folder_says_incident(path) {
        // A short report there may hold no more than a summary and what follows from it.
        let names = names(document);
        let section = &document.words.section;
        let is_short = names.iter().any(|name| section.summary.is_in(name) || section.action.is_in(name));
        return is_dated && (sections >= 1 || is_short) || sections >= MANY_SECTIONS;
    }
    if named || place.postmortem.is_in(&title.raw) {
        return is_dated || sections >= 2;
    }
    let says_failure = place.failure.is_in(&title.plain);
    let starts_with_month = starts_with_month(stem) || starts_with_month(&title.raw);
    if says_failure && (dates.in_name_or_title || starts_with_month) {
        return sections >= 1;
    }
    place.incident.is_in(stem) && dates.in_name_or_title && sections >= 2
}

/// `2022-07-search-down`: a month stands for a day that nobody wrote down.
fn starts_with_month(text: &str) -> bool {
    let month = cut(text, 8);
    let digits: String = month.chars().take(7).collect();
    let day = format!("{}-01", digits.replace('_', "-"));
    digits.len() == 7 && named_date(&day).is_some()
}

/// Labels of headings below the title, and of bold leads.
fn names(document: &Document<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for block in &document.markdown.blocks {
        if let BlockKind::Heading(level) = block.kind
            && level > 1
        {
            names.push(label(&block.text));
        }
        names.extend(block.lead.as_deref().map(label));
    }
    names
}

/// How many different parts of an account it has.
fn sections(document: &Document<'_>) -> usize {
    let section = &document.words.section;
    let names = names(document);
    let has = |pattern: &crate::facts::record::Pattern| names.iter().any(|name| pattern.is_in(name));
    [
        &section.timeline,
        &section.impact,
        &section.cause,
        &section.detection,
        &section.resolution,
        &section.symptom,
        &section.lessons,
    ]
    .into_iter()
    .filter(|pattern| has(pattern))
    .count()
}
