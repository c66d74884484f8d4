//! Ways to bring data back, and how far each was ever exercised.
//!
//! The ladder: a document tells how (mentioned), a script does it (declared), something names the
//! script (wired), a schedule runs it (exercised), a dated record shows that it worked not long ago
//! (fresh). A check of a copy is not a restore and is not listed.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Material;
use super::backup::{Runners, commands, engine_of_script};
use crate::model::fact::{Command, Doing, Drill, DrillKind, DrillResult, System};
use crate::model::thing::{Datastore, Restore, StoreKind};
use crate::model::{FactKind, Grade, RepoPath, Span};
use crate::rules::Tool;
use crate::text::schedule::in_words;

/// Every way back, sorted by place; raises the restore grade of the stores each belongs to.
pub(super) fn take(material: &Material<'_>, stores: &mut [Datastore]) -> Vec<Restore> {
    let mut restores = testing_plans(material, stores);
    let runners = Runners::read(material);
    let mut seen = BTreeSet::new();
    for (span, command) in commands(material).filter(|(_, command)| command.doing == Doing::Restore) {
        // One way back per file and tool; every further line of it is the same way.
        if !seen.insert((span.path.clone(), command.tool.clone())) {
            continue;
        }
        let restore = by_command(material, &runners, span, command);
        raise(stores, command, &restore);
        restores.push(restore);
    }
    restores.extend(drills(material, stores));
    restores.sort_by(|a, b| (&a.span, &a.tool).cmp(&(&b.span, &b.tool)));
    restores
}

fn by_command(material: &Material<'_>, runners: &Runners<'_>, span: Span, command: &Command) -> Restore {
    let file = span.path.file_name().to_owned();
    let said = if command.tool == "script" { command.text.clone() } else { command.tool.clone() };
    let mut is_orphan = false;
    let (grade, shows) = if command.is_prose {
        (Grade::Mentioned, format!("{file} tells how to restore with {said}"))
    } else if let Some(runner) = runners.of(&span, command) {
        let often = runner.max_gap_seconds.map(|gap| format!(", at most {} apart", in_words(gap)));
        match &runner.suspended {
            Some(why) => (Grade::Wired, format!("{said} is scheduled and switched off ({why})")),
            None => {
                let often = often.unwrap_or_default();
                (Grade::Exercised, format!("{said} runs on a schedule ({}{often})", runner.schedule))
            }
        }
    } else if !is_script(&span.path) {
        (Grade::Wired, format!("{file} runs {said}"))
    } else if let Some(at) = runners.mention(material, &span.path) {
        (Grade::Wired, format!("{} runs {file}", at.path))
    } else if command.text == file {
        is_orphan = true;
        (Grade::Declared, format!("{file} is a script to restore"))
    } else {
        is_orphan = file.to_ascii_lowercase().contains("restore");
        (Grade::Declared, format!("{file} restores with {said}"))
    };
    let shows = if command.compares { format!("{shows}, and compares what came back") } else { shows };
    Restore { span, tool: command.tool.clone(), grade, exercised_on: None, shows, is_orphan }
}

fn is_script(path: &RepoPath) -> bool {
    matches!(path.extension(), "sh" | "bash" | "zsh" | "ksh" | "")
        && !matches!(path.file_name(), "Makefile" | "GNUmakefile" | "justfile" | "Justfile")
}

/// A restore raises the stores of its engine; one of any engine raises the only database there is.
fn raise(stores: &mut [Datastore], command: &Command, restore: &Restore) {
    let engine = match Tool::named(&command.tool) {
        Some(tool) => tool.engine.as_str(),
        None => engine_of_script(command),
    };
    let is_database = |store: &&Datastore| store.kind == StoreKind::Database && !store.is_switched_off;
    let databases = stores.iter().filter(is_database).count();
    for store in stores.iter_mut() {
        let is_its_own = match engine {
            "" => databases == 1 && store.kind == StoreKind::Database,
            engine => store.engine == engine,
        };
        if is_its_own {
            store.restore_grade = store.restore_grade.max(restore.grade);
        }
    }
}

