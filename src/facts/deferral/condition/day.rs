//! Deadlines: a day, a month, a quarter or a year after a word that ends the work.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;
use regex::{Captures, Regex};

use super::{Found, each, regex};
use crate::model::fact::ConditionKind;
use crate::text::date::{Day, date, find_dates, month_number};

/// Years in which a deadline of a software team can lie; other numbers are amounts.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;

/// A word that ends the work, then within the clause the word before the day.
static DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?xi)
        (?: \b(?P<firm>until|till|no\ later\ than|not\ later\ than|by|before|deadline:?|due(?:\ (?:on|by|date:?))?|expir(?:es|y|ing)(?:\ (?:on|in|date:?))?)
          | \b(?:remov|delet|drop|revert|re-?enabl|revisit|undo|unpin|replac|retir|disabl|clean|kill|re-?check|reassess|sunset|expir|stop|switch|upgrad|migrat|fix|enabl)\w*\b
            [^.;]{0,50}? \b(?P<soft>in|after|on|from|as\ of|starting|around|at\ the\ end\ of|at\ end\ of|early|late|mid) )
        \s+ (?:the\ )?(?P<edge>(?:end|start|beginning|middle)\ of\ (?:the\ )?)?
        (?: (?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2} | \d{1,2}[/.]\d{1,2}[/.]\d{4} | (?:\d{1,2}(?:st|nd|rd|th)?\ (?:of\ )?)?[A-Z][a-z]{2,8}\.?\ \d{1,2}(?:st|nd|rd|th)?,?\ \d{4} | \d{1,2}(?:st|nd|rd|th)?\ (?:of\ )?[A-Z][a-z]{2,8}\.?,?\ \d{4})
          | (?P<month>\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?)[\ ,]+(?:of\ )?(?P<my>\d{4})\b
          | (?P<iy>\d{4})-(?P<im>\d{2})\b
          | Q(?P<quarter>[1-4])[\ ,'/-]*(?:of\ )?(?P<qy>\d{4})\b
          | (?P<qy2>\d{4})[\ -]?Q(?P<quarter2>[1-4])\b
          | (?P<year>\d{4})\b (?P<unit>\s*(?:ms|s\b|sec|min|hours?|days?|bytes?|kb|mb|gb|rows?|items?|users?|records?|%|px|times|chars?|characters|requests?|entries|lines|[*x/+-]\s*\d))? )",
    )
});

/// `TODO [2024-06-01]`: a marker with its deadline.
static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?xi) \b(?:todo|fixme|xxx|hack)\b[^\[\w]{0,3}(?:\([^)]{1,40}\)\s*)?\[(?P<day>\d{4}-\d{2}-\d{2})\]",
    )
});

/// Deadlines in a sentence.
pub(super) fn read(sentence: &str) -> Vec<Found> {
    let written = |groups: &Captures<'_>| Some(ConditionKind::Date(groups.name("day")?.as_str().to_owned()));
    let mut found = each(&BRACKETED, sentence, written);
    found.extend(each(&DAY, sentence, |groups| Some(ConditionKind::Date(last_day(groups)?.to_string()))));
    found
}

/// The last day on which a condition on a day is not yet due.
fn last_day(groups: &Captures<'_>) -> Option<Date> {
    let is_before = groups.name("firm").is_some_and(|word| word.as_str().eq_ignore_ascii_case("before"))
        || groups.name("edge").is_some_and(|edge| edge.as_str().to_ascii_lowercase().starts_with(['s', 'b']));
    let number = |name: &str| groups.name(name).and_then(|found| found.as_str().parse::<i16>().ok());
    if let Some(day) = groups.name("day") {
        // Of two readings the later one: it is due in both.
        return find_dates(day.as_str()).first().map(|found| match found.day {
            Day::Sure(day) => day,
            Day::Either { day_first, month_first } => day_first.max(month_first),
        });
    }
    // The first day of a month, quarter or year, and how many months that is.
    let (year, month, months) = if let Some(month) = groups.name("month") {
        (number("my")?, month_number(month.as_str())?, 1)
    } else if let Some(year) = number("iy") {
        (year, number("im")?, 1)
    } else if let Some(quarter) = number("quarter").or_else(|| number("quarter2")) {
        (number("qy").or_else(|| number("qy2"))?, (quarter - 1) * 3 + 1, 3)
    } else {
        let year = number("year").filter(|_| groups.name("unit").is_none())?;
        (year, 1, 12)
    };
    let first = date(year, month, 1).filter(|_| YEARS.contains(&year))?;
    let end = if is_before { first } else { first.checked_add(months.months()).ok()? };
    end.yesterday().ok()
}
