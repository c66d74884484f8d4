//! Issues, changes and tickets that a text refers to. They are kept, never weighed.

use std::sync::LazyLock;

use regex::Regex;

use crate::rules::DeferralWords;

/// Issues, changes and tickets a text refers to, in order of appearance.
pub(super) fn references(text: &str, words: &DeferralWords) -> Vec<String> {
    static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            (?P<link>https?://[^\s)>\]]+/(?:issues?|pull|merge_requests|browse|tickets?|bugs?|discussions|story|card|c)/[\w.-]+)
          | \b(?P<ticket>(?P<key>[A-Z][A-Z0-9]{1,9})-\d{1,6})\b
          | (?:^|[\s(\[,;:])(?P<issue>(?:[\w.-]+/[\w.-]+)?\#\d{1,6})\b",
        )
        .ok()
    });
    let Some(pattern) = REFERENCE.as_ref() else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for groups in pattern.captures_iter(text) {
        if groups.name("key").is_some_and(|key| !words.is_project_key(key.as_str())) {
            continue;
        }
        let one = ["link", "ticket", "issue"].iter().find_map(|name| groups.name(name));
        let Some(one) = one.map(|one| one.as_str().trim_end_matches(['.', ','])) else { continue };
        if !found.iter().any(|known| known == one) {
            found.push(one.to_owned());
        }
    }
    found
}
