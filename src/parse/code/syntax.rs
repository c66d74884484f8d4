//! How each language writes comments and strings, as tables for the lexer.
//!
//! Only what decides whether a byte stands in a comment: no keywords, no numbers. Languages whose
//! comments depend on lines and indentation (YAML, Makefile, Dockerfile, key-value files) are in
//! `lines` and `yaml`.

use crate::parse::Language;

/// Where an opener counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Wherever code stands.
    Anywhere,
    /// Only where a new shell word could begin: not in `$#`, `${#x}` or `a#b`.
    WordStart,
    /// Only as the first thing on a line.
    LineStart,
    /// Anywhere, but `#[` opens an attribute.
    NotAttribute,
}

/// A line comment's opener.
pub(super) struct Opener {
    pub text: &'static str,
    pub place: Place,
}

/// A block comment's delimiters.
pub(super) struct Block {
    pub open: &'static str,
    pub close: &'static str,
    pub nested: bool,
    pub place: Place,
}

/// How a quote is written inside itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Backslash,
    Doubled,
    None,
}

/// A string's delimiters.
pub(super) struct Quote {
    pub open: &'static str,
    pub close: &'static str,
    pub escape: Escape,
    pub spans_lines: bool,
    /// Opens code inside the string, closed by `}`.
    pub code: Option<&'static str>,
}

/// A construct that a table cannot say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// `'a'` is a character, `'a` alone is not a string (lifetimes, digit separators).
    Character,
    /// `r#"…"#`
    RustRaw,
    /// `R"x(…)x"`
    CppRaw,
    /// `@"…""…"` and `"""…"""` with any number of quotes.
    CSharp,
    /// A line comment goes on after a backslash at the end of its line.
    Continuation,
    /// `<<EOF`, `<<-'EOF'`
    HeredocShell,
    /// `<<~EOF`, `<<-EOF`, `<<EOF`
    HeredocRuby,
    /// `<<<EOF`
    HeredocPhp,
    /// A regular expression between slashes.
    Regex,
    /// `%w[…]`, `%q(…)`, `?#`, `$'`, `__END__`
    Ruby,
    /// Code only between `<?php` and `?>`.
    PhpTags,
}

/// Everything the lexer needs to know of one language.
pub(super) struct Syntax {
    pub line: &'static [Opener],
    pub block: &'static [Block],
    pub quotes: &'static [Quote],
    pub special: &'static [Special],
}

impl Syntax {
    pub(super) fn has(&self, special: Special) -> bool {
        self.special.contains(&special)
    }
}

const fn opener(text: &'static str, place: Place) -> Opener {
    Opener { text, place }
}

const fn block(nested: bool) -> Block {
    Block { open: "/*", close: "*/", nested, place: Place::Anywhere }
}

/// A string on one line with backslash escapes.
const fn short(mark: &'static str) -> Quote {
    Quote { open: mark, close: mark, escape: Escape::Backslash, spans_lines: false, code: None }
}

/// A string over several lines with backslash escapes.
const fn long(mark: &'static str) -> Quote {
    Quote { spans_lines: true, ..short(mark) }
}

const fn doubled(mark: &'static str) -> Quote {
    Quote { escape: Escape::Doubled, spans_lines: true, ..short(mark) }
}

const fn raw(mark: &'static str) -> Quote {
    Quote { escape: Escape::None, spans_lines: true, ..short(mark) }
}

const fn template(mark: &'static str, code: &'static str, spans_lines: bool) -> Quote {
    Quote { code: Some(code), spans_lines, ..short(mark) }
}

const SLASHES: &[Opener] = &[opener("//", Place::Anywhere)];
const HASH: &[Opener] = &[opener("#", Place::Anywhere)];

const C: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\"")],
    special: &[Special::Character, Special::CppRaw, Special::Continuation],
};
const C_SHARP: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\"")],
    special: &[Special::CSharp, Special::Character],
};
const GO: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\""), raw("`")],
    special: &[Special::Character],
};
/// Groovy too, hence strings in single quotes.
const JAVA: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[long("\"\"\""), long("'''"), short("\""), short("'")],
    special: &[],
};
const JAVASCRIPT: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\""), short("'"), template("`", "${", true)],
    special: &[Special::Regex],
};
const JSON: Syntax =
    Syntax { line: SLASHES, block: &[block(false)], quotes: &[short("\""), short("'")], special: &[] };
const KOTLIN: Syntax = Syntax {
    line: SLASHES,
    block: &[block(true)],
    quotes: &[raw("\"\"\""), template("\"", "${", false)],
    special: &[Special::Character],
};
const RUST: Syntax = Syntax {
    line: SLASHES,
    block: &[block(true)],
    quotes: &[long("\"")],
    special: &[Special::RustRaw, Special::Character],
};
const PHP: Syntax = Syntax {
    line: &[opener("//", Place::Anywhere), opener("#", Place::NotAttribute)],
    block: &[block(false)],
    quotes: &[long("\""), long("'"), long("`")],
    special: &[Special::PhpTags, Special::HeredocPhp],
};
const PYTHON: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[long("\"\"\""), long("'''"), short("\""), short("'")],
    special: &[],
};
const RUBY: Syntax = Syntax {
    line: HASH,
    block: &[Block { open: "=begin", close: "\n=end", nested: false, place: Place::LineStart }],
    quotes: &[template("\"", "#{", true), long("'"), template("`", "#{", true)],
    special: &[Special::Ruby, Special::HeredocRuby, Special::Regex],
};
const BASH: Syntax = Syntax {
    line: &[opener("#", Place::WordStart)],
    block: &[],
    quotes: &[Quote { open: "$'", ..long("'") }, long("\""), Quote { escape: Escape::None, ..long("'") }],
    special: &[Special::HeredocShell],
};
/// `$$` bodies are left open: comments of a function are comments.
const SQL: Syntax = Syntax {
    line: &[opener("--", Place::Anywhere), opener("#", Place::LineStart)],
    block: &[block(false)],
    quotes: &[doubled("'"), doubled("\""), doubled("`")],
    special: &[],
};
const HCL: Syntax = Syntax {
    line: &[opener("#", Place::Anywhere), opener("//", Place::Anywhere)],
    block: &[block(false)],
    quotes: &[template("\"", "${", false)],
    special: &[Special::HeredocShell],
};
const TOML: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[long("\"\"\""), raw("'''"), short("\""), Quote { escape: Escape::None, ..short("'") }],
    special: &[],
};

/// The table of a language; `None` where comments go by lines or there are none.
pub(super) fn syntax(language: Language) -> Option<&'static Syntax> {
    Some(match language {
        Language::Bash => &BASH,
        Language::C | Language::Cpp => &C,
        Language::CSharp => &C_SHARP,
        Language::Go => &GO,
        Language::Java => &JAVA,
        Language::JavaScript | Language::TypeScript | Language::Tsx => &JAVASCRIPT,
        Language::Json => &JSON,
        Language::Kotlin => &KOTLIN,
        Language::Rust => &RUST,
        Language::Php => &PHP,
        Language::Python => &PYTHON,
        Language::Ruby => &RUBY,
        Language::Sql => &SQL,
        Language::Hcl => &HCL,
        Language::Toml => &TOML,
        Language::Yaml
        | Language::Dockerfile
        | Language::Makefile
        | Language::Markdown
        | Language::ReStructuredText
        | Language::AsciiDoc
        | Language::Ini
        | Language::Text => return None,
    })
}
