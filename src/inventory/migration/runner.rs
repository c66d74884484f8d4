//! Whose a neutral name is: `0001_users.up.sql` is the file of half a dozen runners, and only what
//! stands beside it (a package, a configuration, a ledger in a file) says of which.
//!
//! The nearest manifest above a migration decides, so that a Go service and a Rust service in one
//! repository keep their own runners.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::Material;
use crate::model::fact::{MigrationFile, Runner, System};
use crate::model::tree::Node;
use crate::model::{FactKind, Span};

/// What marks a runner, for one neutral form of files.
struct Mark {
    /// The runner that the file alone gives.
    form: &'static [Runner],
    /// A package whose name this is, or begins with.
    package: &'static str,
    /// The runner that is meant.
    means: Runner,
}

const PAIRS: &[Runner] = &[Runner::GolangMigrate];
const FOLDERS: &[Runner] = &[Runner::SqlPairs];
const PLAIN: &[Runner] = &[Runner::SqlFolder];
const SCRIPTS: &[Runner] = &[Runner::DbUp, Runner::SqlFolder];

const fn mark(form: &'static [Runner], package: &'static str, means: Runner) -> Mark {
    Mark { form, package, means }
}

/// In the order in which they are asked.
const MARKS: &[Mark] = &[
    mark(&[Runner::Flyway], "refinery", Runner::Refinery),
    mark(&[Runner::Flyway], "evolve", Runner::Evolve),
    mark(&[Runner::Flyway], "schemachange", Runner::Schemachange),
    mark(PAIRS, "github.com/golang-migrate/migrate", Runner::GolangMigrate),
    mark(PAIRS, "github.com/mattes/migrate", Runner::GolangMigrate),
    mark(PAIRS, "github.com/uptrace/bun", Runner::Bun),
    mark(PAIRS, "sqlx", Runner::Sqlx),
    mark(PAIRS, "migratus", Runner::Migratus),
    mark(PAIRS, "ragtime", Runner::Ragtime),
    mark(PAIRS, "db-migrate", Runner::DbMigrate),
    mark(PAIRS, "yoyo-migrations", Runner::Yoyo),
    mark(FOLDERS, "diesel", Runner::Diesel),
    mark(PLAIN, "sqlx", Runner::Sqlx),
    mark(PLAIN, "node-pg-migrate", Runner::NodePgMigrate),
    mark(PLAIN, "yoyo-migrations", Runner::Yoyo),
    mark(PLAIN, "drizzle-orm", Runner::Drizzle),
    mark(PLAIN, "github.com/jackc/tern", Runner::Tern),
    mark(SCRIPTS, "dbup", Runner::DbUp),
    mark(SCRIPTS, "evolve", Runner::Evolve),
];

/// Files in the folder of a ledger, or in the one above, that only one runner writes.
const FILES: &[(&str, &[Runner], Runner)] = &[
    ("atlas.sum", PLAIN, Runner::Atlas),
    ("meta/_journal.json", PLAIN, Runner::Drizzle),
    ("tern.conf", PLAIN, Runner::Tern),
    ("../tern.conf", PLAIN, Runner::Tern),
    ("../.gmrc", PLAIN, Runner::GraphileMigrate),
    ("../sqitch.plan", PLAIN, Runner::Sqitch),
    ("../diesel.toml", FOLDERS, Runner::Diesel),
    ("yoyo.ini", PLAIN, Runner::Yoyo),
    ("../yoyo.ini", PLAIN, Runner::Yoyo),
];

/// Folders that grate keeps beside `up`; two of them are its mark.
const GRATE: &[&str] = &[
    "runaftercreatedatabase",
    "runbeforeup",
    "runfirstafterup",
    "functions",
    "views",
    "sprocs",
    "triggers",
    "indexes",
    "runafterotheranytimescripts",
    "permissions",
    "beforemigration",
    "aftermigration",
    "alterdatabase",
];

/// Names of packages by the folder of their manifest.
type Packages = BTreeMap<String, BTreeSet<String>>;

/// Gives every migration its runner, and drops scripts that no runner runs.
pub(super) fn settle(material: &Material<'_>, files: &mut Vec<(Span, MigrationFile)>) {
    let packages = packages(material);
    let folders: BTreeSet<String> =
        material.paths.iter().map(|path| path.parent().to_ascii_lowercase()).collect();
    let mut known: BTreeMap<(Runner, String), Runner> = BTreeMap::new();
    for (_, file) in files.iter_mut() {
        let key = (file.runner, file.ledger.clone());
        let runner = *known.entry(key).or_insert_with(|| means(material, &packages, &folders, file));
        file.runner = runner;
        if runner == Runner::Refinery && file.is_down_file {
            unversioned(file);
        }
    }
    files.retain(|(_, file)| is_proven(file, &packages));
}

