//! Shapes of code that show whether deferred work is still open: `rules/catalog/code-shapes.toml`.
//!
//! A family is a problem that words name and code can show; a shape is one way to write it, or the
//! way it looks once it is solved. It knows neither files nor comments.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use crate::rules::phrase::Phrase;
use regex::Regex;
use serde::{Deserialize, Deserializer};
use tree_sitter::Tree;

use super::catalog;
use crate::parse::Language;
use crate::parse::code::Query;

/// How far from the comment a shape may stand and still be what the comment speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// In the statement it speaks of, or around the comment itself.
    Subject,
    /// A few lines off, in the same function.
    Near,
    /// Anywhere in the same function, if that is short.
    Function,
}

/// A problem that words name and code can show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Its name in the catalogue.
    pub id: String,
    about: Phrase,
    #[serde(default)]
    unless: Option<Phrase>,
    #[serde(default)]
    asks: Option<Phrase>,
}

/// One way to write a problem, and how it looks once solved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Its name in the catalogue.
    pub id: String,
    /// The family it belongs to.
    pub family: String,
    languages: Vec<String>,
    /// How far from the comment it may stand.
    pub reach: Reach,
    /// The problem in one clause ("a query without a limit").
    #[serde(default)]
    pub shows: String,
    /// The solution in one clause ("a query with a limit").
    #[serde(default)]
    pub has: String,
    #[serde(default)]
    problem: Option<Asked>,
    #[serde(default)]
    remedy: Option<Asked>,
    #[serde(default)]
    problem_line: Option<Phrase>,
    #[serde(default)]
    remedy_line: Option<Phrase>,
    /// Words in the code beside it with which it says nothing.
    #[serde(default)]
    not_beside: Option<Phrase>,
    #[serde(default)]
    compares_versions: bool,
    #[cfg_attr(not(test), allow(dead_code, reason = "samples are run by a test"))]
    #[serde(default)]
    confirmed: Vec<String>,
    #[cfg_attr(not(test), allow(dead_code, reason = "samples are run by a test"))]
    #[serde(default)]
    paid: Vec<String>,
    #[cfg_attr(not(test), allow(dead_code, reason = "samples are run by a test"))]
    #[serde(default)]
    silent: Vec<String>,
}

/// A query, compiled for each grammar when it is first asked there.
#[derive(Debug)]
struct Asked {
    source: String,
    compiled: [OnceLock<Option<Query>>; GRAMMARS.len()],
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        Ok(Self { source, compiled: Default::default() })
    }
}

/// Languages with shapes over their trees, with their names in the catalogue.
const GRAMMARS: [(Language, &str); 12] = [
    (Language::Bash, "bash"),
    (Language::CSharp, "csharp"),
    (Language::Go, "go"),
    (Language::Java, "java"),
    (Language::JavaScript, "javascript"),
    (Language::Kotlin, "kotlin"),
    (Language::Php, "php"),
    (Language::Python, "python"),
    (Language::Ruby, "ruby"),
    (Language::Rust, "rust"),
    (Language::TypeScript, "javascript"),
    (Language::Tsx, "javascript"),
];
/// Languages whose shapes are told by one line.
const BY_LINE: [(Language, &str); 5] = [
    (Language::Yaml, "yaml"),
    (Language::Hcl, "hcl"),
    (Language::Toml, "toml"),
    (Language::Ini, "ini"),
    (Language::Dockerfile, "dockerfile"),
];
/// Stands for every language in a shape told by one line.
const ANY: &str = "any";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    family: Vec<Family>,
    shape: Vec<Shape>,
}

static CATALOGUE: LazyLock<Option<Catalogue>> = LazyLock::new(|| toml::from_str(catalog("code-shapes")).ok());

