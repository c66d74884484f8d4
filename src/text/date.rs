//! Dates and spans of time as people write them.
//!
//! Finds calendar days in running text, in file names and in fields, and reads lengths of time
//! ("6 months"). A day that can be read two ways (`01/06/2019`) stays two readings: only somebody who
//! sees more than one text can decide. A day that does not exist (`31.06.2019`) is no date. Nothing is
//! filled in: a month without a day is not a date.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use regex::Regex;

/// A calendar day in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenDate {
    /// Where it stands.
    pub at: Range<usize>,
    /// What it says.
    pub day: Day,
}

/// What a written day says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// One day.
    Sure(Date),
    /// Two readings, both possible: `01/06/2019`.
    Either {
        /// Read as day, month, year.
        day_first: Date,
        /// Read as month, day, year.
        month_first: Date,
    },
}

impl Day {
    /// The day, when there is only one reading.
    pub fn sure(self) -> Option<Date> {
        match self {
            Self::Sure(date) => Some(date),
            Self::Either { .. } => None,
        }
    }
}

/// Which number of `01/06/2019` is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The first.
    DayFirst,
    /// The second.
    MonthFirst,
}

/// The order in which a written day shows that its writer puts the numbers: `28/03/2018` can be read
/// in one way only. `None` for a form without that question, and where both readings are possible.
pub fn order(text: &str) -> Option<Order> {
    let found = find_dates(text).into_iter().next()?;
    let day = found.day.sure()?;
    let mut numbers = text.get(found.at)?.split('/').map(|part| part.parse::<i8>().ok());
    let (first, second) = (numbers.next()??, numbers.next()??);
    match (first == day.day(), second == day.day()) {
        (true, false) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// Years that a record of a software team can speak of; anything else is another number.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2099;

static DATES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let months = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?\
                  |sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    let form = format!(
        r"(?ix)
        (?P<y1>\d{{4}}) (?P<sep>[-/._]) (?P<m1>\d{{1,2}}) [-/._] (?P<d1>\d{{1,2}})          # 2021-05-11
        | (?P<a>\d{{1,2}}) (?P<s2>[-/.]) (?P<b>\d{{1,2}}) [-/.] (?P<y2>\d{{4}})              # 01/06/2019
        | (?P<d3>\d{{1,2}}) (?:st|nd|rd|th)? (?:\s+of)? [\s-]+ (?P<m3>{months})\.? ,? [\s-]+ (?P<y3>\d{{4}}) # 13th July 2021
        | (?P<m4>{months})\.? \s+ (?P<d4>\d{{1,2}}) (?:st|nd|rd|th)? ,? \s+ (?P<y4>\d{{4}})  # July 13, 2021
        | (?P<y5>\d{{4}}) \s+ (?P<m5>{months})\.? \s+ (?P<d5>\d{{1,2}})                      # 2019 July 31
        "
    );
    Regex::new(&form).ok()
});

/// Every calendar day in a text, in order.
pub fn find_dates(text: &str) -> Vec<WrittenDate> {
    let Some(regex) = DATES.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        if !stands_free(text, whole.range()) {
            continue;
        }
        let number = |name: &str| captures.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
        let named = |name: &str| captures.name(name).and_then(|m| month_number(m.as_str()));
        let day = if let (Some(y), Some(m), Some(d)) = (number("y1"), number("m1"), number("d1")) {
            date(y, m, d).map(Day::Sure)
        } else if let (Some(a), Some(b), Some(y)) = (number("a"), number("b"), number("y2")) {
            let is_dotted = captures.name("s2").is_some_and(|s| s.as_str() == ".");
            either(a, b, y, is_dotted)
        } else {
            ["3", "4", "5"].iter().find_map(|form| {
                let day = number(&format!("d{form}"))?;
                date(number(&format!("y{form}"))?, named(&format!("m{form}"))?, day).map(Day::Sure)
            })
        };
        found.extend(day.map(|day| WrittenDate { at: whole.range(), day }));
    }
    found
}

/// The first calendar day in a text that has only one reading.
pub fn first_date(text: &str) -> Option<Date> {
    find_dates(text).into_iter().find_map(|found| found.day.sure())
}

