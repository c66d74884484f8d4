//! How alike texts are, and by which words: weighted words compared by their angle.
//!
//! A word weighs more the fewer texts hold it, and less than in proportion the more often it stands
//! in one (TF-IDF with a sublinear count). Each likeness can say which words made it. It knows no
//! meaning: two names of one thing are two words.

use std::collections::BTreeMap;

/// Texts as weighted words, of length one each.
pub struct Corpus<'a> {
    vectors: Vec<Vec<(&'a str, f64)>>,
    documents: BTreeMap<&'a str, usize>,
}

impl<'a> Corpus<'a> {
    /// From the words of each text with their counts, sorted by word.
    pub fn new(texts: impl IntoIterator<Item = &'a [(String, u32)]>) -> Self {
        let texts: Vec<&[(String, u32)]> = texts.into_iter().collect();
        let mut documents: BTreeMap<&str, usize> = BTreeMap::new();
        for (word, _) in texts.iter().copied().flatten() {
            *documents.entry(word).or_default() += 1;
        }
        let all = texts.len() as f64;
        let weight = |(word, count): &'a (String, u32)| {
            let holding = documents.get(word.as_str()).copied().unwrap_or(1) as f64;
            // A word that every text holds weighs next to nothing, and never less.
            let rarity = ((all + 1.0) / (holding + 0.5)).ln().max(0.0);
            (word.as_str(), (1.0 + f64::from((*count).max(1)).ln()) * rarity)
        };
        let vectors = texts.iter().map(|text| unit(text.iter().map(weight).collect())).collect();
        Self { vectors, documents }
    }

    /// How many texts hold a word.
    pub fn holding(&self, word: &str) -> usize {
        self.documents.get(word).copied().unwrap_or(0)
    }

    /// How alike two texts are, 0 to 1.
    pub fn likeness(&self, one: usize, other: usize) -> f64 {
        self.shared(one, other).map(|(_, weight)| weight).sum()
    }

    /// The words that make two texts alike, heaviest first.
    pub fn terms(&self, one: usize, other: usize) -> Vec<&'a str> {
        let mut shared: Vec<(&str, f64)> = self.shared(one, other).collect();
        shared.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        shared.into_iter().map(|(word, _)| word).collect()
    }

    fn shared(&self, one: usize, other: usize) -> impl Iterator<Item = (&'a str, f64)> + '_ {
        let vector = |at: usize| self.vectors.get(at).map(Vec::as_slice).unwrap_or_default();
        let mut rest = vector(other);
        // Both are sorted: each step leaves behind what can no longer be met.
        vector(one).iter().filter_map(move |(word, weight)| {
            let start = rest.partition_point(|(known, _)| known < word);
            rest = rest.get(start..).unwrap_or_default();
            rest.first().filter(|(known, _)| known == word).map(|(_, theirs)| (*word, weight * theirs))
        })
    }
}

fn unit(mut vector: Vec<(&str, f64)>) -> Vec<(&str, f64)> {
    let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::Corpus;
    use crate::text::words;

    #[test]
    fn rare_words_make_texts_alike_and_common_ones_do_not() {
        let texts =
            ["queue of the shop filled the disk", "queue of mails filled the disk", "queue lost a node"];
        let texts: Vec<_> = texts.iter().map(|text| words(text)).collect();
        let corpus = Corpus::new(texts.iter().map(Vec::as_slice));
        assert!(corpus.likeness(0, 1) > 0.3);
        assert!(corpus.likeness(0, 2) < 0.1);
        assert!((corpus.likeness(1, 1) - 1.0).abs() < 1e-9);
        assert_eq!(corpus.terms(0, 1).first(), Some(&"disk"));
        assert_eq!((corpus.holding("queu"), corpus.holding("nothing")), (3, 0));
    }

    #[test]
    fn nothing_is_like_an_empty_text() {
        let texts = [words("a queue"), Vec::new()];
        let corpus = Corpus::new(texts.iter().map(Vec::as_slice));
        assert_eq!(corpus.likeness(0, 1), 0.0);
        assert_eq!(corpus.likeness(0, 7), 0.0);
    }
}
