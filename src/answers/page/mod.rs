//! Who would be paged? Do they know what to do?
//!
//! The critical alerts decide (all of them, where none says it is critical), by the path each takes.
//! Nothing is guessed where a route or a subscription is set elsewhere: then the answer is that the
//! repository cannot tell.
//!
//! - `tally`: alerts counted by where their path ends
//! - `asked`: reports that ask for alerting where it is switched off
//! - `gap`: findings about the path
//! - `guide`: findings about runbooks and owners
//! - `practice`: load tests and failures made on purpose, and what runs them
//! - `service`: what service catalogues say of owners
//! - `rota`: findings about who is called behind the pager

mod asked;
mod gap;
mod guide;
mod practice;
mod rota;
mod service;
mod tally;

use tally::Tally;
pub(super) use tally::who;

use super::{Sheet, World};
use crate::model::fact::{Detection, Drill, PageKind, SignalKind};
use crate::model::thing::{Alert, AlertEnd as End, ReceiverKind};
use crate::model::{Answer, Finding, Grade, Span, Verdict};

/// Proofs of one kind that are listed; the rest is in the inventory.
const MAX_PROOFS: usize = 5;

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    gap::find(world, &mut sheet);
    asked::tie(world, &mut sheet);
    guide::find(world, &mut sheet);
    rota::find(world, &mut sheet);
    service::find(world, &mut sheet);
    practice::prove(world, &mut sheet);
    let tally = Tally::of(world);
    prove(world, &tally, &mut sheet);
    ask(world, &tally, &mut sheet);
    let (verdict, because) = conclude(world, &tally, &sheet);
    let grade = grade(&tally, &sheet, verdict);
    sheet.close(verdict, grade, because)
}

fn prove(world: &World<'_>, tally: &Tally<'_>, sheet: &mut Sheet) {
    for (alert, _) in tally.decisive.iter().filter(|(_, end)| *end == End::Paged).take(MAX_PROOFS) {
        let has_runbook = tally::has_runbook(world, alert);
        let grade = if has_runbook { Grade::Wired } else { Grade::Declared };
        let with = if has_runbook { ", with a runbook" } else { "" };
        let tool = tally::pager(world, alert).map_or("a pager", |r| r.tool.as_str());
        sheet.shows(grade, &alert.span, format!("alert `{}` reaches {tool}{with}", alert.rule.name));
    }
    let pagers =
        world.inventory.receivers.iter().filter(|r| r.kind == ReceiverKind::Pages && r.broken.is_none());
    for receiver in pagers.take(MAX_PROOFS) {
        sheet.shows(
            Grade::Declared,
            &receiver.span,
            format!("receiver `{}` pages by {}", receiver.name, receiver.tool),
        );
    }
    for signal in tally::paging_signals(world).take(MAX_PROOFS) {
        let shows = format!("{}: {}", signal.signal.tool, signal.signal.detail);
        sheet.shows(Grade::Declared, &signal.span, shows);
    }
    prove_guidance(world, sheet);
    sheet.searched(
        "alert rules and alarms",
        &[
            "rule files, PrometheusRule and Helm values (alert + expr)",
            "Grafana provisioning",
            "*.tf alarms of AWS, Google Cloud and New Relic",
        ],
    );
    sheet.searched(
        "routes and receivers",
        &["Alertmanager configurations", "AlertmanagerConfig", "SNS topics, notification channels"],
    );
    let kinds = [SignalKind::Paging, SignalKind::Uptime];
    if !world.inventory.signals.iter().any(|s| kinds.contains(&s.signal.kind)) {
        sheet.searched("on-call schedules and uptime checks", &["*.tf", "*.yml", "package manifests"]);
    }
}

/// What the person who is paged would find to read, and who noticed in the past.
fn prove_guidance(world: &World<'_>, sheet: &mut Sheet) {
    let pages = &world.inventory.runbooks;
    if let Some(first) = pages.iter().find(|page| page.page.stub.is_none()) {
        let count = pages.iter().filter(|page| page.page.stub.is_none()).count();
        let shows = match count {
            1 => format!("one operational page: \"{}\"", first.page.title),
            _ => format!("{count} operational pages, the first: \"{}\"", first.page.title),
        };
        sheet.shows(Grade::Mentioned, &first.span, shows);
    }
    for page in guide::on_call_pages(world).take(MAX_PROOFS) {
        sheet.shows(Grade::Mentioned, &page.span, format!("\"{}\" describes on-call", page.page.title));
    }
    for page in
        pages.iter().filter(|page| matches!(page.page.kind, PageKind::OnCall | PageKind::IncidentProcess))
    {
        let held = page.page.drills.iter().filter(|d| d.counts() && d.date <= world.today().to_string());
        if let Some(Drill { at, date, .. }) = held.max_by(|a, b| a.date.cmp(&b.date)) {
            let age = date.parse().map_or(u32::MAX, |date| super::world::days_between(date, world.today()));
            let grade = if age <= world.settings.fresh_days { Grade::Fresh } else { Grade::Exercised };
            sheet.shows(
                grade,
                &Span::new(&page.span.path, *at),
                format!("an exercise on {date} is recorded"),
            );
        }
    }
    let incidents = &world.inventory.incidents;
    let by = |detection| incidents.iter().filter(|i| i.report.detected_by == detection).count();
    let (alerts, users) = (by(Detection::Alert), by(Detection::User));
    let present = incidents.iter().rfind(|incident| incident.gone.is_none() && incident.date.is_some());
    let present = present.or(incidents.iter().rfind(|incident| incident.gone.is_none()));
    if let Some(last) = present.filter(|_| alerts + users > 0) {
        let all = incidents.len();
        let shows = format!(
            "an alert was first to notice in {alerts} of {all} reported incidents, users were in {users}"
        );
        sheet.shows(Grade::Mentioned, &last.span, shows);
    }
}

