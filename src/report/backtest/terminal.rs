//! A back-test for a person: each incident with what would have been said, then the score.

use super::{Backtest, Incident, Said, Scores};
use crate::report::canvas::{Canvas, Line, Look, Style};

/// Reasons shown of one mechanism; the JSON holds all.
const REASONS: usize = 2;
/// Files shown of one incident.
const FILES: usize = 5;

/// Renders it.
pub fn render(backtest: &Backtest, look: Look) -> String {
    let mut canvas = Canvas::new(look);
    canvas.heading(head(backtest, look));
    if backtest.incidents.is_empty() {
        canvas.line(1, Line::new().own_in(Style::Faint, "no incident report with a day was found"));
    }
    backtest.incidents.iter().for_each(|incident| one(&mut canvas, incident));
    if !backtest.undated.is_empty() {
        let line = Line::new().own_in(Style::Faint, "reports without a day, not looked at: ");
        let paths: Vec<&str> = backtest.undated.iter().map(|report| report.path.as_str()).collect();
        canvas.gap();
        canvas.paragraph(1, line, Line::new().text(&paths.join(", ")));
    }
    if let Some(score) = &backtest.score {
        scored(&mut canvas, score);
    }
    canvas.finish()
}

fn head(backtest: &Backtest, look: Look) -> Line {
    let dot = look.sign(" · ", " - ");
    let counts = backtest.counts;
    let mut line = Line::new().own_in(Style::Strong, "what the report would have said");
    let parts = [
        (counts.incidents, " incidents"),
        (counts.incidents - counts.looked_at, " not looked at"),
        (counts.without_signal, " without a signal"),
    ];
    for (count, word) in parts.into_iter().filter(|(count, _)| *count > 0) {
        line = line.own_in(Style::Faint, dot).number(count).own_in(Style::Faint, word);
    }
    line
}

fn one(canvas: &mut Canvas, incident: &Incident) {
    let look = canvas.look();
    let dot = look.sign(" · ", " - ");
    let title =
        Line::new().text_in(Style::Strong, &incident.date).own("  ").text_in(Style::Strong, &incident.title);
    canvas.heading(title);
    let mut place = Line::new().text_in(Style::Name, &incident.path);
    if let Some(said) = &incident.said {
        let short = said.commit.get(..10).unwrap_or(&said.commit);
        place =
            place.own_in(Style::Faint, dot).own_in(Style::Faint, "looked at ").text_in(Style::Faint, short);
        place = place.own_in(Style::Faint, dot).number(said.visible_reports);
        place = place.own_in(Style::Faint, " earlier reports").own_in(Style::Faint, dot);
        place = place.number(said.findings).own_in(Style::Faint, " findings");
    }
    canvas.paragraph(1, Line::new(), place);
    match (&incident.said, &incident.because) {
        (Some(said), _) => would_have_said(canvas, said),
        (None, because) => {
            let because = because.as_deref().unwrap_or("nothing can be said");
            canvas.paragraph(
                1,
                Line::new().own_in(Style::Faint, "not looked at: "),
                Line::new().text(because),
            );
        }
    }
    for earlier in &incident.earlier {
        let lead = Line::new().own_in(Style::Faint, "alike, after the fact: ");
        let line = Line::new().text(&earlier.title).own_in(Style::Faint, dot);
        canvas.paragraph(1, lead, line.text_in(Style::Faint, &earlier.why));
    }
}

fn would_have_said(canvas: &mut Canvas, said: &Said) {
    if !said.has_signal {
        let line = "no signal: nothing here speaks above how common a mechanism is elsewhere";
        canvas.paragraph(1, Line::new(), Line::new().own_in(Style::Warn, line));
    }
    for (index, mechanism) in said.mechanisms.iter().enumerate() {
        let lead = Line::new().number(index + 1).own(". ").text_in(Style::Strong, &mechanism.id).own("  ");
        let mut line = Line::new();
        let shown = mechanism.reasons.iter().filter(|_| said.has_signal).take(REASONS);
        for (place, reason) in shown.enumerate() {
            line = if place > 0 { line.own_in(Style::Faint, "; ") } else { line };
            line = line.text_in(Style::Faint, &reason.what).own_in(Style::Faint, " +");
            line = line.number(reason.points as usize);
        }
        canvas.paragraph(1, lead, line);
    }
    for file in said.files.iter().take(FILES) {
        let lead = Line::new().own_in(Style::Faint, "file ");
        let mut line = Line::new().text_in(Style::Name, &file.path).own_in(Style::Faint, "  ");
        line = line.number(file.points as usize).own_in(Style::Faint, " points");
        if !file.keys.is_empty() {
            line = line.own_in(Style::Faint, ", keys ").text_in(Style::Faint, &file.keys.join(", "));
        }
        canvas.paragraph(1, lead, line);
    }
}

fn scored(canvas: &mut Canvas, score: &Scores) {
    canvas.heading(Line::new().own_in(Style::Strong, "against the truth"));
    for measure in &score.measures {
        let value = format!("{:.2}", measure.value);
        let line = Line::new().text_in(Style::Strong, &value).own("  ").text(&measure.name);
        let line = line.own_in(Style::Faint, ", ").text_in(Style::Faint, &measure.ranking);
        let line = line.own_in(Style::Faint, " (").number(measure.rows).own_in(Style::Faint, " rows)");
        canvas.line(1, line);
    }
    if !score.unmatched.is_empty() {
        let lead = Line::new().own_in(Style::Warn, "not scored: ");
        canvas.paragraph(1, lead, Line::new().text(&score.unmatched.join(", ")));
    }
}
