//! Comments of source code, by a funnel: the caller's phrases, a lexer as gate, a grammar as judge.
//!
//! Parsing every file with a grammar costs a hundred times what reading it costs, so only the part
//! of a text up to its last comment of interest is parsed. The gate errs toward "comment", the
//! judge decides. It does not know what a comment means.
//!
//! - `syntax`, `tables`, `lexer`, `special`, `literal`: comments by table, for languages with quotes
//!   and blocks
//! - `sections`: text with sections in other languages (HTML, Vue, Svelte)
//! - `yaml`, `lines`: comments of languages that go by lines
//! - `judge`: tree-sitter
//! - `group`: neighbouring lines joined, delimiters taken off
//! - `docstring`: documentation that is written as a string
//! - `enclosing`: the lines of code around a comment, by indentation
//! - `query`: shapes of code in a stretch of a tree

mod docstring;
mod enclosing;
mod group;
mod judge;
mod lexer;
mod lines;
mod literal;
mod query;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod samples_by_table;
mod sections;
mod special;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;
mod yaml;

use std::ops::Range;

use crate::model::{At, Problem, ProblemKind};
use crate::parse::{Language, Parsed};
use crate::text::LineIndex;

pub use docstring::{code_at, docstrings_at};
pub use enclosing::{Enclosing, enclosing};
pub use query::Query;

use judge::{Unjudged, Verdict};
use lexer::Raw;

/// How a comment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommentKind {
    /// To the end of its line; neighbouring whole-line ones are one comment.
    Line,
    /// Between delimiters.
    Block,
    /// Documentation: `///`, `//!`, `/** … */`.
    Doc,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its place, delimiters included.
    pub at: At,
    /// The text without delimiters. Line `i` of it is line `at.line + i` of the file.
    pub text: String,
    /// How it is written.
    pub kind: CommentKind,
    /// Whether code stands before it on its line.
    pub is_trailing: bool,
}

/// A larger text is left to the lexer: 1 MB overflows no stack of ours, and no person wrote it.
const LARGEST_JUDGED: usize = 1_000_000;
/// Places asked of the judge in one file; each costs a descent into the tree.
const MOST_HITS: usize = 2_000;

/// The comments that hold any of the given bytes (`hits`, sorted), in order.
pub fn comments_at(text: &str, language: Language, hits: &[usize]) -> Parsed<Vec<Comment>> {
    comments_where(text, language, hits, &mut |_| true)
}

/// The same, for those that `matters` says yes to. It is asked before the grammar is, about what
/// the lexer takes for a comment: parsing costs a hundred times as much as asking.
pub fn comments_where(
    text: &str,
    language: Language,
    hits: &[usize],
    matters: &mut dyn FnMut(&Comment) -> bool,
) -> Parsed<Vec<Comment>> {
    let mut problems = Vec::new();
    if language == Language::Html {
        return in_sections(text, hits, matters);
    }
    let hits = if hits.len() > MOST_HITS {
        problems.push(limit(format!("more than {MOST_HITS} phrases of interest, the rest was not read")));
        &hits[..MOST_HITS]
    } else {
        hits
    };
    let Some(&last) = hits.last() else { return Parsed { value: Vec::new(), problems } };
    let (raws, read) = scan(text, language, last);
    let lines = LineIndex::new(text);
    let mut gated: Vec<Gated> = Vec::new();
    let mut passed = 0;
    for &hit in hits.iter() {
        // One comment is asked about once, however many phrases it holds.
        if hit < passed {
            continue;
        }
        let Some((range, is_certain)) = gate(text, language, &raws, hit) else { continue };
        let comment = group::comment(text, language, &lines, range);
        if is_certain {
            passed = comment.at.end as usize;
        }
        if matters(&comment) {
            // A cut inside a string would make it code: the lexer's last stop is outside of one.
            let end = if is_certain { comment.at.end as usize } else { read.max(hit + 1) };
            gated.push(Gated { hit, comment: is_certain.then_some(comment), end });
        }
    }
    let mut comments: Vec<Comment> = Vec::new();
    for (hit, range) in decide(text, language, &gated, &mut problems) {
        if comments.last().is_none_or(|comment| comment.at.end as usize <= hit) {
            comments.push(group::comment(text, language, &lines, range));
        }
    }
    Parsed { value: comments, problems }
}

