//! References as they are written, and as people would say them.

use crate::rules::OncallTool;

/// Whether a reference is to one of these kinds, declared or looked up.
pub(super) fn names_kind(kinds: &[String], written: &str) -> bool {
    let bare = written.strip_prefix("data.").unwrap_or(written);
    kinds.iter().any(|kind| bare.strip_prefix(kind.as_str()).is_some_and(|rest| rest.starts_with(['.', '['])))
}

/// Whether a text is a name or an id by itself and refers to nothing: types of resources have a `_`.
pub(super) fn is_literal(text: &str) -> bool {
    let first = text.split('.').next().unwrap_or(text);
    let refers =
        text.contains('.') && (first.contains('_') || matches!(first, "var" | "local" | "module" | "data"));
    !refers && !text.contains(['(', '[', '$', '{'])
}

/// A reference as people would say it: `data.pagerduty_user.first.id` is `first`.
pub(super) fn tidy(tool: &OncallTool, written: &str) -> String {
    let bare = written.trim().trim_start_matches("${").trim_end_matches('}');
    let bare = bare.strip_prefix("data.").unwrap_or(bare);
    let kinds = tool.people.iter().chain(&tool.teams).chain(&tool.policies).chain(&tool.rotas);
    let bare = kinds
        .into_iter()
        .find_map(|kind| bare.strip_prefix(kind.as_str())?.strip_prefix('.'))
        .unwrap_or(bare);
    let bare = ["id", "arn", "email", "username", "user_name"]
        .iter()
        .find_map(|key| bare.strip_suffix(key)?.strip_suffix('.'))
        .unwrap_or(bare);
    // One of many that a block makes is known by its key.
    let key = bare.strip_suffix("\"]").and_then(|bare| bare.split_once("[\"")).map(|(_, key)| key);
    crate::text::cut(key.unwrap_or(bare), 80)
}
