//! The lines of code around a comment, told by indentation.
//!
//! Works the same for every language, for text that no grammar accepts, and for text that was cut
//! after the comment. Code that is not indented gets no answer, never a wrong one from afar: the
//! way up is bounded.

use std::sync::LazyLock;

use regex::Regex;

use crate::parse::Language;
use crate::text::LineIndex;

use super::Comment;

/// Lines looked at above a comment: longer functions exist, but their head says little any more.
const MOST_LINES_UP: u32 = 400;
/// Blocks around a comment.
const MOST_HEADERS: usize = 12;
/// Longest header line read; more is data.
const LONGEST_HEADER: usize = 300;

/// What a comment stands in and speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enclosing<'a> {
    /// The code the comment speaks of: before it on its line, else the next line of code.
    pub subject: &'a str,
    /// The lines that open the blocks around it, innermost first.
    pub headers: Vec<&'a str>,
    /// The enclosing function, type, block or key, if it has a name.
    pub symbol: Option<String>,
}

/// Looks around a comment.
pub fn enclosing<'a>(
    text: &'a str,
    lines: &LineIndex,
    comment: &Comment,
    language: Language,
) -> Enclosing<'a> {
    let line_of = |line: u32| text.get(lines.start(line)..lines.end(line)).unwrap_or_default();
    let own = line_of(comment.at.line);
    let subject = if comment.is_trailing {
        text.get(lines.start(comment.at.line)..comment.at.start as usize).unwrap_or_default().trim()
    } else {
        let last = lines.line((comment.at.end as usize).saturating_sub(1));
        let below = (last + 1..=lines.count()).take(3).map(line_of);
        below.map(str::trim).find(|line| !line.is_empty()).filter(|line| is_code(line)).unwrap_or_default()
    };
    let mut headers = Vec::new();
    let mut limit = indent(own);
    let first = comment.at.line.saturating_sub(MOST_LINES_UP).max(1);
    let mut line = comment.at.line;
    while line > first && limit > 0 && headers.len() < MOST_HEADERS {
        line -= 1;
        let candidate = line_of(line);
        let trimmed = candidate.trim();
        if trimmed.is_empty() || indent(candidate) >= limit || !is_code(trimmed) {
            continue;
        }
        let is_closer = trimmed.starts_with(['}', ')', ']']);
        // `) error {` ends a header that began at the same depth further up.
        limit = indent(candidate) + usize::from(is_closer);
        if trimmed.len() <= LONGEST_HEADER && !trimmed.trim_matches(['}', ')', ']', ';', ',']).is_empty() {
            headers.push(trimmed);
        }
    }
    let symbol = match language {
        Language::Yaml | Language::Json => key_path(&headers),
        Language::Ini | Language::Toml => None,
        _ => headers.iter().find_map(|header| name(header)),
    };
    Enclosing { subject, headers, symbol }
}

/// White space before the first character; a tab counts as one, files do not mix them.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_code(trimmed: &str) -> bool {
    !trimmed.starts_with(['#', '*']) && !trimmed.starts_with("//") && !trimmed.starts_with("/*")
}

/// `spec.template` from the keys above, outermost first.
fn key_path(headers: &[&str]) -> Option<String> {
    let keys = headers.iter().rev().filter_map(|header| {
        let (key, _) = header.trim_start_matches(['-', ' ']).split_once(':')?;
        let key = key.trim_matches(['"', '\'']);
        key.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c)).then_some(key)
    });
    let path = keys.collect::<Vec<_>>().join(".");
    (!path.is_empty()).then_some(path)
}

