//! Fields of a proposal in a file beside it: `kep.yaml`.
//!
//! The file holds what front matter would: the text beside it says nothing of its state. The inventory
//! joins the two.

use super::status;
use super::vocabulary::Vocabulary;
use crate::facts::SourceFile;
use crate::model::RepoPath;
use crate::model::fact::{DecisionRecord, DecisionStatus};
use crate::model::tree::{Node, Value};
use crate::text::date::{Day, named_date};

/// More names than this is a list of a community, not of deciders.
const MAX_NAMES: usize = 12;
/// A longer part is a sentence, not a name.
const MAX_NAME_CHARS: usize = 60;

/// Whether a file holds the fields of the proposal beside it.
pub(super) fn is_one(path: &RepoPath) -> bool {
    matches!(path.file_name(), "kep.yaml" | "kep.yml" | "rfd.yaml")
}

/// What the fields state.
pub(super) fn read(file: &SourceFile<'_>, words: &Vocabulary) -> Option<DecisionRecord> {
    let body = file.yaml().first()?;
    let title = body.text_at("title")?.trim().to_owned();
    let raw = body.text_at("status").or_else(|| body.text_at("state")).map(str::to_owned);
    let names = |key: &str| -> Vec<String> {
        match body.get(key).map(|node| &node.value) {
            Some(Value::List(items)) => items.iter().filter_map(Node::text).map(str::to_owned).collect(),
            Some(Value::Scalar { text, .. }) if !text.is_empty() => listed(text),
            _ => Vec::new(),
        }
    };
    let status = raw.as_deref().map_or(DecisionStatus::Unknown, |raw| status::word(&words.status, raw));
    let day = ["creation-date", "date"].iter().find_map(|key| named_date(body.text_at(key)?));
    Some(DecisionRecord {
        heading: title.clone(),
        title,
        number: body.text_at("kep-number").map(|number| number.trim_start_matches('0').to_owned()),
        status,
        status_raw: raw,
        date: day.and_then(Day::sure).map(|day| day.to_string()),
        supersedes: names("replaces"),
        superseded_by: names("superseded-by"),
        deciders: names("approvers"),
        is_sidecar: true,
        ..DecisionRecord::default()
    })
}

/// The names of a list in one line.
pub(super) fn listed(value: &str) -> Vec<String> {
    let parts = value.split([',', ';', '/']).map(|part| {
        let part = part.split('<').next().unwrap_or_default();
        part.trim().trim_matches(['[', ']', '"', '\'', '@']).trim().to_owned()
    });
    let is_name = |part: &String| {
        part.chars().any(char::is_alphabetic)
            && part.chars().count() <= MAX_NAME_CHARS
            && !part.starts_with(['{', '<'])
    };
    parts.filter(is_name).take(MAX_NAMES).collect()
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn names_are_listed_without_addresses() {
        assert_eq!(listed("Ann Lee <a@b.org>, @bob; team ops"), ["Ann Lee", "bob", "team ops"]);
        assert!(listed("{list everyone involved}, 12").is_empty());
    }
}
