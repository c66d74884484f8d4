//! Records of drills: restores, rollbacks, pages and game days that were really held.
//!
//! A record has a day, a kind and a result. It is a page about one drill with fields, a row of a table
//! of drills, or a list item. A plan (`next drill on …`) is no record. What a record proves is kept apart
//! from that it exists: without a result or without evidence it only mentions a drill. Whether its day
//! has passed is for the inventory, which knows today.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::fact::{Drill, DrillKind, DrillResult};
use crate::parse::markdown::{Block, BlockKind, Markdown};
use crate::text::date::find_dates;

static DRILL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(
        drills? | game[\ _-]?days? | rehears(?:ed|als?) | tabletop | wheel\ of\ misfortune
        | (?:restore|restoration|recovery|rollback|failover|dr|paging)[\ _-](?:tests?|tested|exercises?|records?)
        | chaos\ (?:exercise|day)
        )\b",
    )
    .ok()
});
static PLANNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(next|planned|plan to|upcoming|scheduled|schedule for|due|will|to be|todo|tbd|postponed|cancell?ed|skipped|template)\b")
        .ok()
});
/// A field of a record, at the start of a line: `Result: passed`, `- **Date**: …`, `| Date | … |`.
static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*(?:[-*+]\s+|\|\s*)?[*_]*(date(?: of (?:the )?(?:drill|test|exercise))?|held on|tested on|last_tested|result|outcome|status|kind|type|what|store|system|evidence|proof|recovery point|recovery time)[*_]*\s*(?::[*_]*|\|)\s*(\S.*?)\s*\|?\s*$",
    )
    .ok()
});
static MEASURED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b\d+(?:[.,]\d+)?\s*(?:s|sec|seconds?|m|min|mins|minutes?|h|hours?|rows|records|gb|mb|gib|mib|tb)\b").ok()
});

/// Every record of a page, sorted by place.
pub(super) fn records(file: &SourceFile<'_>, page: &Markdown) -> Vec<Drill> {
    let mut found = Vec::new();
    found.extend(whole(file, page));
    let is_whole = !found.is_empty();
    let mut heading = page.title().map(|(title, _)| title).unwrap_or_default();
    let mut columns: Vec<String> = Vec::new();
    for block in &page.blocks {
        match &block.kind {
            BlockKind::Heading(_) => heading.clone_from(&block.text),
            BlockKind::Row { cells, is_header: true } => {
                columns = cells.iter().map(|cell| cell.to_lowercase()).collect();
            }
            BlockKind::Row { cells, .. } => found.extend(row(block, cells, &columns, &heading)),
            BlockKind::Item { checked, .. } if !is_whole && *checked != Some(false) => {
                found.extend(item(block));
            }
            BlockKind::Paragraph if !is_whole => found.extend(item(block)),
            _ => {}
        }
    }
    found.sort_by_key(|drill| drill.at);
    found
}

fn is_drill(text: &str) -> bool {
    DRILL.as_ref().is_some_and(|drill| drill.is_match(text))
}

fn is_planned(text: &str) -> bool {
    PLANNED.as_ref().is_some_and(|planned| planned.is_match(text))
}

/// The first day of a text that can be read in one way only.
fn day(text: &str) -> Option<String> {
    find_dates(text).into_iter().find_map(|found| found.day.sure()).map(|date| date.to_string())
}

struct Field<'a> {
    name: String,
    value: &'a str,
    range: Range<usize>,
}

/// A page about one drill: its name says so, and its fields say the day and the result.
fn whole(file: &SourceFile<'_>, page: &Markdown) -> Option<Drill> {
    const FOLDERS: &[&str] = &["drills", "game-days", "gamedays", "rehearsals", "dr-tests", "restore-tests"];
    let title = page.title().map(|(title, _)| title).unwrap_or_default();
    let stem = file.path.stem();
    let named = format!("{title} {}", stem.replace(['_', '-'], " "));
    let is_about = is_drill(&named) || FOLDERS.iter().any(|folder| file.path.has_folder(folder));
    if !is_about || is_planned(&title) {
        return None;
    }
    let fields = fields(&file.text);
    let of = |names: &[&str]| fields.iter().find(|field| names.contains(&field.name.as_str()));
    let dated = fields
        .iter()
        .find(|f| f.name.starts_with("date") || f.name.ends_with("tested") || f.name.ends_with(" on"));
    let result = of(&["result", "outcome", "status"]);
    let date = match dated {
        Some(field) if !is_planned(field.value) => day(field.value),
        Some(_) => None,
        // A day in the name is a record's only beside a result: a plan is named by its day as well.
        None => result.and_then(|_| day(&title).or_else(|| day(stem))),
    }?;
    let kind = of(&["kind", "type"]).and_then(|field| kind(field.value)).or_else(|| kind(&named))?;
    let place = dated.or(result).map_or(0..0, |field| field.range.clone());
    Some(Drill {
        at: file.lines().at(place),
        date,
        kind,
        what: of(&["what", "store", "system"]).map(|field| field.value.to_owned()).unwrap_or(title),
        result: result.and_then(|field| outcome(field.value)),
        has_evidence: of(&["evidence", "proof"]).is_some_and(|field| says_something(field.value))
            || has_evidence(page),
    })
}

