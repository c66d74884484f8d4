//! The last deployment in reverse: into the contract, onto a terminal, into Markdown.
//!
//! It shows what the answer found, in its order. What does not block is shown last and short, because
//! at night the blocks matter; but it is shown, so that nobody looks for it again.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::canvas::{Canvas, Line, Style};
use super::compose::place;
use super::contract::{Hold, Reverse, ReverseStep, TimeBack, TimeTerm};
use super::escape::Markdown;
use crate::model;
use crate::text::cut;
use crate::text::duration::in_words;

/// What fits on a screen.
const MAX_STEPS: usize = 6;
const MAX_CLEAR: usize = 4;
const MAX_TEXT: usize = 400;

/// The public form; gaps that do not count are suppressed, and not in the way.
pub(super) fn compose(reverse: Option<&model::Reverse>, counting: &BTreeSet<&str>) -> Option<Reverse> {
    let reverse = reverse?;
    let at = |span: &Option<model::Span>| span.as_ref().map(place);
    let term = |term: &model::TimeTerm| TimeTerm {
        what: term.what.clone(),
        least_seconds: term.least_seconds,
        most_seconds: term.most_seconds,
        place: at(&term.place),
    };
    Some(Reverse {
        release: reverse.release.clone(),
        commits: reverse.commits,
        contract: reverse.contract.map(Into::into),
        steps: reverse
            .steps
            .iter()
            .filter(|step| step.gap.as_ref().is_none_or(|(_, gap)| counting.contains(gap.0.as_str())))
            .map(|step| ReverseStep {
                hold: step.hold.into(),
                says: step.says.clone(),
                place: at(&step.place),
                rule: step.gap.as_ref().map(|(rule, _)| rule.clone()),
                finding: step.gap.as_ref().map(|(_, gap)| gap.0.clone()),
            })
            .collect(),
        time: reverse.time.as_ref().map(|time| TimeBack {
            least_seconds: time.least_seconds,
            most_seconds: time.most_seconds,
            terms: time.terms.iter().map(term).collect(),
        }),
        observed: reverse.observed.clone(),
        exercised: reverse.exercised.clone(),
    })
}

/// Where the way back begins, one sentence.
fn headline(reverse: &Reverse) -> String {
    let contract = reverse.contract.map(|contract| format!(", by {}", contract.word())).unwrap_or_default();
    match (&reverse.release, reverse.commits) {
        (Some(release), Some(1)) => format!("Back to {release}, 1 commit{contract}:"),
        (Some(release), Some(commits)) => format!("Back to {release}, {commits} commits{contract}:"),
        (Some(release), None) => format!("Back to {release}{contract}:"),
        (None, _) => format!("Back to the release before, which no tag or branch names{contract}:"),
    }
}

fn time(reverse: &Reverse) -> String {
    let range = reverse.time.as_ref().map(|time| {
        let longest = time.terms.first().map(|term| {
            let (least, most) = (u64::from(term.least_seconds), u64::from(term.most_seconds));
            let span = if least == most { in_words(most) } else { format!("up to {}", in_words(most)) };
            match time.terms.len() {
                1 => format!(": {}", term.what),
                _ => format!("; the longest is {} ({span})", term.what),
            }
        });
        let (least, most) = (u64::from(time.least_seconds), u64::from(time.most_seconds));
        let range = if least == 0 { "at most".to_owned() } else { format!("{} to", in_words(least)) };
        format!(
            "The waits that are declared add up to {range} {}{}.",
            in_words(most),
            longest.unwrap_or_default()
        )
    });
    let mut said = range.unwrap_or_else(|| "No wait is declared that tells how long it takes.".to_owned());
    if let Some(observed) = &reverse.observed {
        let _ = write!(said, " {observed}");
    }
    match &reverse.exercised {
        Some(exercised) => {
            let _ = write!(said, " Exercised: {exercised}.");
        }
        None => said.push_str(" Never exercised: no drill, job or revert shows it."),
    }
    said
}

fn shown(steps: &[ReverseStep], is_full: bool) -> impl Iterator<Item = &ReverseStep> {
    let (mut held, mut clear) = (0, 0);
    steps.iter().filter(move |step| {
        let (count, most) =
            if step.hold == Hold::Clear { (&mut clear, MAX_CLEAR) } else { (&mut held, MAX_STEPS) };
        *count += 1;
        is_full || *count <= most
    })
}

/// Onto a terminal.
pub(super) fn terminal(canvas: &mut Canvas, reverse: &Reverse, is_full: bool) {
    let look = canvas.look();
    canvas.paragraph(1, Line::new(), Line::new().text_in(Style::Strong, &headline(reverse)));
    for step in shown(&reverse.steps, is_full) {
        let (style, sign) = match step.hold {
            Hold::Blocks => (Style::Bad, look.sign("✖ ", "x ")),
            Hold::Slows => (Style::Warn, look.sign("▲ ", "^ ")),
            Hold::Clear => (Style::Good, look.sign("✔ ", "+ ")),
        };
        let lead = Line::new().own_in(style, sign).own_in(style, step.hold.word()).own(" ");
        // What a gap says stands below, once.
        let mut body = Line::new().text(step.rule.as_ref().unwrap_or(&step.says));
        if let Some(place) = &step.place {
            body = body.own(" ").text_in(Style::Name, &format!("{}:{}", place.path, place.line));
        }
        canvas.paragraph(3, lead, body);
    }
    let left = reverse.steps.len() - shown(&reverse.steps, is_full).count();
    if left > 0 {
        let line = Line::new().own(look.sign("… ", "... ")).number(left).own_in(Style::Faint, " more");
        canvas.line(3, line);
    }
    canvas.paragraph(3, Line::new(), Line::new().text(&time(reverse)));
}

/// Into Markdown.
pub(super) fn markdown(reverse: &Reverse) -> String {
    let prose = |text: &str| Markdown::prose(&cut(text, MAX_TEXT)).to_string();
    let mut out = format!("{}\n\n", prose(&headline(reverse)));
    for step in shown(&reverse.steps, false) {
        let sign = match step.hold {
            Hold::Blocks => "❌ blocks",
            Hold::Slows => "🟡 slows",
            Hold::Clear => "✅ clear",
        };
        let _ = match &step.rule {
            Some(rule) => write!(out, "- {sign}: {}", Markdown::code(rule)),
            None => write!(out, "- {sign}: {}", prose(&step.says)),
        };
        if let Some(place) = &step.place {
            let _ = write!(out, " ({})", Markdown::code(&format!("{}:{}", place.path, place.line)));
        }
        out.push('\n');
    }
    let _ = write!(out, "\n{}\n\n", prose(&time(reverse)));
    out
}
