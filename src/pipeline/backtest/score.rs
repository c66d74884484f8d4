//! How often a back-test was right, beside what simpler rankings would have said on the same rows.

use super::Truth;
use crate::model::{Case, Measure, RepoPath, Said, Score};
use crate::rules::RuleSet;

/// Which rows and labels a measure of mechanisms takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Every row, by the label of what started it.
    Primary,
    /// The same where an earlier report was visible.
    Remembered,
    /// Every row, by any of its labels.
    Any,
}

const MECHANISM_MEASURES: &[(usize, Which, &str)] = &[
    (5, Which::Primary, "mechanism in the first 5"),
    (8, Which::Primary, "mechanism in the first 8"),
    (5, Which::Remembered, "mechanism in the first 5, where an earlier report was visible"),
    (8, Which::Remembered, "mechanism in the first 8, where an earlier report was visible"),
    (5, Which::Any, "any true mechanism in the first 5"),
    (8, Which::Any, "any true mechanism in the first 8"),
];

type Row<'a> = (&'a Truth, &'a Case, &'a Said);

/// Scores the cases that the truth knows.
pub fn score(cases: &[Case], truth: &[Truth], rules: &RuleSet) -> Score {
    let mut score = Score::default();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for row in truth {
        let case = cases.iter().find(|case| case.path.as_str() == row.incident_path);
        match case.and_then(|case| Some((case, case.said.as_ref().ok()?))) {
            Some((case, said)) => rows.push((row, case, said)),
            None => score.unmatched.push(row.incident_path.clone()),
        }
    }
    mechanisms(&rows, rules, &mut score.measures);
    files(&rows, &mut score.measures);
    predecessors(&rows, &mut score.measures);
    silence(&rows, rules, &mut score.measures);
    score
}

fn is_foreseeable(rules: &RuleSet, id: &str) -> bool {
    rules.mechanisms.is_initiator(id)
}

fn mechanisms(rows: &[Row<'_>], rules: &RuleSet, into: &mut Vec<Measure>) {
    type Ranked<'a> = (&'static str, Box<dyn Fn(&'a Said) -> Vec<&'a str> + 'a>);
    let rankings: [Ranked<'_>; 3] = [
        ("tonight", Box::new(|said| said.bets.iter().map(|bet| bet.mechanism.as_str()).collect())),
        ("prior only", Box::new(|said| said.baselines.prior.iter().map(String::as_str).collect())),
        ("TODO count", Box::new(|said| said.baselines.deferred.iter().map(String::as_str).collect())),
    ];
    for (most, which, name) in MECHANISM_MEASURES {
        for (ranking, of) in &rankings {
            let hits = rows.iter().filter(|(.., said)| *which != Which::Remembered || said.visible > 0);
            let hits = hits.filter_map(|(row, _, said)| {
                let primary = row.mechanism.as_deref().filter(|id| is_foreseeable(rules, id))?;
                let others = row.secondary.iter().map(String::as_str).filter(|_| *which == Which::Any);
                let wanted: Vec<&str> = others.chain([primary]).collect();
                Some(f64::from(u8::from(of(said).iter().take(*most).any(|id| wanted.contains(id)))))
            });
            into.extend(mean(name, ranking, hits));
        }
    }
}

fn files(rows: &[Row<'_>], into: &mut Vec<Measure>) {
    type Ranked<'a> = (&'static str, Box<dyn Fn(&'a Said) -> Vec<&'a RepoPath> + 'a>);
    let rankings: [Ranked<'_>; 4] = [
        ("tonight", Box::new(|said| said.suspects.iter().map(|suspect| &suspect.path).collect())),
        ("churn", Box::new(|said| said.baselines.churn.iter().collect())),
        ("fix history", Box::new(|said| said.baselines.repairs.iter().collect())),
        ("TODO count", Box::new(|said| said.baselines.markers.iter().collect())),
    ];
    type Worth = (&'static str, fn(usize) -> f64);
    let names: [Worth; 3] = [
        ("file at fault, mean reciprocal rank", |rank| 1.0 / rank as f64),
        ("file at fault first", |rank| f64::from(u8::from(rank == 1))),
        ("file at fault in the first 3", |rank| f64::from(u8::from(rank <= 3))),
    ];
    for (name, worth) in names {
        for (ranking, of) in &rankings {
            let values =
                rows.iter().filter(|(row, ..)| !row.files_at_fault.is_empty()).map(|(row, _, said)| {
                    let rank = of(said).iter().position(|path| is_at_fault(row, path));
                    rank.map_or(0.0, |at| worth(at + 1))
                });
            into.extend(mean(name, ranking, values));
        }
    }
}

/// A file at fault, or one in a folder at fault.
fn is_at_fault(row: &Truth, path: &RepoPath) -> bool {
    row.files_at_fault.iter().any(|fault| {
        let rest = path.as_str().strip_prefix(fault.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn predecessors(rows: &[Row<'_>], into: &mut Vec<Measure>) {
    let values = rows.iter().filter_map(|(row, case, _)| {
        let wanted = row.recurrence_of.as_deref()?;
        let rank = case.earlier.iter().position(|earlier| earlier.path.stem() == wanted);
        Some(rank.map_or(0.0, |at| 1.0 / (at + 1) as f64))
    });
    into.extend(mean("earlier report, mean reciprocal rank", "tonight", values));
}

fn silence(rows: &[Row<'_>], rules: &RuleSet, into: &mut Vec<Measure>) {
    let of = |foreseeable: bool| {
        rows.iter().filter_map(move |(row, _, said)| {
            let is_foreseeable = is_foreseeable(rules, row.mechanism.as_deref()?);
            (is_foreseeable == foreseeable).then(|| f64::from(u8::from(said.is_silent)))
        })
    };
    into.extend(mean("no signal, where nothing could foretell it", "tonight", of(false)));
    into.extend(mean("no signal, on the others", "tonight", of(true)));
}

fn mean(name: &'static str, ranking: &'static str, values: impl Iterator<Item = f64>) -> Option<Measure> {
    let (mut sum, mut rows) = (0.0, 0);
    for value in values {
        sum += value;
        rows += 1;
    }
    (rows > 0).then(|| Measure { name, ranking, value: sum / rows as f64, rows })
}
