//! Who is paged, for a person: each path as a ladder, and who is called behind it.

use super::{Call, Escalation, Path, WhoIsPaged};
use crate::report::canvas::{Canvas, Line, Look, Style};
use crate::text::{duration, week_minute};

/// Alerts of one path that are named.
const MAX_ALERTS: usize = 4;
/// Columns that a place gets at least.
const MIN_PLACE: usize = 24;
/// Services of one escalation that are named.
const MAX_SERVICES: usize = 4;
/// People of a schedule that are named.
const MAX_PEOPLE: usize = 8;

/// Renders the page.
pub fn render(page: &WhoIsPaged, look: Look) -> String {
    let mut canvas = Canvas::new(look);
    canvas.heading(head(page, look));
    if page.paths.is_empty() {
        let why = "no alert rule, alarm or monitor is in this repository";
        canvas.line(1, Line::new().own_in(Style::Faint, why));
    }
    for path in &page.paths {
        ladder(&mut canvas, path);
    }
    if !page.escalations.is_empty() {
        canvas.gap();
        let title = if page.is_tied { "who is called" } else { "who is called, as declared here" };
        canvas.heading(Line::new().own_in(Style::Strong, title));
        if !page.is_tied && !page.paths.is_empty() {
            let why = "No reference ties the alerts above to these: their keys are secrets, or they belong to something else.";
            canvas.paragraph(1, Line::new(), Line::new().own_in(Style::Faint, why));
        }
    }
    for escalation in &page.escalations {
        called(&mut canvas, escalation, page.asked.at);
    }
    canvas.finish()
}

fn head(page: &WhoIsPaged, look: Look) -> Line {
    let dot = look.sign(" · ", " - ");
    let line = Line::new().own_in(Style::Strong, "who is paged");
    let line = match &page.asked.alert {
        Some(name) => line.own_in(Style::Faint, dot).own("alert ").text_in(Style::Name, name),
        None if page.critical > 0 => {
            line.own_in(Style::Faint, dot).number(page.critical).own(" critical of ").number(page.alerts)
        }
        None => line.own_in(Style::Faint, dot).number(page.alerts).own(" alerts, none says it is critical"),
    };
    match page.asked.at {
        Some(minute) => line.own_in(Style::Faint, dot).text(&week_minute(minute)),
        None => line,
    }
}

fn ladder(canvas: &mut Canvas, path: &Path) {
    canvas.gap();
    let look = canvas.look();
    let (style, sign, word) = match path.ends.as_str() {
        "paged" => (Style::Good, look.sign("✓ ", "+ "), "somebody is woken"),
        "quiet" => (Style::Bad, look.sign("✗ ", "x "), "nobody is woken: it ends in a chat or a mailbox"),
        "nobody" | "off" | "muted" => (Style::Bad, look.sign("✗ ", "x "), "nobody is told"),
        _ => (Style::Warn, look.sign("? ", "? "), "cannot be told from this repository"),
    };
    for alert in path.alerts.iter().take(MAX_ALERTS) {
        let at = format!("{}:{}", alert.path, alert.line);
        let name = Line::new().text_in(Style::Strong, &alert.name).own("  ");
        let room = look.width.saturating_sub(name.width() + 1).max(MIN_PLACE);
        canvas.line(1, name.then(Line::new().text_in(Style::Faint, &at).cut_left(room, look)));
    }
    if let Some(more) = path.alerts.len().checked_sub(MAX_ALERTS).filter(|more| *more > 0) {
        canvas.line(
            1,
            Line::new()
                .own_in(Style::Faint, "and ")
                .number(more)
                .own_in(Style::Faint, " more on the same path"),
        );
    }
    for step in &path.route {
        let lead = Line::new().own_in(Style::Faint, look.sign("→ ", "> "));
        canvas.paragraph(2, lead, Line::new().text(step));
    }
    // The last step often says already that the path leaves the repository.
    let is_said = path
        .route
        .last()
        .is_some_and(|step| path.because.as_ref() == Some(step) || step.ends_with("this repository"));
    let because = path.because.as_ref().filter(|_| !is_said);
    let because = because.map_or(Line::new(), |why| Line::new().own(": ").text(why));
    canvas.paragraph(2, Line::new().own_in(style, sign), Line::new().own_in(style, word).then(because));
    let bare = path.alerts.iter().filter(|alert| alert.runbook.is_none()).count();
    if bare > 0 {
        let which = Line::new().own_in(Style::Warn, "no runbook");
        let which = if bare == path.alerts.len() {
            which
        } else {
            which.own(": ").number(bare).own(" of ").number(path.alerts.len())
        };
        canvas.paragraph(2, Line::new().own_in(Style::Warn, look.sign("! ", "! ")), which);
    }
}

