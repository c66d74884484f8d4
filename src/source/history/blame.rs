//! Where followed lines go from one commit to its parents, by the rules of `git blame`.
//!
//! First every parent is asked for the same path, and one with the same bytes takes all lines;
//! then parents without the path are searched for an earlier name; then lines pass to each parent
//! in order, and what none of them has is new in this commit.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use git2::Oid;

use super::graph::{At, Graph};
use super::lines::{self, Followed};
use super::objects::{KIND, Objects};
use super::paths::{Change, PathId, Paths};
use super::rename::{Renames, Source, deleted};

/// Bytes of versions that lines wait in; beyond this they are read again.
const KEPT_BYTES: usize = 40 << 20;

/// Lines of one file version that are still followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Type and permissions.
    pub mode: u32,
    /// The version.
    pub blob: Oid,
    /// Lines, sorted.
    pub lines: Vec<Followed>,
    /// Its bytes, while there is room: its next change compares them.
    pub bytes: Option<Rc<[u8]>>,
}

/// Followed lines of one commit by path.
pub type Suspects = BTreeMap<PathId, Suspect>;

/// All followed lines.
#[derive(Default)]
pub struct Blame {
    /// What waits at each commit.
    pub waiting: HashMap<At, Suspects>,
    /// The commit each question ended at.
    pub origins: Vec<Option<At>>,
    /// Lines that could not be followed to their end.
    pub lost: u32,
    kept_bytes: usize,
    renames: Renames,
    deleted: HashMap<(At, At), Vec<Source>>,
}

/// What a step needs to look at.
pub struct Scene<'a> {
    /// Commits.
    pub graph: &'a Graph,
    /// Objects.
    pub objects: &'a mut Objects,
    /// Paths.
    pub paths: &'a mut Paths,
}

/// An earlier version of a file.
#[derive(Clone, Copy)]
struct Origin {
    parent: At,
    path: PathId,
    mode: u32,
    blob: Oid,
}

impl Blame {
    /// Lets lines wait at a commit.
    pub fn wait(&mut self, at: At, path: PathId, mut suspect: Suspect, paths: &mut Paths) {
        let waiting = self.waiting.entry(at).or_default();
        match waiting.get_mut(&path) {
            Some(present) => {
                present.lines.extend(suspect.lines);
                present.lines.sort_unstable();
            }
            None => {
                let size = suspect.bytes.as_ref().map_or(0, |bytes| bytes.len());
                if self.kept_bytes + size > KEPT_BYTES {
                    suspect.bytes = None;
                } else {
                    self.kept_bytes += size;
                }
                waiting.insert(path, suspect);
                paths.follow(path, true);
            }
        }
    }

    /// Passes lines of a commit on. `changes` are its differences to its first parent, or `Err`
    /// when they could not be read.
    pub fn pass(
        &mut self,
        at: At,
        mut suspects: Suspects,
        changes: Result<&[Change], ()>,
        scene: &mut Scene<'_>,
    ) {
        let parents: Vec<At> = scene.graph.parents(at).collect();
        let Some(first) = parents.first().copied() else {
            for (path, suspect) in suspects {
                self.release(path, &suspect, scene.paths);
                self.end(at, &suspect.lines);
            }
            return;
        };
        let Ok(changes) = changes else {
            for (path, suspect) in suspects {
                self.release(path, &suspect, scene.paths);
                self.lose(&suspect.lines);
            }
            return;
        };
        self.deleted.clear();
        let mut changed = Vec::new();
        for change in changes {
            // A folder in place of a file of the same name is a second change at its path.
            if change.new.is_some()
                && let Some(suspect) = suspects.remove(&change.path)
            {
                changed.push((change, suspect));
            }
        }
        self.hand_over(first, suspects, scene.paths);
        for (change, suspect) in changed {
            self.release(change.path, &suspect, scene.paths);
            if self.pass_changed(at, &parents, change, &suspect, scene).is_err() {
                self.lose(&suspect.lines);
            }
        }
    }

    /// Gives unchanged paths to the first parent as they are.
    fn hand_over(&mut self, to: At, mut suspects: Suspects, paths: &mut Paths) {
        if suspects.is_empty() {
            return;
        }
        let waiting = self.waiting.entry(to).or_default();
        if waiting.len() < suspects.len() {
            std::mem::swap(waiting, &mut suspects);
        }
        let mut twice = Vec::new();
        for (path, suspect) in suspects {
            match waiting.get_mut(&path) {
                Some(present) => {
                    present.lines.extend(&suspect.lines);
                    present.lines.sort_unstable();
                    twice.push((path, suspect));
                }
                None => {
                    waiting.insert(path, suspect);
                }
            }
        }
        twice.into_iter().for_each(|(path, suspect)| self.release(path, &suspect, paths));
    }

