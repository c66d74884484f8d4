//! Tests that do not run, with a reason that puts them off.
//!
//! The reason is a string, not a comment, so it is read in the exact forms of the catalogue only. A
//! test that is skipped on a condition ("needs a database") is not put off.

use super::proof::Code;
use super::remark::{Found, Remark};
use super::{SourceFile, fact, push};
use crate::model::FactKind;
use crate::model::FileFacts;
use crate::model::fact::{Carrier, Tier};
use crate::parse::Language;
use crate::parse::code::{Comment, CommentKind, code_at};
use crate::rules::{DeferralWords, Places, Strength};
use crate::text::{Role, cut};

/// Bytes of a statement read: the form, and a reason that may stand on the next line.
const LONGEST_FORM: usize = 400;
/// Longest reason read.
const LONGEST_REASON: usize = 1_000;

/// Tests by name, and languages whose tests stand beside the code.
pub(super) fn may_hold(file: &SourceFile<'_>) -> bool {
    file.role == Role::Test || file.language == Language::Rust
}

/// Collects reasons.
pub(super) fn collect(
    file: &SourceFile<'_>,
    code: &Code<'_>,
    words: &DeferralWords,
    places: &Places,
    out: &mut FileFacts,
) {
    let text: &str = &file.text;
    let mut reasons: Vec<(usize, usize, &str)> = Vec::new();
    for &hit in &places.skips {
        let start = file.lines().start(file.lines().line(hit));
        if reasons.last().is_some_and(|(known, ..)| *known == start) {
            continue;
        }
        let Some((at, reason)) = reason(text, start, words) else { continue };
        reasons.push((start, at, reason));
    }
    let starts: Vec<usize> = reasons.iter().map(|(start, ..)| *start).collect();
    let in_code = code_at(text, file.language, &starts);
    for (start, at, reason) in reasons.into_iter().filter(|(start, ..)| in_code.contains(start)) {
        let (line, end) = (file.lines().line(at), at + reason.len());
        let last_line = file.lines().line(end);
        let remark = Remark { text: crate::text::fold(reason), line, last_line };
        let Some(range) = words.carriers().skip_reason(&remark.text) else { continue };
        let at = file.lines().at(at..end);
        let comment = Comment { at, text: remark.text.clone(), kind: CommentKind::Line, is_trailing: true };
        let Some(found) = Found::alone("skipped", &remark, range) else { continue };
        let mut fact = fact(file, code, &comment, &remark, found, words);
        if let Some(fact) = &mut fact
            && let FactKind::Deferral(deferral) = &mut fact.kind
        {
            deferral.carrier = Carrier::SkippedTest;
            if remark.find(words).is_some_and(|found| found.strength == Strength::Marked) {
                deferral.tier = Tier::Marked;
            }
            if let Some(name) = name_below(text.get(start..).unwrap_or_default()) {
                deferral.symbol = Some(name);
            }
        }
        if !push(out, &remark, fact) {
            return;
        }
    }
}

/// The reason in the statement that starts at `start`, and its place.
fn reason<'a>(text: &'a str, start: usize, words: &DeferralWords) -> Option<(usize, &'a str)> {
    let statement = text.get(start..)?;
    let statement = (0..=LONGEST_FORM.min(statement.len())).rev().find_map(|end| statement.get(..end))?;
    let open = start + words.carriers().skip_form(statement)?;
    let rest = text.get(open..)?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut is_escaped = false;
    let close = rest.char_indices().skip(1).take(LONGEST_REASON).find(|(_, c)| {
        let ends = *c == quote && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        ends
    });
    let reason = rest.get(1..close?.0)?;
    words.carriers().skip_reason(reason).map(|_| (open + 1, reason))
}

/// The function below a decorator or attribute.
fn name_below(text: &str) -> Option<String> {
    const MARKS: &[char] = &['@', '#', '['];
    if !text.trim_start().starts_with(MARKS) {
        return None;
    }
    let head = text.lines().take(8).map(str::trim).find(|line| {
        ["def ", "fn ", "func ", "fun ", "void ", "class ", "public ", "async "]
            .iter()
            .any(|word| line.contains(word))
            && !line.starts_with(MARKS)
    })?;
    let name = head.split(['(', ':', '{', '<']).next()?.split_whitespace().next_back()?;
    Some(cut(name, 80))
}

#[cfg(test)]
mod tests {
    use crate::facts::deferral::tests::deferrals;
    use crate::model::fact::Carrier;

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<(u32, &str, &str)>) {
        let found = deferrals(path, text);
        let found: Vec<_> = found.iter().filter(|(_, d)| d.carrier == Carrier::SkippedTest).collect();
        let shown = found.first().map(|(line, d)| (*line, d.cue.as_str(), d.text.as_str()));
        assert_eq!(shown, expected, "{text}");
        assert!(found.len() <= 1, "{text}");
    }

    #[test]
    fn reads_reasons_that_put_a_test_off() {
        check(
            "tests/test_a.py",
            "@pytest.mark.skip(\n    reason=\"flaky since the upgrade\"\n)\ndef test_restore():\n    pass\n",
            Some((2, "flaky", "flaky since the upgrade")),
        );
        check("tests/test_a.py", "@pytest.mark.skip(reason=\"needs docker\")\ndef test_a(): pass\n", None);
        check("tests/test_a.py", "x = '''\n@pytest.mark.skip(reason=\"flaky\")\n'''\n", None);
        check("src/a.py", "@pytest.mark.skip(reason=\"flaky\")\ndef test_a(): pass\n", None);
        check(
            "a_test.go",
            "func TestA(t *testing.T) {\n\tt.Skip(\"until #12 is fixed\")\n}\n",
            Some((2, "until", "until #12 is fixed")),
        );
        check("a_test.go", "\tt.Skip(\"skipping test in short mode\")\n", None);
        check(
            "src/test/java/A.java",
            "  @Disabled(\"not yet implemented\")\n  void restores() {}\n",
            Some((1, "not yet", "not yet implemented")),
        );
        check(
            "src/a.rs",
            "#[test]\n#[ignore = \"flaky on CI\"]\nfn restores() {}\n",
            Some((2, "flaky", "flaky on CI")),
        );
        check(
            "spec/a_spec.rb",
            "  it 'restores' do\n    skip \"broken until the driver is out\"\n  end\n",
            Some((2, "broken", "broken until the driver is out")),
        );
        check("spec/a_spec.rb", "  skip_before_action 'flaky'\n", None);
        check(
            "a.test.ts",
            "it.skip('fails over (flaky)', () => {})\n",
            Some((1, "flaky", "fails over (flaky)")),
        );
        check("a.test.ts", "// it.skip('fails over (flaky)', () => {})\n", None);
        check(
            "a.test.ts",
            "// TODO: re-enable\nit.skip('fails over', () => {})\n",
            Some((1, "TODO", "TODO: re-enable")),
        );
    }
}
