//! What a table of comments and strings can say of a language. The tables are in `tables`.
//!
//! Only what decides whether a byte stands in a comment: no keywords, no numbers.

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
    /// Not inside an unquoted address: `url(//x)`, `http://x`.
    NotAddress,
    /// Not as a part of an operator: `-->`, `|--`.
    NotOperator,
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
    Backtick,
    Doubled,
    /// `''$`, `'''`, `''\x`
    Nix,
    None,
}

/// A string's delimiters.
pub(super) struct Quote {
    pub open: &'static str,
    pub close: &'static str,
    pub escape: Escape,
    pub spans_lines: bool,
    /// Opens code inside the string, closed by the bracket that belongs to its last character.
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
    /// `x'` is a name, not the start of a character.
    Primes,
    /// `\` is an operator or a part of a path, not an escape.
    PlainBackslash,
    /// `[[…]]`, `[=[…]=]`; right after a line comment's opener they are a block comment.
    LongBrackets,
    /// `q(…)`, `s{…}{…}`, `$#a`, pod, `__END__`
    Perl,
    /// `~s(…)`, `~S"…"`, `?#`
    Elixir,
    /// `@"…"@` over lines
    PowerShell,
    /// `#"…"#`
    SwiftRaw,
    /// `{id|…|id}`
    OcamlQuoted,
    /// `$%`, `$"`
    DollarCharacter,
    /// `\\` to the end of the line.
    ZigLine,
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

pub(super) const fn opener(text: &'static str, place: Place) -> Opener {
    Opener { text, place }
}

pub(super) const fn block(nested: bool) -> Block {
    Block { open: "/*", close: "*/", nested, place: Place::Anywhere }
}

/// A string on one line with backslash escapes.
pub(super) const fn short(mark: &'static str) -> Quote {
    Quote { open: mark, close: mark, escape: Escape::Backslash, spans_lines: false, code: None }
}

/// A string over several lines with backslash escapes.
pub(super) const fn long(mark: &'static str) -> Quote {
    Quote { spans_lines: true, ..short(mark) }
}

pub(super) const fn doubled(mark: &'static str) -> Quote {
    Quote { escape: Escape::Doubled, spans_lines: true, ..short(mark) }
}

pub(super) const fn raw(mark: &'static str) -> Quote {
    Quote { escape: Escape::None, spans_lines: true, ..short(mark) }
}

pub(super) const fn template(mark: &'static str, code: &'static str, spans_lines: bool) -> Quote {
    Quote { code: Some(code), spans_lines, ..short(mark) }
}
