//! Points per channel, from `rules/catalog/links.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The catalogue as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    pub mechanism: u32,
    pub reference: u32,
    pub path: u32,
    pub component: u32,
    pub words: u32,
    pub words_least: u32,
    pub git: u32,
    pub git_origin: f64,
    pub git_named: f64,
    pub git_days: f64,
    pub recency: u32,
    pub half_life_days: f64,
    pub channels: usize,
    pub least: u32,
    pub common_share: f64,
    pub rare_words: usize,
    pub own: usize,
    pub public: usize,
    pub common_names: Vec<String>,
    #[serde(deserialize_with = "crate::rules::stems")]
    pub weak: BTreeSet<String>,
    /// Read by the inventory, which compares reports with each other.
    #[serde(rename = "earlier")]
    _earlier: IgnoredAny,
    #[serde(rename = "repeat")]
    _repeat: IgnoredAny,
}

impl Weights {
    /// The built-in weights; a test reads them, so that the fallback is never met.
    pub(super) fn get() -> &'static Self {
        static WEIGHTS: LazyLock<Weights> =
            LazyLock::new(|| toml::from_str(crate::rules::catalog("links")).unwrap_or_default());
        &WEIGHTS
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_is_well_formed() {
        let read: Result<super::Weights, _> = toml::from_str(crate::rules::catalog("links"));
        assert!(read.is_ok_and(|weights| weights.channels >= 2 && weights.weak.contains("thread")));
    }
}
