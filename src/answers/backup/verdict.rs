//! The verdict on backups, and the one sentence that names the worst store.

use super::{by_script, grade_of, unscheduled};
use crate::answers::World;
use crate::answers::store::{self, Standing, capital, is_bucket, named, standing, working};
use crate::model::thing::{Datastore, StoreKind};
use crate::model::{Grade, Verdict};
use crate::text::schedule::in_words;

type Judgement = (Verdict, Grade, String);

/// Judges the stores that decide.
pub(super) fn judge(world: &World<'_>, stores: &[&Datastore]) -> Judgement {
    if stores.is_empty() {
        return without_stores(world);
    }
    let count = Count::of(stores);
    let lacks = |s: &&&Datastore| matches!(standing(s), Standing::Opposite(_) | Standing::Missing);
    let is_unknown = |s: &&&Datastore| matches!(standing(s), Standing::Unknown(_));
    if let Some(worst) = stores.iter().find(lacks) {
        return lacking(worst, &count);
    }
    if let Some(worst) = stores.iter().find(is_unknown) {
        return untold(world, worst, &count);
    }
    if let Some(why) = store::undeclared_database(world) {
        let because =
            format!("Where the application's database is backed up is not in this repository: {why}.");
        return (Verdict::CannotTell, Grade::Absent, because);
    }
    covered(stores)
}

/// How many stores stand how.
struct Count {
    all: usize,
    backed: usize,
    databases_backed: usize,
    unknown: usize,
}

impl Count {
    fn of(stores: &[&Datastore]) -> Self {
        let of = |wanted: fn(&Standing) -> bool| stores.iter().filter(|s| wanted(&standing(s))).count();
        let unknown = of(|s| matches!(s, Standing::Unknown(_)));
        let is_safe = |s: &&&Datastore| s.kind == StoreKind::Database && standing(s) == Standing::Backed;
        let databases_backed = stores.iter().filter(is_safe).count();
        Self { all: stores.len(), backed: of(|s| *s == Standing::Backed), databases_backed, unknown }
    }

    fn said(&self, some: usize) -> String {
        if self.all == 1 { String::new() } else { format!(" ({some} of {} stores)", self.all) }
    }
}

fn lacking(worst: &Datastore, count: &Count) -> Judgement {
    let name = named(worst);
    let said = count.said(count.all - count.backed - count.unknown);
    let (grade, because) = match standing(worst) {
        _ if is_bucket(worst) => (
            Grade::Absent,
            format!("{} keeps no earlier versions, and nothing copies it{said}.", capital(&name)),
        ),
        Standing::Opposite(why) => {
            (Grade::Contradicted, format!("{} has no backup to rely on: {why}{said}.", capital(&name)))
        }
        _ => (Grade::Absent, format!("Nothing in this repository backs up {name}{said}.")),
    };
    let script = by_script(worst).filter(|_| standing(worst) == Standing::Missing);
    if let Some(script) = script {
        let verdict = if count.databases_backed > 0 || script.schedule.is_some() {
            Verdict::Partly
        } else {
            Verdict::No
        };
        let because = format!("{} {}{said}.", capital(&name), unscheduled(script));
        return (verdict, Grade::Declared, because);
    }
    // A bucket that keeps versions comforts nobody whose only database is gone.
    let backed = if worst.kind == StoreKind::Database { count.databases_backed } else { count.backed };
    let verdict = if backed > 0 { Verdict::Partly } else { Verdict::No };
    (verdict, grade, because)
}

fn untold(world: &World<'_>, worst: &Datastore, count: &Count) -> Judgement {
    let why = match standing(worst) {
        Standing::Unknown(why) => why,
        _ => String::new(),
    };
    let said = count.said(count.unknown);
    if let Some(job) = scheduled(world) {
        let because = format!(
            "A job copies data ({job}), but how {} itself is backed up cannot be told from here: {why}.",
            named(worst)
        );
        return (Verdict::Partly, Grade::Declared, because);
    }
    let because = format!("How {} is backed up cannot be told from here: {why}{said}.", named(worst));
    let verdict = if count.backed > 0 { Verdict::Partly } else { Verdict::CannotTell };
    (verdict, if count.backed > 0 { Grade::Declared } else { Grade::Absent }, because)
}

fn covered(stores: &[&Datastore]) -> Judgement {
    let restored = stores.iter().filter(|s| !is_bucket(s)).map(|s| s.restore_grade).min();
    let all = match stores {
        [only] if is_bucket(only) => format!("{} keeps earlier versions", capital(&named(only))),
        [only] => format!("{} is backed up", capital(&named(only))),
        _ => format!("All {} stores are backed up", stores.len()),
    };
    if let Some(grade) = restored.filter(|grade| *grade >= Grade::Exercised) {
        return (Verdict::Yes, grade, format!("{all}, and a restore is exercised."));
    }
    let is_wired = stores.iter().all(|s| working(s).any(|b| grade_of(b) == Grade::Wired));
    let grade = if is_wired { Grade::Wired } else { Grade::Declared };
    (Verdict::Partly, grade, format!("{all}, but nothing here shows that a restore was ever tried."))
}

/// The verdict where the tree declares no store that counts.
fn without_stores(world: &World<'_>) -> Judgement {
    if let Some(job) = scheduled(world) {
        let because = format!("A job copies data ({job}), but the store it copies is not declared here.");
        return (Verdict::Partly, Grade::Declared, because);
    }
    let holds = |store: &&Datastore| !matches!(store.kind, StoreKind::Cache | StoreKind::Telemetry);
    let because = match (world.inventory.datastores.iter().find(holds), store::undeclared_database(world)) {
        (_, Some(why)) => {
            format!(
                "Where production keeps its data, and what backs it up, is not in this repository: {why}."
            )
        }
        (Some(store), None) => format!(
            "Only stores outside of production are declared here ({}); what backs up production is not in this \
             repository.",
            store.span.path
        ),
        (None, None) => {
            "No store of data is declared in this repository, so its backups cannot be judged from here."
                .to_owned()
        }
    };
    (Verdict::CannotTell, Grade::Absent, because)
}

/// The most frequent job that is tied to no store, as a reader would name it.
fn scheduled(world: &World<'_>) -> Option<String> {
    let jobs = world.inventory.loose_backups.iter().filter(|b| b.contradicted.is_none());
    let (gap, job) = jobs.filter_map(|b| Some((b.max_gap_seconds?, b))).min_by_key(|(gap, _)| *gap)?;
    Some(format!("{}, at most {} apart, {}", job.tool, in_words(gap), job.span.path))
}
