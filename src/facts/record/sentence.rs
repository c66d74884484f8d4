//! Sentences of a folded text.

/// The sentences of a folded text. A full stop ends one only before a space and a capital or a
/// digit, so that "e.g. a" and `file.name` stay whole.
pub(in crate::facts) fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let next = rest.trim_start_matches(['"', '\'', ')', '”', '’']).strip_prefix(' ');
        let opens = next.and_then(|n| n.chars().next()).is_some_and(|n| !n.is_lowercase());
        let sentence = text.get(start..at + c.len_utf8()).unwrap_or_default();
        if opens && !ends_in_abbreviation(sentence) {
            found.push(sentence.trim());
            start = at + c.len_utf8();
        }
    }
    found.push(text.get(start..).unwrap_or_default().trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

fn ends_in_abbreviation(sentence: &str) -> bool {
    let lower = sentence.rsplit(' ').next().unwrap_or_default().to_ascii_lowercase();
    let word = lower.trim_start_matches('(');
    ["e.g.", "i.e.", "etc.", "vs.", "approx.", "ca.", "no.", "inc."].contains(&word)
        || word.trim_end_matches('.').bytes().all(|b| b.is_ascii_digit()) && word.len() <= 5
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn splits_sentences_and_keeps_abbreviations_whole() {
        assert_eq!(
            sentences("We use r5, e.g. Large ones. For now it is 1.5 times. Is it? Yes"),
            ["We use r5, e.g. Large ones.", "For now it is 1.5 times.", "Is it?", "Yes"]
        );
        assert_eq!(sentences("1. First"), ["1. First"]);
        assert!(sentences("  ").is_empty());
    }
}
