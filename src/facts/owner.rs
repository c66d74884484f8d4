//! Lines of CODEOWNERS files, of GitHub and of GitLab.
//!
//! GitLab's sections pass their default owners to lines without any, and go by their name without
//! regard to case: two of the same name are one.
//! <https://docs.gitlab.com/user/project/codeowners/reference/>

use super::SourceFile;
use crate::model::fact::OwnerRule;
use crate::model::{Fact, FactKind, FileFacts};
use crate::rules::RuleSet;

/// Where the forges look, and nowhere else.
const PLACES: &[&str] = &["", ".github", ".gitlab", ".gitea", "docs"];

/// A file of owners at one of its places.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    file.path.file_name() == "CODEOWNERS" && PLACES.contains(&file.path.parent())
}

/// One fact per line with a pattern.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let mut defaults: Vec<String> = Vec::new();
    let mut section = String::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(rest) = text.strip_prefix('[').or_else(|| text.strip_prefix("^[")) {
            section = rest.split(']').next().unwrap_or_default().trim().to_lowercase();
            // `[Name][2] @default`: everything after the last bracket.
            let after = rest.rsplit(']').next().unwrap_or_default();
            defaults = owners(after.split_whitespace());
            continue;
        }
        // A backslash keeps a blank inside the pattern.
        let folded = text.replace("\\ ", "\u{0}");
        let mut words = folded.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        let mut owners = owners(words);
        if owners.is_empty() {
            owners.clone_from(&defaults);
        }
        let rule = OwnerRule { pattern: pattern.replace('\u{0}', " "), owners, section: section.clone() };
        out.facts.push(Fact { at, kind: FactKind::Owner(rule) });
    }
}

fn owners<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    words
        .take_while(|word| !word.starts_with('#'))
        .filter(|word| word.contains('@'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Owner(rule) => {
                let section = if rule.section.is_empty() { "" } else { " in " };
                let owners = rule.owners.join(",");
                Some(format!("{} {} {owners}{section}{}", fact.at.line, rule.pattern, rule.section))
            }
            _ => None,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_lines_comments_and_sections() {
        check(
            ".github/CODEOWNERS",
            "# all\n* @a/team # why\n/docs/ @b c@d.e\nfree.txt\n",
            &["2 * @a/team", "3 /docs/ @b,c@d.e", "4 free.txt "],
        );
        check(
            "CODEOWNERS",
            "[Docs][2] @docs\n*.md\nmy\\ file @x\n",
            &["2 *.md @docs in docs", "3 my file @x in docs"],
        );
        check("lib/CODEOWNERS", "* @a\n", &[]);
    }
}