/// Comments between the sections of a text, and those of each section in its language.
fn in_sections(
    text: &str,
    hits: &[usize],
    matters: &mut dyn FnMut(&Comment) -> bool,
) -> Parsed<Vec<Comment>> {
    let mut found = Parsed { value: Vec::new(), problems: Vec::new() };
    if hits.is_empty() {
        return found;
    }
    let lines = LineIndex::new(text);
    let (sections, raws) = sections::scan(text);
    for raw in raws {
        if within(hits, &raw.range).is_empty() {
            continue;
        }
        let comment = group::comment(text, Language::Html, &lines, raw.range);
        if matters(&comment) {
            found.value.push(comment);
        }
    }
    for section in sections {
        let start = section.range.start;
        let (own, lines_before) = (within(hits, &section.range), lines.line(start) - 1);
        let own: Vec<usize> = own.iter().map(|hit| hit - start).collect();
        let moved = |mut comment: Comment| {
            comment.at.line += lines_before;
            comment.at.start += start as u32;
            comment.at.end += start as u32;
            comment
        };
        let body = text.get(section.range).unwrap_or_default();
        let inner =
            comments_where(body, section.language, &own, &mut |comment| matters(&moved(comment.clone())));
        found.value.extend(inner.value.into_iter().map(moved));
        found.problems.extend(inner.problems);
    }
    found.value.sort_by_key(|comment| comment.at);
    found
}

/// The hits inside a range.
fn within<'a>(hits: &'a [usize], range: &Range<usize>) -> &'a [usize] {
    let (from, to) =
        (hits.partition_point(|&hit| hit < range.start), hits.partition_point(|&hit| hit < range.end));
    hits.get(from..to).unwrap_or_default()
}

/// Every comment of a text: for small files, and for tests.
pub fn comments(text: &str, language: Language) -> Parsed<Vec<Comment>> {
    let hits: Vec<usize> = scan(text, language, text.len()).0.iter().map(|raw| raw.range.start).collect();
    comments_at(text, language, &hits)
}

/// The syntax tree of a text, for readers of code that is worth a parse by its name (a migration).
/// `None` when the language has no grammar, the text is too large, or parsing took too much work.
pub fn tree(text: &str, language: Language) -> Option<tree_sitter::Tree> {
    if text.len() > LARGEST_JUDGED { None } else { judge::parse(text, language).ok() }
}

/// A byte that may stand in a comment.
struct Gated {
    hit: usize,
    /// The lexer's comment around it; without one, only its line looks like a comment.
    comment: Option<Comment>,
    /// Where the text may be cut without losing it.
    end: usize,
}

/// The lexer's comments, and the end of the last thing it read.
fn scan(text: &str, language: Language, until: usize) -> (Vec<Raw>, usize) {
    let found = match language {
        Language::Yaml => yaml::scan(text),
        Language::Dockerfile => lines::dockerfile(text),
        Language::Makefile => lines::makefile(text),
        Language::Ini => lines::ini(text),
        Language::Markdown => lines::markdown(text),
        Language::AsciiDoc => lines::asciidoc(text),
        Language::Html => {
            let (sections, mut found) = sections::scan(text);
            for section in sections {
                let body = text.get(section.range.clone()).unwrap_or_default();
                let moved = |raw: Raw| {
                    let range = raw.range.start + section.range.start..raw.range.end + section.range.start;
                    Raw { range, ..raw }
                };
                found.extend(scan(body, section.language, body.len()).0.into_iter().map(moved));
            }
            found.sort_by_key(|raw| raw.range.start);
            found
        }
        _ => match tables::syntax(language) {
            Some(syntax) => return lexer::scan(text, syntax, until),
            None => Vec::new(),
        },
    };
    (found, text.len())
}

