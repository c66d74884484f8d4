//! The verdict, its grade and its one sentence, and what would settle the rest.

use super::{deployment, is_in_the_way};
use crate::answers::{Sheet, World};
use crate::model::fact::Doing;
use crate::model::thing::{Deployment, Environment, Migration};
use crate::model::{Answer, Finding, Grade, Severity, Verdict};

/// Unknowns that name one deployment each; more would be a list nobody reads.
const MOST_SETTLED: usize = 3;

/// Closes the sheet.
pub(super) fn close(world: &World<'_>, mut sheet: Sheet, judged: &[&Migration]) -> (Answer, Vec<Finding>) {
    let deployments = deployment::production(world);
    let deploys = world.inventory.rollout.iter().any(|(_, command)| command.doing == Doing::Deploy);
    let worst = sheet.findings.iter().find(|finding| is_in_the_way(world, finding)).cloned();
    unknowns(world, &mut sheet, &deployments, deploys);
    let grade = grade(world, &sheet, &deployments, worst.as_ref());
    let is_known = !deployments.is_empty() || deploys;
    match worst {
        Some(worst) if worst.severity == Severity::High => {
            let because = format!("{}{}", since(world, judged, &worst), worst.message);
            sheet.close(Verdict::No, grade, because)
        }
        Some(worst) => {
            let way = way(&deployments).map_or("Going back is not safe as it stands".to_owned(), |way| {
                format!("They could go back by {way}, but")
            });
            let joint = if way.ends_with("but") { "" } else { ":" };
            let since = lower_first(&since(world, judged, &worst));
            let because = format!("{way}{joint} {since}{}", lower_first(&worst.message));
            sheet.close(Verdict::Partly, grade, because)
        }
        None if !is_known && judged.is_empty() => {
            let because =
                "Nothing in the repository says how it is deployed, so how to go back cannot be told.";
            sheet.close(Verdict::CannotTell, Grade::Absent, because)
        }
        None => {
            let (verdict, because) = quiet(world, &sheet, &deployments, judged, grade);
            sheet.close(verdict, grade, because)
        }
    }
}

/// The sentence when nothing is in the way.
fn quiet(
    world: &World<'_>,
    sheet: &Sheet,
    deployments: &[&Deployment],
    judged: &[&Migration],
    grade: Grade,
) -> (Verdict, String) {
    let exercise = sheet.evidence.iter().filter(|evidence| evidence.grade >= Grade::Exercised).max();
    let block = match (&world.inventory.last_release, judged.len()) {
        _ if world.inventory.migrations.is_empty() => "No migrations were found".to_owned(),
        (Some(last), 0) => format!("No migration came since {}", last.release.tag),
        (Some(last), _) => format!("No migration since {} stands in the way of going back", last.release.tag),
        (None, 0) => "No migration counts for production".to_owned(),
        (None, n) => format!(
            "None of the newest {n} migrations stands in the way (no release tag names the last deployment)"
        ),
    };
    if grade >= Grade::Exercised {
        let proof = exercise.map(|evidence| format!(": {}", evidence.shows)).unwrap_or_default();
        return (Verdict::Yes, format!("{block}, and the way back is exercised{proof}."));
    }
    match way(deployments) {
        Some(way) => (
            Verdict::Partly,
            format!("{block}, and the way back is {way}; nothing shows that it was ever used."),
        ),
        None if deployments.is_empty() => {
            (Verdict::CannotTell, format!("{block}, but nothing in the repository says how it is deployed."))
        }
        None => (
            Verdict::Partly,
            format!(
                "{block}, but no way back is set up: going back means deploying an older version the way {} deploys.",
                named(deployments)
            ),
        ),
    }
}

fn named(deployments: &[&Deployment]) -> String {
    let first = deployments.iter().min_by_key(|deployment| rank(deployment));
    first.map_or("the pipeline".to_owned(), |first| format!("`{}`", first.name))
}

/// What most likely puts the whole into service comes first: by its name, then by what it reaches.
pub(super) fn rank(deployment: &Deployment) -> (bool, bool) {
    let name = deployment.name.to_lowercase();
    let says = ["deploy", "release", "prod"].iter().any(|word| name.contains(word));
    let is_aside =
        ["preview", "redeploy", "nuke", "cleanup", "docs", "flag"].iter().any(|word| name.contains(word));
    (!says || is_aside, deployment.environment != Environment::Production)
}