/// What would settle the paths that leave the repository.
fn ask(world: &World<'_>, tally: &Tally<'_>, sheet: &mut Sheet) {
    let open: Vec<&Alert> =
        tally.decisive.iter().filter(|(_, end)| *end == End::Open).map(|(a, _)| *a).collect();
    let Some(first) = open.first() else {
        if tally.decisive.is_empty() && tally::paging_signals(world).next().is_none() {
            let who = tally::who(world);
            sheet.unknown(
                "Whether anything outside this repository watches production and pages somebody.",
                who,
            );
        }
        return;
    };
    let reason = first.unresolved.clone().unwrap_or_default();
    let others = if open.len() > 1 { format!(" and {} more", open.len() - 1) } else { String::new() };
    sheet.unknown(
        format!("Who is told by alert `{}`{others}: {reason}.", first.rule.name),
        tally::settle(first),
    );
}

fn conclude(world: &World<'_>, tally: &Tally<'_>, sheet: &Sheet) -> (Verdict, String) {
    let all = tally.decisive.len();
    let what = tally.noun();
    let off = sheet.findings.iter().find(|finding| finding.rule.as_str() == "disabled-alerting");
    if let Some(off) = off.filter(|_| tally.count(End::Paged) == 0) {
        return (Verdict::No, format!("Nobody is paged from here: {}.", off.message.trim_end_matches('.')));
    }
    if all == 0 {
        return without_alerts(world);
    }
    let (paged, quiet, lost, open) = (
        tally.count(End::Paged),
        tally.count(End::Quiet),
        tally.count(End::Lost) + tally.count(End::Off),
        tally.count(End::Open),
    );
    if paged == all {
        return all_paged(all, tally.with_runbook(world), what);
    }
    if paged > 0 {
        let rest = tally.rest();
        return (Verdict::Partly, format!("{paged} of {all} {what}s reach a pager; {rest}."));
    }
    if open == all || (open > 0 && quiet + lost == 0) {
        let reason =
            tally.first_reason().unwrap_or_else(|| "the receivers are not in this repository".to_owned());
        return (
            Verdict::CannotTell,
            format!("There {} here, but who is told is not: {reason}.", tally::are(all, what)),
        );
    }
    if open > 0 {
        return (
            Verdict::CannotTell,
            format!("None of the {all} {what}s is seen to reach a pager; {}.", tally.rest()),
        );
    }
    (Verdict::No, format!("No {what} wakes anybody: {}.", tally.rest()))
}

fn all_paged(all: usize, knowing: usize, what: &str) -> (Verdict, String) {
    let reach =
        format!("{} {}", tally::all_of(all, what), tally::verb(all, "reaches a pager", "reach a pager"));
    match knowing {
        n if n == all && all == 1 => (Verdict::Yes, format!("{reach}, and it has a runbook.")),
        n if n == all => (Verdict::Yes, format!("{reach}, and each has a runbook.")),
        0 => (Verdict::Partly, format!("{reach}, but none leads to a runbook in this repository.")),
        n => (Verdict::Partly, format!("{reach}, but only {n} of {all} lead to a runbook.")),
    }
}

fn without_alerts(world: &World<'_>) -> (Verdict, String) {
    if let Some(signal) = tally::paging_signals(world).next() {
        let what = format!("{} is set up here ({})", signal.signal.tool, signal.signal.detail);
        return (Verdict::Partly, format!("{what}, but no alert rule in this repository leads to it."));
    }
    if let Some(unread) = tally::unread(world) {
        let because = format!(
            "{} {}, so who is paged cannot be told from here.",
            unread.span.path, unread.signal.detail
        );
        return (Verdict::CannotTell, because);
    }
    if let Some(page) = guide::on_call_pages(world).next() {
        let because = format!(
            "\"{}\" describes on-call, but no alert rule, receiver or schedule is in this repository.",
            page.page.title
        );
        return (Verdict::CannotTell, because);
    }
    let because = "Nothing in this repository says who would be paged: no alert rule, no receiver, no on-call schedule.";
    (Verdict::CannotTell, because.to_owned())
}

fn grade(tally: &Tally<'_>, sheet: &Sheet, verdict: Verdict) -> Grade {
    let is_off = sheet.findings.iter().any(|f| f.rule.as_str() == "disabled-alerting");
    match verdict {
        Verdict::No if is_off || tally.count(End::Off) + tally.count(End::Lost) > 0 => Grade::Contradicted,
        Verdict::CannotTell if !tally.decisive.is_empty() => sheet.best_grade().max(Grade::Declared),
        _ => sheet.best_grade(),
    }
}
