//! Names of what failed, most frequent first.

use std::collections::BTreeMap;

use super::Document;
use crate::facts::record::mentions;
use crate::model::fact::MentionKind;

/// More names than this are a list of everything that exists.
const MAX_COMPONENTS: usize = 12;
/// The title names what failed; the text names much else.
const TITLE_WEIGHT: usize = 3;

/// Code-quoted names and well-known product words, by how often they stand in title and account.
pub(super) fn read(document: &Document<'_>, title: &str, account: &str) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for mention in mentions(document.markdown).into_iter().filter(|m| m.kind == MentionKind::Name) {
        if is_state(document, &mention.what) {
            continue;
        }
        *counts.entry(mention.what).or_default() += 1;
    }
    let (title, account) = (title.to_lowercase(), account.to_lowercase());
    for name in &document.words.component.known {
        let lower = name.to_lowercase();
        let hits = whole_words(&account, &lower) + TITLE_WEIGHT * whole_words(&title, &lower);
        if hits > 0 {
            counts.retain(|known, _| known.to_lowercase() != lower);
            counts.insert(name.clone(), hits);
        }
    }
    let mut ranked: Vec<(String, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.into_iter().take(MAX_COMPONENTS).map(|(name, _)| name).collect()
}

/// Whether a quoted name is a state of things or a value, and no thing.
fn is_state(document: &Document<'_>, name: &str) -> bool {
    document.words.component.states.iter().any(|state| state.eq_ignore_ascii_case(name))
}

fn whole_words(text: &str, word: &str) -> usize {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .filter(|(at, _)| {
            let before = text.get(..*at).and_then(|t| t.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
            !is_part(before) && !is_part(after)
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::whole_words;

    #[test]
    fn counts_whole_words_only() {
        assert_eq!(whole_words("the rds, rds2 and rds", "rds"), 2);
        assert_eq!(whole_words("", "rds"), 0);
    }
}
