//! The walk's results in the form of the model.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use git2::Oid;

use super::asked::{self, Version};
use super::churn::{self, RECENT_DAYS};
use super::graph::{At, Graph};
use super::objects::Objects;
use super::promise::{self, Closable};
use super::revert::Targets;
use super::touch::Wanted;
use super::walk::{Taken, Walk};
use super::{HistoryRequest, commit, release, since};
use crate::model::{History, HistoryStatus, LineOrigin, Made, Person, Release, RepoPath, Revert, Touch};
use crate::source::snapshot::BlobId;

/// What completes a shallow clone.
const DEEPEN: &str = "git fetch --unshallow";
/// What a walk that was cut off says.
pub const CUT_OFF: &str = "time ran out";

/// Reads everything that is asked, on the thread that calls.
pub fn read(
    git: &Path,
    head: &str,
    versions: &[Version],
    blobs: &BTreeSet<BlobId>,
    request: &HistoryRequest,
) -> History {
    let opened = super::super::repository::open_git(git);
    let (repository, head) = match (opened, Oid::from_str(head)) {
        (Ok(repository), Ok(head)) => (repository, head),
        (Err(error), _) | (_, Err(error)) => return failed(&error),
    };
    let objects = match Objects::of(&repository) {
        Ok(objects) => objects,
        Err(error) => return failed(&error),
    };
    let boundary = shallow_boundary(&repository);
    let is_shallow = !boundary.is_empty();
    let as_of = churn::day(request.as_of);
    let mut walk = Walk::new(objects, graph(boundary, as_of, request), as_of);
    let files = count(&mut walk, request);
    let Some(at) = walk.graph.load(head, &mut walk.objects) else {
        let why = "the newest commit is missing from the object store; `git fsck` may say why";
        return History { status: HistoryStatus::Unavailable(why.to_owned()), ..History::default() };
    };
    let tree = walk.graph.nodes.get(at).map_or(head, |node| node.tree);
    let questions = asked::ask(request, versions, at, tree, &mut walk);
    walk.run(&[head]);

    let reverts = reverts(&mut walk, &files);
    let touches = touches(&mut walk, &files);
    let closed = std::mem::take(&mut walk.closed);
    let closings = promise::closings(closed, &walk.graph, &request.incidents.tickets, &repository);
    let made = made(&walk, &files, blobs);
    let releases = release::releases(&release::tags(&repository), head, &walk.graph, &repository);
    let mut history = History {
        status: status(&walk, is_shallow),
        commits: walk.visited,
        last_commit: walk.graph.nodes.get(at).map(|node| churn::date(node.authored_day)),
        lines: origins(&questions, &mut walk, is_shallow),
        active: std::mem::take(&mut walk.active),
        reverts,
        touches,
        closings,
        made,
        releases,
        ..History::default()
    };
    history.deployed = deployed(&history, request, head, &walk, &repository);
    let last = history.last_release().and_then(|release| Oid::from_str(&release.commit).ok());
    // The release may stand on a branch that the walk did not take.
    if let Some(released) = last.and_then(|id| repository.find_commit(id).ok()).map(|found| found.tree_id()) {
        history.since_release = since::changed(released, tree, &mut walk.objects);
        history.at_last_release = release::files_at(released, &request.release_folders, &mut walk.objects);
    }
    let counters = std::mem::take(&mut walk.counters);
    let counted = files.into_iter().cloned().zip(counters.into_iter().map(churn::Counter::finish));
    history.files = counted.filter(|(path, _)| request.files.contains(path)).collect();
    history
}

/// A graph that has seen nothing, and knows what is asked of commits.
fn graph(boundary: Vec<Oid>, as_of: i64, request: &HistoryRequest) -> Graph {
    let mut graph = Graph::new(boundary, as_of - RECENT_DAYS + 1..as_of + 1);
    graph.wanted = Wanted::of(&request.incidents);
    graph.closable = Closable::of(&request.incidents);
    graph
}

/// Lets the changes of all asked files be counted; gives them back by the place of their counter.
fn count<'a>(walk: &mut Walk, request: &'a HistoryRequest) -> Vec<&'a RepoPath> {
    // What a promise makes may be gone, and then is no file of the revision.
    let asked: BTreeSet<&RepoPath> = request.files.iter().chain(&request.incidents.made).collect();
    let files: Vec<&RepoPath> = asked.into_iter().collect();
    files.iter().for_each(|path| walk.add_counter(path.as_str().as_bytes()));
    let promised = files.iter().enumerate().filter(|(_, path)| request.incidents.made.contains(**path));
    walk.passages = promised.map(|(place, _)| (place, promise::Passage::default())).collect();
    files
}

fn made(walk: &Walk, files: &[&RepoPath], blobs: &BTreeSet<BlobId>) -> BTreeMap<RepoPath, Made> {
    let known = walk.passages.iter().filter_map(|(place, passage)| Some((files.get(*place)?, passage)));
    known.map(|(path, passage)| ((*path).clone(), promise::made(passage, &walk.graph, blobs))).collect()
}

