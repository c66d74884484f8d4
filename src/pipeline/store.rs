//! Facts remembered by blob, path and rules.
//!
//! One entry of the cache per repository, rules digest and scope. The path belongs to the key because
//! collectors look at it ("is this an incident folder?"). An entry that cannot be read is as good as
//! none; a run that shares the cache with another at worst works twice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::Scope;
use crate::model::{FileFacts, RepoPath, SkipReason};
use crate::rules::RuleSet;
use crate::source::{BlobId, Cache, Repository};

type Key = [u8; 16];

/// Remembered facts of one repository.
pub(super) struct Store {
    name: Option<String>,
    known: BTreeMap<Key, Remembered>,
    is_shared: bool,
    is_changed: bool,
}

#[derive(Clone, Serialize, Deserialize)]
enum Remembered {
    /// Analyzed, and it states nothing.
    Nothing,
    /// Not to be analyzed.
    Skip(SkipReason),
    /// Its facts, as bytes: read only when asked for.
    Facts(Vec<u8>),
}

impl Store {
    /// Reads what is remembered of a repository.
    pub(super) fn open(cache: &Cache, repository: &Repository, rules: &RuleSet, scope: Scope) -> Self {
        if !cache.is_on() {
            return Self { name: None, known: BTreeMap::new(), is_shared: false, is_changed: false };
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(place(repository).as_bytes());
        hasher.update(rules.digest().as_bytes());
        hasher.update(env!("TONIGHT_BUILD").as_bytes());
        hasher.update(scope.id().as_bytes());
        let name = format!("facts-{}", &hasher.finalize().to_hex()[..32]);
        let known = cache.read(&name).and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default();
        Self { name: Some(name), known, is_shared: false, is_changed: false }
    }

    /// The same for a run over several revisions: it remembers within the run even without a cache.
    pub(super) fn shared(cache: &Cache, repository: &Repository, rules: &RuleSet, scope: Scope) -> Self {
        Self { is_shared: true, ..Self::open(cache, repository, rules, scope) }
    }

    /// The facts of a file, if they are remembered.
    pub(super) fn recall(&self, path: &RepoPath, blob: BlobId) -> Option<Result<FileFacts, SkipReason>> {
        match self.known.get(&key(path, blob))? {
            Remembered::Nothing => Some(Ok(FileFacts::default())),
            Remembered::Skip(why) => Some(Err(*why)),
            Remembered::Facts(bytes) => postcard::from_bytes(bytes).ok().map(Ok),
        }
    }

    /// Adds what this run computed.
    pub(super) fn remember(&mut self, fresh: &[(RepoPath, BlobId, FileFacts)]) {
        if self.name.is_none() && !self.is_shared {
            return;
        }
        for (path, blob, facts) in fresh {
            let remembered = if facts.facts.is_empty() && facts.problems.is_empty() {
                Remembered::Nothing
            } else {
                match postcard::to_stdvec(facts) {
                    Ok(bytes) => Remembered::Facts(bytes),
                    Err(_) => continue,
                }
            };
            self.known.insert(key(path, *blob), remembered);
            self.is_changed = true;
        }
    }

    /// Writes what is new.
    pub(super) fn close(&self, cache: &Cache) {
        let Some(name) = self.name.as_ref().filter(|_| self.is_changed) else { return };
        if let Ok(bytes) = postcard::to_stdvec(&self.known) {
            cache.write(name, &bytes);
        }
    }
}

/// A name for the place of a repository, the same for every name that leads to it.
pub(super) fn place(repository: &Repository) -> String {
    blake3::hash(repository.place().as_os_str().as_encoded_bytes()).to_hex()[..32].to_owned()
}

fn key(path: &RepoPath, blob: BlobId) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&blob.0);
    hasher.update(path.as_str().as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}
