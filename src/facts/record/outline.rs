//! Which headings a block stands under.

use crate::parse::markdown::{Block, BlockKind, Markdown};
use crate::text::fold;

/// The nearest heading above every block.
pub(in crate::facts) struct Outline<'a> {
    blocks: &'a [Block],
    above: Vec<Option<usize>>,
}

impl<'a> Outline<'a> {
    /// Reads the headings of a document.
    pub(in crate::facts) fn new(document: &'a Markdown) -> Self {
        let mut open: Vec<(u8, usize)> = Vec::new();
        let mut above = Vec::with_capacity(document.blocks.len());
        for (index, block) in document.blocks.iter().enumerate() {
            if let BlockKind::Heading(level) = block.kind {
                while open.last().is_some_and(|(other, _)| *other >= level) {
                    open.pop();
                }
                above.push(open.last().map(|(_, at)| *at));
                open.push((level, index));
            } else {
                above.push(open.last().map(|(_, at)| *at));
            }
        }
        Self { blocks: &document.blocks, above }
    }

    /// Labels of the headings a block stands under, nearest first, without a heading of level 1:
    /// that is the title.
    pub(in crate::facts) fn path(&self, index: usize) -> impl Iterator<Item = String> + '_ {
        let mut next = self.above.get(index).copied().flatten();
        std::iter::from_fn(move || {
            let at = next?;
            next = self.above.get(at).copied().flatten();
            self.blocks.get(at)
        })
        .filter(|block| !matches!(block.kind, BlockKind::Heading(1)))
        .map(|block| label(&block.text))
    }
}

/// A heading or bold lead without numbering, emoji, markup and final punctuation; case is kept.
pub(in crate::facts) fn label(text: &str) -> String {
    let text = text.split("<!--").next().unwrap_or(text);
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != ']' && c != '?');
    // "2018-03-13 10:00" is a time, not a numbered heading: a number counts with its dot only.
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = digits.len() < text.len() && digits.starts_with(['.', ')']);
    let rest = digits.trim_start_matches(|c: char| !c.is_alphanumeric());
    let starts_with_word = rest.starts_with(|c: char| !c.is_ascii_digit());
    fold(if is_numbered && starts_with_word { rest } else { text })
}

#[cfg(test)]
mod tests {
    use super::{Outline, label};
    use crate::parse::markdown::parse;

    #[test]
    fn labels_lose_their_decoration() {
        assert_eq!(label("3. ✅ Root Cause:"), "Root Cause");
        assert_eq!(label("## Summary ##"), "Summary");
        assert_eq!(label("Negative Consequences <!-- optional -->"), "Negative Consequences");
        assert_eq!(label("2018-03-13 10:00"), "2018-03-13 10:00");
        assert_eq!(label("Immediate (Completed)"), "Immediate (Completed)");
        assert_eq!(label(""), "");
    }

    #[test]
    fn knows_the_headings_above_a_block() {
        let document = parse("# T\n\na\n\n## B\n\n### C\n\nb\n\n## D\n\nc\n").value;
        let outline = Outline::new(&document);
        let path = |index: usize| outline.path(index).collect::<Vec<_>>();
        assert!(path(1).is_empty());
        assert_eq!(path(4), ["C", "B"]);
        assert_eq!(path(6), ["D"]);
        assert!(path(99).is_empty());
    }
}
