//! `rules/catalog/migration-code.toml`: how migrations that are programs look in each framework, and
//! what each of its calls does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

/// What happens on the way back when a migration has no way down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingDown {
    /// The runner stops with an error.
    #[default]
    Refused,
    /// Nothing is done, and the migration counts as undone.
    Skipped,
    /// Nothing is done, and the migration goes on counting as applied.
    Kept,
    /// The runner turns the way up round.
    Reversed,
}

/// Where an argument of a call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The table that the call is made on (`$`).
    Table,
    /// This very name (`=deleted_at`).
    Literal(String),
    /// By one of these names, else by position (`name|0`).
    Own(Vec<String>, Option<usize>),
    /// Every argument from a position on, and every member of a list there (`0..`).
    Rest(usize),
    /// The first argument of a later call of the chain (`>To`).
    Later(String),
}

/// What a call does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallMeaning {
    /// The operation (`add-column`).
    pub verb: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// With this argument the runner can turn it round (`back=type|1`); without one in the
    /// catalogue, what creates can be turned round and what drops cannot.
    pub back: Option<Argument>,
}

/// A framework whose migrations are programs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeFramework {
    /// The word of the runner (`typeorm`).
    pub runner: String,
    /// Extensions of its files.
    pub extensions: Vec<String>,
    /// Every one of these stands in the file.
    #[serde(default)]
    pub words: Vec<String>,
    /// One of these stands in the file.
    #[serde(default)]
    pub any: Vec<String>,
    /// None of these stands in the file.
    #[serde(default)]
    pub never: Vec<String>,
    /// The name of the file without extension.
    #[serde(default)]
    stem: Option<String>,
    /// What the head of its class or function holds, one of them; empty for functions of a module.
    #[serde(default)]
    pub heads: Vec<String>,
    /// Names of the way up.
    #[serde(default)]
    pub up: Vec<String>,
    /// Names of the way down.
    #[serde(default)]
    pub down: Vec<String>,
    /// Names of a way up that the runner turns round by itself.
    #[serde(default)]
    pub change: Vec<String>,
    /// Calls that get both ways as arguments: the positions of up and down.
    #[serde(default)]
    pub pair: BTreeMap<String, (usize, usize)>,
    /// What a migration without a way down means.
    #[serde(default)]
    pub missing: MissingDown,
    /// Calls and heads by which the author says that there is no way back.
    #[serde(default)]
    pub declares: Vec<String>,
    /// Whether returning `false` says so too.
    #[serde(default)]
    pub false_declares: bool,
    /// Whether a column without a word on it refuses null.
    #[serde(default)]
    pub refuses_null: bool,
    /// Whether changes of rows in a way that is turned round simply run again.
    #[serde(default)]
    pub reruns: bool,
    /// Whether SQL in such a way runs again too; otherwise the runner refuses.
    #[serde(default)]
    pub reruns_sql: bool,
    /// Whether a way returns its SQL.
    #[serde(default)]
    pub returns_sql: bool,
    /// Calls by name, by receiver and name (`Schema.table`), by name and kind of the first argument
    /// (`create(table)`), or by name and number of arguments (`rename/2`).
    #[serde(default)]
    call: BTreeMap<String, String>,
    /// Calls inside the block of a call that means `table`.
    #[serde(default)]
    inner: BTreeMap<String, String>,
    /// The framework whose calls it shares.
    #[serde(default)]
    like: Option<String>,
    #[allow(dead_code, reason = "the proof of the entry, for whoever edits the catalogue")]
    page: Option<String>,
    #[serde(skip)]
    calls: BTreeMap<String, CallMeaning>,
    #[serde(skip)]
    inners: BTreeMap<String, CallMeaning>,
    #[serde(skip)]
    stem_pattern: Option<Regex>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    framework: Vec<CodeFramework>,
}

/// What calls do, as written in the catalogue.
type Texts = BTreeMap<String, String>;

static FRAMEWORKS: LazyLock<Vec<CodeFramework>> = LazyLock::new(|| {
    let file: Catalogue = toml::from_str(super::catalog("migration-code")).unwrap_or_default();
    let mut frameworks = file.framework;
    let known: BTreeMap<String, (Texts, Texts)> = frameworks
        .iter()
        .map(|framework| (framework.runner.clone(), (framework.call.clone(), framework.inner.clone())))
        .collect();
    for framework in &mut frameworks {
        if let Some((call, inner)) = framework.like.as_ref().and_then(|like| known.get(like)) {
            let own = std::mem::take(&mut framework.call);
            framework.call = call.clone().into_iter().chain(own).collect();
            let own = std::mem::take(&mut framework.inner);
            framework.inner = inner.clone().into_iter().chain(own).collect();
        }
        framework.calls = meanings(&framework.call);
        framework.inners = meanings(&framework.inner);
        framework.stem_pattern = framework.stem.as_deref().and_then(|stem| Regex::new(stem).ok());
    }
    frameworks
});

