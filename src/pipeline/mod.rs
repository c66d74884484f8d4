//! The way through the house, once: source → facts → inventory → links → answers.
//!
//! It holds the rooms together and knows no formats and no judgement. It does not print: progress is
//! told to whoever asked for it.
//!
//! - `backtest`: the report at the commit before each past incident
//! - `workers`: facts of many files on own threads, each with a deadline
//! - `lost`: records that only history still holds
//! - `old_build`: the last release held beside the revision
//! - `past`: what is asked of history, and how it is remembered
//! - `store`: facts remembered by blob, path and rules
//! - `samples`: the embedded samples of a rule, run through the whole house

pub mod backtest;
mod lost;
mod old_build;
mod past;
mod samples;
mod store;
mod workers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use samples::{SampleFailure, run_samples};

use crate::answers::{self, Answers, World};
pub use crate::facts::Scope;
use crate::inventory::{self, Material};
use crate::links::LinkIndex;
use crate::model::{FileFacts, History, Inventory, RepoPath, Settings, SkipReason, Skipped};
use crate::rules::RuleSet;
use crate::source::{Cache, Repository, Snapshot, Subject};

/// What a run is given.
pub struct Request {
    /// The opened repository.
    pub repository: Repository,
    /// Rules and catalogues.
    pub rules: Arc<RuleSet>,
    /// What the configuration states.
    pub settings: Settings,
    /// Where facts are remembered.
    pub cache: Cache,
    /// How many threads read; 0 for one per core.
    pub threads: usize,
    /// How much is read; short of everything there are no answers.
    pub scope: Scope,
    /// What is deployed, if somebody says so: the name and the full commit id.
    pub deployed: Option<(String, String)>,
    /// Whether history is walked: without it there are no ages, no churn and no releases.
    pub with_history: bool,
    /// Whether records that were deleted are read from history.
    pub with_lost: bool,
}

/// What a run is doing, told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading files: done, of how many.
    Reading(usize, usize),
    /// Walking history.
    History,
    /// Thinking.
    Answering,
}

