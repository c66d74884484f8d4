//! The paths of interest as a tree of names, so that a diff of two commits opens nothing else.
//!
//! A path has interest for two reasons: its changes are counted (`counts`), or lines of it are
//! being followed at the moment (`live`). Both are known for every folder above it.

use git2::Oid;

use super::objects::{Objects, TreeEntry, entry_len, split_entry, tree_order};

/// A path, by its place in [`Paths`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(u32);

const ROOT: PathId = PathId(0);

#[derive(Default)]
struct Node {
    name: Box<[u8]>,
    parent: Option<PathId>,
    /// Sorted by name.
    children: Vec<PathId>,
    counter: Option<usize>,
    counts_below: bool,
    live_below: u32,
}

/// Paths of interest.
pub struct Paths {
    nodes: Vec<Node>,
}

/// A file at one path of two commits: mode and blob, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: PathId,
    /// Before.
    pub old: Option<(u32, Oid)>,
    /// After.
    pub new: Option<(u32, Oid)>,
}

/// Which paths a diff looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those that are counted and those that are followed.
    All,
    /// Those that are followed.
    Live,
}

impl Paths {
    /// No paths yet.
    pub fn new() -> Self {
        Self { nodes: vec![Node::default()] }
    }

    /// The place of a path, made if it is new.
    pub fn insert(&mut self, path: &[u8]) -> PathId {
        let mut at = ROOT;
        for name in path.split(|byte| *byte == b'/') {
            at = match self.search(at, name) {
                Ok(child) => child,
                Err(place) => self.add(at, place, name),
            };
        }
        at
    }

    /// As [`Paths::insert`], for a path whose changes are counted at this place of the caller's.
    pub fn insert_counted(&mut self, path: &[u8], counter: usize) {
        let id = self.insert(path);
        let mut above = Some(id);
        while let Some(node) = above.and_then(|at| self.node_mut(at)) {
            node.counts_below = true;
            above = node.parent;
        }
        if let Some(node) = self.node_mut(id) {
            node.counter = Some(counter);
        }
    }

    /// Says that lines of a path are followed (`true`) or no longer.
    pub fn follow(&mut self, path: PathId, is_followed: bool) {
        let mut above = Some(path);
        while let Some(node) = above.and_then(|at| self.node_mut(at)) {
            node.live_below =
                if is_followed { node.live_below + 1 } else { node.live_below.saturating_sub(1) };
            above = node.parent;
        }
    }

    /// Where changes of this path are counted, if they are.
    pub fn counter(&self, path: PathId) -> Option<usize> {
        self.node(path).and_then(|node| node.counter)
    }

    /// The last part of a path.
    pub fn name(&self, path: PathId) -> &[u8] {
        self.node(path).map_or(&[], |node| &node.name)
    }

    /// The object at a path of a root tree; `Err` when a tree above it cannot be read.
    pub fn find(&self, path: PathId, root: Oid, objects: &mut Objects) -> Result<Option<(u32, Oid)>, ()> {
        let mut names = Vec::new();
        let mut above = Some(path);
        while let Some(node) = above.and_then(|at| self.node(at)) {
            if node.parent.is_some() {
                names.push(&node.name);
            }
            above = node.parent;
        }
        let mut at = root;
        while let Some(name) = names.pop() {
            let tree = objects.tree(at).ok_or(())?;
            let Some(entry) = super::objects::entries(&tree).find(|entry| entry.name == &name[..]) else {
                return Ok(None);
            };
            if names.is_empty() {
                return Ok(entry.is_blob().then_some((entry.mode, entry.id)));
            }
            if !entry.is_folder() {
                return Ok(None);
            }
            at = entry.id;
        }
        Ok(None)
    }

    /// The differences between two root trees within a scope; `Err` when a tree cannot be read
    /// (those found so far are in `into`).
    pub fn diff(
        &self,
        (old, new): (Option<Oid>, Option<Oid>),
        scope: Scope,
        objects: &mut Objects,
        into: &mut Vec<Change>,
    ) -> Result<(), ()> {
        self.diff_folder(ROOT, old, new, scope, objects, into)
    }

