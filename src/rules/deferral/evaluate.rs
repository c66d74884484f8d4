//! Holds the decision against labelled comments, and fits the weight table on them.
//!
//! It reads no file and prints nothing. Whole comments are judged, with what `judge` also uses for
//! the remarks of source files.

use std::collections::BTreeMap;
use std::num::NonZero;

use super::feature::bare;
use super::fit::{Example, Fitted, Name, fit};
use super::judge::Judgement;
use super::weight::Features;
use super::{DeferralWords, NONE};
use crate::model::fact::Tier;

/// A comment that somebody labelled.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The project it is from.
    pub project: String,
    /// Whether it is put-off work; `None` when the label leaves it open.
    pub is_debt: Option<bool>,
    /// The mechanism it was labelled with.
    pub mechanism: Option<String>,
    /// Where its file lies, if the collection says.
    pub path: Option<String>,
    /// The comment, delimiters or not.
    pub text: String,
}

/// Right and wrong, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Debt that was found.
    pub found: usize,
    /// Other comments that were taken for debt.
    pub wrong: usize,
    /// Debt that was passed by.
    pub missed: usize,
    /// Other comments that were passed by.
    pub passed: usize,
}

impl Tally {
    fn add(&mut self, is_flagged: bool, is_debt: bool) {
        match (is_flagged, is_debt) {
            (true, true) => self.found += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => self.passed += 1,
        }
    }

    /// Comments.
    pub fn comments(&self) -> usize {
        self.found + self.wrong + self.missed + self.passed
    }

    /// Of what was flagged, the share that is debt; `None` when nothing was flagged.
    pub fn precision(&self) -> Option<f64> {
        share(self.found, self.found + self.wrong)
    }

    /// Of the debt, the share that was flagged; `None` without debt.
    pub fn recall(&self) -> Option<f64> {
        share(self.found, self.found + self.missed)
    }

    /// Of the other comments, the share that was flagged.
    pub fn false_alarms(&self) -> Option<f64> {
        share(self.wrong, self.wrong + self.passed)
    }

