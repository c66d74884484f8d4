//! How long a schedule may leave between two runs.
//!
//! Reads cron with five or six fields and its `@` names, `@every`, AWS `cron(…)` and `rate(…)`,
//! systemd `OnCalendar` and time spans. It answers one question, the longest gap, because that is
//! what can be lost; it does not tell when a schedule runs next, and it knows no time zones: a gap
//! may be an hour longer or shorter on the night the clocks change.

use std::time::Duration;

use croner::Cron;
use croner::parser::{CronParser, Seconds};
use jiff::civil::DateTime;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Month and year of systemd time spans.
const MONTH: u64 = 2_629_800;
const YEAR: u64 = 31_557_600;
/// A Friday before a common year, so that a full leap cycle follows within [`LOOK_AHEAD_YEARS`].
const START: DateTime = DateTime::constant(2027, 1, 1, 0, 0, 0, 0);
const LOOK_AHEAD_YEARS: i16 = 5;
/// Two weeks of every minute: a schedule that runs more often than that is told by its weeks.
const MAX_RUNS: usize = 21_000;

/// The longest time between two runs in seconds; `None` for a text that is no schedule, or one that
/// does not repeat (`@reboot`, a single date).
pub fn max_gap_seconds(text: &str) -> Option<u64> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let lower = text.to_ascii_lowercase();
    if let Some(rate) = inside(&lower, "rate(") {
        return span_seconds(rate);
    }
    if inside(&lower, "cron(").is_some() {
        return aws_cron(inside(text, text.get(..5)?)?);
    }
    if let Some(every) = lower.strip_prefix("@every ") {
        return span_seconds(every);
    }
    if let Some(named) = lower.strip_prefix('@').or(Some(&lower)).and_then(named) {
        return Some(named);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    match fields.len() {
        5 | 6 if !text.contains("..") && !fields.iter().any(|f| f.contains(':')) => {
            // Jenkins and others write H for "some fixed value".
            let fixed: Vec<&str> = fields.iter().map(|f| if *f == "H" { "0" } else { *f }).collect();
            cron(&fixed.join(" ").replace('?', "*"), false)
        }
        _ => on_calendar(text),
    }
}

/// A time span in seconds: `12 hours`, `1h 30min`, `90`, `24h0m0s`.
pub fn span_seconds(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let amount: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = match rest.get(..letters)? {
            "" | "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => MINUTE,
            "h" | "hr" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" => DAY,
            "w" | "week" | "weeks" => 7 * DAY,
            "M" | "month" | "months" => MONTH,
            "y" | "year" | "years" => YEAR,
            _ => return None,
        };
        total = total.checked_add(amount.checked_mul(unit)?)?;
        rest = rest.get(letters..)?.trim_start();
    }
    (total > 0).then_some(total)
}

/// A gap in words: `2 hours`, `3 days`, `90 minutes`.
pub fn in_words(seconds: u64) -> String {
    let (amount, unit) = match seconds {
        s if s >= 2 * DAY && s % DAY == 0 => (s / DAY, "day"),
        s if s >= 3 * DAY => (s.div_ceil(DAY), "day"),
        s if s >= HOUR && s % HOUR == 0 => (s / HOUR, "hour"),
        s if s >= 3 * HOUR => (s.div_ceil(HOUR), "hour"),
        s if s >= MINUTE => (s.div_ceil(MINUTE), "minute"),
        s => (s, "second"),
    };
    format!("{amount} {unit}{}", if amount == 1 { "" } else { "s" })
}

fn inside<'a>(text: &'a str, open: &str) -> Option<&'a str> {
    text.strip_prefix(open)?.strip_suffix(')').map(str::trim)
}

fn named(name: &str) -> Option<u64> {
    Some(match name {
        "minutely" => MINUTE,
        "hourly" => HOUR,
        "daily" | "midnight" => DAY,
        "weekly" => 7 * DAY,
        "monthly" => 31 * DAY,
        "quarterly" => 92 * DAY,
        "semiannually" => 184 * DAY,
        "yearly" | "annually" => 366 * DAY,
        _ => return None,
    })
}

/// Minutes, hours, day of month, month, day of week (1 is Sunday), year.
fn aws_cron(text: &str) -> Option<u64> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday, year] = fields[..] else { return None };
    if year != "*" {
        return None;
    }
    cron(&[minute, hour, day, month, weekday].join(" ").replace('?', "*"), true)
}

fn cron(text: &str, is_sunday_one: bool) -> Option<u64> {
    let parser = CronParser::builder()
        .seconds(Seconds::Optional)
        .alternative_weekdays(is_sunday_one)
        .sloppy_ranges(true)
        .build();
    longest_gap(&parser.parse(text).ok()?)
}

fn longest_gap(cron: &Cron) -> Option<u64> {
    let mut last = cron.find_next_occurrence(&START, true).ok()?;
    let mut longest = Duration::ZERO;
    for _ in 0..MAX_RUNS {
        let Ok(next) = cron.find_next_occurrence(&last, false) else { break };
        longest = longest.max(Duration::try_from(next.duration_since(last)).ok()?);
        if next.year() > START.year() + LOOK_AHEAD_YEARS {
            break;
        }
        last = next;
    }
    (longest > Duration::ZERO).then_some(longest.as_secs())
}

