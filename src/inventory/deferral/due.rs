//! Conditions of deferrals that have come true: a day that has passed, a version that is out or in
//! use, a file that is gone, a launch that has happened.
//!
//! A condition that was already true when its line was written means something else and is left
//! alone. What nothing in the repository can settle stays open.

use jiff::civil::Date;

use crate::inventory::Material;
use crate::model::fact::{Condition, ConditionKind, DeclaredVersion};
use crate::model::thing::Overdue;
use crate::model::{FactKind, Release, Span};

/// A version as numbers, missing parts zero.
type Version = [u32; 3];

/// The first condition that has come true, of a text that was written on a day.
pub(in crate::inventory) fn overdue(
    material: &Material<'_>,
    conditions: &[Condition],
    written: Option<Date>,
) -> Option<Overdue> {
    conditions.iter().find_map(|condition| {
        let (because, since) = came_true(material, condition, written)?;
        Some(Overdue { condition: condition.text.clone(), because, since })
    })
}

fn came_true(
    material: &Material<'_>,
    condition: &Condition,
    written: Option<Date>,
) -> Option<(String, Option<Date>)> {
    match &condition.kind {
        ConditionKind::Date(day) => {
            let day: Date = day.parse().ok()?;
            let is_past = day < material.settings.as_of && written.is_none_or(|written| written <= day);
            is_past.then(|| (format!("{day} has passed"), Some(day)))
        }
        ConditionKind::Version { of: None, version, .. } => own_version(material, version, written),
        ConditionKind::Version { of: Some(of), version, is_end: false } if is_own_name(material, of) => {
            own_version(material, version, written)
        }
        ConditionKind::Version { of: Some(of), version, is_end } => {
            declared(material, of, version, *is_end).map(|because| (because, None))
        }
        ConditionKind::Gone(path) => {
            let parent = path.rsplit_once('/')?.0;
            let is_at = |known: &str, wanted: &str| {
                known.strip_suffix(wanted).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            };
            // Only of a folder that is known here can it be said that a file of it is gone.
            let has_folder = material.paths.iter().any(|known| is_at(known.parent(), parent));
            let is_there = material.paths.iter().any(|known| is_at(known.as_str(), path));
            (has_folder && !is_there).then(|| (format!("{path} is gone"), None))
        }
        ConditionKind::Launch(_) => released(material, [1, 0, 0], written),
    }
}

/// Whether the project itself has come to a version: by a release, else by what it says of itself.
fn own_version(
    material: &Material<'_>,
    version: &str,
    written: Option<Date>,
) -> Option<(String, Option<Date>)> {
    let wanted = numbers(version)?;
    released(material, wanted, written).or_else(|| {
        // Without a date of its own this counts only where nothing was released that says otherwise.
        let is_untagged = material.history.releases.iter().all(|release| version_of(&release.tag).is_none());
        let (span, own) = versions(material).find(|(_, found)| found.is_own && is_untagged)?;
        // A candidate comes before its version.
        let is_final = own.version.chars().all(|c| c.is_ascii_digit() || c == '.');
        let end = own.version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(own.version.len());
        let at = numbers(own.version.get(..end)?.trim_end_matches('.'))?;
        let is_true = if is_final { at >= wanted } else { at > wanted };
        is_true.then(|| (format!("{}:{} says version {}", span.path, span.at.line, own.version), None))
    })
}

fn versions<'a>(material: &Material<'a>) -> impl Iterator<Item = (Span, &'a DeclaredVersion)> {
    material.of(|kind| if let FactKind::Version(version) = kind { Some(version) } else { None })
}

/// Whether a name is that of the project itself.
fn is_own_name(material: &Material<'_>, name: &str) -> bool {
    let is_own = |found: &DeclaredVersion| found.is_own && found.of == name;
    material.settings.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
        || versions(material).any(|(_, found)| is_own(found))
}

/// Other spellings of one name.
const SPELLINGS: &[(&str, &str)] = &[
    ("k8s", "kubernetes"),
    ("nodejs", "node"),
    ("golang", "go"),
    ("python3", "python"),
    ("postgresql", "postgres"),
    ("rubyonrails", "rails"),
];

fn spelled(name: &str) -> &str {
    let name = name.strip_suffix(".js").unwrap_or(name);
    SPELLINGS.iter().find(|(other, _)| *other == name).map_or(name, |(_, name)| name)
}

/// Whether every declared version of something has reached a version, or has left it behind.
fn declared(material: &Material<'_>, of: &str, wanted: &str, is_end: bool) -> Option<String> {
    let parts = wanted.split('.').count();
    let wanted_numbers = numbers(wanted)?;
    let mut least: Option<(Version, &str, String)> = None;
    for (span, found) in versions(material).filter(|(_, found)| !found.is_own) {
        if spelled(&found.of) != spelled(of) {
            continue;
        }
        // `3.8` is left behind by `3.9`, not by `3.8.1`.
        let mut version = numbers(&found.version)?;
        version.iter_mut().skip(parts).for_each(|part| *part = 0);
        if least.as_ref().is_none_or(|(known, ..)| version < *known) {
            least = Some((version, &found.version, format!("{}:{}", span.path, span.at.line)));
        }
    }
    let (version, written, at) = least?;
    let is_true = if is_end { version > wanted_numbers } else { version >= wanted_numbers };
    is_true.then(|| format!("{at} declares {} {written}", spelled(of)))
}

