//! The day of an incident, and what contradicts it.
//!
//! The order of trust is file name, heading, front matter, date field, timeline, text. It says when
//! the report says it happened. Four statements outrank that order, each only with a second witness:
//! heading and timeline that agree; a range in the duration; a sentence that says since when, with a
//! length that fits; the opening of the summary, with the timeline or the days right before. A year
//! that no line of the account repeats gives way to the one that the account holds.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use regex::Regex;

use super::Document;
use super::title::Title;
use crate::facts::record::{Origin, label, sentences};
use crate::model::RepoPath;
use crate::parse::markdown::BlockKind;
use crate::text::date::{Day, date, find_dates, find_length, month_number, named_date};

/// The day of the incident, and what contradicts it.
pub(super) struct Dates {
    /// ISO date.
    pub date: Option<String>,
    /// (where from, ISO date) of other days the report gives for itself.
    pub disagrees: Vec<(String, String)>,
    /// Whether the file name or the title holds a day.
    pub in_name_or_title: bool,
    /// Whether the file name, the title, the front matter or a date field holds a day.
    pub is_labeled: bool,
}

/// A failure that began longer before its report is another story.
const MAX_DAYS_BEFORE: i64 = 400;
/// A report is written within days of the evening that its summary tells of.
const DAYS_TO_WRITE: i64 = 3;
/// Blocks read for the day something began; the rest is log.
const MAX_BLOCKS: usize = 250;

/// The day, and every other day the report gives for itself.
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
    let (matter, body) = (field(Origin::FrontMatter), field(Origin::Body));
    let timeline = timeline(document);
    let labeled = in_name.or(in_title).or(matter).or(body);
    let in_text = labeled.or(timeline).is_none().then(|| in_text(document)).flatten();
    let agree = in_title.filter(|_| in_title == timeline && in_name.is_some() && in_name != in_title);
    let reported = agree.or(labeled).or(timeline).or(in_text);
    let account = reported.filter(|_| agree.is_none()).map(|day| Account::new(document, day, timeline));
    let [range, since, opening, weekday, year] = account.map_or([None; 5], |account| account.witnesses());
    let sources: [(&str, Option<Date>); 11] = [
        ("file name", in_name),
        ("heading", in_title),
        ("front matter", matter),
        ("field", body),
        ("timeline", timeline),
        ("text", in_text),
        ("duration", range),
        ("since", since),
        ("summary", opening),
        ("weekday", weekday),
        ("year", year),
    ];
    let best = range.or(since).or(opening).or(weekday).or(year).or(reported);
    let mut disagrees: Vec<(String, String)> = Vec::new();
    for (from, day) in sources.iter().filter_map(|(from, day)| Some((*from, (*day)?))) {
        if Some(day) != best {
            disagrees.push((from.to_owned(), day.to_string()));
        }
    }
    Dates {
        date: best.map(|date| date.to_string()),
        disagrees,
        in_name_or_title: in_name.or(in_title).is_some(),
        is_labeled: labeled.is_some(),
    }
}

/// `2021/06/25.md` and `2023-04/04-25-stall.md`.
fn in_folders(path: &RepoPath) -> Option<Date> {
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

static MONTH_DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?P<m1>(?:jan|feb|mar|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cs]|ene|abr|ago|dic)[a-z]*)\.?\s+(?P<d1>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y1>\d{4}))?   # Feb 12th, 2019
        | \b(?P<d2>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m2>(?:jan|feb|mar|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cs]|ene|abr|ago|dic)[a-z]*)\b(?:,?\s+(?P<y2>\d{4}))? # 12. januar 2020
        | \b(?P<y3>\d{4})-(?P<n3>\d{2})-(?P<d3>\d{2})                                         # 2019-02-12T23:00Z
        | \b(?P<d4>\d{1,2})\.(?P<n4>\d{1,2})\.(?P<y4>\d{4}|\d{2})\b                            # 12.02.19
        ",
    )
    .ok()
});
static ONSET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(start(s|ed|ing)?|began|begins?|broke|since|stopped|first (seen|occurred|failed))\b")
        .ok()
});
static LASTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(for|lasted|lasting|over|after|took|\()\s*(about|around|approximately|almost|nearly|roughly|over|the last|the past)?\s*(?P<length>(?:\d+|an?|one|two|three|four|five|six|nine|ten|twelve)[\s-]+(?:day|week|month)s?)\b",
    )
    .ok()
});
static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:from\s+)?(?P<m>[a-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*(?:-|–|—|to|until)\s*(?:[a-z]{3,9}\.?\s+)?\d{1,2}(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})").ok()
});
static OPENING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:in the (?:early )?(?:evening|morning|night|afternoon) (?:of|on)|on|around|at)\b")
        .ok()
});

/// What the account says of its own days, read against the day that the report bears.
struct Account<'a> {
    document: &'a Document<'a>,
    reported: Date,
    timeline: Option<Date>,
}

impl<'a> Account<'a> {
    fn new(document: &'a Document<'a>, reported: Date, timeline: Option<Date>) -> Self {
        Self { document, reported, timeline }
    }

    fn witnesses(&self) -> [Option<Date>; 5] {
        [self.range(), self.since(), self.opening(), self.weekday(), self.year()]
            .map(|day| day.filter(|day| *day != self.reported))
    }

