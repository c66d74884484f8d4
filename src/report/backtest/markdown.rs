//! A back-test as Markdown: each incident with what would have been said, then the score as a table.

use std::fmt::Write as _;

use super::{Backtest, Incident, Said, Scores};
use crate::report::escape::Markdown;

/// Reasons shown of one mechanism; the JSON holds all.
const REASONS: usize = 2;
/// Files shown of one incident.
const FILES: usize = 5;

/// Renders it.
pub fn render(backtest: &Backtest) -> String {
    let mut out = String::from("## What the report would have said\n\n");
    let counts = backtest.counts;
    let _ = write!(out, "{} incidents", counts.incidents);
    let parts =
        [(counts.incidents - counts.looked_at, "not looked at"), (counts.without_signal, "without a signal")];
    for (count, word) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(out, ", {count} {word}");
    }
    out.push_str(".\n");
    backtest.incidents.iter().for_each(|incident| one(&mut out, incident));
    for report in &backtest.undated {
        let _ = writeln!(out, "\nWithout a day, not looked at: {}", Markdown::code(&report.path));
    }
    if let Some(score) = &backtest.score {
        scored(&mut out, score);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn one(out: &mut String, incident: &Incident) {
    let _ = writeln!(out, "\n### {} {}\n", incident.date, Markdown::prose(&incident.title));
    match (&incident.said, &incident.because) {
        (Some(said), _) => would_have_said(out, incident, said),
        (None, because) => {
            let because = because.as_deref().unwrap_or("nothing can be said");
            let _ = writeln!(
                out,
                "{}: not looked at: {}",
                Markdown::code(&incident.path),
                Markdown::prose(because)
            );
        }
    }
    for earlier in &incident.earlier {
        let (title, why) = (Markdown::prose(&earlier.title), Markdown::prose(&earlier.why));
        let _ = writeln!(out, "- Alike, after the fact: {title} ({why})");
    }
}

fn would_have_said(out: &mut String, incident: &Incident, said: &Said) {
    let short = Markdown::code(said.commit.get(..10).unwrap_or(&said.commit));
    let (reports, findings) = (said.visible_reports, said.findings);
    let path = Markdown::code(&incident.path);
    let _ = writeln!(out, "{path}, looked at {short}: {reports} earlier reports, {findings} findings.\n");
    if !said.has_signal {
        out.push_str("**No signal**: nothing here speaks above how common a mechanism is elsewhere.\n\n");
    }
    for (index, mechanism) in said.mechanisms.iter().enumerate() {
        let _ = write!(out, "{}. **{}**", index + 1, Markdown::prose(&mechanism.id));
        for reason in mechanism.reasons.iter().filter(|_| said.has_signal).take(REASONS) {
            let _ = write!(out, "; {} (+{})", Markdown::prose(&reason.what), reason.points);
        }
        out.push('\n');
    }
    out.push('\n');
    for file in said.files.iter().take(FILES) {
        let _ = write!(out, "- {}: {} points", Markdown::code(&file.path), file.points);
        for key in &file.keys {
            let _ = write!(out, ", {}", Markdown::code(key));
        }
        out.push('\n');
    }
}

fn scored(out: &mut String, score: &Scores) {
    out.push_str("\n### Against the truth\n\n| Measure | Ranking | Value | Rows |\n|---|---|---:|---:|\n");
    for measure in &score.measures {
        let (name, ranking) = (Markdown::prose(&measure.name), Markdown::prose(&measure.ranking));
        let _ = writeln!(out, "| {name} | {ranking} | {:.2} | {} |", measure.value, measure.rows);
    }
    for path in &score.unmatched {
        let _ = writeln!(out, "\nNot scored: {}", Markdown::code(path));
    }
}
