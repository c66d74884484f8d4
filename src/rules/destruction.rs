//! `rules/catalog/destruction.toml`: commands that take a store of data, what guards a script has
//! before it runs one, and names of things made to be thrown away.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

/// A command that destroys.
#[derive(Debug)]
pub struct Destroyer {
    /// The program.
    pub program: String,
    /// What is gone afterward, as a sentence goes on.
    pub what: String,
    args: Option<Regex>,
    unless: Option<Regex>,
    needs: Option<Regex>,
    bold: Option<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    program: String,
    args: String,
    unless: Option<String>,
    needs: Option<String>,
    bold: Option<String>,
    what: String,
    #[allow(dead_code, reason = "the proof of the entry, for whoever edits the catalogue")]
    page: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardEntry {
    says: String,
    regex: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rehearsal {
    words: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    destroyer: Vec<Entry>,
    guard: Vec<GuardEntry>,
    rehearsal: Rehearsal,
}

struct Catalog {
    destroyers: Vec<Destroyer>,
    guards: Vec<(String, Regex)>,
    rehearsal: Vec<String>,
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let file: File = toml::from_str(super::catalog("destruction")).unwrap_or_default();
    let guards = file.guard.into_iter();
    Catalog {
        destroyers: file.destroyer.into_iter().filter_map(compiled).collect(),
        guards: guards
            .filter_map(|guard| Some((guard.says, Regex::new(&ascii(&guard.regex)).ok()?)))
            .collect(),
        rehearsal: file.rehearsal.words,
    }
});

/// Word boundaries of ASCII: those of all of Unicode make a search through a whole file slow.
fn ascii(regex: &str) -> String {
    regex.replace(r"\b", r"(?-u:\b)")
}

fn compiled(entry: Entry) -> Option<Destroyer> {
    let regex = |text: Option<String>| text.map(|text| Regex::new(&text)).transpose();
    Some(Destroyer {
        program: entry.program,
        what: entry.what,
        args: Some(Regex::new(&entry.args).ok()?),
        unless: regex(entry.unless).ok()?,
        needs: regex(entry.needs).ok()?,
        bold: regex(entry.bold).ok()?,
    })
}

impl Destroyer {
    /// Every program of the catalogue.
    pub fn programs() -> impl Iterator<Item = &'static str> {
        CATALOG.destroyers.iter().map(|destroyer| destroyer.program.as_str())
    }

    /// What a program destroys with these arguments in this line, if it does.
    pub fn find(program: &str, arguments: &str, line: &str) -> Option<&'static Self> {
        let is = |regex: &Option<Regex>| regex.as_ref().is_some_and(|regex| regex.is_match(arguments));
        let is_near = |one: &Self| one.needs.as_ref().is_none_or(|needs| needs.is_match(line));
        let fits = |one: &&Self| one.program == program && is(&one.args) && !is(&one.unless) && is_near(one);
        CATALOG.destroyers.iter().find(fits)
    }

    /// Whether the program itself asks a person before it acts. `line` is the whole command with the
    /// assignments before it.
    pub fn asks(&self, line: &str) -> bool {
        self.bold.as_ref().is_some_and(|bold| !bold.is_match(line))
    }

    /// What a script does before it destroys, in words (`asks a person`).
    pub fn guard(script: &str) -> Option<&'static str> {
        let guard = CATALOG.guards.iter().find(|(_, regex)| regex.is_match(script));
        guard.map(|(says, _)| says.as_str())
    }

    /// Whether a name says that what is meant is made to be thrown away (`preview-42`, `test_db`).
    pub fn is_rehearsal(text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| {
            let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
            CATALOG.rehearsal.iter().any(|known| known == word || known == bare)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{CATALOG, Destroyer, File};

    #[test]
    fn the_catalog_loads_in_full() {
        let file: File = toml::from_str(crate::rules::catalog("destruction")).unwrap();
        assert_eq!(CATALOG.destroyers.len(), file.destroyer.len());
        assert_eq!(CATALOG.guards.len(), file.guard.len());
        assert!(!CATALOG.rehearsal.is_empty());
    }

    /// `Some(true)`: it destroys after asking; `Some(false)`: it destroys.
    #[track_caller]
    fn check(line: &str, expected: Option<bool>) {
        let (program, arguments) = line.split_once(' ').unwrap_or((line, ""));
        assert_eq!(Destroyer::find(program, arguments, line).map(|one| one.asks(line)), expected, "{line}");
    }

    #[test]
    fn tells_destruction_from_its_neighbors() {
        check("terraform destroy -auto-approve", Some(false));
        check("terraform -chdir=app destroy", Some(true));
        check("terraform plan -destroy", None);
        check("terraform destroy -target=module.a -auto-approve", None);
        check("cf delete-service db -f", Some(false));
        check("cf delete-service db", Some(true));
        check("cf delete-service-key db key -f", None);
        check("aws s3 rb s3://shop --force", Some(false));
        check("aws s3 rm s3://shop/a.txt", None);
        check("aws rds delete-db-snapshot --id x", None);
        check("gcloud sql instances delete shop", Some(true));
        check("gcloud sql instances delete shop --quiet", Some(false));
        check("kubectl --context prod delete pvc data-0", Some(false));
        check("kubectl delete pvc data-0", None);
        check("kubectl --context prod delete secret --namespace=shop tls", None);
        check("kubectl delete pod web-0", None);
        check("dropdb -h db1 shop", Some(false));
        check("dropdb shop", None);
        check("dropdb -h db1 -i shop", None);
        check("psql $DATABASE_URL -c DROP DATABASE shop", Some(false));
        check("psql -c DROP DATABASE shop", None);
        check("psql $DATABASE_URL -c SELECT 1", None);
        check("psql $DATABASE_URL -c DELETE FROM orders WHERE id = 1", None);
        check("psql $DATABASE_URL -c DELETE FROM orders;", Some(false));
        check("rails db:reset", Some(true));
        check("docker compose down", None);
        check("docker compose -f prod.yml down -v", Some(false));
        check("docker compose down -v", None);
        check("docker compose down --remove-orphans", None);
        check("rm -rf /var/lib/postgresql/16", Some(false));
        check("rm -rf /var/cache/nginx", None);
        check("zpool destroy tank", Some(false));
        check("redis-cli -h cache1 FLUSHALL", Some(false));
    }

    #[test]
    fn guards_are_told_by_what_they_do() {
        assert_eq!(Destroyer::guard("read -p 'Sure? ' yn\n"), Some("asks a person"));
        let environment = Some("checks which environment it runs in");
        assert_eq!(Destroyer::guard("if [ \"$ENV\" = production ]; then exit 1; fi"), environment);
        assert_eq!(
            Destroyer::guard("jobs:\n  destroy:\n    environment: production\n"),
            Some("waits for an approval")
        );
        assert_eq!(Destroyer::guard("terraform destroy -auto-approve\n"), None);
        assert_eq!(Destroyer::guard("# drops the production database\ndropdb shop\n"), None);
    }

    #[test]
    fn names_of_things_made_to_be_thrown_away() {
        assert!(Destroyer::is_rehearsal("test_notify"));
        assert!(Destroyer::is_rehearsal("scripts/dev2/reset.sh"));
        assert!(!Destroyer::is_rehearsal("ops/reset-orders.sh dropdb latest"));
    }
}