/// The earliest release that is at least a version, if it came after the line was written.
fn released(
    material: &Material<'_>,
    wanted: Version,
    written: Option<Date>,
) -> Option<(String, Option<Date>)> {
    let written = written?;
    // Releases are often cut on side branches, so any tag counts.
    let reached = |release: &&Release| version_of(&release.tag).is_some_and(|version| version >= wanted);
    let first = material
        .history
        .releases
        .iter()
        .filter(reached)
        .min_by_key(|r| (r.date, r.tag.contains('/'), r.tag.clone()))?;
    (first.date >= written && first.date <= material.settings.as_of)
        .then(|| (format!("{} was released on {}", first.tag, first.date), Some(first.date)))
}

/// The version a tag names: `v1.2.3`, `release-1.2`, `app/2.0`. A day or a candidate is none.
fn version_of(tag: &str) -> Option<Version> {
    let start = tag.find(|c: char| c.is_ascii_digit())?;
    let rest = tag.get(start..)?;
    let is_final = rest.chars().all(|c| c.is_ascii_digit() || c == '.');
    // `2024-11-03` and `20241103` are days.
    let version = numbers(rest).filter(|version| is_final && version[0] < 1_900)?;
    rest.contains('.').then_some(version)
}

fn numbers(text: &str) -> Option<Version> {
    let mut version = [0; 3];
    for (part, place) in text.split('.').zip(&mut version) {
        *place = part.parse().ok()?;
    }
    Some(version)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::{overdue, version_of};
    use crate::inventory::Material;
    use crate::inventory::material::testing::with_material;
    use crate::model::fact::DeferralComment;
    use crate::model::{FactKind, History, Release, RepoPath};

    const GEMS: &str = "GEM\n  specs:\n    rails (7.1.2)\n";

    /// A comment written on a day, in a repository with one release: why it is due.
    #[track_caller]
    fn check(comment: &str, written: Date, expected: Option<&str>) {
        let text = format!("# {comment}\nx = 1\n");
        with_material(
            &[("src/a.py", &text), ("lib/old.py", "x = 1\n"), ("Gemfile.lock", GEMS)],
            |material| {
                let released = |tag: &str, date| Release {
                    tag: tag.into(),
                    commit: "d".repeat(40),
                    date,
                    is_ancestor: true,
                    commits_since: Some(1),
                };
                let history = History {
                    releases: vec![
                        released("v2.1.0", date(2025, 5, 1)),
                        released("v1.0.0", date(2024, 5, 1)),
                        released("v0.9.0", date(2023, 5, 1)),
                    ],
                    ..History::default()
                };
                let material = Material { history: &history, ..*material };
                let facts = material.of(|kind| if let FactKind::Deferral(c) = kind { Some(c) } else { None });
                let found: Vec<(_, &DeferralComment)> = facts.collect();
                assert_eq!(found.len(), 1, "{comment}: {}", RepoPath::new("src/a.py"));
                let due = overdue(&material, &found[0].1.conditions, Some(written));
                assert_eq!(due.as_ref().map(|due| due.because.as_str()), expected, "{comment}");
            },
        );
    }

    #[test]
    fn what_lies_ahead_or_was_true_when_written_is_not_due() {
        check("TODO: remove in 2031", date(2024, 1, 1), None);
        check("TODO: remove in 2023", date(2024, 1, 1), None);
        check("TODO: remove in v3", date(2024, 1, 1), None);
        check("TODO: remove in v2", date(2026, 1, 1), None);
        check("TODO: fix before launch", date(2026, 1, 1), None);
        check("Remove once lib/old.py is gone.", date(2024, 1, 1), None);
        check("Remove once other/place.py is gone.", date(2024, 1, 1), None);
        check("TODO: remove once we upgrade to Rails 7.2", date(2024, 1, 1), None);
        check("TODO: remove once we drop Rails 7.1", date(2024, 1, 1), None);
        check("TODO: remove once we upgrade to Django 4.2", date(2024, 1, 1), None);
    }

    #[test]
    fn says_what_has_come_true() {
        check("TODO: remove in 2024", date(2024, 1, 1), Some("2024-12-31 has passed"));
        check("TODO: remove in v2", date(2024, 1, 1), Some("v2.1.0 was released on 2025-05-01"));
        check("TODO: fix before launch", date(2024, 1, 1), Some("v1.0.0 was released on 2024-05-01"));
        let rails = Some("Gemfile.lock:3 declares rails 7.1.2");
        check("TODO: remove once we upgrade to Rails 7.1", date(2024, 1, 1), rails);
        check("TODO: remove when we drop support for Rails 7.0", date(2024, 1, 1), rails);
        check("Remove once lib/older.py is gone.", date(2024, 1, 1), Some("lib/older.py is gone"));
    }

    #[test]
    fn days_and_candidates_are_no_versions() {
        for tag in ["2024-11-03", "20241103", "v2.0.0-rc1", "latest", "v3"] {
            assert_eq!(version_of(tag), None, "{tag}");
        }
        assert_eq!(version_of("release-1.2"), Some([1, 2, 0]));
        assert_eq!(version_of("v10.2.3"), Some([10, 2, 3]));
    }
}
