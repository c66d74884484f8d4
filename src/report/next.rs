//! The three things to do first.
//!
//! A remedy for the worst gap of each question, worst question first; then what settles an unknown.
//! It does not weigh effort: nothing in a repository shows it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::contract::{Finding, NextStep, Question, RuleNote, Severity, Verdict};

/// More than three is a backlog, not a next step.
const MAX_STEPS: usize = 3;

/// At most three steps, the most urgent first.
pub(super) fn next_steps(questions: &[Question], findings: &[Finding], rules: &[RuleNote]) -> Vec<NextStep> {
    let mut steps = Vec::new();
    let (mut rules_used, mut questions_used) = (BTreeSet::new(), BTreeSet::new());
    let open: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.suppressed.is_none() && finding.severity >= Severity::Medium)
        .collect();
    let mut ranked: Vec<(usize, &Finding)> = open.iter().copied().enumerate().collect();
    ranked.sort_by_key(|(rank, finding)| (Reverse(finding.severity), urgency(questions, finding), *rank));
    // One question must not take all three places; a second round fills what is left.
    for is_second_round in [false, true] {
        for (_, finding) in &ranked {
            if steps.len() == MAX_STEPS {
                return steps;
            }
            let Some(rule) = rules.iter().find(|rule| rule.id == finding.rule) else { continue };
            let is_taken = questions_used.contains(&finding.question);
            if rules_used.contains(&finding.rule) || (is_taken && !is_second_round) {
                continue;
            }
            rules_used.insert(&finding.rule);
            questions_used.insert(finding.question);
            steps.push(NextStep {
                question: finding.question,
                r#do: rule.fix.clone(),
                because: finding.message.clone(),
                finding: Some(finding.fingerprint.clone()),
                mends: rule.findings,
                place: finding.place.clone(),
            });
        }
    }
    let unknowns = questions.iter().filter(|q| q.verdict == Verdict::CannotTell).flat_map(|q| {
        q.unknowns.iter().take(1).map(|unknown| NextStep {
            question: q.id,
            r#do: unknown.settle.clone(),
            because: unknown.what.clone(),
            finding: None,
            mends: 0,
            place: None,
        })
    });
    let room = MAX_STEPS - steps.len();
    steps.extend(unknowns.take(room));
    steps
}

/// A question that is answered "no" comes before one that is answered "partly".
fn urgency(questions: &[Question], finding: &Finding) -> u8 {
    let verdict = questions.iter().find(|q| q.id == finding.question).map(|q| q.verdict);
    match verdict {
        Some(Verdict::No) => 0,
        Some(Verdict::Partly | Verdict::CannotTell) => 1,
        _ => 2,
    }
}
