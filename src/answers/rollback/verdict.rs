//! The verdict, its grade and its one sentence, and what would settle the rest.

use super::deployment;
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
    sheet.findings.sort_by(crate::answers::worst_first);
    // Broken promises and repeated incidents belong to the question, and block nothing by themselves.
    let worst = sheet.findings.iter().find(|finding| is_in_the_way(finding)).cloned();
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

/// Whether a finding is about the way back itself.
fn is_in_the_way(finding: &Finding) -> bool {
    const OTHERS: &[&str] = &["ledger-lock", "mutable-image-tag", "rollback-disabled", "cancelled-deploy"];
    let rule = finding.rule.as_str();
    finding.suppressed.is_none() && (rule.ends_with("-migration") || OTHERS.contains(&rule))
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
    let rank = |deployment: &&&Deployment| {
        let name = deployment.name.to_lowercase();
        let says = ["deploy", "release", "prod"].iter().any(|word| name.contains(word));
        (!says, deployment.environment != Environment::Production)
    };
    deployments.iter().min_by_key(rank).map_or("the pipeline".to_owned(), |first| format!("`{}`", first.name))
}

/// The way back of the most important deployment that has one.
fn way(deployments: &[&Deployment]) -> Option<String> {
    let mut with: Vec<&&Deployment> = deployments.iter().filter(|d| d.undo.is_some()).collect();
    // What deploys says more than what is deployed.
    with.sort_by_key(|d| {
        (
            d.environment != Environment::Production,
            !matches!(d.platform.as_str(), "github-actions" | "gitlab-ci" | "argo-cd"),
        )
    });
    with.first().and_then(|deployment| deployment.undo.clone())
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
    let is_exercised = sheet.best_grade() >= Grade::Exercised;
    let recorded = if is_exercised {
        "its exercise is recorded, not its duration"
    } else {
        "no drill or run of it is recorded"
    };
    let what = format!("How long going back takes: {recorded}.{}", observed(world).unwrap_or_default());
    sheet.unknown(what, "roll back once in a quiet hour and note the time");
}

/// How long reverts took to come, as the history shows it: the middle one of all.
fn observed(world: &World<'_>) -> Option<String> {
    let known = world.history.reverts.iter().filter_map(|revert| revert.seconds_to_revert);
    let mut seconds: Vec<i64> = known.filter(|seconds| *seconds >= 0).collect();
    seconds.sort_unstable();
    let median = in_words(*seconds.get(seconds.len() / 2)?);
    Some(match seconds.len() {
        1 => format!(" The one revert in the history came {median} after what it took back."),
        many => format!(
            " Of {many} reverts in the history, the median one came {median} after what it took back."
        ),
    })
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}

fn in_words(seconds: i64) -> String {
    let of = |number: i64, noun: &str| count(usize::try_from(number).unwrap_or(0), noun);
    match seconds {
        0..120 => of(seconds, "second"),
        120..7_200 => of(seconds / 60, "minute"),
        7_200..172_800 => of(seconds / 3_600, "hour"),
        _ => of(seconds / 86_400, "day"),
    }
}