/// Seconds by part of the run, in order.
pub type Timings = Vec<(&'static str, Duration)>;

/// Everything a run found.
pub struct Outcome {
    /// What was reported on.
    pub subject: Subject,
    /// Facts by file.
    pub files: Vec<(RepoPath, FileFacts)>,
    /// What the repository has.
    pub inventory: Inventory,
    /// What git knows.
    pub history: History,
    /// The six answers with findings and scenarios.
    pub answers: Answers,
    /// Files that were not read, with the reason, sorted.
    pub skipped: Vec<Skipped>,
    /// How many files were analyzed.
    pub analyzed: usize,
    /// How many of them were remembered from an earlier run.
    pub remembered: usize,
    /// Where the time went.
    pub timings: Timings,
}

/// Runs the whole way.
pub fn run(request: Request, watch: &mut dyn FnMut(Step)) -> Outcome {
    run_with(request, None, watch)
}

/// The same with a history that is told instead of read, for samples.
fn run_with(request: Request, told: Option<History>, watch: &mut dyn FnMut(Step)) -> Outcome {
    let (with_history, with_lost) = (request.with_history, request.with_lost);
    let Request { repository, rules, settings, cache, threads, scope, deployed, .. } = request;
    let mut clock = Clock::default();
    let mut store = store::Store::open(&cache, &repository, &rules, scope);
    clock.lap("cache");
    let own_name = crate::source::folder_name(&repository.root);
    let snapshot = Arc::new(exclude(repository.snapshot.clone(), &settings));
    let paths = all_paths(&snapshot);
    let mut read = workers::read_all(&snapshot, &rules, &store, scope, threads, &mut |done, all| {
        watch(Step::Reading(done, all));
    });
    store.remember(&read.fresh);
    clock.lap("files");
    let gone = if with_lost {
        lost::add(&mut read, &repository, (&cache, &rules, &settings), (&mut store, scope, threads))
    } else {
        BTreeMap::new()
    };
    store.close(&cache);
    clock.lap("deleted");
    let think = |history: &History| think(scope, &read.files, &paths, history, &rules, &settings);
    // The first thought says which lines carry findings; history is then asked for just those.
    let (inventory, answers) = think(&History { gone: gone.clone(), ..History::default() });
    let mut asked = past::ask(&snapshot, &read.files, &inventory, &answers, &settings, &own_name);
    asked.deployed = deployed;
    asked.own_branch.clone_from(&repository.subject.revision);
    clock.lap("draft");
    watch(Step::History);
    let mut history = match told {
        Some(told) => told,
        None if with_history => past::read(&cache, &repository, asked),
        None => History::default(),
    };
    history.gone = gone;
    if scope == Scope::Everything && !history.old_build.is_known {
        history.old_build = old_build::look(&repository, &rules, &inventory, &history);
    }
    clock.lap("history");
    watch(Step::Answering);
    let (mut inventory, answers) = think(&history);
    tie(&mut inventory, &rules, &history, &settings);
    clock.lap("answers");
    let mut skipped = snapshot.skipped.clone();
    skipped.extend(read.skipped);
    skipped.sort();
    Outcome {
        subject: repository.subject,
        analyzed: read.analyzed,
        remembered: read.remembered,
        files: read.files,
        inventory,
        history,
        answers,
        skipped,
        timings: clock.laps,
    }
}

/// From facts and history to answers.
fn think(
    scope: Scope,
    files: &[(RepoPath, FileFacts)],
    paths: &BTreeSet<RepoPath>,
    history: &History,
    rules: &RuleSet,
    settings: &Settings,
) -> (Inventory, Answers) {
    let inventory = inventory::take(&Material { files, paths, history, rules, settings });
    if scope != Scope::Everything {
        return (inventory, Answers::default());
    }
    let links = LinkIndex::new(&inventory, rules, history, settings.as_of);
    let world = World { inventory: &inventory, history, rules, settings, links: &links };
    let answers = answers::answer(&world);
    (inventory, answers)
}

/// Ties deferred work and decisions to incidents.
fn tie(inventory: &mut Inventory, rules: &RuleSet, history: &History, settings: &Settings) {
    let index = LinkIndex::new(inventory, rules, history, settings.as_of);
    let deferrals: Vec<_> = inventory.deferrals.iter().map(|deferral| index.of_deferral(deferral)).collect();
    let decisions: Vec<_> = inventory.decisions.iter().map(|decision| index.of_decision(decision)).collect();
    for (deferral, links) in inventory.deferrals.iter_mut().zip(deferrals) {
        deferral.links = links;
    }
    for (decision, links) in inventory.decisions.iter_mut().zip(decisions) {
        decision.links = links;
    }
}

/// Takes out what the configuration excludes, and says so.
fn exclude(mut snapshot: Snapshot, settings: &Settings) -> Snapshot {
    let mut globs = globset::GlobSetBuilder::new();
    // Globs were checked when the configuration was read.
    settings.exclude.iter().filter_map(|glob| globset::Glob::new(glob).ok()).for_each(|glob| {
        globs.add(glob);
    });
    let Ok(globs) = globs.build() else { return snapshot };
    if globs.is_empty() {
        return snapshot;
    }
    let (out, kept): (Vec<_>, Vec<_>) =
        snapshot.files.into_iter().partition(|file| globs.is_match(file.path.as_str()));
    snapshot.files = kept;
    for skipped in &mut snapshot.skipped {
        if globs.is_match(skipped.path.as_str()) {
            skipped.why = SkipReason::Excluded;
        }
    }
    snapshot
        .skipped
        .extend(out.into_iter().map(|file| Skipped { path: file.path, why: SkipReason::Excluded }));
    snapshot.skipped.sort();
    snapshot
}

fn all_paths(snapshot: &Snapshot) -> BTreeSet<RepoPath> {
    let listed = snapshot.files.iter().map(|file| file.path.clone());
    listed.chain(snapshot.skipped.iter().map(|skipped| skipped.path.clone())).collect()
}

/// How many problems of each kind there were, for the account of what was not understood.
pub fn problems_by_kind(files: &[(RepoPath, FileFacts)]) -> BTreeMap<crate::model::ProblemKind, usize> {
    let mut counts = BTreeMap::new();
    for problem in files.iter().flat_map(|(_, facts)| &facts.problems) {
        *counts.entry(problem.kind).or_default() += 1;
    }
    counts
}

struct Clock {
    last: Instant,
    laps: Timings,
}

impl Default for Clock {
    fn default() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }
}

impl Clock {
    fn lap(&mut self, name: &'static str) {
        self.laps.push((name, self.last.elapsed()));
        self.last = Instant::now();
    }
}
