//! Under which name a file was known before, by git's rules for `git blame`.
//!
//! Only files that the commit deletes are candidates: one with the same bytes (of the same base
//! name first), then the only one of the same base name when at least three quarters alike, then
//! the one most alike from half on. Likeness is git's: the bytes of lines (of at most 64) that both
//! have, by a small hash, over the larger size.

use std::collections::HashMap;
use std::rc::Rc;

use git2::Oid;

use super::objects::{KIND, Objects, REGULAR, TreeEntry, split_entry};
use super::paths::align;

const MAX_SCORE: u64 = 60_000;
const MIN_SCORE: u64 = 30_000;
const MIN_SCORE_SAME_NAME: u64 = 45_000;
/// Sources of equal bytes that git looks at before it takes one.
const MAX_IDENTICAL: usize = 100;
/// Candidates that git keeps for a file.
const KEPT: usize = 4;
/// Git's modulus for the hash of a line.
const HASH_BASE: u32 = 107_927;
/// Git looks for a NUL here to tell binary from text.
const BINARY_LOOK: usize = 8_000;
/// Entries compared and files considered per search: a tree that repeats itself can claim billions.
const MAX_ENTRIES: usize = 400_000;
const MAX_SOURCES: usize = 20_000;
const MAX_DEPTH: usize = 256;
/// Line counts of candidates that are kept for the next file of the same commit.
const MAX_COUNTED: usize = 256;

/// A file that a commit deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path.
    pub path: Vec<u8>,
    /// Its mode.
    pub mode: u32,
    /// Its blob.
    pub id: Oid,
}

impl Source {
    fn base_name(&self) -> &[u8] {
        base_name(&self.path)
    }
}

fn base_name(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).and_then(|slash| path.get(slash + 1..)).unwrap_or(path)
}

/// Files deleted between two trees, in git's order; nothing beyond the limits.
pub fn deleted(old: Oid, new: Oid, objects: &mut Objects) -> Option<Vec<Source>> {
    let mut search = Deleted { objects, found: Vec::new(), entries: 0 };
    search.folder(&mut Vec::new(), Some(old), Some(new), 0)?;
    Some(search.found)
}

struct Deleted<'a> {
    objects: &'a mut Objects,
    found: Vec<Source>,
    entries: usize,
}

impl Deleted<'_> {
    fn folder(&mut self, path: &mut Vec<u8>, old: Option<Oid>, new: Option<Oid>, depth: usize) -> Option<()> {
        let old_tree = self.objects.tree(old?)?;
        let new_tree: Option<Rc<[u8]>> = match new {
            Some(id) => Some(self.objects.tree(id)?),
            None => None,
        };
        let (mut old, mut new) = (&old_tree[..], new_tree.as_deref().unwrap_or_default());
        loop {
            let (before, after) = match (split_entry(old), split_entry(new)) {
                (None, _) => return Some(()),
                (before, after) => align(before, after, &mut old, &mut new),
            };
            self.entries += 1;
            if self.entries > MAX_ENTRIES || self.found.len() > MAX_SOURCES || depth > MAX_DEPTH {
                return None;
            }
            let Some(before) = before else { continue };
            if after.is_some_and(|after| after.id == before.id && after.mode == before.mode) {
                continue;
            }
            let len = path.len();
            path.extend(before.name);
            if before.is_folder() {
                path.push(b'/');
                let after = after.filter(TreeEntry::is_folder).map(|after| after.id);
                self.folder(path, Some(before.id), after, depth + 1)?;
            } else if after.is_none() && before.is_blob() {
                self.found.push(Source { path: path.clone(), mode: before.mode, id: before.id });
            }
            path.truncate(len);
        }
    }
}

/// Bytes by hash of the line they stand in, sorted by hash.
type LineBytes = Rc<[(u32, u32)]>;

/// Finds earlier names of files of one commit.
#[derive(Default)]
pub struct Renames {
    counted: HashMap<Oid, LineBytes>,
}