impl Family {
    /// The families a sentence is about, in the order of the catalogue.
    pub fn named(sentence: &str) -> impl Iterator<Item = &'static Family> {
        let families = CATALOGUE.as_ref().map_or(&[][..], |catalogue| &catalogue.family[..]);
        families.iter().filter(|family| {
            family.about.is_match(sentence)
                && !family.unless.as_ref().is_some_and(|unless| unless.is_match(sentence))
        })
    }

    /// Whether a sentence asks for the solution itself, so that code which has it settles the matter.
    pub fn is_asked_for(&self, sentence: &str) -> bool {
        self.asks.as_ref().is_some_and(|asks| asks.is_match(sentence))
    }

    /// Its shapes in one language, in the order of the catalogue.
    pub fn shapes(&self, language: Language) -> impl Iterator<Item = &'static Shape> {
        let name =
            GRAMMARS.iter().chain(&BY_LINE).find(|(known, _)| *known == language).map(|(_, name)| *name);
        let shapes = CATALOGUE.as_ref().map_or(&[][..], |catalogue| &catalogue.shape[..]);
        shapes.iter().filter(move |shape| {
            shape.family == self.id
                && shape.languages.iter().any(|known| known == ANY || Some(known.as_str()) == name)
        })
    }
}

impl Shape {
    /// Whether a syntax tree is needed to see it.
    pub fn needs_tree(&self) -> bool {
        self.problem.is_some() || self.remedy.is_some()
    }

    /// Places of the problem in a stretch of a file, in order.
    pub fn problems(
        &self,
        tree: &Tree,
        text: &str,
        language: Language,
        within: Range<usize>,
    ) -> Vec<Range<usize>> {
        self.problem.as_ref().map_or_else(Vec::new, |asked| asked.hits(tree, text, language, within))
    }

    /// Places of its solution in a stretch of a file, in order.
    pub fn remedies(
        &self,
        tree: &Tree,
        text: &str,
        language: Language,
        within: Range<usize>,
    ) -> Vec<Range<usize>> {
        self.remedy.as_ref().map_or_else(Vec::new, |asked| asked.hits(tree, text, language, within))
    }

    /// Whether a line shows the problem (`Some(true)`) or its solution (`Some(false)`).
    pub fn on_line(&self, line: &str) -> Option<bool> {
        let shows = |pattern: &Option<Phrase>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(line));
        let is_problem = shows(&self.problem_line) && !self.is_excused(line);
        if is_problem { Some(true) } else { shows(&self.remedy_line).then_some(false) }
    }

    /// Whether a line has the version that a sentence asks for, or a higher one.
    pub fn has_arrived(&self, sentence: &str, line: &str) -> bool {
        self.compares_versions && versions(sentence, line).is_some_and(|(asked, found)| found >= asked)
    }

    /// Whether code beside it makes it say nothing.
    pub fn is_excused(&self, beside: &str) -> bool {
        self.not_beside.as_ref().is_some_and(|pattern| pattern.is_match(beside))
    }
}

/// Major and, where it is named, minor number of a version.
type Numbers = (u32, Option<u32>);

/// The version that a sentence asks for and the one on a line. An upper bound is no version.
fn versions(sentence: &str, line: &str) -> Option<(Numbers, Numbers)> {
    static TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:upgrade|bump|update)(?:\s+\w+){0,3}?\s+to\s+(?:version\s+)?v?(\d{1,5})(?:\.(\d{1,5}))?\b").ok()
    });
    static ON_LINE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s\x22'=~>:@v^])(\d{1,5})(?:\.(\d{1,5}))?").ok());
    let numbers = |found: regex::Captures<'_>| {
        let number = |i| found.get(i).and_then(|n: regex::Match<'_>| n.as_str().parse().ok());
        Some((number(1)?, number(2)))
    };
    let code = line.split('#').next().filter(|code| !code.contains('<'))?;
    let asked = TARGET.as_ref()?.captures(sentence).and_then(numbers)?;
    let found = ON_LINE.as_ref()?.captures_iter(code).last().and_then(numbers)?;
    Some((asked, found))
}

impl Asked {
    fn hits(&self, tree: &Tree, text: &str, language: Language, within: Range<usize>) -> Vec<Range<usize>> {
        let slot = GRAMMARS.iter().position(|(known, _)| *known == language);
        let query = slot.and_then(|slot| {
            self.compiled.get(slot)?.get_or_init(|| Query::new(&self.source, language).ok()).as_ref()
        });
        query.map_or_else(Vec::new, |query| query.hits(tree, text, within))
    }
}

