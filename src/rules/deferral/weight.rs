//! The additive weight table: what speaks for and against a comment being put-off work, in points.
//!
//! The points of everything that is there are added up. It is a short list that a person can read
//! (`rules/catalog/deferral-weights.toml`), not a model: each point can be shown beside the finding
//! it decided. How the points were found is in `fit`.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::phrase::Phrase;
use serde::Deserialize;

use super::feature::phrases;
use crate::model::fact::Weight;

/// A shape that words alone do not tell: a documentation tag, commented-out code, a family of words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub(super) name: String,
    pattern: Phrase,
    #[serde(default)]
    unless: Option<Phrase>,
}

impl Shape {
    pub(super) fn fits(&self, text: &str) -> bool {
        self.pattern.is_match(text) && !self.unless.as_ref().is_some_and(|unless| unless.is_match(text))
    }
}

/// Points by what they are for. Names in one group are unique because they are keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Points {
    /// By the id of a cue.
    pub(super) cue: BTreeMap<String, i32>,
    /// By the name of a shape.
    pub(super) shape: BTreeMap<String, i32>,
    /// By one to three words.
    pub(super) phrase: BTreeMap<String, i32>,
}

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    /// From here on a comment counts as debt.
    pub(super) threshold: i32,
    /// Below this a marker is taken for something else.
    pub(super) veto: i32,
    pub(super) points: Points,
    pub(super) shape: Vec<Shape>,
}

/// Everything of a text that can have points.
#[derive(Clone, Debug)]
pub(super) struct Features<'a> {
    /// Ids of markers.
    pub(super) cues: BTreeSet<&'a str>,
    pub(super) shapes: Vec<&'a str>,
    pub(super) phrases: BTreeSet<String>,
}

impl Weights {
    /// What of a text can have points, given the ids of the markers in it.
    pub(super) fn features<'a>(&'a self, text: &str, markers: &[&'a str]) -> Features<'a> {
        let shapes = self.shape.iter().filter(|shape| shape.fits(text)).map(|shape| shape.name.as_str());
        let cues = markers.iter().copied().collect();
        Features { cues, shapes: shapes.collect(), phrases: phrases(text) }
    }
}

impl Points {
    /// What fired, heaviest first, then by name.
    pub(super) fn fired(&self, features: &Features<'_>) -> Vec<Weight> {
        let mut fired = Vec::new();
        let mut add = |what: String, points: Option<&i32>| {
            fired.extend(points.map(|&points| Weight { what, points }));
        };
        for cue in &features.cues {
            add(format!("marker: {cue}"), self.cue.get(*cue));
        }
        for shape in &features.shapes {
            add((*shape).to_owned(), self.shape.get(*shape));
        }
        for phrase in &features.phrases {
            add(format!("\u{201c}{phrase}\u{201d}"), self.phrase.get(phrase));
        }
        fired.sort_by(|a, b| b.points.abs().cmp(&a.points.abs()).then_with(|| a.what.cmp(&b.what)));
        fired
    }
}

/// The sum of what fired.
pub(super) fn total(fired: &[Weight]) -> i32 {
    fired.iter().map(|weight| weight.points).sum()
}

impl Weights {
    /// The table as TOML, with other points: the form in which it is read.
    pub(super) fn written(&self, points: &Points, threshold: i32, fitted_on: &str) -> String {
        let mut page = format!(
            "# What speaks for and against a comment being put-off work, in points that are added up.\n#\n\
             # Fitted on {fitted_on}, by\n#\n\
             #     tonight deferrals --fit FILE.tsv --min-project 1000\n#\n\
             # a logistic regression whose weights were rounded to tenths of a unit of log odds. Markers weigh\n\
             # what comments with them show, words what comments without a marker show. The shapes were written\n\
             # by hand; only their points were fitted. `tonight deferrals --evaluate FILE.tsv\n\
             # --leave-one-project-out` says how well tables fitted this way do on projects they never saw.\n\n\
             # From here on the points make a comment debt.\nthreshold = {threshold}\n\
             # Below this a marker is taken for something else: a name, a placeholder, code.\nveto = {}\n",
            self.veto
        );
        for (group, points) in [("cue", &points.cue), ("shape", &points.shape), ("phrase", &points.phrase)] {
            page.push_str(&format!("\n[points.{group}]\n"));
            let mut sorted: Vec<(&String, i32)> =
                points.iter().map(|(name, &points)| (name, points)).collect();
            sorted.sort_by_key(|&(name, points)| (std::cmp::Reverse(points), name));
            for (name, points) in sorted {
                page.push_str(&format!("{} = {points}\n", toml::Value::from(name.as_str())));
            }
        }
        for shape in &self.shape {
            page.push_str(&format!("\n[[shape]]\nname = {}\n", toml::Value::from(shape.name.as_str())));
            page.push_str(&format!("pattern = '''{}'''\n", shape.pattern.as_str()));
            if let Some(unless) = &shape.unless {
                page.push_str(&format!("unless = '''{}'''\n", unless.as_str()));
            }
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::Weights;
    use crate::rules::deferral::feature::{LONGEST_PHRASE, phrases};
    use crate::rules::{DeferralWords, catalog};

    /// Shapes, cues and phrases that a person can still read.
    const MOST_FEATURES: usize = 150;

    #[test]
    fn the_table_loads_is_short_and_every_line_of_it_can_fire() {
        let table: Weights = toml::from_str(catalog("deferral-weights")).unwrap();
        let points = &table.points;
        let all = points.cue.len() + points.shape.len() + points.phrase.len();
        assert!((50..=MOST_FEATURES).contains(&all), "{all}");
        for phrase in points.phrase.keys() {
            let text = phrase.trim_start_matches("^ ").trim_end_matches(" $");
            assert!(phrases(text).contains(phrase), "never fires: {phrase}");
            assert!(phrase.split(' ').count() <= LONGEST_PHRASE, "{phrase}");
        }
        for shape in points.shape.keys() {
            assert!(table.shape.iter().any(|known| &known.name == shape), "no such shape: {shape}");
        }
        let words = DeferralWords::builtin().unwrap();
        for cue in points.cue.keys() {
            assert!(words.catalog.cue.iter().any(|known| &known.id == cue), "no such cue: {cue}");
        }
    }

    #[test]
    fn a_written_table_reads_back_the_same() {
        let table: Weights = toml::from_str(catalog("deferral-weights")).unwrap();
        let page = table.written(&table.points, 7, "a few comments");
        let again: Weights = toml::from_str(&page).unwrap();
        assert_eq!((again.threshold, &again.points), (7, &table.points));
        assert_eq!(again.written(&again.points, 7, "a few comments"), page);
    }
}
