//! Decision records, as they are really written.
//!
//! It recognizes a record by its folder and by its sections, and reads title, number, status, dates,
//! what it replaces, and the sentences that put something off or accept a risk. It keeps a date that
//! can be read two ways as it is written, and it does not ask whether the decision still holds.
//!
//! - `vocabulary`: the catalogue of words, `rules/catalog/decisions.toml`
//! - `place`: whether a document is a record, its number and title
//! - `status`: the state in every spelling
//! - `sidecar`: fields in a file beside the record
//! - `relation`: what it replaces and what replaces it
//! - `deferral`: sentences that put something off
//! - `accepted`: risks, drawbacks and assumptions

mod accepted;
mod deferral;
mod place;
mod relation;
mod sidecar;
mod status;
mod vocabulary;

pub(super) use place::may_be_path;

use super::SourceFile;
use super::record::{Field, Origin, Outline, Pattern, fields, markup, mentions};
use crate::model::fact::DecisionRecord;
use crate::model::{Fact, FactKind, FileFacts, Span};
use crate::parse::Language;
use crate::parse::markdown::{BlockKind, Markdown};
use crate::rules::RuleSet;
use crate::text::date::{Day, find_length, named_date, order};
use crate::text::{LineIndex, Role, role, words};
use vocabulary::{Vocabulary, vocabulary};

/// A decision speaks of few mechanisms; the rest is noise.
const MAX_MECHANISMS: usize = 3;

/// A document with the readings that every part needs.
struct Document<'a> {
    file: &'a SourceFile<'a>,
    markdown: &'a Markdown,
    outline: Outline<'a>,
    fields: Vec<Field>,
    words: &'static Vocabulary,
}

/// Prose, outside of tests and examples, in a folder of decisions or with the sections of one.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    if sidecar::is_one(file.path) {
        return true;
    }
    matches!(file.language, Language::Markdown | Language::AsciiDoc | Language::ReStructuredText)
        && !matches!(role(file.path), Role::Test | Role::Example)
        && !file.path.as_str().starts_with(".github/")
        && place::may_be_record(file)
}

/// Reads the record, if the document is one.
pub(super) fn collect(file: &SourceFile<'_>, rules: &RuleSet, out: &mut FileFacts) {
    let Some(words) = vocabulary() else { return };
    if sidecar::is_one(file.path) {
        out.facts.extend(sidecar::read(file, words).map(|record| fact(file, record)));
        return;
    }
    let translated = markup::as_markdown(file.language, &file.text);
    let source = SourceFile::new(file.path, translated.as_bytes());
    let Some(mut record) = collect_record(&source, rules, words) else { return };
    if file.language != Language::Markdown {
        let (read, own) = (LineIndex::new(&translated), LineIndex::new(&file.text));
        for at in record.places() {
            *at = markup::in_file(*at, &read, &own, &file.text);
        }
    }
    out.facts.push(fact(file, record));
}

fn fact(file: &SourceFile<'_>, record: DecisionRecord) -> Fact {
    Fact { at: Span::file(file.path).at, kind: FactKind::Decision(Box::new(record)) }
}

/// The record of a text in Markdown, if it is one.
fn collect_record(
    file: &SourceFile<'_>,
    rules: &RuleSet,
    words: &'static Vocabulary,
) -> Option<DecisionRecord> {
    let markdown = file.markdown();
    let outline = Outline::new(markdown);
    let document = Document { file, markdown, outline, fields: fields(file, markdown), words };
    let title = place::title(&document);
    let status = status::read(&document);
    place::is_record(&document, &title, &status).then(|| read(&document, rules, title, status))
}