fn meanings(calls: &BTreeMap<String, String>) -> BTreeMap<String, CallMeaning> {
    calls.iter().map(|(name, text)| (name.clone(), meaning(text))).collect()
}

/// `"add-column $ name|0 back=type|1"`.
fn meaning(text: &str) -> CallMeaning {
    let mut words = text.split_whitespace();
    let verb = words.next().unwrap_or_default().to_owned();
    let (mut arguments, mut back) = (Vec::new(), None);
    for word in words {
        match word.strip_prefix("back=") {
            Some(word) => back = Some(argument(word)),
            None => arguments.push(argument(word)),
        }
    }
    CallMeaning { verb, arguments, back }
}

fn argument(word: &str) -> Argument {
    if word == "$" {
        return Argument::Table;
    }
    if let Some(name) = word.strip_prefix('=') {
        return Argument::Literal(name.to_owned());
    }
    if let Some(later) = word.strip_prefix('>') {
        return Argument::Later(later.to_owned());
    }
    if let Some(from) = word.strip_suffix("..") {
        return Argument::Rest(from.parse().unwrap_or_default());
    }
    let (mut names, mut position) = (Vec::new(), None);
    for part in word.split('|') {
        match part.parse() {
            Ok(number) => position = Some(number),
            Err(_) => names.push(part.to_owned()),
        }
    }
    Argument::Own(names, position)
}

impl CodeFramework {
    /// Every framework; where several fit a file, the first counts.
    pub fn all() -> &'static [Self] {
        &FRAMEWORKS
    }

    /// What a runner does with a migration that has no way down.
    pub fn missing_down(runner: &str) -> MissingDown {
        let known = Self::all().iter().find(|framework| framework.runner == runner);
        known.map_or(MissingDown::Refused, |framework| framework.missing)
    }

    /// Whether the name of a file fits.
    pub fn fits_stem(&self, stem: &str) -> bool {
        self.stem_pattern.as_ref().is_none_or(|pattern| pattern.is_match(stem))
    }

    /// What a call means, by its key.
    pub fn call(&self, key: &str) -> Option<&CallMeaning> {
        self.calls.get(key)
    }

    /// What a call inside the block of a table means; `*` stands for every other call.
    pub fn inner(&self, key: &str) -> Option<&CallMeaning> {
        self.inners.get(key)
    }
}

#[cfg(test)]
mod tests {
    use super::{Argument, Catalogue, CodeFramework, argument};

    /// The verbs that the reader knows.
    const VERBS: &[(&str, usize)] = &[
        ("table", 1),
        ("create-table", 1),
        ("drop-table", 1),
        ("rename-table", 2),
        ("add-column", 2),
        ("add-columns", 2),
        ("add-nullable", 2),
        ("new-table", 1),
        ("add-stamps", 1),
        ("drop-stamps", 1),
        ("drop-column", 2),
        ("rename-column", 3),
        ("alter-column", 2),
        ("create-index", 1),
        ("drop-index", 1),
        ("add-constraint", 1),
        ("drop-constraint", 1),
        ("create-other", 2),
        ("drop-other", 2),
        ("replace-other", 2),
        ("insert", 1),
        ("update", 1),
        ("delete", 1),
        ("delete-all", 1),
        ("mongo-update", 1),
        ("sql", 1),
        ("one-way", 1),
        ("raw", 0),
        ("silent", 0),
        ("noop", 0),
        ("walk", 0),
    ];

    #[test]
    fn the_catalogue_loads_whole() {
        let read: Result<Catalogue, _> = toml::from_str(crate::rules::catalog("migration-code"));
        assert!(read.is_ok(), "{:?}", read.err());
        for framework in CodeFramework::all() {
            assert!(!framework.extensions.is_empty(), "{}", framework.runner);
            assert!(framework.stem.is_none() || framework.stem_pattern.is_some(), "{}", framework.runner);
            assert!(framework.page.is_some(), "{} states no page", framework.runner);
            for (key, meaning) in framework.calls.iter().chain(&framework.inners) {
                let known = VERBS.iter().find(|(verb, _)| *verb == meaning.verb);
                assert!(known.is_some(), "{} {key}: {}", framework.runner, meaning.verb);
                let least = known.map_or(0, |(_, least)| *least);
                assert!(meaning.arguments.len() >= least, "{} {key} has too few arguments", framework.runner);
            }
        }
    }

    #[test]
    fn reads_where_an_argument_stands() {
        assert_eq!(argument("$"), Argument::Table);
        assert_eq!(argument(">To"), Argument::Later("To".into()));
        assert_eq!(argument("1.."), Argument::Rest(1));
        assert_eq!(argument("name|0"), Argument::Own(vec!["name".into()], Some(0)));
        assert_eq!(argument("name"), Argument::Own(vec!["name".into()], None));
    }
}
