//! Replacements followed from record to record.
//!
//! A link is dangling only where its target would be a file of this repository. Most teams write a
//! replacement into one of the two records only; that is told, not judged. A number that two records of
//! a folder share names neither.

use std::collections::BTreeSet;

use crate::inventory::Material;
use crate::model::thing::Decision;
use crate::model::{RepoPath, Span};

/// A longer name of a record is a title.
const MAX_NAME_CHARS: usize = 12;

/// Fills what each decision replaces, what replaces it, and what is wrong with that.
pub(super) fn tie(material: &Material<'_>, decisions: &mut [Decision]) {
    let ties: Vec<Ties> = decisions.iter().map(|decision| ties(material, decisions, decision)).collect();
    let circles: Vec<Vec<usize>> = (0..ties.len()).map(|start| circle(&ties, start)).collect();
    let paths: Vec<String> = decisions.iter().map(|d| d.span.path.as_str().to_owned()).collect();
    let named = |indices: &BTreeSet<usize>| -> Vec<String> {
        indices.iter().filter_map(|index| paths.get(*index)).cloned().collect()
    };
    let one_sided: Vec<Vec<String>> = ties
        .iter()
        .enumerate()
        .map(|(own, tie)| {
            let unanswered = |other: &&usize, back: fn(&Ties) -> &BTreeSet<usize>| {
                ties.get(**other).is_some_and(|tie| !back(tie).contains(&own))
            };
            let by = tie.replaced_by.iter().filter(|other| unanswered(other, |tie| &tie.replaces));
            let of = tie.replaces.iter().filter(|other| unanswered(other, |tie| &tie.replaced_by));
            named(&by.chain(of).copied().collect())
        })
        .collect();
    let same: Vec<Vec<String>> =
        decisions.iter().enumerate().map(|(own, decision)| same_number(decisions, own, decision)).collect();
    for (index, decision) in decisions.iter_mut().enumerate() {
        let Some(tie) = ties.get(index) else { continue };
        decision.dangling.clone_from(&tie.dangling);
        decision.replaces = named(&tie.replaces);
        decision.replaced_by = named(&tie.replaced_by);
        decision.one_sided = one_sided.get(index).cloned().unwrap_or_default();
        decision.same_number = same.get(index).cloned().unwrap_or_default();
        decision.circular =
            circles.get(index).map(|c| named(&c.iter().copied().collect())).unwrap_or_default();
    }
}

/// Where one record's relations lead.
#[derive(Default)]
struct Ties {
    replaces: BTreeSet<usize>,
    replaced_by: BTreeSet<usize>,
    dangling: Vec<String>,
}

fn ties(material: &Material<'_>, decisions: &[Decision], decision: &Decision) -> Ties {
    let mut found = Ties::default();
    let record = &decision.record;
    for (targets, is_by) in [(&record.superseded_by, true), (&record.supersedes, false)] {
        for target in targets {
            match resolve(decisions, &decision.span, target) {
                Some(index) if is_by => found.replaced_by.insert(index),
                Some(index) => found.replaces.insert(index),
                None => {
                    if leads_nowhere(material, decisions, &decision.span, target) {
                        found.dangling.push(target.clone());
                    }
                    false
                }
            };
        }
    }
    found
}

/// The record that a link or a name means: by file name, else by a number that only one record of the
/// folder has. Never the record itself.
fn resolve(decisions: &[Decision], from: &Span, target: &str) -> Option<usize> {
    let link = target.split(['#', '?']).next().unwrap_or_default().trim().trim_end_matches('/');
    let folder = from.path.parent();
    let others = || decisions.iter().enumerate().filter(|(_, other)| other.span.path != from.path);
    let only = |found: Vec<usize>| if let [one] = found[..] { Some(one) } else { None };
    if let Some(path) = join(folder, link)
        && let Some((index, _)) = others().find(|(_, other)| other.span.path.as_str() == path)
    {
        return Some(index);
    }
    let stem = RepoPath::new(link).stem().to_lowercase();
    let by_stem =
        others().filter(|(_, other)| !stem.is_empty() && other.span.path.stem().to_lowercase() == stem);
    let is_generic = matches!(stem.as_str(), "readme" | "index");
    if let Some(index) = only(by_stem.map(|(index, _)| index).collect()).filter(|_| !is_generic) {
        return Some(index);
    }
    let number = named_number(link).filter(|_| !link.contains('/') && !link.contains('.'))?;
    let of_number = others().filter(|(_, other)| {
        other.span.path.parent() == folder && other.record.number.as_deref() == Some(number.as_str())
    });
    only(of_number.map(|(index, _)| index).collect())
}

