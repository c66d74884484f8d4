//! Records that are gone: files that a commit removed, and that no commit moved or brought back.
//!
//! Every commit is compared with its first parent in whole, since nobody knows the names of what is
//! gone; so it is a walk of its own, taken only when somebody asks. What counts as a record is for the
//! caller to say, by the path alone. A file that the same commit added elsewhere in a like form was
//! moved, as `git log -M` would say. What only a merge removed is not seen.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use serde::{Deserialize, Serialize};

use super::graph::{At, Graph};
use super::objects::{KIND, MAX_BLOB_BYTES, Objects, REGULAR};
use super::rename::{self, Renames, Source};
use super::walk::Walk;
use super::{GUARD, Repository, answer, blobs, churn, guarded};
use crate::model::{Change, RepoPath};
use crate::source::snapshot::{BlobId, Snapshot};

/// Whether a path may be that of a record.
pub type IsRecord = fn(&RepoPath) -> bool;

/// More records are none: a generated tree that was thrown away.
const MAX_RECORDS: usize = 2_000;

/// A record that the revision no longer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// Where it was.
    pub path: RepoPath,
    /// Its last bytes.
    pub blob: BlobId,
    /// The commit that removed it.
    pub by: Change,
}

/// What a walk finds of records that are gone.
pub struct Search {
    is_record: IsRecord,
    /// What became of a path last: removed with these bytes by this commit, or moved.
    fates: BTreeMap<RepoPath, Option<(Oid, At)>>,
}

impl Search {
    /// Looks at what one commit removed; the newest commit comes first.
    pub fn look(&mut self, at: At, (old, new): (Oid, Oid), objects: &mut Objects) {
        let Some(removed) = rename::deleted(old, new, objects) else { return };
        let path = |source: &Source| RepoPath::new(String::from_utf8_lossy(&source.path));
        let is_record = |source: &&Source| source.mode & KIND == REGULAR && (self.is_record)(&path(source));
        let records: Vec<&Source> = removed.iter().filter(is_record).collect();
        if records.is_empty() || self.fates.len() > MAX_RECORDS {
            return;
        }
        let moved = moved(&removed, (old, new), objects);
        for record in records {
            let fate = (!moved.contains(&record.path[..])).then_some((record.id, at));
            self.fates.entry(path(record)).or_insert(fate);
        }
    }

    fn found(self, graph: &Graph, objects: &mut Objects) -> Vec<Lost> {
        let gone = self.fates.into_iter().filter_map(|(path, fate)| Some((path, fate?)));
        let readable = gone.filter(|(_, (blob, _))| {
            objects.blob_size(*blob).is_some_and(|size| size > 0 && size <= MAX_BLOB_BYTES)
        });
        let lost = readable.filter_map(|(path, (blob, at))| {
            let node = graph.nodes.get(at)?;
            let by = Change { commit: node.id.to_string(), date: churn::date(node.authored_day) };
            Some(Lost { path, blob: blob.into(), by })
        });
        lost.collect()
    }
}

/// Paths of removed files that the same commit added elsewhere.
fn moved<'a>(removed: &'a [Source], (old, new): (Oid, Oid), objects: &mut Objects) -> BTreeSet<&'a [u8]> {
    let mut renames = Renames::default();
    let added = rename::deleted(new, old, objects).unwrap_or_default();
    let before = added.iter().filter_map(|file| {
        let name = file.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        renames.find(removed, (name, file.mode, file.id), objects)
    });
    before.map(|source| &source.path[..]).collect()
}

/// Records that the revision does not hold, by path; empty without history.
pub fn read_lost(repository: &Repository, is_record: IsRecord) -> Vec<Lost> {
    let (Some(git), Some(commit)) = (repository.git.clone(), repository.subject.commit.clone()) else {
        return Vec::new();
    };
    let walk = move || {
        let repository = super::super::repository::open_git(&git).ok()?;
        let objects = Objects::of(&repository).ok()?;
        let graph = Graph::new(answer::shallow_boundary(&repository), 0..0);
        let mut walk = Walk::new(objects, graph, 0);
        walk.search = Some(Search { is_record, fates: BTreeMap::new() });
        walk.run(&[Oid::from_str(&commit).ok()?]);
        let search = walk.search.take()?;
        Some(search.found(&walk.graph, &mut walk.objects))
    };
    let mut lost = guarded(GUARD, walk).ok().flatten().unwrap_or_default();
    let kept = blobs(repository);
    lost.retain(|record| !is_there(&repository.snapshot, &record.path) && !kept.contains(&record.blob));
    lost
}

fn is_there(snapshot: &Snapshot, path: &RepoPath) -> bool {
    snapshot.find(path.as_str()).is_some() || snapshot.skipped.iter().any(|skipped| skipped.path == *path)
}
