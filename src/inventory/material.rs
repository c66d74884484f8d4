//! The facts of all files of one revision, with ways to ask for one kind.

use std::collections::BTreeSet;

use crate::model::fact::{Resource, System};
use crate::model::{FactKind, FileFacts, History, RepoPath, Settings, Span};
use crate::rules::RuleSet;

/// Everything the inventory is made from.
pub struct Material<'a> {
    /// Facts by file, sorted by path.
    pub files: &'a [(RepoPath, FileFacts)],
    /// Every path of the revision, also of files that were skipped, for "does it exist".
    pub paths: &'a BTreeSet<RepoPath>,
    /// What git knows.
    pub history: &'a History,
    /// Rules and catalogues.
    pub rules: &'a RuleSet,
    /// What the configuration states.
    pub settings: &'a Settings,
}

impl<'a> Material<'a> {
    /// Every fact that `pick` takes, with its place, in order of path and place.
    pub fn of<T: 'a>(
        &self,
        pick: impl Fn(&'a FactKind) -> Option<T> + 'a,
    ) -> impl Iterator<Item = (Span, T)> + 'a {
        self.files
            .iter()
            .flat_map(|(path, facts)| facts.facts.iter().map(move |fact| (path, fact)))
            .filter_map(move |(path, fact)| pick(&fact.kind).map(|picked| (Span::new(path, fact.at), picked)))
    }

    /// Every declared resource.
    pub fn resources(&self) -> impl Iterator<Item = (Span, &'a Resource)> + 'a {
        self.of(|kind| if let FactKind::Resource(resource) = kind { Some(&**resource) } else { None })
    }

    /// Every declared resource of one system and kind.
    pub fn resources_of(
        &self,
        system: System,
        kind: &'a str,
    ) -> impl Iterator<Item = (Span, &'a Resource)> + 'a {
        self.resources().filter(move |(_, resource)| resource.system == system && resource.kind == kind)
    }

    /// Whether a path exists in the revision, as a file or as a folder.
    pub fn exists(&self, path: &str) -> bool {
        let path = path.trim_matches('/');
        let from = RepoPath::new(path);
        self.paths
            .range(from..)
            .next()
            .is_some_and(|found| found.as_str() == path || found.as_str().starts_with(&format!("{path}/")))
            || self
                .paths
                .range(RepoPath::new(format!("{path}/"))..)
                .next()
                .is_some_and(|found| found.as_str().starts_with(&format!("{path}/")))
    }
}

#[cfg(test)]
pub(in crate::inventory) mod testing {
    //! A small repository in memory for tests of the rooms.

    use std::collections::BTreeSet;

    use super::Material;
    use crate::facts::collect;
    use crate::model::{FileFacts, History, RepoPath, Settings};
    use crate::rules::RuleSet;

    /// Collects the facts of these files and calls `look` with them. Today is 2026-06-30.
    pub(in crate::inventory) fn with_material(files: &[(&str, &str)], look: impl FnOnce(&Material<'_>)) {
        with_history(files, &History::default(), look);
    }

    /// The same with a history that is told.
    pub(in crate::inventory) fn with_history<T>(
        files: &[(&str, &str)],
        history: &History,
        look: impl FnOnce(&Material<'_>) -> T,
    ) -> T {
        let rules = RuleSet::builtin();
        let read = |(path, text): &(&str, &str)| {
            let path = RepoPath::new(path);
            let facts = collect(&path, text.as_bytes(), rules);
            (path, facts)
        };
        let mut facts: Vec<(RepoPath, FileFacts)> = files.iter().map(read).collect();
        facts.sort_by(|a, b| a.0.cmp(&b.0));
        let paths: BTreeSet<RepoPath> = facts.iter().map(|(path, _)| path.clone()).collect();
        let settings = Settings::on(jiff::civil::date(2026, 6, 30));
        look(&Material { files: &facts, paths: &paths, history, rules, settings: &settings })
    }
}
