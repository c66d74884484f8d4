//! What a deferral weighs. The rank orders, it does not forecast; every part of it is a reason that is
//! shown.

use std::collections::BTreeSet;

use crate::inventory::Material;
use crate::model::fact::{MentionKind, Tier, Weight};
use crate::model::thing::{Deferral, Environment, Incident};
use crate::model::{RepoPath, Span};
use crate::text::environment;

/// It is due by its own words.
const FOR_OVERDUE: i32 = 35;
/// The code it stands in fails first when something fails.
const FOR_PLACE: i32 = 30;
/// The code beside it shows the problem.
const FOR_PROOF: i32 = 30;
/// An own incident went the same way.
const FOR_OWN_MECHANISM: i32 = 25;
/// An own incident names the file.
const FOR_OWN_PATH: i32 = 25;
/// It says how it fails.
const FOR_MECHANISM: i32 = 20;
/// Nobody filed it: no marker, so no search for markers finds it.
const FOR_NO_MARKER: i32 = 5;
/// Each quarter it has stood adds one, up to five years.
const DAYS_PER_POINT: u32 = 91;
const MOST_FOR_AGE: u32 = 20;
/// Each change of its function (of its file, when the function is not known) in the last year adds
/// one: busy code meets its limits sooner.
const MOST_FOR_CHURN: u32 = 10;
/// Days of a year, for churn.
const YEAR: i32 = 365;

/// What the own incidents name.
pub(super) struct Own<'a> {
    mechanisms: BTreeSet<&'a str>,
    paths: BTreeSet<&'a str>,
}

impl<'a> Own<'a> {
    /// Of these incidents.
    pub(super) fn of(incidents: &'a [Incident]) -> Self {
        let reports = || incidents.iter().map(|incident| &incident.report);
        let mentions = reports().flat_map(|report| &report.mentions);
        Self {
            mechanisms: reports()
                .flat_map(|report| &report.mechanisms)
                .map(|score| score.id.as_str())
                .collect(),
            paths: mentions
                .filter(|mention| mention.kind == MentionKind::Path)
                .map(|mention| mention.what.as_str())
                .collect(),
        }
    }
}

/// Fills weight and reasons.
pub(super) fn rank(material: &Material<'_>, own: &Own<'_>, deferral: &mut Deferral) {
    let comment = &deferral.comment;
    let mut ranked: Vec<Weight> = Vec::new();
    let mut add = |points: i32, what: String| {
        if points > 0 {
            ranked.push(Weight { what, points });
        }
    };
    if let Some(overdue) = &deferral.overdue {
        add(FOR_OVERDUE, format!("overdue: {}", overdue.because));
    }
    if let Some(proof) = comment.proof.as_ref().filter(|proof| proof.is_there) {
        add(FOR_PROOF, format!("the code shows it: {}", proof.what));
    }
    if let Some(place) = &comment.place {
        add(FOR_PLACE, format!("stands in: {place}"));
    }
    if let Some(mechanism) = &comment.mechanism {
        add(FOR_MECHANISM, format!("invites {mechanism}"));
        if own.mechanisms.contains(mechanism.as_str()) {
            add(FOR_OWN_MECHANISM, "an own incident went this way".to_owned());
        }
    }
    if own.paths.contains(deferral.span.path.as_str()) {
        add(FOR_OWN_PATH, "an own incident names the file".to_owned());
    }
    if comment.tier == Tier::Unmarked {
        add(FOR_NO_MARKER, "carries no marker".to_owned());
    }
    if let Some(days) = deferral.age_days {
        add(points((days / DAYS_PER_POINT).min(MOST_FOR_AGE)), "age".to_owned());
    }
    match deferral.function_changes {
        Some(changes) => add(points(changes.min(MOST_FOR_CHURN)), "changes of its function".to_owned()),
        None => add(points(churn(material, &deferral.span)), "changes of its file".to_owned()),
    }
    // What stands in a rehearsal fails no night by itself.
    let environment = environment(&deferral.span.path, &[]);
    if matches!(environment, Environment::Staging | Environment::Development | Environment::Test) {
        ranked.retain(|weight| weight.points < FOR_PLACE);
    }
    ranked.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.what.cmp(&b.what)));
    deferral.weight = ranked.iter().map(|weight| weight.points.unsigned_abs()).sum();
    deferral.ranked = ranked;
}

fn points(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn churn(material: &Material<'_>, span: &Span) -> u32 {
    material.history.files.get(&span.path).map_or(0, |file| file.commits_last_year.min(MOST_FOR_CHURN))
}

/// Commits of the last year that lines of a function come from; `None` when its lines were not asked
/// for.
pub(super) fn function_changes(
    material: &Material<'_>,
    path: &RepoPath,
    function: Option<(u32, u32)>,
) -> Option<u32> {
    let (first, last) = function?;
    let lines = &material.history.lines;
    let range = (path.clone(), first)..=(path.clone(), last);
    let origins: Vec<_> = lines.range(range).map(|(_, origin)| origin).collect();
    // Lines of a function are asked for all or none; a few known ones are those of findings.
    if origins.len() * 2 < (last - first + 1) as usize {
        return None;
    }
    let today = material.settings.as_of;
    let is_recent = |date: jiff::civil::Date| date.until(today).is_ok_and(|span| span.get_days() <= YEAR);
    let commits: BTreeSet<&str> =
        origins.iter().filter(|origin| is_recent(origin.date)).map(|origin| origin.commit.as_str()).collect();
    u32::try_from(commits.len()).ok()
}
