//! Failure mechanisms, their vocabulary, and how loudly a text speaks of each.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::RuleError;
use crate::model::Question;
use crate::model::fact::MechanismScore;

/// Whether a mechanism starts failures or makes them worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MechanismKind {
    /// It starts failures.
    Initiator,
    /// It makes others worse: a missing net.
    Amplifier,
}

/// One of the 28 mechanisms.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mechanism {
    /// Its id: the stem of its file.
    pub id: String,
    /// Whether it starts failures or makes them worse.
    pub kind: MechanismKind,
    /// What it is, one sentence.
    pub definition: String,
    /// Trigger, cascade and effect, in short.
    pub story: String,
    /// Headline of a scenario; `{component}` stands for what it happens to. Initiators have one.
    #[serde(default)]
    pub headline: String,
    /// The scenario in the past tense: trigger, cascade, effect.
    #[serde(default)]
    pub tale: Vec<String>,
    /// The cheapest thing that would have stopped it.
    #[serde(default)]
    pub cheapest_net: String,
    /// The cheapest exercise that shows whether it is stopped.
    #[serde(default)]
    pub cheapest_drill: String,
    /// What stops it.
    pub nets: Vec<String>,
    /// The questions it makes urgent.
    pub questions: Vec<Question>,
    /// How it is told from its neighbors.
    pub confusable: String,
    /// Share of incidents it starts: an ordering prior, not a probability. 0 for amplifiers.
    pub prior: f64,
    /// What the prior rests on.
    pub prior_basis: String,
    /// Phrases and weights 1 to 3; `*` stands for a word suffix or a word.
    pub vocabulary: BTreeMap<String, u8>,
}

/// All mechanisms with one automaton over their vocabulary.
#[derive(Debug, Default)]
pub struct Mechanisms {
    by_id: BTreeMap<String, Mechanism>,
    /// Made when a text is first asked about: a repository without reports never does.
    vocabulary: OnceLock<Vocabulary>,
}

#[derive(Debug)]
struct Vocabulary {
    phrases: Vec<Phrase>,
    automaton: Option<AhoCorasick>,
}

/// A phrase as words; the automaton finds its first literal stretch, the words are checked after.
#[derive(Debug)]
struct Phrase {
    mechanism: String,
    text: String,
    words: Vec<String>,
    weight: u8,
}

/// A body hit counts less with each repetition, and not at all after this many.
const MAX_HITS: usize = 8;
const MAX_TITLE_HITS: usize = 2;
/// A phrase of this weight names its mechanism and nothing else.
const SURE_WEIGHT: u8 = 3;

impl Mechanisms {
    pub(super) fn load(files: &[(&str, &str)]) -> (Self, Vec<RuleError>) {
        let (mut by_id, mut errors) = (BTreeMap::new(), Vec::new());
        for (path, text) in files.iter().filter(|(path, _)| path.starts_with("mechanism/")) {
            match toml::from_str::<Mechanism>(text) {
                Ok(mechanism) => {
                    by_id.insert(mechanism.id.clone(), mechanism);
                }
                Err(error) => {
                    errors.push(RuleError { origin: format!("rules/{path}"), message: error.to_string() });
                }
            }
        }
        (Self { by_id, vocabulary: OnceLock::new() }, errors)
    }

    /// The mechanism with this id.
    pub fn get(&self, id: &str) -> Option<&Mechanism> {
        self.by_id.get(id)
    }

    /// Whether a mechanism starts a failure; false for one that is not known.
    pub fn is_initiator(&self, id: &str) -> bool {
        self.get(id).is_some_and(|mechanism| mechanism.kind == MechanismKind::Initiator)
    }

    /// Whether a mechanism only makes a failure worse: a missing net; false for one that is not known.
    pub fn is_amplifier(&self, id: &str) -> bool {
        self.get(id).is_some_and(|mechanism| mechanism.kind == MechanismKind::Amplifier)
    }

