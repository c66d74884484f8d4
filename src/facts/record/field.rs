//! Names with values, in every way documents write them.

use crate::facts::SourceFile;
use crate::model::tree::{Node, Value};
use crate::parse::markdown::{Block, BlockKind, Markdown};
use crate::text::fold;

/// Where a field was written, most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::facts) enum Origin {
    /// `date: …` between the lines of dashes.
    FrontMatter,
    /// A line `Date: …`, a bold lead, a bullet, a table row of two cells, or a whole section.
    Body,
}

/// A name with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts) struct Field {
    /// As written, without markup.
    pub name: String,
    /// As written, white space folded, markup of emphasis removed.
    pub value: String,
    /// Where.
    pub origin: Origin,
    /// Index of the block it stands in; 0 for front matter.
    pub block: usize,
}

/// A longer name is a sentence with a colon in it.
const MAX_NAME_CHARS: usize = 40;
/// Files of records are small; a longer one is a log.
const MAX_FIELDS: usize = 4000;

/// Every field of a document in order, front matter first.
pub(in crate::facts) fn fields(file: &SourceFile<'_>, document: &Markdown) -> Vec<Field> {
    let mut found = Vec::new();
    if let Some(matter) = &document.front_matter {
        for entry in matter.entries() {
            let (name, origin) = (entry.key.clone(), Origin::FrontMatter);
            found.push(Field { name, value: spelled(&entry.node), origin, block: 0 });
        }
    }
    for (index, block) in document.blocks.iter().enumerate() {
        if found.len() > MAX_FIELDS {
            break;
        }
        match &block.kind {
            BlockKind::Code(_) | BlockKind::Html => {}
            BlockKind::Row { cells, .. } => {
                if let [name, value] = cells.as_slice() {
                    found.extend(field(name, value, index));
                }
            }
            kind => {
                let raw = file.text.get(block.at.start as usize..block.at.end as usize).unwrap_or_default();
                found.extend(raw.lines().filter_map(|line| in_line(line, index)));
                if matches!(kind, BlockKind::Heading(_))
                    && let Some(next) = document.blocks.get(index + 1)
                    && !matches!(next.kind, BlockKind::Heading(_) | BlockKind::Code(_) | BlockKind::Html)
                {
                    found.extend(field(&super::label(&block.text), &first_text(next), index + 1));
                }
            }
        }
    }
    found
}

fn spelled(node: &Node) -> String {
    match &node.value {
        Value::Scalar { text, .. } => fold(text),
        Value::List(items) => items.iter().filter_map(Node::text).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

fn first_text(block: &Block) -> String {
    match &block.kind {
        BlockKind::Row { cells, .. } => cells.first().cloned().unwrap_or_default(),
        _ => block.text.clone(),
    }
}

/// `**Date**: 2021-05-11`, `- Status: accepted`, `Introduced: 20220513`.
fn in_line(line: &str, block: usize) -> Option<Field> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "-*+>#_|".contains(c));
    let (name, value) = line.split_once(':')?;
    if value.starts_with("//") {
        return None;
    }
    field(name, value, block)
}

fn field(name: &str, value: &str, block: usize) -> Option<Field> {
    let bare = |text: &str| {
        let text = fold(&text.replace("**", "").replace("__", ""));
        text.trim_matches(|c: char| c == '*' || c == '_' || c == ':' || c.is_whitespace()).to_owned()
    };
    let name = bare(name);
    let is_name = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS;
    is_name.then(|| Field { name, value: bare(value), origin: Origin::Body, block })
}

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::facts::SourceFile;

    #[track_caller]
    fn check(text: &str, name: &str, expected: Option<&str>) {
        let path = "a.md".into();
        let file = SourceFile::new(&path, text.as_bytes());
        let found = fields(&file, file.markdown());
        let value = found.iter().find(|field| field.name == name).map(|field| field.value.as_str());
        assert_eq!(value, expected, "{text}: {found:?}");
    }

    #[test]
    fn reads_fields_in_every_form() {
        check("---\nstatus: accepted\n---\n", "status", Some("accepted"));
        check("# T\n\nDate: 2021-05-11\n", "Date", Some("2021-05-11"));
        check("**Date**: 3 May\n**Duration**: ~2 hours\n", "Duration", Some("~2 hours"));
        check("**Date: 2023-01-02**\n", "Date", Some("2023-01-02"));
        check("* Status: superseded by [x](x.md)\n", "Status", Some("superseded by [x](x.md)"));
        check("- **Time to repair**: 5h 16m\n", "Time to repair", Some("5h 16m"));
        check("| Field | Value |\n|---|---|\n| Status | done |\n", "Status", Some("done"));
        check("## Status\n\n✅ Accepted\n", "Status", Some("✅ Accepted"));
        check("### Status: **Approved**\n", "Status", Some("Approved"));
        check("see https://example.org/x\n", "see https", None);
        check("```\nDate: 1\n```\n", "Date", None);
    }
}