impl Renames {
    /// The deleted file that became the file of this name, mode and blob.
    pub fn find<'s>(
        &mut self,
        sources: &'s [Source],
        (name, mode, id): (&[u8], u32, Oid),
        objects: &mut Objects,
    ) -> Option<&'s Source> {
        if let Some(same) = identical(sources, name, mode, id) {
            return Some(same);
        }
        let mut namesakes = sources.iter().filter(|source| source.base_name() == name);
        if let (Some(only), None) = (namesakes.next(), namesakes.next())
            && self.score(only, mode, id, MIN_SCORE_SAME_NAME, objects) >= MIN_SCORE_SAME_NAME
        {
            return Some(only);
        }
        let mut best = [None::<Candidate>; KEPT];
        for (index, source) in sources.iter().enumerate() {
            let score = self.score(source, mode, id, MIN_SCORE, objects);
            let candidate = Candidate { score, is_namesake: source.base_name() == name, index };
            keep_if_better(&mut best, candidate);
        }
        // The first of equals, as a stable sort would put it.
        let best = best.iter().flatten().fold(None::<&Candidate>, |best, candidate| match best {
            Some(best) if candidate.rank() <= best.rank() => Some(best),
            _ => Some(candidate),
        })?;
        (best.score >= MIN_SCORE).then(|| sources.get(best.index))?
    }

    fn score(&mut self, from: &Source, mode: u32, to: Oid, least: u64, objects: &mut Objects) -> u64 {
        if from.mode & KIND != REGULAR || mode & KIND != REGULAR {
            return 0;
        }
        let (Some(a), Some(b)) = (objects.blob_size(from.id), objects.blob_size(to)) else { return 0 };
        let (small, large) = (a.min(b) as u64, a.max(b) as u64);
        if b == 0 || large.saturating_mul(MAX_SCORE - least) < (large - small).saturating_mul(MAX_SCORE) {
            return 0;
        }
        let (Some(from), Some(to)) = (self.count(from.id, objects), self.count(to, objects)) else {
            return 0;
        };
        common_bytes(&from, &to) * MAX_SCORE / large
    }

    fn count(&mut self, id: Oid, objects: &mut Objects) -> Option<LineBytes> {
        if let Some(found) = self.counted.get(&id) {
            return Some(Rc::clone(found));
        }
        let counted = count_lines(&objects.blob(id)?);
        if self.counted.len() >= MAX_COUNTED {
            self.counted.clear();
        }
        self.counted.insert(id, Rc::clone(&counted));
        Some(counted)
    }
}

fn identical<'s>(sources: &'s [Source], name: &[u8], mode: u32, id: Oid) -> Option<&'s Source> {
    let is_same_kind = |source: &&Source| {
        let both_regular = source.mode & KIND == REGULAR && mode & KIND == REGULAR;
        source.id == id && (both_regular || source.mode == mode)
    };
    let mut same = sources.iter().filter(is_same_kind).take(MAX_IDENTICAL).peekable();
    let first = same.peek().copied();
    same.find(|source| source.base_name() == name).or(first)
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    score: u64,
    is_namesake: bool,
    index: usize,
}

impl Candidate {
    fn rank(&self) -> (u64, bool) {
        (self.score, self.is_namesake)
    }
}

/// Replaces the worst of those kept, the first of several worst, as git does.
fn keep_if_better(kept: &mut [Option<Candidate>; KEPT], candidate: Candidate) {
    let rank = |place: &Option<Candidate>| place.as_ref().map(Candidate::rank);
    let Some(first) = kept.iter().map(rank).min() else { return };
    if let Some(worst) = kept.iter_mut().find(|place| rank(place) == first)
        && first < Some(candidate.rank())
    {
        *worst = Some(candidate);
    }
}

fn count_lines(bytes: &[u8]) -> LineBytes {
    let is_text = memchr::memchr(0, bytes.get(..BINARY_LOOK).unwrap_or(bytes)).is_none();
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let (mut high, mut low, mut len) = (0_u32, 0_u32, 0_u32);
    let mut add = |high: u32, low: u32, len: u32| {
        *counts.entry(high.wrapping_add(low.wrapping_mul(0x61)) % HASH_BASE).or_default() += len;
    };
    let mut rest = bytes.iter().peekable();
    while let Some(&byte) = rest.next() {
        if is_text && byte == b'\r' && rest.peek() == Some(&&b'\n') {
            continue;
        }
        let before = high;
        high = (high << 7) ^ (low >> 25);
        low = (low << 7) ^ (before >> 25);
        high = high.wrapping_add(u32::from(byte));
        len += 1;
        if len == 64 || byte == b'\n' {
            add(high, low, len);
            (high, low, len) = (0, 0, 0);
        }
    }
    if len > 0 {
        add(high, low, len);
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable();
    Rc::from(counts)
}

fn common_bytes(from: &[(u32, u32)], to: &[(u32, u32)]) -> u64 {
    let mut to = to.iter().peekable();
    let mut common = 0;
    for (hash, count) in from {
        while to.next_if(|(other, _)| other < hash).is_some() {}
        if let Some((_, other)) = to.next_if(|(other, _)| other == hash) {
            common += u64::from(*count.min(other));
        }
    }
    common
}