/// The records through which a replacement comes back to where it started; empty when it does not.
fn circle(ties: &[Ties], start: usize) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<(usize, Vec<usize>)> = vec![(start, Vec::new())];
    while let Some((at, way)) = open.pop() {
        for next in ties.get(at).map(|tie| &tie.replaced_by).into_iter().flatten() {
            if *next == start {
                return way;
            }
            if seen.insert(*next) {
                let mut way = way.clone();
                way.push(*next);
                open.push((*next, way));
            }
        }
    }
    Vec::new()
}

fn same_number(decisions: &[Decision], own: usize, decision: &Decision) -> Vec<String> {
    if decision.record.number.is_none() {
        return Vec::new();
    }
    let shares = |other: &Decision| {
        other.record.number == decision.record.number
            && other.span.path.parent() == decision.span.path.parent()
    };
    let others = decisions.iter().enumerate().filter(|(index, other)| *index != own && shares(other));
    others.map(|(_, other)| other.span.path.as_str().to_owned()).collect()
}

/// Whether a target would be a file of this repository and is not.
fn leads_nowhere(material: &Material<'_>, decisions: &[Decision], from: &Span, target: &str) -> bool {
    let target = target.split(['#', '?']).next().unwrap_or_default().trim();
    let folder = from.path.parent();
    if target.contains("://") {
        // An address of another repository cannot be judged; one that ends in this record's own
        // folder is meant to be here, whatever the repository was called then.
        let path =
            target.split_once("/blob/").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
        return path.is_some_and(|path| RepoPath::new(path).parent() == folder && !material.exists(path));
    }
    if target.is_empty() {
        return false;
    }
    let stem = RepoPath::new(target.trim_end_matches('/')).stem().to_lowercase();
    let is_known = decisions.iter().any(|other| other.span.path.stem().to_lowercase() == stem);
    let is_file = target.contains('/') || target.ends_with(".md");
    if is_known {
        return false;
    }
    if is_file {
        let is_own_folder =
            RepoPath::new(target.trim_end_matches('/')).parent().trim_start_matches("./").is_empty();
        let joined = if target.starts_with('/') { Some(target.to_owned()) } else { join(folder, target) };
        // Site addresses are made by a generator; only a plain relative file is certain.
        return !target.starts_with('/')
            && (is_own_folder || target.starts_with(".."))
            && joined.is_some_and(|path| !material.exists(&path) && !material.exists(&format!("{path}.md")));
    }
    names_missing_number(decisions, folder, target)
}

/// "ADR 16" where no record of the folder has that number.
fn names_missing_number(decisions: &[Decision], folder: &str, target: &str) -> bool {
    let Some(number) = named_number(target) else { return false };
    let mut numbers = decisions.iter().filter(|other| other.span.path.parent() == folder);
    !numbers.any(|other| other.record.number.as_deref() == Some(number.as_str()))
}

/// The number in `ADR 16`, `0016`.
fn named_number(target: &str) -> Option<String> {
    let digits: String = target.chars().filter(char::is_ascii_digit).collect();
    let number = digits.trim_start_matches('0');
    (target.chars().count() <= MAX_NAME_CHARS && !number.is_empty()).then(|| number.to_owned())
}

/// A relative path against a folder; `None` above the root.
pub(super) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
