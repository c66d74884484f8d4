//! Raw git objects with bounded memory: trees, blobs and commits by id.
//!
//! libgit2's own tree and commit types cost twenty times what their bytes cost, so the bytes are
//! parsed here. Sizes come from headers before a blob is inflated; what is missing, broken or too
//! large is counted and never fatal. Replace references and grafts are not followed.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use git2::{ObjectType, Oid};

/// Trees of neighbors share most of their subtrees; 16 MiB keeps the hit rate of 128 MiB.
const TREE_CACHE_BYTES: usize = 16 << 20;
/// Versions that lines wait in are kept elsewhere; this serves rename searches and merges.
const BLOB_CACHE_BYTES: usize = 8 << 20;
/// Objects read before the packs are let go and mapped anew: a walk moves through a pack once, and
/// what it has passed needs no memory any more.
const READS_PER_MAPPING: u32 = 60_000;
/// Larger blobs are not compared: the cap for files that are read at all.
pub const MAX_BLOB_BYTES: usize = 1 << 20;
/// A tree of 100,000 entries is 4 MB; more is somebody's trap.
const MAX_TREE_BYTES: usize = 16 << 20;
/// Longer commits (signatures and message) are cut off, not read.
const MAX_COMMIT_BYTES: usize = 4 << 20;

/// Sizes that are kept (40 bytes each).
const MAX_SIZES: usize = 100_000;

/// A map by object id; ids are hashes already.
pub type OidMap<T> = HashMap<Oid, T, BuildHasherDefault<OidHasher>>;

/// Takes eight bytes of an id as its hash.
#[derive(Default)]
pub struct OidHasher(u64);

impl Hasher for OidHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 ^= u64::from_le_bytes(*first).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

/// What could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Objects that are not in the store, or cannot be parsed.
    pub missing: u32,
    /// Blobs beyond the size that is compared.
    pub too_large: u32,
}

/// Reads objects of one repository on one thread.
pub struct Objects {
    odb: git2::Odb<'static>,
    folder: String,
    reads: u32,
    trees: Recent,
    blobs: Recent,
    sizes: OidMap<Option<usize>>,
    /// What could not be read so far.
    pub losses: Losses,
}

impl Objects {
    /// A reader of this repository's objects.
    pub fn of(repository: &git2::Repository) -> Result<Self, git2::Error> {
        let folder = repository.commondir().join("objects").to_string_lossy().into_owned();
        Ok(Self {
            odb: mapped(&folder)?,
            folder,
            reads: 0,
            trees: Recent::up_to(TREE_CACHE_BYTES),
            blobs: Recent::up_to(BLOB_CACHE_BYTES),
            sizes: OidMap::default(),
            losses: Losses::default(),
        })
    }

    /// The raw entries of a tree.
    pub fn tree(&mut self, id: Oid) -> Option<Rc<[u8]>> {
        if let Some(found) = self.trees.get(id) {
            return Some(found);
        }
        let bytes = self.read(id, ObjectType::Tree, MAX_TREE_BYTES)?;
        self.trees.put(id, &bytes);
        Some(bytes)
    }

    /// The bytes of a blob that is not too large to compare.
    pub fn blob(&mut self, id: Oid) -> Option<Rc<[u8]>> {
        if let Some(found) = self.blobs.get(id) {
            return Some(found);
        }
        if self.blob_size(id).is_some_and(|size| size > MAX_BLOB_BYTES) {
            self.losses.too_large += 1;
            return None;
        }
        let bytes = self.read(id, ObjectType::Blob, MAX_BLOB_BYTES)?;
        self.blobs.put(id, &bytes);
        Some(bytes)
    }

    /// The size of a blob by its header.
    pub fn blob_size(&mut self, id: Oid) -> Option<usize> {
        let odb = &self.odb;
        if self.sizes.len() > MAX_SIZES {
            self.sizes.clear();
        }
        *self.sizes.entry(id).or_insert_with(|| odb.read_header(id).ok().map(|(size, _)| size))
    }

    /// A commit.
    pub fn commit(&mut self, id: Oid) -> Option<Rc<[u8]>> {
        self.read(id, ObjectType::Commit, MAX_COMMIT_BYTES)
    }

    /// Lets go of the packs before they are opened again: handles share what is mapped.
    fn map_anew(&mut self) {
        if let Ok(nothing) = git2::Odb::new() {
            self.odb = nothing;
            if let Ok(odb) = mapped(&self.folder) {
                self.odb = odb;
            }
        }
    }

    fn read(&mut self, id: Oid, kind: ObjectType, limit: usize) -> Option<Rc<[u8]>> {
        self.reads += 1;
        if self.reads.is_multiple_of(READS_PER_MAPPING) {
            self.map_anew();
        }
        match self.odb.read(id) {
            Ok(object) if object.kind() == kind && object.len() <= limit => Some(Rc::from(object.data())),
            _ => {
                self.losses.missing += 1;
                None
            }
        }
    }
}