    /// Text of the blocks that tell what happened.
    fn prose(&self) -> impl Iterator<Item = &str> {
        let blocks = self.document.markdown.blocks.iter().take(MAX_BLOCKS);
        blocks.filter(|b| !matches!(b.kind, BlockKind::Code(_) | BlockKind::Html)).map(|b| b.text.as_str())
    }

    fn days_before(&self, day: Date) -> Option<i64> {
        let days = i64::from((self.reported - day).get_days());
        (1..=MAX_DAYS_BEFORE).contains(&days).then_some(days)
    }

    /// Days that a text names, those without a year in the year that puts them last before the report.
    fn days(&self, text: &str) -> Vec<Date> {
        let Some(regex) = MONTH_DAY.as_ref() else { return Vec::new() };
        let read = |found: regex::Captures<'_>| {
            let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
            let (form, month) = ["1", "2", "3", "4"].iter().find_map(|form| {
                let name = found.name(&format!("m{form}")).and_then(|m| month_number(m.as_str()));
                name.or_else(|| number(&format!("n{form}"))).map(|month| (*form, month))
            })?;
            let day = number(&format!("d{form}"))?;
            match number(&format!("y{form}")) {
                Some(year) => date(if year < 100 { year + 2000 } else { year }, month, day),
                None => {
                    let year = self.reported.year();
                    let own = date(year, month, day)?;
                    if own <= self.reported { Some(own) } else { date(year - 1, month, day) }
                }
            }
        };
        regex.captures_iter(text).filter_map(read).collect()
    }

    /// The first day of a range that the duration states.
    fn range(&self) -> Option<Date> {
        let name = &self.document.words.field.duration;
        let mut stated = self.document.fields.iter().filter(|f| name.is_in(label(&f.name).trim()));
        let found = stated.find_map(|field| RANGE.as_ref()?.captures(&field.value))?;
        let number = |name: &str| found[name].parse::<i16>().ok();
        let day = date(number("y")?, month_number(&found["m"])?, number("d")?)?;
        self.days_before(day).map(|_| day)
    }

    /// The day since when something failed, when a stated length reaches from there to the report.
    fn since(&self) -> Option<Date> {
        let regex = LASTED.as_ref()?;
        let mut lengths: Vec<i64> = Vec::new();
        for found in self.prose().flat_map(|text| regex.captures_iter(text)) {
            let length = find_length(&found["length"])?;
            lengths.push(i64::from(length.months) * 30 + i64::from(length.days));
        }
        let fits = |days: i64| lengths.iter().any(|length| (days - length).abs() <= 1 + length / 6);
        let onset = ONSET.as_ref()?;
        let all = self.prose().flat_map(sentences).filter(|sentence| onset.is_match(sentence));
        let mut days = all.flat_map(|sentence| self.days(sentence));
        days.find(|day| self.days_before(*day).is_some_and(fits))
    }

    /// The day that opens the summary, when the timeline begins with it or it lies right before.
    fn opening(&self) -> Option<Date> {
        let blocks = &self.document.markdown.blocks;
        let summary = &self.document.words.section.summary;
        let first = blocks.iter().enumerate().find(|(index, block)| {
            block.kind == BlockKind::Paragraph
                && self.document.outline.path(*index).any(|name| summary.is_in(&name))
        });
        let sentence = sentences(&first?.1.text).into_iter().next()?.to_owned();
        if !OPENING.as_ref()?.is_match(&sentence) {
            return None;
        }
        let day = self.days(&sentence).into_iter().next()?;
        let days = self.days_before(day)?;
        (days <= DAYS_TO_WRITE || self.timeline == Some(day)).then_some(day)
    }

    /// The day before or after, when the summary names its weekday and the account its date.
    fn weekday(&self) -> Option<Date> {
        let mut stated = None;
        for text in self.prose().take(4) {
            let lower = text.to_lowercase();
            let named = WEEKDAYS.iter().filter(|(name, _)| lower.contains(name)).collect::<Vec<_>>();
            if let [(_, day)] = named.as_slice() {
                stated = Some(*day);
                break;
            }
        }
        let stated = stated.filter(|day| *day != self.reported.weekday())?;
        let near = [self.reported.checked_sub(1.day()).ok()?, self.reported.checked_add(1.day()).ok()?];
        let day = near.into_iter().find(|day| day.weekday() == stated)?;
        self.document.file.text.contains(&day.to_string()).then_some(day)
    }

    /// The same day of another year, when the account names that one twice and never the reported.
    fn year(&self) -> Option<Date> {
        let same_day = |day: &Date| day.month() == self.reported.month() && day.day() == self.reported.day();
        let name = &self.document.words.field.date;
        let bears =
            |index: usize| self.document.fields.iter().any(|f| f.block == index && name.is_in(&f.name));
        let blocks = self.document.markdown.blocks.iter().enumerate().take(MAX_BLOCKS);
        let told = blocks.filter(|(index, block)| {
            !matches!(block.kind, BlockKind::Heading(1) | BlockKind::Code(_)) && !bears(*index)
        });
        let days: Vec<Date> = told.flat_map(|(_, block)| self.days(&block.text)).filter(same_day).collect();
        let other = *days.iter().find(|day| **day != self.reported)?;
        let agree = days.iter().all(|day| *day == other) && days.len() >= 2;
        agree.then_some(other)
    }
}

const WEEKDAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
