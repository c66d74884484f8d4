//! Incident reports, as they are really written.
//!
//! It recognizes a report by where it lies and by what it says, and reads what it states: title, date,
//! severity, duration, who noticed, promises, and what it names. It keeps stated values as they are and
//! never works one out from another. It does not compare reports: that is for the inventory.
//!
//! - `vocabulary`: the catalogue of words, `rules/catalog/incidents.toml`
//! - `part`: impact, trigger and cause, as they are told
//! - `place`: whether a document is a report
//! - `title`: the title as written and as shown
//! - `when`: the day, and what contradicts it
//! - `stated`: severity, duration, detection
//! - `action`: promises in every form, with their stated state
//! - `component`: names of what failed

mod action;
mod component;
mod part;
mod place;
mod stated;
mod title;
mod vocabulary;
mod when;

pub(super) use place::may_be_path;

use super::SourceFile;
use super::record::{Field, Outline, fields, label, markup, mentions};
use crate::model::fact::{IncidentReport, Mention, MentionKind};
use crate::model::{At, Fact, FactKind, FileFacts, Span};
use crate::parse::Language;
use crate::parse::markdown::{BlockKind, Markdown};
use crate::rules::RuleSet;
use crate::text::{self, LineIndex, Role, role};
use vocabulary::{Vocabulary, vocabulary};

/// A report speaks of few mechanisms; the rest is noise.
const MAX_MECHANISMS: usize = 5;

/// A document with the readings that every part needs.
struct Document<'a> {
    file: &'a SourceFile<'a>,
    markdown: &'a Markdown,
    outline: Outline<'a>,
    fields: Vec<Field>,
    words: &'static Vocabulary,
}

/// Prose, outside of tests and examples, whose name or head speaks of a failure.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    let is_prose = match file.language {
        Language::Markdown | Language::AsciiDoc | Language::ReStructuredText => true,
        Language::Text => {
            matches!(file.path.extension(), "" | "txt") && place::folder_says_incident(file.path)
        }
        _ => false,
    };
    is_prose
        && !matches!(role(file.path), Role::Test | Role::Example)
        && !file.path.as_str().starts_with(".github/")
        && place::may_be_report(file)
}

/// Reads the report, if the document is one.
pub(super) fn collect(file: &SourceFile<'_>, rules: &RuleSet, out: &mut FileFacts) {
    let translated = markup::as_markdown(file.language, &file.text);
    let source = SourceFile::new(file.path, translated.as_bytes());
    let Some(mut report) = collect_report(&source, rules) else { return };
    if matches!(file.language, Language::AsciiDoc | Language::ReStructuredText) {
        let (read, own) = (LineIndex::new(&translated), LineIndex::new(&file.text));
        for at in report.places() {
            *at = markup::in_file(*at, &read, &own, &file.text);
        }
    }
    let at = Span::file(file.path).at;
    out.facts.push(Fact { at, kind: FactKind::Incident(Box::new(report)) });
}

fn collect_report(file: &SourceFile<'_>, rules: &RuleSet) -> Option<IncidentReport> {
    let words = vocabulary()?;
    let markdown = file.markdown();
    let outline = Outline::new(markdown);
    let document = Document { file, markdown, outline, fields: fields(file, markdown), words };
    let title = title::title(&document);
    let dates = when::dates(&document, &title);
    place::is_report(&document, &title, &dates).then(|| read(&document, rules, title, dates))
}

fn read(document: &Document<'_>, rules: &RuleSet, title: title::Title, dates: when::Dates) -> IncidentReport {
    let Told { account, aftermath } = told(document);
    let mut mechanisms = rules.mechanisms.score_report(&title.plain, &account, &aftermath);
    mechanisms.truncate(MAX_MECHANISMS);
    let (actions, has_action_section) = action::read(document);
    let mut mentions = mentions(document.markdown);
    mentions.extend(own_folder(document));
    let all = format!("{} {account}", title.plain);
    let section = &document.words.section;
    IncidentReport {
        severity: stated::severity(document),
        duration: stated::duration(document),
        impact: part::read(document, &section.impact),
        trigger: part::read(document, &section.trigger),
        cause: part::read(document, &section.root),
        detected_by: stated::detected_by(document),
        components: component::read(document, &title.plain, &account),
        words: text::words(&all),
        spellings: text::spellings(&all),
        title: title.plain,
        title_as_written: title.raw,
        date: dates.date,
        date_disagrees: dates.disagrees,
        mechanisms,
        actions,
        has_action_section,
        blames: blames(document),
        mentions,
    }
}

/// The prose of a report, without code and what a template left in it.
#[derive(Default)]
struct Told {
    /// What happened.
    account: String,
    /// What was learned and promised, without logs and references.
    aftermath: String,
}

fn told(document: &Document<'_>) -> Told {
    let section = &document.words.section;
    let mut told = Told::default();
    for (index, block) in document.markdown.blocks.iter().enumerate() {
        let is_prose = !matches!(block.kind, BlockKind::Code(_) | BlockKind::Html);
        let own = matches!(block.kind, BlockKind::Heading(_)).then(|| label(&block.text));
        // The name of a section speaks of every report alike.
        let is_section = own.as_deref().is_some_and(|name| section.is_any(name));
        if !is_prose || is_section || action::is_boilerplate(document, &block.text) {
            continue;
        }
        let lead = block.lead.as_deref().map(label);
        let path: Vec<String> = document.outline.path(index).chain(own).chain(lead).collect();
        let is_after =
            |name: &String| section.cut.is_in(name) || section.action.is_in(name) || section.plan.is_in(name);
        let text = if path.iter().any(|name| section.closing.is_in(name)) {
            continue;
        } else if path.iter().any(is_after) {
            &mut told.aftermath
        } else {
            &mut told.account
        };
        text.push_str(&block.text);
        text.push('\n');
    }
    told
}

/// Where the report says what a person did wrong; logs and quotes in code do not count.
fn blames(document: &Document<'_>) -> Vec<At> {
    let blocks = document.markdown.blocks.iter();
    let prose = blocks.filter(|block| !matches!(block.kind, BlockKind::Code(_) | BlockKind::Html));
    prose.filter(|block| document.words.blame.person.is_in(&block.text)).map(|block| block.at).collect()
}

/// A report that lies in the source tree is about the code beside it.
fn own_folder(document: &Document<'_>) -> Option<Mention> {
    let path = document.file.path;
    let is_beside_code = !path.parent().is_empty()
        && !place::folder_says_incident(path)
        && !path
            .components()
            .any(|part| matches!(part, "doc" | "docs" | "documentation" | "reports" | "blog"));
    let at = Span::file(path).at;
    is_beside_code.then(|| Mention { kind: MentionKind::Path, what: path.parent().to_owned(), at })
}

#[cfg(test)]
mod tests;
