//! One question: what shows the answer, what is missing, what cannot be told.

use std::collections::{BTreeMap, BTreeSet};

use super::age;
use super::answer::{at, verdict};
use crate::report::canvas::{Canvas, Line, Look, Style};
use crate::report::contract::{
    Channel, Evidence, Finding, Grade, Link, LinkKind, Question, Report, Severity,
};
use crate::report::{failure, reverse, store};

/// What fits on a screen; the rest is one command away.
const MAX_FINDINGS: usize = 10;
/// The fourth finding of one rule says nothing that the first three did not.
const MAX_PER_RULE: usize = 3;
const MAX_EVIDENCE: usize = 3;
const MAX_UNKNOWNS: usize = 3;
/// Columns of sign, severity and blanks before a message.
const LEAD_COLUMNS: usize = 9;

/// The section of one question; nothing for one that has nothing to show. `told` holds the public
/// outages of the page so far: each is told once.
pub(super) fn question(
    canvas: &mut Canvas,
    report: &Report,
    question: &Question,
    is_full: bool,
    told: &mut BTreeSet<String>,
) {
    let findings: Vec<&Finding> = report.findings.iter().filter(|f| f.question == question.id).collect();
    if findings.is_empty() && question.evidence.is_empty() && question.unknowns.is_empty() {
        return;
    }
    let look = canvas.look();
    let (style, sign, word) = verdict(look, question.verdict);
    canvas.heading(
        Line::new()
            .own_in(Style::Strong, question.id.word())
            .own(" ")
            .own_in(style, sign)
            .own(" ")
            .own_in(style, word)
            .own_in(Style::Faint, look.sign(" · evidence ", " - evidence "))
            .own_in(Style::Faint, question.grade.word()),
    );
    if let Some(reverse) = &question.reverse {
        reverse::terminal(canvas, reverse, is_full);
    }
    store::terminal(canvas, &question.stores, is_full);
    failure::terminal(canvas, &question.failure_model, is_full);
    evidence(canvas, &question.evidence, is_full);
    let (open, suppressed): (Vec<&Finding>, Vec<&Finding>) =
        findings.into_iter().partition(|finding| finding.suppressed.is_none());
    gaps(canvas, question, &open, is_full, told);
    if is_full {
        suppressed.iter().for_each(|finding| suppressed_line(canvas, finding));
    } else if !suppressed.is_empty() {
        let line = Line::new().number(suppressed.len()).own_in(Style::Faint, " suppressed with a reason");
        canvas.line(1, line);
    }
    unknowns(canvas, question, is_full);
}

fn evidence(canvas: &mut Canvas, evidence: &[Evidence], is_full: bool) {
    let limit = if is_full { usize::MAX } else { MAX_EVIDENCE };
    let look = canvas.look();
    for proof in evidence.iter().take(limit) {
        // Prose proves nothing: it gets no tick.
        let lead = match proof.grade {
            Grade::Contradicted | Grade::Absent => Line::new().own_in(Style::Bad, look.sign("✖ ", "x ")),
            Grade::Mentioned => Line::new().own_in(Style::Faint, look.sign("· ", ". ")),
            _ => Line::new().own_in(Style::Good, look.sign("✔ ", "+ ")),
        };
        let mut body = Line::new().text(&proof.shows).own(" ");
        if let Some(place) = &proof.place {
            body = body.text_in(Style::Name, &at(&place.path, place.line));
        } else if let Some(searched) = &proof.searched {
            let places = searched.r#where.join(", ");
            body = body.own_in(Style::Faint, "(searched ").text_in(Style::Faint, &places).own(")");
        }
        canvas.paragraph(1, lead, body);
    }
    if evidence.len() > limit {
        let line =
            Line::new().number(evidence.len() - limit).own_in(Style::Faint, " more proofs in the JSON");
        canvas.line(3, line);
    }
}

fn gaps(
    canvas: &mut Canvas,
    question: &Question,
    open: &[&Finding],
    is_full: bool,
    told: &mut BTreeSet<String>,
) {
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    open.iter().for_each(|finding| *of_rule.entry(&finding.rule).or_default() += 1);
    let mut shown_of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shown = 0;
    for finding in open {
        let count = shown_of_rule.entry(&finding.rule).or_default();
        if !is_full && (shown == MAX_FINDINGS || *count == MAX_PER_RULE) {
            continue;
        }
        *count += 1;
        shown += 1;
        let more = if *count == MAX_PER_RULE && !is_full {
            of_rule[finding.rule.as_str()] - MAX_PER_RULE
        } else {
            0
        };
        gap(canvas, finding, told);
        if more > 0 {
            let line = Line::new()
                .own_in(Style::Faint, canvas.look().sign("… ", "... "))
                .number(more)
                .own_in(Style::Faint, " more of ")
                .text_in(Style::Faint, &finding.rule);
            canvas.line(1 + LEAD_COLUMNS, line);
        }
    }
    if shown < open.len() {
        let line = Line::new()
            .own(canvas.look().sign("… ", "... "))
            .number(open.len() - shown)
            .own(" more: ")
            .own_in(Style::Name, "tonight report --question ")
            .own_in(Style::Name, question.id.word());
        canvas.line(1, line);
    }
}