/// Records of restores in documents, each with the stores it speaks of.
fn drills(material: &Material<'_>, stores: &mut [Datastore]) -> Vec<Restore> {
    let today = material.settings.as_of;
    let pages = material.of(|kind| if let FactKind::Runbook(page) = kind { Some(&**page) } else { None });
    let mut found = Vec::new();
    for (span, page) in pages {
        for record in page.drills.iter().filter(|record| record.kind == DrillKind::Restore) {
            let Some(restore) = drill(&span, record, today, material.settings.fresh_days) else { continue };
            rehearse(stores, record, &restore);
            found.push(restore);
        }
    }
    found
}

fn drill(span: &Span, record: &Drill, today: Date, fresh_days: u32) -> Option<Restore> {
    let date: Date = record.date.parse().ok().filter(|date| *date <= today)?;
    let days = u32::try_from(date.until(today).ok()?.get_days()).ok()?;
    let file = span.path.file_name();
    let (grade, shows) = match record.result {
        Some(DrillResult::Worked) if !record.has_evidence => (
            Grade::Mentioned,
            format!("{file} says that a restore worked on {date}, and shows nothing of it"),
        ),
        Some(DrillResult::Worked) => {
            let grade = if days <= fresh_days { Grade::Fresh } else { Grade::Exercised };
            (grade, format!("{file} records a rehearsal on {date}"))
        }
        Some(DrillResult::Partly) => {
            (Grade::Mentioned, format!("{file} records a rehearsal on {date} that worked only in part"))
        }
        Some(DrillResult::Failed) => {
            (Grade::Mentioned, format!("{file} records a rehearsal on {date} that failed"))
        }
        None => (Grade::Mentioned, format!("{file} tells of a rehearsal on {date} without its result")),
    };
    Some(Restore {
        span: Span::new(&span.path, record.at),
        tool: "rehearsal".to_owned(),
        grade,
        exercised_on: record.counts().then(|| date.to_string()),
        shows,
        is_orphan: false,
    })
}

/// A record raises the databases it names; one that names none raises the only one there is.
fn rehearse(stores: &mut [Datastore], record: &Drill, restore: &Restore) {
    let lower = record.what.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
        .filter(|w| w.len() > 2)
        .collect();
    let is_named = |store: &Datastore| {
        let own = store.address.rsplit(['.', ' ', '/']).next().unwrap_or_default().to_lowercase();
        words.contains(&store.name.to_lowercase().as_str())
            || words.contains(&store.engine.as_str())
            || words.contains(&own.as_str())
    };
    let counts = |store: &Datastore| store.kind == StoreKind::Database && !store.is_switched_off;
    let names: BTreeSet<String> = stores.iter().filter(|s| counts(s)).map(|s| s.name.clone()).collect();
    let is_any_named = stores.iter().any(|store| counts(store) && is_named(store));
    for store in stores.iter_mut().filter(|store| counts(store)) {
        if is_named(store) || (!is_any_named && names.len() == 1) {
            store.restore_grade = store.restore_grade.max(restore.grade);
        }
    }
}

