//! The catalogue of words about incidents.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::facts::record::Pattern;
use crate::rules::catalog;

/// `rules/catalog/incidents.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    pub place: Place,
    pub title: TitleWords,
    pub section: Section,
    pub field: FieldNames,
    pub detected: Detected,
    pub action: Action,
    pub component: Component,
    pub blame: Blame,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub folder: Pattern,
    pub postmortem: Pattern,
    pub incident: Pattern,
    pub not_name: Pattern,
    pub not_title: Pattern,
    pub calls_itself: Pattern,
    pub never: Pattern,
    pub fix_note: Pattern,
    pub placeholder: Pattern,
    pub failure: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TitleWords {
    pub template: Pattern,
    pub field: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub summary: Pattern,
    pub timeline: Pattern,
    pub impact: Pattern,
    pub cause: Pattern,
    pub trigger: Pattern,
    pub root: Pattern,
    pub detection: Pattern,
    pub resolution: Pattern,
    pub symptom: Pattern,
    pub lessons: Pattern,
    pub action: Pattern,
    pub plan: Pattern,
    pub not_action: Pattern,
    pub done_group: Pattern,
    pub open_group: Pattern,
    pub cut: Pattern,
    pub closing: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldNames {
    pub date: Pattern,
    pub severity: Pattern,
    pub duration: Pattern,
    pub repair: Pattern,
    pub detection: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Detected {
    pub alert: Pattern,
    pub user: Pattern,
    pub human: Pattern,
    pub vendor: Pattern,
    pub denied: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Action {
    pub done: Pattern,
    pub past: Pattern,
    pub passive: Pattern,
    pub filed: Pattern,
    pub unfinished: Pattern,
    pub is_done: Pattern,
    pub done_word: Pattern,
    pub open: Pattern,
    pub said_open: Pattern,
    pub declined: Pattern,
    pub nothing: Pattern,
    pub boilerplate: Pattern,
    pub column_what: Pattern,
    pub column_owner: Pattern,
    pub column_state: Pattern,
    pub column_due: Pattern,
    pub column_ticket: Pattern,
    pub state_done: Pattern,
    pub state_open: Pattern,
    pub state_declined: Pattern,
    pub promise: Pattern,
    pub asks: Pattern,
    pub hindsight: Pattern,
    pub structural: Pattern,
    pub soft: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Component {
    pub known: Vec<String>,
    pub states: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Blame {
    pub person: Pattern,
}

impl Section {
    /// Whether a heading is nothing but the name of a part of a report.
    pub(super) fn is_any(&self, name: &str) -> bool {
        let all = [
            &self.summary,
            &self.timeline,
            &self.impact,
            &self.cause,
            &self.detection,
            &self.resolution,
            &self.symptom,
            &self.lessons,
            &self.action,
            &self.plan,
        ];
        name.split_whitespace().count() <= MAX_NAME_WORDS && all.iter().any(|pattern| pattern.is_in(name))
    }
}

/// A longer heading tells something itself.
const MAX_NAME_WORDS: usize = 3;

/// The catalogue; it is tested to load.
pub(super) fn vocabulary() -> Option<&'static Vocabulary> {
    static READ: LazyLock<Option<Vocabulary>> = LazyLock::new(|| toml::from_str(catalog("incidents")).ok());
    READ.as_ref()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_loads() {
        let read: Result<super::Vocabulary, _> = toml::from_str(crate::rules::catalog("incidents"));
        assert!(read.is_ok(), "{}", read.unwrap_err());
    }
}
