//! One walk over all commits, newest first, for everything that is asked of history.
//!
//! Counting changes and following lines need the same trees, so each commit is compared with its
//! first parent once. Merges are not counted: what they bring was counted where it was made.

use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use git2::Oid;

use super::blame::{Blame, Scene};
use super::churn::Counter;
use super::graph::{At, Details, Graph};
use super::objects::Objects;
use super::paths::{Change, Paths, Scope};
use super::promise::{Closed, Passage};
use super::revert::Draft;
use super::touch::Touched;

/// A walk that takes longer is cut off, and says so; the largest history measured (99,429 commits)
/// takes 4 s.
const WALL_BUDGET: Duration = Duration::from_secs(60);
/// Commits between two looks at the time.
const LOOK: usize = 64;

/// A revert and the counted paths it touched.
pub struct Taken {
    /// The revert.
    pub at: At,
    /// What it says.
    pub draft: Draft,
    /// Places of the counters of the files it touched, sorted.
    pub files: Vec<usize>,
}

/// The state of the walk, and afterwards its results.
pub struct Walk {
    /// Raw objects.
    pub objects: Objects,
    /// Paths of interest.
    pub paths: Paths,
    /// Commits.
    pub graph: Graph,
    /// Followed lines.
    pub blame: Blame,
    /// Counters by place.
    pub counters: Vec<Counter>,
    /// Reverts in the order of the walk.
    pub reverts: Vec<Taken>,
    /// Commits that incidents ask for, in the order of the walk.
    pub touched: Vec<Touched>,
    /// Commits that close an asked ticket, in the order of the walk.
    pub closed: Vec<Closed>,
    /// Comings and goings of asked paths, by the place of their counter.
    pub passages: std::collections::BTreeMap<usize, Passage>,
    /// Commits by author, authors sorted.
    pub active: std::collections::BTreeMap<crate::model::Person, u32>,
    /// Records that are gone, when they are asked for.
    pub search: Option<super::lost::Search>,
    /// Every visited commit with the places of the counters of the files it touched, when asked for.
    pub log: Option<Vec<(At, Vec<usize>)>>,
    /// Commits visited.
    pub visited: u32,
    /// Whether the time ran out.
    pub is_cut_off: bool,
    as_of: i64,
    /// Newest first; among equals the one seen first.
    queue: BinaryHeap<(i64, std::cmp::Reverse<At>)>,
    changes: Vec<Change>,
}

impl Walk {
    /// A walk that has not started.
    pub fn new(objects: Objects, graph: Graph, as_of: i64) -> Self {
        Self {
            objects,
            paths: Paths::new(),
            graph,
            blame: Blame::default(),
            counters: Vec::new(),
            reverts: Vec::new(),
            touched: Vec::new(),
            closed: Vec::new(),
            passages: std::collections::BTreeMap::new(),
            active: std::collections::BTreeMap::new(),
            search: None,
            log: None,
            visited: 0,
            is_cut_off: false,
            as_of,
            queue: BinaryHeap::new(),
            changes: Vec::new(),
        }
    }

    /// Walks everything reachable from these commits.
    pub fn run(&mut self, heads: &[Oid]) {
        let start = Instant::now();
        for head in heads {
            if let Some(head) = self.graph.load(*head, &mut self.objects) {
                self.enqueue(head);
            }
        }
        let mut steps = 0_usize;
        while let Some((_, std::cmp::Reverse(at))) = self.queue.pop() {
            steps += 1;
            if steps.is_multiple_of(LOOK) && start.elapsed() > WALL_BUDGET {
                self.is_cut_off = true;
                return;
            }
            self.step(at);
        }
    }

    fn enqueue(&mut self, at: At) {
        if let Some(node) = self.graph.nodes.get_mut(at)
            && !node.is_queued
        {
            node.is_queued = true;
            self.queue.push((node.committed, std::cmp::Reverse(at)));
        }
    }

