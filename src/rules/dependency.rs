//! `rules/catalog/dependencies.toml`: calls to other services, and what shows how a failure of a dependency goes.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

use super::catalog;
use super::phrase::Phrase;
use crate::parse::Language;
use crate::parse::code::Query;

/// The catalogue's word for a library without any limit of its own.
const FOREVER: &str = "forever";

/// A library that calls other services.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallClient {
    /// Its name.
    pub library: String,
    languages: Vec<String>,
    words: Vec<String>,
    needs: Phrase,
    query: String,
    #[serde(default)]
    limit: Option<Phrase>,
    #[serde(default)]
    endless: Option<Phrase>,
    #[serde(default)]
    opaque: Option<Phrase>,
    #[serde(default)]
    unless: Option<Phrase>,
    #[serde(default)]
    default_set: Option<Phrase>,
    /// What it does without a limit.
    waits: String,
    #[cfg_attr(not(test), allow(dead_code, reason = "for the reader of the catalogue; a test wants it"))]
    page: String,
    /// Whether code like it also runs in browsers.
    #[serde(default, rename = "browser")]
    pub may_be_browser: bool,
    #[serde(skip)]
    compiled: [OnceLock<Option<Query>>; LANGUAGES.len()],
}

/// Languages with calls, with their names in the catalogue. TSX is of browsers.
const LANGUAGES: [(Language, &str); 6] = [
    (Language::Go, "go"),
    (Language::JavaScript, "javascript"),
    (Language::Python, "python"),
    (Language::Ruby, "ruby"),
    (Language::Rust, "rust"),
    (Language::TypeScript, "javascript"),
];

/// A key with which a store stays in service when a part of it fails.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spare {
    /// The key.
    pub key: String,
    /// The value that does.
    #[serde(default)]
    pub on: Option<String>,
    /// The smallest number that does.
    #[serde(default)]
    pub least: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    packages: Vec<String>,
    browser_packages: Vec<String>,
    folders: Vec<String>,
    browser_folders: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Once {
    folders: Vec<String>,
    stems: Vec<String>,
    names: Phrase,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Engine {
    names: Vec<String>,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Generic {
    words: Vec<String>,
}

/// The catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependencies {
    client: Vec<CallClient>,
    server: Server,
    once: Once,
    engine: Vec<Engine>,
    spare: Vec<Spare>,
    generic: Generic,
}

static CATALOGUE: LazyLock<Option<Dependencies>> =
    LazyLock::new(|| toml::from_str(catalog("dependencies")).ok());

impl CallClient {
    /// Whether a text may hold calls of it.
    pub fn is_in(&self, text: &str, language: Language) -> bool {
        let name = LANGUAGES.iter().find(|(known, _)| *known == language).map(|(_, name)| *name);
        self.languages.iter().any(|known| Some(known.as_str()) == name)
            && self.words.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
            && self.needs.is_match(text)
            && !self.unless.as_ref().is_some_and(|unless| unless.is_match(text))
    }

    /// Where a text gives the library a limit for every call of the program.
    pub fn default_in(&self, text: &str) -> Option<std::ops::Range<usize>> {
        self.default_set.as_ref()?.find(text).map(|found| found.range())
    }

    /// The query for its calls, compiled once per grammar.
    pub fn query(&self, language: Language) -> Option<&Query> {
        let index = LANGUAGES.iter().position(|(known, _)| *known == language)?;
        self.compiled.get(index)?.get_or_init(|| Query::new(&self.query, language).ok()).as_ref()
    }

    /// How long a call of it waits, by its text.
    pub fn limit(&self, call: &str) -> crate::model::fact::Limit {
        use crate::model::fact::Limit;
        let says = |pattern: &Option<Phrase>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(call));
        match () {
            () if says(&self.endless) => Limit::Endless,
            () if says(&self.limit) => Limit::Set,
            () if says(&self.opaque) => Limit::Unknown,
            () if self.waits == FOREVER => Limit::Endless,
            () => Limit::Default(self.waits.clone()),
        }
    }
}

impl Dependencies {
    /// The catalogue. It is tested to load; one that does not is nothing.
    pub fn get() -> Option<&'static Self> {
        CATALOGUE.as_ref()
    }

    /// The libraries.
    pub fn clients(&self) -> &[CallClient] {
        &self.client
    }

    /// Keys that keep a store in service.
    pub fn spares(&self) -> &[Spare] {
        &self.spare
    }

    /// Whether a file is code that a person or a pipeline runs once.
    pub fn is_run_once(&self, path: &crate::model::RepoPath) -> bool {
        self.once.folders.iter().any(|folder| path.has_folder(folder))
            || self.once.stems.iter().any(|stem| path.stem() == stem)
            || self.once.names.is_match(path.file_name())
            // Folders of tools: what serves does not hide.
            || path.components().any(|part| part.starts_with('.'))
    }

    /// Whether code of a path runs on a server, by the names that its package builds in.
    pub fn is_of_server<'n>(
        &self,
        path: &crate::model::RepoPath,
        packages: impl Iterator<Item = &'n str>,
    ) -> bool {
        let holds = |folders: &[String]| folders.iter().any(|folder| path.has_folder(folder));
        let (mut is_server, mut is_browser) = (false, false);
        for package in packages {
            is_server |= self.server.packages.iter().any(|known| known == package);
            is_browser |= self.server.browser_packages.iter().any(|known| known == package);
        }
        !holds(&self.server.browser_folders) && is_server && (!is_browser || holds(&self.server.folders))
    }

    /// Words by which an alert speaks of an engine.
    pub fn words_of(&self, engine: &str) -> &[String] {
        let engine = engine.to_ascii_lowercase();
        let found = self.engine.iter().find(|known| known.names.contains(&engine));
        found.map_or(&[][..], |found| &found.words[..])
    }

    /// The words of a name that tell it from others, in lower case.
    pub fn telling_words(&self, name: &str) -> Vec<String> {
        static PART: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"[A-Z]+[a-z0-9]*|[a-z][a-z0-9]*").ok());
        let Some(part) = PART.as_ref() else { return Vec::new() };
        let words = part.find_iter(name).map(|word| word.as_str().to_ascii_lowercase());
        words.filter(|word| word.len() > 2 && !self.generic.words.contains(word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Dependencies, LANGUAGES};
    use crate::rules::catalog;

    #[test]
    fn the_catalogue_loads_and_its_queries_compile() {
        let read = toml::from_str::<Dependencies>(catalog("dependencies"));
        assert!(read.is_ok(), "{:?}", read.err());
        for client in Dependencies::get().unwrap().clients() {
            assert!(client.page.starts_with("https://"), "{}", client.library);
            for (language, name) in LANGUAGES {
                if client.languages.iter().any(|known| known == name) {
                    assert!(client.query(language).is_some(), "{} in {name}", client.library);
                }
            }
        }
    }

    #[test]
    fn tells_a_name_by_the_words_that_are_its_own() {
        let words = |name: &str| Dependencies::get().unwrap().telling_words(name);
        assert_eq!(words("NOTIFY_API_URL"), ["notify"]);
        assert_eq!(words("settings.PAYMENTS_BASE_URL"), ["payments"]);
        assert_eq!(words("slackWebhookUrl"), ["slack"]);
        assert!(words("base_url").is_empty());
        assert_eq!(words("api.ordnance.example.org"), ["ordnance", "example"]);
    }
}
