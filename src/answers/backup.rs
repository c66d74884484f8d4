//! When was the last backup, and have they tested restoring from it?
//!
//! The date of the last backup is never in a repository; what is there is what backs each store up,
//! how often, who would notice a failure, and whether a restore was ever run. Stores are counted
//! first: one without a row is the headline.
//!
//! - `script`: defects of scripts and jobs
//! - `verdict`: the verdict and its one sentence

mod script;
mod verdict;

use super::store::{self, Standing, capital, is_bucket, named, standing, weight, working};
use super::{Gap, Sheet, World};
use crate::model::thing::{Backup, BackupMeans, Datastore, StoreKind};
use crate::model::{Answer, Finding, Grade, Severity};
use crate::text::schedule::in_words;

/// Corruption found after a long weekend is older than this many days in a week's retention.
const SHORT_RETENTION_DAYS: u64 = 7;
/// More unknowns than this are not read.
const MAX_UNKNOWNS: usize = 8;

const STORE_PLACES: &[&str] = &[
    "Terraform resources and modules",
    "Kubernetes workloads and operators",
    "Helm values",
    "compose services",
];
const BACKUP_PLACES: &[&str] = &[
    "keys of the stores themselves",
    "AWS Backup, snapshot policies, Velero and operators",
    "shell scripts, Makefiles, workflows, CronJobs, crontabs, systemd timers",
];
const RESTORE_PLACES: &[&str] = &[
    "scripts and jobs with restore commands",
    "AWS Backup restore testing plans",
    "dated records in documents",
];

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    sheet.searched("stores of data", STORE_PLACES);
    sheet.searched("what backs them up", BACKUP_PLACES);
    sheet.searched("restores that were ever run", RESTORE_PLACES);
    let stores = store::decisive(world);
    for store in stores.iter().copied() {
        show(world, &mut sheet, store);
    }
    for store in store::dormant(world) {
        absent(world, &mut sheet, store);
    }
    script::tell(world, &mut sheet);
    restores(world, &mut sheet, &stores);
    let (verdict, grade, because) = verdict::judge(world, &stores);
    sheet.close(verdict, grade, because)
}

/// Evidence, gaps and unknowns of one store.
fn show(world: &World<'_>, sheet: &mut Sheet, store: &Datastore) {
    for backup in &store.backups {
        if backup.contradicted.is_none() {
            sheet.shows(grade_of(backup), &backup.span, format!("{}: {}", store.name, said(backup)));
        }
        short_retention(world, sheet, store, backup);
    }
    match standing(store) {
        Standing::Backed if is_bucket(store) => {}
        Standing::Backed => {
            unknown(sheet, format!("When {} was last backed up.", named(store)), &store.settle);
        }
        Standing::Unknown(why) => {
            unknown(sheet, format!("How {} is backed up: {why}.", named(store)), &store.settle);
        }
        Standing::Opposite(_) | Standing::Missing => {
            absent(world, sheet, store);
            unknown(
                sheet,
                format!("Whether {} is backed up from outside this repository.", named(store)),
                &store.settle,
            );
        }
    }
}

fn unknown(sheet: &mut Sheet, what: String, settle: &str) {
    if sheet.unknowns.len() < MAX_UNKNOWNS {
        sheet.unknown(what, settle);
    }
}

/// How a backup is said in one line.
fn said(backup: &Backup) -> String {
    let mut text = backup.tool.clone();
    if let Some(gap) = backup.max_gap_seconds.filter(|gap| *gap > 0) {
        text.push_str(&format!(", at most {} apart", in_words(gap)));
    }
    if backup.means == BackupMeans::Script {
        let is_itself = backup.tool == backup.span.path.file_name();
        text.push_str(if is_itself { ", which" } else { ", in a script that" });
        text.push_str(" nothing here runs on a schedule");
        if let Some(schedule) = &backup.schedule {
            text.push_str(&format!("; \"{schedule}\" is only a comment"));
        }
    }
    if let Some(retention) = &backup.retention {
        text.push_str(&format!(", kept {retention}"));
    }
    text
}

fn grade_of(backup: &Backup) -> Grade {
    let is_wired = backup.is_off_site == Some(true) && backup.failure_noticed == Some(true);
    if is_wired { Grade::Wired } else { Grade::Declared }
}

