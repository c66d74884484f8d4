//! Finds the points of the weight table from labelled comments.
//!
//! A logistic regression on features that are there or not, in three steps: phrases are ranked by
//! how much they explain beyond cues and shapes, the regression is run on the best of them, and the
//! ones that weigh most are fitted once more and rounded. Coordinates are visited in a fixed order a
//! fixed number of times, so the same comments give the same table.

use std::collections::{BTreeMap, BTreeSet};

use super::weight::Points;

/// Features of the finished table beside the markers, so that a person can still read it.
const MOST_FEATURES: usize = 130;
/// Phrases that the first regression sees.
const MOST_CANDIDATES: usize = 500;
/// A phrase in fewer comments, or in fewer projects, is an accident.
pub(super) const FEWEST_COMMENTS: u32 = 12;
const FEWEST_PROJECTS: u32 = 3;
/// Rounds over all coordinates.
const ROUNDS: usize = 25;
/// Pull of every weight toward zero.
const RIDGE: f64 = 4.0;
/// Comments that every marker is given beforehand, other and debt: a rare marker is still one.
const CUE_PRIOR: [f64; 2] = [1.0, 4.0];
/// Points per unit of log odds.
pub(super) const POINTS_PER_UNIT: f64 = 10.0;
/// Groups of projects that take turns when the threshold is chosen.
const FOLDS: usize = 5;

/// A labelled comment.
pub(super) struct Example {
    /// Features by number, sorted.
    pub(super) features: Vec<u32>,
    pub(super) is_debt: bool,
    /// Its project, by number.
    pub(super) project: usize,
}

/// What a feature is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    Cue(String),
    Shape(String),
    Phrase(String),
}

/// A fitted table.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) points: BTreeMap<u32, i32>,
    pub(super) threshold: i32,
}

impl Fitted {
    pub(super) fn score(&self, example: &Example) -> i32 {
        example.features.iter().filter_map(|feature| self.points.get(feature)).sum()
    }

    pub(super) fn points(&self, names: &[Name]) -> Points {
        let mut points = Points::default();
        for (feature, &weight) in &self.points {
            match names.get(*feature as usize) {
                Some(Name::Cue(name)) => points.cue.insert(name.clone(), weight),
                Some(Name::Shape(name)) => points.shape.insert(name.clone(), weight),
                Some(Name::Phrase(name)) => points.phrase.insert(name.clone(), weight),
                None => None,
            };
        }
        points
    }
}

/// Fits on the given comments.
pub(super) fn fit(examples: &[&Example], names: &[Name]) -> Fitted {
    let points = fit_points(examples, names);
    let threshold = choose_threshold(examples, names);
    Fitted { points, threshold }
}

/// Every project counts by the root of its size: a large one must not drown the small ones, and a
/// small one is not the world.
fn importance(examples: &[&Example]) -> Vec<f64> {
    let mut sizes: BTreeMap<usize, f64> = BTreeMap::new();
    for example in examples {
        *sizes.entry(example.project).or_default() += 1.0;
    }
    let raw: Vec<f64> = examples
        .iter()
        .map(|e| sizes.get(&e.project).map_or(1.0, |size| size.max(200.0).sqrt().recip()))
        .collect();
    let scale = raw.len() as f64 / raw.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    raw.into_iter().map(|weight| weight * scale).collect()
}

/// Markers first: nearly every comment with one is debt, and they would drown what the other words
/// say. So the words are fitted on comments without a marker, and each marker weighs what its own
/// comments show.
fn fit_points(examples: &[&Example], names: &[Name]) -> BTreeMap<u32, i32> {
    let is_cue = |f: u32| matches!(names.get(f as usize), Some(Name::Cue(_)));
    let unmarked: Vec<&Example> =
        examples.iter().copied().filter(|example| !example.features.iter().any(|&f| is_cue(f))).collect();
    let importance = importance(&unmarked);
    let given: Vec<u32> =
        (0..names.len() as u32).filter(|&f| matches!(names.get(f as usize), Some(Name::Shape(_)))).collect();
    let mut first = Regression::new(&unmarked, &importance, &given);
    first.run(ROUNDS / 2);
    let ranked = rank(&unmarked, &importance, &first, names);
    let mut chosen = given;
    chosen.extend(ranked.into_iter().take(MOST_CANDIDATES));
    for most in [MOST_FEATURES * 2, MOST_FEATURES] {
        let mut regression = Regression::new(&unmarked, &importance, &chosen);
        regression.run(ROUNDS);
        chosen = regression.strongest(most);
    }
    let mut last = Regression::new(&unmarked, &importance, &chosen);
    last.run(ROUNDS);
    let mut points = cue_points(examples, &is_cue, last.bias);
    points.extend(last.columns.iter().map(|column| (column.feature, rounded(column.weight))));
    points.retain(|_, points| *points != 0);
    points
}

