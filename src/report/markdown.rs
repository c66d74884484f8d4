//! The report as Markdown, for a step summary or a comment on a pull request.
//!
//! The answers come first, because such a page is read from the top. The page ends below the limit
//! of the places it is made for, with a sentence that says what was cut. No text of the repository
//! comes alive in it: see [`super::escape::Markdown`].

use std::fmt::Write as _;

use super::canvas::grouped;
use super::contract::{Finding, HistoryStatus, Link, LinkKind, Place, Question, Report, Severity, Verdict};
use super::escape::Markdown;
use super::terminal::age;
use crate::text::cut;

/// A comment may hold 65,536 characters; the rest is left to whoever wraps it.
pub const MAX_CHARACTERS: usize = 60_000;
/// Room for the sentence that says what was cut, and the closing marker.
const RESERVED: usize = 600;
/// Longer texts are cut; the JSON holds them whole.
const MAX_TEXT: usize = 600;
/// A tool that keeps one comment up to date finds it by this.
const MARKER: &str = "<!-- tonight:report/1 -->\n";

/// Renders the report.
pub fn render(report: &Report, label: &str) -> String {
    let mut page = Page { out: String::new(), left: MAX_CHARACTERS - RESERVED, cut: 0 };
    page.block(&head(report, label));
    page.block(&answers(report));
    page.block(&next(report));
    for question in &report.questions {
        for block in question_blocks(report, question) {
            page.block(&block);
        }
    }
    for block in scenarios(report) {
        page.block(&block);
    }
    page.block(&deferrals(report));
    page.block(&coverage(report));
    if page.cut > 0 {
        let _ = writeln!(
            page.out,
            "**Cut here: {} more parts do not fit into {} characters.** `tonight report --format json` holds everything.\n",
            grouped(page.cut),
            grouped(MAX_CHARACTERS)
        );
    }
    page.out.push_str(MARKER);
    page.out
}

struct Page {
    out: String,
    left: usize,
    cut: usize,
}

impl Page {
    /// Adds a block whole or not at all; after the first that does not fit, none is added.
    fn block(&mut self, block: &str) {
        let length = block.chars().count();
        if block.is_empty() {
            return;
        }
        if self.cut > 0 || length > self.left {
            self.cut += 1;
            return;
        }
        self.left -= length;
        self.out.push_str(block);
    }
}

fn prose(text: &str) -> Markdown {
    Markdown::prose(&cut(text, MAX_TEXT))
}

fn code(text: &str) -> Markdown {
    Markdown::code(&cut(text, MAX_TEXT))
}

fn at(place: &Place) -> Markdown {
    code(&format!("{}:{}", place.path, place.line))
}

fn head(report: &Report, label: &str) -> String {
    let subject = &report.subject;
    let mut out = String::from("## If production failed tonight\n\n");
    let _ = write!(out, "{}", code(subject.name.as_deref().unwrap_or(label)));
    if let Some(commit) = &subject.commit {
        let _ = write!(out, " at {}", code(commit.get(..10).unwrap_or(commit)));
    }
    if subject.is_dirty {
        out.push_str(" with uncommitted changes");
    }
    let coverage = &report.coverage;
    let _ = write!(
        out,
        ", as of {}; read {} of {} files",
        prose(&subject.as_of),
        grouped(coverage.files_analyzed),
        grouped(coverage.files_seen)
    );
    if subject.history.status == HistoryStatus::Complete {
        let _ = write!(out, " and {} commits", grouped(subject.history.commits as usize));
    } else if let Some(why) = &subject.history.because {
        let _ = write!(out, "; history: {}", prose(why));
    }
    if let Some(remedy) = &subject.history.remedy {
        let _ = write!(out, " (run {})", code(remedy));
    }
    out.push_str(".\n\n");
    out
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Yes => "✅ yes",
        Verdict::Partly => "🟡 partly",
        Verdict::No => "❌ no",
        Verdict::CannotTell => "❔ cannot tell",
        Verdict::NotApplicable => "➖ does not apply",
    }
}

