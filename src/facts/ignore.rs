//! `tonight: ignore[rule] until=… reason="…"` in comments.
//!
//! Only what is written: whether the rules exist, the day has passed or the reason is missing is
//! for the findings to say.

use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::fact::IgnoreComment;
use crate::model::{Fact, FactKind, FileFacts};
use crate::parse::code::{Comment, CommentKind, comments_where};
use crate::rules::RuleSet;

/// The word every suppression begins with.
const WORD: &str = "tonight:";

static IGNORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        \btonight: \s* ignore \s* \[ (?P<rules>[^\]\n]*) \]
        (?P<rest>[^\n]*)"#,
    )
    .ok()
});
static UNTIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"\buntil\s*=\s*"?([^\s",;]+)"#).ok());
static REASON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\breason\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|“([^”\n]*)”)"#).ok());

/// Any file that holds the word.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    file.holds(WORD)
}

/// Collects suppressions.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(pattern) = IGNORE.as_ref() else { return };
    let hits: Vec<usize> = pattern.find_iter(&file.text).map(|found| found.start()).collect();
    let parsed = comments_where(&file.text, file.language, &hits, &mut |_| true);
    out.problems.extend(parsed.problems);
    for comment in &parsed.value {
        let range = comment.at.start as usize..comment.at.end as usize;
        let source = file.text.get(range.clone()).unwrap_or_default();
        for groups in pattern.captures_iter(source) {
            let (Some(whole), Some(rules)) = (groups.get(0), groups.name("rules")) else { continue };
            let rest = groups.name("rest").map_or("", |rest| rest.as_str());
            let rules = rules.as_str().split(',').map(str::trim).filter(|rule| !rule.is_empty());
            let start = range.start + whole.start();
            out.facts.push(Fact {
                at: file.lines().at(start..range.start + whole.end()),
                kind: FactKind::Ignore(IgnoreComment {
                    rules: rules.map(str::to_owned).collect(),
                    reason: first_group(&REASON, rest),
                    until: first_group(&UNTIL, rest),
                    covers_line: covered(file, comment),
                }),
            });
        }
    }
}

fn first_group(pattern: &Option<Regex>, text: &str) -> Option<String> {
    let groups = pattern.as_ref()?.captures(text)?;
    let found = groups.iter().skip(1).flatten().next()?.as_str().trim();
    (!found.is_empty()).then(|| found.to_owned())
}

/// The comment's own line if code stands on it, else the next one that is neither blank nor comment.
fn covered(file: &SourceFile<'_>, comment: &Comment) -> u32 {
    let lines = file.lines();
    let last = lines.line((comment.at.end as usize).saturating_sub(1));
    let after = file.text.get(comment.at.end as usize..lines.end(last)).unwrap_or_default();
    let is_followed = comment.kind != CommentKind::Line && !after.trim().is_empty();
    if comment.is_trailing || is_followed {
        return if comment.is_trailing { comment.at.line } else { last };
    }
    let is_comment = |text: &str| ["#", "//", "--", "/*", "<!--"].iter().any(|open| text.starts_with(open));
    let is_heading_language = file.language == crate::parse::Language::Markdown;
    let covers = |line: &u32| {
        let text = file.text.get(lines.start(*line)..lines.end(*line)).unwrap_or_default().trim();
        !text.is_empty() && (is_heading_language || !is_comment(text))
    };
    (last + 1..=lines.count()).find(covers).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::{collect, wants};
    use crate::facts::SourceFile;
    use crate::model::{FactKind, FileFacts};
    use crate::rules::RuleSet;

    type Shown<'a> = (u32, Vec<&'a str>, Option<&'a str>, Option<&'a str>, u32);

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[Shown<'_>]) {
        let path = path.into();
        let file = SourceFile::new(&path, text.as_bytes());
        let mut out = FileFacts::default();
        if wants(&file) {
            collect(&file, RuleSet::builtin(), &mut out);
        }
        let shown: Vec<Shown<'_>> = out
            .facts
            .iter()
            .filter_map(|fact| {
                let FactKind::Ignore(ignore) = &fact.kind else { return None };
                let rules = ignore.rules.iter().map(String::as_str).collect();
                Some((
                    fact.at.line,
                    rules,
                    ignore.reason.as_deref(),
                    ignore.until.as_deref(),
                    ignore.covers_line,
                ))
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn covers_its_own_line_or_the_next_one_of_code() {
        check(
            "a.tf",
            "x = 1 # tonight: ignore[a-b, c] until=2027-03-31 reason=\"agreed in review\"\n",
            &[(1, vec!["a-b", "c"], Some("agreed in review"), Some("2027-03-31"), 1)],
        );
        check("a.yaml", "# tonight: ignore[a]\n# more\n\nx: 1\n", &[(1, vec!["a"], None, None, 4)]);
        check("a.go", "/* tonight: ignore[a] reason='b' */ x := 1\n", &[(1, vec!["a"], Some("b"), None, 1)]);
        check("a.md", "<!-- tonight: ignore[a] -->\n\n# Title\n", &[(1, vec!["a"], None, None, 3)]);
        check("Dockerfile", "# tonight: ignore[a] reason=\"\"\nFROM x\n", &[(1, vec!["a"], None, None, 2)]);
        check("a.toml", "# tonight: ignore[]\n", &[(1, vec![], None, None, 1)]);
    }

    #[test]
    fn passes_by_strings_and_prose() {
        check("a.go", "const a = \"tonight: ignore[a]\"\n", &[]);
        check("a.yaml", "a: |\n  # tonight: ignore[a]\n", &[]);
        check("a.md", "```\n<!-- tonight: ignore[a] -->\n```\nWrite tonight: ignore[a].\n", &[]);
        check("a.py", "# seen tonight: ignored[a]\n", &[]);
    }
}