/// The fields of a page, outside of code.
fn fields(text: &str) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    let (mut at, mut is_code) = (0, false);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        let Some(captures) =
            FIELD.as_ref().filter(|_| !is_code).and_then(|field| field.captures(line.trim_end()))
        else {
            continue;
        };
        if let (Some(name), Some(value)) = (captures.get(1), captures.get(2)) {
            let range = start..start + line.trim_end().len();
            found.push(Field { name: name.as_str().to_lowercase(), value: value.as_str(), range });
        }
    }
    found
}

/// A link, a command that was run, a measured number, or what stands under a heading that says so.
/// Fields do not count: they are claims.
fn has_evidence(page: &Markdown) -> bool {
    let mut is_section = false;
    page.blocks.iter().any(|block| {
        if matches!(block.kind, BlockKind::Heading(_)) {
            let lower = block.text.to_lowercase();
            is_section = lower.contains("evidence") || lower.contains("proof");
            return false;
        }
        let is_field = FIELD.as_ref().is_some_and(|field| field.is_match(&block.text));
        let is_shown =
            !block.links.is_empty() || !block.codes.is_empty() || matches!(block.kind, BlockKind::Code(_));
        let is_measured = MEASURED.as_ref().is_some_and(|measured| measured.is_match(&block.text));
        !is_field && (is_shown || is_measured || (is_section && says_something(&block.text)))
    })
}

fn says_something(text: &str) -> bool {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    !lower.is_empty() && !["none", "-", "n/a", "tbd", "todo", "no", "none stated"].contains(&lower.as_str())
}

/// A row of a table of drills, with a column for the day and one for the result.
fn row(block: &Block, cells: &[String], columns: &[String], heading: &str) -> Option<Drill> {
    let cell = |words: &[&str]| {
        let index = columns.iter().position(|column| words.iter().any(|word| column.contains(word)))?;
        cells.get(index).map(String::as_str)
    };
    let said = format!("{heading} {} {}", columns.join(" "), block.text);
    let dated = cell(&["date", "when", "day", "last"]).filter(|text| !is_planned(text))?;
    if !is_drill(&said) || is_planned(heading) {
        return None;
    }
    let result = cell(&["result", "outcome", "status", "passed"])?;
    let shown = cell(&["evidence", "proof", "link", "rto", "rpo", "took", "duration", "time"]);
    Some(Drill {
        at: block.at,
        date: day(dated)?,
        kind: kind(&block.text).or_else(|| kind(&said))?,
        what: block.text.clone(),
        result: outcome(result),
        has_evidence: shown.is_some_and(says_something) || !block.links.is_empty(),
    })
}

/// A list item or paragraph that tells of one drill with its day.
fn item(block: &Block) -> Option<Drill> {
    if !is_drill(&block.text) || is_planned(&block.text) {
        return None;
    }
    let is_measured = MEASURED.as_ref().is_some_and(|measured| measured.is_match(&block.text));
    Some(Drill {
        at: block.at,
        date: day(&block.text)?,
        kind: kind(&block.text)?,
        what: block.text.clone(),
        result: block.text.split(|c: char| !c.is_alphabetic()).find_map(outcome_word),
        has_evidence: !block.links.is_empty() || is_measured,
    })
}

/// What kind of drill a text speaks of. What was done comes before how it was called.
fn kind(text: &str) -> Option<DrillKind> {
    let lower = text.to_lowercase().replace('_', "-");
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match () {
        () if says(&["rollback", "roll back", "roll-back", "rolled back"]) => Some(DrillKind::Rollback),
        () if says(&[
            "restor",
            "backup",
            "point in time",
            "disaster recovery",
            "dr test",
            "dr drill",
            "recovery test",
        ]) =>
        {
            Some(DrillKind::Restore)
        }
        () if says(&["paging", "page drill", "page-drill", "on-call", "oncall", "escalation"])
            || lower.trim() == "page" =>
        {
            Some(DrillKind::Page)
        }
        () if is_drill(text) || says(&["game-day", "gameday"]) => Some(DrillKind::GameDay),
        () => None,
    }
}