/// A store that nothing backs up, or whose backup is switched off.
fn absent(world: &World<'_>, sheet: &mut Sheet, store: &Datastore) {
    // Buckets are a question of versions, and belong to the worst case.
    if is_bucket(store) {
        return;
    }
    let lead = match &store.condition {
        Some(condition) if store.is_switched_off || condition.starts_with("only if") => {
            format!("{} (it exists {condition})", capital(&named(store)))
        }
        _ => capital(&named(store)),
    };
    let about = |rule: &str, message: String| {
        Gap::new(rule, store.address.clone(), message).component(store.name.clone())
    };
    let gap = match standing(store) {
        Standing::Opposite(why) => {
            let at = store.backups.iter().find(|b| b.contradicted.is_some()).map_or(&store.span, |b| &b.span);
            let rule = match why.as_str() {
                why if why.contains("retention") || why.contains("snapshot_retention_limit") => {
                    "backup-retention-zero"
                }
                // The defect has its own finding.
                why if why.contains("without anybody seeing it") => return,
                why if why.contains("suspend") || why.contains("paused") => "suspended-backup",
                _ => "unbacked-datastore",
            };
            about(rule, format!("{lead} has no automated backup: {why}.")).on(at)
        }
        Standing::Missing => match by_script(store) {
            Some(script) => {
                about("unbacked-datastore", format!("{lead} {}.", unscheduled(script))).on(&script.span)
            }
            None => about("unbacked-datastore", format!("{lead} has no backup in this repository."))
                .on(&store.span),
        },
        _ => return,
    };
    let is_scripted = standing(store) == Standing::Missing && by_script(store).is_some();
    let is_database = store.kind == StoreKind::Database && !is_scripted;
    let full = if is_database { Severity::High } else { Severity::Medium };
    sheet.gap(world, gap.severity(weight(store, full)));
}

/// The script that copies a store, where nothing else does.
fn by_script(store: &Datastore) -> Option<&Backup> {
    store.backups.iter().find(|b| b.means == BackupMeans::Script && b.contradicted.is_none())
}

/// What is said of a store that only such a script copies, as a sentence goes on.
fn unscheduled(script: &Backup) -> String {
    let path = &script.span.path;
    match &script.schedule {
        Some(schedule) => format!(
            "is copied by {path}, but nothing here runs that on a schedule (\"{schedule}\" is only a comment in it)"
        ),
        None => format!("is copied by {path}, but nothing here runs that on a schedule"),
    }
}

fn short_retention(world: &World<'_>, sheet: &mut Sheet, store: &Datastore, backup: &Backup) {
    let kept = backup.retention.as_deref().and_then(|text| text.split_whitespace().next());
    let days = kept.and_then(|number| number.parse::<u64>().ok());
    let is_days = backup.retention.as_deref().is_some_and(|text| text.contains("day"));
    if backup.contradicted.is_some() || store.kind != StoreKind::Database || !is_days {
        return;
    }
    if let Some(days) = days.filter(|days| (1..SHORT_RETENTION_DAYS).contains(days)) {
        let s = if days == 1 { "" } else { "s" };
        let message = format!(
            "Backups of {} are kept {days} day{s}: damage that is noticed later cannot be undone ({}).",
            named(store),
            backup.tool
        );
        let gap = Gap::new("short-backup-retention", store.address.clone(), message).on(&backup.span);
        sheet.gap(world, gap.severity(weight(store, Severity::Low)));
    }
}

/// Evidence of restores, and the gap when there is none.
fn restores(world: &World<'_>, sheet: &mut Sheet, stores: &[&Datastore]) {
    let restores = &world.inventory.restores;
    for restore in restores {
        sheet.shows(restore.grade, &restore.span, restore.shows.clone());
    }
    for restore in restores.iter().filter(|restore| restore.is_orphan) {
        let message = format!(
            "{} can restore a backup, but nothing in this repository ever runs it.",
            restore.span.path.file_name()
        );
        sheet.gap(
            world,
            Gap::new("orphan-restore-script", restore.span.path.as_str(), message).on(&restore.span),
        );
    }
    let untested: Vec<&Datastore> = stores
        .iter()
        .copied()
        .filter(|s| {
            s.kind == StoreKind::Database
                && standing(s) == Standing::Backed
                && s.restore_grade < Grade::Exercised
        })
        .collect();
    let Some(first) = untested.first() else { return };
    let Some(backup) = working(first).next() else { return };
    let others = match untested.len() {
        1 => String::new(),
        2 => " and 1 more store".to_owned(),
        n => format!(" and {} more stores", n - 1),
    };
    let message = format!(
        "{}{others} is backed up, but nothing here shows that a restore was ever tried.",
        capital(&named(first))
    );
    let message =
        if others.is_empty() { message } else { message.replace(" is backed up", " are backed up") };
    sheet.gap(
        world,
        Gap::new("untested-backup", "restore", message).on(&backup.span).component(first.name.clone()),
    );
}