    /// Visits a commit; a second time when a broken clock let lines arrive late.
    fn step(&mut self, at: At) {
        let Some(node) = self.graph.nodes.get_mut(at) else { return };
        node.is_queued = false;
        let is_first_visit = !node.is_visited;
        let details = self.graph.details.remove(&at).unwrap_or_default();
        if is_first_visit {
            self.visited += 1;
            self.graph.visit(at, &details.parents, &mut self.objects);
            let parents: Vec<At> = self.graph.parents(at).collect();
            parents.into_iter().for_each(|parent| self.enqueue_unvisited(parent));
        }
        let suspects = self.blame.waiting.remove(&at).unwrap_or_default();
        let Some(node) = self.graph.nodes.get(at) else { return };
        let is_counted = is_first_visit && !node.is_merge && !node.is_boundary;
        let scope = if is_counted { Scope::All } else { Scope::Live };
        let new = node.tree;
        let first_parent = self.graph.parents(at).next();
        let old = first_parent.and_then(|parent| self.graph.nodes.get(parent)).map(|parent| parent.tree);
        let mut changes = std::mem::take(&mut self.changes);
        changes.clear();
        let mut result = Ok(());
        if (is_counted || (!suspects.is_empty() && old.is_some())) && old != Some(new) {
            result = self.paths.diff((old, Some(new)), scope, &mut self.objects, &mut changes);
        }
        if let (true, Some(search), Some(old)) = (is_counted && old != Some(new), &mut self.search, old) {
            search.look(at, (old, new), &mut self.objects);
        }
        if is_first_visit {
            self.tell(at, &details, &changes, is_counted);
            self.count(at, details, &changes, is_counted);
        }
        if !suspects.is_empty() {
            let mut scene = Scene { graph: &self.graph, objects: &mut self.objects, paths: &mut self.paths };
            self.blame.pass(at, suspects, result.map(|()| &changes[..]), &mut scene);
            let parents: Vec<At> = self.graph.parents(at).collect();
            for parent in parents {
                if self.blame.waiting.contains_key(&parent) {
                    self.enqueue(parent);
                }
            }
        }
        self.changes = changes;
    }

    fn enqueue_unvisited(&mut self, at: At) {
        if self.graph.nodes.get(at).is_some_and(|node| !node.is_visited) {
            self.enqueue(at);
        }
    }

    fn count(&mut self, at: At, details: Details, changes: &[Change], is_counted: bool) {
        if let Some(author) = &details.author {
            match self.active.get_mut(&**author) {
                Some(count) => *count += 1,
                None => {
                    self.active.insert((**author).clone(), 1);
                }
            }
        }
        let Some(node) = self.graph.nodes.get(at) else { return };
        let mut files = Vec::new();
        let wanted = &self.graph.wanted;
        let is_asked = is_counted
            && (!details.numbers.is_empty()
                || wanted.is_of_days(node.authored_day)
                || wanted.is_named(node.id));
        let keeps_files = is_asked || details.revert.is_some() || self.log.is_some();
        if is_counted {
            for place in changes.iter().filter_map(|change| self.paths.counter(change.path)) {
                let Some(counter) = self.counters.get_mut(place) else { continue };
                counter.add(node.authored_day, self.as_of, node.is_fix, details.author.as_ref());
                if keeps_files {
                    files.push(place);
                }
            }
        }
        if let Some(log) = &mut self.log {
            log.push((at, files.clone()));
        }
        files.sort_unstable();
        if is_asked && !files.is_empty() {
            let is_revert = details.revert.is_some();
            let (numbers, files) = (details.numbers, files.clone());
            self.touched.push(Touched { at, numbers, is_revert, files });
        }
        if let Some(draft) = details.revert
            && !node.is_merge
        {
            self.reverts.push(Taken { at, draft, files });
        }
    }

    /// Keeps what promises ask: tickets that a commit closes, and asked paths that came or went.
    fn tell(&mut self, at: At, details: &Details, changes: &[Change], is_counted: bool) {
        if !details.closes.is_empty() && details.revert.is_none() {
            self.closed.push(Closed { at, numbers: details.closes.clone() });
        }
        if self.passages.is_empty() || !is_counted {
            return;
        }
        for change in changes {
            let place = self.paths.counter(change.path);
            if let Some(passage) = place.and_then(|place| self.passages.get_mut(&place)) {
                passage.pass(at, change);
            }
        }
    }

    /// Says that changes of this path are counted, at the next counter.
    pub fn add_counter(&mut self, path: &[u8]) {
        let place = self.counters.len();
        self.counters.push(Counter::default());
        self.paths.insert_counted(path, place);
    }
}
