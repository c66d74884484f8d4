//! AsciiDoc and reStructuredText as Markdown, line for line.
//!
//! Records use little of a markup language: headings, fields, lists, links, tables of two columns.
//! Each line becomes one line of Markdown or an empty one, so that line numbers stay those of the
//! file; everything after that reads one language. Code is left out: it states nothing.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::At;
use crate::parse::Language;
use crate::text::LineIndex;

/// The text as Markdown; unchanged when it is Markdown.
pub(in crate::facts) fn as_markdown(language: Language, text: &str) -> Cow<'_, str> {
    match language {
        Language::AsciiDoc => Cow::Owned(asciidoc(text)),
        Language::ReStructuredText => Cow::Owned(restructured(text)),
        _ => Cow::Borrowed(text),
    }
}

/// A place of the translated text as the same lines of the file.
pub(in crate::facts) fn in_file(at: At, translated: &LineIndex, file: &LineIndex, text: &str) -> At {
    let last = translated.line(at.end.saturating_sub(1).max(at.start) as usize).max(at.line);
    let start = file.start(at.line);
    let end = file.start(last.saturating_add(1)).clamp(start, text.len());
    let end = text.get(start..end).map_or(end, |lines| start + lines.trim_end().len());
    At { line: at.line, start: start as u32, end: end as u32 }
}

/// What a line of dots or dashes opened, until the same line comes again.
fn asciidoc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    let mut previous = "";
    for line in text.lines() {
        let trimmed = line.trim_end();
        let is_fence = is_asciidoc_fence(trimmed, previous);
        if let Some(open) = fence {
            if trimmed == open {
                fence = None;
            }
        } else if is_fence {
            fence = Some(trimmed);
        } else {
            asciidoc_line(trimmed, &mut out);
        }
        out.push('\n');
        previous = trimmed;
    }
    out
}

/// `----`, `....` and `////` hide what is between two of them; a line of dashes under a text is a
/// heading.
fn is_asciidoc_fence(line: &str, previous: &str) -> bool {
    let is_line_of = |mark: char| line.len() >= 4 && line.chars().all(|c| c == mark);
    let is_below_text = !previous.is_empty() && !previous.starts_with(['[', '.', '+']);
    is_line_of('.') || is_line_of('/') || is_line_of('-') && !is_below_text
}

fn asciidoc_line(line: &str, out: &mut String) {
    let marks = line.chars().take_while(|c| *c == '=').count();
    let after = line.get(marks..).unwrap_or_default();
    if (1..=6).contains(&marks) && after.starts_with(' ') {
        out.extend(["#".repeat(marks).as_str(), &asciidoc_inline(after)]);
    } else if let Some((name, value)) = attribute(line) {
        // `:sdd_status:` is the status of what the prefix names.
        let name = name.rsplit_once('_').filter(|(prefix, _)| prefix.len() <= 4).map_or(name, |(_, n)| n);
        out.extend([name, ": ", value]);
    } else if let Some(cells) = line.strip_prefix('|').filter(|rest| !rest.starts_with('=')) {
        out.push_str(&asciidoc_inline(&cells_as_field(cells)));
    } else if let Some((depth, item, mark)) = asciidoc_item(line) {
        out.extend(["  ".repeat(depth - 1).as_str(), mark, &asciidoc_inline(item)]);
    } else if let Some((name, value)) = line.split_once(":: ").filter(|(name, _)| name.len() <= 40) {
        out.extend(["- ", name, ": ", &asciidoc_inline(value)]);
    } else if !is_asciidoc_frame(line) {
        out.push_str(&asciidoc_inline(line));
    }
}

/// `:status: accepted`.
fn attribute(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c));
    is_name.then(|| (name, value.trim()))
}

/// Two cells are a name with its value.
fn cells_as_field(cells: &str) -> String {
    let cells: Vec<&str> = cells.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    match cells.as_slice() {
        [name, value] => format!("{name}: {value}"),
        cells => cells.join(" "),
    }
}

fn asciidoc_item(line: &str) -> Option<(usize, &str, &'static str)> {
    let line = line.trim_start();
    ['*', '.', '-'].iter().find_map(|mark| {
        let depth = line.chars().take_while(|c| c == mark).count();
        let rest = line.get(depth..)?.strip_prefix(' ')?;
        let name = if *mark == '.' { "1. " } else { "- " };
        (1..=5).contains(&depth).then_some((depth, rest, name))
    })
}

/// Lines that frame or import and say nothing.
fn is_asciidoc_frame(line: &str) -> bool {
    let is_attributes = line.starts_with('[') && line.ends_with(']') && !line.contains("](");
    let is_rule = line.len() >= 2 && line.chars().all(|c| "=*_-+|".contains(c));
    let is_comment = line.starts_with("//");
    let is_title = line.starts_with('.') && line.chars().nth(1).is_some_and(char::is_alphabetic);
    // A line of equal signs under a text is a heading in Markdown too; dashes alone are not kept.
    let is_frame = is_rule && !line.chars().all(|c| c == '=' || c == '-');
    let is_example = matches!(line, "====" | "--");
    is_attributes || is_frame || is_example || is_comment || is_title || line.starts_with("include::")
}

