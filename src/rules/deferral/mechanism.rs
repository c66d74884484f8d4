//! Which failure a deferral invites, and which code is load-bearing, by
//! `rules/catalog/deferral-mechanisms.toml`.

use regex::Regex;
use serde::Deserialize;

use super::{optional, pattern};

/// Words that name a mechanism.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    id: String,
    #[serde(deserialize_with = "pattern")]
    words: Regex,
    #[serde(default, deserialize_with = "optional")]
    unless: Option<Regex>,
}

/// Code whose failure is felt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    name: String,
    #[serde(default, deserialize_with = "optional")]
    near: Option<Regex>,
    #[serde(default, deserialize_with = "optional")]
    path: Option<Regex>,
}

/// Mechanisms and places, in the order in which they are asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mechanisms {
    mechanism: Vec<Words>,
    place: Vec<Place>,
}

impl Mechanisms {
    /// Ids of all mechanisms.
    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.mechanism.iter().map(|mechanism| mechanism.id.as_str())
    }

    /// The mechanism that a sentence names.
    pub(super) fn named(&self, sentence: &str) -> Option<&str> {
        let named = self.mechanism.iter().find(|mechanism| {
            mechanism.words.is_match(sentence)
                && !mechanism.unless.as_ref().is_some_and(|unless| unless.is_match(sentence))
        });
        named.map(|mechanism| mechanism.id.as_str())
    }

    /// The load-bearing place that a path or a line of code is.
    pub(super) fn place(&self, path: &str, near: &[&str]) -> Option<&str> {
        let found = self.place.iter().find(|place| {
            let is_near = |pattern: &Regex| near.iter().any(|line| pattern.is_match(line));
            place.near.as_ref().is_some_and(is_near)
                || place.path.as_ref().is_some_and(|pattern| pattern.is_match(path))
        });
        found.map(|place| place.name.as_str())
    }
}