    /// The harmonic mean of precision and recall; 0 when nothing was found.
    pub fn f1(&self) -> f64 {
        share(2 * self.found, 2 * self.found + self.wrong + self.missed).unwrap_or_default()
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How the decision does on labelled comments.
#[derive(Clone, Debug, Default)]
pub struct Evaluated {
    /// By the weight table, per project, sorted by name.
    pub projects: BTreeMap<String, Tally>,
    /// By the weight table, over all comments.
    pub pooled: Tally,
    /// What the product reports with a marker.
    pub marked: Tally,
    /// What it reports without one, over comments that it does not report as marked.
    pub unmarked: Tally,
    /// Either of the two.
    pub either: Tally,
    /// Debt whose label names a mechanism, and how often that one was named.
    pub mechanisms: Mechanisms,
    /// Comments whose label leaves it open.
    pub ambiguous: usize,
}

/// How often the mechanism was named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mechanisms {
    /// Comments with a label that is known here.
    pub comments: usize,
    /// Those for which an accepted mechanism was named.
    pub right: usize,
    /// Comments with a label that is not known here.
    pub unknown: usize,
}

impl Mechanisms {
    /// The share of right ones.
    pub fn accuracy(&self) -> Option<f64> {
        share(self.right, self.comments)
    }
}

impl Evaluated {
    /// The mean of F1 over projects that have debt.
    pub fn macro_f1(&self) -> f64 {
        let with_debt = self.projects.values().filter(|tally| tally.found + tally.missed > 0);
        let scores: Vec<f64> = with_debt.map(Tally::f1).collect();
        scores.iter().sum::<f64>() / scores.len().max(1) as f64
    }
}

/// Judges labelled comments: with the table that is built in, or when `leaves_one_out` each project
/// with a table fitted on all others.
pub fn evaluate(words: &DeferralWords, comments: &[Labelled], leaves_one_out: bool) -> Evaluated {
    let texts: Vec<String> = comments.iter().map(|comment| bare(&comment.text)).collect();
    let judgements = in_parallel(&comments.iter().zip(&texts).collect::<Vec<_>>(), &|(comment, text)| {
        words.judge(text, &comment.path.as_deref().into_iter().collect::<Vec<_>>())
    });
    let refitted = leaves_one_out.then(|| leave_one_out(words, comments, &texts));
    let mut evaluated = Evaluated::default();
    for (at, (comment, judgement)) in comments.iter().zip(&judgements).enumerate() {
        let Some(is_debt) = comment.is_debt else {
            evaluated.ambiguous += 1;
            continue;
        };
        let by_refit = refitted.as_ref().and_then(|refitted| refitted.get(at)).copied().flatten();
        let by_weight = by_refit.unwrap_or(judgement.weighed.is_debt);
        evaluated.projects.entry(comment.project.clone()).or_default().add(by_weight, is_debt);
        evaluated.pooled.add(by_weight, is_debt);
        add_tiers(&mut evaluated, words, comment, judgement, is_debt);
    }
    evaluated
}

fn add_tiers(
    evaluated: &mut Evaluated,
    words: &DeferralWords,
    comment: &Labelled,
    judgement: &Judgement<'_>,
    is_debt: bool,
) {
    let place = comment.path.as_ref().and_then(|path| words.place(path, &[]));
    let tier = judgement.tier(place.is_some());
    evaluated.marked.add(tier == Some(Tier::Marked), is_debt);
    evaluated.either.add(tier.is_some(), is_debt);
    if tier != Some(Tier::Marked) {
        evaluated.unmarked.add(tier == Some(Tier::Unmarked), is_debt);
    }
    let Some(label) = comment.mechanism.as_deref().filter(|_| is_debt) else { return };
    match accepts(words, label, judgement.mechanism) {
        Some(is_right) => {
            evaluated.mechanisms.comments += 1;
            evaluated.mechanisms.right += usize::from(is_right);
        }
        None => evaluated.mechanisms.unknown += 1,
    }
}

/// Whether a mechanism is a right answer for a label, by its own id or an alias in
/// `rules/catalog/deferral-mechanisms.toml`; `None` for a label nobody knows.
fn accepts(words: &DeferralWords, label: &str, mechanism: Option<&str>) -> Option<bool> {
    if let Some(accepted) = words.mechanism_labels().get(label) {
        return Some(accepted.iter().any(|id| id == mechanism.unwrap_or(NONE)));
    }
    let is_id = crate::rules::RuleSet::builtin().mechanisms.get(label).is_some();
    is_id.then_some(mechanism == Some(label))
}

/// The examples of a set of comments, with the names of their features.
struct Corpus {
    examples: Vec<Option<Example>>,
    names: Vec<Name>,
    projects: Vec<String>,
}

fn corpus(words: &DeferralWords, comments: &[Labelled], texts: &[String]) -> Corpus {
    let features = in_parallel(texts, &|text: &String| names_of(&words.features(text)));
    let mut numbers: BTreeMap<Name, u32> = BTreeMap::new();
    for name in features.iter().flatten() {
        *numbers.entry(name.clone()).or_default() += 1;
    }
    // What is rarer can never be chosen; leaving it out here keeps large collections in memory.
    numbers.retain(|name, count| !matches!(name, Name::Phrase(_)) || *count >= super::fit::FEWEST_COMMENTS);
    for (number, slot) in (0..).zip(numbers.values_mut()) {
        *slot = number;
    }
    let mut projects: Vec<String> = comments.iter().map(|comment| comment.project.clone()).collect();
    projects.sort();
    projects.dedup();
    let example = |(comment, names): (&Labelled, Vec<Name>)| {
        let mut features: Vec<u32> = names.iter().filter_map(|name| numbers.get(name).copied()).collect();
        features.sort_unstable();
        let project = projects.binary_search(&comment.project).unwrap_or_default();
        Some(Example { features, is_debt: comment.is_debt?, project })
    };
    let examples = comments.iter().zip(features).map(example).collect();
    Corpus { examples, names: numbers.into_keys().collect(), projects }
}

fn names_of(features: &Features<'_>) -> Vec<Name> {
    let cues = features.cues.iter().map(|cue| Name::Cue((*cue).to_owned()));
    let shapes = features.shapes.iter().map(|shape| Name::Shape((*shape).to_owned()));
    cues.chain(shapes).chain(features.phrases.iter().map(|phrase| Name::Phrase(phrase.clone()))).collect()
}

/// Whether each comment is debt by a table that never saw its project.
fn leave_one_out(words: &DeferralWords, comments: &[Labelled], texts: &[String]) -> Vec<Option<bool>> {
    let corpus = corpus(words, comments, texts);
    let numbers: Vec<usize> = (0..corpus.projects.len()).collect();
    let tables: Vec<Fitted> = in_parallel(&numbers, &|&left_out: &usize| {
        let rest: Vec<&Example> =
            corpus.examples.iter().flatten().filter(|e| e.project != left_out).collect();
        fit(&rest, &corpus.names)
    });
    let judged =
        |example: &Example| tables.get(example.project).map(|table| table.score(example) >= table.threshold);
    corpus.examples.iter().map(|example| example.as_ref().and_then(judged)).collect()
}

/// Fits a table and gives it as the TOML of `rules/catalog/deferral-weights.toml`.
pub fn fit_table(words: &DeferralWords, comments: &[Labelled]) -> String {
    let texts: Vec<String> = comments.iter().map(|comment| bare(&comment.text)).collect();
    let corpus = corpus(words, comments, &texts);
    let examples: Vec<&Example> = corpus.examples.iter().flatten().collect();
    let fitted = fit(&examples, &corpus.names);
    let debt = examples.iter().filter(|example| example.is_debt).count();
    let fitted_on =
        format!("{} comments of {} projects, {debt} of them debt", examples.len(), corpus.projects.len());
    words.weights.written(&fitted.points(&corpus.names), fitted.threshold, &fitted_on)
}

/// Maps in threads; the order is kept.
fn in_parallel<T: Sync, U: Send>(all: &[T], work: &(dyn Fn(&T) -> U + Sync)) -> Vec<U> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(all.len().max(1));
    let share = all.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = all
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<U>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Labelled, accepts, evaluate, fit_table};
    use crate::rules::DeferralWords;
    use crate::rules::deferral::weight::Weights;

    fn comment(project: &str, is_debt: Option<bool>, text: &str) -> Labelled {
        Labelled { project: project.into(), is_debt, mechanism: None, path: None, text: text.into() }
    }

    /// Four projects that say the same in other orders.
    fn collection() -> Vec<Labelled> {
        let mut all = Vec::new();
        for project in ["a", "b", "c", "d"] {
            for round in 0..12 {
                all.push(comment(project, Some(true), &format!("// TODO: mend part {round}")));
                all.push(comment(project, Some(true), &format!("// Rather clumsy wording {round}")));
                for what in ["Returns the sum", "Reads the table", "Opens the door"] {
                    all.push(comment(project, Some(false), &format!("// {what} of house {round}")));
                }
            }
        }
        all
    }

    #[test]
    fn a_fit_gives_debt_words_points_and_is_the_same_every_time() {
        let words = DeferralWords::builtin().unwrap();
        let mut all = collection();
        let page = fit_table(words, &all);
        let table: Weights = toml::from_str(&page).unwrap();
        assert!(table.points.cue["todo-tag"] > 0);
        assert!(table.points.phrase["wording"] > 0, "{page}");
        assert!(table.points.phrase["house"] < 0, "{page}");
        all.reverse();
        assert_eq!(fit_table(words, &all), page);
    }

    #[test]
    fn a_project_left_out_is_judged_by_what_the_others_say() {
        let words = DeferralWords::builtin().unwrap();
        let mut all = collection();
        all.push(comment("d", None, "open"));
        let alone = evaluate(words, &all, false);
        let left_out = evaluate(words, &all, true);
        assert_eq!(left_out.pooled.recall(), Some(1.0), "{left_out:?}");
        assert!(alone.pooled.recall() < Some(1.0), "{alone:?}");
        assert_eq!((left_out.ambiguous, left_out.projects.len()), (1, 4));
        assert_eq!((alone.marked.found, alone.marked.wrong, alone.unmarked.wrong), (48, 0, 0));
    }

    #[test]
    fn old_names_of_mechanisms_accept_their_new_ones() {
        let words = DeferralWords::builtin().unwrap();
        assert_eq!(accepts(words, "timeout", Some("timeout-or-probe")), Some(true));
        assert_eq!(accepts(words, "timeout", None), Some(false));
        assert_eq!(accepts(words, "design", None), Some(true));
        assert_eq!(accepts(words, "disk-full", Some("disk-full")), Some(true));
        assert_eq!(accepts(words, "weather", Some("disk-full")), None);
    }
}
