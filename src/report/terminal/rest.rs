//! Deferred work, scenarios, and what was not read.

use super::age;
use super::answer::{at, verdict};
use super::gap::link_line;
use crate::report::canvas::{Canvas, Line, Look, Style};
use crate::report::contract::{Deferrals, Likelihood, ProblemKind, Report, Scenario, Verdict};

const SHOWN_DEFERRALS: usize = 10;
const SHOWN_SKIPPED: usize = 5;
/// Eight stories are a workshop; at night three are enough.
const WHOLE_SCENARIOS: usize = 3;

/// The heaviest deferred work.
pub(super) fn deferrals(canvas: &mut Canvas, report: &Report) {
    let deferrals = &report.deferrals;
    if deferrals.total == 0 {
        return;
    }
    let counted = if deferrals.total == 1 { " comment puts work off, " } else { " comments put work off, " };
    canvas.heading(
        Line::new()
            .own_in(Style::Strong, "deferred work")
            .own_in(Style::Faint, canvas.look().sign(" · ", " - "))
            .number(deferrals.total)
            .own_in(Style::Faint, counted)
            .number(deferrals.unmarked)
            .own_in(Style::Faint, " of them without a marker")
            .then(standing(canvas.look(), deferrals)),
    );
    let dot = canvas.look().sign(" · ", " - ");
    for deferral in deferrals.top.iter().take(SHOWN_DEFERRALS) {
        let lead = Line::new().own(canvas.look().sign("• ", "* "));
        canvas.paragraph(1, lead, Line::new().text(&deferral.text));
        let mut line = Line::new().text_in(Style::Name, &at(&deferral.place.path, deferral.place.line));
        if let Some(mechanism) = &deferral.mechanism {
            line = line.own_in(Style::Faint, dot).text_in(Style::Faint, mechanism);
        }
        if let Some(place) = &deferral.stands_in {
            line = line.own_in(Style::Faint, dot).own_in(Style::Faint, "in: ").text_in(Style::Faint, place);
        }
        if let Some(days) = deferral.age_days {
            line =
                line.own_in(Style::Faint, dot).text_in(Style::Faint, &age(days)).own_in(Style::Faint, " old");
        }
        for owner in &deferral.owners {
            line = line.own_in(Style::Faint, dot).text_in(Style::Faint, owner);
        }
        if deferral.alike > 0 {
            line = line.own_in(Style::Faint, dot).own_in(Style::Faint, "and ").number(deferral.alike);
            line = line.own_in(Style::Faint, " more like it");
        }
        canvas.paragraph(3, Line::new(), line);
        if let Some(overdue) = &deferral.overdue {
            canvas.paragraph(3, Line::new().own_in(Style::Bad, "overdue: "), Line::new().text(overdue));
        }
        if let Some(proof) = &deferral.proof {
            let lead = Line::new().own_in(Style::Warn, "the code shows it: ");
            canvas.paragraph(3, lead, Line::new().text(proof));
        }
    }
    if deferrals.total > SHOWN_DEFERRALS {
        let line = Line::new()
            .own(canvas.look().sign("… ", "... "))
            .number(deferrals.total - SHOWN_DEFERRALS)
            .own(" more: ")
            .own_in(Style::Name, "tonight deferrals");
        canvas.line(1, line);
    }
}

/// How many are overdue, confirmed or paid, where there are any.
fn standing(look: Look, deferrals: &Deferrals) -> Line {
    let parts = [
        (deferrals.overdue, " overdue", Style::Bad),
        (deferrals.confirmed, " confirmed by the code", Style::Warn),
        (deferrals.paid, " already paid", Style::Good),
    ];
    let mut line = Line::new();
    for (count, word, style) in parts.into_iter().filter(|(count, ..)| *count > 0) {
        line = line.own_in(Style::Faint, look.sign(" · ", " - ")).number(count).own_in(style, word);
    }
    line
}