/// A result, by the first word that is one; a denial before it turns it around.
fn outcome(text: &str) -> Option<DrillResult> {
    let lower = text.to_lowercase();
    if ["❌", "✗", "not ok", "not pass", "not work", "not success", "did not", "didn't"]
        .iter()
        .any(|w| lower.contains(w))
    {
        return Some(DrillResult::Failed);
    }
    if ["✅", "✔"].iter().any(|mark| lower.contains(mark)) {
        return Some(DrillResult::Worked);
    }
    if ["not run", "not tested", "not done", "not yet"].iter().any(|w| lower.contains(w))
        || is_planned(&lower)
    {
        return None;
    }
    lower.split(|c: char| !c.is_alphabetic()).find_map(|word| match word {
        "ok" | "yes" | "green" | "pass" => Some(DrillResult::Worked),
        "no" | "red" | "fail" => Some(DrillResult::Failed),
        word => outcome_word(word),
    })
}

fn outcome_word(word: &str) -> Option<DrillResult> {
    match word.to_lowercase().as_str() {
        "passed" | "worked" | "works" | "success" | "successful" | "successfully" | "succeeded" => {
            Some(DrillResult::Worked)
        }
        "failed" | "failure" | "unsuccessful" | "aborted" => Some(DrillResult::Failed),
        "partly" | "partial" | "partially" | "mixed" => Some(DrillResult::Partly),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin()).facts;
        let pages = facts.into_iter().filter_map(|fact| match fact.kind {
            FactKind::Runbook(page) => Some(page.drills),
            _ => None,
        });
        let found: Vec<String> = pages
            .flatten()
            .map(|d| format!("{} {:?} {:?} {} :{}", d.date, d.kind, d.result, d.counts(), d.at.line))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_page_about_one_drill_is_a_record() {
        let text = "# Restore drill, 2026-09-16\n\nDate: 2026-09-16\nResult: passed\n\nIt took 31 minutes.\n";
        check("docs/drills/a.md", text, &["2026-09-16 Restore Some(Worked) true :3"]);
        let text = "# Rollback test\n\n| Date | 2026-09-16 |\n|---|---|\n| Outcome | ❌ did not come back |\n\n[run](https://ci.corp/1)\n";
        check("docs/drills/a.md", text, &["2026-09-16 Rollback Some(Failed) false :3"]);
        check(
            "docs/drills/2026-09-16-restore.md",
            "# Restore\n\nResult: worked\n",
            &["2026-09-16 Restore Some(Worked) false :3"],
        );
    }

    #[test]
    fn a_claim_without_evidence_or_result_does_not_count() {
        let fields = "# Restore drill\n\n- Date: 2026-09-16\n- Result: worked\n- Recovery time: 40 minutes\n";
        check("docs/drills/a.md", fields, &["2026-09-16 Restore Some(Worked) false :3"]);
        let shown = format!("{fields}\n## Evidence\n\n- the log of the run in the archive\n");
        check("docs/drills/a.md", &shown, &["2026-09-16 Restore Some(Worked) true :3"]);
        let none = format!("{fields}\n## Evidence\n\nNone stated.\n");
        check("docs/drills/a.md", &none, &["2026-09-16 Restore Some(Worked) false :3"]);
        check(
            "docs/drills/a.md",
            "# Restore drill\n\nDate: 2026-09-16\n\nTook 3 minutes.\n",
            &["2026-09-16 Restore None false :3"],
        );
    }

    #[test]
    fn plans_are_no_records() {
        check("docs/drills/a.md", "# Next restore drill\n\nDate: 2026-09-16\nResult: passed\n", &[]);
        check("docs/drills/a.md", "# Restore drill\n\nDate: planned for 2026-09-16\n", &[]);
        check("docs/drills/2026-09-16-restore.md", "# Restore drill\n\nWe mean to restore.\n", &[]);
        check(
            "docs/on-call.md",
            "# On call\n\n- Next game day: 2026-09-16\n- [ ] game day 2026-03-01\n- reviewed 2026-01-01\n",
            &[],
        );
    }

    #[test]
    fn tables_and_lists_of_drills_hold_records() {
        let text = "# Runbook\n\n## Restore drills\n\n| Date | Store | Result | Took |\n|---|---|---|---|\n| 2026-02-01 | orders | passed | 12 min |\n| 2026-05-01 | orders | failed | - |\n| 2026-08-01 | orders | planned | |\n";
        check(
            "docs/runbooks/restore.md",
            text,
            &[
                "2026-02-01 Restore Some(Worked) true :7",
                "2026-05-01 Restore Some(Failed) false :8",
                "2026-08-01 Restore None false :9",
            ],
        );
        check(
            "docs/on-call.md",
            "# On call\n\n- Game day on 2026-03-01: worked, 14 minutes to the page\n",
            &["2026-03-01 GameDay Some(Worked) true :3"],
        );
        check(
            "docs/runbooks/a.md",
            "# Changes\n\n| Date | Result |\n|---|---|\n| 2026-02-01 | passed |\n",
            &[],
        );
    }
}
