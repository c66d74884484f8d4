//! Sections of documentation that list what does not work yet.
//!
//! Only headings that say so as a whole, in documents of this repository that are read today: no
//! change logs, no decision records, no incident reports (others read those). Every list entry or
//! paragraph right below such a heading that states a lack is one deferral.

use super::remark::{Found, Remark};
use super::{SourceFile, conditions, push, references};
use crate::model::fact::{Carrier, DeferralComment, Tier};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::parse::markdown::{Block, BlockKind};
use crate::rules::{DeferralWords, Said, Section, Strength};
use crate::text::{LineIndex, Role, cut, fold};

/// Longest text kept, as of comments.
const LONGEST_TEXT: usize = 400;
/// Letters of the shortest entry that says something.
const SHORTEST_ENTRY: usize = 12;
/// Longest heading looked at.
const LONGEST_HEADING: usize = 120;

/// Documents with such a heading.
pub(super) fn may_hold(file: &SourceFile<'_>, words: &DeferralWords) -> bool {
    let is_prose =
        matches!(file.language, Language::Markdown | Language::ReStructuredText | Language::AsciiDoc);
    is_prose
        && !matches!(file.role, Role::Test | Role::Example)
        && !words.carriers().is_elsewhere(file.path.as_str())
        && headings(&file.text, file.language).any(|(_, title)| words.carriers().section(title).is_some())
}