/// An object store of its own: packs are unmapped when the last handle on them goes.
fn mapped(folder: &str) -> Result<git2::Odb<'static>, git2::Error> {
    let odb = git2::Odb::new()?;
    odb.add_disk_alternate(folder)?;
    Ok(odb)
}

/// Bytes by id, the recent ones: two halves, of which the older is dropped when the younger is full.
struct Recent {
    young: OidMap<Rc<[u8]>>,
    old: OidMap<Rc<[u8]>>,
    young_bytes: usize,
    limit: usize,
}

impl Recent {
    fn up_to(bytes: usize) -> Self {
        Self { young: OidMap::default(), old: OidMap::default(), young_bytes: 0, limit: bytes / 2 }
    }

    fn get(&mut self, id: Oid) -> Option<Rc<[u8]>> {
        if let Some(found) = self.young.get(&id) {
            return Some(Rc::clone(found));
        }
        let found = self.old.remove(&id)?;
        self.put(id, &found);
        Some(found)
    }

    fn put(&mut self, id: Oid, bytes: &Rc<[u8]>) {
        if self.young_bytes > self.limit {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += bytes.len() + 80;
        self.young.insert(id, Rc::clone(bytes));
    }
}

/// One entry of a tree, borrowed from its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeEntry<'a> {
    /// File type and permissions.
    pub mode: u32,
    /// One path component.
    pub name: &'a [u8],
    /// What it names.
    pub id: Oid,
}

/// Type bits of a mode.
pub const KIND: u32 = 0o170_000;
/// A folder.
pub const FOLDER: u32 = 0o040_000;
/// A regular file.
pub const REGULAR: u32 = 0o100_000;
/// Another repository.
pub const SUBMODULE: u32 = 0o160_000;

impl TreeEntry<'_> {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.mode & KIND == FOLDER
    }

    /// Whether it is a file or a link.
    pub fn is_blob(&self) -> bool {
        !matches!(self.mode & KIND, FOLDER | SUBMODULE)
    }
}

/// The length in bytes of the first entry of a tree.
pub fn entry_len(tree: &[u8]) -> Option<usize> {
    let nul = memchr::memchr(0, tree)?;
    let len = nul + 21;
    (len <= tree.len()).then_some(len)
}

/// Splits the first entry off a tree; nothing at its end or where it is broken.
pub fn split_entry(tree: &[u8]) -> Option<(TreeEntry<'_>, &[u8])> {
    let (entry, rest) = tree.split_at_checked(entry_len(tree)?)?;
    let (text, id) = entry.split_at_checked(entry.len().checked_sub(20)?)?;
    let text = text.strip_suffix(&[0])?;
    let space = memchr::memchr(b' ', text)?;
    let (mode, name) = text.split_at_checked(space)?;
    let mode = mode.iter().try_fold(0_u32, |mode, digit| {
        matches!(digit, b'0'..=b'7').then(|| (mode << 3) | u32::from(digit - b'0'))
    })?;
    Some((TreeEntry { mode, name: name.get(1..)?, id: Oid::from_bytes(id).ok()? }, rest))
}

/// The entries of a tree, up to its end or to where it is broken.
pub fn entries(tree: &[u8]) -> impl Iterator<Item = TreeEntry<'_>> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        let (entry, next) = split_entry(rest)?;
        rest = next;
        Some(entry)
    })
}

/// Names in the order of git's trees: a folder sorts as if it ended in a slash.
pub fn tree_order(a: &TreeEntry<'_>, b: &TreeEntry<'_>) -> std::cmp::Ordering {
    let common = a.name.len().min(b.name.len());
    let next = |entry: &TreeEntry<'_>| {
        entry.name.get(common).copied().unwrap_or(if entry.is_folder() { b'/' } else { 0 })
    };
    a.name.get(..common).cmp(&b.name.get(..common)).then_with(|| next(a).cmp(&next(b)))
}

#[cfg(test)]
mod tests {
    use super::{entries, tree_order};

    #[test]
    fn a_broken_tree_ends_where_it_breaks() {
        let mut tree = b"100644 a\0".to_vec();
        tree.extend([1; 20]);
        tree.extend(b"40000 b\0");
        tree.extend([2; 19]);
        let names: Vec<_> = entries(&tree).map(|entry| entry.name.to_vec()).collect();
        assert_eq!(names, [b"a".to_vec()]);
        assert_eq!(entries(b"\0\0\0").count(), 0);
        assert_eq!(entries(b"1x0644 a\0aaaaaaaaaaaaaaaaaaaa").count(), 0);
    }

    #[test]
    fn a_folder_sorts_as_if_it_ended_in_a_slash() {
        let mut tree = Vec::new();
        for name in [&b"100644 a.b"[..], b"40000 a", b"100644 a0"] {
            tree.extend(name);
            tree.push(0);
            tree.extend([3; 20]);
        }
        let all: Vec<_> = entries(&tree).collect();
        assert!(all.windows(2).all(|pair| tree_order(&pair[0], &pair[1]).is_lt()));
    }
}
