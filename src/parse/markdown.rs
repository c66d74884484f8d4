//! Markdown to a flat list of blocks in document order, each with its place and plain text.
//!
//! Flat, because documents are read by section ("the items under *Action items*"), and authors nest
//! as they please. Front matter becomes a tree. ERB and Jinja are hidden first, so
//! `.html.md.erb`, `.qmd` and `.mdx` read like Markdown.

use comrak::nodes::{AstNode, NodeValue, Sourcepos};
use comrak::{Arena, Options, parse_document};

use super::{Parsed, template, yaml};
use crate::model::At;
use crate::model::tree::Node;
use crate::text::{LineIndex, fold};

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Markdown {
    /// Front matter between `---` lines, if it is a mapping.
    pub front_matter: Option<Node>,
    /// Blocks in document order.
    pub blocks: Vec<Block>,
}

/// A block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its kind.
    pub kind: BlockKind,
    /// Its place. For a list item: the item without the lists nested in it.
    pub at: At,
    /// Its text without markup, white space folded (line ends kept in code).
    pub text: String,
    /// Text that stands in bold at its start ("Date" in `**Date:** …`), without a final colon.
    pub lead: Option<String>,
    /// Links in it.
    pub links: Vec<Hyperlink>,
    /// Code spans in it.
    pub codes: Vec<String>,
}

/// What kind of block it is.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    /// A heading and its level, 1 to 6.
    Heading(u8),
    /// A paragraph outside lists and tables.
    Paragraph,
    /// A list item.
    Item {
        /// Nesting depth, 1 for the outermost list.
        depth: u8,
        /// State of its checkbox, if it has one.
        checked: Option<bool>,
        /// Whether the list is numbered.
        is_ordered: bool,
    },
    /// A table row; the cells' texts.
    Row {
        /// Texts of the cells.
        cells: Vec<String>,
        /// Whether it is the header.
        is_header: bool,
    },
    /// A code block with its info string.
    Code(String),
    /// Raw HTML.
    Html,
}

/// A link or image.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperlink {
    /// Its text.
    pub text: String,
    /// Its target as written (reference links are resolved).
    pub url: String,
}

impl Markdown {
    /// The headings with their index in `blocks`.
    pub fn headings(&self) -> impl Iterator<Item = (usize, u8, &Block)> {
        self.blocks.iter().enumerate().filter_map(|(i, block)| match block.kind {
            BlockKind::Heading(level) => Some((i, level, block)),
            _ => None,
        })
    }

    /// The blocks below a heading, up to the next heading of its level or higher.
    pub fn section(&self, heading: usize) -> &[Block] {
        let Some(Block { kind: BlockKind::Heading(level), .. }) = self.blocks.get(heading) else {
            return &[];
        };
        let rest = &self.blocks[heading + 1..];
        let end = rest
            .iter()
            .position(|b| matches!(b.kind, BlockKind::Heading(other) if other <= *level))
            .unwrap_or(rest.len());
        &rest[..end]
    }

    /// The first heading of level 1, else the `title` of the front matter.
    pub fn title(&self) -> Option<(String, At)> {
        let heading = self.headings().find(|(_, level, b)| *level == 1 && !b.text.is_empty());
        heading.map(|(_, _, block)| (block.text.clone(), block.at)).or_else(|| {
            let title = self.front_matter.as_ref()?.get("title")?;
            Some((title.text()?.to_owned(), title.at))
        })
    }
}

/// Reads a Markdown text.
pub fn parse(text: &str) -> Parsed<Markdown> {
    let masked = template::mask_prose(text);
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options.parse.relaxed_tasklist_matching = true;
    let root = parse_document(&arena, &masked.text, &options);
    let mut reader = Reader { text: &masked.text, lines: LineIndex::new(text), out: Parsed::default() };
    reader.children(root, 0, false);
    reader.out
}

struct Reader<'a> {
    text: &'a str,
    lines: LineIndex,
    out: Parsed<Markdown>,
}

