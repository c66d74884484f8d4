//! Findings about what the person who is paged would read, and about who owns the tree.

use std::collections::BTreeMap;

use super::tally;
use crate::answers::{Gap, Sheet, World};
use crate::model::Span;
use crate::model::fact::PageKind;
use crate::model::thing::{Alert, Owner, RunbookPage};

/// Paths of CODEOWNERS from which on most being gone says that the file is about another tree.
const MIN_PATHS: usize = 10;

/// Looks for every gap of the guidance.
pub(super) fn find(world: &World<'_>, sheet: &mut Sheet) {
    without_runbook(world, sheet);
    dead_links(world, sheet);
    stubs(world, sheet);
    overdue(world, sheet);
    missing_files(world, sheet);
    single_owner(world, sheet);
    dead_owner_lines(world, sheet);
}

/// Alerts that fire to rehearse being paged: their text is all there is to do.
fn is_drill(alert: &Alert) -> bool {
    let name = alert.rule.name.to_ascii_lowercase();
    ["drill", "testalert", "test-alert", "test_alert"].iter().any(|word| name.contains(word))
}

/// Alerts that name no runbook. Where most critical ones do, each exception is a gap of its own; else
/// the repository is told once.
fn without_runbook(world: &World<'_>, sheet: &mut Sheet) {
    let people: Vec<&Alert> = tally::production(world)
        .filter(|a| !tally::is_heartbeat(a) && !is_drill(a) && a.rule.disabled.is_none())
        .collect();
    let critical: Vec<&Alert> = people.iter().copied().filter(|alert| alert.is_critical).collect();
    let bare: Vec<&Alert> = critical.iter().copied().filter(|alert| alert.rule.runbook.is_none()).collect();
    let all = critical.len();
    if bare.len() * 2 < all {
        for alert in &bare {
            let name = alert.rule.name.as_str();
            let message = format!("critical alert `{name}` names no runbook, while most others here do");
            sheet
                .gap(world, Gap::new("alert-without-runbook", name, message).on(&alert.span).component(name));
        }
    } else if let Some(first) = bare.first() {
        let name = &first.rule.name;
        let message = match bare.len() {
            1 if all == 1 => format!("the one critical alert, `{name}`, names no runbook"),
            count if count == all => {
                format!("none of the {all} critical alerts names a runbook (first: `{name}`)")
            }
            count => format!("{count} of the {all} critical alerts name no runbook (first: `{name}`)"),
        };
        sheet.gap(world, Gap::new("alert-without-runbook", "most critical alerts", message).on(&first.span));
    }
    if people.iter().any(|alert| alert.rule.runbook.is_some()) {
        minor_without_runbook(world, &people, sheet);
    }
}

/// The same for what is not critical, once per folder.
fn minor_without_runbook(world: &World<'_>, people: &[&Alert], sheet: &mut Sheet) {
    let mut folders: BTreeMap<&str, Vec<&Alert>> = BTreeMap::new();
    for alert in people.iter().filter(|alert| !alert.is_critical && alert.rule.runbook.is_none()) {
        folders.entry(alert.span.path.parent()).or_default().push(alert);
    }
    for (folder, alerts) in folders {
        let Some(first) = alerts.first() else { continue };
        let place = if folder.is_empty() { "the root folder".to_owned() } else { format!("{folder}/") };
        let message = match alerts.len() {
            1 => format!("alert `{}` names no runbook", first.rule.name),
            count => format!("{count} alerts in {place} name no runbook (first: `{}`)", first.rule.name),
        };
        sheet.gap(world, Gap::new("minor-alert-without-runbook", folder, message).on(&first.span));
    }
}

fn dead_links(world: &World<'_>, sheet: &mut Sheet) {
    for alert in tally::production(world) {
        let (Some(why), Some(link)) = (&alert.runbook_broken, &alert.rule.runbook) else { continue };
        let name = alert.rule.name.as_str();
        let message = format!("the runbook of alert `{name}` cannot be opened: {why}");
        let gap = Gap::new("dead-runbook-link", name, message).on(&alert.span).snippet(link).component(name);
        sheet.gap(world, gap);
    }
}

/// Pages that an alert leads to, or that lie among runbooks, and help nobody.
fn stubs(world: &World<'_>, sheet: &mut Sheet) {
    for (index, page) in world.inventory.runbooks.iter().enumerate() {
        let Some(why) = &page.page.stub else { continue };
        let alert = world.inventory.alerts.iter().find(|alert| alert.runbook == Some(index));
        let stem = page.span.path.stem().to_ascii_lowercase();
        let is_index = matches!(stem.as_str(), "readme" | "index" | "_index" | "summary");
        let lies_among =
            ["runbook", "runbooks", "playbooks", "playbook"].iter().any(|f| page.span.path.has_folder(f));
        if alert.is_none() && (is_index || !lies_among) {
            continue;
        }
        let message = format!("runbook \"{}\" is a stub: {why}", page.page.title);
        let mut gap = Gap::new("stub-runbook", page.span.path.as_str(), message).on(&page.span);
        if let Some(alert) = alert {
            gap = gap.related(&alert.span, "the alert that leads here").component(alert.rule.name.as_str());
        }
        sheet.gap(world, gap);
    }
}

