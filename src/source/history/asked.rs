//! The lines that were asked for, as lines of the commit.
//!
//! A file of the work tree may differ from its version in the commit: one more diff finds its lines
//! there, and a line that is not committed has no origin.

use std::fs;
use std::io::Read as _;
use std::rc::Rc;

use git2::Oid;

use super::HistoryRequest;
use super::blame::Suspect;
use super::lines::{self, Followed};
use super::objects::MAX_BLOB_BYTES;
use super::walk::Walk;
use crate::model::RepoPath;
use crate::source::snapshot::{BlobId, Content, FileEntry};

/// A deeper path is not followed.
const MAX_DEPTH: usize = 256;

/// A file and its version on disk, of the files of a snapshot whose lines are asked for.
pub type Version = (RepoPath, FileEntry);

/// Lets the asked lines wait at the commit; gives back the questions by their number.
pub fn ask(
    request: &HistoryRequest,
    versions: &[Version],
    at: super::graph::At,
    tree: Oid,
    walk: &mut Walk,
) -> Vec<(RepoPath, u32)> {
    let mut questions = Vec::new();
    for (path, numbers) in &request.wanted_lines {
        if path.components().count() > MAX_DEPTH || numbers.is_empty() {
            continue;
        }
        let id = walk.paths.insert(path.as_str().as_bytes());
        let Ok(Some((mode, blob))) = walk.paths.find(id, tree, &mut walk.objects) else { continue };
        let mut followed: Vec<Followed> = Vec::with_capacity(numbers.len());
        for number in numbers.iter().filter(|number| **number > 0) {
            let Ok(question) = u32::try_from(questions.len()) else { break };
            followed.push((*number - 1, question));
            questions.push((path.clone(), *number));
        }
        let version =
            versions.binary_search_by(|(other, _)| other.cmp(path)).ok().and_then(|i| versions.get(i));
        let followed = match version {
            Some((_, file)) => in_commit(file, blob, followed, walk),
            None => followed,
        };
        let Some(bytes) = walk.objects.blob(blob) else { continue };
        let count = u32::try_from(lines::lines(&bytes).count()).unwrap_or(0);
        let lines: Vec<Followed> = followed.into_iter().filter(|(line, _)| *line < count).collect();
        if !lines.is_empty() {
            let suspect = Suspect { mode, blob, lines, bytes: Some(bytes) };
            walk.blame.wait(at, id, suspect, &mut walk.paths);
        }
    }
    walk.blame.origins = vec![None; questions.len()];
    questions
}

fn in_commit(file: &FileEntry, blob: Oid, followed: Vec<Followed>, walk: &mut Walk) -> Vec<Followed> {
    if file.blob == Some(BlobId::from(blob)) {
        return followed;
    }
    let Content::Disk(path) = &file.content else { return followed };
    let Some(disk) = read(path) else { return Vec::new() };
    if BlobId::of(&disk) == Some(BlobId::from(blob)) {
        return followed;
    }
    let Some(committed) = walk.objects.blob(blob) else { return Vec::new() };
    let disk = with_line_ends_of(&committed, disk);
    lines::map(&committed, &disk, &followed).map(|mapped| mapped.before).unwrap_or_default()
}

/// Takes out carriage returns that only the checkout put in.
fn with_line_ends_of(committed: &Rc<[u8]>, disk: Vec<u8>) -> Vec<u8> {
    if memchr::memmem::find(committed, b"\r\n").is_some() || memchr::memmem::find(&disk, b"\r\n").is_none() {
        return disk;
    }
    let mut bytes = Vec::with_capacity(disk.len());
    let mut rest = disk.iter().peekable();
    while let Some(&byte) = rest.next() {
        if !(byte == b'\r' && rest.peek() == Some(&&b'\n')) {
            bytes.push(byte);
        }
    }
    bytes
}

pub fn read(path: &std::path::Path) -> Option<Vec<u8>> {
    let found = fs::symlink_metadata(path).ok()?;
    if !found.is_file() || found.len() > MAX_BLOB_BYTES as u64 {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MAX_BLOB_BYTES as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
