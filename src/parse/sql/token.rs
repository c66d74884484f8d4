//! Tokens of SQL in any dialect: words, quoted names, strings, symbols. Comments are dropped.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, upper case: a keyword or a name without quotes.
    Word(String),
    /// A name in `"…"`, `` `…` `` or `[…]`.
    Name,
    /// A literal in `'…'`.
    Text,
    /// A literal in `$tag$…$tag$`.
    Dollar,
    /// A number.
    Number,
    /// Any other character.
    Symbol(u8),
}

/// A token with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(own) if own == word)
    }

    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        matches!(&self.kind, Kind::Word(own) if words.contains(&own.as_str()))
    }

    pub(super) fn is_symbol(&self, symbol: u8) -> bool {
        self.kind == Kind::Symbol(symbol)
    }
}

/// Reads tokens one by one.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Whether only white space stands before the place on its line.
    pub(super) fn is_at_line_start(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        before.iter().rev().take_while(|b| **b != b'\n').all(u8::is_ascii_whitespace)
    }

    /// Skips to the end of the line; its text.
    pub(super) fn line(&mut self) -> &'a str {
        let start = self.at;
        self.at += memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Skips white space and comments. MySQL's `/*! … */` holds code: only its marks are skipped.
    pub(super) fn skip_blank(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b' ' | b'\t' | b'\r' | b'\n' | 0x0c, _) => self.at += 1,
                (b'-', b'-') => {
                    self.line();
                }
                // MySQL's other comment; `#>` and `#-` are PostgreSQL operators.
                (b'#', next) if next != b'>' && next != b'-' && self.is_at_line_start() => {
                    self.line();
                }
                (b'/', b'*') if self.peek(2) == b'!' => {
                    self.at += 3;
                    while self.peek(0).is_ascii_digit() {
                        self.at += 1;
                    }
                }
                (b'*', b'/') => self.at += 2,
                (b'/', b'*') => self.block_comment(),
                _ => return,
            }
        }
    }

    /// PostgreSQL's comments nest; a `/*` without end takes the rest.
    fn block_comment(&mut self) {
        let mut depth = 0u32;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let start = self.at;
        if start >= self.bytes.len() {
            return None;
        }
        let kind = match self.peek(0) {
            b'\'' => self.closed(b'\'', Kind::Text),
            b'"' => self.closed(b'"', Kind::Name),
            b'`' => self.closed(b'`', Kind::Name),
            b'[' if self.is_bracketed_name() => self.closed(b']', Kind::Name),
            b'$' => self.dollar(),
            b'0'..=b'9' => {
                self.take_while(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_');
                Kind::Number
            }
            byte if is_word(byte) => self.word(start),
            byte => {
                self.at += 1;
                Kind::Symbol(byte)
            }
        };
        self.at = self.at.min(self.bytes.len());
        Some(Token { kind, range: start..self.at })
    }

    fn word(&mut self, start: usize) -> Kind {
        self.take_while(|b| is_word(b) || b.is_ascii_digit() || b == b'$');
        let word = self.text.get(start..self.at).unwrap_or_default();
        // `E'…'` and `N'…'`: a literal with a prefix.
        if word.len() == 1 && self.peek(0) == b'\'' && word.eq_ignore_ascii_case("e") {
            return self.escaped();
        }
        Kind::Word(word.to_ascii_uppercase())
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self.at < self.bytes.len() && keep(self.peek(0)) {
            self.at += 1;
        }
    }

    fn closed(&mut self, close: u8, kind: Kind) -> Kind {
        self.at += 1;
        while self.at < self.bytes.len() {
            let step = memchr::memchr(close, self.rest()).unwrap_or(self.rest().len());
            self.at += step + 1;
            if self.peek(0) != close {
                break;
            }
            self.at += 1;
        }
        kind
    }

    fn escaped(&mut self) -> Kind {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'\'' => {
                    self.at += 1;
                    break;
                }
                _ => self.at += 1,
            }
        }
        Kind::Text
    }

    /// `[name]` of SQL Server; `[1]`, `[]` and `ARRAY[…]` are arrays.
    fn is_bracketed_name(&self) -> bool {
        let rest = self.rest();
        let Some(end) = memchr::memchr(b']', rest.get(..rest.len().min(130)).unwrap_or_default()) else {
            return false;
        };
        let inner = rest.get(1..end).unwrap_or_default();
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at)).copied().unwrap_or(b' ');
        let is_name = inner.first().is_some_and(|b| is_word(*b))
            && inner.iter().all(|b| is_word(*b) || b.is_ascii_digit() || *b == b' ');
        is_name && !is_word(before) && !before.is_ascii_digit()
    }

    /// `$$…$$` and `$tag$…$tag$`; a lone `$` (a parameter) is a symbol.
    fn dollar(&mut self) -> Kind {
        let rest = self.rest();
        let tag_end = rest.iter().skip(1).position(|b| !(is_word(*b) || b.is_ascii_digit()));
        let tag = match tag_end {
            Some(end) if rest.get(end + 1) == Some(&b'$') => rest.get(..end + 2).unwrap_or_default(),
            _ => &[],
        };
        if tag.is_empty() {
            self.at += 1;
            return Kind::Symbol(b'$');
        }
        self.at += tag.len();
        let step = memchr::memmem::find(self.rest(), tag);
        self.at += step.map_or(self.rest().len(), |step| step + tag.len());
        Kind::Dollar
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'@' || byte >= 0x80
}