    /// Says that lines no longer wait there.
    fn release(&mut self, path: PathId, suspect: &Suspect, paths: &mut Paths) {
        paths.follow(path, false);
        let size = suspect.bytes.as_ref().map_or(0, |bytes| bytes.len());
        self.kept_bytes = self.kept_bytes.saturating_sub(size);
    }

    fn pass_changed(
        &mut self,
        at: At,
        parents: &[At],
        change: &Change,
        suspect: &Suspect,
        scene: &mut Scene<'_>,
    ) -> Result<(), ()> {
        let mut origins: Vec<Option<Origin>> = Vec::with_capacity(parents.len());
        let mut lacking = Vec::new();
        for (place, parent) in parents.iter().copied().enumerate() {
            let found = match place {
                0 => change.old,
                _ => {
                    let tree = scene.graph.nodes.get(parent).ok_or(())?.tree;
                    scene.paths.find(change.path, tree, scene.objects)?
                }
            };
            if found.is_none() {
                lacking.push(place);
            }
            // A link where a file was is another thing.
            let found = found.filter(|(mode, _)| mode & KIND == suspect.mode & KIND);
            let origin = found.map(|(mode, blob)| Origin { parent, path: change.path, mode, blob });
            if self.takes_all(origin, suspect, scene) {
                return Ok(());
            }
            origins.push(origin);
        }
        for place in lacking {
            let Some(parent) = parents.get(place).copied() else { continue };
            let origin = self.earlier_name(at, parent, change.path, suspect, scene);
            if self.takes_all(origin, suspect, scene) {
                return Ok(());
            }
            if let Some(free) = origins.get_mut(place) {
                *free = origin;
            }
        }
        self.pass_lines(at, &origins, suspect, scene)
    }

    fn takes_all(&mut self, origin: Option<Origin>, suspect: &Suspect, scene: &mut Scene<'_>) -> bool {
        match origin {
            Some(origin) if origin.blob == suspect.blob => {
                self.wait_at(origin, suspect.lines.clone(), suspect.bytes.clone(), scene);
                true
            }
            _ => false,
        }
    }

    fn wait_at(
        &mut self,
        origin: Origin,
        lines: Vec<Followed>,
        bytes: Option<Rc<[u8]>>,
        scene: &mut Scene<'_>,
    ) {
        let suspect = Suspect { mode: origin.mode, blob: origin.blob, lines, bytes };
        self.wait(origin.parent, origin.path, suspect, scene.paths);
    }

    fn pass_lines(
        &mut self,
        at: At,
        origins: &[Option<Origin>],
        suspect: &Suspect,
        scene: &mut Scene<'_>,
    ) -> Result<(), ()> {
        let mut rest = suspect.lines.clone();
        let mut seen = Vec::new();
        for origin in origins.iter().flatten() {
            // Parents with the same bytes would give the same answer.
            if rest.is_empty() || seen.contains(&origin.blob) {
                continue;
            }
            seen.push(origin.blob);
            let old = scene.objects.blob(origin.blob);
            let new = suspect.bytes.clone().or_else(|| scene.objects.blob(suspect.blob));
            let mapped = match (&old, &new) {
                (Some(old), Some(new)) => lines::map(old, new, &rest),
                _ => None,
            };
            let Some(mapped) = mapped else {
                self.lose(&rest);
                return Ok(());
            };
            rest = mapped.here;
            if !mapped.before.is_empty() {
                self.wait_at(*origin, mapped.before, old, scene);
            }
        }
        self.end(at, &rest);
        Ok(())
    }

    fn earlier_name(
        &mut self,
        at: At,
        parent: At,
        path: PathId,
        suspect: &Suspect,
        scene: &mut Scene<'_>,
    ) -> Option<Origin> {
        let tree = |at: At| scene.graph.nodes.get(at).map(|node| node.tree);
        let (old, new) = (tree(parent)?, tree(at)?);
        let objects = &mut *scene.objects;
        let sources = self
            .deleted
            .entry((parent, at))
            .or_insert_with(|| deleted(old, new, objects).unwrap_or_default());
        let name = scene.paths.name(path);
        let found = self.renames.find(sources, (name, suspect.mode, suspect.blob), objects)?;
        let path = scene.paths.insert(&found.path);
        Some(Origin { parent, path, mode: found.mode, blob: found.id })
    }

    fn end(&mut self, at: At, lines: &[Followed]) {
        for (_, question) in lines {
            if let Some(origin) = self.origins.get_mut(*question as usize) {
                *origin = Some(at);
            }
        }
    }

    fn lose(&mut self, lines: &[Followed]) {
        self.lost = self.lost.saturating_add(u32::try_from(lines.len()).unwrap_or(u32::MAX));
    }
}