/// The first day in a file name or a field: also `20220513`, which in running text is a number.
pub fn named_date(text: &str) -> Option<Day> {
    let spelled = find_dates(text).into_iter().map(|found| (found.at.start, found.day)).next();
    let compact = compact_dates(text).next();
    match (spelled, compact) {
        (Some(a), Some(b)) => Some(if a.0 <= b.0 { a.1 } else { b.1 }),
        (a, b) => a.or(b).map(|found| found.1),
    }
}

/// `20220513`, standing free.
fn compact_dates(text: &str) -> impl Iterator<Item = (usize, Day)> {
    let mut start = 0;
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(move |word| {
        let at = start;
        start +=
            word.len() + text.get(at + word.len()..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        if word.len() != 8 || !word.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let part = |range: Range<usize>| word.get(range)?.parse::<i16>().ok();
        let date = date(part(0..4)?, part(4..6)?, part(6..8)?)?;
        Some((at, Day::Sure(date)))
    })
}

/// A day from numbers; `None` for one that does not exist.
pub fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Dots are used by countries that write the day first.
fn either(a: i16, b: i16, year: i16, is_dotted: bool) -> Option<Day> {
    let day_first = date(year, b, a);
    let month_first = if is_dotted { None } else { date(year, a, b) };
    match (day_first, month_first) {
        (Some(one), Some(other)) if one != other => Some(Day::Either { day_first: one, month_first: other }),
        (one, other) => one.or(other).map(Day::Sure),
    }
}

/// A number that goes on with digits, or a version (`1.2.2021-3` is none), is no date.
fn stands_free(text: &str, range: Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|t| t.chars().next_back());
    let after = text.get(range.end..).and_then(|t| t.chars().next());
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    !goes_on(before) && !goes_on(after)
}

/// Names of months in English, Norwegian and Spanish.
const MONTH_NAMES: [&str; 3] = [
    "january february march april may june july august september october november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
];

/// The number of a month by its name or the first three letters and more of it.
pub fn month_number(name: &str) -> Option<i16> {
    let name = name.trim_end_matches('.').to_lowercase();
    if name.len() < 3 {
        return None;
    }
    let named = |names: &&str| names.split(' ').position(|full| full.starts_with(&name));
    let index = MONTH_NAMES.iter().find_map(named)?;
    i16::try_from(index + 1).ok()
}

/// A length of time in calendar units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Length {
    /// Calendar months.
    pub months: i32,
    /// Days beside them.
    pub days: i32,
}

impl Length {
    /// The day this long after another; `None` beyond the calendar.
    pub fn after(self, from: Date) -> Option<Date> {
        from.checked_add(self.months.months().days(self.days)).ok()
    }
}

static LENGTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?P<n>\d{1,3}|a|an|one|two|three|four|five|six|nine|ten|twelve|eighteen)  # how many
        [\s-]+ (?P<unit>day|week|month|quarter|year)s?\b                            # of what
        ",
    )
    .ok()
});

/// The first length of time in a text: "6 months", "a year", "two-week".
pub fn find_length(text: &str) -> Option<Length> {
    let captures = LENGTH.as_ref()?.captures(text)?;
    let number: i32 = match captures.name("n")?.as_str().to_ascii_lowercase().as_str() {
        "a" | "an" | "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "nine" => 9,
        "ten" => 10,
        "twelve" => 12,
        "eighteen" => 18,
        digits => digits.parse().ok()?,
    };
    Some(match captures.name("unit")?.as_str().to_ascii_lowercase().as_str() {
        "day" => Length { months: 0, days: number },
        "week" => Length { months: 0, days: number * 7 },
        "month" => Length { months: number, days: 0 },
        "quarter" => Length { months: number * 3, days: 0 },
        _ => Length { months: number * 12, days: 0 },
    })
}

static DURATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?:(?:about|around|approximately|almost|nearly|roughly|over|at\ least|up\ to|~)\s*)?   # how exact
        (?:
            \b\d+h\d+m?\b                                                                    # 1h50m
            |
            (?: \b(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half\ an)
                \s* -? \s* (?:days?|hours?|hrs?|minutes?|mins?|seconds?|weeks?|months?|[dhm])\b
                (?:\s*(?:,|and)?\s*)
            )+                                                                                 # 1 hour and 48 minutes
        )
        ",
    )
    .ok()
});

/// The first length of an outage in a text, as stated: "about 1 hour and 48 minutes", "5h 16m".
pub fn find_duration(text: &str) -> Option<Range<usize>> {
    let found = DURATION.as_ref()?.find(text)?;
    let stated = found.as_str().trim_end_matches(|c: char| c.is_whitespace() || c == ',');
    let stated = stated.strip_suffix(" and").unwrap_or(stated);
    Some(found.start()..found.start() + stated.len())
}

