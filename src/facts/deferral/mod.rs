//! Texts that put work off: with a marker, or by their words alone.
//!
//! What counts as deferral is said in `rules/catalog/deferral.toml`; this cuts comments into
//! remarks, finds the words, and notes mechanism, place and references. It does not judge whether
//! the debt matters.
//!
//! - `remark`: a comment cut into remarks, and the words in one that put work off
//! - `condition`: when it falls due, as its words say
//! - `proof`: what the code beside it shows
//! - `docstring`: documentation in code
//! - `limitation`: sections of prose that list what does not work yet
//! - `skipped`: reasons of tests that do not run
//! - `suppression`: reasons beside a warning that was silenced
//! - `reference`: issues and tickets in its words

pub(super) mod condition;
mod docstring;
mod limitation;
mod proof;
mod reference;
mod remark;
mod skipped;
mod suppression;

use super::SourceFile;
use crate::model::fact::{Carrier, DeferralComment};
use crate::model::{At, Fact, FactKind, FileFacts, Problem, ProblemKind};
use crate::parse::Language;
use crate::parse::code::{Comment, CommentKind, Enclosing, comments_where, enclosing};
use crate::rules::{DeferralWords, Places, RuleSet, Said, Strength, tier};

use condition::conditions;
use proof::Code;
use reference::references;
use remark::{Found, Remark, remarks, shown};

/// A file with more of them is data or a survey of debt.
const MOST_PER_FILE: usize = 200;
/// Bytes at the start of a file in which a generator says so.
const HEAD: usize = 1_500;

/// Languages with comments.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    !matches!(file.language, Language::Text | Language::Json)
}

/// Collects deferrals.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(words) = DeferralWords::builtin() else { return };
    let text: &str = &file.text;
    let places = words.places(text);
    let is_for_skips = skipped::may_hold(file);
    let has_words = !places.words.is_empty() || !places.suppressions.is_empty();
    let has_skips = is_for_skips && !places.skips.is_empty();
    let has_limits = limitation::may_hold(file, words);
    if !(has_words || has_skips || has_limits) || words.is_generated(cut_at(text, HEAD)) {
        return;
    }
    let code = Code::of(file);
    comments(file, &code, words, &places, out);
    docstring::collect(file, &code, words, &places, out);
    if has_skips {
        skipped::collect(file, &code, words, &places, out);
    }
    if has_limits {
        limitation::collect(file, words, out);
    }
}

/// Deferrals in comments.
fn comments(
    file: &SourceFile<'_>,
    code: &Code<'_>,
    words: &DeferralWords,
    places: &Places,
    out: &mut FileFacts,
) {
    let mut hits = [places.words.as_slice(), &places.suppressions].concat();
    hits.sort_unstable();
    let mut matters = |comment: &Comment| {
        !words.is_boilerplate(&comment.text)
            && (remarks(comment, words).iter().any(|r| counted(comment, r, words).is_some())
                || suppression::reasons(comment, words).next().is_some())
    };
    let parsed = comments_where(&file.text, file.language, &hits, &mut matters);
    out.problems.extend(parsed.problems);
    for comment in &parsed.value {
        for remark in remarks(comment, words) {
            let Some(found) = counted(comment, &remark, words) else { continue };
            if !push(out, &remark, fact(file, code, comment, &remark, found, words)) {
                return;
            }
        }
        for (remark, range) in suppression::reasons(comment, words) {
            let found = Found::alone("suppression", &remark, range);
            if !push(out, &remark, found.and_then(|found| fact(file, code, comment, &remark, found, words))) {
                return;
            }
        }
    }
}

/// The words of a remark that put work off, if they count in a comment of its kind.
fn counted<'a>(comment: &Comment, remark: &'a Remark, words: &'a DeferralWords) -> Option<Found<'a>> {
    let found = remark.find(words)?;
    let counts = if suppression::directive(remark, words).is_some() {
        suppression::counts(remark, &found, words)
    } else {
        comment.kind != CommentKind::Doc || docstring::counts(&found, words)
    };
    counts.then_some(found)
}

/// Adds a fact; false when the file has too many.
fn push(out: &mut FileFacts, remark: &Remark, fact: Option<Fact>) -> bool {
    let has_room = out.facts.len() < MOST_PER_FILE;
    if has_room {
        out.facts.extend(fact);
    } else {
        let message = format!("more than {MOST_PER_FILE} deferrals, the rest was not listed");
        out.problems.push(Problem { line: remark.line, kind: ProblemKind::Limit, message });
    }
    has_room
}