fn called(canvas: &mut Canvas, escalation: &Escalation, at: Option<u16>) {
    canvas.gap();
    let look = canvas.look();
    let place = format!("{}:{}", escalation.path, escalation.line);
    let named =
        Line::new().text_in(Style::Strong, &escalation.name).own(" (").text(&escalation.tool).own(")");
    let kind = if escalation.steps.is_empty() && !escalation.services.is_empty() {
        "service "
    } else {
        "escalation "
    };
    canvas.paragraph(1, Line::new().own(kind), named);
    canvas.line(2, Line::new().text_in(Style::Faint, &place).cut_left(look.width.saturating_sub(2), look));
    if !escalation.services.is_empty() && !escalation.steps.is_empty() {
        let shown = escalation.services.get(..MAX_SERVICES).unwrap_or(&escalation.services).join(", ");
        let line = Line::new().text(&shown);
        let line = match escalation.services.len().checked_sub(MAX_SERVICES).filter(|more| *more > 0) {
            Some(more) => {
                line.own_in(Style::Faint, " and ").number(more).own_in(Style::Faint, " more services")
            }
            None => line,
        };
        canvas.paragraph(2, Line::new().own_in(Style::Faint, "for "), line);
    }
    for (index, step) in escalation.steps.iter().enumerate() {
        let lead = match (index, step.after_seconds) {
            (0, _) => Line::new().own("at once: "),
            (_, Some(seconds)) => {
                Line::new().own("after ").text(&duration::in_words(u64::from(seconds))).own(": ")
            }
            (_, None) => Line::new().own("then: "),
        };
        for call in &step.calls {
            canvas.paragraph(2, lead.clone(), told(call, at));
        }
    }
    if let Some(why) = &escalation.because {
        canvas.paragraph(2, Line::new().own_in(Style::Warn, "? "), Line::new().text(why));
    }
}

fn told(call: &Call, at: Option<u16>) -> Line {
    let kind = match call.kind.as_str() {
        "schedule" => "whoever is on call in ",
        "person" => "user ",
        "team" => "team ",
        _ => "",
    };
    let mut line = Line::new().own(kind).text_in(Style::Strong, &call.name);
    match (&call.on_call, &call.people, at) {
        (Some(people), ..) if people.is_empty() => {
            line = line.own(": ").own_in(Style::Bad, "nobody at that hour");
        }
        (Some(people), ..) => line = line.own(": ").then(names(people)),
        (None, Some(people), None) => line = line.own(", of ").then(names(people)),
        _ => {}
    }
    if let Some(zone) = call.zone.as_ref().filter(|_| call.on_call.is_some()) {
        line = line.own_in(Style::Faint, " (time of ").text_in(Style::Faint, zone).own_in(Style::Faint, ")");
    }
    match &call.because {
        Some(why) => line.own_in(Style::Warn, " ? ").text_in(Style::Faint, why),
        None => line,
    }
}

/// "first", "first or second", "one of first, second and 5 more".
fn names(people: &[String]) -> Line {
    match people {
        [one] => Line::new().text(one),
        [one, two] => Line::new().text(one).own(" or ").text(two),
        _ if people.len() <= MAX_PEOPLE => Line::new().own("one of ").text(&people.join(", ")),
        _ => {
            let shown = people.get(..MAX_PEOPLE).unwrap_or(people).join(", ");
            Line::new()
                .own("one of ")
                .text(&shown)
                .own(" and ")
                .number(people.len() - MAX_PEOPLE)
                .own(" more")
        }
    }
}
