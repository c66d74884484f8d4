//! The title of a report, as written and as shown.
//!
//! The heading stands, unless it is a word of the template ("Title", "After-action report"): then
//! the front matter, a title field or the file name says what the report is about.

use super::Document;
use crate::parse::markdown::BlockKind;
use crate::text::date::find_dates;
use crate::text::fold;

/// A title as written and as shown.
pub(super) struct Title {
    /// With its date.
    pub raw: String,
    /// Without date and decoration.
    pub plain: String,
}

/// A longer field is a summary, not a title.
const MAX_TITLE_CHARS: usize = 250;
/// A file name with fewer letters names a day, not what happened.
const TELLING_LETTERS: usize = 4;

/// The first heading when it is one of level 1, unless it is a word of the template; else the title
/// of the front matter, a title field, any other heading of level 1, the first heading, the file name.
/// A front matter title that is the heading with more before it is the fuller form of the same.
pub(super) fn title(document: &Document<'_>) -> Title {
    let words = &document.words.title;
    let is_real = |text: &String| {
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
        !bare.is_empty() && !words.template.is_in(bare) && !text.contains("<%") && !text.contains("{{")
    };
    let field = |name: &str| {
        let mut named = document.fields.iter().filter(|f| f.name.to_lowercase() == name);
        named.find(|f| f.value.chars().count() <= MAX_TITLE_CHARS).map(|f| f.value.clone()).filter(is_real)
    };
    let heading = |level: Option<u8>| {
        let all = document.markdown.headings().filter(|(_, own, _)| level.is_none_or(|l| l == *own));
        {
            let mut texts = all.map(|(_, _, block)| clean(&block.text));
            texts.find(is_real)
        }
    };
    let is_first = document.markdown.headings().next().is_some_and(|(_, level, _)| level == 1);
    let matter = document
        .markdown
        .front_matter
        .as_ref()
        .and_then(|matter| matter.text_at("title"))
        .map(fold)
        .filter(is_real);
    let top = heading(Some(1)).filter(|_| is_first);
    let raw = match (top, matter) {
        (Some(top), Some(matter)) if is_fuller(&matter, &top) => matter,
        (Some(top), _) => top,
        (None, Some(matter)) => matter,
        (None, None) => words
            .field
            .iter()
            .find_map(|name| field(name))
            .or_else(|| heading(Some(1)))
            .or_else(|| file_name(document))
            .or_else(|| first_heading(document))
            .unwrap_or_else(|| fold(&document.file.path.stem().replace(['-', '_'], " "))),
    };
    let plain = without_date(&raw);
    Title { raw, plain }
}

fn clean(text: &str) -> String {
    fold(text).trim_matches(|c: char| c == '*' || c == '#' || c.is_whitespace()).to_owned()
}

/// `2024-03-02 - Queue full` for a heading `Queue full`.
fn is_fuller(matter: &str, heading: &str) -> bool {
    let (matter, heading) = (matter.to_lowercase(), heading.to_lowercase());
    let before = matter.strip_suffix(&heading).unwrap_or_default();
    before.contains(|c: char| c.is_ascii_digit())
}

/// The file name, where it says more than a day and no heading says anything.
fn file_name(document: &Document<'_>) -> Option<String> {
    let has_heading = first_heading(document).is_some();
    let name = fold(&document.file.path.stem().replace(['-', '_'], " "));
    let is_template = document.markdown.headings().all(|(_, level, _)| level > 1);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= TELLING_LETTERS && (!has_heading || !is_template)).then_some(name)
}

fn first_heading(document: &Document<'_>) -> Option<String> {
    let heading = |block: &crate::parse::markdown::Block| match block.kind {
        BlockKind::Heading(_) => Some(clean(&block.text)).filter(|text| !text.is_empty()),
        _ => None,
    };
    document.markdown.blocks.iter().find_map(heading)
}

/// Takes the date, a clock time after it, and words that only announce them off a title. A title of
/// nothing else stays whole.
fn without_date(raw: &str) -> String {
    let Some(date) = find_dates(raw).into_iter().next() else { return raw.to_owned() };
    let before = raw.get(..date.at.start).unwrap_or_default();
    let after = raw.get(date.at.end..).unwrap_or_default();
    let is_announcement = |text: &str| {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        words.iter().all(|word| {
            ["incident", "on", "date", "report", "postmortem", "post", "mortem", "the", "of"].contains(word)
        })
    };
    let trim = |c: char| c.is_whitespace() || ",:;-–—/|".contains(c);
    let after = after.trim_start_matches(trim);
    let after = after.strip_prefix(clock(after)).unwrap_or(after).trim_start_matches(trim);
    let plain = if is_announcement(before) {
        after.to_owned()
    } else {
        let before = before.trim_end_matches(|c| trim(c) || c == '(' || c == '[');
        format!("{before} {}", after.trim_start_matches([')', ']']))
    };
    let plain = fold(plain.trim_matches(trim));
    if plain.chars().filter(|c| c.is_alphabetic()).count() < 3 { raw.to_owned() } else { plain }
}

/// A clock time with zone at the start of a text: `4:23PM PST`.
fn clock(text: &str) -> &str {
    let first = text.split_whitespace().next().unwrap_or_default();
    if !(first.starts_with(|c: char| c.is_ascii_digit()) && first.contains(':')) {
        return "";
    }
    let end = text.find([',', ' ']).unwrap_or(text.len());
    let rest = text.get(end..).unwrap_or_default().trim_start();
    let zone: String = rest.chars().take_while(|c| c.is_ascii_uppercase()).collect();
    let is_zone = (2..=5).contains(&zone.len());
    let end = if is_zone { text.find(&zone).map_or(end, |at| at + zone.len()) } else { end };
    text.get(..end).unwrap_or_default()
}
