//! The last deployment, in reverse: what going back from here to the last release meets, worst
//! first, and what does not stand in the way.
//!
//! It adds no gap of its own but one: a release that changes the program, its schema and what it
//! runs on at once has as many ways back as it has parts. Times are those that are declared, never a
//! forecast.

use std::collections::{BTreeMap, BTreeSet};

use super::{contract, deployment, is_in_the_way, verdict};
use crate::answers::{Gap, Sheet, World};
use crate::model::fact::System;
use crate::model::thing::{Deployment, Migration};
use crate::model::{Grade, Hold, Place, RepoPath, Reverse, ReverseStep, Severity, Span, TimeBack, TimeTerm};
use crate::text::duration::in_words;
use crate::text::{Role, role};

/// A release that changes this many parts at once is not taken back in one step.
const MANY_AXES: usize = 3;
/// Names that share a way back and are shown.
const SHOWN_NAMES: usize = 3;

/// What kinds of things a release changed, with the files; sorted.
type Axes = BTreeMap<&'static str, Vec<RepoPath>>;

/// Makes the gap of a release with several parts.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet, judged: &[&Migration]) {
    let Some(last) = &world.inventory.last_release else { return };
    let axes = axes(world, judged);
    let moves_ground = axes.contains_key("platform") && axes.contains_key("schema");
    if axes.len() < MANY_AXES || !moves_ground || !axes.contains_key("program") {
        return;
    }
    let parts: Vec<String> =
        axes.iter().map(|(axis, files)| format!("{axis} ({})", files_in_words(files))).collect();
    let (rest, end) = parts.split_at(parts.len() - 1);
    let message = format!(
        "Since `{}` {} and {} changed together: going back has to take each of them back, in an order that nobody has written down here.",
        last.release.tag,
        rest.join(", "),
        end.concat()
    );
    let ground = axes.get("platform").and_then(|files| files.first());
    let Some(ground) = ground else { return };
    let start = crate::model::At { line: 1, start: 0, end: 0 };
    let gap = Gap::new("mixed-release", last.release.tag.as_str(), message).on(&Span::new(ground, start));
    sheet.gap(world, gap);
}

fn files_in_words(files: &[RepoPath]) -> String {
    if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) }
}

fn axes(world: &World<'_>, judged: &[&Migration]) -> Axes {
    let mut axes = Axes::new();
    let schema: BTreeSet<&RepoPath> = judged.iter().map(|migration| &migration.span.path).collect();
    let declared: BTreeMap<&RepoPath, System> =
        world.inventory.resources.iter().map(|(span, resource)| (&span.path, resource.system)).collect();
    for path in &world.history.since_release {
        let axis = if schema.contains(path) {
            "schema"
        } else if let Some(axis) = axis(path, declared.get(path).copied()) {
            axis
        } else {
            continue;
        };
        axes.entry(axis).or_default().push(path.clone());
    }
    axes
}

fn axis(path: &RepoPath, system: Option<System>) -> Option<&'static str> {
    if role(path) != Role::Main {
        return None;
    }
    match system {
        Some(System::Terraform | System::CloudFormation) => return Some("platform"),
        Some(System::Kubernetes | System::HelmValues | System::Compose | System::Platform) => {
            return Some("configuration");
        }
        Some(_) => return None,
        None => {}
    }
    const PROGRAM: &[&str] = &[
        "py", "rb", "js", "jsx", "ts", "tsx", "go", "rs", "java", "kt", "cs", "php", "ex", "exs", "scala",
        "swift", "c", "cc", "cpp", "vue", "svelte",
    ];
    let is_aside = ["test", "tests", "spec", "docs", "scripts", ".github"].iter().any(|f| path.has_folder(f));
    (PROGRAM.contains(&path.extension()) && !is_aside).then_some("program")
}

/// Puts the reverse on the sheet.
pub(super) fn tell(world: &World<'_>, sheet: &mut Sheet, judged: &[&Migration], exercised: Option<String>) {
    let last = world.inventory.last_release.as_ref().map(|last| &last.release);
    let deployments = deployment::production(world);
    if last.is_none() && deployments.is_empty() && judged.is_empty() {
        return;
    }
    let mut steps: Vec<ReverseStep> = sheet
        .findings
        .iter()
        .filter(|finding| is_in_the_way(world, finding))
        .map(|finding| ReverseStep {
            hold: if finding.severity == Severity::High { Hold::Blocks } else { Hold::Slows },
            says: finding.message.clone(),
            place: match &finding.primary {
                Place::At(span) => Some(span.clone()),
                Place::Absent(_) => None,
            },
            gap: Some((finding.rule.to_string(), finding.fingerprint.clone())),
        })
        .collect();
    steps.extend(notes(&deployments));
    // Findings come worst first; the order of equals is theirs.
    steps.sort_by_key(|step| step.hold);
    steps.extend(clear(world, sheet, judged, &deployments));
    sheet.reverse = Some(Reverse {
        release: last.map(|release| release.tag.clone()),
        commits: last.and_then(|release| release.commits_since),
        contract: world.settings.rollback,
        steps,
        time: time(&deployments),
        observed: observed(world),
        exercised,
    });
}

/// What slows or blocks without being a mistake.
fn notes(deployments: &[&Deployment]) -> Vec<ReverseStep> {
    let all =
        deployments.iter().flat_map(|deployment| deployment.notes.iter().map(move |note| (deployment, note)));
    let mut seen = BTreeSet::new();
    all.filter(|(deployment, (_, says, _))| seen.insert((&deployment.name, says)))
        .map(|(deployment, (hold, says, span))| ReverseStep {
            hold: *hold,
            says: format!("{} `{}` {says}.", deployment::word(deployment), deployment.name),
            place: Some(span.clone()),
            gap: None,
        })
        .collect()
}

