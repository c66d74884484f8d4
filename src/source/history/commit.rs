//! What one commit states, from its raw bytes.
//!
//! A broken date or signature costs that value only: the commit still counts and its parents are
//! still walked.

use git2::Oid;

use crate::model::Person;

/// Longer names are cut.
const MAX_NAME_BYTES: usize = 1024;
/// Longer first lines of messages are cut.
const MAX_SUBJECT_BYTES: usize = 1024;
/// More parents than any honest merge has.
const MAX_PARENTS: usize = 256;

/// A commit without its author and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its files.
    pub tree: Oid,
    /// In order.
    pub parents: Vec<Oid>,
    /// Committer time in seconds since 1970; 0 when it cannot be read.
    pub committed: i64,
    /// Author time in seconds since 1970; the committer time when it cannot be read.
    pub authored: i64,
    /// Whether a time or a signature could not be read.
    pub is_broken: bool,
}

/// Takes a commit apart; nothing without a tree.
pub fn parse(bytes: &[u8]) -> Option<Commit> {
    let tree = header(bytes, b"tree ").and_then(hex_id)?;
    let mut parents = Vec::new();
    let (mut committed, mut authored) = (None, None);
    for line in headers(bytes) {
        if let Some(id) = line.strip_prefix(b"parent ") {
            if parents.len() < MAX_PARENTS {
                parents.extend(hex_id(id));
            }
        } else if let Some(author) = line.strip_prefix(b"author ") {
            authored = authored.or_else(|| time(author));
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            committed = committed.or_else(|| time(committer));
            break;
        }
    }
    let is_broken = committed.is_none() || authored.is_none();
    let committed = committed.or(authored).unwrap_or(0);
    Some(Commit { tree, parents, committed, authored: authored.unwrap_or(committed), is_broken })
}

/// Who wrote a commit.
pub fn author(bytes: &[u8]) -> Person {
    let line = header(bytes, b"author ").unwrap_or_default();
    let open = memchr::memchr(b'<', line).unwrap_or(line.len());
    let close = memchr::memrchr(b'>', line).unwrap_or(line.len());
    let text = |from: usize, to: usize| {
        let bytes = line.get(from..to.min(from.saturating_add(MAX_NAME_BYTES))).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim().to_owned()
    };
    Person { name: text(0, open), email: text(open + 1, close).to_lowercase() }
}

/// The message of a commit.
pub fn message(bytes: &[u8]) -> &[u8] {
    memchr::memmem::find(bytes, b"\n\n").and_then(|end| bytes.get(end + 2..)).unwrap_or_default()
}

/// The first line of a message.
pub fn subject(message: &[u8]) -> &[u8] {
    let start = message.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(message.len());
    let rest = message.get(start..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(MAX_SUBJECT_BYTES);
    rest.get(..end).unwrap_or_default().trim_ascii_end()
}

/// What a first line starts a word with when a commit repairs something or takes something back.
const REPAIRS: &[&str] = &[
    "fix",
    "hotfix",
    "bugfix",
    "revert",
    "rollback",
    "repair",
    "broken",
    "unbreak",
    "bug",
    "undo",
    "workaround",
    "hot-fix",
    "band-aid",
    "regression",
];

/// Whether a first line says that its commit repairs something or takes something back.
pub fn is_fix(subject: &[u8]) -> bool {
    let text = String::from_utf8_lossy(subject).to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    // "fixture" and "fixed-width" repair nothing.
    let is_other =
        |word: &str| ["fixture", "fixed-", "prefix", "bugzilla"].iter().any(|o| word.starts_with(o));
    words.into_iter().any(|word| !is_other(word) && REPAIRS.iter().any(|start| word.starts_with(start)))
        || text.contains("roll back")
}

fn headers(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty())
}

fn header<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    headers(bytes).find_map(|line| line.strip_prefix(name))
}

fn hex_id(text: &[u8]) -> Option<Oid> {
    let text = std::str::from_utf8(text).ok()?;
    (text.len() == 40).then(|| Oid::from_str(text).ok())?
}

/// The time of a signature: the first number after the last `>`.
fn time(signature: &[u8]) -> Option<i64> {
    let close = memchr::memrchr(b'>', signature)?;
    let rest = signature.get(close + 1..)?.trim_ascii_start();
    let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'-').unwrap_or(rest.len());
    std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{author, is_fix, message, parse, subject};

    const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    #[test]
    fn knows_repairs_by_their_first_line() {
        for line in ["Fix login", "hotfix: pods", "Revert \"x\"", "roll back the chart", "[MRG] bugfix"] {
            assert!(is_fix(line.as_bytes()), "{line}");
        }
        for line in ["Add fixtures", "prefix names", "fixed-width columns", "Bump chart", "debug output"] {
            assert!(!is_fix(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn takes_a_commit_apart() {
        let text = format!(
            "tree {TREE}\nparent {TREE}\nparent {TREE}\nauthor A B <A.B@X.org> 1000 +0200\n\
             committer C <c@x> 2000 +0000\ngpgsig x\n y\n\n\nRevert \"x\"  \n\nbody\n"
        );
        let commit = parse(text.as_bytes()).unwrap();
        assert_eq!((commit.parents.len(), commit.authored, commit.committed), (2, 1000, 2000));
        assert_eq!(author(text.as_bytes()).email, "a.b@x.org");
        assert_eq!(author(text.as_bytes()).name, "A B");
        assert_eq!(subject(message(text.as_bytes())), b"Revert \"x\"");
    }

    #[test]
    fn a_broken_signature_costs_only_itself() {
        let commit = parse(format!("tree {TREE}\nauthor nobody\ncommitter C <c@x> 5 +0000\n\n").as_bytes());
        let commit = commit.unwrap();
        assert_eq!((commit.authored, commit.committed, commit.is_broken), (5, 5, true));
        assert_eq!(author(b"tree x\nauthor nobody\n\n").email, "");
        assert!(parse(b"tree zz\n\n").is_none());
        assert!(parse(b"").is_none());
    }
}
