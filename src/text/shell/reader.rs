//! The reader of shell: one pass over the bytes.

use super::{Part, Pipeline, Script};

/// Words that begin or end a compound command and are no program themselves.
const KEYWORDS: &[&str] = &[
    "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "for", "case", "esac", "in", "!",
    "{", "}", "time", "function", "select", "coproc",
];

/// The pipelines of a script; its options are not looked at.
pub(super) fn read(script: &str) -> Script {
    let mut reader = Reader { text: script, ..Reader::default() };
    reader.read();
    reader.out
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    at: usize,
    out: Script,
    pipeline: Pipeline,
    part: Part,
    /// Set after `||`: the next pipeline is what happens on failure of the one before.
    is_alternative: bool,
    heredocs: Vec<(String, bool)>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn read(&mut self) {
        while self.at < self.text.len() {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.peek(1) == b'\n' => self.at += 2,
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'\n' => {
                    self.at += 1;
                    self.end_pipeline(false);
                    self.skip_heredocs();
                }
                b'#' => self.skip_line(),
                b';' | b'(' | b')' => {
                    self.at += 1;
                    self.end_pipeline(false);
                }
                b'&' if self.peek(1) == b'&' => {
                    self.at += 2;
                    self.end_pipeline(false);
                }
                b'&' if self.peek(1) == b'>' => self.redirect(),
                b'&' => {
                    self.at += 1;
                    self.end_pipeline(false);
                }
                b'|' if self.peek(1) == b'|' => {
                    self.at += 2;
                    self.end_pipeline(true);
                }
                b'|' => {
                    self.at += if self.peek(1) == b'&' { 2 } else { 1 };
                    self.end_part();
                }
                b'<' | b'>' => self.redirect(),
                b'0'..=b'9' if matches!(self.peek(1), b'<' | b'>') => self.redirect(),
                _ => self.word_of_part(),
            }
        }
        self.end_pipeline(false);
    }

    fn skip_line(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn word_of_part(&mut self) {
        let start = self.at;
        let word = self.word();
        if self.at == start {
            self.at += 1; // cannot happen; never stand still
            return;
        }
        if self.part.words.is_empty() {
            if self.part.assignments.is_empty() && KEYWORDS.contains(&word.as_str()) {
                return;
            }
            if is_assignment(&word) {
                self.note(start);
                self.part.assignments.push(word);
                return;
            }
        }
        self.note(start);
        self.part.words.push(word);
    }

    fn note(&mut self, start: usize) {
        let is_first =
            self.part.words.is_empty() && self.part.assignments.is_empty() && self.part.redirects.is_empty();
        if is_first {
            self.part.range.start = start;
        }
        self.part.range.end = self.at;
    }

    fn redirect(&mut self) {
        let start = self.at;
        while matches!(self.peek(0), b'0'..=b'9' | b'&') {
            self.at += 1;
        }
        while matches!(self.peek(0), b'<' | b'>' | b'&' | b'-') && self.at < start + 5 {
            self.at += 1;
        }
        let operator = self.text.get(start..self.at).unwrap_or_default().to_owned();
        while matches!(self.peek(0), b' ' | b'\t') {
            self.at += 1;
        }
        let target = self.word();
        if operator.ends_with("<<") || operator.ends_with("<<-") {
            self.heredocs.push((target, operator.ends_with('-')));
        } else {
            self.note(start);
            self.part.redirects.push((operator, target));
        }
    }

    /// One word from here, quotes removed; substitutions are kept as written.
    fn word(&mut self) -> String {
        let mut word = Vec::new();
        while self.at < self.text.len() {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>' => break,
                b'\\' if self.peek(1) == b'\n' => self.at += 2,
                b'\\' => {
                    word.extend(self.text.as_bytes().get(self.at + 1));
                    self.at += 2;
                }
                quote @ (b'\'' | b'"') => self.quoted(quote, &mut word),
                b'$' if self.peek(1) == b'(' => self.balanced(b'(', b')', &mut word),
                b'$' if self.peek(1) == b'{' => self.balanced(b'{', b'}', &mut word),
                b'`' => self.until(b'`', &mut word),
                byte => {
                    word.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at = self.at.min(self.text.len());
        String::from_utf8_lossy(&word).into_owned()
    }

    fn quoted(&mut self, quote: u8, word: &mut Vec<u8>) {
        self.at += 1;
        while self.at < self.text.len() && self.peek(0) != quote {
            if quote == b'"' && self.peek(0) == b'\\' {
                self.at += 1;
            } else if quote == b'"' && self.peek(0) == b'$' && self.peek(1) == b'(' {
                self.balanced(b'(', b')', word);
                continue;
            }
            word.extend(self.text.as_bytes().get(self.at));
            self.at += 1;
        }
        self.at += 1;
    }

    /// `$(…)` or `${…}`, nested ones included, kept as written.
    fn balanced(&mut self, open: u8, close: u8, word: &mut Vec<u8>) {
        let mut depth = 0_usize;
        while self.at < self.text.len() {
            let byte = self.peek(0);
            word.push(byte);
            self.at += 1;
            if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    return;
                }
            } else if byte == b'\'' && open == b'(' {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                let end = memchr::memchr(b'\'', rest).map_or(rest.len(), |end| end + 1);
                word.extend(rest.get(..end).unwrap_or_default());
                self.at += end;
            }
        }
    }

    fn until(&mut self, close: u8, word: &mut Vec<u8>) {
        loop {
            word.push(self.peek(0));
            self.at += 1;
            if self.at >= self.text.len() || self.peek(0) == close {
                break;
            }
        }
        word.push(close);
        self.at += 1;
    }

    fn skip_heredocs(&mut self) {
        for (end, is_indented) in std::mem::take(&mut self.heredocs) {
            loop {
                let start = self.at.min(self.text.len());
                if start == self.text.len() {
                    return;
                }
                self.at = start;
                self.skip_line();
                let line = self.text.get(start..self.at).unwrap_or_default().trim_end_matches('\r');
                self.at += 1;
                let line = if is_indented { line.trim_start_matches('\t') } else { line };
                if line == end {
                    break;
                }
            }
        }
    }

    fn end_part(&mut self) {
        let part = std::mem::take(&mut self.part);
        if part.words.is_empty() && part.assignments.is_empty() {
            return;
        }
        if self.pipeline.parts.is_empty() {
            self.pipeline.range.start = part.range.start;
        }
        self.pipeline.range.end = part.range.end;
        self.pipeline.parts.push(part);
    }

    fn end_pipeline(&mut self, is_alternative_next: bool) {
        self.end_part();
        let pipeline = std::mem::take(&mut self.pipeline);
        if pipeline.parts.is_empty() {
            // `||` at the end of a line continues on the next.
            return;
        }
        if self.is_alternative
            && let Some(before) = self.out.pipelines.last_mut()
        {
            before.or_else = pipeline.parts.first().map(|part| part.words.clone());
        }
        self.is_alternative = is_alternative_next;
        self.out.pipelines.push(pipeline);
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let name = name.trim_end_matches('+');
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