#[cfg(test)]
mod tests {
    use super::{Day, Length, Order, find_dates, find_duration, find_length, first_date, named_date, order};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = first_date(text).map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_that_are_no_dates_stay_numbers() {
        check("22025-03-18", "");
        check("version 1.2.20210", "");
        check("0.02.2020", "");
        check("31.06.2019", "");
        check("2021-13-01", "");
        check("in May 2021", "");
        check("build 20220513 of the tool", "");
        check("ratio 3/4", "");
        check("tel. 2021-05-113", "");
    }

    #[test]
    fn reads_every_form_of_a_day() {
        check("Date: 2021-05-11", "2021-05-11");
        check("2021/6/3: full", "2021-06-03");
        check("2020_09_26_use", "2020-09-26");
        check("13th July 2021", "2021-07-13");
        check("January 23rd, 2019 outage", "2019-01-23");
        check("October 9, 2025", "2025-10-09");
        check("* 2019 July 31: Initial draft", "2019-07-31");
        check("3 of May 2020", "2020-05-03");
        check("**Dato:** 23.08.2019", "2019-08-23");
        check("28/03/2018", "2018-03-28");
        check("10/31/2022", "2022-10-31");
        check("07-29-2023 11:51 am", "2023-07-29");
    }

    #[test]
    fn a_day_with_two_readings_stays_undecided() {
        check("Date: 01/06/2019", "");
        let found = find_dates("Date: 01/06/2019");
        assert_eq!(found[0].at, 6..16);
        let Day::Either { day_first, month_first } = found[0].day else { panic!("{found:?}") };
        assert_eq!(
            (day_first.to_string().as_str(), month_first.to_string().as_str()),
            ("2019-06-01", "2019-01-06")
        );
        check("05/05/2019", "2019-05-05");
    }

    #[test]
    fn tells_the_order_only_from_a_day_that_shows_it() {
        assert_eq!(order("28/03/2018"), Some(Order::DayFirst));
        assert_eq!(order("Date: 03/28/2018"), Some(Order::MonthFirst));
        assert_eq!(order("01/06/2019"), None);
        assert_eq!(order("05/05/2019"), None);
        assert_eq!(order("2018-03-28"), None);
    }

    #[test]
    fn names_and_fields_may_leave_out_the_separators() {
        let read = |text: &str| named_date(text).and_then(Day::sure).map(|d| d.to_string());
        assert_eq!(read("20200926-use-the-number").as_deref(), Some("2020-09-26"));
        assert_eq!(read("Introduced: 20220513").as_deref(), Some("2022-05-13"));
        assert_eq!(read("20229913-x"), None);
        assert_eq!(read("2021-06-03--database-full").as_deref(), Some("2021-06-03"));
        assert_eq!(read("größe-20220513").as_deref(), Some("2022-05-13"));
    }

    #[test]
    fn reads_lengths_of_time() {
        assert_eq!(find_length("review after 6 months"), Some(Length { months: 6, days: 0 }));
        assert_eq!(find_length("in a year"), Some(Length { months: 12, days: 0 }));
        assert_eq!(find_length("two weeks"), Some(Length { months: 0, days: 14 }));
        assert_eq!(find_length("many months"), None);
        let from = super::date(2017, 11, 30).unwrap();
        assert_eq!(Length { months: 3, days: 0 }.after(from).unwrap().to_string(), "2018-02-28");
    }

    #[test]
    fn reads_durations_as_stated() {
        let read = |text: &'static str| find_duration(text).map(|range| &text[range]);
        assert_eq!(read("5h 16m"), Some("5h 16m"));
        assert_eq!(read("lasting 1 hour and 48 minutes, from"), Some("1 hour and 48 minutes"));
        assert_eq!(read("for approximately nine hours before"), Some("approximately nine hours"));
        assert_eq!(read("~2 hours"), Some("~2 hours"));
        assert_eq!(read("down for about 1h50m"), Some("about 1h50m"));
        assert_eq!(read("2d 1h 29m"), Some("2d 1h 29m"));
        assert_eq!(read("a minute detail"), Some("a minute"));
        assert_eq!(read("no length"), None);
    }
}
