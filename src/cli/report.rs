//! `tonight report`: the six answers with proof.

use std::path::Path;

use anyhow::Context as _;

use super::args::{Format, ReportFlags};
use super::exit::Exit;
use super::scan::{Scan, scan};
use super::terminal;
use crate::model::{Question, Severity};
use crate::report::terminal::View;
use crate::report::{self, Given, Look, Report, RuleText};
use crate::source;

/// Runs it.
pub fn run(path: Option<&Path>, flags: &ReportFlags) -> anyhow::Result<Exit> {
    let scan = scan(path, &flags.scan, flags.audience.map(Into::into))?;
    if scan.outcome.analyzed == 0 && scan.outcome.skipped.is_empty() {
        terminal::tell("tonight: nothing to scan: there are no files");
    }
    let report = compose(&scan, &questions(flags));
    for output in &flags.outputs {
        let page = render(&report, output.format, &scan, flags, terminal::look_of_file())?;
        source::write_atomically(&output.path, page.as_bytes())
            .with_context(|| format!("cannot write {}", output.path.display()))?;
    }
    terminal::print(&render(&report, flags.format, &scan, flags, terminal::look_of_stdout())?)?;
    let fails =
        flags.fail_on.and_then(|fail_on| fail_on.severity()).is_some_and(|from| gate(&scan, &report, from));
    let was_skipped = flags.strict && is_incomplete(&report);
    Ok(Exit::of(scan.outcome.analyzed == 0, fails, was_skipped))
}

fn questions(flags: &ReportFlags) -> Vec<Question> {
    let asked: Vec<Question> = flags.questions.iter().copied().map(Into::into).collect();
    Question::ALL.into_iter().filter(|question| asked.is_empty() || asked.contains(question)).collect()
}

/// The public report of a run.
pub fn compose(scan: &Scan, questions: &[Question]) -> Report {
    let outcome = &scan.outcome;
    let rule = |id: &str| {
        scan.rules.get(id).map(|rule| RuleText {
            id: rule.id.to_string(),
            summary: rule.summary.clone(),
            fix: rule.fix.clone(),
            verify: rule.verify.clone(),
        })
    };
    report::compose(&Given {
        rules_digest: scan.rules.digest(),
        commit: outcome.subject.commit.as_deref(),
        revision: outcome.subject.revision.as_deref(),
        is_dirty: outcome.subject.is_dirty,
        settings: &scan.settings,
        questions,
        inventory: &outcome.inventory,
        history: &outcome.history,
        answers: &outcome.answers.answers,
        findings: &outcome.answers.findings,
        scenarios: &outcome.answers.scenarios,
        files: &outcome.files,
        skipped: &outcome.skipped,
        analyzed: outcome.analyzed,
        rule: &rule,
    })
}

fn render(
    report: &Report,
    format: Format,
    scan: &Scan,
    flags: &ReportFlags,
    look: Look,
) -> anyhow::Result<String> {
    Ok(match format {
        Format::Json => report::json(report)?,
        Format::Terminal => {
            let is_full = flags.scan.verbose || !flags.questions.is_empty();
            let view = View { look, label: &scan.label, is_brief: flags.scan.quiet, is_full };
            report::terminal::render(report, view)
        }
    })
}

/// Whether a finding that counts is this bad or worse.
fn gate(scan: &Scan, report: &Report, from: Severity) -> bool {
    let asked = |question: Question| report.asked.questions.contains(&question.into());
    let findings = scan.outcome.answers.findings.iter();
    findings.filter(|f| f.suppressed.is_none() && asked(f.question)).any(|f| f.severity >= from)
}

/// Whether something was skipped that a person should know of, or not understood. Templated values
/// are understood as what they are: unknown.
fn is_incomplete(report: &Report) -> bool {
    !report.skipped.is_empty() || report.coverage.problem_list.total > 0
}