/// Whether quotes and slashes are ambiguous without a grammar. Elsewhere the lexer is exact, and
/// its word is needed beside the grammar's: Java's finds comments in text blocks, C's in macros.
fn may_mislead(language: Language) -> bool {
    use Language::{Bash, JavaScript, Php, Ruby, Sql, Tsx, TypeScript};
    matches!(language, Bash | JavaScript | Php | Ruby | Sql | Tsx | TypeScript)
}

/// What may be a comment around a byte, and whether the lexer says so.
fn gate(text: &str, language: Language, raws: &[Raw], hit: usize) -> Option<(Range<usize>, bool)> {
    let index = raws.partition_point(|raw| raw.range.end <= hit);
    if let Some(raw) = raws.get(index).filter(|raw| raw.range.contains(&hit)) {
        return Some((raw.range.clone(), true));
    }
    if !may_mislead(language) {
        return None;
    }
    // The lexer may have lost its way before this line. A line comment's opener stands before the
    // byte on the same line, so this loses none; the judge throws out the strings.
    let start = text.get(..hit)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(start..hit)?;
    let openers = tables::syntax(language)?.line.iter().map(|opener| opener.text).chain(["/*"]);
    let opener = openers.filter_map(|opener| before.find(opener)).min();
    let begins = opener.or_else(|| before.trim_start().starts_with('*').then_some(0))?;
    let rest = text.get(hit..)?.find('\n').map_or(text.len(), |at| hit + at);
    Some((start + begins..rest, false))
}

/// Asks the judge; where it cannot say, the lexer's word counts.
fn decide(
    text: &str,
    language: Language,
    gated: &[Gated],
    problems: &mut Vec<Problem>,
) -> Vec<(usize, Range<usize>)> {
    let Some(end) = gated.iter().map(|gated| gated.end).max() else { return Vec::new() };
    let verdicts = if text.len() > LARGEST_JUDGED {
        problems.push(limit("too large to parse: comments were told by simple rules".to_owned()));
        None
    } else {
        let rest = text.get(end..).unwrap_or_default();
        let cut = end + memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let hits: Vec<usize> = gated.iter().map(|gated| gated.hit).collect();
        match judge::judge(text.get(..cut).unwrap_or(text), language, &hits) {
            Ok(verdicts) => Some(verdicts),
            Err(Unjudged::NoGrammar) => None,
            Err(Unjudged::TooMuchWork) => {
                problems
                    .push(limit("parsing took too much work: comments were told by simple rules".to_owned()));
                None
            }
            Err(Unjudged::MostlyErrors) => {
                let message = "does not follow its language's grammar: comments were told by simple rules";
                problems.push(Problem { line: 0, kind: ProblemKind::Syntax, message: message.to_owned() });
                None
            }
        }
    };
    let verdict = |i: usize| verdicts.as_ref().map_or(Verdict::Unsure, |all| all[i].clone());
    let decided = gated.iter().enumerate().filter_map(|(i, gated)| {
        let own = gated.comment.as_ref().map(|comment| comment.at.start as usize..comment.at.end as usize);
        let range = match verdict(i) {
            Verdict::Comment(range) if may_mislead(language) => Some(trimmed(text, range)),
            Verdict::Comment(_) => own,
            Verdict::Other => None,
            Verdict::Unsure => own,
        };
        range.map(|range| (gated.hit, range))
    });
    decided.collect()
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let length = text.get(range.clone()).map_or(range.len(), |source| source.trim_end().len());
    range.start..range.start + length
}

fn limit(message: String) -> Problem {
    Problem { line: 0, kind: ProblemKind::Limit, message }
}
