//! Deferred work with its age, its standing and its rank.
//!
//! Tests and examples are left out: debt there fails no night. The exception is a skipped test of
//! what a bad night depends on (restore, failover, rollback): that net is not there. What is overdue by its own words comes
//! first, what the code has already paid comes last.
//!
//! - `due`: conditions that have come true
//! - `rank`: what a deferral weighs, with the reasons

pub(super) mod due;
mod rank;

use std::cmp::Reverse;

use super::Material;
use super::owner::Owners;
use crate::model::fact::{Carrier, DeferralComment};
use crate::model::thing::{Deferral, Incident};
use crate::model::{FactKind, RepoPath};
use crate::rules::DeferralWords;
use crate::text::{Role, role};

/// Every deferral outside of tests and examples: overdue ones first, paid ones last, then heaviest
/// first, then by place.
pub(super) fn take(material: &Material<'_>, incidents: &[Incident]) -> Vec<Deferral> {
    let own = rank::Own::of(incidents);
    let owners = Owners::of(material);
    let mut deferrals: Vec<Deferral> = material
        .of(|kind| if let FactKind::Deferral(comment) = kind { Some(comment) } else { None })
        .filter(|(span, comment)| counts(&span.path, comment))
        .map(|(span, comment)| {
            let origin = material.history.lines.get(&(span.path.clone(), span.at.line)).cloned();
            let mut deferral = Deferral {
                confirmed: comment.proof.as_ref().map(|proof| proof.is_there),
                overdue: due::overdue(
                    material,
                    &comment.conditions,
                    origin.as_ref().map(|origin| origin.date),
                ),
                owners: owners.as_ref().map(|owners| owners.of_path(&span.path)).unwrap_or_default(),
                age_days: origin.as_ref().and_then(|origin| days(material, origin.date)),
                function_changes: rank::function_changes(material, &span.path, comment.function),
                span,
                comment: comment.clone(),
                origin,
                weight: 0,
                ranked: Vec::new(),
                links: Vec::new(),
            };
            rank::rank(material, &own, &mut deferral);
            deferral
        })
        .collect();
    let order = |d: &Deferral| (d.confirmed == Some(false), d.overdue.is_none(), Reverse(d.weight));
    deferrals.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.span.cmp(&b.span)));
    deferrals
}

/// Whether a deferral is of the system that runs, or of a test that would have caught its failure.
fn counts(path: &RepoPath, comment: &DeferralComment) -> bool {
    let role = role(path);
    if comment.carrier != Carrier::SkippedTest {
        return !matches!(role, Role::Test | Role::Example);
    }
    let names = [path.file_name(), comment.symbol.as_deref().unwrap_or_default(), &comment.text];
    role != Role::Example
        && DeferralWords::builtin().is_some_and(|words| words.carriers().is_operational(&names))
}

/// Days from a commit to today; nothing for one that lies ahead of `--as-of`.
fn days(material: &Material<'_>, date: jiff::civil::Date) -> Option<u32> {
    let span = date.until(material.settings.as_of).ok()?;
    u32::try_from(span.get_days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::take;
    use crate::inventory::material::testing::with_material;
    use crate::inventory::{Material, incident};
    use crate::model::{History, LineOrigin, Person, RepoPath};

    const FILES: &[(&str, &str)] = &[
        (
            "src/a.go",
            "package a\n\nfunc f() {\n\tif err != nil {\n\t\t// Fine for now.\n\t\treturn\n\t}\n}\n",
        ),
        ("src/b.go", "package b\n\n// TODO: better names\nvar x = 1\n"),
        ("src/c.go", "package c\n\n// TODO: pagination\nvar x = 1\n"),
        ("tests/d.py", "# TODO: pagination\n"),
        ("examples/e.tf", "# TODO: backups\n"),
    ];

    #[test]
    fn ranks_load_bearing_places_first_and_leaves_tests_out() {
        with_material(FILES, |material| {
            let found = take(material, &incident::take(material));
            let paths: Vec<_> = found.iter().map(|d| d.span.path.as_str()).collect();
            assert_eq!(paths, ["src/a.go", "src/c.go", "src/b.go"]);
            assert!(found.iter().all(|d| d.age_days.is_none() && d.confirmed.is_none()));
        });
    }

    #[test]
    fn code_that_shows_the_problem_confirms_and_code_that_solved_it_pays() {
        let files = [
            ("src/a.py", "def f(u):\n    # TODO: add a timeout\n    return requests.get(u)\n"),
            ("src/b.go", "package b\n\nfunc f(u string) {\n\t// TODO: add a timeout\n\thttp.Get(u)\n}\n"),
            ("src/c.py", "def f(u):\n    # TODO: add a timeout\n    return requests.get(u, timeout=3)\n"),
            ("src/d.py", "def f(u):\n    # TODO: add a timeout\n    return load(u)\n"),
        ];
        with_material(&files, |material| {
            let found = take(material, &incident::take(material));
            let mut found: Vec<_> =
                found.iter().map(|d| (d.span.path.as_str(), d.confirmed, d.comment.function)).collect();
            found.sort_unstable();
            let expected = [
                ("src/a.py", Some(true), Some((1, 3))),
                ("src/b.go", Some(true), Some((3, 6))),
                ("src/c.py", Some(false), Some((1, 3))),
                ("src/d.py", None, Some((1, 3))),
            ];
            assert_eq!(found, expected);
        });
    }

    #[test]
    fn skipped_tests_count_where_a_night_depends_on_them() {
        let text = |name: &str| format!("@pytest.mark.skip(reason=\"flaky\")\ndef {name}(): pass\n");
        let (restore, colors) = (text("test_restore_of_a_dump"), text("test_colors"));
        with_material(&[("tests/test_a.py", &restore), ("tests/test_b.py", &colors)], |material| {
            let found = take(material, &incident::take(material));
            let paths: Vec<_> = found.iter().map(|d| d.span.path.as_str()).collect();
            assert_eq!(paths, ["tests/test_a.py"]);
        });
    }

    #[test]
    fn an_incident_of_the_same_mechanism_and_age_weigh() {
        let report = "# Postmortem: pages time out\n\nDate: 2026-01-02\n\n## Root cause\n\nThe list had no pagination; an unbounded \
                      query did a full table scan.\n\n## Action items\n\n- [ ] Add pagination\n";
        let mut files = FILES.to_vec();
        files.push(("docs/postmortems/2026-01-02-pages.md", report));
        with_material(&files, |material| {
            let origin = LineOrigin {
                commit: "c".repeat(40),
                date: date(2024, 6, 30),
                author: Person { name: "A".into(), email: "a@x".into() },
                at_least: false,
            };
            let mut history = History::default();
            history.lines.insert((RepoPath::new("src/c.go"), 3), origin);
            let material = Material { history: &history, ..*material };
            let found = take(&material, &incident::take(&material));
            assert_eq!(found[0].span.path.as_str(), "src/c.go");
            assert_eq!(found[0].age_days, Some(730));
            // 20 for naming a mechanism, 25 for the own incident, 8 quarters.
            assert_eq!(found[0].weight, 20 + 25 + 8);
        });
    }
}
