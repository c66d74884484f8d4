//! The constructs of single languages that a table of quotes cannot say: heredocs, regular
//! expressions, characters against lifetimes, raw strings, Ruby's percent literals, PHP's tags.

use super::lexer::Lexer;
use super::syntax::Special;

/// A text between here and a line that holds only the word.
pub(super) struct Heredoc<'a> {
    word: &'a [u8],
    may_indent: bool,
    /// PHP lets code follow the word on its line.
    may_follow: bool,
}

/// Searches to the end of the text that may fail before constructs of that kind are given up:
/// keeps hostile input linear, and no real file comes near.
pub(super) const MOST_FAILED_SEARCHES: u32 = 100;
/// Longest character literal: `'\u{10FFFF}'`.
const LONGEST_CHARACTER: usize = 12;
/// Words after which a slash opens a regular expression.
const BEFORE_REGEX: &[&[u8]] = &[
    b"return", b"typeof", b"case", b"in", b"of", b"delete", b"void", b"throw", b"new", b"else", b"do",
    b"yield", b"await", b"if", b"unless", b"when", b"and", b"or", b"not", b"while", b"until",
];

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl<'a> Lexer<'a> {
    /// Handles a construct of this language that no table says; false when none stands here.
    pub(super) fn special(&mut self) -> bool {
        let syntax = self.syntax;
        match self.bytes.get(self.at) {
            Some(b'\'') if syntax.has(Special::Primes) && self.is_prime() => {
                self.at += 1;
                true
            }
            Some(b'\'') if syntax.has(Special::Character) => self.character(),
            Some(b'"') if syntax.has(Special::RustRaw) => self.rust_raw(),
            Some(b'"') if syntax.has(Special::CppRaw) => self.cpp_raw(),
            Some(b'"') if syntax.has(Special::CSharp) => self.c_sharp(),
            Some(b'<') if self.has_heredocs() => self.heredoc(),
            Some(b'?') if syntax.has(Special::PhpTags) && self.starts_with("?>") => {
                self.skip_html();
                true
            }
            Some(b'/') if syntax.has(Special::Regex) => self.regex(),
            Some(b'%') if syntax.has(Special::Ruby) => self.percent(),
            Some(b'#' | b'"' | b'\'' | b'`') if syntax.has(Special::Ruby) => self.ruby_character(),
            _ => self.literal(),
        }
    }

    fn is_prime(&self) -> bool {
        self.before(1).is_some_and(|b| is_word(b) || b == b'\'')
    }

    /// `'a'`, `'\n'`; a lifetime or digit separator is passed by.
    fn character(&mut self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let rest = &rest[..rest.len().min(LONGEST_CHARACTER)];
        let close = if rest.first() == Some(&b'\\') {
            memchr::memchr(b'\'', rest.get(2..).unwrap_or_default()).map(|at| at + 2)
        } else {
            // The literal holds exactly one character, of up to four bytes.
            let width = match rest.first() {
                Some(0xf0..) => 4,
                Some(0xe0..) => 3,
                Some(0xc0..) => 2,
                _ => 1,
            };
            (rest.get(width) == Some(&b'\'')).then_some(width)
        };
        self.at += close.map_or(1, |at| at + 2);
        true
    }

    fn rust_raw(&mut self) -> bool {
        let mut back = 1;
        while self.before(back) == Some(b'#') {
            back += 1;
        }
        if self.before(back) != Some(b'r') {
            return false;
        }
        let prefix = self.before(back + 1);
        let is_alone = match prefix {
            Some(b'b' | b'c') => self.before(back + 2).is_none_or(|b| !is_word(b)),
            Some(b) => !is_word(b),
            None => true,
        };
        if !is_alone {
            return false;
        }
        let mut close = vec![b'"'];
        close.resize(back, b'#');
        self.skip_to(&close, 1)
    }

    fn cpp_raw(&mut self) -> bool {
        let is_raw = matches!(self.before(1), Some(b'R' | b'r'))
            && self.before(2).is_none_or(|b| !is_word(b) || matches!(b, b'u' | b'U' | b'L' | b'8'));
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        // The standard allows sixteen characters of delimiter.
        let Some(open) = rest.iter().take(17).position(|&b| b == b'(').filter(|_| is_raw) else {
            return false;
        };
        let close = [b")", &rest[..open], b"\""].concat();
        self.skip_to(&close, open + 2)
    }

    fn c_sharp(&mut self) -> bool {
        let quotes = self.bytes[self.at..].iter().take_while(|&&b| b == b'"').count();
        if quotes >= 3 {
            let close = vec![b'"'; quotes];
            return self.skip_to(&close, quotes);
        }
        let is_verbatim = match self.before(1) {
            Some(b'@') => true,
            Some(b'$') => self.before(2) == Some(b'@'),
            _ => false,
        };
        if !is_verbatim {
            return false;
        }
        let mut at = self.at + 1;
        while let Some(step) = self.bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
            at += step + 1;
            if self.bytes.get(at) != Some(&b'"') {
                self.at = at;
                return true;
            }
            at += 1;
        }
        false
    }

    /// Passes everything up to and with `close`; when it never comes, only the opening.
    pub(super) fn skip_to(&mut self, close: &[u8], opening: usize) -> bool {
        let from = self.at + opening;
        let rest = self.bytes.get(from..).unwrap_or_default();
        let found = if self.failed_searches < MOST_FAILED_SEARCHES {
            memchr::memmem::find(rest, close)
        } else {
            None
        };
        match found {
            Some(at) => self.at = from + at + close.len(),
            None => {
                self.failed_searches += 1;
                self.at = from;
            }
        }
        true
    }

    fn has_heredocs(&self) -> bool {
        let kinds = [Special::HeredocShell, Special::HeredocRuby, Special::HeredocPhp];
        kinds.iter().any(|kind| self.syntax.has(*kind))
    }

    fn heredoc(&mut self) -> bool {
        let is_php = self.syntax.has(Special::HeredocPhp);
        let arrows: &str = if is_php { "<<<" } else { "<<" };
        if !self.starts_with(arrows) {
            return false;
        }
        let mut at = self.at + arrows.len();
        let is_ruby = self.syntax.has(Special::HeredocRuby);
        let mark = self.bytes.get(at).copied();
        let may_indent = is_php || mark == Some(b'-') || (is_ruby && mark == Some(b'~'));
        if !is_php && may_indent {
            at += 1;
        } else if mark == Some(b'<') {
            // A here-string of the shell.
            self.at += 3;
            return true;
        }
        if !is_ruby {
            at += self.bytes[at..].iter().take_while(|&&b| b == b' ').count();
        }
        let quote = self.bytes.get(at).copied().filter(|b| b"'\"`\\".contains(b));
        at += usize::from(quote.is_some());
        let rest = self.bytes.get(at..).unwrap_or_default();
        let length =
            rest.iter().take_while(|&&b| is_word(b) || (!is_ruby && matches!(b, b'-' | b'.'))).count();
        let word = &rest[..length];
        // `a << b` and `1 << 2` are operators; Ruby's bare form is written in capitals.
        let is_name = word.first().is_some_and(|b| !b.is_ascii_digit())
            && (!is_ruby || may_indent || quote.is_some() || word[0].is_ascii_uppercase());
        if !is_name {
            return false;
        }
        self.heredocs.push(Heredoc { word, may_indent: may_indent || !is_ruby, may_follow: is_php });
        self.at = at + length + usize::from(quote.is_some_and(|b| b != b'\\'));
        true
    }

    /// At a line end: passes the bodies of the heredocs that this line opened.
    pub(super) fn skip_heredocs(&mut self) -> bool {
        if self.heredocs.is_empty() {
            return false;
        }
        for heredoc in std::mem::take(&mut self.heredocs) {
            if self.failed_searches >= MOST_FAILED_SEARCHES {
                break;
            }
            match self.end_of(&heredoc) {
                // Stops at the line end, where the next body begins.
                Some(end) => self.at = end,
                None => self.failed_searches += 1,
            }
        }
        if self.bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
        true
    }

    fn end_of(&self, heredoc: &Heredoc<'_>) -> Option<usize> {
        let mut start = self.at + 1;
        while start < self.bytes.len() {
            let end = self.line_end(start);
            let line = self.bytes[start..end].trim_ascii_end();
            let line = if heredoc.may_indent { line.trim_ascii_start() } else { line };
            if line == heredoc.word {
                return Some(end);
            }
            if heredoc.may_follow
                && let Some(after) = line.strip_prefix(heredoc.word)
                && after.first().is_some_and(|&b| !is_word(b))
            {
                return Some(end - after.len());
            }
            start = end + 1;
        }
        None
    }

    /// A slash that opens a regular expression which closes on its line.
    fn regex(&mut self) -> bool {
        if self.syntax.line.iter().any(|o| self.starts_with(o.text)) || self.starts_with("/*") {
            return false;
        }
        if !self.is_operand_next() {
            return false;
        }
        let mut at = self.at + 1;
        let mut in_class = false;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\n' => return false,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at = at + 1;
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// Whether what stands before calls for an operand: then a slash or percent opens a literal.
    fn is_operand_next(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        let spaces = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let before = &before[..before.len() - spaces];
        let Some(&last) = before.last() else { return true };
        if !is_word(last) {
            // `</p>` closes an element.
            return b"\n(,=:[!&|?{;+-*%~^>".contains(&last);
        }
        let length = before.iter().rev().take_while(|&&b| is_word(b)).count();
        let word = &before[before.len() - length..];
        let after = self.bytes.get(self.at + 1).copied().unwrap_or(b' ');
        // Ruby: `match /x/` calls with an argument, `a / b` and `a/b` divide.
        let takes_argument = self.syntax.has(Special::Ruby) || self.syntax.has(Special::Perl);
        let is_argument = takes_argument && spaces > 0 && !after.is_ascii_whitespace() && after != b'=';
        is_argument || BEFORE_REGEX.contains(&word)
    }

    /// `%w[a b]`, `%q(…)`, `%(…)`
    fn percent(&mut self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let letter = rest.first().copied().filter(|b| b"wWqQiIrsx".contains(b));
        let skipped = usize::from(letter.is_some());
        let Some(&open) = rest.get(skipped) else { return false };
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            b'|' | b'!' | b'/' if letter.is_some() => open,
            _ => return false,
        };
        if !self.is_operand_next() || self.failed_searches >= MOST_FAILED_SEARCHES {
            return false;
        }
        let mut depth = 0_u32;
        let mut at = self.at + 1 + skipped;
        while let Some(&byte) = self.bytes.get(at) {
            if byte == b'\\' {
                at += 1;
            } else if byte == close && (open != close || depth > 0) {
                depth -= 1;
                if depth == 0 {
                    self.at = at + 1;
                    return true;
                }
            } else if byte == open {
                depth += 1;
            }
            at += 1;
        }
        self.failed_searches += 1;
        false
    }

    /// `?#` and `?"` are characters, `$'` and `$"` are variables.
    fn ruby_character(&mut self) -> bool {
        let is_character = match self.before(1) {
            Some(b'?') => self.before(2).is_none_or(|b| !is_word(b) && b != b')'),
            Some(b'$') => true,
            _ => false,
        };
        self.at += usize::from(is_character);
        is_character
    }

    /// Ruby's `__END__`: what follows is not read as code.
    pub(super) fn at_end_marker(&mut self) -> bool {
        if self.syntax.has(Special::Perl) {
            return self.pod();
        }
        let is_end = self.syntax.has(Special::Ruby)
            && (self.starts_with("\n__END__\n") || self.starts_with("\n__END__\r\n"));
        if is_end {
            self.at = self.bytes.len();
        }
        is_end
    }

    /// Passes text outside of `<?php … ?>`.
    pub(super) fn skip_html(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = memchr::memmem::find(rest, b"<?").map_or(self.bytes.len(), |step| self.at + step + 2);
    }
}
