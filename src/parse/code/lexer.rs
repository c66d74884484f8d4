//! Finds the comments of a text by its language's table, without a grammar.
//!
//! Where the language makes it hard (a regular expression, an unclosed quote) it errs toward
//! "comment": a string that does not end is not a string. It is the gate before the grammar and
//! the fallback behind it, and the only judge of HCL, TOML and JSON. Linear in the text: every
//! search that can fail is either remembered as failed or counted.

use std::ops::Range;

use super::special::Heredoc;
use super::syntax::{Block, Escape, Opener, Place, Quote, Special, Syntax};

/// What the lexer takes for one comment, delimiters included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raw {
    pub range: Range<usize>,
    pub is_block: bool,
}

/// Code inside a string: which string it interrupts, which brackets delimit it, and how many of
/// them are open.
struct Frame {
    quote: usize,
    open: u8,
    close: u8,
    braces: u32,
}

/// A text with more code-inside-string levels is not written by people.
const MOST_FRAMES: usize = 256;

pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) syntax: &'static Syntax,
    pub(super) at: usize,
    pub(super) heredocs: Vec<Heredoc<'a>>,
    /// Searches to the end of the text that found nothing; bounded, see `special`.
    pub(super) failed_searches: u32,
    pub(super) found: Vec<Raw>,
    frames: Vec<Frame>,
    /// Strings between quotes, if they are asked for.
    texts: Option<Vec<Range<usize>>>,
    /// Bit per quote: once one ran to the end of the text unclosed, so will every later one.
    never_closes: u32,
}

/// The comments of a text that begin at or before `until`, in order, and where reading stopped:
/// never inside a string.
pub(super) fn scan(text: &str, syntax: &'static Syntax, until: usize) -> (Vec<Raw>, usize) {
    let mut lexer = Lexer::new(text, syntax, None);
    lexer.run(until);
    (lexer.found, lexer.at.min(text.len()))
}

