//! The report at the commit before each past incident, with only the earlier reports visible.
//!
//! Incidents are those whose reports the given revision holds. Each is looked at from the last commit of
//! the first-parent line before its day (or from the commit that the truth names), by the facts of that
//! tree alone: no later text can speak. A report counts as earlier when it was in that tree and its own
//! incident has an earlier day; one without a day counts, because it was there.
//!
//! Facts are shared by blob over all revisions, and history is walked once. What would need a walk for
//! each revision is left out: ages of lines and releases. Rules and configuration are those of today.
//!
//! - `truth`: labels to score against
//! - `score`: hits and ranks, beside the baselines

mod score;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::store::Store;
use super::{Request, Scope, Step, all_paths, exclude, workers};
use crate::answers::{self, World, portfolio};
use crate::inventory::{self, Material};
use crate::links::LinkIndex;
use crate::model::fact::Tier;
use crate::model::thing::Incident;
use crate::model::{
    Baselines, Case, Earlier, FactKind, FileFacts, FileHistory, History, Inventory, RepoPath, Said, Settings,
};
use crate::rules::{MechanismKind, RuleSet};
use crate::source::history::{Log, first_parents, last_before};
use crate::source::{self, Cache, Repository, Subject};
pub use score::score;
pub use truth::{Truth, TruthError, read as read_truth};

/// Everything a back-test found.
pub struct Backtest {
    /// What was reported on.
    pub subject: Subject,
    /// By day, then by path.
    pub cases: Vec<Case>,
    /// Reports without a day: no commit is before them.
    pub undated: Vec<(RepoPath, String)>,
    /// Different revisions that were read.
    pub revisions: usize,
    /// Files read over all revisions, and how many of them were remembered.
    pub files: (usize, usize),
}

/// An incident to look at.
struct Plan {
    path: RepoPath,
    title: String,
    day: Date,
    commit: Option<String>,
    earlier: Vec<Earlier>,
}

/// Runs the back-test.
pub fn run(request: Request, truth: &[Truth], watch: &mut dyn FnMut(Step)) -> Backtest {
    let Request { repository, rules, settings, cache, threads, with_lost, .. } = request;
    let reader = Reader { rules, settings, threads, with_lost };
    let incidents = reader.incidents(&repository, &cache);
    watch(Step::History);
    let line = first_parents(&repository);
    let (mut plans, undated) = plans(&incidents, truth);
    for plan in &mut plans {
        let before = last_before(&line, plan.day).map(|point| point.commit.clone());
        plan.commit = plan.commit.take().or(before);
    }
    let mut opened: BTreeMap<String, Result<Repository, String>> = BTreeMap::new();
    for commit in plans.iter().filter_map(|plan| plan.commit.clone()) {
        let open = || source::open(Some(&repository.root), Some(&commit)).map_err(|error| error.to_string());
        opened.entry(commit.clone()).or_insert_with(open);
    }
    let commits: BTreeSet<String> =
        opened.values().filter_map(|one| one.as_ref().ok()?.subject.commit.clone()).collect();
    let files = opened.values().flatten().flat_map(|one| one.snapshot.files.iter());
    let log = Log::read(&repository, &commits, files.map(|file| file.path.clone()).collect());
    let mut store = Store::shared(&cache, &repository, &reader.rules, Scope::Everything);
    let mut counts = (0, 0);
    let mut cases = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        watch(Step::Reading(index, plans.len()));
        let said = match plan.commit.as_ref().and_then(|commit| opened.get(commit)) {
            None => Err("history has no commit before this day".to_owned()),
            Some(Err(why)) => Err(why.clone()),
            Some(Ok(before)) => Ok(reader.said(before, plan, &log, &mut store, &mut counts)),
        };
        let Plan { path, title, day, earlier, .. } = plan;
        let (path, title, earlier) = (path.clone(), title.clone(), earlier.clone());
        cases.push(Case { path, title, day: *day, said, earlier });
    }
    store.close(&cache);
    Backtest { subject: repository.subject, cases, undated, revisions: commits.len(), files: counts }
}

/// What to look at, by day: every report with a day, corrected by the truth that names it.
fn plans(incidents: &[Incident], truth: &[Truth]) -> (Vec<Plan>, Vec<(RepoPath, String)>) {
    let (mut plans, mut undated) = (Vec::new(), Vec::new());
    for incident in incidents {
        let known = truth.iter().find(|row| row.incident_path == incident.span.path.as_str());
        let stated = incident.date.as_deref().and_then(|date| date.parse().ok());
        let (path, title) = (incident.span.path.clone(), incident.told_title());
        let Some(day) = known.and_then(|row| row.incident_date).or(stated) else {
            undated.push((path, title));
            continue;
        };
        let commit = known.and_then(|row| row.commit_before.clone());
        plans.push(Plan { path, title, day, commit, earlier: earlier(incident, incidents) });
    }
    plans.sort_by(|a, b| (a.day, &a.path).cmp(&(b.day, &b.path)));
    (plans, undated)
}

