//! The model's cases turned into the contract.

use super::{
    Backtest, BacktestSchema, Counts, Earlier, File, Incident, Measure, Mechanism, Reason, Said, Scores,
    Subject, Undated,
};
use crate::model::{self, RepoPath};
use crate::report::compose::tool;

/// A portfolio is a page, not a list of everything that ever fails.
const MAX_MECHANISMS: usize = 8;
const MAX_FILES: usize = 10;
/// One earlier report is a lead; more are a library.
const MAX_EARLIER: usize = 3;

/// Everything a back-test found.
pub struct Found<'a> {
    /// Digest over rules and catalogues.
    pub rules_digest: String,
    /// Its name, if the configuration gives one.
    pub name: Option<String>,
    /// Full id of the commit whose reports were looked at, if there is one.
    pub commit: Option<String>,
    /// Branch, or revision as asked for.
    pub revision: Option<String>,
    /// By day, then by path.
    pub cases: &'a [model::Case],
    /// Reports without a day.
    pub undated: &'a [(RepoPath, String)],
    /// Different revisions that were read.
    pub revisions: usize,
    /// Files read, and how many of them were remembered.
    pub files: (usize, usize),
    /// How often it was right, with a truth.
    pub score: Option<model::Score>,
}

/// Makes the contract.
pub fn compose(found: Found<'_>) -> Backtest {
    let said = |case: &model::Case| case.said.is_ok();
    let is_silent = |case: &&model::Case| case.said.as_ref().is_ok_and(|said| said.is_silent);
    Backtest {
        schema: BacktestSchema::V1,
        tool: tool(found.rules_digest),
        subject: Subject { name: found.name, commit: found.commit, revision: found.revision },
        counts: Counts {
            incidents: found.cases.len(),
            looked_at: found.cases.iter().filter(|case| said(case)).count(),
            without_signal: found.cases.iter().filter(is_silent).count(),
            revisions: found.revisions,
            files: found.files.0,
            remembered: found.files.1,
        },
        incidents: found.cases.iter().map(incident).collect(),
        undated: found
            .undated
            .iter()
            .map(|(path, title)| Undated { path: path.as_str().to_owned(), title: title.clone() })
            .collect(),
        score: found.score.map(|score| Scores {
            measures: score.measures.iter().map(measure).collect(),
            unmatched: score.unmatched,
        }),
    }
}

fn incident(case: &model::Case) -> Incident {
    Incident {
        path: case.path.as_str().to_owned(),
        title: case.title.clone(),
        date: case.day.to_string(),
        said: case.said.as_ref().ok().map(said),
        because: case.said.as_ref().err().cloned(),
        earlier: case
            .earlier
            .iter()
            .take(MAX_EARLIER)
            .map(|earlier| Earlier {
                path: earlier.path.as_str().to_owned(),
                title: earlier.title.clone(),
                date: earlier.date.clone(),
                why: earlier.why.clone(),
            })
            .collect(),
    }
}

fn said(said: &model::Said) -> Said {
    let mechanisms = said.bets.iter().take(MAX_MECHANISMS).map(|bet| Mechanism {
        id: bet.mechanism.clone(),
        points: bet.points,
        signal: bet.signal,
        reasons: reasons(&bet.reasons),
    });
    let files = said.suspects.iter().take(MAX_FILES).map(|suspect| File {
        path: suspect.path.as_str().to_owned(),
        points: suspect.points,
        reasons: reasons(&suspect.reasons),
        keys: suspect.keys.clone(),
    });
    Said {
        commit: said.commit.clone(),
        visible_reports: said.visible,
        findings: said.findings,
        has_signal: !said.is_silent,
        mechanisms: mechanisms.collect(),
        files: files.collect(),
    }
}

fn reasons(reasons: &[model::Reason]) -> Vec<Reason> {
    reasons.iter().map(|reason| Reason { what: reason.what.clone(), points: reason.points }).collect()
}

fn measure(measure: &model::Measure) -> Measure {
    Measure {
        name: measure.name.to_owned(),
        ranking: measure.ranking.to_owned(),
        value: (measure.value * 1000.0).round() / 1000.0,
        rows: measure.rows,
    }
}
