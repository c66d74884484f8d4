//! What a report states of itself: title, date, severity, duration, who noticed.

use jiff::civil::Date;

use super::Document;
use crate::facts::record::{Origin, Pattern, label};
use crate::model::fact::Detection;
use crate::parse::markdown::BlockKind;
use crate::text::date::{Day, find_dates, find_duration, named_date};
use crate::text::{cut, fold};

/// A title as written and as shown.
pub(super) struct Title {
    /// With its date.
    pub raw: String,
    /// Without date and decoration.
    pub plain: String,
}

/// The day of the incident, and what contradicts it.
pub(super) struct Dates {
    /// ISO date.
    pub date: Option<String>,
    /// (where from, ISO date) of other days the report gives for itself.
    pub disagrees: Vec<(String, String)>,
    /// Whether the file name or the title holds a day.
    pub in_name_or_title: bool,
}

/// Longer values are prose, not a severity or a duration.
const MAX_VALUE_CHARS: usize = 120;

/// The first heading of level 1 that is not empty, else the title of the front matter, else the
/// first heading, else the file name.
pub(super) fn title(document: &Document<'_>) -> Title {
    let raw = document
        .markdown
        .title()
        .map(|(text, _)| text)
        .or_else(|| {
            document.markdown.headings().map(|(_, _, block)| block.text.clone()).find(|t| !t.is_empty())
        })
        .unwrap_or_else(|| fold(&document.file.path.stem().replace(['-', '_'], " ")));
    let raw = raw.trim_matches(|c: char| c == '*' || c == '#' || c.is_whitespace()).to_owned();
    let plain = without_date(&raw);
    Title { raw, plain }
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

/// The day: file name, heading, front matter, field, timeline, in that order of trust; but where
/// heading and timeline agree on another day than the file name, the file name is that of the
/// report and not of the incident.
pub(super) fn dates(document: &Document<'_>, title: &Title) -> Dates {
    let path = document.file.path;
    let sure = |text: &str| named_date(text).and_then(Day::sure);
    let in_name = sure(path.stem()).or_else(|| in_folders(path));
    let in_title = sure(&title.raw);
    let field = |origin: Origin| {
        let name = &document.words.field.date;
        let mut of_origin = document.fields.iter().filter(|f| f.origin == origin && name.is_in(&f.name));
        of_origin.find_map(|field| sure(&field.value))
    };
    let timeline = timeline(document);
    let sources: [(&str, Option<Date>); 6] = [
        ("file name", in_name),
        ("heading", in_title),
        ("front matter", field(Origin::FrontMatter)),
        ("field", field(Origin::Body)),
        ("timeline", timeline),
        ("text", in_name.or(in_title).or(timeline).is_none().then(|| in_text(document)).flatten()),
    ];
    let agree = in_title.filter(|_| in_title == timeline && in_name.is_some() && in_name != in_title);
    let best = agree.or_else(|| sources.iter().find_map(|(_, date)| *date));
    let disagrees = sources
        .iter()
        .filter_map(|(from, date)| {
            date.filter(|d| Some(*d) != best).map(|d| ((*from).to_owned(), d.to_string()))
        })
        .collect();
    Dates {
        date: best.map(|date| date.to_string()),
        disagrees,
        in_name_or_title: in_name.or(in_title).is_some(),
    }
}

/// `2021/06/25.md` and `2023-04/04-25-stall.md`.
fn in_folders(path: &crate::model::RepoPath) -> Option<Date> {
    let parts: Vec<&str> = path.components().collect();
    let stem: String = path.stem().chars().take(5).collect();
    let joined = |parts: &[&str]| named_date(&parts.join("-")).and_then(Day::sure);
    match parts.as_slice() {
        [.., year, month, _] if year.len() == 4 && month.len() == 2 => {
            joined(&[year, month, stem.get(..2).unwrap_or(&stem)])
        }
        [.., folder, _] => joined(&[folder.get(..4)?, &stem]),
        _ => None,
    }
}

/// The earliest day among the first two that the timeline or the key events name.
fn timeline(document: &Document<'_>) -> Option<Date> {
    let is_timeline = |name: &str| document.words.section.timeline.is_in(name);
    let mut lead: Option<u8> = None;
    let mut found: Vec<Date> = Vec::new();
    for (index, block) in document.markdown.blocks.iter().enumerate() {
        if let BlockKind::Item { depth, .. } = block.kind {
            match lead {
                Some(open) if depth <= open => lead = None,
                _ => {}
            }
            if block.lead.as_deref().is_some_and(|name| is_timeline(&label(name))) {
                lead = Some(depth);
            }
        }
        let below = document.outline.path(index).any(|name| is_timeline(&name));
        if below || lead.is_some() {
            found.extend(find_dates(&block.text).into_iter().filter_map(|d| d.day.sure()));
        }
        if found.len() >= 2 {
            break;
        }
    }
    found.into_iter().take(2).min()
}

/// The first day anywhere, also in its compact form; the weakest source.
fn in_text(document: &Document<'_>) -> Option<Date> {
    let prose = document.markdown.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Code(_)));
    prose.take(40).find_map(|block| named_date(&block.text).and_then(Day::sure))
}

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

/// Sentences of the first blocks that say how long it lasted.
fn lasted(document: &Document<'_>) -> Option<String> {
    const SAYS: &[&str] = &[
        "lasted ",
        "lasting ",
        "down for ",
        "unavailable for ",
        "outage of ",
        "was down ",
        "duration of ",
        "outage for ",
    ];
    let prose =
        document.markdown.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Code(_) | BlockKind::Html));
    for block in prose.take(12) {
        let lower = block.text.to_ascii_lowercase();
        for words in SAYS {
            let Some(at) = lower.find(words) else { continue };
            let rest = block.text.get(at + words.len()..).unwrap_or_default();
            let near: String = rest.chars().take(40).collect();
            if let Some(range) = find_duration(&near).filter(|range| range.start <= 12) {
                return near.get(range).map(str::to_owned);
            }
        }
    }
    None
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
