//! Whether a document is a decision record, and its number and title.

use super::Document;
use super::status::Stated;
use super::vocabulary::vocabulary;
use crate::facts::SourceFile;
use crate::facts::record::{Pattern, label};
use crate::model::RepoPath;
use crate::model::fact::DecisionStatus;
use crate::parse::Language;
use crate::parse::markdown::BlockKind;
use crate::text::date::named_date;
use crate::text::fold;

/// How far above the file a folder's name still speaks for it.
const FOLDERS_ABOVE: usize = 3;
/// Outside of folders of decisions a document needs this many sections of one.
const TELLING_SECTIONS: usize = 3;
/// A document with so many fields that only the head of a proposal has is one.
const HEAD_FIELDS: usize = 3;
/// `20200926` before a name is a date, not a number.
const MAX_NUMBER_DIGITS: usize = 6;

/// What a number may be called.
const PREFIXES: &[&str] = &["adr", "pdr", "rfc", "rfd", "kep", "sdd", "madr", "dr"];

/// A title as written and as shown.
pub(super) struct Title {
    /// As the heading has it, code spans marked.
    pub raw: String,
    /// Without number and prefix.
    pub plain: String,
    /// The number of the heading.
    pub number: Option<String>,
}

fn in_folder(path: &RepoPath, name: &Pattern) -> bool {
    path.parent().rsplit('/').take(FOLDERS_ABOVE).any(|part| name.is_in(part))
}

/// Formats in which a heading is not marked by `#`.
fn is_other_markup(file: &SourceFile<'_>) -> bool {
    matches!(file.language, Language::AsciiDoc | Language::ReStructuredText)
}

/// Whether the names in a path may be those of a decision.
pub(in crate::facts) fn may_be_path(path: &RepoPath) -> bool {
    let Some(words) = vocabulary() else { return false };
    let (place, stem) = (&words.place, path.stem().to_ascii_lowercase());
    let is_readable = is_numbered_folder(path) || is_numbered_record(path, &place.form_name);
    (!place.not_name.is_in(&stem) || is_readable)
        && !in_folder(path, &place.not_folder)
        && (in_folder(path, &place.folder) || in_folder(path, &place.weak_folder) || stem.starts_with("adr"))
}

/// The cheap look: by folder, by file name, or by the words of two headings.
pub(super) fn may_be_record(file: &SourceFile<'_>) -> bool {
    let Some(words) = vocabulary() else { return false };
    let stem = file.path.stem().to_ascii_lowercase();
    let is_readable = is_numbered_folder(file.path) || is_numbered_record(file.path, &words.place.form_name);
    if words.place.not_name.is_in(&stem) && !is_readable {
        return false;
    }
    let says = |word: &str| file.holds(word);
    if in_folder(file.path, &words.place.not_folder) {
        return false;
    }
    in_folder(file.path, &words.place.folder)
        || in_folder(file.path, &words.place.weak_folder)
        || stem.starts_with("adr")
        || is_other_markup(file) && says("Decision") && says("Context") && says("Consequences")
        || says("RFC PR") && says("Start Date")
        || says("# Décision") && says("# Contexte")
        || says("# Entscheidung") && says("# Kontext")
        || says("# Decisión") && says("# Contexto")
        || says("# Decisão") && says("# Contexto")
        || says("# Beslutning") && says("# Kontekst")
        || says("# Decision") && says("# Context") && (says("# Consequences") || says("tatus"))
        || says("# Considered Options")
}