fn rounded(weight: f64) -> i32 {
    (weight * POINTS_PER_UNIT).round() as i32
}

/// The log odds of the comments with a marker, above those of a comment with nothing in it.
fn cue_points(examples: &[&Example], is_cue: &dyn Fn(u32) -> bool, bias: f64) -> BTreeMap<u32, i32> {
    let mut tallies: BTreeMap<u32, [f64; 2]> = BTreeMap::new();
    for example in examples {
        for &feature in example.features.iter().filter(|&&f| is_cue(f)) {
            if let Some(count) = tallies.entry(feature).or_default().get_mut(usize::from(example.is_debt)) {
                *count += 1.0;
            }
        }
    }
    let odds = |[other, debt]: [f64; 2]| ((debt + CUE_PRIOR[1]) / (other + CUE_PRIOR[0])).ln();
    tallies.into_iter().map(|(cue, tally)| (cue, rounded(odds(tally) - bias))).collect()
}

/// Phrases by how much one step on them alone would gain, best first.
fn rank(examples: &[&Example], importance: &[f64], base: &Regression<'_>, names: &[Name]) -> Vec<u32> {
    #[derive(Clone, Default)]
    struct Tally {
        gradient: f64,
        curvature: f64,
        comments: u32,
        projects: BTreeSet<usize>,
    }
    let mut tallies: Vec<Tally> = vec![Tally::default(); names.len()];
    for ((example, weight), margin) in examples.iter().zip(importance).zip(&base.margins) {
        let p = probability(*margin);
        let residual = f64::from(u8::from(example.is_debt)) - p;
        for &feature in &example.features {
            let Some(tally) = tallies.get_mut(feature as usize) else { continue };
            tally.gradient += weight * residual;
            tally.curvature += weight * p * (1.0 - p);
            tally.comments += 1;
            if (tally.projects.len() as u32) < FEWEST_PROJECTS {
                tally.projects.insert(example.project);
            }
        }
    }
    let mut ranked: Vec<(f64, u32)> = Vec::new();
    for (feature, tally) in (0u32..).zip(&tallies) {
        let is_phrase = matches!(names.get(feature as usize), Some(Name::Phrase(_)));
        let is_common = tally.comments >= FEWEST_COMMENTS && tally.projects.len() as u32 >= FEWEST_PROJECTS;
        if is_phrase && is_common {
            ranked.push((tally.gradient.powi(2) / (tally.curvature + RIDGE), feature));
        }
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.into_iter().map(|(_, feature)| feature).collect()
}

fn probability(margin: f64) -> f64 {
    1.0 / (1.0 + (-margin).exp())
}

struct Column {
    feature: u32,
    rows: Vec<u32>,
    weight: f64,
}

/// A ridge logistic regression by coordinate steps.
struct Regression<'a> {
    examples: &'a [&'a Example],
    importance: &'a [f64],
    bias: f64,
    columns: Vec<Column>,
    margins: Vec<f64>,
}

