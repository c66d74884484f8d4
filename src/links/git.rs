//! What the commits of an incident touched: those its report names, and those of its days.
//!
//! A file that is touched in the days of many incidents is touched every day, and says nothing; nor
//! does a commit that touches half of the tree.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{LinkIndex, Topic};
use crate::model::fact::MentionKind;
use crate::model::thing::Incident;
use crate::model::{Channel, History, Touch, Why};

/// A fix lands within so many days: most reports describe a failure that was over by then.
pub const FIX_DAYS: i64 = 3;
/// A commit that touches more files moves or formats them.
const MANY_FILES: usize = 15;
/// As git abbreviates.
const SHORT: usize = 7;

/// What the commits of one incident touched, by path.
#[derive(Default)]
pub(super) struct Commits<'a> {
    named: BTreeMap<&'a str, &'a Touch>,
    pub(super) of_days: BTreeMap<&'a str, &'a Touch>,
    ids: BTreeSet<&'a str>,
}

impl<'a> Commits<'a> {
    pub(super) fn of(incident: &Incident, history: &'a History) -> Self {
        let mut commits = Self::default();
        let day = incident.date.as_deref().and_then(|date| date.parse::<Date>().ok());
        let last = day.map(|day| day.saturating_add(jiff::Span::new().days(FIX_DAYS)));
        let (mut numbers, mut ids) = (BTreeSet::new(), Vec::new());
        for mention in &incident.report.mentions {
            match mention.kind {
                MentionKind::Commit => ids.push(mention.what.to_lowercase()),
                MentionKind::Issue => {
                    numbers.extend(mention.what.rsplit('#').next().and_then(|n| n.parse::<u32>().ok()))
                }
                _ => {}
            }
        }
        let report = incident.span.path.as_str();
        for touch in history.touches.iter().filter(|touch| touch.paths.len() <= MANY_FILES) {
            let is_named = touch.numbers.iter().any(|number| numbers.contains(number))
                || ids.iter().any(|id| id.len() >= SHORT && touch.commit.starts_with(id.as_str()));
            let is_of_days =
                day.is_some_and(|day| day <= touch.date) && last.is_some_and(|last| touch.date <= last);
            // What writes the report names its issues too.
            if !(is_named || is_of_days) || touch.paths.iter().any(|path| path.as_str() == report) {
                continue;
            }
            commits.ids.insert(&touch.commit);
            let place = if is_named { &mut commits.named } else { &mut commits.of_days };
            for path in &touch.paths {
                let known = place.entry(path.as_str()).or_insert(touch);
                if touch.is_revert {
                    *known = touch;
                }
            }
        }
        commits
    }
}

/// Commits of the incident that touched what the topic is about, and whether that is weak evidence.
pub(super) fn channel(topic: &Topic, commits: &Commits<'_>, index: &LinkIndex<'_>) -> Option<(Why, bool)> {
    let weights = &index.weights;
    let mut said: Vec<(f64, String)> = Vec::new();
    let is_of_document = topic.paths.first().is_some_and(|path| index.is_document(path));
    let origins = topic.commits.iter().filter(|_| !is_of_document);
    let origin = origins.into_iter().find(|commit| commits.ids.contains(commit.as_str()));
    if let Some(commit) = origin {
        said.push((
            weights.git_origin,
            format!("its line came with commit {}, a commit of that incident", short(commit)),
        ));
    }
    // Reports and records are written about failures; a commit that touched one fixed nothing.
    let paths = || topic.paths.iter().filter(|path| !index.is_document(path));
    let named = paths().find_map(|path| Some((path, commits.named.get(path.as_str())?)));
    if let Some((path, touch)) = named {
        let verb = if touch.is_revert { "reverted" } else { "touched" };
        said.push((
            weights.git_named,
            format!("commit {}, which the report names, {verb} {path}", short(&touch.commit)),
        ));
    }
    let is_telling = |path: &str| {
        let days = index.touched_documents.get(path).copied().unwrap_or(0);
        !index.is_common(days)
    };
    let of_days = paths()
        .filter(|path| is_telling(path))
        .find_map(|path| Some((path, commits.of_days.get(path.as_str())?)));
    if let Some((path, touch)) = of_days {
        let verb = if touch.is_revert { "reverted" } else { "touched" };
        said.push((
            weights.git_days,
            format!("commit {} of {} {verb} {path}", short(&touch.commit), touch.date),
        ));
    }
    said.sort_by(|a, b| b.0.total_cmp(&a.0));
    let strongest = said.first()?.1.clone();
    let missing: f64 = said.iter().map(|(share, _)| 1.0 - share).product();
    let points = (f64::from(weights.git) * (1.0 - missing)).round() as u32;
    let is_weak = origin.is_none() && named.is_none();
    Some((Why { channel: Channel::Git, points, what: strongest }, is_weak))
}

fn short(commit: &str) -> &str {
    commit.get(..SHORT).unwrap_or(commit)
}