impl Reader<'_> {
    fn children<'n>(&mut self, node: &'n AstNode<'n>, depth: u8, is_ordered: bool) {
        for child in node.children() {
            self.block(child, depth, is_ordered);
        }
    }

    fn block<'n>(&mut self, node: &'n AstNode<'n>, depth: u8, is_ordered: bool) {
        let data = node.data();
        let at = self.at(data.sourcepos);
        match &data.value {
            NodeValue::FrontMatter(matter) => self.front_matter(matter),
            NodeValue::Heading(heading) => self.push(BlockKind::Heading(heading.level), at, &[node]),
            NodeValue::Paragraph => self.push(BlockKind::Paragraph, at, &[node]),
            NodeValue::CodeBlock(code) => {
                let block = Block {
                    kind: BlockKind::Code(code.info.clone()),
                    at,
                    text: code.literal.clone(),
                    lead: None,
                    links: Vec::new(),
                    codes: Vec::new(),
                };
                self.out.value.blocks.push(block);
            }
            NodeValue::HtmlBlock(html) => {
                let block = Block {
                    kind: BlockKind::Html,
                    at,
                    text: html.literal.clone(),
                    lead: None,
                    links: Vec::new(),
                    codes: Vec::new(),
                };
                self.out.value.blocks.push(block);
            }
            NodeValue::List(list) => {
                let ordered = list.list_type == comrak::nodes::ListType::Ordered;
                self.children(node, depth.saturating_add(1), ordered);
            }
            NodeValue::Item(_) => self.item(node, at, depth, None, is_ordered),
            NodeValue::TaskItem(task) => {
                let checked = Some(task.symbol.is_some_and(|symbol| symbol != ' '));
                self.item(node, at, depth, checked, is_ordered);
            }
            NodeValue::TableRow(is_header) => {
                let cells: Vec<&AstNode<'_>> = node.children().collect();
                let texts = cells.iter().map(|cell| inline(&[*cell]).text).collect();
                self.push(BlockKind::Row { cells: texts, is_header: *is_header }, at, &cells);
            }
            _ => self.children(node, depth, is_ordered),
        }
    }

    fn item<'n>(
        &mut self,
        node: &'n AstNode<'n>,
        at: At,
        depth: u8,
        checked: Option<bool>,
        is_ordered: bool,
    ) {
        let own: Vec<&AstNode<'_>> =
            node.children().take_while(|child| matches!(child.data().value, NodeValue::Paragraph)).collect();
        let end = own.last().map_or(at.end, |last| self.at(last.data().sourcepos).end);
        self.push(BlockKind::Item { depth, checked, is_ordered }, At { end, ..at }, &own);
        for child in node.children().skip(own.len()) {
            self.block(child, depth, is_ordered);
        }
    }

    fn push<'n>(&mut self, kind: BlockKind, at: At, nodes: &[&'n AstNode<'n>]) {
        let Inline { text, lead, links, codes } = inline(nodes);
        self.out.value.blocks.push(Block { kind, at, text, lead, links, codes });
    }

    fn front_matter(&mut self, matter: &str) {
        let inner = matter.trim_start().trim_start_matches('-');
        let inner = inner.trim_end().trim_end_matches('-');
        // Parsed in place of the whole text, so that lines and bytes are those of the file.
        let start = self.text.find(inner).unwrap_or(0);
        let padding: String =
            self.text[..start].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        let parsed = yaml::parse(&format!("{padding}{inner}"));
        self.out.problems.extend(parsed.problems);
        self.out.value.front_matter = parsed.value.into_iter().next();
    }

    fn at(&self, position: Sourcepos) -> At {
        let line = position.start.line.max(1) as u32;
        let start = self.lines.start(line) + position.start.column.saturating_sub(1);
        let end = self.lines.start(position.end.line.max(1) as u32) + position.end.column;
        let end = end.min(self.text.len());
        At { line, start: start.min(end) as u32, end: end as u32 }
    }
}

