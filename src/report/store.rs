//! The table of stores and what covers each: into the contract, onto a terminal, into Markdown.
//!
//! Rows come in the order of the answer, worst first. What is not known says so; a store without a
//! backup has nothing to know about it, and shows dashes.

use std::fmt::Write as _;

use super::canvas::{Canvas, Line, Style};
use super::compose::place;
use super::contract::{Grade, Stands, StoreCoverage};
use super::escape::Markdown;
use super::inventory::{Loss, LossKind, loss};
use crate::model;
use crate::text::cut;
use crate::text::schedule::in_words;

/// What fits on a screen, two lines each.
const MAX_ROWS: usize = 12;
/// A page of Markdown has to hold the other questions as well.
const MAX_MARKDOWN_ROWS: usize = 30;
const MAX_TEXT: usize = 300;
const HEAD: [&str; 7] =
    ["store", "backup", "interval", "off-site", "retention", "failure noticed", "restore exercised"];
/// The same where eighty columns have to do.
const SHORT_HEAD: [&str; 7] = ["store", "backup", "interval", "off-site", "kept", "noticed", "restored"];
/// Columns of every cell but the first; the first takes what is left.
const WIDTHS: [usize; 6] = [7, 10, 8, 8, 7, 9];
/// How many of them a page narrower than that still holds.
const NARROW: usize = 3;
const INDENT: usize = 1;
const MIN_FIRST: usize = 16;
const BETWEEN: usize = 2;

/// The public form of a row.
pub(super) fn compose(row: &model::thing::StoreCoverage) -> StoreCoverage {
    StoreCoverage {
        name: row.name.clone(),
        engine: row.engine.clone(),
        environment: row.environment.id().to_owned(),
        condition: row.condition.clone(),
        place: place(&row.span),
        backed: row.stands.into(),
        by: row.by.clone(),
        max_gap_seconds: row.max_gap_seconds,
        off_site: row.is_off_site,
        retention: row.retention.clone(),
        failure_noticed: row.failure_noticed,
        restore_grade: row.restore_grade.into(),
        worst_case_loss: loss(&row.worst_case, &row.worst_case_because),
    }
}

/// The cells after the name.
fn cells(row: &StoreCoverage) -> [String; 6] {
    let is_backed = row.backed == Stands::Backed;
    let blank = match row.backed {
        Stands::Missing | Stands::Off => "-",
        Stands::Unknown | Stands::Backed => "unknown",
    };
    let or_blank = |text: Option<String>| text.filter(|_| is_backed).unwrap_or_else(|| blank.to_owned());
    let yes_no = |flag: Option<bool>| flag.map(|flag| if flag { "yes" } else { "no" }.to_owned());
    let restored = match row.restore_grade {
        Grade::Exercised | Grade::Fresh => "yes".to_owned(),
        Grade::Absent | Grade::Contradicted => "no sign".to_owned(),
        grade => grade.word().to_owned(),
    };
    let every = row.max_gap_seconds.map(|gap| match gap {
        0 => "change".to_owned(),
        gap => in_words(gap),
    });
    [
        row.backed.word().to_owned(),
        or_blank(every),
        or_blank(yes_no(row.off_site)),
        or_blank(row.retention.clone()),
        or_blank(yes_no(row.failure_noticed)),
        restored,
    ]
}

/// What is lost and why: `up to 1 day: orders is copied at most 1 day apart (pg_dump).`
fn at_worst(loss: &Loss) -> String {
    let lost = match (loss.kind, loss.seconds) {
        (LossKind::Everything, _) => "everything".to_owned(),
        (LossKind::Seconds, Some(0)) => return loss.because.clone(),
        (LossKind::Seconds, Some(seconds)) => format!("up to {}", in_words(seconds)),
        (LossKind::Rebuildable, _) => "nothing that cannot be rebuilt".to_owned(),
        (LossKind::Unknown, _) | (LossKind::Seconds, None) => "unknown".to_owned(),
    };
    format!("at worst {lost}: {}", loss.because)
}