/// Pages past the review date they state: one finding per top folder, at the oldest.
fn overdue(world: &World<'_>, sheet: &mut Sheet) {
    let today = world.today().to_string();
    type Folder<'a> = (usize, Vec<(&'a str, &'a RunbookPage)>);
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for page in &world.inventory.runbooks {
        let Some(due) = page.page.review_due.as_deref() else { continue };
        let (dated, late) = folders.entry(top_folder(page.span.path.parent())).or_default();
        *dated += 1;
        if due < today.as_str() {
            late.push((due, page));
        }
    }
    for (folder, (dated, mut late)) in folders {
        late.sort_by(|a, b| (a.0, &a.1.span).cmp(&(b.0, &b.1.span)));
        let Some((due, oldest)) = late.first() else { continue };
        let place = if folder.is_empty() { "the root folder".to_owned() } else { format!("{folder}/") };
        let message = if dated == 1 {
            format!("\"{}\" was due for review on {due}", oldest.page.title)
        } else {
            let are = if late.len() == 1 { "is" } else { "are" };
            format!(
                "{} of {dated} dated pages in {place} {are} past their review date; the oldest, \"{}\", was due on {due}",
                late.len(),
                oldest.page.title
            )
        };
        let at =
            oldest.page.review_at.map_or_else(|| oldest.span.clone(), |at| Span::new(&oldest.span.path, at));
        sheet.gap(world, Gap::new("overdue-runbook", folder, message).on(&at));
    }
}

fn top_folder(folder: &str) -> &str {
    folder.split('/').next().unwrap_or(folder)
}

/// Files and other things that a page tells the reader to use, and that are gone.
fn missing_files(world: &World<'_>, sheet: &mut Sheet) {
    for page in &world.inventory.runbooks {
        for (path, span) in &page.dangling {
            let message =
                format!("\"{}\" points to `{path}`, which is not in this repository", page.page.title);
            let thing = format!("{} {path}", page.span.path);
            sheet.gap(world, Gap::new("runbook-names-missing-file", thing, message).on(span));
        }
        for (said, span) in &page.missing {
            let message = format!("\"{}\" names {said}", page.page.title);
            let thing = format!("{} {said}", page.span.path);
            sheet.gap(world, Gap::new("runbook-names-missing-thing", thing, message).on(span));
        }
    }
}

fn single_owner(world: &World<'_>, sheet: &mut Sheet) {
    let owners = &world.inventory.owners;
    for owner in
        owners.iter().filter(|owner| matches!(owner.pattern.as_str(), "*" | "/" | "/*" | "**" | "/**"))
    {
        let is_alone = owners.iter().filter(|other| other.span == owner.span).count() == 1;
        if is_alone && owner.is_team == Some(false) && owner.files > 0 {
            let message = format!("one person, {}, owns everything that has no other owner", owner.owner);
            sheet.gap(
                world,
                Gap::new("single-person-ownership", owner.pattern.as_str(), message).on(&owner.span),
            );
        }
    }
}

/// Lines of CODEOWNERS about a path that is not there: the file is told once, at the first.
fn dead_owner_lines(world: &World<'_>, sheet: &mut Sheet) {
    // A pattern for a kind of file may wait for the first one; a path once was somewhere.
    let is_path = |pattern: &str| {
        pattern.trim_end_matches('/').contains('/') && !pattern.contains(['*', '?', '[', ' '])
    };
    let mut lines: Vec<&Owner> =
        world.inventory.owners.iter().filter(|owner| is_path(&owner.pattern)).collect();
    lines.dedup_by(|a, b| a.span == b.span);
    let dead: Vec<&&Owner> = lines.iter().filter(|owner| !owner.matches).collect();
    let Some(first) = dead.first() else { return };
    // A list that is mostly about something else was made for something else.
    if lines.len() >= MIN_PATHS && dead.len() * 2 > lines.len() {
        return;
    }
    let message = match dead.len() {
        1 => format!("`{}` is owned by {}, but matches no file", first.pattern, first.owner),
        count => format!(
            "{count} of the {} paths in {} match no file (first: `{}` of {}): what they became has other owners or none",
            lines.len(),
            first.span.path,
            first.pattern,
            first.owner
        ),
    };
    sheet.gap(world, Gap::new("dead-owner-path", first.span.path.as_str(), message).on(&first.span));
}

/// The pages that say who is on call and how.
pub(super) fn on_call_pages<'a>(world: &World<'a>) -> impl Iterator<Item = &'a RunbookPage> {
    let pages = world.inventory.runbooks.iter();
    pages.filter(|page| page.page.kind == PageKind::OnCall && page.page.stub.is_none())
}
