//! What is the worst-case data loss, and can they live with it?
//!
//! The loss of each store comes from its schedules and switches; the worst of them is the answer. A
//! repository cannot say what a team can live with, so only a loss of everything is a no.

mod asked;
mod identity;
mod zero;

use super::store::{self, capital, named, weight};
use super::{Gap, Sheet, World};
use crate::model::thing::{Datastore, Environment, Loss, StoreKind};
use crate::model::{Answer, Finding, Grade, Severity, Verdict};
use crate::text::schedule::in_words;

/// Up to this loss most teams shrug; more is for them to decide.
const SMALL_LOSS_SECONDS: u64 = 3_600;
/// More unknowns than this are not read.
const MAX_UNKNOWNS: usize = 8;

/// Words in a bucket's name that say it holds what people would miss.
const DATA_WORDS: &[&str] = &[
    "upload",
    "uploads",
    "media",
    "data",
    "document",
    "documents",
    "attachment",
    "attachments",
    "file",
    "files",
    "user",
    "users",
    "content",
    "backup",
    "backups",
    "archive",
    "archives",
    "state",
    "tfstate",
    "storage",
    "images",
    "photos",
    "invoices",
    "records",
    "dump",
    "dumps",
    "snapshots",
    "database",
    "db",
];

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    sheet.searched(
        "how often each store is copied, and what guards it",
        &[
            "retention, point-in-time recovery, versioning and schedules",
            "deletion protection, final snapshots, volumes and persistence",
        ],
    );
    let stores = store::decisive(world);
    for store in stores.iter().copied() {
        show(world, &mut sheet, store);
    }
    for store in world.inventory.datastores.iter().filter(|store| !store.is_switched_off) {
        guard(world, &mut sheet, store);
    }
    zero::tell(world, &mut sheet);
    identity::tell(world, &mut sheet);
    let (verdict, grade, because) = judge(world, &stores);
    sheet.close(verdict, grade, because)
}

fn show(world: &World<'_>, sheet: &mut Sheet, store: &Datastore) {
    match &store.worst_case {
        Loss::Seconds(_) | Loss::Rebuildable => {
            sheet.shows(Grade::Declared, &store.span, store.worst_case_because.clone())
        }
        Loss::Everything => {
            let grade = if store.backups.is_empty() { Grade::Absent } else { Grade::Contradicted };
            sheet.shows(grade, &store.span, store.worst_case_because.clone());
        }
        Loss::Unknown(settle) => {
            if sheet.unknowns.len() < MAX_UNKNOWNS {
                sheet.unknown(format!("How much of {} would be lost.", named(store)), settle.clone());
            }
        }
    }
    let is_bucket = store.kind == StoreKind::Objects && store.engine == "s3";
    if is_bucket && store.worst_case == Loss::Everything && holds_data(store) {
        let message = format!(
            "{} keeps no earlier versions: an object that is deleted or overwritten is gone.",
            capital(&named(store))
        );
        let gap = Gap::new("unversioned-bucket", store.address.clone(), message).on(&store.span);
        sheet.gap(world, gap.component(store.name.clone()));
    }
}

fn holds_data(store: &Datastore) -> bool {
    let both = format!("{} {}", store.name, store.address).to_ascii_lowercase();
    both.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| DATA_WORDS.contains(&word))
}

/// Switches that let one command, or one restart, take everything.
fn guard(world: &World<'_>, sheet: &mut Sheet, store: &Datastore) {
    if store.kind != StoreKind::Database {
        return;
    }
    let weak = |key: &str| store.switches.iter().find(|(text, _, is_weak)| *is_weak && text.starts_with(key));
    let guarded =
        store.switches.iter().any(|(text, _, is_weak)| !is_weak && text.starts_with("prevent_destroy"));
    if let (Some(_), Some((_, span, _)), false, Environment::Production) =
        (weak("deletion_protection"), weak("skip_final_snapshot"), guarded, store.environment)
    {
        let message = format!(
            "{} goes with one `terraform destroy`: deletion is not protected, and no final snapshot is taken.",
            capital(&named(store))
        );
        let gap = Gap::new("unprotected-deletion", store.address.clone(), message).on(span);
        sheet.gap(world, gap.component(store.name.clone()));
    }
    let runs = matches!(store.environment, Environment::Production | Environment::Unstated);
    if let (Some((text, span, _)), true) = (weak("no persistence"), runs) {
        let message =
            format!("{} loses everything when its container is replaced: {text}.", capital(&named(store)));
        let gap = Gap::new("ephemeral-database", store.address.clone(), message).on(span);
        sheet.gap(world, gap.component(store.name.clone()).severity(weight(store, Severity::High)));
    }
}

