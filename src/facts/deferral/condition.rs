//! When a deferral falls due, as its words say: a date, a version, an event.

use crate::model::fact::Condition;

/// Dates and conditions in a sentence, in order of appearance.
pub(super) fn conditions(_sentence: &str) -> Vec<Condition> {
    Vec::new()
}
