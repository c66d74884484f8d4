//! A page of fixed width for a terminal: lines of styled pieces, wrapped between words.
//!
//! It takes our own words as `&'static str` and everything else through the terminal escape, so no
//! text of a repository can reach the terminal unescaped.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};

use super::escape::Terminal;
use crate::text::cut;

/// How the page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns, from [`MIN_WIDTH`] to [`MAX_WIDTH`].
    pub width: usize,
    /// Whether styles are written.
    pub color: bool,
    /// Whether signs outside ASCII are written by ourselves.
    pub unicode: bool,
}

/// Narrower pages break paths; wider lines are not read.
pub const MIN_WIDTH: usize = 60;
/// See [`MIN_WIDTH`].
pub const MAX_WIDTH: usize = 200;
/// Longer texts of a repository are cut; the JSON holds them whole.
const MAX_TEXT: usize = 600;

impl Look {
    /// A look of a width within the limits.
    pub fn new(width: usize, color: bool, unicode: bool) -> Self {
        Self { width: width.clamp(MIN_WIDTH, MAX_WIDTH), color, unicode }
    }

    /// One of two signs, by what the terminal can show.
    pub fn sign(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }
}

/// A style by its meaning; the word beside it always says the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    #[default]
    Plain,
    /// A heading or the decisive words.
    Strong,
    /// Secondary.
    Faint,
    /// Bad.
    Bad,
    /// Not good.
    Warn,
    /// Good.
    Good,
    /// A name that can be typed.
    Name,
}

impl Style {
    fn ansi(self) -> Ansi {
        let color = |color: AnsiColor| Ansi::new().fg_color(Some(color.into()));
        match self {
            Self::Plain => Ansi::new(),
            Self::Strong => Ansi::new().bold(),
            Self::Faint => Ansi::new().dimmed(),
            Self::Bad => color(AnsiColor::Red).bold(),
            Self::Warn => color(AnsiColor::Yellow),
            Self::Good => color(AnsiColor::Green),
            Self::Name => color(AnsiColor::Cyan),
        }
    }
}

/// Styled pieces that make one line or paragraph.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pieces: Vec<(Style, String)>,
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// Our own words.
    pub fn own(self, text: &'static str) -> Self {
        self.own_in(Style::Plain, text)
    }

    /// Our own words in a style.
    pub fn own_in(mut self, style: Style, text: &'static str) -> Self {
        self.pieces.push((style, text.to_owned()));
        self
    }

    /// Any other text, escaped.
    pub fn text(self, text: &str) -> Self {
        self.text_in(Style::Plain, text)
    }

    /// Any other text in a style, escaped.
    pub fn text_in(mut self, style: Style, text: &str) -> Self {
        self.pieces.push((style, Terminal::of(&cut(text, MAX_TEXT)).to_string()));
        self
    }

    /// A number.
    pub fn number(self, number: usize) -> Self {
        self.text(&grouped(number))
    }

    /// Columns it takes on one line.
    pub fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| width(text)).sum()
    }

    /// The pieces of another line after its own.
    pub fn then(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// The last columns of it, with a sign for what was cut: the end of a path tells more than its
    /// beginning.
    pub fn cut_left(mut self, columns: usize, look: Look) -> Self {
        if self.width() <= columns {
            return self;
        }
        let sign = look.sign("…", "...");
        let mut over = self.width() - columns.saturating_sub(width(sign));
        for (_, text) in &mut self.pieces {
            let kept = text.char_indices().find(|(_, c)| {
                let is_kept = over == 0;
                over = over.saturating_sub(char_width(*c));
                is_kept
            });
            *text = kept.map_or_else(String::new, |(at, _)| text[at..].to_owned());
        }
        if let Some((_, text)) = self.pieces.first_mut() {
            text.insert_str(0, sign);
        }
        self
    }

    /// Blanks up to a column.
    pub fn pad_to(mut self, column: usize) -> Self {
        let missing = column.saturating_sub(self.width());
        self.pieces.push((Style::Plain, " ".repeat(missing)));
        self
    }

    /// At most this many columns, with a sign for what was cut.
    pub fn cut_to(mut self, columns: usize, look: Look) -> Self {
        if self.width() <= columns {
            return self;
        }
        let sign = look.sign("…", "...");
        let mut left = columns.saturating_sub(width(sign));
        for (_, text) in &mut self.pieces {
            let mut kept = String::new();
            for c in text.chars() {
                let columns = char_width(c);
                if columns > left {
                    left = 0;
                    break;
                }
                left -= columns;
                kept.push(c);
            }
            *text = kept;
        }
        self.pieces.push((Style::Plain, sign.to_owned()));
        self
    }
}