fn judge(world: &World<'_>, stores: &[&Datastore]) -> (Verdict, Grade, String) {
    if stores.is_empty() {
        let what = if world.inventory.datastores.is_empty() { "data" } else { "production data" };
        let because = format!(
            "No store of {what} is declared in this repository, so its worst case cannot be told from here."
        );
        return (Verdict::CannotTell, Grade::Absent, because);
    }
    let total = stores.iter().filter(|store| store.worst_case == Loss::Everything).count();
    match stores.iter().find(|store| store.worst_case == Loss::Everything) {
        Some(worst) => everything(worst, total, stores.len()),
        None => match store::undeclared_database(world) {
            Some(why) => {
                let because = format!(
                    "What could be lost of the application's database cannot be told from here: {why}."
                );
                (Verdict::CannotTell, Grade::Absent, because)
            }
            None => bounded(stores),
        },
    }
}

/// At least one store can be lost as a whole.
fn everything(worst: &Datastore, total: usize, all: usize) -> (Verdict, Grade, String) {
    let more = if total > 1 { format!(" ({total} of {all} stores)") } else { String::new() };
    let grade = if worst.backups.is_empty() { Grade::Absent } else { Grade::Contradicted };
    let because = worst.worst_case_because.trim_end_matches('.');
    let what = match worst.kind {
        _ if store::is_bucket(worst) => "what is deleted or overwritten is gone",
        _ => "all of it could be lost",
    };
    (Verdict::No, grade, format!("{because}, so {what}{more}."))
}

/// Every store is bounded or unknown.
fn bounded(stores: &[&Datastore]) -> (Verdict, Grade, String) {
    let unknown = stores.iter().find(|store| matches!(store.worst_case, Loss::Unknown(_)));
    let known = stores.iter().filter_map(|store| match store.worst_case {
        Loss::Seconds(seconds) => Some((seconds, *store)),
        _ => None,
    });
    match (known.max_by_key(|(seconds, _)| *seconds), unknown) {
        (None, store) => {
            let because = match store {
                Some(store) => {
                    let why = store.worst_case_because.trim_end_matches('.');
                    format!("{why}, so what would be lost cannot be told either.")
                }
                None => "Nothing here says how much could be lost.".to_owned(),
            };
            (Verdict::CannotTell, Grade::Absent, because)
        }
        (Some((seconds, store)), Some(other)) => {
            let (store, other) = (named(store), named(other));
            let because = format!(
                "Up to {} of {store} could be lost; for {other} it cannot be told from here.",
                loss(seconds)
            );
            (Verdict::Partly, Grade::Declared, because)
        }
        (Some((0, _)), None) => {
            let because = "Everything declared here keeps earlier versions: what is deleted or overwritten can be brought back.";
            (Verdict::Yes, Grade::Declared, because.to_owned())
        }
        (Some((seconds, store)), None) => {
            let why = &store.worst_case_because;
            let because = format!("At worst {} of {} would be lost: {why}", loss(seconds), named(store));
            let is_weak = stores.iter().any(|store| store.switches.iter().any(|(_, _, weak)| *weak));
            let is_small = seconds <= SMALL_LOSS_SECONDS && !is_weak;
            let verdict = if is_small { Verdict::Yes } else { Verdict::Partly };
            (verdict, if is_weak { Grade::Declared } else { Grade::Wired }, because)
        }
    }
}

fn loss(seconds: u64) -> String {
    if seconds == 0 { "nothing".to_owned() } else { format!("{} of writes", in_words(seconds)) }
}
