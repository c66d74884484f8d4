//! The six answers, the gaps behind them, and the scenarios.
//!
//! One file per question. An answer looks only at the inventory; every finding names a rule of
//! `rules/` and points at text or at a named absence. Nothing here reads files or prints.
//!
//! - `world`: what an answer may look at, and how a finding is made
//! - `attest`: what the owners attest, for every question
//! - `matched`: findings of rules that are patterns
//! - `records`: findings from decisions and incident reports
//! - `page`, `diagnose`, `communicate`, `rollback`, `backup`, `data_loss`: one question each
//! - `portfolio`: what may fail next, mechanisms and files, by points
//! - `scenario`: initiators combined with missing nets
//! - `store`: which stores count, and how each stands
//! - `coverage`: the table of stores and what covers each
//! - `suppress`: ignore comments and exceptions, applied after everything else

mod attest;
mod backup;
mod communicate;
mod coverage;
mod data_loss;
mod diagnose;
mod matched;
mod page;
pub mod portfolio;
mod records;
mod rollback;
mod scenario;
mod store;
mod suppress;
mod world;

pub use world::{Gap, Sheet, World};

use crate::model::thing::SubjectKind;
use crate::model::{Answer, Finding, Grade, Question, Scenario, Verdict};

/// Everything the product says.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// The six answers, in the order of [`Question::ALL`].
    pub answers: Vec<Answer>,
    /// Findings, worst first.
    pub findings: Vec<Finding>,
    /// Scenario cards, worst first, at most eight.
    pub scenarios: Vec<Scenario>,
}

/// Answers all six questions.
pub fn answer(world: &World<'_>) -> Answers {
    let mut matched = matched::find(world);
    // A library owes no one a night's sleep; but who writes incident reports runs something.
    if world.inventory.subject != SubjectKind::Library || !world.inventory.incidents.is_empty() {
        matched.extend(records::find(world));
    }
    let mut all = Answers::default();
    for question in Question::ALL {
        let own = matched.iter().filter(|finding| finding.question == question).cloned().collect();
        let (mut answer, findings) = answer_one(world, Sheet::new(question, own));
        if question == Question::Backup && answer.verdict != Verdict::NotApplicable {
            answer.stores = coverage::table(world);
        }
        if question == Question::Diagnose && answer.verdict != Verdict::NotApplicable {
            answer.failure_model = diagnose::table(world);
        }
        attest::add(world, &mut answer);
        all.answers.push(answer);
        all.findings.extend(findings);
    }
    all.findings.sort_by(worst_first);
    all.findings.dedup_by(|a, b| a.fingerprint == b.fingerprint);
    suppress::apply(world, &mut all.answers, &mut all.findings);
    all.scenarios = scenario::imagine(world, &all.answers, &all.findings);
    all
}

fn answer_one(world: &World<'_>, sheet: Sheet) -> (Answer, Vec<Finding>) {
    let subject = world.inventory.subject;
    let is_still = matches!(subject, SubjectKind::Library | SubjectKind::Documents);
    if is_still && sheet.findings.is_empty() && !tells_of_operations(world) {
        let because = format!("Nothing runs from this repository: {}.", world.inventory.subject_because);
        return sheet.close(Verdict::NotApplicable, Grade::Absent, because);
    }
    match sheet.question() {
        Question::Page => page::answer(world, sheet),
        Question::Backup => backup::answer(world, sheet),
        Question::DataLoss => data_loss::answer(world, sheet),
        Question::Rollback => rollback::answer(world, sheet),
        Question::Diagnose => diagnose::answer(world, sheet),
        Question::Communicate => communicate::answer(world, sheet),
    }
}

/// A repository of documents may still be how a running thing is operated: it holds alert rules,
/// incident reports or a shelf of runbooks.
fn tells_of_operations(world: &World<'_>) -> bool {
    const SHELF: usize = 5;
    let inventory = world.inventory;
    !inventory.incidents.is_empty() || !inventory.alerts.is_empty() || inventory.runbooks.len() >= SHELF
}

/// Severity, then own history, then confidence, then place: the order of every list of findings.
fn worst_first(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    let own_history = |f: &Finding| f.links.iter().map(crate::model::Link::points).max().unwrap_or(0);
    (b.severity, own_history(b), b.confidence)
        .cmp(&(a.severity, own_history(a), a.confidence))
        .then_with(|| (&a.rule, &a.primary, &a.thing).cmp(&(&b.rule, &b.primary, &b.thing)))
}