impl<'a> Regression<'a> {
    fn new(examples: &'a [&'a Example], importance: &'a [f64], features: &[u32]) -> Self {
        let mut wanted: BTreeMap<u32, Vec<u32>> = features.iter().map(|&f| (f, Vec::new())).collect();
        for (row, example) in (0u32..).zip(examples) {
            for feature in &example.features {
                if let Some(rows) = wanted.get_mut(feature) {
                    rows.push(row);
                }
            }
        }
        let columns = wanted.into_iter().map(|(feature, rows)| Column { feature, rows, weight: 0.0 });
        Self {
            examples,
            importance,
            bias: 0.0,
            columns: columns.collect(),
            margins: vec![0.0; examples.len()],
        }
    }

    fn run(&mut self, rounds: usize) {
        let all: Vec<u32> = (0..self.examples.len() as u32).collect();
        for _ in 0..rounds {
            let step = self.step(&all, 0.0, 0.0);
            self.bias += step;
            self.shift(&all, step);
            for index in 0..self.columns.len() {
                let Some(column) = self.columns.get_mut(index) else { continue };
                let (rows, weight) = (std::mem::take(&mut column.rows), column.weight);
                let step = self.step(&rows, weight, RIDGE);
                self.shift(&rows, step);
                if let Some(column) = self.columns.get_mut(index) {
                    column.rows = rows;
                    column.weight += step;
                }
            }
        }
    }

    /// One Newton step on a coordinate, never longer than one unit.
    fn step(&self, rows: &[u32], weight: f64, ridge: f64) -> f64 {
        let (mut gradient, mut curvature) = (-ridge * weight, ridge + 1e-9);
        for &row in rows {
            let row = row as usize;
            let (Some(example), Some(margin), Some(importance)) =
                (self.examples.get(row), self.margins.get(row), self.importance.get(row))
            else {
                continue;
            };
            let p = probability(*margin);
            gradient += importance * (f64::from(u8::from(example.is_debt)) - p);
            curvature += importance * p * (1.0 - p);
        }
        (gradient / curvature).clamp(-1.0, 1.0)
    }

    fn shift(&mut self, rows: &[u32], step: f64) {
        for &row in rows {
            if let Some(margin) = self.margins.get_mut(row as usize) {
                *margin += step;
            }
        }
    }

    /// The features that matter most: heavy ones, and among those the ones that are seen often.
    fn strongest(&self, most: usize) -> Vec<u32> {
        let weigh = |column: &Column| column.weight.abs() * (column.rows.len() as f64).sqrt().min(30.0);
        let mut ranked: Vec<(f64, u32)> = self
            .columns
            .iter()
            .map(|column| (weigh(column), column.feature))
            .filter(|(w, _)| *w > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.into_iter().take(most).map(|(_, feature)| feature).collect()
    }
}

/// The threshold that judges best the comments of projects that were not fitted on.
fn choose_threshold(examples: &[&Example], names: &[Name]) -> i32 {
    let projects: BTreeSet<usize> = examples.iter().map(|example| example.project).collect();
    let folds: BTreeMap<usize, usize> =
        projects.iter().enumerate().map(|(at, &project)| (project, at % FOLDS)).collect();
    let fold_of = |example: &Example| folds.get(&example.project).copied().unwrap_or_default();
    let mut scored: Vec<(i32, bool, usize)> = Vec::new();
    for fold in 0..FOLDS.min(projects.len()) {
        let rest: Vec<&Example> = examples.iter().copied().filter(|e| fold_of(e) != fold).collect();
        if rest.is_empty() {
            continue;
        }
        let fitted = Fitted { points: fit_points(&rest, names), threshold: 0 };
        let held = examples.iter().filter(|example| fold_of(example) == fold);
        scored.extend(held.map(|example| (fitted.score(example), example.is_debt, example.project)));
    }
    best_threshold(&scored)
}

/// Precision that the threshold must keep.
const LEAST_PRECISION: f64 = 0.96;

pub(super) fn best_threshold(scored: &[(i32, bool, usize)]) -> i32 {
    let (Some(low), Some(high)) = (scored.iter().map(|s| s.0).min(), scored.iter().map(|s| s.0).max()) else {
        return 0;
    };
    let mut best = (f64::MIN, high);
    for threshold in low..=high {
        let mut by_project: BTreeMap<usize, [f64; 3]> = BTreeMap::new();
        for &(score, is_debt, project) in scored {
            let tally = by_project.entry(project).or_default();
            match (score >= threshold, is_debt) {
                (true, true) => tally[0] += 1.0,
                (true, false) => tally[1] += 1.0,
                (false, true) => tally[2] += 1.0,
                (false, false) => {}
            }
        }
        let f1 = |[hit, wrong, missed]: [f64; 3]| 2.0 * hit / (2.0 * hit + wrong + missed).max(1.0);
        let all = by_project.values().fold([0.0; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
        // A project with a handful of comments says nothing about a threshold.
        let large: Vec<f64> = by_project.values().filter(|t| t[0] + t[2] >= 20.0).map(|t| f1(*t)).collect();
        let macro_f1 = large.iter().sum::<f64>() / large.len().max(1) as f64;
        let precision = all[0] / (all[0] + all[1]).max(1.0);
        let lack = (LEAST_PRECISION - precision).max(0.0);
        let worth = macro_f1 + 2.0 * f1(all) - 20.0 * lack;
        if worth > best.0 {
            best = (worth, threshold);
        }
    }
    best.1
}
