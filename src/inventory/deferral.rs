//! Deferred work with its age and rank.
//!
//! Tests and examples are left out: debt there fails no night. The rank orders, it does not forecast;
//! its parts are the constants below.

use std::collections::BTreeSet;

use super::Material;
use crate::model::fact::{DeferralComment, MentionKind, Tier};
use crate::model::thing::{Deferral, Incident};
use crate::model::{FactKind, Span};
use crate::text::{Role, role};

/// The code it stands in fails first when something fails.
const FOR_PLACE: u32 = 30;
/// An own incident went the same way.
const FOR_OWN_MECHANISM: u32 = 25;
/// An own incident names the file.
const FOR_OWN_PATH: u32 = 25;
/// It says how it fails.
const FOR_MECHANISM: u32 = 20;
/// Nobody filed it: no marker, so no search for markers finds it.
const FOR_NO_MARKER: u32 = 5;
/// Each quarter it has stood adds one, up to five years.
const DAYS_PER_POINT: u32 = 91;
const MOST_FOR_AGE: u32 = 20;
/// Each change of its file in the last year adds one: busy code meets its limits sooner.
const MOST_FOR_CHURN: u32 = 10;

/// Every deferral outside of tests and examples, heaviest first, then by place.
pub(super) fn take(material: &Material<'_>, incidents: &[Incident]) -> Vec<Deferral> {
    let mechanisms: BTreeSet<&str> = incidents
        .iter()
        .flat_map(|incident| &incident.report.mechanisms)
        .map(|score| score.id.as_str())
        .collect();
    let paths: BTreeSet<&str> = incidents
        .iter()
        .flat_map(|incident| &incident.report.mentions)
        .filter(|mention| mention.kind == MentionKind::Path)
        .map(|mention| mention.what.as_str())
        .collect();
    let mut deferrals: Vec<Deferral> = material
        .of(|kind| if let FactKind::Deferral(comment) = kind { Some(comment) } else { None })
        .filter(|(span, _)| !matches!(role(&span.path), Role::Test | Role::Example))
        .map(|(span, comment)| {
            let origin = material.history.lines.get(&(span.path.clone(), span.at.line)).cloned();
            let age_days = origin.as_ref().and_then(|origin| days(material, origin.date));
            let mut weight =
                standing(comment) + age_days.map_or(0, |days| (days / DAYS_PER_POINT).min(MOST_FOR_AGE));
            weight += churn(material, &span);
            if comment.mechanism.as_deref().is_some_and(|id| mechanisms.contains(id)) {
                weight += FOR_OWN_MECHANISM;
            }
            if paths.contains(span.path.as_str()) {
                weight += FOR_OWN_PATH;
            }
            let confirmed = comment.proof.as_ref().map(|proof| proof.is_there);
            Deferral { span, comment: comment.clone(), confirmed, origin, age_days, weight }
        })
        .collect();
    deferrals.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.span.cmp(&b.span)));
    deferrals
}

/// What the comment itself weighs.
fn standing(comment: &DeferralComment) -> u32 {
    let mut weight = 0;
    if comment.place.is_some() {
        weight += FOR_PLACE;
    }
    if comment.mechanism.is_some() {
        weight += FOR_MECHANISM;
    }
    if comment.tier == Tier::Unmarked {
        weight += FOR_NO_MARKER;
    }
    weight
}

/// Days from a commit to today; nothing for one that lies ahead of `--as-of`.
fn days(material: &Material<'_>, date: jiff::civil::Date) -> Option<u32> {
    let span = date.until(material.settings.as_of).ok()?;
    u32::try_from(span.get_days()).ok()
}

fn churn(material: &Material<'_>, span: &Span) -> u32 {
    material.history.files.get(&span.path).map_or(0, |file| file.commits_last_year.min(MOST_FOR_CHURN))
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
