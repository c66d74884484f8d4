//! Places where the pattern of a rule matches. The rule decides what it means; this only looks.

use super::SourceFile;
use crate::model::fact::PatternMatch;
use crate::model::tree::{Node, Value};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse;
use crate::rules::{MatchIn, Pattern, RuleSet};
use crate::text::{cut, fold};

/// A rule that fires more often than this in one file says nothing by each further place.
const MAX_PER_FILE: usize = 50;
/// Longer lines are data.
const MAX_LINE_BYTES: usize = 20_000;

/// Every text can match some rule.
pub(super) fn wants(_: &SourceFile<'_>) -> bool {
    true
}

/// Looks for every rule that has a pattern for this file.
pub(super) fn collect(file: &SourceFile<'_>, rules: &RuleSet, out: &mut FileFacts) {
    for rule in rules.iter() {
        let Some(pattern) = rule.pattern.as_ref().filter(|p| p.files.is_match(file.path.as_str())) else {
            continue;
        };
        let places = match pattern.within {
            MatchIn::Line => lines(file, pattern),
            MatchIn::Comment => comments(file, pattern),
            MatchIn::Key => keys(file, pattern),
        };
        for (at, text) in places.into_iter().take(MAX_PER_FILE) {
            let text = cut(&fold(&text), 200);
            out.facts.push(Fact {
                at,
                kind: FactKind::Pattern(PatternMatch { rule: rule.id.as_str().to_owned(), text }),
            });
        }
    }
}

fn matches(pattern: &Pattern, text: &str) -> Option<std::ops::Range<usize>> {
    let found = pattern.regex.find(text)?;
    let is_excused = pattern.unless.as_ref().is_some_and(|unless| unless.is_match(text));
    (!is_excused).then(|| found.range())
}

fn lines(file: &SourceFile<'_>, pattern: &Pattern) -> Vec<(At, String)> {
    let mut places = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        if line.len() <= MAX_LINE_BYTES
            && let Some(range) = matches(pattern, line.trim_end())
        {
            let at = file.lines().at(start + range.start..start + range.end);
            places.push((at, line.get(range).unwrap_or_default().to_owned()));
        }
        start += line.len();
    }
    places
}

/// Comments that hold a match; each is judged as a whole, so that `unless` sees all of it.
fn comments(file: &SourceFile<'_>, pattern: &Pattern) -> Vec<(At, String)> {
    let hits: Vec<usize> = pattern.regex.find_iter(&file.text).map(|found| found.start()).collect();
    if hits.is_empty() {
        return Vec::new();
    }
    let comments = parse::code::comments_at(&file.text, file.language, &hits).value;
    comments
        .into_iter()
        .filter(|comment| matches(pattern, &comment.text).is_some())
        .map(|comment| (comment.at, comment.text))
        .collect()
}

fn keys(file: &SourceFile<'_>, pattern: &Pattern) -> Vec<(At, String)> {
    let mut places = Vec::new();
    for tree in file.trees() {
        tree.walk(&mut |keys: &[&str], node: &Node| {
            let value = match &node.value {
                Value::Scalar { text, .. } => text.as_str(),
                Value::Null => "null",
                _ => return,
            };
            let line = format!("{} = {value}", keys.join("."));
            if matches(pattern, &line).is_some() {
                places.push((node.at, line));
            }
        });
    }
    places
}

#[cfg(test)]
mod tests {
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::rules::RuleSet;

    const RULE: &str = r#"
id = "no-friday"
question = "rollback"
severity = "low"
confidence = "medium"
summary = "s"
why = "w"
detect = "d"
wrong = "w"
fix = "f"
verify = "v"
[pattern]
files = ["**/*.go"]
within = "comment"
regex = 'Friday'
unless = 'never on Friday'
message = "m"
[[bad]]
name = "a"
at = "a.go:1"
files = {}
[[bad]]
name = "b"
at = "a.go:1"
files = {}
[[good]]
name = "c"
files = {}
[[good]]
name = "d"
files = {}
"#;

    #[test]
    fn comment_patterns_look_at_real_comments_only() {
        let rules = RuleSet::builtin().with_own(&[("no-friday.toml".into(), RULE.into())]).unwrap();
        let lines = |text: &str| {
            let facts = collect(&"a.go".into(), text.as_bytes(), &rules).facts;
            let found = facts
                .into_iter()
                .filter(|f| matches!(&f.kind, FactKind::Pattern(p) if p.rule == "no-friday"));
            found.map(|fact| fact.at.line).collect::<Vec<_>>()
        };
        assert_eq!(lines("package a\n// deploys on Friday\nvar x = 1\n"), [2]);
        assert_eq!(lines("package a\nvar x = \"Friday // Friday\"\n"), [] as [u32; 0]);
        assert_eq!(lines("package a\n// never on Friday\nvar x = 1\n"), [] as [u32; 0]);
    }
}
