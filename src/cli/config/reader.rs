//! Values with their places, and the errors about them.

use std::fmt;

use jiff::civil::Date;

use crate::model::tree::{Entry, Node, Value};
use crate::model::{At, RepoPath, Span};
use crate::parse;
use crate::rules::RuleSet;
use crate::text::{LineIndex, cut, nearest};

/// A longer line is cut where it is shown.
const SHOWN_LINE: usize = 120;

/// One thing that is wrong, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Complaint {
    at: At,
    what: String,
    mend: String,
}

/// Everything that is wrong with one configuration, each with its line and a caret below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    shown: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// A configuration being read.
pub(super) struct Reader<'a> {
    text: &'a str,
    name: &'a str,
    lines: LineIndex,
    complaints: Vec<Complaint>,
}

impl<'a> Reader<'a> {
    /// Parses a text; a text that is no TOML is an error at once.
    pub(super) fn open(text: &'a str, name: &'a str) -> Result<(Node, Self), ConfigError> {
        let mut reader = Self { text, name, lines: LineIndex::new(text), complaints: Vec::new() };
        if let Err(error) = toml::de::DeTable::parse(text) {
            let span = error.span().unwrap_or(0..0);
            reader.complain(reader.lines.at(span), "this is not valid TOML", error.message().to_owned());
            return Err(reader.error());
        }
        let parsed = parse::toml::parse(text).value;
        let empty = Node { at: At::default(), value: Value::Map(Vec::new()) };
        Ok((parsed.unwrap_or(empty), reader))
    }

    /// The value, unless something was wrong.
    pub(super) fn close<T>(self, value: T) -> Result<T, ConfigError> {
        if self.complaints.is_empty() { Ok(value) } else { Err(self.error()) }
    }

    fn error(mut self) -> ConfigError {
        self.complaints.sort_by_key(|complaint| complaint.at);
        ConfigError { shown: self.complaints.iter().map(|complaint| self.show(complaint)).collect() }
    }

    fn show(&self, complaint: &Complaint) -> String {
        let line = complaint.at.line;
        let start = self.lines.start(line);
        let source = self.text.get(start..self.lines.end(line)).unwrap_or_default().trim_end();
        let chars = |from: usize, to: usize| self.text.get(from..to).map_or(0, |text| text.chars().count());
        let column = chars(start, complaint.at.start as usize);
        let end = (complaint.at.end as usize).min(start + source.len());
        let carets = chars(complaint.at.start as usize, end).clamp(1, SHOWN_LINE);
        let gutter = " ".repeat(line.to_string().len());
        let (name, what, mend) = (self.name, &complaint.what, &complaint.mend);
        // Tabs would shift the caret.
        let source = cut(&source.replace('\t', " "), SHOWN_LINE);
        format!(
            "{name}:{line}:{}: {what}\n{gutter} |\n{line} | {source}\n{gutter} | {}{} {mend}",
            column + 1,
            " ".repeat(column.min(SHOWN_LINE)),
            "^".repeat(carets),
        )
    }

    fn complain(&mut self, at: At, what: impl Into<String>, mend: impl Into<String>) {
        self.complaints.push(Complaint { at, what: what.into(), mend: mend.into() });
    }

    /// Where a node stands.
    pub(super) fn span(&self, node: &Node) -> Span {
        Span::new(&RepoPath::new(self.name), node.at)
    }