/// Refinery's `U` files run up like the others.
fn unversioned(file: &mut MigrationFile) {
    file.is_down_file = false;
    file.up = file.down.take().unwrap_or_default();
    file.way_back = crate::model::fact::WayBack::None;
}

fn packages(material: &Material<'_>) -> Packages {
    let mut all = Packages::new();
    for (span, resource) in material.resources().filter(|(_, resource)| resource.system == System::Package) {
        let names = resource.body.get("dependencies").map(Node::items).unwrap_or_default();
        let names = names.iter().filter_map(Node::text).map(str::to_ascii_lowercase);
        all.entry(span.path.parent().to_owned()).or_default().extend(names);
    }
    all
}

fn means(
    material: &Material<'_>,
    packages: &Packages,
    folders: &BTreeSet<String>,
    file: &MigrationFile,
) -> Runner {
    let ledger = file.ledger.as_str();
    if file.runner == Runner::SqlPairs && is_hasura(ledger, folders) {
        return Runner::Hasura;
    }
    if file.runner == Runner::Grate {
        let above = parent(ledger).to_ascii_lowercase();
        let beside = GRATE.iter().filter(|name| folders.contains(&join(&above, name)));
        return if beside.count() >= 2 { Runner::Grate } else { Runner::DbUp };
    }
    let exists = |name: &str| {
        let (folder, name) = name.strip_prefix("../").map_or((ledger, name), |name| (parent(ledger), name));
        material.exists(&join(folder, name))
    };
    let by_file = FILES.iter().find(|(name, form, _)| form.contains(&file.runner) && exists(name));
    if let Some((_, _, runner)) = by_file {
        return *runner;
    }
    nearest(ledger, packages).find_map(|names| by_package(file.runner, names)).unwrap_or_else(|| {
        // Many runners read pairs: which one it is, a package or a command must say.
        let is_pair = file.runner == Runner::GolangMigrate;
        if is_pair && !is_run(material, Runner::GolangMigrate) { Runner::SqlPairs } else { file.runner }
    })
}

/// Whether a command here runs a runner.
fn is_run(material: &Material<'_>, runner: Runner) -> bool {
    let commands =
        material.of(|kind| if let FactKind::Command(command) = kind { Some(&**command) } else { None });
    commands.into_iter().any(|(_, command)| command.tool == runner.id())
}

fn by_package(form: Runner, names: &BTreeSet<String>) -> Option<Runner> {
    let holds = |package: &str| {
        let from = names.range(package.to_owned()..).next();
        from.is_some_and(|name| {
            name.strip_prefix(package)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '/', '_']))
        })
    };
    let found = MARKS.iter().find(|mark| mark.form.contains(&form) && holds(mark.package));
    found.map(|mark| mark.means)
}

/// The packages of the manifests above a folder, nearest first, then those of all others together.
fn nearest<'a>(folder: &'a str, packages: &'a Packages) -> impl Iterator<Item = &'a BTreeSet<String>> {
    let above = std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)));
    let own = above.filter_map(|folder| packages.get(folder));
    own.chain(packages.values())
}

fn parent(folder: &str) -> &str {
    folder.rfind('/').map_or("", |slash| folder.get(..slash).unwrap_or_default())
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Hasura keeps `metadata/` beside `migrations/`; Nhost keeps both in its own folder.
fn is_hasura(ledger: &str, folders: &BTreeSet<String>) -> bool {
    let lower = ledger.to_ascii_lowercase();
    let Some((top, _)) =
        format!("{lower}/").rsplit_once("migrations/").map(|(top, rest)| (top.to_owned(), rest.to_owned()))
    else {
        return false;
    };
    let is_named = lower.split('/').any(|part| part == "nhost" || part == "hasura");
    is_named
        || folders.contains(&format!("{top}metadata/databases"))
        || folders.contains(&format!("{top}metadata"))
}

/// Numbered scripts are migrations only where something runs them.
fn is_proven(file: &MigrationFile, packages: &Packages) -> bool {
    if file.runner != Runner::DbUp {
        return true;
    }
    let is_dbup = |name: &String| name == "dbup" || name.starts_with("dbup-");
    packages.values().any(|names| names.iter().any(is_dbup))
}