/// The scenario cards: the first ones whole, the others by title and reason.
pub(super) fn scenarios(canvas: &mut Canvas, report: &Report, is_full: bool) {
    if report.scenarios.is_empty() {
        return;
    }
    canvas.heading(Line::new().own_in(Style::Strong, "how tonight could go wrong"));
    let whole = if is_full { usize::MAX } else { WHOLE_SCENARIOS };
    for (index, scenario) in report.scenarios.iter().enumerate() {
        let lead = Line::new().number(index + 1).own(". ");
        let style = if scenario.likelihood == Likelihood::High { Style::Bad } else { Style::Warn };
        let title = Line::new()
            .text_in(Style::Strong, &scenario.title)
            .own_in(Style::Faint, canvas.look().sign(" · ", " - "))
            .own_in(style, scenario.likelihood.word())
            .own_in(Style::Faint, " likelihood");
        canvas.paragraph(1, lead, title);
        if index < whole {
            scenario_card(canvas, scenario);
        } else if let Some(reason) = scenario.reasons.first() {
            canvas.paragraph(4, Line::new().own_in(Style::Faint, "because "), Line::new().text(reason));
        }
    }
    if report.scenarios.len() > whole {
        let line = Line::new().own("the stories behind them: ").own_in(Style::Name, "tonight report -v");
        canvas.line(1, line);
    }
}

fn scenario_card(canvas: &mut Canvas, scenario: &Scenario) {
    canvas.paragraph(4, Line::new(), Line::new().text(&scenario.story));
    if !scenario.reasons.is_empty() {
        let reasons = scenario.reasons.join("; ");
        canvas.paragraph(4, Line::new().own_in(Style::Faint, "because "), Line::new().text(&reasons));
    }
    if let Some(link) = scenario.precedents.first() {
        canvas.paragraph(4, Line::new().own(canvas.look().sign("↳ ", "> ")), link_line(link));
    }
    let mut weak = Line::new();
    for answer in scenario.answers.iter().filter(|answer| answer.is_decisive) {
        if !matches!(answer.verdict, Verdict::Yes | Verdict::NotApplicable) {
            let (style, ..) = verdict(canvas.look(), answer.verdict);
            weak = if weak.width() > 0 { weak.own(", ") } else { weak };
            weak = weak.own(answer.question.word()).own(": ").own_in(style, answer.verdict.word());
        }
    }
    if weak.width() > 0 {
        canvas.paragraph(4, Line::new().own_in(Style::Faint, "weak   "), weak);
    }
    let net = Line::new().text(&scenario.cheapest_net);
    canvas.paragraph(4, Line::new().own_in(Style::Good, "net    "), net);
    let drill = Line::new().text(&scenario.cheapest_drill);
    canvas.paragraph(4, Line::new().own_in(Style::Good, "drill  "), drill);
}

/// What was not read or not understood, in a few lines.
pub(super) fn not_read(canvas: &mut Canvas, report: &Report, is_full: bool) {
    let coverage = &report.coverage;
    if coverage.skipped.is_empty() && coverage.problems.is_empty() {
        return;
    }
    canvas.heading(Line::new().own_in(Style::Strong, "not read"));
    if !coverage.skipped.is_empty() {
        let mut line = Line::new();
        for (index, count) in coverage.skipped.iter().enumerate() {
            line = if index > 0 { line.own(", ") } else { line };
            line = line.number(count.files).own(" ").own(count.why.word());
        }
        canvas.paragraph(1, Line::new().own("files  "), line);
    }
    if !coverage.problems.is_empty() {
        let mut line = Line::new();
        for (index, count) in coverage.problems.iter().enumerate() {
            line = if index > 0 { line.own(", ") } else { line };
            let what = match count.kind {
                ProblemKind::Syntax => " with parts that are not valid",
                ProblemKind::Templated => " with templated values (unknown here)",
                ProblemKind::Limit => " larger or deeper than the limits",
                ProblemKind::Panicked => " on which a collector failed",
            };
            line = line.number(count.files).own(what);
        }
        canvas.paragraph(1, Line::new().own("parts  "), line);
    }
    let limit = if is_full { usize::MAX } else { SHOWN_SKIPPED };
    for skipped in report.skipped.iter().take(limit) {
        let line = Line::new().text_in(Style::Name, &skipped.path).own("  ").own(skipped.why.word());
        canvas.line(3, line);
    }
    let listed = if is_full { coverage.problem_list.problems.as_slice() } else { &[] };
    for problem in listed {
        let place = at(&problem.path, problem.line);
        canvas.line(3, Line::new().text_in(Style::Name, &place).own("  ").text(&problem.message));
    }
    if report.skipped.len() > limit {
        let more = report.skipped.len() - limit;
        canvas
            .line(3, Line::new().own(canvas.look().sign("… ", "... ")).number(more).own(" more in the JSON"));
    }
}