/// Whether it is a record.
pub(super) fn is_record(document: &Document<'_>, title: &Title, status: &Stated) -> bool {
    let (place, path) = (&document.words.place, document.file.path);
    let is_about_forms =
        is_numbered_record(path, &place.form_name) && status.status != DecisionStatus::Unknown;
    let is_form = place.not_title.is_in(&title.raw) && !is_about_forms
        || place.placeholder.is_in(&title.raw)
        || status.is_menu && !has_number(path);
    if is_form {
        return false;
    }
    let sections = sections(document) + 2 * usize::from(is_y_statement(document));
    if document.fields.iter().filter(|f| place.head_field.is_in(&f.name)).count() >= HEAD_FIELDS {
        return true;
    }
    let has_status = status.status != DecisionStatus::Unknown;
    if in_folder(path, &place.folder) {
        return has_number(path) || title.number.is_some() || sections >= 1 || has_status;
    }
    if in_folder(path, &place.weak_folder) {
        return is_numbered_folder(path)
            || sections >= 2
            || has_status && (sections >= 1 || has_number(path));
    }
    let named = path.stem().to_ascii_lowercase().starts_with("adr") && has_number(path);
    named && (sections >= 1 || has_status) || sections >= TELLING_SECTIONS && has_decision(document)
}

/// "In the context of …, facing …, we decided for …": a whole decision in a sentence.
fn is_y_statement(document: &Document<'_>) -> bool {
    document.markdown.blocks.iter().any(|block| {
        matches!(block.kind, BlockKind::Paragraph | BlockKind::Item { .. })
            && document.words.place.y_statement.is_in(&block.text)
    })
}

fn has_decision(document: &Document<'_>) -> bool {
    let section = &document.words.section;
    let names: Vec<String> = document.markdown.headings().map(|(_, _, block)| label(&block.text)).collect();
    let any = |pattern: &Pattern| names.iter().any(|name| pattern.is_in(name));
    any(&section.decision) && any(&section.context) && (any(&section.consequences) || any(&section.options))
}

/// `0002-use-a-custom-template.md` decides about a template; `0000-template.md` is one.
fn is_numbered_record(path: &RepoPath, form_name: &Pattern) -> bool {
    let stem = path.stem().to_lowercase();
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_alphabetic() || "-_ ".contains(c));
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    in_name(path).is_some_and(|number| number != "0") && !form_name.is_in(rest)
}

/// How many different sections of a decision it has.
fn sections(document: &Document<'_>) -> usize {
    let section = &document.words.section;
    let names: Vec<String> = document.markdown.headings().map(|(_, _, block)| label(&block.text)).collect();
    [&section.status, &section.context, &section.decision, &section.consequences, &section.options]
        .into_iter()
        .filter(|pattern| names.iter().any(|name| pattern.is_in(name)))
        .count()
}

/// The first heading of level 1, else the front matter's title, else the first heading that is not a
/// section, else the file name. A heading that names the form gives way to the file name.
pub(super) fn title(document: &Document<'_>) -> Title {
    let section = &document.words.section;
    let is_part = |name: &str| {
        [&section.status, &section.context, &section.decision, &section.consequences]
            .iter()
            .any(|p| p.is_in(name))
    };
    let heading = document.markdown.title().map(|(text, _)| text).filter(|t| !is_part(&label(t)));
    let other = || {
        let mut headings = document.markdown.headings().map(|(_, _, block)| block.text.clone());
        headings.next().filter(|text| !text.is_empty() && !is_part(&label(text)))
    };
    // A form whose headings are all sections has its title in a field.
    let field = || {
        let mut names = document.fields.iter().filter(|f| f.name.eq_ignore_ascii_case("feature name"));
        names.next().map(|field| field.value.replace('`', "")).filter(|value| !value.is_empty())
    };
    let raw = heading
        .or_else(other)
        .or_else(field)
        .filter(|text| !document.words.place.form_title.is_in(&label(text)));
    let raw = raw.unwrap_or_else(|| from_name(document.file.path));
    let (number, plain) = numbered(&raw, document.file.path);
    Title { plain, number, raw: with_code_spans(document, &raw) }
}

/// A heading with the marks of its code spans, which its plain text has lost.
fn with_code_spans(document: &Document<'_>, raw: &str) -> String {
    let block = document.markdown.headings().map(|(_, _, block)| block).find(|block| block.text == raw);
    let (mut marked, mut rest) = (String::new(), raw);
    for code in block.iter().flat_map(|block| &block.codes) {
        let Some((before, after)) = rest.split_once(code.as_str()).filter(|_| !code.is_empty()) else {
            continue;
        };
        marked.extend([before, "`", code, "`"]);
        rest = after;
    }
    marked.push_str(rest);
    fold(&marked)
}