/// Earlier reports by how alike they are, with the reason of a repeat where it is one.
fn earlier(incident: &Incident, all: &[Incident]) -> Vec<Earlier> {
    let told = |index: usize| incident.recurs_with.iter().find(|(other, _)| *other == index);
    let alike = incident.earlier.iter().filter_map(|earlier| {
        let other = all.get(earlier.index)?;
        let shared =
            || earlier.why.iter().take(2).map(|why| why.what.as_str()).collect::<Vec<_>>().join("; ");
        Some(Earlier {
            path: other.span.path.clone(),
            title: other.told_title(),
            date: other.date.clone(),
            why: told(earlier.index).map_or_else(shared, |(_, why)| why.clone()),
        })
    });
    alike.collect()
}

/// What every revision is read with.
struct Reader {
    rules: Arc<RuleSet>,
    settings: Settings,
    threads: usize,
    with_lost: bool,
}

impl Reader {
    /// The reports of the given revision, and those it lost if they are asked for, oldest first.
    fn incidents(&self, repository: &Repository, cache: &Cache) -> Vec<Incident> {
        let mut store = Store::open(cache, repository, &self.rules, Scope::Incidents);
        let snapshot = Arc::new(exclude(repository.snapshot.clone(), &self.settings));
        let (scope, threads) = (Scope::Incidents, self.threads);
        let mut read = workers::read_all(&snapshot, &self.rules, &store, scope, threads, &mut |_, _| {});
        store.remember(&read.fresh);
        let with = (cache, &self.rules, &self.settings);
        let gone = match self.with_lost {
            true => super::lost::add(&mut read, repository, with, (&mut store, scope, threads)),
            false => BTreeMap::new(),
        };
        store.close(cache);
        let (paths, history) = (all_paths(&snapshot), History { gone, ..History::default() });
        let (rules, settings) = (&*self.rules, &self.settings);
        inventory::take(&Material { files: &read.files, paths: &paths, history: &history, rules, settings })
            .incidents
    }

    fn said(
        &self,
        before: &Repository,
        plan: &Plan,
        log: &Log,
        store: &mut Store,
        counts: &mut (usize, usize),
    ) -> Said {
        let settings = Settings { as_of: plan.day, ..self.settings.clone() };
        let snapshot = Arc::new(exclude(before.snapshot.clone(), &settings));
        let read =
            workers::read_all(&snapshot, &self.rules, store, Scope::Everything, self.threads, &mut |_, _| {});
        store.remember(&read.fresh);
        counts.0 += read.analyzed;
        counts.1 += read.remembered;
        let mut files = read.files;
        hide(&mut files, plan);
        let paths = all_paths(&snapshot);
        let commit = before.subject.commit.clone().unwrap_or_default();
        let mut history = log.history_at(&commit, plan.day);
        history.files.retain(|path, _| paths.contains(path));
        let material = Material {
            files: &files,
            paths: &paths,
            history: &history,
            rules: &self.rules,
            settings: &settings,
        };
        let inventory = inventory::take(&material);
        let links = LinkIndex::new(&inventory, &self.rules, &history, settings.as_of);
        let world = World {
            inventory: &inventory,
            history: &history,
            rules: &self.rules,
            settings: &settings,
            links: &links,
        };
        let answers = answers::answer(&world);
        let bets = portfolio::bets(&world, &answers.findings);
        Said {
            commit,
            visible: inventory.incidents.len(),
            findings: answers.findings.iter().filter(|finding| finding.suppressed.is_none()).count(),
            is_silent: portfolio::is_silent(&bets),
            bets,
            suspects: portfolio::suspects(&world, &answers.findings),
            baselines: baselines(&inventory, &history, &self.rules),
        }
    }
}

/// Takes out what a report at that time could not know: this incident's own report, and reports of
/// incidents of the same day or later.
fn hide(files: &mut [(RepoPath, FileFacts)], plan: &Plan) {
    for (path, facts) in files {
        facts.facts.retain(|fact| match &fact.kind {
            FactKind::Incident(report) => {
                let day: Option<Date> = report.date.as_deref().and_then(|date| date.parse().ok());
                *path != plan.path && day.is_none_or(|day| day < plan.day)
            }
            _ => true,
        });
    }
}

fn baselines(inventory: &Inventory, history: &History, rules: &RuleSet) -> Baselines {
    let initiators = rules.mechanisms.iter().filter(|m| m.kind == MechanismKind::Initiator);
    let mut prior: Vec<(f64, String)> = initiators.map(|m| (m.prior, m.id.clone())).collect();
    prior.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let (mut deferred, mut markers) = (BTreeMap::new(), BTreeMap::new());
    for deferral in &inventory.deferrals {
        if let Some(mechanism) = &deferral.comment.mechanism {
            *deferred.entry(mechanism.clone()).or_insert(0_u32) += 1;
        }
        if deferral.comment.tier == Tier::Marked {
            *markers.entry(deferral.span.path.clone()).or_insert(0_u32) += 1;
        }
    }
    let of_files = |count: fn(&FileHistory) -> u32| {
        ranked(history.files.iter().map(|(path, file)| (path.clone(), count(file))).collect())
    };
    Baselines {
        prior: prior.into_iter().map(|(_, id)| id).collect(),
        deferred: ranked(deferred),
        churn: of_files(|file| file.commits),
        repairs: of_files(|file| file.fix_heat),
        markers: ranked(markers),
    }
}

/// By count, then by name; what was never counted is left out.
fn ranked<T: Ord>(counts: BTreeMap<T, u32>) -> Vec<T> {
    let mut all: Vec<(u32, T)> =
        counts.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (count, name)).collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.into_iter().map(|(_, name)| name).collect()
}
