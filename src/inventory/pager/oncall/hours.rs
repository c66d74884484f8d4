//! The hours of the week that a layer of a schedule covers.
//!
//! Minutes count from Monday 00:00 in the schedule's own time zone. A value that is set elsewhere makes
//! the hours unknown; no restriction at all means the whole week.

use crate::model::tree::Node;
use crate::rules::HoursForm;
use crate::text::{self, week::WEEK};

const DAY: u32 = 24 * 60;

/// Covered minutes, half open and unmerged.
type Hours = Vec<(u16, u16)>;

/// Covered minutes, half open and unmerged; `None` when they cannot be read.
pub(super) fn covered(layer: &Node, form: Option<HoursForm>) -> Option<Hours> {
    let form = form?;
    // What a `dynamic` block makes is not known here.
    let is_made = layer
        .get_all("dynamic")
        .any(|made| made.entries().iter().any(|entry| entry.key.contains("restriction")));
    if is_made {
        return None;
    }
    match form {
        HoursForm::StartAndDuration => each(layer, &["restriction"], start_and_duration),
        HoursForm::DayRange => each(layer, &["restriction", "restrictions"], day_range),
        HoursForm::HourRange => match layer.get("time_restriction") {
            None => Some(vec![(0, WEEK)]),
            Some(limit) => each(limit, &["restriction", "restrictions"], hour_range),
        },
        HoursForm::DailyShift => daily_shift(layer),
    }
}

fn each(layer: &Node, names: &[&str], one: fn(&Node) -> Option<Hours>) -> Option<Hours> {
    let mut hours = Vec::new();
    let mut is_limited = false;
    for name in names {
        for block in layer.get_all(name) {
            // A list of blocks in the newer spelling.
            let blocks = if block.items().is_empty() { std::slice::from_ref(block) } else { block.items() };
            for block in blocks {
                is_limited = true;
                hours.extend(one(block)?);
            }
        }
    }
    Some(if is_limited { hours } else { vec![(0, WEEK)] })
}

fn start_and_duration(block: &Node) -> Option<Hours> {
    let start = clock(block.text_at("start_time_of_day")?)?;
    let length = u32::try_from(block.get("duration_seconds")?.as_i64()?).ok()? / 60;
    if block.text_at("type") == Some("weekly_restriction") {
        let day = u32::try_from(block.get("start_day_of_week")?.as_i64()?).ok()?.checked_sub(1)?;
        return Some(span(day.checked_mul(DAY)? + start, length));
    }
    Some((0..7).flat_map(|day| span(day * DAY + start, length)).collect())
}

fn day_range(block: &Node) -> Option<Hours> {
    let from = weekday(block.text_at("start_day")?)? * DAY + clock(block.text_at("start_time")?)?;
    let to = weekday(block.text_at("end_day")?)? * DAY + clock(block.text_at("end_time")?)?;
    Some(between(from, to))
}

fn hour_range(block: &Node) -> Option<Hours> {
    let number = |key: &str| block.get(key).map_or(Some(0), |n| u32::try_from(n.as_i64()?).ok());
    let start = number("start_hour")?.checked_mul(60)?.checked_add(number("start_min")?)?;
    let end = number("end_hour")?.checked_mul(60)?.checked_add(number("end_min")?)?;
    if start > DAY || end > DAY {
        return None;
    }
    match (block.text_at("start_day"), block.text_at("end_day")) {
        (Some(from), Some(to)) => Some(between(weekday(from)? * DAY + start, weekday(to)? * DAY + end)),
        _ => {
            let length = if end > start { end - start } else { end + DAY - start };
            Some((0..7).flat_map(|day| span(day * DAY + start, length)).collect())
        }
    }
}