    /// Complains of every key that is not known.
    pub(super) fn only(&mut self, entries: &[Entry], known: &[&str], table: &str) {
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let mend = match nearest(&entry.key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys are {}", known.join(", ")),
            };
            let inside = if table.is_empty() { String::new() } else { format!(" in {table}") };
            self.complain(entry.at, format!("unknown key `{}`{inside}", entry.key), mend);
        }
    }

    /// Complains of a rule that does not exist.
    pub(super) fn unknown_rule(&mut self, id: &str, at: At, rules: &RuleSet) {
        let mend = match nearest(id, rules.iter().map(|rule| rule.id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`tonight rules list` shows all".to_owned(),
        };
        self.complain(at, format!("no rule is called `{id}`"), mend);
    }

    fn wrong(&mut self, entry: &Entry, mend: impl Into<String>) {
        let what = match entry.node.text() {
            Some(text) => format!("`{}` is not a value of `{}`", cut(text, 40), entry.key),
            None => format!("this is not a value of `{}`", entry.key),
        };
        self.complain(entry.node.at, what, mend);
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, entry: &Entry) -> Option<String> {
        match &entry.node.value {
            Value::Scalar { text, quoted: true } if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => {
                self.wrong(entry, "write a text in quotes that is not empty");
                None
            }
        }
    }

    /// A whole number from 1 to `most`.
    pub(super) fn number(&mut self, entry: &Entry, most: u32) -> Option<u32> {
        let number = match &entry.node.value {
            Value::Scalar { text, quoted: false } => text.parse().ok().filter(|n| (1..=most).contains(n)),
            _ => None,
        };
        if number.is_none() {
            self.wrong(entry, format!("write a whole number from 1 to {most}"));
        }
        number
    }

    /// A date, as TOML writes dates or in quotes.
    pub(super) fn date(&mut self, entry: &Entry) -> Option<Date> {
        let date = entry.node.text().and_then(|text| text.parse().ok());
        if date.is_none() {
            self.wrong(entry, "write a date as 2027-03-31");
        }
        date
    }

    /// One of the words of a list.
    pub(super) fn one_of<T: Copy>(&mut self, entry: &Entry, words: &[(&str, T)]) -> Option<T> {
        let found = entry.node.text().and_then(|text| words.iter().find(|(word, _)| *word == text));
        if found.is_none() {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.wrong(entry, format!("write one of {}", words.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    /// A list of globs.
    pub(super) fn globs(&mut self, entry: &Entry) -> Vec<String> {
        let Value::List(items) = &entry.node.value else {
            self.wrong(entry, "write a list of globs, for example [\"legacy/**\"]");
            return Vec::new();
        };
        let mut globs = Vec::new();
        for item in items {
            match item.text().map(globset::Glob::new) {
                Some(Ok(glob)) => globs.push(glob.glob().to_owned()),
                Some(Err(error)) => self.complain(item.at, "this is not a glob", error.kind().to_string()),
                None => self.complain(item.at, "this is not a glob", "write a text in quotes"),
            }
        }
        globs
    }

    /// The entries of a table with known keys.
    pub(super) fn table<'n>(&mut self, entry: &'n Entry, name: &str, known: &[&str]) -> Option<&'n [Entry]> {
        let Value::Map(entries) = &entry.node.value else {
            self.wrong(entry, format!("write a table [{name}]"));
            return None;
        };
        self.only(entries, known, &format!("[{name}]"));
        Some(entries)
    }

    /// The entries of a table with any keys.
    pub(super) fn entries<'n>(&mut self, entry: &'n Entry, form: &str) -> &'n [Entry] {
        if let Value::Map(entries) = &entry.node.value {
            return entries;
        }
        self.wrong(entry, format!("write {form}"));
        &[]
    }

    /// What `read` makes of each element of an array of tables.
    pub(super) fn each<T>(
        &mut self,
        entry: &Entry,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Vec<T> {
        let Value::List(items) = &entry.node.value else {
            self.wrong(entry, format!("write [[{}]] with two brackets", entry.key));
            return Vec::new();
        };
        items.iter().filter_map(|item| read(self, item)).collect()
    }

    /// The entries of one element of an array of tables.
    pub(super) fn record<'n>(&mut self, node: &'n Node, name: &str, known: &[&str]) -> &'n [Entry] {
        self.only(node.entries(), known, name);
        node.entries()
    }

    /// A key that must be there.
    pub(super) fn needs<T>(
        &mut self,
        entries: &[Entry],
        node: &Node,
        key: &str,
        read: impl FnOnce(&mut Self, &Entry) -> Option<T>,
    ) -> Option<T> {
        match entries.iter().find(|entry| entry.key == key) {
            Some(entry) => read(self, entry),
            None => {
                let line = self.text.get(node.at.start as usize..).unwrap_or_default();
                let table = line.split_whitespace().next().unwrap_or_default();
                self.complain(
                    node.at,
                    format!("this {table} needs `{key}`"),
                    format!("add a line `{key} = ...`"),
                );
                None
            }
        }
    }
}
