//! How often files change, by whom, and how often it was taken back.

use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::Span;
use jiff::civil::Date;

use crate::model::{FileHistory, Person};

/// Half a year: who changed nothing since may have forgotten it.
pub const RECENT_DAYS: i64 = 180;
/// A year of releases, holidays and busy seasons.
pub const YEAR_DAYS: i64 = 365;

/// A repair counts half after so many days: of the half-lives tried on twenty incidents of one team,
/// the one that put the file at fault highest.
const HALF_LIFE_DAYS: f64 = 120.0;

/// Counters of one file, in days since 1970.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    commits: u32,
    commits_last_year: u32,
    last: Option<i64>,
    first: Option<i64>,
    change_heat: f64,
    fix_heat: f64,
    recent: BTreeMap<String, Rc<Person>>,
    /// Reverts that touched it.
    pub reverts: u32,
}

impl Counter {
    /// Counts a commit; the newest comes first.
    pub fn add(&mut self, day: i64, as_of: i64, is_fix: bool, author: Option<&Rc<Person>>) {
        let heat = 0.5_f64.powf((as_of - day).max(0) as f64 / HALF_LIFE_DAYS);
        self.change_heat += heat;
        self.fix_heat += if is_fix { heat } else { 0.0 };
        self.commits += 1;
        self.commits_last_year += u32::from((as_of - YEAR_DAYS + 1..=as_of).contains(&day));
        self.last = self.last.or(Some(day));
        self.first = Some(day);
        if let Some(author) = author {
            self.recent.entry(author.email.clone()).or_insert_with(|| Rc::clone(author));
        }
    }

    /// As the model has it.
    pub fn finish(self) -> FileHistory {
        let mut recent_authors: Vec<Person> =
            self.recent.into_values().map(|person| Person::clone(&person)).collect();
        recent_authors.sort();
        FileHistory {
            commits: self.commits,
            commits_last_year: self.commits_last_year,
            last_change: self.last.map(date),
            first_change: self.first.map(date),
            recent_authors,
            reverts: self.reverts,
            change_heat: thousandths(self.change_heat),
            fix_heat: thousandths(self.fix_heat),
        }
    }
}

fn thousandths(heat: f64) -> u32 {
    (heat * 1000.0).round() as u32
}

/// Days since 1970 of a date.
pub fn day(date: Date) -> i64 {
    i64::from((date - EPOCH).get_days())
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// The date of a day since 1970; a broken clock's day is the nearest that has a date.
pub fn date(day: i64) -> Date {
    let limit = if day < 0 { Date::MIN } else { Date::MAX };
    Span::new().try_days(day).ok().and_then(|span| EPOCH.checked_add(span).ok()).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::{date, day};
    use jiff::civil::Date;

    #[test]
    fn days_and_dates_agree() {
        for (year, month, of_month) in [(1970, 1, 1), (2024, 2, 29), (1969, 12, 31), (2026, 11, 21)] {
            let at = Date::constant(year, month, of_month);
            assert_eq!(date(day(at)), at);
        }
        assert_eq!(date(i64::MAX), Date::MAX);
        assert_eq!(date(i64::MIN), Date::MIN);
    }
}
