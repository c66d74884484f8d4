//! Versions that are pinned where something is built or run: images by an exact tag or digest, and
//! charts by an exact version.
//!
//! A promise to pin is tied to one by its name in whole. Ranges and tags that move pin nothing; lock
//! files pin everything, and so show nothing of a promise.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::inventory::{Material, pager};
use crate::model::fact::{ActionItem, System};
use crate::model::tree::Node;
use crate::model::{At, Span};
use crate::rules::catalog;

/// A shorter name is a word of any sentence.
const TELLING_CHARS: usize = 4;

#[derive(Deserialize)]
struct Catalog {
    pin: Words,
}

/// Words of a promise to pin, and tags that move.
#[derive(Deserialize)]
struct Words {
    promise: String,
    floating: String,
}

struct Forms {
    promise: Regex,
    floating: BTreeSet<String>,
    exact: Regex,
}

static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| {
    let read: Catalog = toml::from_str(catalog("claims")).ok()?;
    Some(Forms {
        promise: RegexBuilder::new(&read.pin.promise).case_insensitive(true).build().ok()?,
        floating: read.pin.floating.split_whitespace().map(str::to_owned).collect(),
        exact: Regex::new(r"^=?\s*v?\d+\.\d+[\w.+-]*$").ok()?,
    })
});

/// What is pinned, by name.
pub(super) struct Pins {
    all: Vec<(String, Span)>,
}

impl Pins {
    /// Of everything that is in use.
    pub(super) fn new(material: &Material<'_>) -> Self {
        let mut all = Vec::new();
        for (span, resource) in material.resources().filter(|(span, _)| pager::counts(&span.path)) {
            let mut pinned = |name: &str, at: At| all.push((name.to_lowercase(), Span::new(&span.path, at)));
            match resource.system {
                System::Compose | System::Kubernetes | System::HelmValues => {
                    resource.body.walk(&mut |keys, node| {
                        if keys.last().copied() == Some("image")
                            && let Some((name, at)) = image(node)
                        {
                            pinned(name, at);
                        }
                    });
                }
                System::HelmChart => {
                    for chart in resource.body.get("dependencies").map(Node::items).unwrap_or_default() {
                        let version = chart.get("version").filter(|node| is_exact(node));
                        if let (Some(name), Some(version)) = (chart.text_at("name"), version) {
                            pinned(name, version.at);
                        }
                    }
                }
                _ => {}
            }
        }
        all.sort();
        Self { all }
    }

    /// The place where what a promise pins is pinned.
    pub(super) fn find(&self, stated: &ActionItem) -> Option<Span> {
        let forms = FORMS.as_ref()?;
        if !forms.promise.is_match(&stated.text) {
            return None;
        }
        let lower = stated.text.to_lowercase();
        let words: BTreeSet<&str> =
            lower.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).collect();
        let is_named = |(name, _): &&(String, Span)| name.len() >= TELLING_CHARS && words.contains(&**name);
        self.all.iter().find(is_named).map(|(_, span)| span.clone())
    }
}

/// The last part of an image with an exact tag or a digest; of `{repository, tag}` too.
fn image(node: &Node) -> Option<(&str, At)> {
    let forms = FORMS.as_ref()?;
    let is_pinned = |tag: &str| {
        !forms.floating.contains(tag) && tag.contains(|c: char| c.is_ascii_digit()) && !tag.contains("{{")
    };
    if let (Some(repository), Some(tag)) = (node.text_at("repository"), node.get("tag")) {
        let name = repository.rsplit('/').next().unwrap_or(repository);
        return tag.text().is_some_and(is_pinned).then_some((name, tag.at));
    }
    let reference = node.text()?;
    let last = reference.rsplit('/').next().unwrap_or(reference);
    let (name, tag) = last.split_once('@').or_else(|| last.split_once(':'))?;
    let name = name.split(':').next().unwrap_or(name);
    is_pinned(tag).then_some((name, node.at))
}

fn is_exact(version: &Node) -> bool {
    FORMS.as_ref().is_some_and(|forms| version.text().is_some_and(|text| forms.exact.is_match(text)))
}