    /// Every mechanism, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Mechanism> {
        self.by_id.values()
    }

    /// How loudly a text speaks of each mechanism, best first, zero scores left out.
    ///
    /// `score = Σ weight^1.5 · (ln(1 + min(body hits, 8)) + 1.5 · min(title hits, 2))`, the form
    /// with the best held-out accuracy in the survey behind the vocabulary (the true label is among
    /// the first three in 0.77 of one-paragraph reports).
    pub fn score(&self, title: &str, body: &str) -> Vec<MechanismScore> {
        self.score_report(title, body, "")
    }

    /// The same for a report whose lessons and promises stand apart from its account.
    ///
    /// What went wrong and what shall be done tell of nets that were missing: there only the surest
    /// phrases of amplifiers count. What started the failure stands in the account.
    pub fn score_report(&self, title: &str, body: &str, aftermath: &str) -> Vec<MechanismScore> {
        let vocabulary = self.vocabulary.get_or_init(|| Vocabulary::of(self.by_id.values()));
        let title_hits = vocabulary.hits(title);
        let mut body_hits = vocabulary.hits(body);
        for (index, hits) in vocabulary.hits(aftermath) {
            if vocabulary.phrases.get(index).is_some_and(|phrase| self.is_missing_net(phrase)) {
                *body_hits.entry(index).or_default() += hits;
            }
        }
        // By mechanism: the sum of points, and the phrases that earned them.
        type Earned<'a> = (f64, Vec<(f64, &'a str)>);
        let mut scores: BTreeMap<&str, Earned<'_>> = BTreeMap::new();
        for (index, phrase) in vocabulary.phrases.iter().enumerate() {
            let title = title_hits.get(&index).copied().unwrap_or(0).min(MAX_TITLE_HITS);
            let body = body_hits.get(&index).copied().unwrap_or(0).min(MAX_HITS);
            if title + body == 0 {
                continue;
            }
            let points = f64::from(phrase.weight).powf(1.5) * ((1.0 + body as f64).ln() + 1.5 * title as f64);
            let entry = scores.entry(&phrase.mechanism).or_default();
            entry.0 += points;
            entry.1.push((points, &phrase.text));
        }
        let mut ranked: Vec<MechanismScore> = scores
            .into_iter()
            .map(|(id, (score, mut phrases))| {
                phrases.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
                MechanismScore {
                    id: id.to_owned(),
                    score: (score * 100.0).round() / 100.0,
                    phrases: phrases.iter().take(4).map(|(_, text)| (*text).to_owned()).collect(),
                }
            })
            .collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        ranked
    }

    fn is_missing_net(&self, phrase: &Phrase) -> bool {
        let kind = self.by_id.get(&phrase.mechanism).map(|mechanism| mechanism.kind);
        kind == Some(MechanismKind::Amplifier) && phrase.weight >= SURE_WEIGHT
    }
}

impl Vocabulary {
    fn of<'a>(mechanisms: impl Iterator<Item = &'a Mechanism>) -> Self {
        let mut phrases: Vec<Phrase> = Vec::new();
        for mechanism in mechanisms {
            for (text, weight) in &mechanism.vocabulary {
                let words = text.split([' ', '-']).map(str::to_lowercase).collect();
                let phrase =
                    Phrase { mechanism: mechanism.id.clone(), text: text.clone(), words, weight: *weight };
                phrases.push(phrase);
            }
        }
        let firsts = phrases.iter().map(|p| p.words.first().map_or("", |w| w.trim_end_matches('*')));
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(firsts)
            .ok();
        Self { phrases, automaton }
    }

    /// How often each phrase stands in a text, by index.
    fn hits(&self, text: &str) -> BTreeMap<usize, usize> {
        let mut hits = BTreeMap::new();
        let Some(automaton) = &self.automaton else { return hits };
        for found in automaton.find_overlapping_iter(text) {
            let index = found.pattern().as_usize();
            let starts_word = !text[..found.start()].ends_with(char::is_alphanumeric);
            let Some(phrase) = self.phrases.get(index).filter(|_| starts_word) else { continue };
            if text.get(found.start()..).is_some_and(|rest| follows(rest, &phrase.words)) {
                *hits.entry(index).or_default() += 1;
            }
        }
        hits
    }
}

/// Whether a text goes on with these words: white space or hyphens between them, `*` at the end of a
/// word for any suffix, `*` alone for any one word.
fn follows(text: &str, words: &[String]) -> bool {
    let mut rest = text;
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '-');
            if trimmed.len() == rest.len() {
                return false;
            }
            rest = trimmed;
        }
        let literal = word.trim_end_matches('*');
        match rest.get(..literal.len()) {
            Some(start) if start.eq_ignore_ascii_case(literal) => rest = &rest[literal.len()..],
            _ => return false,
        }
        if word.ends_with('*') {
            rest = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        } else if rest.starts_with(|c: char| c.is_alphanumeric()) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::follows;
    use crate::rules::RuleSet;

    #[test]
    fn phrases_match_words_and_suffixes() {
        let words = |text: &str| text.split([' ', '-']).map(str::to_owned).collect::<Vec<_>>();
        assert!(follows("Memory-Leak.", &words("memory leak")));
        assert!(follows("expired yesterday", &words("expir*")));
        assert!(!follows("memory leaking", &words("memory leak")));
        assert!(follows("all prod pods were on one", &words("all * pods were on")));
    }

    #[test]
    fn the_loudest_mechanism_comes_first() {
        let scores = RuleSet::builtin().mechanisms.score(
            "Certificate expired",
            "The TLS certificate had expired; certbot did not renew it because the renewal timer was off.",
        );
        assert_eq!(scores[0].id, "expiry-or-rotation");
        assert!(!scores[0].phrases.is_empty());
    }
}
