//! Minutes of a week, counted from Monday 00:00: how schedules are laid over each other.

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const SHOWN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Minutes of a week.
pub const WEEK: u16 = 7 * DAY;
/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A day by its English name or at least the first two letters of it; Monday is 0.
pub fn weekday(text: &str) -> Option<u16> {
    let lower = text.to_ascii_lowercase();
    let found = DAYS.iter().position(|day| lower.len() >= 2 && day.starts_with(lower.as_str()));
    found.and_then(|index| u16::try_from(index).ok())
}

/// `09:00` or `09:00:00` as minutes of a day; `24:00` is its end.
pub fn clock(text: &str) -> Option<u16> {
    let mut parts = text.split(':').map(|part| part.parse::<u16>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    (hour <= 24 && minute < 60 && (hour < 24 || minute == 0)).then_some(hour * 60 + minute)
}

/// `Sun 03:00` as a minute of the week.
pub fn parse_week_minute(text: &str) -> Option<u16> {
    let (day, time) = text.trim().split_once(char::is_whitespace)?;
    let time = clock(time.trim()).filter(|minute| *minute < DAY)?;
    Some(weekday(day)? * DAY + time)
}

/// A minute of the week as `Sun 03:00`.
pub fn week_minute(minute: u16) -> String {
    let (day, rest) = (usize::from(minute / DAY), minute % DAY);
    format!("{} {:02}:{:02}", SHOWN.get(day % 7).copied().unwrap_or("Mon"), rest / 60, rest % 60)
}

/// Sorted, without overlaps, what touches joined.
pub fn merged(mut hours: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    hours.retain(|(from, to)| from < to);
    hours.sort_unstable();
    let mut all: Vec<(u16, u16)> = Vec::new();
    for (from, to) in hours {
        match all.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => all.push((from, to)),
        }
    }
    all
}

/// The minutes of the week outside of some.
pub fn outside(hours: &[(u16, u16)]) -> Vec<(u16, u16)> {
    let mut gaps = Vec::new();
    let mut reached = 0;
    for (from, to) in hours {
        gaps.push((reached, *from));
        reached = *to;
    }
    gaps.push((reached, WEEK));
    gaps.retain(|(from, to)| from < to);
    gaps
}

/// The minutes that are in both.
pub fn common(a: &[(u16, u16)], b: &[(u16, u16)]) -> Vec<(u16, u16)> {
    let pairs = a.iter().flat_map(|one| b.iter().map(move |two| (one.0.max(two.0), one.1.min(two.1))));
    pairs.filter(|(from, to)| from < to).collect()
}

#[cfg(test)]
mod tests {
    use super::{WEEK, common, merged, outside, parse_week_minute, week_minute};

    #[test]
    fn a_minute_of_the_week_is_read_back_as_it_is_written() {
        for (text, minute) in [("Mon 00:00", 0), ("Sun 03:00", 8820), ("Fri 17:30", 6810)] {
            assert_eq!(parse_week_minute(text), Some(minute));
            assert_eq!(week_minute(minute), text);
        }
        assert_eq!(parse_week_minute("sunday 3:00"), Some(8820));
        for text in ["Sun", "Sun 25:00", "Sun 24:00", "S 03:00", "03:00", "Foo 03:00", "Sun 03"] {
            assert_eq!(parse_week_minute(text), None, "{text}");
        }
    }

    #[test]
    fn stretches_of_the_week_are_joined_laid_over_each_other_and_turned_around() {
        assert_eq!(merged(vec![(60, 120), (0, 60), (200, 200), (100, 130)]), [(0, 130)]);
        assert_eq!(outside(&[(60, 120), (1440, WEEK)]), [(0, 60), (120, 1440)]);
        assert_eq!(outside(&[]), [(0, WEEK)]);
        assert_eq!(common(&[(0, 100)], &[(50, 200), (300, 400)]), [(50, 100)]);
    }
}