fn read(
    document: &Document<'_>,
    rules: &RuleSet,
    title: place::Title,
    status: status::Stated,
) -> DecisionRecord {
    let relations = relation::read(document, &status);
    let prose = prose(document);
    let mut mechanisms = rules.mechanisms.score(&title.plain, &prose);
    mechanisms.truncate(MAX_MECHANISMS);
    let (date, date_raw) = date(document);
    DecisionRecord {
        number: place::number(document, &title),
        words: words(&format!("{} {prose}", title.plain)),
        title: title.plain,
        heading: title.raw,
        deferrals: deferral::read(document, status.status),
        risks: accepted::risks(document, status.status),
        assumptions: accepted::assumptions(document),
        disagreement: status::disagreement(document),
        deciders: deciders(document),
        amends: relations.amends,
        amended_by: relations.amended_by,
        is_sidecar: false,
        status: status.status,
        status_raw: status.raw,
        date,
        date_raw,
        supersedes: relations.supersedes,
        superseded_by: relations.superseded_by,
        review_due: review_due(document),
        mechanisms,
        mentions: mentions(document.markdown),
    }
}

fn prose(document: &Document<'_>) -> String {
    let blocks = document.markdown.blocks.iter();
    let prose = blocks.filter(|block| !matches!(block.kind, BlockKind::Code(_) | BlockKind::Html));
    prose.map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The day of the decision as ISO date, and as written where it is written as `01/06/2019`.
fn date(document: &Document<'_>) -> (Option<String>, Option<String>) {
    let names = &document.words.field;
    let values = |name: &Pattern, origin: Origin| -> Vec<String> {
        let of = document.fields.iter().filter(|f| f.origin == origin && name.is_in(&f.name));
        of.map(|f| f.value.clone()).collect()
    };
    // What a person wrote into the text is the decision; front matter may be that of the page.
    let mut written = values(&names.main_date, Origin::Body);
    written.extend(values(&names.main_date, Origin::FrontMatter));
    written.extend(status_line(document));
    written.extend(values(&names.date, Origin::Body));
    written.extend(values(&names.date, Origin::FrontMatter));
    for value in written {
        match named_date(&value) {
            Some(Day::Sure(date)) => return (Some(date.to_string()), order(&value).map(|_| value)),
            Some(Day::Either { .. }) => return (None, Some(value)),
            None => {}
        }
    }
    (first_of_changelog(document).or_else(|| place::dated_name(document.file.path)), None)
}

/// The earliest day of a section that lists the changes: the record was written then.
fn first_of_changelog(document: &Document<'_>) -> Option<String> {
    let blocks = document.markdown.blocks.iter().enumerate();
    let listed = blocks.filter(|(index, _)| {
        document.outline.path(*index).any(|name| document.words.section.changelog.is_in(&name))
    });
    let days = listed.filter_map(|(_, block)| named_date(&block.text).and_then(Day::sure));
    days.min().map(|day| day.to_string())
}

/// Names as written, without addresses.
fn deciders(document: &Document<'_>) -> Vec<String> {
    let name = &document.words.field.deciders;
    let stated = document.fields.iter().find(|f| name.is_in(&f.name) && !f.value.is_empty());
    stated.map(|field| sidecar::listed(&field.value)).unwrap_or_default()
}

/// `Accepted (2026-03-17)`.
fn status_line(document: &Document<'_>) -> Option<String> {
    let name = &document.words.field.status;
    document.fields.iter().find(|f| f.origin == Origin::Body && name.is_in(&f.name)).map(|f| f.value.clone())
}

/// The day of the next review: stated, or the last review and the time after it.
fn review_due(document: &Document<'_>) -> Option<String> {
    let names = &document.words.field;
    let value =
        |name: &Pattern| document.fields.iter().find(|f| name.is_in(&f.name)).map(|f| f.value.as_str());
    let sure = |text: &str| named_date(text).and_then(Day::sure);
    if let Some(day) = value(&names.review_on).and_then(sure) {
        return Some(day.to_string());
    }
    let last = value(&names.reviewed).and_then(sure)?;
    let after = find_length(value(&names.review_in)?)?;
    after.after(last).map(|day| day.to_string())
}

#[cfg(test)]
mod tests;
