//! Comments that put work off: with a marker, or by their words alone.
//!
//! What counts as deferral is said in `rules/catalog/deferral.toml`; this cuts comments into
//! remarks, finds the words, and notes mechanism, place and references. It does not judge whether
//! the debt matters or still holds.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::fact::{DeferralComment, Tier};
use crate::model::{At, Fact, FactKind, FileFacts, Problem, ProblemKind};
use crate::parse::Language;
use crate::parse::code::{Comment, comments_where, enclosing};
use crate::rules::{DeferralWords, RuleSet, Strength};
use crate::text::cut;

/// A file with more of them is data or a survey of debt.
const MOST_PER_FILE: usize = 200;
/// Longest text kept.
const LONGEST_TEXT: usize = 400;
/// Bytes at the start of a file in which a generator says so.
const HEAD: usize = 1_500;
/// Share of code signs above which a remark without a marker is code that was commented out.
const MOST_CODE_SIGNS_PERCENT: usize = 6;

/// Languages with comments.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    !matches!(file.language, Language::Text | Language::ReStructuredText | Language::Json)
}

/// Collects deferrals.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(words) = DeferralWords::builtin() else { return };
    let text: &str = &file.text;
    let hits = words.gates(text);
    if hits.is_empty() || words.is_generated(cut_at(text, HEAD)) {
        return;
    }
    let mut matters = |comment: &Comment| {
        !words.is_boilerplate(&comment.text)
            && remarks(comment, words).iter().any(|r| r.find(words).is_some())
    };
    let parsed = comments_where(text, file.language, &hits, &mut matters);
    out.problems.extend(parsed.problems);
    for comment in &parsed.value {
        for remark in remarks(comment, words) {
            let Some(found) = remark.find(words) else { continue };
            if out.facts.len() >= MOST_PER_FILE {
                let message = format!("more than {MOST_PER_FILE} deferrals, the rest was not listed");
                out.problems.push(Problem { line: remark.line, kind: ProblemKind::Limit, message });
                return;
            }
            out.facts.extend(fact(file, comment, &remark, found, words));
        }
    }
}

fn cut_at(text: &str, length: usize) -> &str {
    (0..=length.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}

/// A paragraph of a comment, or the part of one that a marker begins.
struct Remark {
    /// White space folded.
    text: String,
    /// 1-based line in the file.
    line: u32,
    last_line: u32,
}

/// Words that put work off, in a remark.
struct Found<'a> {
    strength: Strength,
    cue: &'a str,
    /// The sentence they stand in.
    sentence: &'a str,
    start: usize,
}

/// A line that begins a remark of its own.
static BEGINS_REMARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?x) ^@?(?: (?i:todo|fixme)\b | (?:XXX|HACK|KLUDGE|WORKAROUND|NOTE|OPTIMIZE|REFACTOR|REVISIT|TBD)\b\s*[:(] )").ok()
});

fn remarks(comment: &Comment, words: &DeferralWords) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = Vec::new();
    let mut is_open = false;
    for (line, text) in (comment.at.line..).zip(comment.text.split('\n')) {
        let begins = BEGINS_REMARK.as_ref().is_some_and(|pattern| pattern.is_match(text));
        if text.is_empty() {
            is_open = false;
            continue;
        }
        match remarks.last_mut().filter(|_| is_open && !begins) {
            Some(remark) => {
                remark.text.push(' ');
                remark.last_line = line;
            }
            None => remarks.push(Remark { text: String::new(), line, last_line: line }),
        }
        is_open = true;
        if let Some(remark) = remarks.last_mut() {
            push_folded(&mut remark.text, text);
        }
    }
    remarks.retain(|remark| !words.gates(&remark.text).is_empty());
    remarks
}

fn push_folded(folded: &mut String, text: &str) {
    for (i, word) in text.split_whitespace().enumerate() {
        if i > 0 {
            folded.push(' ');
        }
        folded.push_str(word);
    }
}

impl Remark {
    fn find(&self, words: &DeferralWords) -> Option<Found<'_>> {
        let (cue, range) = words.cue(&self.text, &|range| sentence(&self.text, range))?;
        let around = self.text.get(sentence(&self.text, &range))?;
        if cue.strength != Strength::Marked && looks_like_code(around) {
            return None;
        }
        let (start, cue_text) = (range.start, self.text.get(range)?);
        Some(Found { strength: cue.strength, cue: cue_text, sentence: around, start })
    }
}

