//! Owners of parts of the tree, by CODEOWNERS: the last line that matches a file wins, in each of
//! GitLab's sections for itself.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::Material;
use crate::model::fact::OwnerRule;
use crate::model::thing::Owner;
use crate::model::{FactKind, Inventory, Person, RepoPath, Span};

/// GitHub reads the first file it finds, in this order; GitLab's order differs only in its own
/// folder.
const ORDER: &[&str] = &[".github", "", "docs", ".gitlab", ".gitea"];

/// Fills the owners.
pub(super) fn fill(material: &Material<'_>, inventory: &mut Inventory) {
    let Some(owners) = Owners::of(material) else { return };
    let mut covered: Vec<(u32, bool, Vec<Person>)> = vec![(0, false, Vec::new()); owners.lines.len()];
    for path in material.paths {
        for line in owners.matching(path) {
            if let Some((_, matches, _)) = covered.get_mut(line) {
                *matches = true;
            }
        }
        for line in owners.lines_of_path(path) {
            let Some((files, _, authors)) = covered.get_mut(line) else { continue };
            *files += 1;
            if let Some(history) = material.history.files.get(path) {
                authors.extend(history.recent_authors.iter().cloned());
            }
        }
    }
    for ((span, rule), (files, matches, mut authors)) in owners.lines.into_iter().zip(covered) {
        authors.sort();
        authors.dedup();
        inventory.owners.extend(rule.owners.iter().map(|owner| Owner {
            span: span.clone(),
            pattern: rule.pattern.clone(),
            owner: owner.clone(),
            is_team: is_team(owner),
            files,
            matches,
            recent_authors: authors.clone(),
        }));
    }
}

/// Who owns a path.
pub(super) struct Owners<'a> {
    lines: Vec<(Span, &'a OwnerRule)>,
    globs: GlobSet,
    line_of: Vec<usize>,
}

impl<'a> Owners<'a> {
    /// By the file that counts; `None` when there is none.
    pub(super) fn of(material: &'a Material<'_>) -> Option<Self> {
        let lines = counted_lines(material)?;
        let (globs, line_of) = globs(&lines)?;
        Some(Self { lines, globs, line_of })
    }

    /// The owners of a path, as written, those of every section in turn.
    pub(super) fn of_path(&self, path: &RepoPath) -> Vec<String> {
        let lines = self.lines_of_path(path).into_iter().filter_map(|line| self.lines.get(line));
        let mut owners: Vec<String> = Vec::new();
        for owner in lines.flat_map(|(_, rule)| &rule.owners) {
            if !owners.contains(owner) {
                owners.push(owner.clone());
            }
        }
        owners
    }

    /// Every line that matches a path.
    fn matching(&self, path: &RepoPath) -> impl Iterator<Item = usize> {
        let globs = self.globs.matches(path.as_str()).into_iter();
        globs.filter_map(|glob| self.line_of.get(glob).copied())
    }

    /// The lines that win for a path: the last of each section.
    fn lines_of_path(&self, path: &RepoPath) -> Vec<usize> {
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        for line in self.matching(path) {
            let Some((_, rule)) = self.lines.get(line) else { continue };
            let winner = last.entry(rule.section.as_str()).or_insert(line);
            *winner = (*winner).max(line);
        }
        let mut lines: Vec<usize> = last.into_values().collect();
        lines.sort_unstable();
        lines
    }
}

/// The lines of the first owners file by precedence.
fn counted_lines<'a>(material: &'a Material<'_>) -> Option<Vec<(Span, &'a OwnerRule)>> {
    let rules = material.of(|kind| if let FactKind::Owner(rule) = kind { Some(rule) } else { None });
    let mut files: BTreeMap<usize, Vec<(Span, &OwnerRule)>> = BTreeMap::new();
    for (span, rule) in rules {
        let rank = ORDER.iter().position(|place| *place == span.path.parent()).unwrap_or(ORDER.len());
        files.entry(rank).or_default().push((span, rule));
    }
    files.into_iter().next().map(|(_, lines)| lines)
}

