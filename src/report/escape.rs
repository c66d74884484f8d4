//! Repository text made harmless for one sink.
//!
//! Text of a repository reaches a terminal or a Markdown page only as one of these types: the
//! canvases of the renderers take nothing else. JSON needs none; its writer escapes by itself.

use std::fmt;

/// Text that a terminal prints and does not obey.
///
/// Control characters (also C1, which some terminals obey), bidirectional overrides and invisible
/// characters are shown as `\u{1b}`; line ends and tabs become spaces, because layout is ours alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal(String);

impl Terminal {
    /// Escapes a text.
    pub fn of(text: &str) -> Self {
        Self(visible(text))
    }

    /// The escaped text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that a Markdown page shows as it is: no markup, HTML, link, mention or reference comes alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markdown(String);

/// An invisible stop between the two halves of what a page would turn into a link. It is written as
/// an entity so that it survives editors and stays visible in the source.
const STOP: &str = "&#8203;";

impl Markdown {
    /// A sentence; text between two backticks becomes a code span.
    pub fn prose(text: &str) -> Self {
        let text = visible(text);
        // Four spaces at the start of a line would be a block of code.
        let text = text.trim();
        let parts: Vec<&str> = text.split('`').collect();
        // An odd number of backticks: the last one stands alone and is no delimiter.
        let spans = if parts.len() % 2 == 1 { parts.len() } else { parts.len() - 1 };
        let mut out = String::with_capacity(text.len() + 16);
        for (index, part) in parts.iter().enumerate() {
            if index >= spans {
                out.push_str("\\`");
                escape_prose(part, &mut out);
            } else if index % 2 == 1 && !part.trim().is_empty() {
                out.push_str(&code_span(part));
            } else {
                escape_prose(part, &mut out);
            }
        }
        Self(out)
    }

    /// A name, path or command as a code span.
    pub fn code(text: &str) -> Self {
        let text = visible(text);
        Self(if text.trim().is_empty() { "(empty)".to_owned() } else { code_span(&text) })
    }

    /// The same inside a cell of a table, which is split at `|` before code spans are looked for.
    pub fn in_cell(self) -> Self {
        let mut out = String::with_capacity(self.0.len());
        let mut before = ' ';
        for c in self.0.chars() {
            if c == '|' && before != '\\' {
                out.push('\\');
            }
            out.push(c);
            before = c;
        }
        Self(out)
    }

    /// The escaped text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Markdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text in a cell of a table that a spreadsheet opens: it is never a formula. Quoting is up to the
/// writer of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell(String);

impl Cell {
    /// Escapes a text: what would begin a formula gets an apostrophe before it.
    pub fn of(text: &str) -> Self {
        let text = visible(text);
        let is_formula = text.trim_start().starts_with(['=', '+', '-', '@']);
        Self(if is_formula { format!("'{text}") } else { text })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A code span whose delimiter is longer than every run of backticks inside.
fn code_span(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn escape_prose(text: &str, out: &mut String) {
    let mut hex_run = 0;
    for (index, c) in text.char_indices() {
        hex_run = if c.is_ascii_hexdigit() { hex_run + 1 } else { 0 };
        let before = text.get(..index).unwrap_or_default();
        let next = text.get(index + c.len_utf8()..).and_then(|rest| rest.chars().next());
        let is_first = before.trim().is_empty();
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // At the beginning of a text they start a list or a heading.
            '-' | '+' | '=' if is_first => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if !is_first && before.trim().bytes().all(|b| b.is_ascii_digit()) => {
                out.push('\\');
                out.push(c);
            }
            // `@name`, `#12` and `GH-12` come alive in comments even when escaped.
            '@' | '#' => {
                out.push('\\');
                out.push(c);
                out.push_str(STOP);
            }
            '-' if before.to_ascii_lowercase().ends_with("gh") => {
                out.push(c);
                out.push_str(STOP);
            }
            // Addresses with and without a scheme, and the names of pictures.
            ':' | '.' if next.is_some_and(|next| !next.is_whitespace()) => {
                let is_address = c == ':' || before.to_ascii_lowercase().ends_with("www");
                out.push(c);
                out.push_str(if is_address { STOP } else { "" });
            }
            // Seven hexadecimal digits in a row are taken for a commit.
            _ if hex_run == 7 => {
                out.push_str(STOP);
                out.push(c);
                hex_run = 1;
            }
            _ => out.push(c),
        }
    }
}

fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_harmful(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Characters that steer a terminal or deceive a reader.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Bidirectional marks, embeddings, overrides and isolates.
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Zero-width and other invisible characters, line and paragraph separators.
            | '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}'
            | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            // Tags: invisible text.
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Markdown, Terminal, is_harmful};

    #[test]
    fn a_terminal_sees_escapes_and_does_not_obey_them() {
        assert_eq!(
            Terminal::of("a\u{1b}[2Jb\u{9b}31m\u{202e}c\nd").as_str(),
            "a\\u{1b}[2Jb\\u{9b}31m\\u{202e}c d"
        );
        assert_eq!(Terminal::of("größer 日本 `x`").as_str(), "größer 日本 `x`");
    }

    #[track_caller]
    fn check(text: &str, html: &str) {
        assert_eq!(rendered(Markdown::prose(text).as_str()).trim(), html);
    }

    fn rendered(markdown: &str) -> String {
        let mut options = comrak::Options::default();
        options.extension.autolink = true;
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.footnotes = true;
        options.extension.math_dollars = true;
        options.render.r#unsafe = true;
        comrak::markdown_to_html(markdown, &options)
    }

    #[test]
    fn markup_is_shown_and_code_stays_code() {
        check("the key `a_b = <c>` is *off*", "<p>the key <code>a_b = &lt;c&gt;</code> is *off*</p>");
        check("# no heading", "<p>#\u{200b} no heading</p>");
        check("1. no list", "<p>1. no list</p>");
        check("<img src=x>", "<p>&lt;img src=x&gt;</p>");
        check("ask @someone", "<p>ask @\u{200b}someone</p>");
        check("see https://x.example/y", "<p>see https:\u{200b}//x.example/y</p>");
        check("a lone ` tick", "<p>a lone ` tick</p>");
        check("\n\n\n\n no block of code", "<p>no block of code</p>");
    }

    proptest! {
        #[test]
        fn nothing_steers_a_terminal(text in any::<String>()) {
            prop_assert!(!Terminal::of(&text).as_str().chars().any(is_harmful));
        }

        #[test]
        fn nothing_comes_alive_in_markdown(
            text in r"(?s)([a-z@#:/.<>\[\]()!`*_|&;~-]|www\.|https?://|@[a-z]+|<[a-z]+ ?/?>|\n|\PC){0,40}"
        ) {
            for markdown in [Markdown::prose(&text), Markdown::code(&text)] {
                let html = rendered(&format!("- {markdown}"));
                for tag in ["<a", "<img", "<h", "<em", "<strong", "<table", "<del", "<pre", "<script"] {
                    prop_assert!(!html.contains(tag), "{markdown} gave {html}");
                }
                let outside = html.split("<code>").map(|part| part.split_once("</code>").map_or(part, |p| p.1));
                for part in outside {
                    let mentions = part.match_indices('@')
                        .any(|(at, _)| part[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric()));
                    prop_assert!(!mentions, "{html}");
                }
            }
        }
    }
}
