//! Which parts of a procedure an operational page has (how to see that it worked, how to take it back,
//! whom to call), and what in it was to be filled in and was not.
//!
//! Headings and words in bold at the start of a block decide: a sentence that says "roll back" is no
//! procedure. Code, quotes and what stands under a heading that says template are never read.

use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::At;
use crate::model::fact::PagePart;
use crate::parse::markdown::{BlockKind, Markdown};

/// Words of headings; the first that fits decides.
const HEADINGS: &[(&str, PagePart)] = &[
    ("verif", PagePart::Verification),
    ("validat", PagePart::Verification),
    ("confirm", PagePart::Verification),
    ("check that", PagePart::Verification),
    ("smoke test", PagePart::Verification),
    ("rollback", PagePart::Rollback),
    ("roll back", PagePart::Rollback),
    ("rolling back", PagePart::Rollback),
    ("undo", PagePart::Rollback),
    ("revert", PagePart::Rollback),
    ("back out", PagePart::Rollback),
    ("escalat", PagePart::Escalation),
    ("who to call", PagePart::Escalation),
    ("contacts", PagePart::Escalation),
    ("getting help", PagePart::Escalation),
    ("get help", PagePart::Escalation),
];

/// Each part once, sorted.
pub(super) fn parts(page: &Markdown) -> Vec<PagePart> {
    let named = page.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Heading(level) if *level > 1 => Some(block.text.to_lowercase()),
        BlockKind::Heading(_) | BlockKind::Code(_) => None,
        _ => block.lead.as_ref().map(|lead| lead.to_lowercase()),
    });
    let part = |text: String| HEADINGS.iter().find(|(word, _)| text.contains(word)).map(|(_, part)| *part);
    let mut found: Vec<PagePart> = named.filter_map(part).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The first name, number or channel that was to be filled in.
pub(super) fn placeholder(file: &SourceFile<'_>, page: &Markdown) -> Option<(At, String)> {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)
            \[ (?: (?:insert|fill\ in|your|company|phone|e-?mail|contact|on-?call)(?:\ [^\]\n]{0,40})? ) \]
            | \# (?:incident|inc|channel|slack)[-_]?x{2,}\b
            | < (?:insert|your|company|fill\ in)\b [^>\n]{0,40} >
            | \b(?:\+?1[-.\ ])?x{3}[-.\ ]x{3,4}[-.\ ]x{4}\b
            ",
        )
        .ok()
    });
    let is_form = |text: &str| {
        let text = text.to_lowercase();
        ["template", "example", "sample", "draft", "message", "format", "placeholder"]
            .iter()
            .any(|w| text.contains(w))
    };
    if is_form(file.path.as_str()) || page.title().is_some_and(|(title, _)| is_form(&title)) {
        return None;
    }
    let mut is_under_form = false;
    for block in &page.blocks {
        match &block.kind {
            BlockKind::Heading(_) => is_under_form = is_form(&block.text),
            BlockKind::Code(_) => continue,
            _ => {}
        }
        let source = file.text.get(block.at.start as usize..block.at.end as usize).unwrap_or_default();
        if is_under_form || is_form(&block.text) || is_quote(file, block.at) {
            continue;
        }
        for found in MARK.as_ref()?.find_iter(source) {
            // `[Contact us](…)` and `[phone]: …` are links, and what stands in back-ticks is to be typed.
            let after = source.get(found.end()..).unwrap_or_default();
            let before = source.get(..found.start()).unwrap_or_default();
            let is_code = before.matches('`').count() % 2 == 1;
            if !after.starts_with(['(', '[', ':']) && !before.ends_with([']', '!']) && !is_code {
                let start = block.at.start as usize;
                let at = file.lines().at(start + found.start()..start + found.end());
                return Some((at, found.as_str().to_owned()));
            }
        }
    }
    None
}

fn is_quote(file: &SourceFile<'_>, at: At) -> bool {
    let before = file.text.get(..at.start as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_start().starts_with('>')
        || file.text.get(at.start as usize..).is_some_and(|text| text.starts_with('>'))
}

#[cfg(test)]
mod tests {
    use super::{parts, placeholder};
    use crate::facts::SourceFile;
    use crate::model::fact::PagePart;

    #[track_caller]
    fn check_placeholder(path: &str, text: &str, expected: Option<&str>) {
        let path = path.into();
        let file = SourceFile::new(&path, text.as_bytes());
        let found = placeholder(&file, file.markdown()).map(|(_, found)| found);
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn links_templates_and_commands_are_no_placeholders() {
        let check = |text: &str| check_placeholder("docs/on-call.md", text, None);
        check("# On call\n\nSee [contact page](https://a/b) and [phone list][1].\n\n[1]: https://a\n");
        check("# On call\n\n## Message template\n\nDear [company name],\n");
        check("# On call\n\n> Dear [company name],\n");
        check("# On call\n\nRun `page [your team]` now.\n");
        check("# On call\n\n```\ncall [insert phone]\n```\n");
        check("# On call\n\n- [x] done\n- [ ] open [1]\n- merge the [add-routes branch]\n");
        check_placeholder("docs/templates/on-call.md", "# On call\n\nCall [insert phone].\n", None);
    }

    #[test]
    fn finds_what_was_to_be_filled_in() {
        let check = |text: &str, found| check_placeholder("docs/on-call.md", text, Some(found));
        check("# On call\n\nCall [insert phone number].\n", "[insert phone number]");
        check("# On call\n\nMeet in #incident-xxx first.\n", "#incident-xxx");
        check("# On call\n\n| Lead | [Your name here] |\n|---|---|\n", "[Your name here]");
    }

    #[test]
    fn headings_tell_the_parts_and_prose_does_not() {
        let of = |text: &str| {
            let path = "docs/runbooks/a.md".into();
            let file = SourceFile::new(&path, text.as_bytes());
            parts(file.markdown())
        };
        assert!(of("# Roll back\n\nYou may roll back and verify it.\n").is_empty());
        assert_eq!(
            of("# A\n\n## Verify\n\n## Rollback\n\n**Escalation:** call\n"),
            [PagePart::Verification, PagePart::Rollback, PagePart::Escalation]
        );
    }
}
