//! A declared way of taking releases back, and the evidence that it asks for.
//!
//! Whoever declares that migrations are run down is asked whether anything ever runs them; whoever
//! declares that only traffic is moved is asked what moves it. What the contract does not need is not
//! asked for any more.

use crate::answers::{Gap, Sheet, World};
use crate::model::fact::{Doing, System};
use crate::model::{Contract, Grade, Place, Span};

/// Whether the contract needs ways down of migrations.
pub(super) fn needs_down(contract: Option<Contract>) -> bool {
    !matches!(
        contract,
        Some(
            Contract::ExpandContract
                | Contract::SnapshotRestore
                | Contract::ForwardFix
                | Contract::TrafficShift
        )
    )
}

/// Whether the contract needs the previous build to run on the new schema.
pub(super) fn needs_old_build(contract: Option<Contract>) -> bool {
    !matches!(contract, Some(Contract::SnapshotRestore | Contract::ForwardFix))
}

/// One thing a contract asks for.
struct Asked {
    /// What it is, for "nothing here shows ...".
    what: &'static str,
    /// Where it would be.
    places: &'static [&'static str],
    /// What shows it.
    found: Option<(Span, String)>,
}

/// Shows the evidence that the contract asks for, and makes the gap of what is missing.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet) {
    let Some(contract) = world.settings.rollback else { return };
    for asked in asked(world, contract) {
        match asked.found {
            Some((span, shows)) => sheet.shows(Grade::Wired, &span, shows),
            None => {
                let message = format!(
                    "`rollback = \"{}\"` is declared, and nothing here shows {}.",
                    contract.word(),
                    asked.what
                );
                let thing = format!("{} {}", contract.word(), asked.what);
                let gap = Gap::new("unkept-rollback-contract", thing, message);
                sheet.gap(world, gap.absent(asked.what, asked.places));
            }
        }
    }
}

/// What of the contract is shown, for the list of what does not block.
pub(super) fn kept(world: &World<'_>) -> Vec<String> {
    let Some(contract) = world.settings.rollback else { return Vec::new() };
    let found = asked(world, contract).into_iter().filter_map(|asked| asked.found);
    found.map(|(span, shows)| format!("{} ({}:{}).", capital(&shows), span.path, span.at.line)).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const PIPELINES: &[&str] = &[".github/workflows/*", ".gitlab-ci.yml", "*.sh"];

fn asked(world: &World<'_>, contract: Contract) -> Vec<Asked> {
    match contract {
        Contract::Down => vec![Asked {
            what: "that anything ever runs the migrations down",
            places: PIPELINES,
            found: command(world, |doing, _| doing == Doing::MigrateDown)
                .map(|(span, text)| (span, format!("migrations are run down: `{text}`"))),
        }],
        Contract::ExpandContract => vec![Asked {
            what: "a check that keeps migrations apart from what the previous build still uses",
            places: &["package manifests", ".github/workflows/*", ".pre-commit-config.yaml"],
            found: linter(world),
        }],
        Contract::SnapshotRestore => vec![
            Asked {
                what: "a copy of the database that is taken before a deployment",
                places: PIPELINES,
                found: copy_before(world),
            },
            Asked {
                what: "a restore that was ever exercised",
                places: &["scheduled jobs that restore", "dated drill records"],
                found: world
                    .inventory
                    .restores
                    .iter()
                    .find(|restore| restore.grade >= Grade::Exercised)
                    .map(|restore| (restore.span.clone(), restore.shows.clone())),
            },
        ],
        Contract::ForwardFix => vec![Asked {
            what: "a pipeline by which a repair gets into service",
            places: PIPELINES,
            found: command(world, |doing, _| doing == Doing::Deploy)
                .map(|(span, text)| (span, format!("a repair is deployed by `{text}`"))),
        }],
        Contract::TrafficShift => vec![Asked {
            what: "two releases side by side with traffic that can be moved between them",
            places: &["Argo Rollouts", "Flagger canaries", "CodeDeploy", "revisions, slots and aliases"],
            found: world
                .inventory
                .deployments
                .iter()
                .filter(|deployment| deployment.shifts_traffic)
                .find_map(|deployment| {
                    let proof = deployment.way_back.first()?;
                    let Place::At(span) = &proof.place else { return None };
                    Some((span.clone(), proof.shows.clone()))
                }),
        }],
    }
}

fn command(world: &World<'_>, fits: impl Fn(Doing, &str) -> bool) -> Option<(Span, String)> {
    let found = world.inventory.rollout.iter().find(|(_, command)| fits(command.doing, &command.text));
    found.map(|(span, command)| (span.clone(), crate::text::cut(&command.text, 80)))
}

/// A dump or snapshot in a file that also deploys or migrates.
fn copy_before(world: &World<'_>) -> Option<(Span, String)> {
    let rollout = &world.inventory.rollout;
    let releases = |span: &Span| {
        rollout.iter().any(|(other, command)| {
            other.path == span.path && matches!(command.doing, Doing::Deploy | Doing::Migrate)
        })
    };
    let backups = world.inventory.datastores.iter().flat_map(|store| &store.backups);
    let all = backups.chain(&world.inventory.loose_backups);
    let found = all.into_iter().find(|backup| releases(&backup.span));
    found.map(|backup| (backup.span.clone(), "the deployment takes a copy of the database first".to_owned()))
}

/// Checkers of migrations, by the names under which they are installed or run.
const LINTERS: &[&str] = &[
    "strong_migrations",
    "strong-migrations",
    "django-migration-linter",
    "squawk",
    "squawk-cli",
    "safe-pg-migrations",
    "online_migrations",
    "pgroll",
    "atlas migrate lint",
];

fn linter(world: &World<'_>) -> Option<(Span, String)> {
    let mut found = None;
    for (span, resource) in &world.inventory.resources {
        if !matches!(resource.system, System::Package | System::GithubActions | System::GitlabCi) {
            continue;
        }
        resource.body.walk(&mut |_, node| {
            let Some(text) = node.text().filter(|_| found.is_none()) else { return };
            let name = LINTERS.iter().find(|name| {
                text == **name
                    || text.split(|c: char| c.is_whitespace() || c == '/').any(|word| word == **name)
            });
            if let Some(name) = name {
                let place = Span::new(&span.path, node.at);
                found = Some((place, format!("`{name}` checks migrations")));
            }
        });
    }
    found
}