#[derive(Default)]
struct Inline {
    text: String,
    lead: Option<String>,
    links: Vec<Hyperlink>,
    codes: Vec<String>,
}

fn inline<'n>(nodes: &[&'n AstNode<'n>]) -> Inline {
    let mut found = Inline::default();
    for node in nodes {
        if !found.text.is_empty() {
            found.text.push(' ');
        }
        plain(node, &mut found);
    }
    found.text = fold(&found.text);
    found
}

fn plain<'n>(node: &'n AstNode<'n>, into: &mut Inline) {
    for child in node.children() {
        match &child.data().value {
            NodeValue::Text(text) => into.text.push_str(text),
            NodeValue::Code(code) => {
                into.codes.push(code.literal.clone());
                into.text.push_str(&code.literal);
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => into.text.push(' '),
            NodeValue::Strong => {
                let is_lead = into.text.trim().is_empty();
                let before = into.text.len();
                plain(child, into);
                if is_lead {
                    let lead = fold(&into.text[before..]);
                    into.lead = Some(lead.trim_end_matches(':').trim().to_owned());
                }
            }
            NodeValue::Link(link) | NodeValue::Image(link) => {
                let before = into.text.len();
                plain(child, into);
                into.links.push(Hyperlink { text: fold(&into.text[before..]), url: link.url.clone() });
            }
            NodeValue::Strikethrough => {
                // Struck text is withdrawn; it stays visible as such for those who judge states.
                into.text.push_str("~~");
                plain(child, into);
                into.text.push_str("~~");
            }
            _ => plain(child, into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockKind, parse};

    const TEXT: &str = "---\ntitle: Down\ndate: 2026-01-02\n---\n# <%= x %>\n\n**Date:** 3 Jan\n\n## Actions\n\n- [x] done ([#12](https://h/o/r/issues/12))\n- [ ] open\n  - nested `code`\n\n1. first\n\n| Action | Owner |\n|---|---|\n| fix it | ops |\n\n```sh\nls\n```\n\n## Next\n";

    #[test]
    fn reads_blocks_in_order() {
        let document = parse(TEXT).value;
        assert_eq!(document.front_matter.as_ref().unwrap().text_at("date"), Some("2026-01-02"));
        assert_eq!(document.front_matter.as_ref().unwrap().get("date").unwrap().at.line, 3);
        assert_eq!(document.title().unwrap().0, "Down");
        let (actions, _, _) = document.headings().find(|(_, _, b)| b.text == "Actions").unwrap();
        let section = document.section(actions);
        assert_eq!(section[0].kind, BlockKind::Item { depth: 1, checked: Some(true), is_ordered: false });
        assert_eq!(section[0].links[0].url, "https://h/o/r/issues/12");
        assert_eq!(section[1].text, "open");
        assert_eq!(section[1].at.line, 12);
        assert_eq!(section[2].kind, BlockKind::Item { depth: 2, checked: None, is_ordered: false });
        assert_eq!(section[2].codes, ["code"]);
        assert_eq!(section[3].kind, BlockKind::Item { depth: 1, checked: None, is_ordered: true });
        assert!(
            matches!(&section[5].kind, BlockKind::Row { cells, is_header: false } if cells == &["fix it", "ops"])
        );
        assert!(matches!(&section[6].kind, BlockKind::Code(info) if info == "sh"));
        assert_eq!(section.len(), 7);
    }

    #[test]
    fn knows_bold_leads() {
        let document = parse("**Date**: 2020-01-01\n\n- **Key events**\n  - First detected 2021\n").value;
        assert_eq!(document.blocks[0].lead.as_deref(), Some("Date"));
        assert_eq!(document.blocks[1].lead.as_deref(), Some("Key events"));
        assert_eq!(document.blocks[2].text, "First detected 2021");
    }
}