    fn diff_folder(
        &self,
        at: PathId,
        old: Option<Oid>,
        new: Option<Oid>,
        scope: Scope,
        objects: &mut Objects,
        into: &mut Vec<Change>,
    ) -> Result<(), ()> {
        let old_tree = old.map(|id| objects.tree(id).ok_or(())).transpose()?;
        let new_tree = new.map(|id| objects.tree(id).ok_or(())).transpose()?;
        let mut old = old_tree.as_deref().unwrap_or_default();
        let mut new = new_tree.as_deref().unwrap_or_default();
        let mut result = Ok(());
        loop {
            skip_equal(&mut old, &mut new);
            let (before, after) = match (split_entry(old), split_entry(new)) {
                (None, None) => return result,
                (before, after) => align(before, after, &mut old, &mut new),
            };
            let Some(name) = before.or(after).map(|entry| entry.name) else { return result };
            let Ok(child) = self.search(at, name) else { continue };
            let folder = |entry: Option<TreeEntry<'_>>| entry.filter(TreeEntry::is_folder).map(|e| e.id);
            let blob =
                |entry: Option<TreeEntry<'_>>| entry.filter(TreeEntry::is_blob).map(|e| (e.mode, e.id));
            let (old_blob, new_blob) = (blob(before), blob(after));
            if old_blob.is_some() || new_blob.is_some() {
                into.push(Change { path: child, old: old_blob, new: new_blob });
            }
            let (old_folder, new_folder) = (folder(before), folder(after));
            if old_folder != new_folder && self.is_in(child, scope) {
                let below = self.diff_folder(child, old_folder, new_folder, scope, objects, into);
                result = result.and(below);
            }
        }
    }

    fn is_in(&self, path: PathId, scope: Scope) -> bool {
        self.node(path).is_some_and(|node| {
            !node.children.is_empty() && (node.live_below > 0 || (scope == Scope::All && node.counts_below))
        })
    }

    fn search(&self, at: PathId, name: &[u8]) -> Result<PathId, usize> {
        let children = self.node(at).map_or(&[][..], |node| &node.children);
        children
            .binary_search_by(|child| self.name(*child).cmp(name))
            .map(|place| children.get(place).copied().unwrap_or(ROOT))
    }

    fn add(&mut self, parent: PathId, place: usize, name: &[u8]) -> PathId {
        let id = PathId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { name: name.into(), parent: Some(parent), ..Node::default() });
        if let Some(node) = self.node_mut(parent) {
            node.children.insert(place, id);
        }
        id
    }

    fn node(&self, id: PathId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn node_mut(&mut self, id: PathId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)
    }
}

/// Moves both trees past the entries they share.
fn skip_equal(old: &mut &[u8], new: &mut &[u8]) {
    while let Some(len) = entry_len(old) {
        match (old.split_at_checked(len), new.split_at_checked(len)) {
            (Some((a, old_rest)), Some((b, new_rest))) if a == b => {
                *old = old_rest;
                *new = new_rest;
            }
            _ => return,
        }
    }
}

/// One step of two trees.
pub type Step<'a> = (Option<TreeEntry<'a>>, Option<TreeEntry<'a>>);

type Split<'a> = Option<(TreeEntry<'a>, &'a [u8])>;

/// The next name in git's order, on the sides that have it; moves those sides on.
pub fn align<'a>(before: Split<'a>, after: Split<'a>, old: &mut &'a [u8], new: &mut &'a [u8]) -> Step<'a> {
    match (before, after) {
        (Some((a, old_rest)), Some((b, new_rest))) => {
            let order = tree_order(&a, &b);
            if order.is_le() {
                *old = old_rest;
            }
            if order.is_ge() {
                *new = new_rest;
            }
            (order.is_le().then_some(a), order.is_ge().then_some(b))
        }
        (before, after) => {
            *old = before.map_or(&[], |(_, rest)| rest);
            *new = after.map_or(&[], |(_, rest)| rest);
            (before.map(|(entry, _)| entry), after.map(|(entry, _)| entry))
        }
    }
}