/// AWS Backup restore testing: restores on a schedule, by type of resource.
fn testing_plans(material: &Material<'_>, stores: &mut [Datastore]) -> Vec<Restore> {
    let plans: Vec<_> = material.resources_of(System::Terraform, "aws_backup_restore_testing_plan").collect();
    if plans.is_empty() {
        return Vec::new();
    }
    let selections = material.resources_of(System::Terraform, "aws_backup_restore_testing_selection");
    let types: Vec<String> = selections
        .filter_map(|(_, selection)| selection.body.text_at("protected_resource_type"))
        .map(str::to_ascii_lowercase)
        .collect();
    for store in stores.iter_mut().filter(|store| store.address.starts_with("aws_")) {
        let kind = match store.address.split('.').next().unwrap_or_default() {
            "aws_db_instance" => "rds",
            "aws_rds_cluster" => "aurora",
            "aws_dynamodb_table" => "dynamodb",
            "aws_efs_file_system" => "efs",
            "aws_ebs_volume" => "ebs",
            "aws_s3_bucket" => "s3",
            _ => continue,
        };
        if types.is_empty() || types.iter().any(|known| known == kind) {
            store.restore_grade = store.restore_grade.max(Grade::Exercised);
        }
    }
    plans
        .into_iter()
        .map(|(span, plan)| Restore {
            span,
            tool: "aws_backup_restore_testing_plan".to_owned(),
            grade: Grade::Exercised,
            exercised_on: None,
            shows: format!("AWS Backup restores a copy on a schedule ({})", plan.name),
            is_orphan: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::inventory::material::testing::with_material;
    use crate::inventory::take;

    const STORE: (&str, &str) = (
        "db.tf",
        "resource \"aws_db_instance\" \"main\" {\n  engine = \"postgres\"\n  identifier = \"shop\"\n  backup_retention_period = 7\n}\n",
    );
    const SCRIPT: (&str, &str) = ("ops/restore.sh", "#!/bin/sh\nset -e\npg_restore -d scratch shop.dump\n");

    /// The rung of the database, and what each way back shows.
    #[track_caller]
    fn check(files: &[(&str, &str)], rung: &str, expected: &[&str]) {
        let all: Vec<(&str, &str)> = std::iter::once(STORE).chain(files.iter().copied()).collect();
        with_material(&all, |material| {
            let found = take(material);
            let grades: Vec<String> =
                found.datastores.iter().map(|s| format!("{:?}", s.restore_grade)).collect();
            let shows: Vec<&str> = found.restores.iter().map(|restore| restore.shows.as_str()).collect();
            assert_eq!((grades, shows), (vec![rung.to_owned()], expected.to_vec()));
        });
    }

    #[test]
    fn each_rung_of_the_ladder_is_told_apart() {
        check(&[], "Absent", &[]);
        let page = ("docs/restore.md", "# Restore\n\n```sh\npg_restore -d shop shop.dump\n```\n");
        check(&[page], "Mentioned", &["restore.md tells how to restore with pg_restore"]);
        check(&[SCRIPT], "Declared", &["restore.sh restores with pg_restore"]);
        let recipe = ("Makefile", "drill:\n\t./ops/restore.sh\n");
        check(&[SCRIPT, recipe], "Wired", &["Makefile runs ./ops/restore.sh", "Makefile runs restore.sh"]);
        let job = |on: &str| format!("on: {on}\njobs:\n  a:\n    steps:\n    - run: ./ops/restore.sh\n");
        let by_hand = job("workflow_dispatch");
        let ci = (".github/workflows/drill.yml", by_hand.as_str());
        check(
            &[SCRIPT, ci],
            "Wired",
            &["drill.yml runs ./ops/restore.sh", ".github/workflows/drill.yml runs restore.sh"],
        );
        let weekly = job("{schedule: [{cron: '0 4 * * 0'}]}");
        let ci = (".github/workflows/drill.yml", weekly.as_str());
        let shows = "runs on a schedule (0 4 * * 0, at most 7 days apart)";
        check(
            &[SCRIPT, ci],
            "Exercised",
            &[&format!("./ops/restore.sh {shows}"), &format!("pg_restore {shows}")],
        );
        let asserts = (
            "ops/restore.sh",
            "#!/bin/sh\nset -e\npg_restore -d scratch shop.dump\ntest $(psql -tc 'select count(*) from orders') -gt 0 || exit 1\n",
        );
        check(
            &[asserts, ci],
            "Exercised",
            &[
                &format!("./ops/restore.sh {shows}"),
                &format!("pg_restore {shows}, and compares what came back"),
            ],
        );
    }

    #[test]
    fn a_check_of_a_copy_is_no_restore() {
        check(&[("ops/check.sh", "#!/bin/sh\npg_restore --list shop.dump\n")], "Absent", &[]);
        check(&[("ops/check.sh", "#!/bin/sh\nrestic check\npg_verifybackup /srv/base\n")], "Absent", &[]);
    }

    #[test]
    fn a_suspended_drill_is_only_wired() {
        let job = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: drill}\nspec:\n  schedule: '0 4 * * 0'\n  suspend: true\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - command: [sh, -c, 'pg_restore -d scratch shop.dump']\n";
        check(
            &[("k8s/drill.yaml", job)],
            "Wired",
            &["pg_restore is scheduled and switched off (suspend: true)"],
        );
    }
}
