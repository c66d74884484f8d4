//! Deferrals for a person: the text first, then where, which failure, how old, and why it is first.

use super::{By, Counts, DeferralList};
use crate::report::canvas::{Canvas, Line, Look, Style};
use crate::report::contract::HistoryStatus;
use crate::report::inventory::{Carrier, Deferral, Tier};
use crate::report::terminal::age;

/// Renders the list.
pub fn render(list: &DeferralList, look: Look) -> String {
    let mut canvas = Canvas::new(look);
    canvas.heading(head(list, look));
    if list.deferrals.is_empty() {
        let why = if list.found == 0 { "none found" } else { "none of them is of that kind" };
        canvas.line(1, Line::new().own_in(Style::Faint, why));
    }
    match list.filter.by {
        Some(by) => grouped(&mut canvas, list, by),
        None => list.deferrals.iter().for_each(|deferral| entry(&mut canvas, None, deferral)),
    }
    if list.subject.history.status != HistoryStatus::Complete && !list.deferrals.is_empty() {
        let because = list.subject.history.because.as_deref().unwrap_or("history was not read");
        canvas.gap();
        let lead = Line::new().own_in(Style::Faint, "ages are not complete: ");
        canvas.paragraph(1, lead, Line::new().text(because));
    }
    canvas.finish()
}

fn head(list: &DeferralList, look: Look) -> Line {
    let dot = look.sign(" · ", " - ");
    let line = Line::new().own_in(Style::Strong, "deferred work").own_in(Style::Faint, dot);
    let line = line.number(list.counts.all);
    let line = if list.counts.all == list.found {
        line
    } else {
        line.own_in(Style::Faint, " of ").number(list.found)
    };
    line.then(counted(list.counts, dot))
}

fn counted(counts: Counts, dot: &'static str) -> Line {
    let mut line = Line::new();
    let parts = [
        (counts.unmarked, " without a marker", Style::Faint),
        (counts.overdue, " overdue", Style::Bad),
        (counts.confirmed, " confirmed by code", Style::Warn),
        (counts.paid, " already paid", Style::Good),
    ];
    for (count, word, style) in parts.into_iter().filter(|(count, ..)| *count > 0) {
        line = line.own_in(Style::Faint, dot).number(count).own_in(style, word);
    }
    line
}

fn grouped(canvas: &mut Canvas, list: &DeferralList, by: By) {
    let none = match by {
        By::Owner => "no owner",
        By::Path => "no folder",
        By::Mechanism => "no mechanism named",
    };
    let dot = canvas.look().sign(" · ", " - ");
    for group in &list.groups {
        let name = group.name.as_deref().unwrap_or(none);
        let line =
            Line::new().text_in(Style::Strong, name).own_in(Style::Faint, dot).number(group.counts.all);
        canvas.heading(line.then(counted(group.counts, dot)));
        for deferral in list.deferrals.iter().filter(|deferral| group.holds(by, deferral)) {
            entry(canvas, Some(by), deferral);
        }
    }
}

/// One deferral; what the heading of its group says is not said again.
fn entry(canvas: &mut Canvas, by: Option<By>, deferral: &Deferral) {
    let look = canvas.look();
    let dot = look.sign(" · ", " - ");
    canvas.paragraph(1, Line::new().own(look.sign("• ", "* ")), Line::new().text(&deferral.text));
    let at = format!("{}:{}", deferral.path, deferral.line);
    let mut line = Line::new().text_in(Style::Name, &at);
    let mut faint = |own: &'static str, text: &str| {
        line = std::mem::take(&mut line)
            .own_in(Style::Faint, dot)
            .own_in(Style::Faint, own)
            .text_in(Style::Faint, text);
    };
    if by != Some(By::Mechanism) {
        faint("", deferral.mechanism.as_deref().unwrap_or("no mechanism named"));
    }
    if let Some(place) = &deferral.stands_in {
        faint("in: ", place);
    }
    if let Some(days) = deferral.age_days {
        faint("", &format!("{} old", age(days)));
    }
    if deferral.carrier != Carrier::Comment {
        faint("", deferral.carrier.word());
    }
    if deferral.tier == Tier::Unmarked {
        faint("", "no marker");
    }
    for owner in deferral.owners.iter().filter(|_| by != Some(By::Owner)) {
        faint("", owner);
    }
    for reference in &deferral.references {
        faint("", reference);
    }
    canvas.paragraph(3, Line::new(), line);
    if let Some(overdue) = &deferral.overdue {
        let lead = Line::new().own_in(Style::Bad, "overdue: ");
        let line = Line::new().text(&overdue.because).own_in(Style::Faint, ", it says ");
        canvas.paragraph(3, lead, line.text_in(Style::Faint, &format!("\"{}\"", overdue.condition)));
    }
    if let Some(proof) = &deferral.proof {
        let lead = match deferral.confirmed {
            Some(false) => Line::new().own_in(Style::Good, "already paid: "),
            _ => Line::new().own_in(Style::Warn, "the code shows it: "),
        };
        let line = Line::new().text(&proof.what).own_in(Style::Faint, ", line ");
        canvas.paragraph(3, lead, line.text(&proof.line.to_string()));
    }
}
