//! The failure model: into the contract, onto a terminal, into Markdown.
//!
//! On a terminal a row says which parts are shown and where the dependency is; the words of each part
//! stand in Markdown and in the JSON. What nothing here shows says so: it may be known to the people.

use std::fmt::Write as _;

use super::canvas::{Canvas, Line, Style};
use super::compose::place;
use super::contract::{FailureRow, Place, Shown};
use super::escape::Markdown;
use crate::model;
use crate::text::cut;

/// What fits on a screen, two lines each.
const MAX_ROWS: usize = 12;
/// A page of Markdown has to hold the other questions as well.
const MAX_MARKDOWN_ROWS: usize = 30;
const MAX_TEXT: usize = 160;
const HEAD: [&str; 6] = ["component", "dependency", "failure", "detect", "contain", "recover"];
/// What stands in a cell that nothing here fills.
const NOTHING: &str = "nothing here shows it";
const INDENT: usize = 1;

/// The public form of a row.
pub(super) fn compose(row: &model::thing::FailureRow) -> FailureRow {
    let shown = |shown: &model::thing::Shown| Shown {
        says: shown.says.clone(),
        place: shown.span.as_ref().map(place),
    };
    FailureRow {
        component: row.component.as_ref().map(shown),
        dependency: row.dependency.clone(),
        place: place(&row.span),
        failure: shown(&row.failure),
        detect: row.detect.as_ref().map(shown),
        contain: row.contain.as_ref().map(shown),
        recover: row.recover.as_ref().map(shown),
    }
}

/// One sentence over the table.
fn headline(rows: &[FailureRow]) -> String {
    let without =
        |part: fn(&FailureRow) -> &Option<Shown>| rows.iter().filter(|row| part(row).is_none()).count();
    let parts = [
        (without(|row| &row.detect), "without anything that notices"),
        (without(|row| &row.contain), "without anything that contains it"),
        (without(|row| &row.recover), "without a way back that is shown"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let all =
        if rows.len() == 1 { "1 dependency".to_owned() } else { format!("{} dependencies", rows.len()) };
    if parts.is_empty() {
        format!("If one of them fails: {all}, each with something that notices, contains and recovers.")
    } else {
        format!("If one of them fails: {all}, {}.", parts.join(", "))
    }
}

fn at(place: &Place) -> String {
    format!("{}:{}", place.path, place.line)
}

/// Onto a terminal.
pub(super) fn terminal(canvas: &mut Canvas, rows: &[FailureRow], is_full: bool) {
    if rows.is_empty() {
        return;
    }
    let look = canvas.look();
    let dot = look.sign(" · ", " - ");
    canvas.paragraph(1, Line::new(), Line::new().text_in(Style::Strong, &headline(rows)));
    let limit = if is_full { usize::MAX } else { MAX_ROWS };
    for row in rows.iter().take(limit) {
        let mut line = Line::new().text_in(Style::Plain, &cut(&row.dependency, MAX_TEXT));
        line = line.own_in(Style::Faint, dot).text_in(Style::Name, &at(&row.place));
        canvas.paragraph(INDENT, Line::new(), line);
        let mut body = Line::new();
        for (index, (name, part)) in
            [("detect", &row.detect), ("contain", &row.contain), ("recover", &row.recover)]
                .into_iter()
                .enumerate()
        {
            if index > 0 {
                body = body.own_in(Style::Faint, dot);
            }
            body = body.own_in(Style::Faint, name).own(" ");
            body = match part {
                Some(shown) => body.text(&cut(&shown.says, MAX_TEXT)),
                None => body.own_in(Style::Warn, "nothing here"),
            };
        }
        canvas.paragraph(INDENT + 2, Line::new(), body);
    }
    if rows.len() > limit {
        let line =
            Line::new().own(look.sign("… ", "... ")).number(rows.len() - limit).own(" more in the JSON");
        canvas.line(INDENT, line);
    }
}

/// Into Markdown; nothing without rows.
pub(super) fn markdown(rows: &[FailureRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cell = |shown: &Option<Shown>| match shown {
        None => NOTHING.to_owned(),
        Some(shown) => {
            let says = Markdown::prose(&cut(&shown.says, MAX_TEXT)).in_cell().to_string();
            match &shown.place {
                Some(place) => format!("{says} {}", Markdown::code(&at(place)).in_cell()),
                None => says,
            }
        }
    };
    let mut out = format!("{}\n\n", Markdown::prose(&headline(rows)));
    let _ = writeln!(out, "| {} |\n|{}", HEAD.join(" | "), "---|".repeat(HEAD.len()));
    for row in rows.iter().take(MAX_MARKDOWN_ROWS) {
        let dependency = Shown { says: row.dependency.clone(), place: Some(row.place.clone()) };
        let failure = Some(row.failure.clone());
        let cells =
            [&row.component, &Some(dependency), &failure, &row.detect, &row.contain, &row.recover].map(cell);
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    if rows.len() > MAX_MARKDOWN_ROWS {
        let _ = writeln!(out, "\n… {} more in the JSON.", rows.len() - MAX_MARKDOWN_ROWS);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::{headline, markdown, terminal};
    use crate::report::canvas::{Canvas, Look};
    use crate::report::contract::{FailureRow, Place, Shown};

    fn row(detect: Option<&str>) -> FailureRow {
        let place = Place { path: "db.tf".to_owned(), line: 3 };
        let shown = |says: &str| Shown { says: says.to_owned(), place: Some(place.clone()) };
        FailureRow {
            component: None,
            dependency: "orders|a".to_owned(),
            place: place.clone(),
            failure: Shown { says: "down".to_owned(), place: None },
            detect: detect.map(shown),
            contain: Some(shown("multi_az: true")),
            recover: None,
        }
    }

    #[test]
    fn counts_the_parts_that_nothing_shows() {
        let rows = [row(None), row(Some("alert Down"))];
        assert_eq!(
            headline(&rows),
            "If one of them fails: 2 dependencies, 1 without anything that notices, 2 without a way back that is shown."
        );
    }

    #[test]
    fn says_where_each_part_is_and_that_nothing_shows_the_rest() {
        let page = markdown(&[row(Some("alert Down"))]);
        let line = page.lines().find(|line| line.contains("orders")).unwrap();
        assert!(line.contains("orders\\|a") && line.contains("`db.tf:3`"), "{line}");
        assert_eq!(line.matches("nothing here shows it").count(), 2, "{line}");
        assert_eq!(line.replace("\\|", "").matches('|').count(), 7, "{line}");
    }

    #[test]
    fn a_long_table_ends_with_the_number_of_the_rest_and_fits_the_page() {
        let rows = vec![row(None); 15];
        for width in [60, 100] {
            let mut canvas = Canvas::new(Look::new(width, false, true));
            terminal(&mut canvas, &rows, false);
            let page = canvas.finish();
            assert!(page.contains("… 3 more"), "{page}");
            assert!(page.lines().all(|line| line.chars().count() <= width), "{page}");
        }
    }
}
