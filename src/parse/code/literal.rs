//! Literals of single languages that a table of quotes cannot say: long brackets, quote-like
//! operators and pod, sigils, here-strings, raw strings.

use super::lexer::{Lexer, Raw};
use super::special::{MOST_FAILED_SEARCHES, is_word};
use super::syntax::Special;

/// Letters of a sigil's name; more is no sigil.
const MOST_SIGIL_LETTERS: usize = 16;

/// The bracket that closes what `open` opened; other delimiters close themselves.
fn closer(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        other => other,
    }
}

impl Lexer<'_> {
    /// Handles a literal that no table says; false when none stands here.
    pub(super) fn literal(&mut self) -> bool {
        let syntax = self.syntax;
        if syntax.has(Special::LongBrackets) && self.long_bracket() {
            return true;
        }
        match self.bytes.get(self.at) {
            Some(b'$') if syntax.has(Special::Perl) => self.punctuation_variable(),
            Some(b'q' | b'm' | b's' | b't' | b'y') if syntax.has(Special::Perl) => self.quote_like(),
            Some(b'~') if syntax.has(Special::Elixir) => self.sigil(),
            Some(b'?') if syntax.has(Special::Elixir) => self.elixir_character(),
            Some(b'@') if syntax.has(Special::PowerShell) => self.here_string(),
            Some(b'#') if syntax.has(Special::SwiftRaw) => self.swift_raw(),
            Some(b'{') if syntax.has(Special::OcamlQuoted) => self.ocaml_quoted(),
            Some(b'$') if syntax.has(Special::DollarCharacter) => {
                self.at += if self.bytes.get(self.at + 1) == Some(&b'\\') { 3 } else { 2 };
                true
            }
            _ => false,
        }
    }

    /// `[==[ … ]==]` is a string; right behind a comment's opener it is a comment.
    fn long_bracket(&mut self) -> bool {
        let opener = self.syntax.line.first().map_or("", |opener| opener.text);
        let is_comment = self.starts_with(opener);
        let from = self.at + if is_comment { opener.len() } else { 0 };
        let rest = self.bytes.get(from..).unwrap_or_default();
        let Some((b'[', rest)) = rest.split_first() else { return false };
        let level = rest.iter().take_while(|&&b| b == b'=').count();
        if rest.get(level) != Some(&b'[') {
            return false;
        }
        let mut close = vec![b'='; level + 2];
        (close[0], close[level + 1]) = (b']', b']');
        let body = from + level + 2;
        if !is_comment {
            return self.skip_to(&close, body - self.at);
        }
        let rest = self.bytes.get(body..).unwrap_or_default();
        let end = memchr::memmem::find(rest, &close).map_or(self.bytes.len(), |at| body + at + close.len());
        self.found.push(Raw { range: self.at..end, is_block: true });
        self.at = end;
        true
    }

    /// `$#a`, `$'`, `$"`: the sign belongs to the variable's name.
    fn punctuation_variable(&mut self) -> bool {
        let is_variable = matches!(self.bytes.get(self.at + 1), Some(b'#' | b'\'' | b'"' | b'`' | b'/'));
        self.at += if is_variable { 2 } else { 1 };
        true
    }

    /// `q(…)`, `qw{…}`, `m#…#`, `s/…/…/`, `tr/…/…/`
    fn quote_like(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|&&b| is_word(b)).count();
        let parts = match &rest[..length] {
            b"q" | b"qq" | b"qw" | b"qr" | b"qx" | b"m" => 1,
            b"s" | b"tr" | b"y" => 2,
            _ => 0,
        };
        let spaces = rest[length..].iter().take_while(|&&b| b == b' ').count();
        let mark = rest.get(length + spaces).copied().unwrap_or(b' ');
        // `s => 1`, `{y}`, `-s $file`, `$s`, `print m;` are names; a sign apart from its operator
        // opens a comment.
        let is_operator = parts > 0
            && self.before(1).is_none_or(|b| !is_word(b) && !b"$@%&>-:.".contains(&b))
            && !is_word(mark)
            && !b"=,;)]}> \t\r\n".contains(&mark)
            && !(mark == b'#' && spaces > 0)
            && self.failed_searches < MOST_FAILED_SEARCHES;
        if !is_operator {
            self.at += length.max(1);
            return true;
        }
        let start = self.at + length + spaces;
        let mut at = start;
        for part in 0..parts {
            // `s{…} {…}` has delimiters of its own for the second part, `s/…/…/` shares one.
            if part > 0 && closer(mark) != mark {
                let rest = self.bytes.get(at..).unwrap_or_default();
                at += rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            } else if part > 0 {
                at -= 1;
            }
            match self.delimited(at) {
                Some(end) => at = end,
                None => {
                    self.failed_searches += 1;
                    self.at = start;
                    return true;
                }
            }
        }
        self.at = at;
        true
    }

    /// The end of the stretch whose opening delimiter stands at `at`; brackets nest.
    fn delimited(&self, at: usize) -> Option<usize> {
        let open = *self.bytes.get(at)?;
        let close = closer(open);
        let mut depth = 1_u32;
        let mut at = at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            if byte == b'\\' {
                at += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            } else if byte == open {
                depth += 1;
            }
            at += 1;
        }
        None
    }

    /// At a line end: passes Perl's documentation, from `=word` to `=cut`, and what follows the
    /// end of the code. Only `=begin comment` is a comment.
    pub(super) fn pod(&mut self) -> bool {
        let start = self.at + 1;
        let rest = self.bytes.get(start..).unwrap_or_default();
        if rest.starts_with(b"__END__") || rest.starts_with(b"__DATA__") {
            self.at = self.bytes.len();
            return true;
        }
        if rest.first() != Some(&b'=') || !rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            return false;
        }
        let end = memchr::memmem::find(rest, b"\n=cut").map(|at| self.line_end(start + at + 1));
        let end = end.unwrap_or(self.bytes.len());
        if rest.starts_with(b"=begin comment") || rest.starts_with(b"=for comment") {
            self.found.push(Raw { range: start..end, is_block: true });
        }
        self.at = end;
        true
    }

    /// `~s(…)`, `~r/…/`, `~S"""…"""`: lower case ones hold code between `#{` and `}`.
    fn sigil(&mut self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let letters = rest.iter().take(MOST_SIGIL_LETTERS).take_while(|b| b.is_ascii_alphabetic()).count();
        let is_plain = rest.first().is_some_and(u8::is_ascii_uppercase);
        let Some(&open) = rest.get(letters).filter(|&&b| letters > 0 && b"/|\"'([{<".contains(&b)) else {
            return false;
        };
        if letters > 1 && !is_plain {
            return false;
        }
        let heredoc = [open; 3];
        let is_heredoc = matches!(open, b'"' | b'\'') && rest[letters..].starts_with(&heredoc);
        if is_heredoc || is_plain {
            let close = [closer(open)];
            let close: &[u8] = if is_heredoc { &heredoc } else { &close };
            return self.skip_to(close, 1 + letters + close.len());
        }
        let mut at = self.at + 1 + letters + 1;
        let mut braces = 0_u32;
        while let Some(&byte) = self.bytes.get(at).filter(|_| self.failed_searches < MOST_FAILED_SEARCHES) {
            match byte {
                b'\\' => at += 1,
                b'#' if self.bytes.get(at + 1) == Some(&b'{') => {
                    braces += 1;
                    at += 1;
                }
                b'{' if braces > 0 => braces += 1,
                b'}' if braces > 0 => braces -= 1,
                _ if byte == closer(open) && braces == 0 => {
                    self.at = at + 1;
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        self.failed_searches += 1;
        false
    }

    /// `?#` and `?"` are characters; `empty?` is a name.
    fn elixir_character(&mut self) -> bool {
        let is_character = self.before(1).is_none_or(|b| !is_word(b));
        self.at += match self.bytes.get(self.at + 1) {
            Some(b'\\') if is_character => 3,
            _ if is_character => 2,
            _ => 1,
        };
        true
    }

    /// `@"` at the end of a line opens a string that `"@` at the start of one closes.
    fn here_string(&mut self) -> bool {
        let Some(&quote) = self.bytes.get(self.at + 1).filter(|b| matches!(b, b'"' | b'\'')) else {
            return false;
        };
        let rest = self.bytes.get(self.at + 2..self.line_end(self.at)).unwrap_or_default();
        let is_open = rest.iter().all(u8::is_ascii_whitespace);
        is_open && self.skip_to(&[b'\n', quote, b'@'], 2)
    }

    /// `#"…"#`, `##"""…"""##`
    fn swift_raw(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let signs = rest.iter().take_while(|&&b| b == b'#').count();
        let quotes = match &rest[signs..] {
            [b'"', b'"', b'"', ..] => 3,
            [b'"', ..] => 1,
            _ => return false,
        };
        let mut close = vec![b'"'; quotes];
        close.resize(quotes + signs, b'#');
        self.skip_to(&close, signs + quotes)
    }

    /// `{|…|}`, `{sql|…|sql}`
    fn ocaml_quoted(&mut self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let length = rest.iter().take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
        if rest.get(length) != Some(&b'|') {
            return false;
        }
        let close = [b"|", &rest[..length], b"}"].concat();
        self.skip_to(&close, length + 2)
    }
}
