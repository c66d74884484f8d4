//! The six answers and what to do first: the last thing on the page.

use crate::report::canvas::{Canvas, Line, Look, Style};
use crate::report::contract::{Report, Verdict};

/// The widest verdict word and a blank.
const VERDICT_COLUMNS: usize = 15;

/// Sign, word and style of a verdict.
pub(super) fn verdict(look: Look, verdict: Verdict) -> (Style, &'static str, &'static str) {
    match verdict {
        Verdict::Yes => (Style::Good, look.sign("✔", "+"), "YES"),
        Verdict::Partly => (Style::Warn, look.sign("◐", "~"), "PARTLY"),
        Verdict::No => (Style::Bad, look.sign("✖", "x"), "NO"),
        Verdict::CannotTell => (Style::Warn, look.sign("?", "?"), "CANNOT TELL"),
        Verdict::NotApplicable => (Style::Faint, look.sign("–", "-"), "DOES NOT APPLY"),
    }
}

/// The answers, one sentence each.
pub(super) fn answers(canvas: &mut Canvas, report: &Report) {
    let look = canvas.look();
    canvas.heading(Line::new().own_in(Style::Strong, "If production failed tonight"));
    for question in &report.questions {
        let (style, sign, word) = verdict(look, question.verdict);
        let lead = Line::new().own_in(style, sign).own(" ").own_in(style, word).pad_to(VERDICT_COLUMNS + 2);
        canvas.paragraph(1, lead, Line::new().text_in(Style::Strong, &question.text));
        let blank = Line::new().pad_to(VERDICT_COLUMNS + 2);
        canvas.paragraph(1, blank, Line::new().text(&question.because));
    }
}

/// The steps, and where to read on.
pub(super) fn next(canvas: &mut Canvas, report: &Report) {
    let summary = &report.summary;
    if !summary.next.is_empty() {
        canvas.heading(Line::new().own_in(Style::Strong, "Do first"));
        for (index, step) in summary.next.iter().enumerate() {
            let lead = Line::new().number(index + 1).own(". ");
            canvas.paragraph(1, lead, Line::new().text_in(Style::Strong, &step.r#do));
            let mut because = Line::new().own_in(Style::Faint, step.question.word()).own(": ");
            because = because.text(&step.because);
            if let Some(place) = &step.place {
                because = because.own(" (").text_in(Style::Name, &at(&place.path, place.line)).own(")");
            }
            if step.mends > 1 {
                because = because.own(" and ").number(step.mends - 1).own(" more like it");
            }
            canvas.paragraph(4, Line::new(), because);
        }
    }
    canvas.gap();
    let counts = summary.findings;
    let mut line = Line::new();
    let all = [
        (counts.high, " high", Style::Bad),
        (counts.medium, " medium", Style::Warn),
        (counts.low, " low", Style::Plain),
        (counts.info, " worth knowing", Style::Plain),
    ];
    let mut is_first = true;
    for (count, word, style) in all.into_iter().filter(|(count, ..)| *count > 0) {
        line = if is_first { line } else { line.own(", ") };
        line = line.number(count).own_in(style, word);
        is_first = false;
    }
    if is_first {
        line = line.own("no gaps found");
    }
    if summary.suppressed > 0 {
        line = line.own("; ").number(summary.suppressed).own(" suppressed");
    }
    if !report.rules.is_empty() {
        line = line.own(".  Why, and how it can be wrong: ").own_in(Style::Name, "tonight explain RULE");
    }
    canvas.paragraph(0, Line::new(), line);
}

/// `path:line`, as editors and terminals understand it.
pub(super) fn at(path: &str, line: u32) -> String {
    format!("{path}:{line}")
}
