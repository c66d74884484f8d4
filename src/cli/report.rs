//! `tonight report`: the six answers with proof.

use std::path::Path;

use anyhow::Context as _;

use super::args::{FailOn, Format, ReportFlags};
use super::exit::Exit;
use super::scan::{Scan, scan_in};
use super::terminal;
use crate::model::{Question, Severity};
use crate::pipeline::Scope;
use crate::report::terminal::View;
use crate::report::{self, Look, Report};
use crate::source;

/// Runs it.
pub fn run(path: Option<&Path>, flags: &ReportFlags) -> anyhow::Result<Exit> {
    let audience = flags.audience.map(Into::into);
    let scan = scan_in(Scope::Everything, true, flags.deployed.as_deref(), path, &flags.scan, audience)?;
    let is_empty = scan.is_empty();
    let report = compose(&scan, &questions(flags));
    for output in &flags.outputs {
        let page = render(&report, output.format, &scan, flags, terminal::look_of_file())?;
        source::write_atomically(&output.path, page.as_bytes())
            .with_context(|| format!("cannot write {}", output.path.display()))?;
    }
    terminal::print(&render(&report, flags.format, &scan, flags, terminal::look_of_stdout())?)?;
    let from = flags.fail_on.or(scan.fail_on).and_then(FailOn::severity);
    let fails = from.is_some_and(|from| gate(&scan, &report, from));
    let was_skipped = flags.strict && is_incomplete(&report);
    Ok(Exit::of(is_empty, fails, was_skipped))
}

fn questions(flags: &ReportFlags) -> Vec<Question> {
    let asked: Vec<Question> = flags.questions.iter().copied().map(Into::into).collect();
    Question::ALL.into_iter().filter(|question| asked.is_empty() || asked.contains(question)).collect()
}

fn compose(scan: &Scan, questions: &[Question]) -> Report {
    scan.given(questions, report::compose)
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
        Format::Markdown => report::markdown::render(report, &scan.label),
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