/// `link:a[b]`, `xref:a[b]`, `https://a[b]` and `<<a,b>>` as links.
fn asciidoc_inline(text: &str) -> String {
    static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:link:|xref:)?(?P<url>(?:https?://)?[^\s\[\]<>,]*[\w/#])\[(?P<text>[^\]]+?)\^?\]").ok()
    });
    static REFERENCE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"<<(?P<url>[^,>]+),\s*(?P<text>[^>]+)>>").ok());
    let Some(link) = LINK.as_ref() else { return text.to_owned() };
    let text = link.replace_all(text, |found: &regex::Captures<'_>| {
        let is_link = ["link:", "xref:", "http"].iter().any(|start| found[0].starts_with(start));
        if is_link { format!("[{}]({})", &found["text"], &found["url"]) } else { found[0].to_owned() }
    });
    match REFERENCE.as_ref() {
        Some(reference) => reference.replace_all(&text, "[$text]($url)").into_owned(),
        None => text.into_owned(),
    }
}

/// Headings are told by the line under them, their level by the order in which the lines first come.
fn restructured(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    let mut levels: Vec<(char, bool)> = Vec::new();
    let mut literal: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|i| lines.get(i)).copied().unwrap_or_default();
        let next = lines.get(index + 1).copied().unwrap_or_default();
        let indent = line.len() - line.trim_start().len();
        if let Some(outer) = literal {
            if line.trim().is_empty() || indent > outer {
                out.push('\n');
                continue;
            }
            literal = None;
        }
        if let Some(mark) = underline(line, next) {
            let is_over = index > 0 && underline_mark(previous) == Some(mark);
            let kind = (mark, is_over);
            let level = levels.iter().position(|known| *known == kind).unwrap_or_else(|| {
                levels.push(kind);
                levels.len() - 1
            });
            out.extend(["#".repeat(level.min(5) + 1).as_str(), " ", &restructured_inline(line.trim())]);
        } else if underline_mark(line).is_none() && !line.starts_with("+--") && !line.starts_with("+==") {
            if opens_literal(line) {
                literal = Some(indent);
            }
            restructured_line(line, &mut out);
        }
        out.push('\n');
    }
    out
}

/// The mark of a line that underlines or overlines a heading.
fn underline_mark(line: &str) -> Option<char> {
    let line = line.trim_end();
    let mark = line.chars().next().filter(|c| c.is_ascii_punctuation() && !"|.:".contains(*c))?;
    (line.len() >= 3 && line.chars().all(|c| c == mark)).then_some(mark)
}

fn underline(line: &str, next: &str) -> Option<char> {
    let is_text = line.chars().any(char::is_alphanumeric) && underline_mark(line).is_none();
    let mark = underline_mark(next)?;
    // A shorter line is a separator or a table.
    let is_long = next.trim_end().chars().count() + 2 >= line.trim().chars().count();
    (is_text && is_long && !line.trim_start().starts_with(['|', '+'])).then_some(mark)
}

fn opens_literal(line: &str) -> bool {
    let line = line.trim();
    let is_code = ["code-block", "code", "sourcecode", "literalinclude", "image", "figure", "toctree", "uml"];
    match line.strip_prefix(".. ") {
        Some(directive) => {
            is_code.iter().any(|name| directive.starts_with(&format!("{name}::")))
                || !directive.contains("::") && !directive.starts_with(['_', '['])
        }
        None => line.ends_with("::"),
    }
}

fn restructured_line(line: &str, out: &mut String) {
    let trimmed = line.trim();
    if let Some(target) = trimmed.strip_prefix(".. _") {
        // `.. _name: address` is the target of `name_`.
        if let Some((name, url)) = target.split_once(": ") {
            out.extend(["[", name.trim_matches('`'), "]: ", url.trim()]);
        }
    } else if let Some(directive) = trimmed.strip_prefix(".. ") {
        // `.. note:: text` speaks; `.. code-block:: py` names a language.
        let said = directive.split_once(":: ").filter(|_| !opens_literal(line)).map(|(_, text)| text);
        out.push_str(&restructured_inline(said.unwrap_or_default()));
    } else if let Some((name, value)) = attribute(trimmed) {
        out.extend([name, ": ", &restructured_inline(value)]);
    } else if let Some(cells) = trimmed.strip_prefix('|') {
        out.push_str(&restructured_inline(&cells_as_field(cells)));
    } else {
        let is_item = trimmed.starts_with(['*', '-', '#']);
        // Outside of lists an indented text is a quotation or the body of a note, not code.
        let indent = line.len() - line.trim_start().len();
        let kept = if is_item || indent < 4 { indent } else { 2 };
        out.push_str(&" ".repeat(kept));
        let text = trimmed
            .strip_prefix("#. ")
            .map_or(Cow::Borrowed(trimmed), |rest| Cow::Owned(format!("1. {rest}")));
        out.push_str(&restructured_inline(&text));
    }
}