/// What is deployed: as somebody says, else by a release branch where no tag tells.
fn deployed(
    history: &History,
    request: &HistoryRequest,
    head: Oid,
    walk: &Walk,
    repository: &git2::Repository,
) -> Option<Release> {
    if let Some((name, id)) = &request.deployed {
        return since::named(name, Oid::from_str(id).ok()?, head, &walk.graph, repository);
    }
    if history.last_release().is_some() {
        return None;
    }
    since::release_branch(head, request.own_branch.as_deref(), &walk.graph, repository)
        .filter(|release| history.is_fresh(release))
}

fn failed(error: &git2::Error) -> History {
    let why = format!("git could not be read: {}", error.message());
    History { status: HistoryStatus::Unavailable(why), ..History::default() }
}

/// Commits whose parents a shallow clone left out.
pub fn shallow_boundary(repository: &git2::Repository) -> Vec<Oid> {
    let text = fs::read_to_string(repository.commondir().join("shallow")).unwrap_or_default();
    text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
}

/// How much of the walk can be relied on.
pub fn status(walk: &Walk, is_shallow: bool) -> HistoryStatus {
    if is_shallow {
        return HistoryStatus::Shallow { remedy: DEEPEN.to_owned() };
    }
    let mut reasons = Vec::new();
    if walk.is_cut_off {
        reasons.push(format!("{CUT_OFF} after {} commits", walk.visited));
    }
    let losses = walk.objects.losses;
    if losses.missing > 0 {
        reasons.push(format!("{} missing or broken in the object store", plural(losses.missing, "object")));
    }
    if losses.too_large > 0 {
        reasons.push(format!("{} over 1 MB not compared", plural(losses.too_large, "file version")));
    }
    if walk.graph.broken > 0 {
        reasons.push(format!("{} with an unreadable date or author", plural(walk.graph.broken, "commit")));
    }
    if walk.blame.lost > 0 {
        reasons.push(format!("{} could not be followed", plural(walk.blame.lost, "line")));
    }
    if reasons.is_empty() { HistoryStatus::Complete } else { HistoryStatus::Partial(reasons.join("; ")) }
}

fn plural(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn origins(
    questions: &[(RepoPath, u32)],
    walk: &mut Walk,
    is_shallow: bool,
) -> BTreeMap<(RepoPath, u32), LineOrigin> {
    let mut authors: HashMap<At, Person> = HashMap::new();
    let mut origins = BTreeMap::new();
    for (question, at) in questions.iter().zip(std::mem::take(&mut walk.blame.origins)) {
        let Some((at, node)) = at.and_then(|at| Some((at, walk.graph.nodes.get(at)?))) else { continue };
        let objects = &mut walk.objects;
        let author = authors
            .entry(at)
            .or_insert_with(|| objects.commit(node.id).map_or_else(nobody, |bytes| commit::author(&bytes)));
        let origin = LineOrigin {
            commit: node.id.to_string(),
            date: churn::date(node.authored_day),
            author: author.clone(),
            at_least: node.is_boundary && (is_shallow || !node.is_merge),
        };
        origins.insert(question.clone(), origin);
    }
    origins
}

fn nobody() -> Person {
    Person { name: String::new(), email: String::new() }
}

/// The reverts that the walk met, newest first; counts them at their files.
pub fn reverts(walk: &mut Walk, files: &[&RepoPath]) -> Vec<Revert> {
    let taken = std::mem::take(&mut walk.reverts);
    let drafts: Vec<_> = taken.iter().map(|taken| (taken.at, taken.draft.clone())).collect();
    let targets = Targets::of(&walk.graph, &drafts);
    let mut reverts = Vec::new();
    for taken in taken {
        let Some((target, of)) = targets.find(taken.at, &taken.draft) else { continue };
        for place in &taken.files {
            if let Some(counter) = walk.counters.get_mut(*place) {
                counter.reverts += 1;
            }
        }
        reverts.extend(revert(taken, target, of, &walk.graph, files));
    }
    reverts
}

fn touches(walk: &mut Walk, files: &[&RepoPath]) -> Vec<Touch> {
    let touched = std::mem::take(&mut walk.touched);
    let touch = |touched: super::touch::Touched| {
        let node = walk.graph.nodes.get(touched.at)?;
        Some(Touch {
            commit: node.id.to_string(),
            date: churn::date(node.authored_day),
            numbers: touched.numbers,
            is_revert: touched.is_revert,
            paths: touched
                .files
                .iter()
                .filter_map(|place| files.get(*place))
                .map(|path| (*path).clone())
                .collect(),
        })
    };
    touched.into_iter().filter_map(touch).collect()
}

fn revert(
    taken: Taken,
    target: Option<At>,
    of: Option<String>,
    graph: &Graph,
    files: &[&RepoPath],
) -> Option<Revert> {
    let node = graph.nodes.get(taken.at)?;
    let seconds = target.and_then(|target| graph.nodes.get(target)).map(|of| node.committed - of.committed);
    Some(Revert {
        commit: node.id.to_string(),
        of,
        date: churn::date(node.authored_day),
        // A clock that ran backwards says nothing.
        seconds_to_revert: seconds.filter(|seconds| *seconds >= 0),
        subject: taken.draft.subject,
        paths: taken.files.iter().filter_map(|place| files.get(*place)).map(|path| (*path).clone()).collect(),
        keys: Vec::new(),
    })
}
