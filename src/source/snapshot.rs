//! The list of files at one revision, and how to read one.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use git2::Oid;
use serde::{Deserialize, Serialize};

use super::skip::{self, Attributes};
use crate::model::{RepoPath, SkipReason, Skipped};

/// The id git gives to the bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobId(pub [u8; 20]);

impl BlobId {
    /// The id of these bytes.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Oid::hash_object(git2::ObjectType::Blob, bytes).ok().map(Self::from)
    }

    /// Lower-case hexadecimal.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl From<Oid> for BlobId {
    fn from(oid: Oid) -> Self {
        let mut id = [0; 20];
        id.iter_mut().zip(oid.as_bytes()).for_each(|(to, from)| *to = *from);
        Self(id)
    }
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// On disk.
    Disk(PathBuf),
    /// In git's object store.
    Object(BlobId),
    /// Here.
    Memory(Arc<[u8]>),
}

/// One regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its path.
    pub path: RepoPath,
    /// Its blob id, if known without reading it.
    pub blob: Option<BlobId>,
    /// Size in bytes as listed.
    pub size: u64,
    /// Where its bytes are.
    pub content: Content,
}

/// The files of one revision, sorted by path, and those left out with the reason.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Files to read, sorted by path.
    pub files: Vec<FileEntry>,
    /// Files left out before reading, sorted by path.
    pub skipped: Vec<Skipped>,
    /// The git folder that objects are read from, if any file is one.
    pub(super) objects: Option<PathBuf>,
}

/// Largest file that is read: semgrep's cap, under which parsers stay within their stacks.
pub const MAX_FILE_BYTES: u64 = 1 << 20;

impl Snapshot {
    /// A snapshot of files in memory, for tests of rules and rooms.
    pub fn of_memory<P: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| FileEntry {
            path: RepoPath::new(path),
            blob: BlobId::of(bytes.as_ref()),
            size: bytes.as_ref().len() as u64,
            content: Content::Memory(Arc::from(bytes.as_ref())),
        });
        Self::sorted(files.collect(), Vec::new(), None)
    }

    /// Sorts, and leaves out by name, size and attributes what is not this repository's own text.
    pub(super) fn sorted(
        mut files: Vec<FileEntry>,
        mut skipped: Vec<Skipped>,
        objects: Option<PathBuf>,
    ) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        let mut snapshot = Self { files, skipped: Vec::new(), objects };
        let attributes = snapshot.attributes();
        snapshot.files.retain(|file| {
            let why = skip::by_name(&file.path)
                .or_else(|| attributes.skip(&file.path))
                .or_else(|| (file.size > MAX_FILE_BYTES).then_some(SkipReason::TooLarge));
            if let Some(why) = why {
                skipped.push(Skipped { path: file.path.clone(), why });
            }
            why.is_none()
        });
        skipped.sort();
        snapshot.skipped = skipped;
        snapshot
    }

    fn attributes(&self) -> Attributes {
        self.find(".gitattributes")
            .and_then(|file| self.reader().read(file).ok())
            .map(|bytes| Attributes::parse(&String::from_utf8_lossy(&bytes)))
            .unwrap_or_default()
    }

    /// The file with this path.
    pub fn find(&self, path: &str) -> Option<&FileEntry> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().and_then(|i| self.files.get(i))
    }

    /// A reader for one thread.
    pub fn reader(&self) -> Reader {
        Reader { repository: self.objects.as_deref().and_then(|path| super::repository::open_git(path).ok()) }
    }
}

/// Reads files on one thread (git's handles do not cross threads).
pub struct Reader {
    repository: Option<git2::Repository>,
}

impl Reader {
    /// The bytes of a file, if it is one to analyze.
    pub fn read(&self, file: &FileEntry) -> Result<Vec<u8>, SkipReason> {
        let bytes = match &file.content {
            Content::Memory(bytes) => bytes.to_vec(),
            Content::Disk(path) => read_regular(path)?,
            Content::Object(id) => self.object(*id)?,
        };
        match skip::by_content(&bytes) {
            Some(why) => Err(why),
            None => Ok(bytes),
        }
    }

    fn object(&self, id: BlobId) -> Result<Vec<u8>, SkipReason> {
        let repository = self.repository.as_ref().ok_or(SkipReason::Unreadable)?;
        let odb = repository.odb().map_err(|_| SkipReason::Unreadable)?;
        let oid = Oid::from_bytes(&id.0).map_err(|_| SkipReason::Unreadable)?;
        // The header tells the size before anything is inflated.
        let (size, _) = odb.read_header(oid).map_err(|_| SkipReason::Unreadable)?;
        if size as u64 > MAX_FILE_BYTES {
            return Err(SkipReason::TooLarge);
        }
        let object = odb.read(oid).map_err(|_| SkipReason::Unreadable)?;
        Ok(object.data().to_vec())
    }
}

fn read_regular(path: &std::path::Path) -> Result<Vec<u8>, SkipReason> {
    // Looked at before opening: opening a FIFO would wait forever, and a link may lead anywhere.
    let found = fs::symlink_metadata(path).map_err(|_| SkipReason::Unreadable)?;
    if found.is_symlink() {
        return Err(SkipReason::Symlink);
    }
    if !found.is_file() {
        return Err(SkipReason::Unreadable);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len().min(MAX_FILE_BYTES)).unwrap_or(0) + 1);
    let file = fs::File::open(path).map_err(|_| SkipReason::Unreadable)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|_| SkipReason::Unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(SkipReason::TooLarge);
    }
    Ok(bytes)
}
