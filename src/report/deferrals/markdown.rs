//! Deferrals as Markdown: counts, groups as a table, then the list.

use std::fmt::Write as _;

use super::{By, Counts, DeferralList};
use crate::report::canvas::grouped;
use crate::report::escape::Markdown;
use crate::report::inventory::{Carrier, Deferral, Tier};
use crate::report::terminal::age;

/// Renders the list.
pub fn render(list: &DeferralList) -> String {
    let mut out = String::from("## Deferred work\n\n");
    let _ = writeln!(out, "{}.\n", summary(list));
    match list.filter.by {
        Some(by) => by_group(&mut out, list, by),
        None => list.deferrals.iter().for_each(|deferral| entry(&mut out, deferral)),
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn summary(list: &DeferralList) -> String {
    let counts = list.counts;
    let mut text = match (list.found, counts.all) {
        (0, _) => return "No comment puts work off".to_owned(),
        (1, 1) => "1 comment puts work off".to_owned(),
        (found, all) if found == all => format!("{} comments put work off", grouped(all)),
        (found, all) => format!("{} of {} comments that put work off", grouped(all), grouped(found)),
    };
    for (count, word) in words(counts) {
        let _ = write!(text, ", {} {word}", grouped(count));
    }
    text
}

fn words(counts: Counts) -> impl Iterator<Item = (usize, &'static str)> {
    let parts = [
        (counts.unmarked, "without a marker"),
        (counts.overdue, "overdue"),
        (counts.confirmed, "confirmed by the code"),
        (counts.paid, "already paid"),
    ];
    parts.into_iter().filter(|(count, _)| *count > 0)
}

fn by_group(out: &mut String, list: &DeferralList, by: By) {
    let (head, none) = match by {
        By::Owner => ("Owner", "no owner"),
        By::Path => ("Folder", "no folder"),
        By::Mechanism => ("Mechanism", "no mechanism named"),
    };
    let _ = writeln!(out, "| {head} | All | Unmarked | Overdue | Confirmed | Paid | Oldest |");
    out.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
    for group in &list.groups {
        let name = Markdown::prose(group.name.as_deref().unwrap_or(none)).in_cell();
        let Counts { all, unmarked, overdue, confirmed, paid } = group.counts;
        let oldest = group.oldest_days.map_or_else(|| "-".to_owned(), age);
        let _ =
            writeln!(out, "| {name} | {all} | {unmarked} | {overdue} | {confirmed} | {paid} | {oldest} |");
    }
    for group in &list.groups {
        let _ = writeln!(out, "\n### {}\n", Markdown::prose(group.name.as_deref().unwrap_or(none)));
        for deferral in list.deferrals.iter().filter(|deferral| group.holds(by, deferral)) {
            entry(out, deferral);
        }
    }
}

fn entry(out: &mut String, deferral: &Deferral) {
    let at = Markdown::code(&format!("{}:{}", deferral.path, deferral.line));
    let _ = write!(out, "- {} {at}", Markdown::prose(&deferral.text));
    if let Some(mechanism) = &deferral.mechanism {
        let _ = write!(out, ", {}", Markdown::prose(mechanism));
    }
    if let Some(place) = &deferral.stands_in {
        let _ = write!(out, ", in: {}", Markdown::prose(place));
    }
    if let Some(days) = deferral.age_days {
        let _ = write!(out, ", {} old", age(days));
    }
    if deferral.carrier != Carrier::Comment {
        let _ = write!(out, ", {}", deferral.carrier.word());
    }
    if deferral.tier == Tier::Unmarked {
        out.push_str(", no marker");
    }
    for name in deferral.owners.iter().chain(&deferral.references) {
        let _ = write!(out, ", {}", Markdown::code(name));
    }
    if let Some(overdue) = &deferral.overdue {
        let _ = write!(out, ". **Overdue**: {}", Markdown::prose(&overdue.because));
    }
    if let Some(proof) = &deferral.proof {
        let word = if deferral.confirmed == Some(false) { "Already paid" } else { "The code shows it" };
        let _ = write!(out, ". **{word}**: {}, line {}", Markdown::prose(&proof.what), proof.line);
    }
    out.push('\n');
}