fn cut_at(text: &str, length: usize) -> &str {
    (0..=length.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}

fn fact(
    file: &SourceFile<'_>,
    code: &Code<'_>,
    comment: &Comment,
    remark: &Remark,
    found: Found<'_>,
    words: &DeferralWords,
) -> Option<Fact> {
    let around = enclosing(&file.text, file.lines(), comment, file.language);
    let mut near = vec![around.subject];
    near.extend(around.headers.first());
    let place = words.place(file.path.as_str(), &near);
    let weighed = words.weigh(&remark.text);
    if weighed.is_vetoed(found.strength) || !words.counts_at(found.id, file.path.as_str()) {
        return None;
    }
    near.extend(around.symbol.as_deref());
    near.push(file.path.as_str());
    let said = said(remark, &found, &near);
    let mechanism = words.mechanism(&said).map(|named| named.id);
    // Weak words need a mechanism in their own sentence: code and neighbours say too little.
    let alone = Said { sentence: found.sentence, ..Said::default() };
    let is_weak = found.strength == Strength::Weak;
    let tier = tier(found.strength, place.is_some() || (is_weak && words.mechanism(&alone).is_some()))?;
    let (carrier, silenced) = carrier(comment, &around, remark, words);
    let mechanism = mechanism.or(silenced);
    let start = file.lines().start(remark.line).max(comment.at.start as usize);
    let end = file.lines().end(remark.last_line).min(comment.at.end as usize);
    let source = file.text.get(start..end).unwrap_or_default();
    let start = start + source.len() - source.trim_start().len();
    let mut deferral = DeferralComment {
        text: shown(remark, &found),
        tier,
        carrier,
        because: weighed.because,
        cue: found.cue.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
        mechanism: mechanism.map(str::to_owned),
        place: place.map(str::to_owned),
        symbol: around.symbol,
        function: None,
        proof: None,
        conditions: conditions(found.sentence),
        references: references(&remark.text, words),
    };
    code.look(comment, found.sentence, &mut deferral);
    Some(Fact {
        at: At { line: remark.line, start: start as u32, end: end.max(start) as u32 },
        kind: FactKind::Deferral(deferral),
    })
}

/// What a remark in a comment is, and the mechanism that a silenced rule stands for.
fn carrier<'a>(
    comment: &Comment,
    around: &Enclosing<'_>,
    remark: &Remark,
    words: &'a DeferralWords,
) -> (Carrier, Option<&'a str>) {
    if let Some(directive) = suppression::directive(remark, words) {
        (Carrier::Suppression, suppression::mechanism(remark, &directive, words))
    } else if words.carriers().skips(around.subject) {
        (Carrier::SkippedTest, None)
    } else if comment.kind == CommentKind::Doc {
        (Carrier::Docstring, None)
    } else {
        (Carrier::Comment, None)
    }
}

