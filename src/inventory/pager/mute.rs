//! Hours in which a route sends nothing: mute and active time intervals of Alertmanager.
//!
//! Intervals that also depend on a day of the month, a month or a year are holidays and the like; they
//! are not weekly and are left out. <https://prometheus.io/docs/alerting/latest/configuration/#time_interval>

use crate::model::tree::Node;
use crate::text::{clock, week, weekday};

const DAY: u16 = 24 * 60;

/// A named interval with its minutes of the week, merged and half open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub name: String,
    pub hours: Vec<(u16, u16)>,
}

/// The weekly intervals that a configuration defines, in its own and in the operator's spelling.
pub(super) fn read(config: &Node) -> Vec<Interval> {
    let mut found = Vec::new();
    for key in ["time_intervals", "mute_time_intervals", "muteTimeIntervals", "timeIntervals", "muteTimes"] {
        for one in config.get(key).map(Node::items).unwrap_or_default() {
            let Some(name) = one.text_at("name") else { continue };
            let parts = one.get("time_intervals").or_else(|| one.get("timeIntervals"));
            let hours: Option<Vec<_>> =
                parts.map(Node::items).unwrap_or_default().iter().map(weekly).collect();
            if let Some(hours) = hours.map(|all| week::merged(all.into_iter().flatten().collect()))
                && !hours.is_empty()
            {
                found.push(Interval { name: name.to_owned(), hours });
            }
        }
    }
    found
}

/// The minutes of one part; `None` when it is not weekly or cannot be read.
fn weekly(part: &Node) -> Option<Vec<(u16, u16)>> {
    let dated = ["days_of_month", "months", "years", "daysOfMonth"];
    if dated.iter().any(|key| part.get(key).is_some_and(|value| !value.is_empty())) {
        return None;
    }
    let mut days = Vec::new();
    for day in part.get("weekdays").map(Node::items).unwrap_or_default() {
        let text = day.text()?;
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        days.extend(weekday_number(from)?..=weekday_number(to)?);
    }
    if days.is_empty() {
        days = (0..7).collect();
    }
    // Days are numbered from Sunday, minutes of the week from Monday.
    let starts = days.iter().map(|day| (day + 6) % 7 * DAY);
    let mut times = Vec::new();
    for time in part.get("times").map(Node::items).unwrap_or_default() {
        let at = |key: &str, other: &str| clock(time.text_at(key).or(time.text_at(other))?);
        times.push((at("start_time", "startTime")?, at("end_time", "endTime")?));
    }
    if times.is_empty() {
        times.push((0, DAY));
    }
    Some(starts.flat_map(|start| times.iter().map(move |(from, to)| (start + from, start + to))).collect())
}

/// A weekday as ranges count it: from Sunday, so that `monday:friday` goes up.
fn weekday_number(text: &str) -> Option<u16> {
    Some((weekday(text.trim())? + 1) % 7)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::parse::yaml;

    #[track_caller]
    fn check(text: &str, expected: &[(u16, u16)]) {
        let found = read(&yaml::parse(text).value[0]);
        assert_eq!(found.iter().flat_map(|one| one.hours.clone()).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn reads_weekly_intervals_and_leaves_out_dated_ones() {
        check(
            "time_intervals:\n- name: weekends\n  time_intervals:\n  - weekdays: [saturday, sunday]\n",
            &[(7200, 10080)],
        );
        check(
            "mute_time_intervals:\n- name: nights\n  time_intervals:\n  - times: [{start_time: '22:00', end_time: '24:00'}]\n    weekdays: ['monday:tuesday']\n",
            &[(1320, 1440), (2760, 2880)],
        );
        check("time_intervals:\n- name: year-end\n  time_intervals:\n  - months: ['december']\n", &[]);
        check("time_intervals:\n- name: odd\n  time_intervals:\n  - weekdays: [{{ x }}]\n", &[]);
    }
}