/// `@org/team` is a team and `@name` a person; a mail address may be either.
fn is_team(owner: &str) -> Option<bool> {
    owner.strip_prefix('@').map(|name| name.contains('/'))
}

/// All patterns as one set, with the line of each glob.
fn globs(lines: &[(Span, &OwnerRule)]) -> Option<(GlobSet, Vec<usize>)> {
    let (mut set, mut line_of) = (GlobSetBuilder::new(), Vec::new());
    for (index, (_, rule)) in lines.iter().enumerate() {
        for glob in spellings(&rule.pattern) {
            // `*` stays within one folder, as in .gitignore.
            if let Ok(glob) = GlobBuilder::new(&glob).literal_separator(true).build() {
                set.add(glob);
                line_of.push(index);
            }
        }
    }
    Some((set.build().ok()?, line_of))
}

/// The globs of one pattern: anchored by a slash at its start or inside, and with everything below
/// a folder.
fn spellings(pattern: &str) -> Vec<String> {
    let body = pattern.trim_start_matches('/').trim_end_matches('/');
    if body.is_empty() || body == "*" {
        return vec!["**".to_owned()];
    }
    let is_anchored = pattern.starts_with('/') || body.contains('/');
    let whole = if is_anchored { body.to_owned() } else { format!("**/{body}") };
    // `docs/*` means the files of the folder and nothing below.
    if whole.ends_with("/*") { vec![whole] } else { vec![whole.clone(), format!("{whole}/**")] }
}

#[cfg(test)]
mod tests {
    use super::{Owners, globs};
    use crate::model::fact::OwnerRule;
    use crate::model::{RepoPath, Span};

    #[track_caller]
    fn check(patterns: &[&str], path: &str, expected: Option<usize>) {
        let span = Span::file(&RepoPath::new("CODEOWNERS"));
        let rules: Vec<OwnerRule> = patterns
            .iter()
            .map(|pattern| OwnerRule {
                pattern: (*pattern).to_owned(),
                owners: Vec::new(),
                section: String::new(),
            })
            .collect();
        let lines: Vec<_> = rules.iter().map(|rule| (span.clone(), rule)).collect();
        let (globs, line_of) = globs(&lines).unwrap();
        let winner = globs.matches(path).into_iter().map(|glob| line_of[glob]).max();
        assert_eq!(winner, expected, "{path}");
    }

    #[test]
    fn every_section_has_its_own_last_line() {
        let rule = |pattern: &str, owner: &str, section: &str| OwnerRule {
            pattern: pattern.to_owned(),
            owners: vec![owner.to_owned()],
            section: section.to_owned(),
        };
        let rules = [
            rule("*", "@all", ""),
            rule("/docs/", "@docs", "texts"),
            rule("*.md", "@words", "texts"),
            rule("/docs/a.md", "@all", "law"),
        ];
        let span = Span::file(&RepoPath::new("CODEOWNERS"));
        let lines: Vec<_> = rules.iter().map(|rule| (span.clone(), rule)).collect();
        let (globs, line_of) = globs(&lines).unwrap();
        let owners = Owners { lines, globs, line_of };
        assert_eq!(owners.of_path(&"docs/a.md".into()), ["@all", "@words"]);
        assert_eq!(owners.of_path(&"docs/a.txt".into()), ["@all", "@docs"]);
        assert_eq!(owners.of_path(&"src/a.rs".into()), ["@all"]);
    }

    #[test]
    fn the_last_line_that_matches_wins() {
        check(&["*", "/docs/", "*.md"], "docs/a.txt", Some(1));
        check(&["*", "/docs/", "*.md"], "docs/deep/a.md", Some(2));
        check(&["*", "/docs/"], "lib/docs/a.txt", Some(0));
        check(&["apps/"], "src/apps/a.rs", Some(0));
        check(&["/docs/*"], "docs/a/b.md", None);
        check(&["src/a.rs"], "src/a.rs", Some(0));
        check(&["src/a.rs"], "x/src/a.rs", None);
        check(&["**/logs"], "a/b/logs/x", Some(0));
    }
}
