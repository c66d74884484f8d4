//! Documentation that is written as a string: Python's docstrings, Elixir's `@doc`.
//!
//! A string is documentation by its place alone: the first statement of a module, class or function,
//! or the value of such an attribute.

use std::ops::Range;

use super::{Comment, CommentKind, lexer, tables};
use crate::parse::Language;
use crate::text::LineIndex;

/// Attributes of Elixir whose string is documentation.
const ATTRIBUTES: &[&str] = &["@doc", "@moduledoc", "@typedoc"];

/// The docstrings that hold any of the given bytes (`hits`, sorted), in order.
pub fn docstrings_at(text: &str, language: Language, hits: &[usize]) -> Vec<Comment> {
    let is_documented = matches!(language, Language::Python | Language::Elixir);
    let (Some(&last), Some(syntax)) = (hits.last(), tables::syntax(language).filter(|_| is_documented))
    else {
        return Vec::new();
    };
    // Without three quotes in a row there is none, and most files are told by that.
    if !text.contains("\"\"\"") && !text.contains("'''") {
        return Vec::new();
    }
    let (raws, texts) = lexer::scan_texts(text, syntax, last);
    let lines = LineIndex::new(text);
    let mut found = Vec::new();
    for range in texts {
        let first = hits.partition_point(|&hit| hit < range.start);
        let holds_hit = hits.get(first).is_some_and(|&hit| hit < range.end);
        let source = text.get(range.clone()).unwrap_or_default();
        let is_long = source.len() >= 6 && (source.starts_with("\"\"\"") || source.starts_with("'''"));
        let is_doc = |range: &Range<usize>| match language {
            Language::Elixir => is_attribute(text, &lines, range),
            _ => is_first_statement(text, &lines, &raws, range),
        };
        if holds_hit && is_long && is_doc(&range) {
            let body = source.get(3..source.len() - 3).unwrap_or_default();
            let body: Vec<&str> = body.split('\n').map(str::trim).collect();
            let at = lines.at(range);
            let (text, kind) = (body.join("\n"), CommentKind::Doc);
            found.push(Comment { at, text, kind, is_trailing: false });
        }
    }
    found
}

/// Those of the given bytes (sorted) that stand in code, by the lexer's word: neither in a comment
/// nor in a string between quotes.
pub fn code_at(text: &str, language: Language, hits: &[usize]) -> Vec<usize> {
    let (Some(&last), Some(syntax)) = (hits.last(), tables::syntax(language)) else { return Vec::new() };
    let (raws, texts) = lexer::scan_texts(text, syntax, last);
    let is_code = |hit: &usize| {
        let comment = raws.partition_point(|raw| raw.range.end <= *hit);
        let string = texts.partition_point(|range| range.end <= *hit);
        !raws.get(comment).is_some_and(|raw| raw.range.contains(hit))
            && !texts.get(string).is_some_and(|range| range.contains(hit))
    };
    hits.iter().copied().filter(is_code).collect()
}

fn is_attribute(text: &str, lines: &LineIndex, range: &Range<usize>) -> bool {
    let line = lines.line(range.start);
    let before = text.get(lines.start(line)..range.start).unwrap_or_default();
    ATTRIBUTES.contains(&before.trim())
}

/// Whether nothing but white space and comments stands between a string and the line that opens
/// its block, or the start of the file.
fn is_first_statement(text: &str, lines: &LineIndex, raws: &[lexer::Raw], range: &Range<usize>) -> bool {
    let own = lines.line(range.start);
    let start = lines.start(own);
    let before = text.get(start..range.start).unwrap_or_default();
    if !matches!(before.trim_start(), "" | "r" | "R" | "u" | "U") {
        return false;
    }
    let mut end = start;
    // Comments between are few; each step goes back by one of them.
    let mut comments = raws.iter().take(raws.partition_point(|raw| raw.range.end <= start)).rev();
    loop {
        let code = text.get(..end).unwrap_or_default().trim_end();
        match comments.next().filter(|raw| raw.range.end == code.len()) {
            Some(raw) => end = raw.range.start,
            None if code.is_empty() => return true,
            None => return opens_block(text, lines, code.len(), before.len()),
        }
    }
}

/// Whether the line that ends at `end` is the head of a class or function that is indented less.
fn opens_block(text: &str, lines: &LineIndex, end: usize, indent: usize) -> bool {
    let line = lines.line(end.saturating_sub(1));
    let head = text.get(lines.start(line)..end).unwrap_or_default();
    let trimmed = head.trim_start();
    // `) -> int:` ends a head that began further up.
    let begins = ["def ", "class ", "async def ", ")", "]"].iter().any(|word| trimmed.starts_with(word));
    trimmed.ends_with(':') && begins && head.len() - trimmed.len() < indent
}

#[cfg(test)]
mod tests {
    use super::{code_at, docstrings_at};
    use crate::parse::Language;

    #[track_caller]
    fn check(language: Language, text: &str) {
        let hits = |word: &str| text.match_indices(word).map(|(at, _)| at).collect::<Vec<_>>();
        let mut all = [hits("YES"), hits("NOT")].concat();
        all.sort_unstable();
        let found = docstrings_at(text, language, &all);
        let held: Vec<usize> = all
            .iter()
            .copied()
            .filter(|&hit| found.iter().any(|c| (c.at.start as usize..c.at.end as usize).contains(&hit)))
            .collect();
        assert_eq!(held, hits("YES"), "{text}");
    }

    #[test]
    fn tells_documentation_from_strings_by_its_place() {
        check(
            Language::Python,
            "#!/usr/bin/python\n# c\n\"\"\"YES\"\"\"\nx = \"\"\"NOT\"\"\"\n\"\"\"NOT\"\"\"\nclass A:\n    \
             # c\n\n    r\"\"\"YES\n    YES\n    \"\"\"\n    def f(\n        a,\n    ) -> int:\n        '''YES'''\n        \
             d = {\n            'a':\n            \"\"\"NOT\"\"\"}\n        \"\"\"NOT\"\"\"\n        if a:\n            \"\"\"NOT\"\"\"\n",
        );
        check(Language::Python, "import a\n\"\"\"NOT\"\"\"\ndef f(): \"\"\"NOT\"\"\"\n");
        check(
            Language::Elixir,
            "@doc \"\"\"\nYES\n\"\"\"\nx = \"\"\"\nNOT\n\"\"\"\n@moduledoc \"\"\"\nYES\n\"\"\"\n@other \"\"\"\nNOT\n\"\"\"\n",
        );
    }

    #[test]
    fn tells_code_from_strings_and_comments() {
        let text = "skip(a)\n# skip(b)\nx = '''\nskip(c)\n'''\nskip(d)\n";
        let hits: Vec<usize> = text.match_indices("skip").map(|(at, _)| at).collect();
        assert_eq!(code_at(text, Language::Python, &hits), [hits[0], hits[3]]);
    }
}