fn severity(look: Look, severity: Severity) -> (Style, &'static str) {
    match severity {
        Severity::High => (Style::Bad, look.sign("✖", "!")),
        Severity::Medium => (Style::Warn, look.sign("▲", "^")),
        Severity::Low => (Style::Plain, look.sign("•", "*")),
        Severity::Info => (Style::Faint, look.sign("·", ".")),
    }
}

fn gap(canvas: &mut Canvas, finding: &Finding, told: &mut BTreeSet<String>) {
    let (style, sign) = severity(canvas.look(), finding.severity);
    let word = finding.severity.word();
    let lead = Line::new().own_in(style, sign).own(" ").own_in(style, word).pad_to(LEAD_COLUMNS);
    canvas.paragraph(1, lead, Line::new().text(&finding.message));
    let mut place = match (&finding.place, &finding.searched) {
        (Some(place), _) => Line::new().text_in(Style::Name, &at(&place.path, place.line)),
        (None, Some(searched)) => Line::new()
            .own_in(Style::Faint, "searched ")
            .text_in(Style::Faint, &searched.r#where.join(", "))
            .own_in(Style::Faint, " for ")
            .text_in(Style::Faint, &searched.what),
        (None, None) => Line::new(),
    };
    let dot = canvas.look().sign(" · ", " - ");
    place = place.own_in(Style::Faint, dot).text_in(Style::Faint, &finding.rule);
    if let Some(days) = finding.age_days {
        place =
            place.own_in(Style::Faint, dot).text_in(Style::Faint, &age(days)).own_in(Style::Faint, " old");
    }
    let blank = || Line::new().pad_to(LEAD_COLUMNS);
    canvas.paragraph(1, blank(), place);
    if let Some(link) = best_link(&finding.links, told) {
        canvas.paragraph(1, blank().own(canvas.look().sign("↳ ", "> ")), link_line(link));
    }
}

/// Own history first; a public outage only where it was not told before.
fn best_link<'a>(links: &'a [Link], told: &mut BTreeSet<String>) -> Option<&'a Link> {
    let own = links.iter().find(|link| link.kind != LinkKind::Outage);
    own.or_else(|| links.first().filter(|link| told.insert(link.title.clone())))
}

/// One tie in words.
pub(super) fn link_line(link: &Link) -> Line {
    let mut line = match link.kind {
        LinkKind::Incident => Line::new().own("happened here: "),
        LinkKind::Decision => Line::new().own("decided here: "),
        LinkKind::Outage => Line::new().own("happened elsewhere: "),
    };
    if let Some(date) = &link.date {
        line = line.text(date).own(" ");
    }
    line = line.text(&link.title);
    if let Some(place) = &link.place {
        line = line.own(" ").text_in(Style::Name, &at(&place.path, place.line));
    }
    // The date stands there already.
    let why = link.why.iter().filter(|why| why.channel != Channel::Recency);
    let why: Vec<&str> = why.map(|why| why.what.as_str()).collect();
    if !why.is_empty() {
        line =
            line.own_in(Style::Faint, " (").text_in(Style::Faint, &why.join(", ")).own_in(Style::Faint, ")");
    }
    line
}

fn suppressed_line(canvas: &mut Canvas, finding: &Finding) {
    let Some(suppressed) = &finding.suppressed else { return };
    let lead = Line::new().own_in(Style::Faint, "suppressed  ");
    let mut body = Line::new().text_in(Style::Faint, &finding.message).own(" ").text(&suppressed.reason);
    if let Some(until) = &suppressed.until {
        body = body.own(" until ").text(until);
    }
    body = body.own("  ").text_in(Style::Name, &at(&suppressed.place.path, suppressed.place.line));
    canvas.paragraph(1, lead, body);
}

fn unknowns(canvas: &mut Canvas, question: &Question, is_full: bool) {
    let limit = if is_full { usize::MAX } else { MAX_UNKNOWNS };
    for unknown in question.unknowns.iter().take(limit) {
        let lead = Line::new().own_in(Style::Warn, "? ");
        canvas.paragraph(1, lead, Line::new().text(&unknown.what));
        let lead = Line::new().own("settle it: ");
        let settle = Line::new().text_in(Style::Name, &unknown.settle);
        // A command must survive copying: it is not wrapped between its words. A sentence is.
        if unknown.settle.starts_with(char::is_uppercase) {
            canvas.paragraph(3, lead, settle);
        } else {
            canvas.line(3, lead.then(settle));
        }
    }
    if question.unknowns.len() > limit {
        let more = question.unknowns.len() - limit;
        canvas.line(1, Line::new().own("? ").number(more).own(" more that cannot be told from here"));
    }
}