/// One sentence over the table.
fn headline(rows: &[StoreCoverage]) -> String {
    let bare = rows.iter().filter(|row| matches!(row.backed, Stands::Missing | Stands::Off)).count();
    let unknown = rows.iter().filter(|row| row.backed == Stands::Unknown).count();
    let all =
        if rows.len() == 1 { "1 store counts".to_owned() } else { format!("{} stores count", rows.len()) };
    let parts = [
        (bare, "without a backup that works"),
        (unknown, "whose backup cannot be told from here"),
        (rows.len() - bare - unknown, "with a backup"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    format!("{all}: {}.", parts.join(", "))
}

/// When the store exists, one sentence.
fn exists(condition: &str) -> String {
    let lead = if condition.starts_with("one for each") { "There is" } else { "It exists" };
    format!("{lead} {condition}.")
}

fn name(row: &StoreCoverage) -> String {
    if row.name == row.engine { row.name.clone() } else { format!("{} ({})", row.name, row.engine) }
}

/// Onto a terminal.
pub(super) fn terminal(canvas: &mut Canvas, rows: &[StoreCoverage], is_full: bool) {
    if rows.is_empty() {
        return;
    }
    let look = canvas.look();
    let dot = look.sign(" · ", " - ");
    canvas.paragraph(1, Line::new(), Line::new().text_in(Style::Strong, &headline(rows)));
    let taken: usize = WIDTHS.iter().map(|width| width + BETWEEN).sum::<usize>() + INDENT;
    // On a narrow page the last columns give way: what they say stands in the JSON.
    let is_wide = look.width >= taken + MIN_FIRST;
    let columns = if is_wide { WIDTHS.len() } else { NARROW };
    let taken: usize = WIDTHS.iter().take(columns).map(|width| width + BETWEEN).sum::<usize>() + INDENT;
    let widest = rows.iter().map(|row| Line::new().text(&name(row)).width()).max().unwrap_or(0);
    let first = look.width.saturating_sub(taken).min(widest.max(MIN_FIRST)).max(MIN_FIRST);
    let line = |style: Style, cells: &[&str]| {
        let mut line = Line::new();
        let mut column = 0;
        for (index, cell) in cells.iter().take(columns + 1).enumerate() {
            let width = if index == 0 { first } else { WIDTHS[index - 1] };
            let style = match (index, *cell) {
                (1, "no" | "off") => Style::Bad,
                (1, "unknown") => Style::Warn,
                _ => style,
            };
            column += width + BETWEEN;
            line = line.then(Line::new().text_in(style, cell).cut_to(width, look)).pad_to(column);
        }
        line
    };
    canvas.line(INDENT, line(Style::Faint, &SHORT_HEAD));
    let limit = if is_full { usize::MAX } else { MAX_ROWS };
    for row in rows.iter().take(limit) {
        let (name, cells) = (name(row), cells(row));
        let all: Vec<&str> = std::iter::once(&name).chain(&cells).map(String::as_str).collect();
        canvas.line(INDENT, line(Style::Plain, &all));
        let mut body = Line::new().text_in(Style::Faint, &at_worst(&row.worst_case_loss));
        if let Some(condition) = &row.condition {
            body = body.own(" ").text_in(Style::Faint, &exists(condition));
        }
        let at = format!("{}:{}", row.place.path, row.place.line);
        canvas.paragraph(INDENT + 2, Line::new(), body.own_in(Style::Faint, dot).text_in(Style::Name, &at));
    }
    if rows.len() > limit {
        let line = Line::new().own(look.sign("… ", "... ")).number(rows.len() - limit).own(" more: ");
        canvas.line(INDENT, line.own_in(Style::Name, "tonight inventory datastores"));
    }
}

/// Into Markdown; nothing without rows.
pub(super) fn markdown(rows: &[StoreCoverage]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cell = |text: &str| Markdown::prose(&cut(text, MAX_TEXT)).in_cell();
    let mut out = format!("{}\n\n", Markdown::prose(&headline(rows)));
    let _ = writeln!(out, "| {} | at worst |\n|{}", HEAD.join(" | "), "---|".repeat(HEAD.len() + 1));
    for row in rows.iter().take(MAX_MARKDOWN_ROWS) {
        let at = Markdown::code(&format!("{}:{}", row.place.path, row.place.line)).in_cell();
        let mut worst = at_worst(&row.worst_case_loss);
        if let Some(condition) = &row.condition {
            let _ = write!(worst, " {}", exists(condition));
        }
        let _ = write!(out, "| {} {at}", cell(&name(row)));
        for text in &cells(row) {
            let _ = write!(out, " | {}", cell(text));
        }
        let _ = writeln!(out, " | {} |", cell(&worst));
    }
    if rows.len() > MAX_MARKDOWN_ROWS {
        let _ = writeln!(out, "\n… {} more in the JSON.", rows.len() - MAX_MARKDOWN_ROWS);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::{at_worst, cells, headline, markdown, terminal};
    use crate::report::canvas::{Canvas, Look};
    use crate::report::contract::{Grade, Place, Stands, StoreCoverage};
    use crate::report::inventory::{Loss, LossKind};

    fn row(backed: Stands, gap: Option<u64>) -> StoreCoverage {
        let (kind, seconds) = gap.map_or((LossKind::Everything, None), |gap| (LossKind::Seconds, Some(gap)));
        let because = "It stands so.".to_owned();
        StoreCoverage {
            name: "orders|a".to_owned(),
            engine: "postgres".to_owned(),
            environment: "production".to_owned(),
            condition: Some("only if var.db".to_owned()),
            place: Place { path: "db.tf".to_owned(), line: 3 },
            backed,
            by: None,
            max_gap_seconds: gap,
            off_site: None,
            retention: None,
            failure_noticed: Some(false),
            restore_grade: Grade::Absent,
            worst_case_loss: Loss { kind, seconds, because, settle: None },
        }
    }

    #[test]
    fn unknown_is_said_and_a_store_without_backup_has_nothing_to_know() {
        let backed = cells(&row(Stands::Backed, Some(86_400)));
        assert_eq!(backed, ["yes", "24 hours", "unknown", "unknown", "no", "no sign"]);
        assert_eq!(cells(&row(Stands::Missing, None))[..4], ["no", "-", "-", "-"]);
        assert_eq!(cells(&row(Stands::Unknown, None))[1], "unknown");
    }

    #[test]
    fn counts_what_lacks_a_backup_first() {
        let rows = [row(Stands::Off, None), row(Stands::Backed, Some(0))];
        assert_eq!(headline(&rows), "2 stores count: 1 without a backup that works, 1 with a backup.");
        assert_eq!(at_worst(&rows[0].worst_case_loss), "at worst everything: It stands so.");
        assert_eq!(at_worst(&rows[1].worst_case_loss), "It stands so.");
    }

    #[test]
    fn a_long_table_ends_with_the_number_of_the_rest_and_fits_the_page() {
        let rows = vec![row(Stands::Missing, None); 15];
        for width in [60, 100] {
            let mut canvas = Canvas::new(Look::new(width, false, true));
            terminal(&mut canvas, &rows, false);
            let page = canvas.finish();
            assert!(page.contains("… 3 more"), "{page}");
            let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains("It exists only if var.db."), "{page}");
            assert!(page.lines().all(|line| line.chars().count() <= width), "{page}");
        }
    }

    #[test]
    fn a_name_does_not_break_out_of_its_cell() {
        let page = markdown(&[row(Stands::Missing, None)]);
        assert!(page.contains("orders\\|a"), "{page}");
        assert_eq!(
            page.lines()
                .rfind(|line| line.starts_with("| ord"))
                .map(|line| line.replace("\\|", "").matches('|').count()),
            Some(9)
        );
    }
}