/// The sentence around a place: from the last full stop before it to the next one.
fn sentence(text: &str, range: &Range<usize>) -> Range<usize> {
    static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[.!?][)\x22']?\s+[A-Z(]").ok());
    let Some(end) = END.as_ref() else { return 0..text.len() };
    let before = text.get(..range.start).unwrap_or_default();
    // The matched capital letter is the first one of the next sentence.
    let starts = end.find_iter(before).filter(|found| !is_abbreviation(before, found.start()));
    let start = starts.last().map_or(0, |found| found.end() - 1);
    let after = text.get(range.end..).unwrap_or_default();
    let stop = end.find(after).map_or(text.len(), |found| range.end + found.start() + 1);
    start..stop
}

fn is_abbreviation(text: &str, stop: usize) -> bool {
    let before = text.get(..stop).unwrap_or_default();
    ["e.g", "i.e", "etc", "vs", "cf"].iter().any(|short| before.ends_with(short))
}

fn looks_like_code(text: &str) -> bool {
    let signs = text.bytes().filter(|b| b";{}=<>[]|&$".contains(b)).count();
    signs * 100 > text.len() * MOST_CODE_SIGNS_PERCENT
}

fn fact(
    file: &SourceFile<'_>,
    comment: &Comment,
    remark: &Remark,
    found: Found<'_>,
    words: &DeferralWords,
) -> Option<Fact> {
    let around = enclosing(&file.text, file.lines(), comment, file.language);
    let mut near = vec![around.subject];
    near.extend(around.headers.first());
    let place = words.place(file.path.as_str(), &near);
    let mechanism = words.mechanism(found.sentence);
    if found.strength == Strength::Weak && mechanism.is_none() && place.is_none() {
        return None;
    }
    let start = file.lines().start(remark.line).max(comment.at.start as usize);
    let end = file.lines().end(remark.last_line).min(comment.at.end as usize);
    let source = file.text.get(start..end).unwrap_or_default();
    let start = start + source.len() - source.trim_start().len();
    Some(Fact {
        at: At { line: remark.line, start: start as u32, end: end.max(start) as u32 },
        kind: FactKind::Deferral(DeferralComment {
            text: shown(remark, &found),
            tier: if found.strength == Strength::Marked { Tier::Marked } else { Tier::Unmarked },
            cue: found.cue.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
            mechanism: mechanism.map(str::to_owned),
            place: place.map(str::to_owned),
            symbol: around.symbol,
            references: references(&remark.text, words),
        }),
    })
}

/// The remark, or when the words stand far down in it, from their sentence on.
fn shown(remark: &Remark, found: &Found<'_>) -> String {
    let before = remark.text.get(..found.start).map_or(0, |before| before.chars().count());
    if before + found.cue.len() < LONGEST_TEXT {
        return cut(&remark.text, LONGEST_TEXT);
    }
    let sentence = sentence(&remark.text, &(found.start..found.start + found.cue.len()));
    let tail = remark.text.get(sentence.start..).unwrap_or_default();
    let start = if found.start - sentence.start < LONGEST_TEXT { tail } else { found.cue };
    cut(start, LONGEST_TEXT)
}

/// Issues, changes and tickets a text refers to, in order of appearance.
fn references(text: &str, words: &DeferralWords) -> Vec<String> {
    static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            (?P<link>https?://[^\s)>\]]+/(?:issues?|pull|merge_requests|browse|tickets?|bugs?|discussions|story|card|c)/[\w.-]+)
          | \b(?P<ticket>(?P<key>[A-Z][A-Z0-9]{1,9})-\d{1,6})\b
          | (?:^|[\s(\[,;:])(?P<issue>(?:[\w.-]+/[\w.-]+)?\#\d{1,6})\b",
        )
        .ok()
    });
    let Some(pattern) = REFERENCE.as_ref() else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for groups in pattern.captures_iter(text) {
        if groups.name("key").is_some_and(|key| !words.is_project_key(key.as_str())) {
            continue;
        }
        let one = ["link", "ticket", "issue"].iter().find_map(|name| groups.name(name));
        let Some(one) = one.map(|one| one.as_str().trim_end_matches(['.', ','])) else { continue };
        if !found.iter().any(|known| known == one) {
            found.push(one.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::collect;
    use crate::facts::SourceFile;
    use crate::model::fact::{DeferralComment, Tier};
    use crate::model::{FactKind, FileFacts};
    use crate::rules::RuleSet;

    fn deferrals(path: &str, text: &str) -> Vec<(u32, DeferralComment)> {
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
        check("a.py", "\"\"\"TODO: paginate\"\"\"\n", &[]);
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
