//! Comments of languages whose comments go by lines: Dockerfile, Makefile, key-value files, and
//! the comments of Markdown and AsciiDoc.

use super::lexer::Raw;

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line.strip_suffix('\r').unwrap_or(line))
    })
}

fn comment(start: usize, line: &str, offset: usize) -> Raw {
    Raw { range: start + offset..start + line.trim_end().len(), is_block: false }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Dockerfile: a line that begins with `#`, outside of heredocs.
pub(super) fn dockerfile(text: &str) -> Vec<Raw> {
    let mut found = Vec::new();
    let mut until: Option<&str> = None;
    for (start, line) in lines(text) {
        if let Some(word) = until {
            if line.trim() == word {
                until = None;
            }
        } else if line.trim_start().starts_with('#') {
            found.push(comment(start, line, indent(line)));
        } else if let Some((_, after)) = line.split_once("<<") {
            let after = after.trim_start_matches('-').trim_start_matches(['"', '\'']);
            let word = after.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            until = Some(word).filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'));
        }
    }
    found
}

/// Makefile: `#` at the start of a line or after white space, not quoted on its line.
pub(super) fn makefile(text: &str) -> Vec<Raw> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let mut quote = None;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            match (quote, c) {
                (Some(open), _) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if before != '\\' && !before.is_alphanumeric() => quote = Some(c),
                (None, '#') if before.is_whitespace() => {
                    found.push(comment(start, line, at));
                    break;
                }
                _ => {}
            }
            before = c;
        }
    }
    found
}

/// Key-value files: a line that begins with `#` or `;`, and `#` after the `;` or brace that ends a
/// directive (nginx). Anywhere else the sign belongs to the value.
pub(super) fn ini(text: &str) -> Vec<Raw> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        if line.trim_start().starts_with(['#', ';']) {
            found.push(comment(start, line, indent(line)));
        } else if let Some((before, _)) = line.split_once(" #")
            && before.trim_end().ends_with([';', '{', '}'])
        {
            found.push(comment(start, line, before.len() + 1));
        }
    }
    found
}

/// AsciiDoc: a line that begins with `//`.
pub(super) fn asciidoc(text: &str) -> Vec<Raw> {
    let is_comment = |line: &str| line.starts_with("//") && !line.starts_with("////");
    lines(text).filter(|(_, line)| is_comment(line)).map(|(start, line)| comment(start, line, 0)).collect()
}

/// Markdown: `<!-- … -->` outside of fenced code and inline code.
pub(super) fn markdown(text: &str) -> Vec<Raw> {
    let mut found: Vec<Raw> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut inside_until = 0;
    let mut is_unclosed = false;
    for (start, line) in lines(text) {
        let trimmed = line.trim_start();
        if let Some(mark) = fence {
            if trimmed.starts_with(mark) {
                fence = None;
            }
            continue;
        }
        if start >= inside_until && (trimmed.starts_with("```") || trimmed.starts_with("~~~")) {
            fence = trimmed.get(..3);
            continue;
        }
        let mut at = start.max(inside_until);
        while let Some(step) = text.get(at..start + line.len()).and_then(|rest| rest.find("<!--")) {
            let open = at + step;
            at = open + 4;
            if is_unclosed || text.as_bytes().get(open.wrapping_sub(1)) == Some(&b'`') {
                continue;
            }
            let Some(length) = text.get(at..).and_then(|rest| rest.find("-->")) else {
                is_unclosed = true;
                continue;
            };
            at += length + 3;
            inside_until = at;
            found.push(Raw { range: open..at, is_block: true });
        }
    }
    found
}
