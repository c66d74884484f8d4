//! Commits that incidents ask for: those of their days, and those that reports name.

use std::collections::BTreeSet;

use git2::Oid;

use super::{IncidentRequest, churn};

/// Longer numbers are ids of something else.
const MAX_DIGITS: usize = 7;
/// A message that names more of them lists changes of others.
const MAX_NUMBERS: usize = 20;

/// What is asked, ready for one look per commit.
#[derive(Default)]
pub struct Wanted {
    /// First and last day since 1970, merged and sorted.
    days: Vec<(i64, i64)>,
    numbers: BTreeSet<u32>,
    commits: Vec<String>,
}

/// A commit that was asked for, and the counted paths it touched.
pub struct Touched {
    /// Its place in the graph.
    pub at: super::graph::At,
    /// Numbers it names.
    pub numbers: Vec<u32>,
    /// Whether it takes another back.
    pub is_revert: bool,
    /// Places of the counters of the files it touched, sorted.
    pub files: Vec<usize>,
}

impl Wanted {
    /// Of a request.
    pub fn of(request: &IncidentRequest) -> Self {
        let mut days: Vec<(i64, i64)> = Vec::new();
        for (first, last) in &request.days {
            let (first, last) = (churn::day(*first), churn::day(*last));
            match days.last_mut() {
                Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
                _ => days.push((first, last)),
            }
        }
        let commits = request.commits.iter().cloned().collect();
        Self { days, numbers: request.numbers.clone(), commits }
    }

    /// Whether a commit of this day is asked for.
    pub fn is_of_days(&self, day: i64) -> bool {
        let after = self.days.partition_point(|(first, _)| *first <= day);
        after.checked_sub(1).and_then(|at| self.days.get(at)).is_some_and(|(_, last)| day <= *last)
    }

    /// Whether a commit is asked for by its id.
    pub fn is_named(&self, id: Oid) -> bool {
        if self.commits.is_empty() {
            return false;
        }
        let id = id.to_string();
        let after = self.commits.partition_point(|prefix| *prefix <= id);
        // A longer prefix of the same id sorts after a shorter one.
        let before = self.commits.get(..after).unwrap_or_default();
        before.iter().rev().take(2).any(|prefix| id.starts_with(prefix.as_str()))
    }

    /// The asked numbers that a message names as `#12`, sorted.
    pub fn numbers_in(&self, message: &[u8]) -> Vec<u32> {
        if self.numbers.is_empty() {
            return Vec::new();
        }
        let mut found: BTreeSet<u32> = BTreeSet::new();
        let mut named = 0;
        for at in memchr::memchr_iter(b'#', message) {
            // `name#12` is of another repository.
            let before = at.checked_sub(1).and_then(|at| message.get(at));
            if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'/') {
                continue;
            }
            let rest = message.get(at + 1..).unwrap_or_default();
            let digits = rest.iter().take(MAX_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
            let number = rest.get(..digits).filter(|digits| (1..=MAX_DIGITS).contains(&digits.len()));
            let number = number.and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u32>().ok());
            named += usize::from(number.is_some());
            found.extend(number.filter(|number| self.numbers.contains(number)));
        }
        if named > MAX_NUMBERS { Vec::new() } else { found.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use git2::Oid;
    use jiff::civil::date;

    use super::super::IncidentRequest;
    use super::Wanted;

    fn wanted() -> Wanted {
        Wanted::of(&IncidentRequest {
            days: [(date(1970, 1, 3), date(1970, 1, 6)), (date(1970, 1, 5), date(1970, 1, 8))].into(),
            numbers: [12, 140].into(),
            commits: ["0a1b2c3".to_owned(), "0a1b2c3d".to_owned()].into(),
            ..IncidentRequest::default()
        })
    }

    #[test]
    fn days_are_taken_from_first_to_last() {
        let days: Vec<i64> = (0..12).filter(|day| wanted().is_of_days(*day)).collect();
        assert_eq!(days, [2, 3, 4, 5, 6, 7]);
        assert!(!Wanted::default().is_of_days(0));
    }

    #[test]
    fn numbers_are_those_of_this_repository() {
        assert_eq!(wanted().numbers_in(b"Raise the limit (#140)\n\nFixes #12, #12 and #13"), [12, 140]);
        assert!(wanted().numbers_in(b"see shop#12, a/b#12, #123456789 and # 12").is_empty());
        let log: String = (0..40).map(|number| format!("#{number} ")).collect();
        assert!(wanted().numbers_in(log.as_bytes()).is_empty(), "a list of changes names all of them");
    }

    #[test]
    fn commits_are_known_by_how_they_begin() {
        let named = |id: &str| wanted().is_named(Oid::from_str(&format!("{id:0<40}")).unwrap());
        assert!(named("0a1b2c3d") && named("0a1b2c3f") && named("0a1b2c3"));
        assert!(!named("0a1b2c2") && !named("1a1b2c3"));
    }
}
