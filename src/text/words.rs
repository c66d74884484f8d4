//! Words of a text for comparison: lower case, folded to a stem, without those that tell nothing.

use std::collections::BTreeMap;

/// Words that every operational document uses.
const EMPTY: &[&str] = &[
    "the",
    "and",
    "for",
    "that",
    "this",
    "with",
    "was",
    "were",
    "are",
    "from",
    "have",
    "has",
    "had",
    "not",
    "but",
    "all",
    "any",
    "can",
    "could",
    "would",
    "should",
    "will",
    "been",
    "being",
    "they",
    "them",
    "their",
    "there",
    "then",
    "than",
    "when",
    "which",
    "while",
    "what",
    "who",
    "how",
    "why",
    "where",
    "into",
    "our",
    "out",
    "its",
    "it",
    "also",
    "only",
    "some",
    "such",
    "more",
    "most",
    "other",
    "after",
    "before",
    "because",
    "about",
    "over",
    "under",
    "again",
    "each",
    "did",
    "does",
    "done",
    "very",
    "just",
    "need",
    "use",
    "used",
    "using",
    "get",
    "got",
    "new",
    "now",
    "one",
    "two",
    "see",
    "per",
    "via",
    "you",
    "your",
    "we",
    "is",
    "be",
    "to",
    "of",
    "in",
    "on",
    "at",
    "by",
    "as",
    "an",
    "or",
    "if",
    "so",
    "no",
    "up",
    "do",
    "us",
    "he",
    "she",
    "incident",
    "issue",
    "problem",
    "production",
    "time",
    "team",
    "user",
    "service",
    "system",
    "change",
    "http",
    "https",
    "com",
    "org",
    "www",
    "github",
    "html",
    "file",
    "make",
    "made",
    "work",
    "run",
    "set",
    "add",
    "first",
    "still",
    "through",
    "during",
    "between",
    "without",
    "since",
    "until",
    "however",
    "too",
    "may",
    "might",
    "must",
    "both",
    "around",
    "here",
    "these",
    "those",
    "even",
    "ever",
    "never",
    "always",
    "already",
    "yet",
    "though",
    "although",
    "another",
    "same",
    "many",
    "much",
    "few",
    "less",
    "least",
    "own",
    "off",
    "once",
    "please",
    "instead",
    "able",
    "like",
    "him",
    "her",
    "his",
    "she",
    "whether",
    "either",
    "neither",
    "within",
    "against",
];

/// Shorter words are mostly abbreviations that mean something else in each document.
const MIN_LETTERS: usize = 3;

/// The words of a text with their counts, sorted by word.
pub fn words(text: &str) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for (word, _) in telling(text) {
        *counts.entry(word).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// How a text first spells each of its [`words`], sorted by word; only those that are not spelled so.
pub fn spellings(text: &str) -> Vec<(String, String)> {
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    for (word, whole) in telling(text) {
        spelled.entry(word).or_insert(whole);
    }
    spelled.into_iter().filter(|(word, whole)| word != whole).collect()
}

/// A word as a text spells it, for a person; `spelled` is what [`spellings`] gives of that text.
pub fn spelled<'a>(spelled: &'a [(String, String)], word: &'a str) -> &'a str {
    let at = spelled.binary_search_by(|(known, _)| known.as_str().cmp(word)).ok();
    at.and_then(|at| spelled.get(at)).map_or(word, |(_, whole)| whole)
}

/// Each telling word, folded and whole.
fn telling(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split(|c: char| !c.is_alphanumeric()).filter_map(|word| {
        let whole = word.to_lowercase();
        // "there" is empty, and so must be what it is folded to.
        if EMPTY.contains(&whole.as_str()) {
            return None;
        }
        let word = stem(&whole);
        let tells = word.chars().count() >= MIN_LETTERS && word.chars().any(char::is_alphabetic);
        (tells && !EMPTY.contains(&word.as_str())).then_some((word, whole))
    })
}

/// Cuts the endings that number and tense add in English; a crude stem that both sides share.
fn stem(word: &str) -> String {
    for ending in ["ing", "ed", "es", "s"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() >= 4
            && !stem.ends_with('s')
        {
            return stem.trim_end_matches('e').to_owned();
        }
    }
    word.trim_end_matches('e').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{spelled, spellings, words};

    #[test]
    fn folds_number_and_tense() {
        let of = |text: &str| words(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(of("Migrations migrated the database"), of("migration, MIGRATE databases"));
        assert_eq!(of("the is a of"), Vec::<String>::new());
        let text = "Activity noted; activities end on disk";
        let folded = words(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        let shown: Vec<_> = folded.iter().map(|word| spelled(&spellings(text), word).to_owned()).collect();
        assert!(shown.contains(&"activity".to_owned()) && shown.contains(&"noted".to_owned()), "{shown:?}");
        assert!(shown.contains(&"disk".to_owned()) && !shown.contains(&"activ".to_owned()), "{shown:?}");
        assert_eq!(words("disk disks")[0], ("disk".to_owned(), 2));
    }
}