/// Collects the entries.
pub(super) fn collect(file: &SourceFile<'_>, words: &DeferralWords, out: &mut FileFacts) {
    let entries = match file.language {
        Language::Markdown => in_markdown(file, words),
        _ => in_plain(file, words),
    };
    for entry in entries {
        let is_entry = entry.text.len() >= SHORTEST_ENTRY
            && !entry.text.ends_with(':')
            && words.carriers().is_lack(&entry.text, entry.section);
        if !is_entry {
            continue;
        }
        let said = Said { sentence: &entry.text, ..Said::default() };
        let mechanism = words.mechanism(&said).map(|named| named.id.to_owned());
        if entry.section == Section::Ideas && mechanism.is_none() {
            continue;
        }
        let remark = Remark { text: entry.text, line: entry.at.line, last_line: entry.at.line };
        let found = remark.find(words);
        // A way around a limit is advice to its reader.
        let says_so = found.as_ref().is_some_and(|found| found.id != "workaround");
        let is_put_off = says_so || words.carriers().is_put_off(&remark.text);
        if entry.section == Section::Limitations && !is_put_off {
            continue;
        }
        let tier = match found.as_ref().map(|found| found.strength) {
            Some(Strength::Marked) => Tier::Marked,
            _ => Tier::Unmarked,
        };
        let deferral = DeferralComment {
            text: cut(&remark.text, LONGEST_TEXT),
            tier,
            carrier: Carrier::Limitation,
            because: Vec::new(),
            cue: found.as_ref().map_or(entry.heading, |found: &Found<'_>| found.cue.to_owned()),
            mechanism,
            place: None,
            symbol: None,
            function: None,
            proof: None,
            conditions: conditions(&remark.text),
            references: references(&remark.text, words),
        };
        if !push(out, &remark, Some(Fact { at: entry.at, kind: FactKind::Deferral(deferral) })) {
            return;
        }
    }
}

/// A list entry or paragraph below such a heading.
struct Entry {
    text: String,
    at: At,
    heading: String,
    section: Section,
}

/// Lines that look like headings, with their titles: a cheap look before any parse.
fn headings(text: &str, language: Language) -> impl Iterator<Item = (usize, &str)> {
    let mark = match language {
        Language::Markdown => Some('#'),
        Language::AsciiDoc => Some('='),
        _ => None,
    };
    let lines = text.lines().enumerate();
    let mut before = "";
    lines.filter_map(move |(i, line)| {
        let underlined = std::mem::replace(&mut before, line);
        let is_underline =
            line.len() >= 3 && line.bytes().all(|b| b"=-~^\"'#*+".contains(&b) && b == line.as_bytes()[0]);
        if is_underline && !underlined.trim().is_empty() && underlined.len() < LONGEST_HEADING {
            return Some((i.saturating_sub(1), underlined.trim()));
        }
        let mark = mark.filter(|mark| line.starts_with(*mark) && line.len() < LONGEST_HEADING)?;
        Some((i, line.trim_matches(mark).trim()))
    })
}

fn in_markdown(file: &SourceFile<'_>, words: &DeferralWords) -> Vec<Entry> {
    let markdown = file.markdown();
    let mut entries = Vec::new();
    for (i, _, heading) in markdown.headings() {
        let Some(section) = words.carriers().section(&heading.text) else { continue };
        // A nested heading is one entry, told by the first block below it.
        let (mut is_nested, mut is_told) = (false, false);
        for block in markdown.section(i) {
            if matches!(block.kind, BlockKind::Heading(_)) {
                (is_nested, is_told) = (true, false);
            } else if is_entry(block, section) && !(is_nested && is_told) {
                is_told = true;
                let heading = heading.text.clone();
                entries.push(Entry { text: block.text.clone(), at: block.at, heading, section });
            }
        }
    }
    entries
}

fn is_entry(block: &Block, section: Section) -> bool {
    match block.kind {
        BlockKind::Item { depth: 1, checked, .. } => checked != Some(true),
        BlockKind::Paragraph => section == Section::Limitations,
        _ => false,
    }
}

/// reStructuredText and AsciiDoc: lists and paragraphs between one heading and the next.
fn in_plain(file: &SourceFile<'_>, words: &DeferralWords) -> Vec<Entry> {
    let text: &str = &file.text;
    let lines = LineIndex::new(text);
    let heads: Vec<(usize, &str)> = headings(text, file.language).collect();
    let mut entries = Vec::new();
    for (i, (line, title)) in heads.iter().enumerate() {
        let Some(section) = words.carriers().section(title) else { continue };
        let end = heads.get(i + 1).map_or(lines.count() as usize, |(next, _)| *next);
        for (first, last, is_item) in paragraphs(text, &lines, line + 1, end) {
            let range = lines.start(first)..lines.end(last);
            let source = text.get(range.clone()).unwrap_or_default();
            let body = source.trim_start().trim_start_matches(['*', '-', '.', '+']).trim();
            if is_item || section == Section::Limitations {
                let (text, heading) = (fold(body), (*title).to_owned());
                entries.push(Entry { text, at: lines.at(range), heading, section });
            }
        }
    }
    entries
}

/// Paragraphs and list entries in 0-based lines `from..to`, as 1-based first and last lines.
fn paragraphs(text: &str, lines: &LineIndex, from: usize, to: usize) -> Vec<(u32, u32, bool)> {
    let mut found: Vec<(u32, u32, bool)> = Vec::new();
    let mut is_open = false;
    for number in (from + 1..=to).filter_map(|number| u32::try_from(number).ok()) {
        let line = text.get(lines.start(number)..lines.end(number)).unwrap_or_default();
        let trimmed = line.trim();
        let is_item = ["* ", "- ", ". ", "+ "].iter().any(|mark| line.starts_with(mark));
        let is_markup = trimmed.starts_with("..") || trimmed.bytes().all(|b| b.is_ascii_punctuation());
        if is_markup {
            is_open = false;
        } else if is_item || (!is_open && !line.starts_with(' ')) {
            found.push((number, number, is_item));
            is_open = true;
        } else if let Some(last) = found.last_mut().filter(|_| is_open) {
            last.1 = number;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::facts::deferral::tests::deferrals;
    use crate::model::fact::{Carrier, Tier};

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[(u32, &str)]) {
        let found = deferrals(path, text);
        let of_limits = found.iter().filter(|(_, d)| d.carrier == Carrier::Limitation);
        let shown: Vec<_> = of_limits.map(|(line, d)| (*line, d.text.as_str())).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn reads_entries_below_headings_that_say_so() {
        check(
            "README.md",
            "# A\n\n## Known limitations\n\nThese are known:\n\n- Does not work with replicas yet\n- Nested lists:\n  - Inner ones are not read\n\
             - ~~No retries~~\n\n## Usage\n\n- Does not matter\n",
            &[(7, "Does not work with replicas yet")],
        );
        check(
            "README.md",
            "## Limitations\n\n- No built-in monitoring\n- Events are not atomic\n",
            &[(3, "No built-in monitoring"), (4, "Events are not atomic")],
        );
        check(
            "docs/a.md",
            "## TODO\n\n- [ ] Add alerts for the queue\n- [x] Add a dashboard\n- `OPS-03`: ✅ canary and watchdog\n- Place: docs/runbooks/\n",
            &[(3, "Add alerts for the queue")],
        );
        check(
            "docs/a.md",
            "## Known limitations\n\n### Restore\n\nRestores cannot be resumed yet.\n\nMore text that is not read.\n\n### Scale\n\nStill slow above 10 nodes.\n",
            &[(5, "Restores cannot be resumed yet."), (11, "Still slow above 10 nodes.")],
        );
        check(
            "docs/a.rst",
            "Known issues\n============\n\n* No retry when\n  the queue is down\n\nUsage\n=====\n\n* Not this\n",
            &[(4, "No retry when the queue is down")],
        );
        check(
            "docs/a.adoc",
            "== Limitations of the importer\n\nImports cannot be stopped yet.\n\n== Usage\n\nNot this.\n",
            &[(3, "Imports cannot be stopped yet.")],
        );
    }

    #[test]
    fn ideas_count_where_they_name_a_mechanism() {
        check(
            "docs/a.md",
            "## Future improvements\n\n- Retries with backoff\n- A nicer logo\n",
            &[(3, "Retries with backoff")],
        );
    }

    #[test]
    fn passes_by_other_headings_and_other_documents() {
        check("README.md", "## Limitations\n\n- Plugins may not alter core models\n", &[]);
        check("README.md", "## Limitations\n\n- Tokens cannot be read by other roles\n", &[]);
        check("README.md", "## Limitations\n\n- More than one key is not supported by design\n", &[]);
        check("README.md", "## Limitations\n\n- Dates are not parsed; a workaround is a number\n", &[]);
        check("README.md", "## Caveats\n\n- Does not work on Sundays yet\n", &[]);
        check("README.md", "## Limiting requests\n\n- Not more than 5 per second\n", &[]);
        check("README.md", "## Limitation of liability\n\n- No warranty is given to anybody\n", &[]);
        check("CHANGELOG.md", "## Known issues\n\n- Does not work with replicas\n", &[]);
        check("docs/adr/0001-a.md", "## Limitations\n\n- Does not work with replicas\n", &[]);
        check("docs/v1.2/a.md", "## Limitations\n\n- Does not work with replicas\n", &[]);
        check("tests/README.md", "## Limitations\n\n- Does not work with replicas\n", &[]);
    }

    #[test]
    fn a_marker_in_an_entry_is_told() {
        let found = deferrals("README.md", "## Limitations\n\n- No retries (TODO: add backoff)\n");
        assert_eq!(
            (found[0].1.tier, found[0].1.mechanism.as_deref()),
            (Tier::Marked, Some("overload-feedback"))
        );
    }
}
