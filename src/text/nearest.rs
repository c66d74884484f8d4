//! The word that a misspelled one was meant to be.

/// The nearest of the known words, if one is near.
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    // A third of the letters wrong is another word, not a misspelled one.
    let most = (word.chars().count() / 3).max(2);
    let word = word.to_lowercase().replace('_', "-");
    known
        .map(|known| (strsim::damerau_levenshtein(&word, known), known))
        .filter(|(distance, known)| *distance <= most || (word.len() >= 4 && known.starts_with(&word)))
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_what_is_near_and_nothing_else() {
        let known = ["fresh-days", "audience", "rollback"];
        assert_eq!(nearest("fresh_day", known.into_iter()), Some("fresh-days"));
        assert_eq!(nearest("adience", known.into_iter()), Some("audience"));
        assert_eq!(nearest("webhook", known.into_iter()), None);
    }
}