/// A page in the making.
#[derive(Debug)]
pub struct Canvas {
    look: Look,
    out: String,
}

impl Canvas {
    /// An empty page.
    pub fn new(look: Look) -> Self {
        Self { look, out: String::new() }
    }

    /// How it looks.
    pub fn look(&self) -> Look {
        self.look
    }

    /// The page.
    pub fn finish(self) -> String {
        self.out
    }

    /// An empty line, never two in a row.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A heading with a rule to the right edge.
    pub fn heading(&mut self, title: Line) {
        self.gap();
        let title = title.cut_to(self.look.width.saturating_sub(4), self.look);
        let rest = self.look.width.saturating_sub(title.width() + 4);
        let sign = self.look.sign("─", "-");
        let line = Line::new().own_in(Style::Faint, self.look.sign("── ", "-- "));
        let mut line = Line { pieces: [line.pieces, title.pieces].concat() };
        line.pieces.push((Style::Faint, format!(" {}", sign.repeat(rest))));
        self.write(&line.pieces);
    }

    /// One line, not wrapped.
    pub fn line(&mut self, indent: usize, line: Line) {
        self.indent(indent);
        self.write(&line.pieces);
    }

    /// A paragraph: the first line after `lead`, the others below its end.
    pub fn paragraph(&mut self, indent: usize, lead: Line, body: Line) {
        let hanging = indent + lead.width();
        self.indent(indent);
        self.pieces(&lead.pieces);
        let mut column = hanging;
        let mut is_first = true;
        for word in words(&body.pieces) {
            let columns: usize = word.iter().map(|(_, text)| width(text)).sum();
            if !is_first && column + 1 + columns > self.look.width {
                self.out.push('\n');
                self.indent(hanging);
                column = hanging;
            } else if !is_first {
                self.out.push(' ');
                column += 1;
            }
            self.pieces(&word);
            column += columns;
            is_first = false;
        }
        self.end_line();
    }

    fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }

    fn write(&mut self, pieces: &[(Style, String)]) {
        self.pieces(pieces);
        self.end_line();
    }

    fn end_line(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    fn pieces(&mut self, pieces: &[(Style, String)]) {
        for (style, text) in pieces {
            if self.look.color && *style != Style::Plain && !text.is_empty() {
                let ansi = style.ansi();
                let _ = write!(self.out, "{}{text}{}", ansi.render(), ansi.render_reset());
            } else {
                self.out.push_str(text);
            }
        }
    }
}

/// Words of styled pieces; a word may go over several pieces.
fn words(pieces: &[(Style, String)]) -> Vec<Vec<(Style, String)>> {
    let mut words = vec![Vec::new()];
    for (style, text) in pieces {
        for (index, part) in text.split(' ').enumerate() {
            if index > 0 {
                words.push(Vec::new());
            }
            if let Some(word) = words.last_mut().filter(|_| !part.is_empty()) {
                word.push((*style, part.to_owned()));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A number with its thousands apart.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Columns of a text.
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Columns of a character: wide for East Asian letters and pictures, none for combining marks. A
/// coarse table is enough to keep columns straight; exact widths differ between terminals.
fn char_width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x64b..=0x65f | 0xfe00..=0xfe0f | 0x20d0..=0x20ff => {
            0
        }
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Line, Look, Style, grouped};

    #[test]
    fn wraps_between_words_below_the_lead() {
        let mut canvas = Canvas::new(Look::new(60, false, true));
        let body = "one two three four five six seven eight nine ten eleven twelve thirteen";
        canvas.paragraph(2, Line::new().own("a  "), Line::new().text(body));
        let page = canvas.finish();
        assert_eq!(
            page,
            "  a  one two three four five six seven eight nine ten eleven\n     twelve thirteen\n"
        );
    }

    #[test]
    fn styles_are_written_only_in_color() {
        let page = |color| {
            let mut canvas = Canvas::new(Look::new(80, color, true));
            canvas.line(0, Line::new().own_in(Style::Bad, "no").text(" \u{1b}[2J"));
            canvas.finish()
        };
        assert_eq!(page(false), "no \\u{1b}[2J\n");
        assert_eq!(page(true), "\u{1b}[1m\u{1b}[31mno\u{1b}[0m \\u{1b}[2J\n");
    }

    #[test]
    fn cuts_and_counts() {
        let line = Line::new().text("a long path").cut_to(8, Look::new(80, false, true));
        assert_eq!(line.width(), 8);
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
    }
}
