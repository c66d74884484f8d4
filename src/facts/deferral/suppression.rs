//! Reasons beside a directive that silences another tool's warning.
//!
//! A directive alone is no deferral: most warnings are silenced for good. Its reason has to say that
//! the matter was put off.

use std::ops::Range;

use super::remark::{Found, Remark, every_remark};
use crate::parse::code::Comment;
use crate::rules::DeferralWords;

/// The directive in a remark.
pub(super) fn directive(remark: &Remark, words: &DeferralWords) -> Option<Range<usize>> {
    words.carriers().directive(&remark.text)
}

/// Whether words of a remark with a directive stand in its reason: `rubocop:todo` is a directive.
pub(super) fn counts(remark: &Remark, found: &Found<'_>, words: &DeferralWords) -> bool {
    let end = found.start + found.cue.len();
    directive(remark, words).is_none_or(|directive| end <= directive.start || found.start >= directive.end)
}

/// Remarks whose reason puts off in words that say so only as a reason.
pub(super) fn reasons<'a>(
    comment: &'a Comment,
    words: &'a DeferralWords,
) -> impl Iterator<Item = (Remark, Range<usize>)> + 'a {
    let has_directive = words.carriers().directive(&comment.text).is_some();
    let remarks = if has_directive { every_remark(comment, words) } else { Vec::new() };
    remarks.into_iter().filter_map(|remark| {
        let directive = directive(&remark, words)?;
        if words.carriers().is_unreasoned(remark.text.get(directive.clone())?) {
            return None;
        }
        let is_known = !words.gates(&remark.text).is_empty()
            && remark.find(words).is_some_and(|found| counts(&remark, &found, words));
        if is_known {
            return None;
        }
        let parts = [directive.end..remark.text.len(), 0..directive.start];
        let found = parts.into_iter().find_map(|part| {
            let range = words.carriers().suppression_reason(remark.text.get(part.clone())?)?;
            Some(part.start + range.start..part.start + range.end)
        })?;
        Some((remark, found))
    })
}

/// The mechanism that the silenced rules stand for, by their names.
pub(super) fn mechanism<'a>(
    remark: &Remark,
    directive: &Range<usize>,
    words: &'a DeferralWords,
) -> Option<&'a str> {
    let rules = remark.text.get(directive.clone())?;
    words.carriers().silenced(rules)
}

#[cfg(test)]
mod tests {
    use crate::facts::deferral::tests::deferrals;
    use crate::model::fact::Carrier;

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<(&str, Option<&str>)>) {
        let found = deferrals(path, text);
        let found: Vec<_> = found.iter().filter(|(_, d)| d.carrier == Carrier::Suppression).collect();
        let shown = found.first().map(|(_, d)| (d.cue.as_str(), d.mechanism.as_deref()));
        assert_eq!(shown, expected, "{text}");
        assert!(found.len() <= 1, "{text}");
    }

    #[test]
    fn reads_the_reason_and_not_the_directive() {
        check("a.go", "_ = f() //nolint:errcheck\n", None);
        check("a.go", "_ = f() //nolint:errcheck // best effort\n", None);
        check("a.py", "# A long name, whose parts should be removed  # noqa: E501\n", None);
        check("a.py", "x = f()  # noqa: S108 - a temporary file\n", None);
        check("a.go", "f() //nolint:gosec // Needs to be enabled in tests\n", None);
        check(
            "a.go",
            "_ = f() //nolint:errcheck // to be handled later on\n",
            Some(("to be handled later on", Some("fragile-error-path"))),
        );
        check("a.go", "_ = f() //nolint:errcheck // TODO\n", Some(("TODO", Some("fragile-error-path"))));
        check("a.rb", "# rubocop:todo Metrics/MethodLength\ndef f\n", None);
        check(
            "a.rb",
            "# rubocop:disable Style/X -- until we upgrade\n",
            Some(("until we upgrade", Some("dependency-drift"))),
        );
        check("a.ts", "// eslint-disable-next-line no-constant-condition -- loop until done\n", None);
        check("a.ts", "// @ts-ignore types are not there yet\n", Some(("not there yet", None)));
        check(
            "a.tf",
            "x = 1 #tfsec:ignore:aws-s3-enable-bucket-encryption will be tackled in the future\n",
            Some(("will be tackled in the future", Some("secret-exposure"))),
        );
        check("a.tf", "x = 1 #checkov:skip=CKV_AWS_1:Public on purpose\n", None);
        check("a.py", "import a  # noqa: E402\n", None);
        check("a.py", "f()  # type: ignore[arg] # temporary, see the driver\n", Some(("temporary", None)));
        check("a.py", "f(\"# noqa: E402 until we upgrade\")\n", None);
    }
}