/// What a remark says of a failure: the sentence of the cue first.
fn said<'a>(remark: &'a Remark, found: &Found<'a>, code: &'a [&'a str]) -> Said<'a> {
    let (before, after) = remark.text.split_once(found.sentence).unwrap_or_default();
    let cue_end = (found.start + found.cue.len()).checked_sub(before.len());
    Said { sentence: found.sentence, cue_end, rest: [before, after], code }
}

#[cfg(test)]
mod tests {
    use super::collect;
    use crate::facts::SourceFile;
    use crate::model::fact::{Carrier, DeferralComment, Tier};
    use crate::model::{FactKind, FileFacts};
    use crate::rules::RuleSet;

    pub(super) fn deferrals(path: &str, text: &str) -> Vec<(u32, DeferralComment)> {
        let path = path.into();
        let mut out = FileFacts::default();
        collect(&SourceFile::new(&path, text.as_bytes()), RuleSet::builtin(), &mut out);
        let of = |kind| if let FactKind::Deferral(comment) = kind { Some(comment) } else { None };
        out.facts.into_iter().filter_map(|fact| Some((fact.at.line, of(fact.kind)?))).collect()
    }

    type Shown<'a> = (u32, Tier, &'a str, Option<&'a str>, Option<&'a str>);

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[Shown<'_>]) {
        let found = deferrals(path, text);
        let found: Vec<_> = found
            .iter()
            .map(|(line, d)| (*line, d.tier, d.cue.as_str(), d.mechanism.as_deref(), d.place.as_deref()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn states_line_mechanism_and_place() {
        use Tier::{Marked, Unmarked};
        check(
            "a.go",
            "package a\n\nfunc f() {\n\tif err != nil {\n\t\t// Losing these is fine for now.\n\t\treturn\n\t}\n}\n",
            &[(5, Unmarked, "for now", None, Some("error handler"))],
        );
        check(
            "a.py",
            "def f():\n    # All orders at once.\n    #\n    # TODO(ana): pagination\n    # FIXME: no timeout\n    pass\n",
            &[
                (4, Marked, "TODO", Some("unbounded-work"), None),
                (5, Marked, "FIXME", Some("timeout-or-probe"), None),
            ],
        );
        check(
            "a.yaml",
            "spec:\n  maxReplicas: 3 # the database can handle it\n",
            &[(2, Unmarked, "database can handle it", Some("capacity-ceiling"), Some("limit"))],
        );
        check(
            "db/migrate/1.rb",
            "# remove after launch\n",
            &[(1, Unmarked, "remove after launch", Some("stale-code-path"), Some("migration"))],
        );
        check("a.tf", "# No alerts yet, until we know the limits.\n", &[]);
    }

    #[test]
    fn passes_by_strings_code_licences_and_generated_files() {
        check("a.js", "const a = \"TODO: paginate\";\nconst b = `for now`;\n", &[]);
        check("a.js", "// const a = [1, 2]; f(a, { b: 'for now' });\n", &[]);
        check("a.go", "// Code generated by x. DO NOT EDIT.\n\n// TODO: paginate\n", &[]);
        check("a.c", "/* Licensed under the X License; for now see Y. */\n", &[]);
        check("a.py", "x = \"\"\"TODO: paginate\"\"\"\n", &[]);
        check("a.rb", "# Returns the to-do list of the user.\n", &[]);
    }

    #[test]
    fn weak_language_counts_beside_a_mechanism_only() {
        check("a.py", "# We might want to rename this.\n", &[]);
        check(
            "a.py",
            "# We might want to retry here.\n",
            &[(1, Tier::Unmarked, "We might want to", Some("overload-feedback"), None)],
        );
    }

    #[test]
    fn documentation_counts_by_its_strongest_words_only() {
        let carriers = |path, text| deferrals(path, text).iter().map(|(_, d)| d.carrier).collect::<Vec<_>>();
        assert_eq!(
            carriers("a.py", "def f():\n    \"\"\"All at once for now.\"\"\"\n"),
            [Carrier::Docstring]
        );
        assert_eq!(carriers("a.rs", "/// TODO: retry\nfn f() {}\n"), [Carrier::Docstring]);
        assert_eq!(carriers("a.rs", "/// Marks what is left, as TODO does.\nfn f() {}\n"), []);
        assert_eq!(carriers("a.py", "def f():\n    \"\"\"It would be nice to retry.\"\"\"\n"), []);
    }

    #[test]
    fn a_fake_is_not_the_real_thing_and_never_will_be() {
        let text = "// In a real implementation, this would wait.\nvar x = 1;\n";
        assert_eq!(deferrals("src/store.ts", text).len(), 1);
        assert!(deferrals("src/FakeStore.ts", text).is_empty());
        assert!(deferrals("src/routes/storybook.charts/route.tsx", text).is_empty());
    }

    #[test]
    fn finds_words_that_are_wrapped() {
        check(
            "a.go",
            "// All of them for\n// now.\nvar x = 1\n",
            &[(1, Tier::Unmarked, "for now", None, None)],
        );
    }

    #[test]
    fn keeps_references_but_no_character_sets() {
        let text = "# TODO: UTF-8, see OPS-12, #7, a/b#8 and https://x.org/a/b/issues/9.\n";
        let found = deferrals("a.sh", text);
        assert_eq!(found[0].1.references, ["OPS-12", "#7", "a/b#8", "https://x.org/a/b/issues/9"]);
    }

    #[test]
    fn shows_the_words_even_at_the_end_of_a_long_remark() {
        let text = format!("# {} This is fine for now.\n", "Much was said. ".repeat(40));
        let found = deferrals("a.sh", &text);
        assert_eq!(found[0].1.text, "This is fine for now.");
    }
}
