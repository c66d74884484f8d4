//! Commits that take others back, by what their messages say.

use std::collections::{BTreeSet, HashMap, HashSet};

use git2::Oid;

use super::commit;
use super::graph::{At, Graph, hash};

/// Git's shortest abbreviation of an id.
const MIN_HEX: usize = 7;
/// Longer ones are no keys.
const MAX_KEY: usize = 80;
const SENTENCE: &[u8] = b"This reverts commit ";

/// What a message says of what its commit takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// First line of the message.
    pub subject: String,
    /// Id as written.
    of: Option<String>,
    /// Hash of the first line of the commit that was taken back.
    of_subject: Option<u64>,
}

/// Reads a message; nothing when it does not say that it reverts.
pub fn parse(message: &[u8]) -> Option<Draft> {
    let subject = commit::subject(message);
    let of_subject = subject.strip_prefix(b"Revert \"").and_then(|rest| {
        let close = memchr::memrchr(b'"', rest)?;
        rest.get(..close).map(hash)
    });
    let of = named(message);
    if of.is_none() && of_subject.is_none() {
        return None;
    }
    Some(Draft { subject: String::from_utf8_lossy(subject).into_owned(), of, of_subject })
}

/// The id after git's own sentence.
fn named(message: &[u8]) -> Option<String> {
    let start = memchr::memmem::find(message, SENTENCE)? + SENTENCE.len();
    let rest = message.get(start..)?;
    let len = rest.iter().take(41).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let text = std::str::from_utf8(rest.get(..len)?).ok()?;
    (MIN_HEX..=40).contains(&len).then(|| text.to_lowercase())
}

/// Finds what drafts took back among the commits that were seen.
pub struct Targets<'a> {
    graph: &'a Graph,
    by_subject: HashMap<u64, Vec<At>>,
    by_id: Vec<(Oid, At)>,
}

impl<'a> Targets<'a> {
    /// Prepares to find the targets of these drafts.
    pub fn of(graph: &'a Graph, drafts: &[(At, Draft)]) -> Self {
        let wanted: std::collections::HashSet<u64> =
            drafts.iter().filter_map(|(_, draft)| draft.of_subject).collect();
        let mut by_subject: HashMap<u64, Vec<At>> = HashMap::new();
        for (at, node) in graph.nodes.iter().enumerate() {
            if wanted.contains(&node.subject) {
                by_subject.entry(node.subject).or_default().push(at);
            }
        }
        let has_short = drafts.iter().any(|(_, draft)| draft.of.as_ref().is_some_and(|of| of.len() < 40));
        let mut by_id = Vec::new();
        if has_short {
            by_id.extend(graph.nodes.iter().enumerate().map(|(at, node)| (node.id, at)));
            by_id.sort_unstable();
        }
        Self { graph, by_subject, by_id }
    }

    /// The commit that was taken back, and its id or what the message calls it.
    ///
    /// A message that only quotes git's sentence (a squash of a branch in which something was
    /// reverted) is no revert: it names a commit that never arrived here. Nothing then.
    pub fn find(&self, at: At, draft: &Draft) -> Option<(Option<At>, Option<String>)> {
        let named = draft.of.as_deref().and_then(|of| self.by_hex(of)).filter(|found| *found != at);
        let found = named.or_else(|| self.by_subject(at, draft));
        match found.and_then(|found| self.graph.nodes.get(found)) {
            Some(node) => Some((found, Some(node.id.to_string()))),
            None if draft.of_subject.is_some() => Some((None, draft.of.clone())),
            None => None,
        }
    }

    fn by_hex(&self, hex: &str) -> Option<At> {
        if hex.len() == 40 {
            return self.graph.find(Oid::from_str(hex).ok()?);
        }
        let from = Oid::from_str(&format!("{hex:0<40}")).ok()?;
        let place = self.by_id.partition_point(|(id, _)| *id < from);
        let mut fitting =
            self.by_id.get(place..)?.iter().take_while(|(id, _)| id.to_string().starts_with(hex));
        let (_, at) = fitting.next()?;
        fitting.next().is_none().then_some(*at)
    }

    /// The newest older commit with exactly the quoted first line.
    fn by_subject(&self, at: At, draft: &Draft) -> Option<At> {
        let reverted = self.graph.nodes.get(at)?.committed;
        let same = self.by_subject.get(&draft.of_subject?)?.iter().copied();
        let time = |other: &At| self.graph.nodes.get(*other).map(|node| node.committed);
        same.filter(|other| *other != at && time(other).is_some_and(|other| other <= reverted))
            .max_by_key(time)
    }
}

/// Files whose lines set keys to values.
const CONFIGURATION: &[&str] =
    &["yaml", "yml", "toml", "ini", "cfg", "conf", "env", "json", "tf", "tfvars", "properties", "txt"];

/// Whether the lines of a file set keys to values, by its name.
pub fn is_configuration(path: &crate::model::RepoPath) -> bool {
    CONFIGURATION.contains(&path.extension())
}

/// Keys of the lines that only one of two versions has.
pub fn changed_keys(before: &[u8], after: &[u8]) -> BTreeSet<String> {
    let lines = |bytes| -> HashSet<&[u8]> { <[u8]>::split(bytes, |byte| *byte == b'\n').collect() };
    let (before, after) = (lines(before), lines(after));
    before.symmetric_difference(&after).filter_map(|line| key(line)).collect()
}

/// `key` of `- "key": value`, `key = value` and `key==1.2`.
fn key(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?.trim_start_matches([' ', '\t', '-', '"', '\'']);
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))?;
    let (key, rest) = line.split_at_checked(end)?;
    let rest = rest.trim_start_matches(['"', '\'', ' ']);
    let is_set = rest.starts_with([':', '=', '<', '>', '~']) && !rest.starts_with("://");
    (is_set && key.len() <= MAX_KEY && key.starts_with(|c: char| c.is_ascii_alphabetic()))
        .then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{changed_keys, parse};

    #[test]
    fn only_keys_of_changed_lines_are_named() {
        let keys = |before: &str, after: &str| {
            changed_keys(before.as_bytes(), after.as_bytes()).into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys("a: 1\nversion: 1\n", "a: 1\nversion: 2\n"), "version");
        assert_eq!(keys("client==6.1\n", "client<7\n  - \"name\": x\n"), "client name");
        assert_eq!(keys("# see https://x\nfree text\n", "\n{{ if x }}\n"), "");
    }

    #[track_caller]
    fn check(message: &str, of: Option<&str>, quotes: bool) {
        let draft = parse(message.as_bytes());
        let found = draft.map(|draft| (draft.of, draft.of_subject.is_some()));
        let expected = (of.is_some() || quotes).then(|| (of.map(str::to_owned), quotes));
        assert_eq!(found, expected, "{message}");
    }

    #[test]
    fn reads_what_git_and_people_write() {
        check("Revert the old habits\n", None, false);
        check("Explain reverts\n\nThis reverts commitments\n", None, false);
        check("x\n\nThis reverts commit abc.\n", None, false);
        check(
            "Revert \"a \"b\"\"\n\nThis reverts commit 0123456789abcdef.\n",
            Some("0123456789abcdef"),
            true,
        );
        check("revert: x\n\nThis reverts commit 0123456.\n", Some("0123456"), false);
        check("Revert \"a (#1)\" (#2)\n\nReverts o/r#1\n", None, true);
    }
}