/// The way back of what deploys, else the one that most of what is deployed has. One that a single
/// part of many has is not the way back of the whole.
fn way(deployments: &[&Deployment]) -> Option<String> {
    let is_pipeline =
        |d: &&&Deployment| matches!(d.platform.as_str(), "github-actions" | "gitlab-ci" | "argo-cd");
    let pipelines = deployments.iter().filter(is_pipeline).filter(|d| d.undo.is_some());
    if let Some(first) = pipelines.min_by_key(|d| d.environment != Environment::Production) {
        return first.undo.clone();
    }
    let parts: Vec<&&Deployment> = deployments.iter().filter(|d| !is_pipeline(d)).collect();
    let mut ways: std::collections::BTreeMap<&str, (usize, usize)> = std::collections::BTreeMap::new();
    for (undo, part) in parts.iter().filter_map(|part| Some((part.undo.as_deref()?, part))) {
        let (in_production, all) = ways.entry(undo).or_default();
        *in_production += usize::from(part.environment == Environment::Production);
        *all += 1;
    }
    let without = parts.iter().filter(|part| part.undo.is_none()).count();
    let best = ways.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    best.filter(|(_, (_, all))| *all >= without).map(|(undo, _)| undo.to_owned())
}

fn since(world: &World<'_>, judged: &[&Migration], worst: &Finding) -> String {
    let is_migration = worst.rule.as_str().ends_with("-migration");
    match &world.inventory.last_release {
        Some(last) if is_migration => format!("Since {}, ", last.release.tag),
        Some(_) => String::new(),
        None if is_migration => format!(
            "No release tag names the last deployment; among the newest {} migrations, ",
            judged.len()
        ),
        None => String::new(),
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

fn grade(world: &World<'_>, sheet: &Sheet, deployments: &[&Deployment], worst: Option<&Finding>) -> Grade {
    let best = sheet.best_grade();
    let has_way = way(deployments).is_some();
    let is_blocked = worst.is_some_and(|worst| worst.severity == Severity::High);
    let is_told = world.inventory.last_release.is_some();
    match best {
        Grade::Exercised | Grade::Fresh if !is_blocked => best,
        _ if is_blocked => best.min(Grade::Declared),
        Grade::Contradicted => Grade::Contradicted,
        _ if has_way && is_told => Grade::Wired.max(best.min(Grade::Wired)),
        _ if has_way => Grade::Declared.max(best.min(Grade::Wired)),
        _ => best.min(Grade::Declared),
    }
}

fn unknowns(world: &World<'_>, sheet: &mut Sheet, deployments: &[&Deployment], deploys: bool) {
    let mut settled: Vec<&Deployment> = deployments.iter().filter(|d| d.settle.is_some()).copied().collect();
    settled.sort_by_key(|d| d.environment != Environment::Production);
    let mut seen = std::collections::BTreeSet::new();
    settled.retain(|deployment| seen.insert(deployment.name.as_str()));
    for deployment in settled.into_iter().take(MOST_SETTLED) {
        let what = format!("Which earlier releases of `{}` are still there to go back to.", deployment.name);
        sheet.unknown(what, deployment.settle.clone().unwrap_or_default());
    }
    if deployments.is_empty() && !deploys {
        sheet.unknown(
            "How a release gets into service, and who can take it back.",
            "ask whoever deployed last",
        );
    }
    if world.inventory.last_release.is_none() {
        sheet.unknown(
            "What the last deployment was.",
            "tag each deployment: git tag -a v1.2.3 COMMIT && git push --tags",
        );
    }
    let pipelines = deployments.iter().filter(|d| d.platform == "github-actions" && d.waits.is_empty());
    if let Some(pipeline) = pipelines.min_by_key(|pipeline| rank(pipeline)) {
        let file = pipeline.span.path.file_name();
        sheet.unknown(
            format!("How long workflow `{}` takes: not every job of it declares a timeout.", pipeline.name),
            format!("gh run list --workflow {file} --limit 10 --json displayTitle,startedAt,updatedAt"),
        );
    }
    let is_exercised = sheet.best_grade() >= Grade::Exercised;
    let recorded =
        if is_exercised { "its exercise is recorded, not its duration" } else { "no drill records it" };
    let what = format!("How long going back really takes: {recorded}.");
    sheet.unknown(what, "roll back once in a quiet hour and note the time");
}
