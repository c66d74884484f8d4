//! What a decision replaces, and what replaces it: link targets or names as written.

use std::sync::LazyLock;

use regex::Regex;

use super::Document;
use super::status::Stated;
use crate::facts::record::{Origin, label, sentences};
use crate::model::fact::DecisionStatus;
use crate::parse::markdown::{Block, BlockKind};

/// Both directions.
#[derive(Default)]
pub(super) struct Relations {
    /// What it replaces.
    pub supersedes: Vec<String>,
    /// What replaces it.
    pub superseded_by: Vec<String>,
    /// What it changes.
    pub amends: Vec<String>,
    /// What changes it.
    pub amended_by: Vec<String>,
}

static BY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:super[sc]e{1,2}ded|replaced|obsoleted)\s+(?:by|with)\b|\bsuper[sc]e{1,2}ded\s*$")
        .ok()
});
static SUPERSEDES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:this (?:adr |decision |record )?)?(?:super[sc]e{1,2}des?|replaces|obsoletes)\b")
        .ok()
});
static AMENDED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\W*(?:amended|clarified|extended|updated)\s+by\b").ok());
static AMENDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\W*(?:this (?:adr |decision |record )?)?(?:amends|clarifies)\b").ok());
/// A name of another record: `ADR 16`, `ADR-0015`, `[0019]`.
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:adr|pdr|rfc)[\s#-]*0*\d{1,5}\b|\b0\d{2,4}\b").ok());

/// Reads status lines, fields, sections and sentences that state a replacement.
pub(super) fn read(document: &Document<'_>, status: &Stated) -> Relations {
    let mut found = Relations::default();
    let names = &document.words.field;
    for field in &document.fields {
        let list = if names.superseded_by.is_in(&field.name) {
            &mut found.superseded_by
        } else if names.supersedes.is_in(&field.name) {
            &mut found.supersedes
        } else if names.amended_by.is_in(&field.name) {
            &mut found.amended_by
        } else if names.amends.is_in(&field.name) {
            &mut found.amends
        } else {
            continue;
        };
        match (field.origin, document.markdown.blocks.get(field.block)) {
            (Origin::FrontMatter, _) => list.extend(listed(&field.value)),
            (Origin::Body, Some(block)) => list.extend(targets(block, &field.value, 0)),
            (Origin::Body, None) => {}
        }
    }
    for (index, block) in document.markdown.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Code(_) | BlockKind::Html) {
            continue;
        }
        let is_status = status.block == Some(index);
        let in_section =
            document.outline.path(index).any(|name| document.words.section.superseded.is_in(&label(&name)));
        sentence_relations(block, is_status || in_section, status.status, &mut found);
    }
    let Relations { supersedes, superseded_by, amends, amended_by } = &mut found;
    for list in [supersedes, superseded_by, amends, amended_by] {
        let mut seen = std::collections::BTreeSet::new();
        list.retain(|target| seen.insert(target.clone()));
    }
    found
}

fn sentence_relations(block: &Block, is_statement: bool, status: DecisionStatus, found: &mut Relations) {
    let (Some(by), Some(supersedes)) = (BY.as_ref(), SUPERSEDES.as_ref()) else { return };
    for sentence in sentences(&block.text) {
        let finds = |pattern: &LazyLock<Option<Regex>>| {
            pattern.as_ref().and_then(|p| p.find(sentence)).map(|at| at.end())
        };
        if let Some(end) = finds(&AMENDED) {
            found.amended_by.extend(targets(block, sentence, end));
        } else if let Some(end) = finds(&AMENDS) {
            found.amends.extend(targets(block, sentence, end));
        } else if let Some(at) = by.find(sentence) {
            // In running text the passive may speak of any thing; only a link makes it this record's.
            let is_own = is_statement || sentence.to_lowercase().starts_with("this") || at.start() < 4;
            if is_own {
                found.superseded_by.extend(targets(block, sentence, at.end()));
            }
        } else if let Some(at) = supersedes.find(sentence) {
            let is_own = is_statement || at.start() == 0 || at.as_str().to_lowercase().starts_with("this");
            if is_own {
                found.supersedes.extend(targets(block, sentence, at.end()));
            }
        } else if is_statement
            && matches!(
                status,
                DecisionStatus::Superseded | DecisionStatus::Rejected | DecisionStatus::Deprecated
            )
        {
            found.superseded_by.extend(targets(block, sentence, 0));
        }
    }
}

/// Links of a sentence after a place, else names of records there.
fn targets(block: &Block, sentence: &str, from: usize) -> Vec<String> {
    let rest = sentence.get(from..).unwrap_or_default();
    let linked: Vec<String> = block
        .links
        .iter()
        .filter(|link| !link.text.is_empty() && rest.contains(link.text.as_str()))
        .filter(|link| link.url.contains(".md") || link.url.contains("adr") || !link.url.contains("://"))
        .map(|link| link.url.clone())
        .collect();
    if !linked.is_empty() {
        return linked;
    }
    let named = NAME.as_ref().map(|r| r.find_iter(rest).map(|m| m.as_str().to_owned()).collect());
    named.unwrap_or_default()
}

fn listed(value: &str) -> Vec<String> {
    let parts = value.split(',').map(|part| part.trim().trim_matches(['[', ']', '"', '\'']));
    parts.filter(|part| part.chars().any(char::is_alphanumeric)).map(str::to_owned).collect()
}