fn from_name(path: &RepoPath) -> String {
    let stem = path.stem();
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if rest.len() < stem.len() { rest } else { stem };
    fold(&rest.replace(['-', '_'], " "))
}

/// `21. Multi-cluster`, `ADR021: Cells`, `ADR-009 Use …`, and `29 Kubernetes …` where the file name
/// has the same number.
fn numbered(raw: &str, path: &RepoPath) -> (Option<String>, String) {
    let text = raw.trim();
    let lower = text.to_ascii_lowercase();
    let prefix = PREFIXES.iter().find(|p| lower.starts_with(**p)).map_or(0, |p| p.len());
    let rest =
        text.get(prefix..).unwrap_or(text).trim_start_matches(|c: char| " -#_".contains(c) && prefix > 0);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let after = rest.get(digits.len()..).unwrap_or_default();
    let same = || in_name(path).is_some_and(|number| number == unpadded(&digits));
    let is_number = !digits.is_empty()
        && digits.len() <= MAX_NUMBER_DIGITS
        && (prefix > 0 || after.starts_with(['.', ':', ')']) || after.starts_with(' ') && same());
    let plain = after.trim_start_matches(|c: char| c.is_whitespace() || ".:)-–—".contains(c)).trim_end();
    if is_number && !plain.is_empty() { (Some(unpadded(&digits)), fold(plain)) } else { (None, fold(text)) }
}

fn unpadded(digits: &str) -> String {
    let number = digits.trim_start_matches('0');
    if number.is_empty() { "0".to_owned() } else { number.to_owned() }
}

/// `0019-use-bash.md`, `ADR021-cells.md`, `adr-007-use.md`.
fn in_name(path: &RepoPath) -> Option<String> {
    let stem = path.stem().to_ascii_lowercase();
    let rest = PREFIXES.iter().find_map(|p| stem.strip_prefix(p)).unwrap_or(&stem);
    let rest = rest.trim_start_matches(['-', '_', ' ']);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let ends = rest.get(digits.len()..).is_some_and(|r| !r.starts_with(char::is_alphanumeric));
    let is_year = digits.len() == 4 && named_date(rest.get(..10).unwrap_or(rest)).is_some();
    (!digits.is_empty() && digits.len() <= MAX_NUMBER_DIGITS && ends && !is_year).then(|| unpadded(&digits))
}

/// `rfd/0024/README.md`, `keps/sig-node/753-sidecars/README.md`.
fn is_numbered_folder(path: &RepoPath) -> bool {
    folder_number(path).is_some()
}

fn folder_number(path: &RepoPath) -> Option<String> {
    let stem = path.stem().to_ascii_lowercase();
    let folder = path.parent().rsplit('/').next().unwrap_or_default();
    let digits: String = folder.chars().take_while(char::is_ascii_digit).collect();
    let rest = folder.get(digits.len()..).unwrap_or_default();
    let is_named = matches!(stem.as_str(), "readme" | "index" | "proposal");
    let is_number = (2..=MAX_NUMBER_DIGITS).contains(&digits.len());
    (is_named && is_number && (rest.is_empty() || rest.starts_with(['-', '_']))).then(|| unpadded(&digits))
}

fn has_number(path: &RepoPath) -> bool {
    in_name(path).is_some() || is_numbered_folder(path) || dated_name(path).is_some()
}

/// The number: of the file name, else of the heading, else of the folder.
pub(super) fn number(document: &Document<'_>, title: &Title) -> Option<String> {
    let path = document.file.path;
    in_name(path).or_else(|| title.number.clone()).or_else(|| folder_number(path))
}

/// The day a file name starts with: `20200926-use-….md`.
pub(super) fn dated_name(path: &RepoPath) -> Option<String> {
    let day = named_date(path.stem()).and_then(crate::text::date::Day::sure)?;
    let starts = path.stem().starts_with(|c: char| c.is_ascii_digit());
    starts.then(|| day.to_string())
}