fn daily_shift(shift: &Node) -> Option<Hours> {
    let begin: jiff::civil::DateTime = shift.text_at("start")?.trim_end_matches('Z').parse().ok()?;
    let start = u32::try_from(begin.hour()).ok()? * 60 + u32::try_from(begin.minute()).ok()?;
    let length = u32::try_from(shift.get("duration")?.as_i64()?).ok()? / 60;
    let is_every = shift.get("interval").is_none_or(|every| every.as_i64() == Some(1));
    match shift.text_at("frequency")? {
        _ if !is_every => None,
        "daily" => Some((0..7).flat_map(|day| span(day * DAY + start, length)).collect()),
        "weekly" => {
            let mut days = Vec::new();
            for day in shift.get("by_day").map(Node::items).unwrap_or_default() {
                days.push(weekday(day.text()?)?);
            }
            if days.is_empty() {
                days.push(u32::try_from(begin.weekday().to_monday_zero_offset()).ok()?);
            }
            Some(days.into_iter().flat_map(|day| span(day * DAY + start, length)).collect())
        }
        _ => None,
    }
}

fn clock(text: &str) -> Option<u32> {
    text::clock(text).map(u32::from)
}

fn weekday(text: &str) -> Option<u32> {
    text::weekday(text).map(u32::from)
}

fn between(from: u32, to: u32) -> Vec<(u16, u16)> {
    let week = u32::from(WEEK);
    span(from, if to > from { to - from } else { to + week - from })
}

/// A stretch of the week; what passes Sunday goes on at Monday.
fn span(start: u32, length: u32) -> Vec<(u16, u16)> {
    let week = u32::from(WEEK);
    if length >= week {
        return vec![(0, WEEK)];
    }
    let (start, end) = (start % week, start % week + length);
    let minute = |at: u32| u16::try_from(at).unwrap_or(WEEK);
    if end <= week {
        return vec![(minute(start), minute(end))];
    }
    vec![(minute(start), WEEK), (0, minute(end - week))]
}

#[cfg(test)]
mod tests {
    use super::covered;
    use crate::parse::hcl;
    use crate::rules::HoursForm;

    #[track_caller]
    fn check(form: HoursForm, text: &str, expected: Option<&[(u16, u16)]>) {
        let layer = hcl::parse(text).value.expect("the layer is HCL");
        assert_eq!(covered(&layer, Some(form)).as_deref(), expected, "{text}");
    }

    #[test]
    fn reads_the_hours_of_each_form() {
        check(HoursForm::StartAndDuration, "users = []\n", Some(&[(0, 10080)]));
        check(
            HoursForm::StartAndDuration,
            "restriction {\n type = \"weekly_restriction\"\n start_day_of_week = 7\n start_time_of_day = \"20:00:00\"\n duration_seconds = 28800\n}\n",
            Some(&[(9840, 10080), (0, 240)]),
        );
        check(
            HoursForm::DayRange,
            "restriction {\n start_day = \"monday\"\n start_time = \"09:00:00\"\n end_day = \"friday\"\n end_time = \"17:00:00\"\n}\n",
            Some(&[(540, 6780)]),
        );
        check(
            HoursForm::HourRange,
            "time_restriction {\n type = \"weekday-and-time-of-day\"\n restrictions {\n start_day = \"friday\"\n start_hour = 18\n start_min = 0\n end_day = \"monday\"\n end_hour = 8\n end_min = 0\n }\n}\n",
            Some(&[(6840, 10080), (0, 480)]),
        );
        check(
            HoursForm::DailyShift,
            "start = \"2024-01-01T09:00:00\"\nduration = 28800\nfrequency = \"weekly\"\nby_day = [\"MO\", \"TU\"]\n",
            Some(&[(540, 1020), (1980, 2460)]),
        );
    }

    #[test]
    fn what_is_set_elsewhere_is_unknown() {
        check(
            HoursForm::StartAndDuration,
            "restriction {\n start_time_of_day = var.start\n duration_seconds = 1\n}\n",
            None,
        );
        check(HoursForm::StartAndDuration, "dynamic \"restriction\" {\n for_each = var.r\n}\n", None);
        check(
            HoursForm::DailyShift,
            "start = \"2024-01-01T09:00:00\"\nduration = 60 * 60\nfrequency = \"daily\"\n",
            None,
        );
    }
}