/// `[weekdays] [year-month-day] [hour:minute[:second]] [zone]`, as in systemd.time(7).
fn on_calendar(text: &str) -> Option<u64> {
    let (mut weekday, mut date, mut time) = ("*".to_owned(), ["*", "*", "*"], ["0", "0", "0"]);
    let mut parts = 0;
    for word in text.split_whitespace() {
        let first = word.chars().next()?;
        if word.contains(':') {
            let fields: Vec<&str> = word.split(':').collect();
            time = match fields[..] {
                [hour, minute] => [hour, minute, "0"],
                [hour, minute, second] => [hour, minute, second],
                _ => return None,
            };
        } else if first.is_ascii_alphabetic() && is_weekdays(word) {
            weekday = word.replace("..", "-");
        } else if first.is_ascii_alphabetic() {
            continue; // a time zone
        } else {
            let fields: Vec<&str> = word.split('-').collect();
            date = match fields[..] {
                [year, month, day] => [year, month, day],
                [month, day] => ["*", month, day],
                _ => return None,
            };
        }
        parts += 1;
    }
    if parts == 0 || date[0] != "*" {
        return None;
    }
    let field = |text: &str, most: u32| {
        let each = text.replace("..", "-");
        let each = each.split(',').map(|one| match one.split_once('/') {
            Some((from, step)) if from != "*" && !from.contains('-') => format!("{from}-{most}/{step}"),
            _ => one.to_owned(),
        });
        each.collect::<Vec<_>>().join(",")
    };
    let second = time[2].split('.').next().unwrap_or("0");
    let fields = [
        field(second, 59),
        field(time[1], 59),
        field(time[0], 23),
        field(date[2], 31),
        field(date[1], 12),
        weekday,
    ];
    cron(&fields.join(" "), false)
}

fn is_weekdays(word: &str) -> bool {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let names = word.split([',', '.']).filter(|part| !part.is_empty());
    names.clone().count() > 0
        && names.into_iter().all(|name| {
            let short = name.to_ascii_lowercase();
            short.get(..3).is_some_and(|short| DAYS.contains(&short))
        })
}

#[cfg(test)]
mod tests {
    use super::{in_words, max_gap_seconds, span_seconds};

    #[track_caller]
    fn check(text: &str, hours: impl Into<Option<f64>>) {
        let expected = hours.into().map(|h: f64| (h * 3600.0) as u64);
        assert_eq!(max_gap_seconds(text), expected, "{text}");
    }

    #[test]
    fn knows_the_longest_gap_of_cron() {
        check("0 2 * * *", 24.0);
        check("*/15 * * * *", 0.25);
        check("0 12-22/2 * * *", 14.0);
        check("0 3 * * 1-5", 72.0);
        check("0 3 * * 0", 168.0);
        check("0 0 1 * *", 31.0 * 24.0);
        check("30 4 * * SAT,SUN", 144.0);
        check("H 2 * * *", 24.0);
        check("\"0 2 * * *\"", 24.0);
    }

    #[test]
    fn knows_seconds_first_and_names() {
        check("0 0 2 * * *", 24.0);
        check("0 0 */6 * * *", 6.0);
        check("@daily", 24.0);
        check("@every 6h", 6.0);
        check("@weekly", 168.0);
        check("@reboot", None);
    }

    #[test]
    fn knows_schedules_of_aws() {
        check("rate(12 hours)", 12.0);
        check("rate(1 day)", 24.0);
        check("cron(0 5 ? * * *)", 24.0);
        check("cron(0 5 ? * SUN *)", 168.0);
        // 1 is Sunday there, so 2-6 is Monday to Friday.
        check("cron(0 5 ? * 2-6 *)", 72.0);
        check("cron(0 5 1 1 ? 2027)", None);
    }

    #[test]
    fn knows_calendars_of_systemd() {
        check("daily", 24.0);
        check("*-*-* 02:00:00", 24.0);
        check("*-*-* 00/6:00:00", 6.0);
        check("*:0/15", 0.25);
        check("Mon..Fri 10:00", 72.0);
        check("Sun *-*-* 03:00 UTC", 168.0);
        check("Sat,Sun 03:30", 144.0);
        check("*-*-01 04:00:00", 31.0 * 24.0);
        check("2027-01-01 00:00", None);
    }

    #[test]
    fn says_nothing_of_other_texts() {
        for text in ["", "soon", "{{ .Values.schedule }}", "a b c d e", "99 99 * * *", "cron(", "0 0 31 2 *"]
        {
            check(text, None);
        }
    }

    #[test]
    fn reads_spans_and_says_them() {
        assert_eq!(span_seconds("1h 30min"), Some(5400));
        assert_eq!(span_seconds("24h0m0s"), Some(86400));
        assert_eq!(span_seconds("soon"), None);
        assert_eq!(in_words(86400), "24 hours");
        assert_eq!(in_words(14 * 3600), "14 hours");
        assert_eq!(in_words(300), "5 minutes");
        assert_eq!(in_words(604_800), "7 days");
        assert_eq!(in_words(1), "1 second");
    }
}
