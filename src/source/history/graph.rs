//! The commits seen so far and how they hang together, small enough to keep all of them.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Range;
use std::rc::Rc;

use git2::Oid;

use super::commit::{self, Commit};
use super::objects::{Objects, OidMap};
use super::promise::{Closable, Close};
use super::revert::{self, Draft};
use super::touch::Wanted;
use crate::model::Person;

/// A commit, by its place in [`Graph`].
pub type At = usize;

const SECONDS_PER_DAY: i64 = 86_400;

/// What is kept of every commit.
pub struct Node {
    /// Its id.
    pub id: Oid,
    /// Its files.
    pub tree: Oid,
    /// Committer time in seconds since 1970.
    pub committed: i64,
    /// Author day since 1970 (UTC).
    pub authored_day: i64,
    /// Hash of the first line of its message.
    pub subject: u64,
    /// Whether its message says that it repairs something or takes something back.
    pub is_fix: bool,
    /// Whether it has several parents.
    pub is_merge: bool,
    /// Whether history is cut off here: a shallow clone, or a parent that is missing.
    pub is_boundary: bool,
    /// Whether its parents are known and its changes counted.
    pub is_visited: bool,
    /// Whether it waits in the queue.
    pub is_queued: bool,
    edges: Range<u32>,
}

/// What is kept of a commit until it is visited.
#[derive(Default)]
pub struct Details {
    /// Ids of its parents.
    pub parents: Vec<Oid>,
    /// Its author, if it was written recently and not by a machine.
    pub author: Option<Rc<Person>>,
    /// What it takes back, if it is a revert.
    pub revert: Option<Draft>,
    /// Asked numbers of issues and pull requests that its message names.
    pub numbers: Vec<u32>,
    /// Asked numbers that its message closes, or brings as a pull request.
    pub closes: Vec<Close>,
}

/// Commits by place and id.
#[derive(Default)]
pub struct Graph {
    /// All commits seen, in the order in which they were first seen.
    pub nodes: Vec<Node>,
    /// Details of those not yet visited.
    pub details: std::collections::HashMap<At, Details>,
    /// Commits whose times or signatures are broken.
    pub broken: u32,
    /// What incidents ask for.
    pub wanted: Wanted,
    /// Tickets whose closing is asked for.
    pub closable: Closable,
    index: OidMap<At>,
    edges: Vec<u32>,
    boundary: OidMap<()>,
    recent: Range<i64>,
    people: std::collections::HashMap<String, Option<Rc<Person>>>,
}

impl Graph {
    /// An empty graph that ends at these commits and keeps the authors of these days.
    pub fn new(boundary: impl IntoIterator<Item = Oid>, recent: Range<i64>) -> Self {
        let boundary = boundary.into_iter().map(|id| (id, ())).collect();
        Self { boundary, recent, ..Self::default() }
    }

    /// The place of a commit, read if it is new; nothing if it cannot be read.
    pub fn load(&mut self, id: Oid, objects: &mut Objects) -> Option<At> {
        if let Some(at) = self.index.get(&id) {
            return Some(*at);
        }
        let bytes = objects.commit(id)?;
        let Some(Commit { tree, mut parents, committed, authored, is_broken }) = commit::parse(&bytes) else {
            objects.losses.missing += 1;
            return None;
        };
        let is_boundary = self.boundary.contains_key(&id);
        if is_boundary {
            parents.clear();
        }
        self.broken += u32::from(is_broken);
        let message = commit::message(&bytes);
        let authored_day = authored.div_euclid(SECONDS_PER_DAY);
        let at = self.nodes.len();
        self.nodes.push(Node {
            id,
            tree,
            committed,
            authored_day,
            subject: hash(commit::subject(message)),
            is_fix: commit::is_fix(commit::subject(message)),
            is_merge: parents.len() > 1,
            is_boundary,
            is_visited: false,
            is_queued: false,
            edges: 0..0,
        });
        let author = self.recent.contains(&authored_day).then(|| self.person(&bytes)).flatten();
        self.details.insert(
            at,
            Details {
                parents,
                author,
                revert: revert::parse(message),
                numbers: self.wanted.numbers_in(message),
                closes: self.closable.closed_in(message),
            },
        );
        self.index.insert(id, at);
        Some(at)
    }

    /// The place of a commit that was seen.
    pub fn find(&self, id: Oid) -> Option<At> {
        self.index.get(&id).copied()
    }

    /// The places of a commit's parents that could be read; empty before it is visited.
    pub fn parents(&self, at: At) -> impl Iterator<Item = At> + '_ {
        let range =
            self.nodes.get(at).map_or(0..0, |node| node.edges.start as usize..node.edges.end as usize);
        self.edges.get(range).unwrap_or_default().iter().map(|parent| *parent as usize)
    }

    /// Reads the parents of a commit and marks it as visited.
    pub fn visit(&mut self, at: At, parents: &[Oid], objects: &mut Objects) {
        let start = u32::try_from(self.edges.len()).unwrap_or(u32::MAX);
        let mut is_cut = false;
        for id in parents {
            match self.load(*id, objects) {
                Some(parent) => self.edges.push(u32::try_from(parent).unwrap_or(u32::MAX)),
                None => is_cut = true,
            }
        }
        let end = u32::try_from(self.edges.len()).unwrap_or(u32::MAX);
        if let Some(node) = self.nodes.get_mut(at) {
            node.edges = start..end;
            node.is_boundary |= is_cut;
            node.is_visited = true;
        }
    }

    /// One person per mail address, under the newest name; nothing for machines.
    fn person(&mut self, bytes: &[u8]) -> Option<Rc<Person>> {
        let person = commit::author(bytes);
        let key = person.email.clone();
        self.people.entry(key).or_insert_with(|| (!is_machine(&person)).then(|| Rc::new(person))).clone()
    }
}

/// Hash of a first line.
pub fn hash(subject: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    subject.hash(&mut hasher);
    hasher.finish()
}

/// Accounts that nobody can call at night.
fn is_machine(person: &Person) -> bool {
    let name = person.name.to_lowercase();
    let last = name.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty());
    name.ends_with("[bot]")
        || person.email.contains("[bot]@")
        || matches!(last, Some("bot" | "robot"))
        || ["dependabot", "renovate", "greenkeeper", "github actions", "github-actions", "pre-commit-ci"]
            .iter()
            .any(|machine| name.starts_with(machine))
}

#[cfg(test)]
mod tests {
    use super::is_machine;
    use crate::model::Person;

    #[track_caller]
    fn check(name: &str, email: &str, expected: bool) {
        let person = Person { name: name.to_owned(), email: email.to_owned() };
        assert_eq!(is_machine(&person), expected, "{name} <{email}>");
    }

    #[test]
    fn knows_machines_by_name() {
        check("Ann Abbot", "ann@example.org", false);
        check("Bot Wen", "bot.wen@example.org", false);
        check("Jo Robotham", "jo@example.org", false);
        check("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", true);
        check("Renovate Bot", "bot@renovateapp.com", true);
        check("deploy-bot", "deploy@example.org", true);
        check("Merge Robot", "merge@example.org", true);
    }
}
