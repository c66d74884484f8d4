//! The report on a terminal, for somebody who was just woken.
//!
//! The most important comes last, where the cursor is: first the gaps with their proof, then what is
//! deferred, what could happen and what was not read, and at the end the six answers and what to do
//! first. It prints nothing by itself and judges nothing.
//!
//! - `answer`: the six answers and the next steps
//! - `gap`: one question's proofs, gaps and unknowns
//! - `rest`: deferred work, scenarios, what was not read

mod answer;
mod gap;
mod rest;

use super::canvas::{Canvas, Line, Look, Style};
use super::contract::{HistoryStatus, Report};

/// What a terminal report is told beside the report itself.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// How the page looks.
    pub look: Look,
    /// The name of the folder, for a subject without a configured name.
    pub label: &'a str,
    /// Only the answers and what to do first.
    pub is_brief: bool,
    /// Everything, without caps.
    pub is_full: bool,
}

/// Renders the report.
pub fn render(report: &Report, view: View<'_>) -> String {
    let mut canvas = Canvas::new(view.look);
    header(&mut canvas, report, view.label);
    if !view.is_brief {
        let mut told = std::collections::BTreeSet::new();
        for question in &report.questions {
            gap::question(&mut canvas, report, question, view.is_full, &mut told);
        }
        rest::deferrals(&mut canvas, report);
        rest::scenarios(&mut canvas, report, view.is_full);
        rest::not_read(&mut canvas, report, view.is_full);
    }
    answer::answers(&mut canvas, report);
    answer::next(&mut canvas, report);
    canvas.finish()
}

fn header(canvas: &mut Canvas, report: &Report, label: &str) {
    let subject = &report.subject;
    let name = subject.name.as_deref().unwrap_or(label);
    let mut line = Line::new().own_in(Style::Strong, "tonight").own("  ").text_in(Style::Strong, name);
    if let Some(commit) = &subject.commit {
        line = line.own(" at ").text(commit.get(..10).unwrap_or(commit));
    }
    if let Some(revision) = &subject.revision {
        line = line.own(" (").text(revision).own(")");
    }
    if subject.is_dirty {
        line = line.own(", with uncommitted changes");
    }
    canvas.paragraph(0, Line::new(), line.own(", as of ").text(&subject.as_of));
    let coverage = &report.coverage;
    let mut line = Line::new()
        .own("read ")
        .number(coverage.files_analyzed)
        .own(" of ")
        .number(coverage.files_seen)
        .own(" files");
    let history = &subject.history;
    line = match history.status {
        HistoryStatus::Complete => line.own(" and ").number(history.commits as usize).own(" commits"),
        HistoryStatus::Shallow | HistoryStatus::Partial => {
            line.own(" and ").number(history.commits as usize).own(" commits; history is incomplete: ")
        }
        HistoryStatus::Unread => line.own("; history was not read"),
        HistoryStatus::Unavailable => line.own("; no history: "),
    };
    line = line.text(history.because.as_deref().unwrap_or_default());
    if let Some(remedy) = &history.remedy {
        line = line.own("; run ").text_in(Style::Name, remedy);
    }
    canvas.paragraph(0, Line::new(), line);
}

/// An age in the largest unit that fits.
pub(super) fn age(days: u32) -> String {
    let (count, unit) = match days {
        0..=59 => (days, "day"),
        60..=729 => (days / 30, "month"),
        _ => (days / 365, "year"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