/// The samples of every shape, for the test that runs them where comments are read.
#[cfg(test)]
pub(crate) mod testing {
    use super::{BY_LINE, CATALOGUE, GRAMMARS, Shape};
    use crate::parse::Language;

    /// What a sample must come to: confirmed, paid, or nothing said.
    pub(crate) fn samples() -> Vec<(&'static Shape, Language, &'static str, Option<bool>)> {
        let mut all = Vec::new();
        for shape in CATALOGUE.as_ref().map_or(&[][..], |catalogue| &catalogue.shape[..]) {
            let lists = [(&shape.confirmed, Some(true)), (&shape.paid, Some(false)), (&shape.silent, None)];
            for (list, expected) in lists {
                for sample in list {
                    let (name, text) = sample.split_once('\n').unwrap_or(("", sample));
                    let known = GRAMMARS.iter().chain(&BY_LINE).find(|(_, known)| *known == name);
                    let Some((language, _)) = known else { panic!("{}: no language {name:?}", shape.id) };
                    all.push((shape, *language, text, expected));
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ANY, BY_LINE, CATALOGUE, Catalogue, GRAMMARS};
    use crate::parse::code::Query;

    #[test]
    fn the_catalogue_loads_and_every_query_compiles_in_every_language_it_names() {
        let read: Result<Catalogue, _> = toml::from_str(crate::rules::catalog("code-shapes"));
        assert!(read.is_ok(), "{}", read.unwrap_err());
        let read = CATALOGUE.as_ref().unwrap();
        for shape in &read.shape {
            assert!(read.family.iter().any(|family| family.id == shape.family), "{}", shape.id);
            for name in &shape.languages {
                let grammars: Vec<_> = GRAMMARS.iter().filter(|(_, known)| known == name).collect();
                if shape.needs_tree() {
                    assert!(!grammars.is_empty(), "{}: {name} has no grammar", shape.id);
                } else {
                    let is_known = name == ANY || BY_LINE.iter().any(|(_, known)| known == name);
                    assert!(is_known || !grammars.is_empty(), "{}: {name}", shape.id);
                }
                for (language, _) in grammars {
                    for asked in [&shape.problem, &shape.remedy].into_iter().flatten() {
                        let query = Query::new(&asked.source, *language);
                        assert!(query.is_ok(), "{} in {name}: {}", shape.id, query.unwrap_err());
                    }
                }
            }
        }
    }

    #[test]
    fn a_version_arrives_when_it_is_as_high_as_the_one_asked_for() {
        let has =
            |sentence: &str, line: &str| super::versions(sentence, line).map(|(asked, found)| found >= asked);
        assert_eq!(has("FIXME: upgrade to v6", "version = \"~> 7.21.0\""), Some(true));
        assert_eq!(has("FIXME: upgrade to v6", "version = \"~> 5.43\""), Some(false));
        assert_eq!(has("TODO: bump x to 1.4", "gem \"x\", \"1.3\""), Some(false));
        assert_eq!(has("TODO: bump x to 1.4", "gem \"x\", \"1.4\""), Some(true));
        assert_eq!(has("TODO: upgrade to v6", "x<6"), None);
        assert_eq!(has("TODO: upgrade soon", "x==6"), None);
    }

    #[test]
    fn every_shape_says_what_it_shows_and_has_its_samples() {
        let read = CATALOGUE.as_ref().unwrap();
        let ids: BTreeSet<_> = read.shape.iter().map(|shape| &shape.id).collect();
        assert_eq!(ids.len(), read.shape.len(), "an id is used twice");
        for shape in &read.shape {
            let has_problem = shape.problem.is_some() || shape.problem_line.is_some();
            let has_remedy = shape.remedy.is_some() || shape.remedy_line.is_some() || shape.compares_versions;
            assert_eq!(has_problem, !shape.shows.is_empty(), "{}", shape.id);
            assert_eq!(has_remedy, !shape.has.is_empty(), "{}", shape.id);
            assert!(!has_problem || shape.confirmed.len() >= 2, "{}: two confirmed samples", shape.id);
            assert!(!has_remedy || !shape.paid.is_empty(), "{}: a paid sample", shape.id);
            assert!(shape.silent.len() >= 2, "{}: two silent samples", shape.id);
        }
    }
}
