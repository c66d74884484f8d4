//! Files that may be at fault next: by repairs and changes of late, and by what points at them.
//!
//! Repairs that fade (half for every 120 days) are the baseline to beat: on twenty incidents of one
//! team they put the file at fault first more often than anything else that was tried. What the report
//! finds is added to them, so that it can move a file up and never hide one.

use std::collections::BTreeMap;

use super::weights::{FileWeights, Weights};
use crate::answers::World;
use crate::model::fact::MentionKind;
use crate::model::{FileHistory, Finding, Place, Reason, RepoPath, Suspect};
use crate::text::{Role, role};

/// Keys shown of one file.
const MAX_KEYS: usize = 5;

/// What points at one file.
#[derive(Default)]
struct Marks<'a> {
    reasons: Vec<Reason>,
    keys: BTreeMap<&'a str, usize>,
}

/// Every file that anything points at, best first.
pub(super) fn suspects(world: &World<'_>, findings: &[Finding], weights: &Weights) -> Vec<Suspect> {
    let mut marks: BTreeMap<&RepoPath, Marks<'_>> = BTreeMap::new();
    by_history(world, &weights.file, &mut marks);
    by_reports(world, &weights.file, &mut marks);
    by_findings(findings, &weights.file, &mut marks);
    by_deferrals(world, &weights.file, &mut marks);
    by_reverted_keys(world, &mut marks);
    let mut suspects: Vec<Suspect> =
        marks.into_iter().map(|(path, marks)| suspect(path, marks, &weights.file)).collect();
    suspects.retain(|suspect| suspect.points > 0);
    suspects.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.path.cmp(&b.path)));
    suspects
}

fn suspect(path: &RepoPath, marks: Marks<'_>, weights: &FileWeights) -> Suspect {
    let is_of_tools = path.components().any(|part| weights.tools.iter().any(|tool| tool == part));
    let is_aside = is_of_tools || role(path) != Role::Main;
    let mut reasons = marks.reasons;
    if is_aside {
        for reason in &mut reasons {
            reason.points = (f64::from(reason.points) * weights.aside).round() as u32;
        }
    }
    reasons.retain(|reason| reason.points > 0);
    reasons.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.what.cmp(&b.what)));
    let mut keys: Vec<(&str, usize)> = marks.keys.into_iter().collect();
    keys.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    Suspect {
        path: path.clone(),
        points: reasons.iter().map(|reason| reason.points).sum(),
        reasons,
        keys: keys.into_iter().take(MAX_KEYS).map(|(key, _)| key.to_owned()).collect(),
    }
}

fn by_history<'a>(world: &World<'a>, weights: &FileWeights, marks: &mut BTreeMap<&'a RepoPath, Marks<'a>>) {
    let files = &world.history.files;
    let most = |of: fn(&FileHistory) -> u32| files.values().map(of).max().unwrap_or(0);
    // Heat is in thousandths.
    type Part = (f64, fn(&FileHistory) -> u32, u32, &'static str);
    let parts: [Part; 3] = [
        (weights.repairs, |file| file.fix_heat, weights.least * 1000, "repaired"),
        (weights.changes, |file| file.change_heat, weights.least * 1000, "changed"),
        (weights.reverts, |file| file.reverts, weights.least, "taken back"),
    ];
    for (weight, of, least, what) in parts {
        let most = most(of).max(least);
        for (path, file) in files.iter().filter(|(_, file)| of(file) > 0) {
            let points = (weight * f64::from(of(file)) / f64::from(most)).round() as u32;
            let what = match what {
                "repaired" => "commits that repair something touched it lately".to_owned(),
                "changed" => format!(
                    "it was changed {} times, {} in the last year",
                    file.commits, file.commits_last_year
                ),
                _ => format!("{} reverts touched it", file.reverts),
            };
            marks.entry(path).or_default().reasons.push(Reason { what, points });
        }
    }
}

/// Keys of the lines that reverts changed: what was taken back once may be pushed again.
fn by_reverted_keys<'a>(world: &World<'a>, marks: &mut BTreeMap<&'a RepoPath, Marks<'a>>) {
    for (path, key) in world.history.reverts.iter().flat_map(|revert| &revert.keys) {
        if world.history.files.contains_key(path) {
            *marks.entry(path).or_default().keys.entry(key).or_default() += 1;
        }
    }
}

fn by_reports<'a>(world: &World<'a>, weights: &FileWeights, marks: &mut BTreeMap<&'a RepoPath, Marks<'a>>) {
    for path in world.history.files.keys() {
        let names = |what: &str| {
            let what = what.trim_matches('/');
            what.contains('.') && (path.as_str() == what || path.as_str().ends_with(&format!("/{what}")))
        };
        let naming = world.inventory.incidents.iter().rev().find(|incident| {
            incident.report.mentions.iter().any(|m| m.kind == MentionKind::Path && names(&m.what))
        });
        if let Some(incident) = naming {
            let day = incident.date.as_deref().unwrap_or("without a day");
            let what = format!("the report of {day} names it");
            marks.entry(path).or_default().reasons.push(Reason { what, points: weights.named });
        }
    }
}

fn by_findings<'a>(
    findings: &'a [Finding],
    weights: &FileWeights,
    marks: &mut BTreeMap<&'a RepoPath, Marks<'a>>,
) {
    let mut seen: BTreeMap<&RepoPath, &Finding> = BTreeMap::new();
    // Findings come worst first.
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        if let Place::At(span) = &finding.primary {
            seen.entry(&span.path).or_insert(finding);
        }
    }
    for (path, worst) in seen {
        let points = weights.finding.of(worst.severity);
        marks.entry(path).or_default().reasons.push(Reason { what: worst.message.clone(), points });
    }
}

fn by_deferrals<'a>(world: &World<'a>, weights: &FileWeights, marks: &mut BTreeMap<&'a RepoPath, Marks<'a>>) {
    let mut heaviest: BTreeMap<&RepoPath, (u32, u32)> = BTreeMap::new();
    for deferral in world.inventory.deferrals.iter().filter(|d| d.confirmed != Some(false)) {
        let path = &deferral.span.path;
        let points = weights.deferral.of(deferral);
        let known = heaviest.entry(path).or_insert((points, deferral.span.at.line));
        if points > known.0 {
            *known = (points, deferral.span.at.line);
        }
        if let Some(symbol) = &deferral.comment.symbol {
            *marks.entry(path).or_default().keys.entry(symbol).or_default() += 1;
        }
    }
    for (path, (points, line)) in heaviest {
        let what = format!("work was put off on line {line}");
        marks.entry(path).or_default().reasons.push(Reason { what, points });
    }
}