/// What does not stand in the way.
fn clear(
    world: &World<'_>,
    sheet: &Sheet,
    judged: &[&Migration],
    deployments: &[&Deployment],
) -> Vec<ReverseStep> {
    let clear = |says: String, place: Option<Span>| ReverseStep { hold: Hold::Clear, says, place, gap: None };
    let mut steps = Vec::new();
    let since = world.inventory.last_release.as_ref().map(|last| format!(" since `{}`", last.release.tag));
    let since = since.unwrap_or_default();
    let held: BTreeSet<&str> = sheet.findings.iter().map(|finding| finding.thing.as_str()).collect();
    let fine: Vec<&&Migration> = judged.iter().filter(|m| !held.contains(m.span.path.as_str())).collect();
    match (fine.as_slice(), judged.len()) {
        ([], 0) if !world.inventory.migrations.is_empty() && !since.is_empty() => {
            steps.push(clear(format!("No migration came{since}."), None));
        }
        ([], _) => {}
        ([one], _) => {
            let name = one.span.path.file_name();
            steps.push(clear(
                format!("Migration `{name}` does not stand in the way: the previous build can run on it, or it has a way down."),
                Some(one.span.clone()),
            ));
        }
        (many, all) => {
            let of = if many.len() == all { "All".to_owned() } else { format!("{} of", many.len()) };
            let says = format!(
                "{of} {all} migrations{since} leave the previous build a way to run or have a way down."
            );
            steps.push(clear(says, None));
        }
    }
    let mut by_way: BTreeMap<&str, Vec<&Deployment>> = BTreeMap::new();
    for deployment in deployments.iter().copied().filter(|deployment| deployment.switches.is_empty()) {
        if let Some(undo) = &deployment.undo {
            by_way.entry(undo).or_default().push(deployment);
        }
    }
    for (undo, of) in by_way {
        let mut names: Vec<&str> = of.iter().map(|deployment| deployment.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let place = of.first().map(|deployment| deployment.span.clone()).filter(|_| of.len() == 1);
        let shown: Vec<String> = names.iter().take(SHOWN_NAMES).map(|name| format!("`{name}`")).collect();
        let more = names.len().saturating_sub(SHOWN_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let has = if names.len() == 1 { "has" } else { "have" };
        steps.push(clear(format!("{}{more} {has} a way back: {undo}.", shown.join(", ")), place));
    }
    steps.extend(contract::kept(world).into_iter().map(|says| clear(says, None)));
    steps
}

/// The parts of one deployment follow each other, different deployments go at the same time: so the
/// slowest counts. Where nothing of what is deployed goes back by itself, the pipeline does it again.
fn time(deployments: &[&Deployment]) -> Option<TimeBack> {
    let total = |d: &Deployment| d.waits.iter().map(|term| term.most_seconds).fold(0, u32::saturating_add);
    let waiting = || deployments.iter().filter(|d| !d.waits.is_empty());
    let parts = waiting().filter(|d| d.undo.is_some() && !d.is_pipeline());
    let slowest = parts.max_by(|a, b| total(a).cmp(&total(b)).then_with(|| b.name.cmp(&a.name)));
    let pipeline = || waiting().filter(|d| d.is_pipeline()).min_by_key(|d| verdict::rank(d));
    let slowest = slowest.or_else(pipeline)?;
    let mut terms: Vec<TimeTerm> = slowest.waits.clone();
    terms.sort_by(|a, b| (b.most_seconds, &a.what).cmp(&(a.most_seconds, &b.what)));
    let sum = |of: fn(&TimeTerm) -> u32| terms.iter().map(of).fold(0, u32::saturating_add);
    Some(TimeBack {
        least_seconds: sum(|term| term.least_seconds),
        most_seconds: sum(|term| term.most_seconds),
        terms,
    })
}

/// How long reverts took to come, as the history shows it: the middle one and the middle half.
pub(super) fn observed(world: &World<'_>) -> Option<String> {
    let known = world.history.reverts.iter().filter_map(|revert| revert.seconds_to_revert);
    let mut seconds: Vec<u64> = known.filter_map(|seconds| u64::try_from(seconds).ok()).collect();
    seconds.sort_unstable();
    let at = |share: usize| seconds.get(seconds.len() * share / 4).copied().map(in_words);
    let median = at(2)?;
    Some(match seconds.len() {
        1 => format!("The one revert in the history came {median} after what it took back."),
        many @ 2..8 => {
            format!("Of {many} reverts in the history, the median one came {median} after what it took back.")
        }
        many => format!(
            "Of {many} reverts in the history, the middle half came {} to {} after what they took back, the median one {median}.",
            at(1)?,
            at(3)?
        ),
    })
}

/// What shows that the way back was gone: the best proof of a run, else the last revert.
pub(super) fn exercised(world: &World<'_>, sheet: &Sheet) -> Option<String> {
    let run = sheet.evidence.iter().filter(|evidence| evidence.grade >= Grade::Exercised).max();
    let revert = || {
        let last = world.history.reverts.first()?;
        let count = world.history.reverts.len();
        let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
        Some(format!("a change was reverted in git {times}, last on {}", last.date))
    };
    run.map(|evidence| evidence.shows.clone()).or_else(revert)
}