/// The comments and the strings between quotes (both with delimiters) that begin at or before
/// `until`, in order. A string with code inside it is several.
pub(super) fn scan_texts(text: &str, syntax: &'static Syntax, until: usize) -> (Vec<Raw>, Vec<Range<usize>>) {
    let mut lexer = Lexer::new(text, syntax, Some(Vec::new()));
    lexer.run(until);
    (lexer.found, lexer.texts.unwrap_or_default())
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, syntax: &'static Syntax, texts: Option<Vec<Range<usize>>>) -> Self {
        Lexer {
            bytes: text.as_bytes(),
            syntax,
            at: 0,
            heredocs: Vec::new(),
            failed_searches: 0,
            found: Vec::new(),
            frames: Vec::new(),
            texts,
            never_closes: 0,
        }
    }

    fn run(&mut self, until: usize) {
        let interesting = self.interesting();
        if self.syntax.has(Special::PhpTags) {
            self.skip_html();
        }
        while let Some(rest) = self.bytes.get(self.at..) {
            let Some(step) = rest.iter().position(|&b| interesting[usize::from(b)]) else { return };
            self.at += step;
            if self.at > until {
                return;
            }
            if !self.step() {
                self.at += 1;
            }
        }
    }

    /// First bytes of everything a step looks at.
    fn interesting(&self) -> [bool; 256] {
        let mut table = [false; 256];
        let firsts = (self.syntax.line.iter().map(|o| o.text))
            .chain(self.syntax.block.iter().map(|b| b.open))
            .chain(self.syntax.quotes.iter().map(|q| q.open))
            .chain(["\\", "\n"]);
        for text in firsts {
            if let Some(&first) = text.as_bytes().first() {
                table[usize::from(first)] = true;
            }
        }
        let mut also = |special, bytes: &[u8]| {
            if self.syntax.has(special) {
                bytes.iter().for_each(|&b| table[usize::from(b)] = true);
            }
        };
        also(Special::Character, b"'");
        also(Special::HeredocShell, b"<");
        also(Special::HeredocRuby, b"<");
        also(Special::HeredocPhp, b"<");
        also(Special::Regex, b"/");
        also(Special::Ruby, b"%");
        also(Special::PhpTags, b"?");
        also(Special::LongBrackets, b"[");
        also(Special::Perl, b"qmsty$");
        also(Special::Elixir, b"~?");
        also(Special::PowerShell, b"@");
        also(Special::SwiftRaw, b"#");
        also(Special::OcamlQuoted, b"{");
        also(Special::DollarCharacter, b"$");
        for code in self.syntax.quotes.iter().filter_map(|quote| quote.code) {
            let (open, close) = brackets(code);
            table[usize::from(open)] = true;
            table[usize::from(close)] = true;
        }
        table
    }

    /// Handles what stands here; false when it is nothing special.
    fn step(&mut self) -> bool {
        match self.bytes.get(self.at) {
            Some(b'\\') if self.syntax.has(Special::ZigLine) && self.starts_with("\\\\") => {
                self.at = self.line_end(self.at);
                true
            }
            Some(b'\\') => {
                self.at += if self.syntax.has(Special::PlainBackslash) { 1 } else { 2 };
                true
            }
            Some(b'\n') => self.skip_heredocs() || self.at_end_marker(),
            Some(&byte) if self.frames.last().is_some_and(|f| f.open == byte) => self.brace(true),
            Some(&byte) if self.frames.last().is_some_and(|f| f.close == byte) => self.brace(false),
            _ => self.special() || self.block() || self.line() || self.quote(),
        }
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    pub(super) fn before(&self, steps: usize) -> Option<u8> {
        self.at.checked_sub(steps).and_then(|at| self.bytes.get(at)).copied()
    }

    /// The end of the line that holds `at`, without its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |step| at + step)
    }

    fn allows(&self, place: Place) -> bool {
        match place {
            Place::Anywhere => true,
            Place::WordStart => {
                self.before(1).is_none_or(|b| b.is_ascii_whitespace() || b";|&()`".contains(&b))
            }
            Place::NotAttribute => self.bytes.get(self.at + 1) != Some(&b'['),
            Place::NotAddress => !matches!(self.before(1), Some(b':' | b'(' | b'"' | b'\'')),
            Place::NotOperator => {
                let is_sign = |b: u8| b"!#$%&*+./<=>?@\\^|-~:".contains(&b);
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let after = rest.iter().find(|&&b| b != b'-');
                !self.before(1).is_some_and(is_sign) && !after.is_some_and(|&b| is_sign(b))
            }
            Place::LineStart => {
                let before = self.bytes.get(..self.at).unwrap_or_default();
                before.iter().rev().find(|b| !matches!(b, b' ' | b'\t')).is_none_or(|&b| b == b'\n')
            }
        }
    }

    fn block(&mut self) -> bool {
        let blocks: &'static [Block] = self.syntax.block;
        let Some(block) = blocks.iter().find(|b| self.starts_with(b.open) && self.allows(b.place)) else {
            return false;
        };
        let start = self.at;
        let mut depth = 1_u32;
        let mut at = start + block.open.len();
        // A block without an end reaches to the end of the text, as compilers read it.
        let mut end = self.bytes.len();
        while let Some(rest) = self.bytes.get(at..) {
            let Some(step) = memchr::memchr2(block.open.as_bytes()[0], block.close.as_bytes()[0], rest)
            else {
                break;
            };
            at += step;
            let rest = &rest[step..];
            if rest.starts_with(block.close.as_bytes()) {
                at += block.close.len();
                depth -= 1;
                if depth == 0 {
                    end = at;
                    break;
                }
            } else if block.nested && rest.starts_with(block.open.as_bytes()) {
                at += block.open.len();
                depth += 1;
            } else {
                at += 1;
            }
        }
        if block.place == Place::LineStart && end < self.bytes.len() {
            end = self.line_end(end);
        }
        self.found.push(Raw { range: start..end, is_block: true });
        self.at = end;
        true
    }

    fn line(&mut self) -> bool {
        let openers: &'static [Opener] = self.syntax.line;
        if !openers.iter().any(|o| self.starts_with(o.text) && self.allows(o.place)) {
            return false;
        }
        let start = self.at;
        let mut end = self.line_end(start);
        if self.syntax.has(Special::Continuation) {
            while end < self.bytes.len() && self.bytes[..end].trim_ascii_end().ends_with(b"\\") {
                end = self.line_end(end + 1);
            }
        }
        if self.syntax.has(Special::PhpTags)
            && let Some(tag) = memchr::memmem::find(&self.bytes[start..end], b"?>")
        {
            end = start + tag;
        }
        let text = self.bytes[start..end].trim_ascii_end();
        self.found.push(Raw { range: start..start + text.len(), is_block: false });
        self.at = end;
        true
    }

    fn quote(&mut self) -> bool {
        let quotes: &'static [Quote] = self.syntax.quotes;
        let Some((index, quote)) = quotes.iter().enumerate().find(|(_, q)| self.starts_with(q.open)) else {
            return false;
        };
        let start = self.at;
        self.string(index, quote, start + quote.open.len());
        let end = self.at;
        if let Some(texts) = &mut self.texts
            && end > start + quote.open.len()
        {
            texts.push(start..end);
        }
        true
    }

    /// Skips the rest of a string from `at`, its opening quote already passed.
    fn string(&mut self, index: usize, quote: &'static Quote, mut at: usize) {
        let from = at;
        let bit = 1_u32 << (index & 31);
        if quote.spans_lines && self.never_closes & bit != 0 {
            self.at = from;
            return;
        }
        let close = quote.close.as_bytes();
        while let Some(&byte) = self.bytes.get(at) {
            let rest = &self.bytes[at..];
            if let Some(code) = quote.code
                && rest.starts_with(code.as_bytes())
                && self.frames.len() < MOST_FRAMES
            {
                let (open, close) = brackets(code);
                self.frames.push(Frame { quote: index, open, close, braces: 0 });
                self.at = at + code.len();
                return;
            } else if let Some(length) = escape(quote.escape, rest) {
                at += length;
            } else if rest.starts_with(close) {
                at += close.len();
                if quote.escape == Escape::Doubled && self.bytes.get(at) == close.first() {
                    at += 1;
                    continue;
                }
                self.at = at;
                return;
            } else if byte == b'\n' && !quote.spans_lines {
                self.at = at;
                return;
            } else {
                at += 1;
            }
        }
        // It never ends: then it was no string, and what follows is code.
        self.never_closes |= bit;
        self.at = from;
    }

    fn brace(&mut self, is_open: bool) -> bool {
        let Some(frame) = self.frames.last_mut() else { return false };
        self.at += 1;
        if is_open {
            frame.braces += 1;
        } else if frame.braces > 0 {
            frame.braces -= 1;
        } else {
            let index = frame.quote;
            self.frames.pop();
            let quotes: &'static [Quote] = self.syntax.quotes;
            if let Some(quote) = quotes.get(index) {
                self.string(index, quote, self.at);
            }
        }
        true
    }
}

/// The brackets that delimit code inside a string, by what opens it (`${`, `\(`).
fn brackets(code: &str) -> (u8, u8) {
    if code.ends_with('(') { (b'(', b')') } else { (b'{', b'}') }
}

/// How many bytes an escape takes that stands at the start of `rest`.
fn escape(escape: Escape, rest: &[u8]) -> Option<usize> {
    match (escape, rest) {
        (Escape::Backslash, [b'\\', ..]) | (Escape::Backtick, [b'`', ..]) => Some(2),
        (Escape::Nix, [b'\'', b'\'', b'$' | b'\'', ..]) => Some(3),
        (Escape::Nix, [b'\'', b'\'', b'\\', ..]) => Some(4),
        _ => None,
    }
}