fn answers(report: &Report) -> String {
    let mut out = String::from("| question | answer | because |\n|---|---|---|\n");
    for question in &report.questions {
        let because = prose(&question.because).in_cell();
        let _ =
            writeln!(out, "| {} | {} | {because} |", prose(&question.text).in_cell(), sign(question.verdict));
    }
    out.push('\n');
    out
}

fn next(report: &Report) -> String {
    if report.summary.next.is_empty() {
        return String::new();
    }
    let mut out = String::from("### Do first\n\n");
    for (index, step) in report.summary.next.iter().enumerate() {
        let what = if step.finding.is_some() { prose(&step.r#do) } else { code(&step.r#do) };
        let _ = write!(out, "{}. {what} {}: {}", index + 1, step.question.word(), prose(&step.because));
        if let Some(place) = &step.place {
            let _ = write!(out, " ({})", at(place));
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

/// The head of a question with its proofs and unknowns, then one block per finding.
fn question_blocks(report: &Report, question: &Question) -> Vec<String> {
    let findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.question == question.id && finding.suppressed.is_none())
        .collect();
    if findings.is_empty() && question.evidence.is_empty() && question.unknowns.is_empty() {
        return Vec::new();
    }
    let mut out = format!("### {}: {}\n\n", question.id.word(), sign(question.verdict));
    if let Some(reverse) = &question.reverse {
        out.push_str(&super::reverse::markdown(reverse));
    }
    out.push_str(&super::store::markdown(&question.stores));
    out.push_str(&super::failure::markdown(&question.failure_model));
    for proof in question.evidence.iter().take(5) {
        let _ = write!(out, "- {}: {}", proof.grade.word(), prose(&proof.shows));
        match &proof.place {
            Some(place) => {
                let _ = writeln!(out, " ({})", at(place));
            }
            None => out.push('\n'),
        }
    }
    for unknown in &question.unknowns {
        let _ = writeln!(out, "- ❔ {} Settle it: {}", prose(&unknown.what), code(&unknown.settle));
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
    let mut blocks = vec![out];
    blocks.extend(findings.into_iter().map(finding_block));
    if let Some(last) = blocks.last_mut() {
        last.push('\n');
    }
    blocks
}

fn finding_block(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::High => "🔴 high",
        Severity::Medium => "🟠 medium",
        Severity::Low => "⚪ low",
        Severity::Info => "⚪ info",
    };
    let mut out = format!("- **{severity}** {}", prose(&finding.message));
    if let Some(place) = &finding.place {
        let _ = write!(out, " {}", at(place));
    } else if let Some(searched) = &finding.searched {
        let places: Vec<String> = searched.r#where.iter().map(|place| code(place).to_string()).collect();
        let _ = write!(out, " (searched {} for {})", places.join(", "), prose(&searched.what));
    }
    let _ = write!(out, ", rule {}", code(&finding.rule));
    if let Some(days) = finding.age_days {
        let _ = write!(out, ", {} old", age(days));
    }
    out.push('\n');
    if let Some(link) = finding.links.first() {
        let _ = writeln!(out, "  - {}", link_line(link));
    }
    out
}

fn link_line(link: &Link) -> String {
    let mut out = String::from(match link.kind {
        LinkKind::Incident => "happened here: ",
        LinkKind::Decision => "decided here: ",
        LinkKind::Outage => "happened elsewhere: ",
    });
    if let Some(date) = &link.date {
        let _ = write!(out, "{} ", prose(date));
    }
    // The address of an outage is ours: it comes from the catalogue in the binary.
    match link.url.as_deref().filter(|url| link.kind == LinkKind::Outage && is_plain(url)) {
        Some(url) => {
            let _ = write!(out, "[{}](<{url}>)", prose(&link.title));
        }
        None => {
            let _ = write!(out, "{}", prose(&link.title));
        }
    }
    if let Some(place) = &link.place {
        let _ = write!(out, " {}", at(place));
    }
    // The date stands there already.
    let why = link.why.iter().filter(|why| why.channel != super::contract::Channel::Recency);
    let why: Vec<&str> = why.map(|why| why.what.as_str()).collect();
    if !why.is_empty() {
        let _ = write!(out, " ({})", prose(&why.join(", ")));
    }
    out
}

fn is_plain(url: &str) -> bool {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web && url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '\\' | '`'))
}

fn scenarios(report: &Report) -> Vec<String> {
    let mut blocks = Vec::new();
    for (index, scenario) in report.scenarios.iter().enumerate() {
        let mut out = String::new();
        if index == 0 {
            out.push_str("### How tonight could go wrong\n\n");
        }
        let _ = writeln!(
            out,
            "{}. **{}** (likelihood: {}) {}",
            index + 1,
            prose(&scenario.title),
            scenario.likelihood.word(),
            prose(&scenario.story)
        );
        if !scenario.reasons.is_empty() {
            let _ = writeln!(out, "   - because: {}", prose(&scenario.reasons.join("; ")));
        }
        if let Some(link) = scenario.precedents.first() {
            let _ = writeln!(out, "   - {}", link_line(link));
        }
        let _ = writeln!(out, "   - net: {}", prose(&scenario.cheapest_net));
        let _ = writeln!(out, "   - drill: {}", prose(&scenario.cheapest_drill));
        blocks.push(out);
    }
    if let Some(last) = blocks.last_mut() {
        last.push('\n');
    }
    blocks
}

fn deferrals(report: &Report) -> String {
    let deferrals = &report.deferrals;
    if deferrals.total == 0 {
        return String::new();
    }
    let counted = if deferrals.total == 1 { "comment puts" } else { "comments put" };
    let mut out = format!(
        "### Deferred work\n\n{} {counted} work off, {} of them without a marker",
        grouped(deferrals.total),
        grouped(deferrals.unmarked)
    );
    let parts = [
        (deferrals.overdue, "overdue"),
        (deferrals.confirmed, "confirmed by the code"),
        (deferrals.paid, "already paid"),
    ];
    for (count, word) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(out, ", {} {word}", grouped(count));
    }
    out.push_str(". The heaviest:\n\n");
    for deferral in &deferrals.top {
        let _ = write!(out, "- {} {}", prose(&deferral.text), at(&deferral.place));
        if let Some(days) = deferral.age_days {
            let _ = write!(out, ", {} old", age(days));
        }
        for owner in &deferral.owners {
            let _ = write!(out, ", {}", code(owner));
        }
        if deferral.alike > 0 {
            let _ = write!(out, ", and {} more like it", deferral.alike);
        }
        if let Some(overdue) = &deferral.overdue {
            let _ = write!(out, ". **Overdue**: {}", prose(overdue));
        }
        if let Some(proof) = &deferral.proof {
            let _ = write!(out, ". **The code shows it**: {}", prose(proof));
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

fn coverage(report: &Report) -> String {
    let coverage = &report.coverage;
    if coverage.skipped.is_empty() && coverage.problems.is_empty() {
        return String::new();
    }
    let mut out = String::from("### Not read or not understood\n\n");
    for count in &coverage.skipped {
        let _ = writeln!(out, "- {} files not read: {}", grouped(count.files), count.why.word());
    }
    for count in &coverage.problems {
        let _ = writeln!(out, "- {} files read in part: {}", grouped(count.files), count.kind.word());
    }
    for skipped in report.skipped.iter().take(10) {
        let _ = writeln!(out, "  - {} {}", code(&skipped.path), skipped.why.word());
    }
    if report.skipped.len() > 10 {
        let _ = writeln!(out, "  - {} more in the JSON", grouped(report.skipped.len() - 10));
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
    out
}