/// Declarations that begin with a word: functions, types, modules.
static BY_KEYWORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?xi)
        \b(?:fn|func|def|fun|function|class|struct|interface|impl|trait|enum|module|namespace|sub|procedure|trigger|view|table)
        \s+ (?:\([^)]*\)\s*)?               # the receiver of a Go method
        (?:if\s+not\s+exists\s+)?
        (?P<name>[A-Za-z_][\w.:?!]*)"#,
    )
    .ok()
});
/// `resource "aws_db_instance" "main" {`
static HCL_BLOCK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^\w+\s+"(?P<kind>[^"]+)"(?:\s+"(?P<name>[^"]+)")?\s*\{"#).ok());
/// `const load = async (`, `load() {`, `static void load(int x) {`
static BY_SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        ^(?:export\s+)?(?:const|let|var)\s+ (?P<bound>\w+) \s*(?::[^=]+)?=\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*(?::\s*\w+\s*)?=>|\w+\s*=>|\()
        | ^(?:[\w<>\[\],.*&:?@]+\s+)* (?P<called>[A-Za-z_]\w*) \s*\([^;]*$",
    )
    .ok()
});
/// Words that look like a call but open a block.
const CONTROL: &[&str] = &[
    "if", "for", "while", "switch", "catch", "else", "elif", "return", "with", "until", "unless", "match",
    "when", "case", "try", "do", "foreach", "using", "lock", "select", "go", "defer", "await", "except",
    "rescue", "elsif", "loop", "assert", "raise", "throw", "new", "yield", "in", "not", "and", "or", "then",
];

fn name(header: &str) -> Option<String> {
    if let Some(found) = HCL_BLOCK.as_ref().and_then(|pattern| pattern.captures(header)) {
        let parts = [found.name("kind"), found.name("name")];
        return Some(parts.iter().flatten().map(|part| part.as_str()).collect::<Vec<_>>().join("."));
    }
    if let Some(found) = BY_KEYWORD.as_ref().and_then(|pattern| pattern.captures(header)) {
        return found.name("name").map(|name| name.as_str().trim_end_matches([':', '.']).to_owned());
    }
    // A statement with a call in it is no declaration: those end in an opening brace or parenthesis.
    let opens = header.ends_with(['{', '(', ':', ',']) || header.ends_with("=>");
    let found = BY_SHAPE.as_ref().and_then(|pattern| pattern.captures(header)).filter(|_| opens)?;
    let name = found.name("bound").or_else(|| found.name("called"))?.as_str();
    let starts_block = header.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    let is_control = CONTROL.contains(&name) || starts_block.is_some_and(|word| CONTROL.contains(&word));
    let is_declaration = header.ends_with('{') || found.name("bound").is_some();
    (!is_control && is_declaration).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::enclosing;
    use crate::parse::Language;
    use crate::parse::code::comments;
    use crate::text::LineIndex;

    #[track_caller]
    fn check(language: Language, text: &str, symbol: Option<&str>, subject: &str, innermost: &str) {
        let found = comments(text, language).value;
        let around = enclosing(text, &LineIndex::new(text), &found[0], language);
        let header = around.headers.first().copied().unwrap_or_default();
        assert_eq!(
            (around.symbol.as_deref(), around.subject, header),
            (symbol, subject, innermost),
            "{text}"
        );
    }

    #[test]
    fn names_what_a_comment_stands_in_and_speaks_of() {
        use Language::*;
        check(
            Go,
            "func (s *Store) Load(\n\tid int,\n) error {\n\tx := 1\n\tif err != nil {\n\t\t// c\n\n\t\treturn nil\n\t}\n}\n",
            Some("Load"),
            "return nil",
            "if err != nil {",
        );
        check(Python, "def a():\n    pass\ndef b():\n    x = 1  # c\n", Some("b"), "x = 1", "def b():");
        check(Python, "try:\n    a()\nexcept E:\n    # c\n    pass\n", None, "pass", "except E:");
        check(Ruby, "def self.run!\n  # c\n  go\nend\n", Some("self.run!"), "go", "def self.run!");
        check(
            JavaScript,
            "const load = async (a) => {\n  f(); // c\n}\n",
            Some("load"),
            "f();",
            "const load = async (a) => {",
        );
        check(
            Java,
            "  void f(int a) {\n    for (;;) {\n      // c\n      g();\n    }\n",
            Some("f"),
            "g();",
            "for (;;) {",
        );
        check(
            Hcl,
            "resource \"a_b\" \"c\" {\n  # c\n  x = 1\n}\n",
            Some("a_b.c"),
            "x = 1",
            "resource \"a_b\" \"c\" {",
        );
        check(Yaml, "spec:\n  template:\n    - x: 1 # c\n", Some("spec.template"), "- x: 1", "template:");
        check(Bash, "deploy() {\n  # c\n  x\n}\n", Some("deploy"), "x", "deploy() {");
        check(Rust, "// c\nfn f() {}\n", None, "fn f() {}", "");
    }
}