/// Links, roles and code spans.
fn restructured_inline(text: &str) -> String {
    static NAMED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"`(?P<text>[^`<]+?)\s*<(?P<url>[^`>]+)>`__?").ok());
    static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r":[\w:-]+:`(?:(?P<text>[^`<]+?)\s*<(?P<url>[^`>]+)>|(?P<only>[^`]+))`").ok()
    });
    static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"`(?P<text>[^`]+)`__?").ok());
    let (Some(named), Some(role), Some(reference)) = (NAMED.as_ref(), ROLE.as_ref(), REFERENCE.as_ref())
    else {
        return text.to_owned();
    };
    let text = text.replace("``", "\u{1}");
    let text = role.replace_all(&text, |found: &regex::Captures<'_>| {
        match (found.name("text"), found.name("url"), found.name("only")) {
            (Some(text), Some(url), _) => format!("[{}]({})", text.as_str(), url.as_str()),
            (_, _, Some(only)) => only.as_str().to_owned(),
            _ => String::new(),
        }
    });
    let text = named.replace_all(&text, "[$text]($url)");
    reference.replace_all(&text, "[$text]").replace('\u{1}', "`")
}

#[cfg(test)]
mod tests {
    use super::{as_markdown, in_file};
    use crate::model::At;
    use crate::parse::Language;
    use crate::text::LineIndex;

    #[track_caller]
    fn check(language: Language, text: &str, expected: &str) {
        let read = as_markdown(language, text);
        assert_eq!(read.trim_end(), expected.trim_end(), "{text}");
        assert_eq!(read.lines().count(), text.lines().count(), "{text}");
    }

    #[test]
    fn asciidoc_keeps_its_lines() {
        use Language::AsciiDoc;
        check(AsciiDoc, "= T\n:status: accepted\n\n== Status\n", "# T\nstatus: accepted\n\n## Status\n");
        check(AsciiDoc, ":sdd_date:  2019-10-28\ninclude::a.adoc[]\n", "date: 2019-10-28\n\n");
        check(AsciiDoc, "[source]\n----\nTODO\n----\nend", "\n\n\n\nend");
        check(AsciiDoc, "* one\n** two\n. three", "- one\n  - two\n1. three");
        check(AsciiDoc, "|===\n|Status |Accepted\n|===", "\nStatus: Accepted\n");
        check(AsciiDoc, "see xref:0002-b.adoc[B]", "see [B](0002-b.adoc)");
        check(AsciiDoc, "see https://a.org/b[B^] and array[0]", "see [B](https://a.org/b) and array[0]");
        check(AsciiDoc, "Title\n-----\ntext", "Title\n-----\ntext");
        check(AsciiDoc, "Status:: accepted", "- Status: accepted");
    }

    #[test]
    fn restructured_text_keeps_its_lines() {
        use Language::ReStructuredText;
        check(ReStructuredText, "Title\n#####\n\nStatus\n******\n\nok", "# Title\n\n\n## Status\n\n\nok");
        check(ReStructuredText, "=====\nTitle\n=====\n\nA\n=\n\nB\n---", "\n# Title\n\n\nA\n=\n\n## B\n");
        check(ReStructuredText, ":Status: Accepted\n:Date: 2020-01-02", "Status: Accepted\nDate: 2020-01-02");
        check(ReStructuredText, "so::\n\n  TODO\n\nend", "so::\n\n\n\nend");
        check(ReStructuredText, ".. code-block:: py\n\n   x = 1\n\nend", "\n\n\n\nend");
        check(ReStructuredText, "see `A <a.rst>`_ and ``code``", "see [A](a.rst) and `code`");
        check(ReStructuredText, "see `A b`_\n\n.. _A b: a.rst", "see [A b]\n\n[A b]: a.rst");
        check(ReStructuredText, ".. a comment\n   of two lines\n\nend", "\n\n\nend");
    }

    #[test]
    fn hostile_text_is_read_without_harm() {
        for text in ["", "`", "`<", ".. _", "=", ":", "::", "|", "\u{1}", "``` ``", "* ", "<<,>>", "é\n—\n"]
        {
            as_markdown(Language::AsciiDoc, text);
            as_markdown(Language::ReStructuredText, text);
        }
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "Title\n=====\n\nsee `A <a.rst>`_ now\n";
        let read = as_markdown(Language::ReStructuredText, text);
        let start = read.find("see").unwrap() as u32;
        let at = At { line: 4, start, end: start + 16 };
        let there = in_file(at, &LineIndex::new(&read), &LineIndex::new(text), text);
        assert_eq!(&text[there.start as usize..there.end as usize], "see `A <a.rst>`_ now");
    }
}
