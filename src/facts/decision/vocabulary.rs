//! The catalogue of words about decisions.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::facts::record::Pattern;
use crate::rules::catalog;

/// `rules/catalog/decisions.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    pub place: Place,
    pub section: Section,
    pub field: FieldNames,
    pub status: Status,
    pub assumption: Assumption,
    pub cue: Vec<Cue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub folder: Pattern,
    pub weak_folder: Pattern,
    pub not_folder: Pattern,
    pub form_name: Pattern,
    pub head_field: Pattern,
    pub y_statement: Pattern,
    pub not_name: Pattern,
    pub not_title: Pattern,
    pub placeholder: Pattern,
    pub form_title: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub status: Pattern,
    pub context: Pattern,
    pub decision: Pattern,
    pub consequences: Pattern,
    pub options: Pattern,
    pub strong: Pattern,
    pub weak: Pattern,
    pub superseded: Pattern,
    pub negative: Pattern,
    pub assumptions: Pattern,
    pub changelog: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldNames {
    pub status: Pattern,
    pub date: Pattern,
    pub main_date: Pattern,
    pub reviewed: Pattern,
    pub review_in: Pattern,
    pub review_on: Pattern,
    pub supersedes: Pattern,
    pub superseded_by: Pattern,
    pub amends: Pattern,
    pub amended_by: Pattern,
    pub deciders: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Status {
    pub superseded: Pattern,
    pub rejected: Pattern,
    pub deprecated: Pattern,
    pub proposed: Pattern,
    pub accepted: Pattern,
    pub menu: Pattern,
}

/// What is taken for granted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Assumption {
    pub phrase: Pattern,
    pub figure: Pattern,
    pub bound: Pattern,
    pub not_bound: Pattern,
}

/// Where a phrase counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Where {
    /// Under a heading of what was decided or of what follows.
    Strong,
    /// Anywhere but under a heading of the past or of what was not chosen.
    Open,
    /// Everywhere.
    Any,
}

/// A phrase that puts something off or accepts a risk.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cue {
    pub name: String,
    pub kind: String,
    pub r#where: Where,
    pub pattern: Pattern,
    #[serde(default)]
    pub unless: Option<Pattern>,
}

/// The catalogue; it is tested to load.
pub(super) fn vocabulary() -> Option<&'static Vocabulary> {
    static READ: LazyLock<Option<Vocabulary>> = LazyLock::new(|| toml::from_str(catalog("decisions")).ok());
    READ.as_ref()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_loads() {
        let read: Result<super::Vocabulary, _> = toml::from_str(crate::rules::catalog("decisions"));
        assert!(read.is_ok(), "{read:?}");
    }
}
