//! Statements of a SQL text: where one ends and the next begins, in any dialect.

use std::ops::Range;

use super::token::{Kind, Lexer, Token};

/// One statement, without its comments and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Bytes of the text from the first token to the last.
    pub range: Range<usize>,
    pub(super) tokens: Vec<Token>,
}

/// More tokens than this are a dump of rows, not a change of a schema; the rest of the statement is
/// skipped over.
const MOST_TOKENS: usize = 20_000;

/// Every statement of a text, in order. Comments, client commands (`\connect`, `DELIMITER`, `GO`)
/// and rows after `COPY … FROM stdin` are no statements.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut splitter =
        Splitter { lexer: Lexer::new(text), delimiter: ";".to_owned(), all: Vec::new(), tokens: Vec::new() };
    splitter.split();
    splitter.all
}

struct Splitter<'a> {
    lexer: Lexer<'a>,
    delimiter: String,
    all: Vec<Statement>,
    tokens: Vec<Token>,
}

impl Splitter<'_> {
    fn split(&mut self) {
        let mut parentheses = 0i32;
        // BEGIN … END inside a routine's body: statements in it belong to the routine.
        let mut blocks = 0i32;
        loop {
            self.lexer.skip_blank();
            if self.is_client_line() {
                continue;
            }
            if self.is_delimiter() && (self.delimiter != ";" || (parentheses <= 0 && blocks <= 0)) {
                self.lexer.at += self.delimiter.len();
                self.finish();
                (parentheses, blocks) = (0, 0);
                continue;
            }
            let Some(token) = self.lexer.next() else { break };
            match &token.kind {
                Kind::Symbol(b'(') => parentheses += 1,
                Kind::Symbol(b')') => parentheses -= 1,
                Kind::Word(word) => blocks += self.block_step(word),
                _ => {}
            }
            if self.tokens.len() < MOST_TOKENS {
                self.tokens.push(token);
            } else if let Some(last) = self.tokens.last_mut() {
                last.range.end = token.range.end;
            }
        }
        self.finish();
    }

    fn is_delimiter(&self) -> bool {
        self.lexer.text.get(self.lexer.at..).is_some_and(|rest| rest.starts_with(&self.delimiter))
    }

    /// Client commands stand on lines of their own, where a statement could begin.
    fn is_client_line(&mut self) -> bool {
        let rest = self.lexer.text.get(self.lexer.at..).unwrap_or_default();
        let first: String = rest.chars().take_while(char::is_ascii_alphabetic).take(10).collect();
        let is_go = first.eq_ignore_ascii_case("GO")
            && rest.get(2..).is_none_or(|after| {
                after.split('\n').next().is_some_and(|line| line.trim().chars().all(|c| c.is_ascii_digit()))
            });
        if is_go && self.lexer.is_at_line_start() {
            self.lexer.line();
            self.finish();
            return true;
        }
        if !self.tokens.is_empty() {
            return false;
        }
        if rest.starts_with('\\') {
            self.lexer.line();
            return true;
        }
        if first.eq_ignore_ascii_case("DELIMITER") {
            let line = self.lexer.line();
            if let Some(delimiter) = line.split_whitespace().nth(1) {
                self.delimiter = delimiter.to_owned();
            }
            return true;
        }
        false
    }

    /// Only routines hold blocks: elsewhere `BEGIN` opens a transaction.
    fn block_step(&self, word: &str) -> i32 {
        if !matches!(word, "BEGIN" | "CASE" | "END" | "IF" | "LOOP" | "WHILE" | "REPEAT")
            || !self.is_routine()
        {
            return 0;
        }
        let previous_ends = self.tokens.last().is_some_and(|token| token.is("END"));
        match word {
            "BEGIN" => 1,
            "CASE" if !previous_ends => 1,
            "END" => -1,
            // `END IF`, `END LOOP`: the END was counted down although nothing was counted up.
            "IF" | "LOOP" | "WHILE" | "REPEAT" if previous_ends => 1,
            _ => 0,
        }
    }

    fn is_routine(&self) -> bool {
        let first = self.tokens.first();
        first.is_some_and(|token| token.is_any(&["CREATE", "ALTER"]))
            && self
                .tokens
                .iter()
                .take(12)
                .any(|token| token.is_any(&["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE"]))
    }

    fn finish(&mut self) {
        let tokens = std::mem::take(&mut self.tokens);
        if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
            let is_copy = first.is("COPY") && tokens.iter().any(|token| token.is("STDIN"));
            self.all.push(Statement { range: first.range.start..last.range.end, tokens });
            if is_copy {
                self.skip_rows();
            }
        }
    }

    fn skip_rows(&mut self) {
        let rest = self.lexer.text.get(self.lexer.at..).unwrap_or_default();
        let end = memchr::memmem::find(rest.as_bytes(), b"\n\\.");
        self.lexer.at += end.map_or(rest.len(), |end| end + 3);
    }
}
