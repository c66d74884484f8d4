//! One function per channel: what a topic and a document share, and how many points it gives.

use super::{Document, LinkIndex, Topic, TopicWords, Weights};
use crate::model::fact::MentionKind;
use crate::model::{Channel, Target, Why};
use crate::text;

/// The same failure mechanism among the document's three loudest.
pub(super) fn mechanism(topic: &Topic, document: &Document<'_>, weights: &Weights) -> Option<Why> {
    let (rank, shared) = document
        .mechanisms
        .iter()
        .take(3)
        .enumerate()
        .find(|(_, score)| topic.mechanisms.contains(&score.id))?;
    let points = weights.mechanism / (rank as u32 + 1);
    let phrases = shared.phrases.iter().take(2).map(|p| format!("“{}”", p.trim_end_matches('*')));
    let phrases: Vec<String> = phrases.collect();
    let heard = if phrases.is_empty() { String::new() } else { format!(" ({})", phrases.join(", ")) };
    Some(Why { channel: Channel::Mechanism, points, what: format!("same mechanism {}{heard}", shared.id) })
}

/// The same issue, pull request or commit.
pub(super) fn reference(topic: &Topic, document: &Document<'_>, weights: &Weights) -> Option<Why> {
    let mentioned = document
        .mentions
        .iter()
        .filter(|mention| matches!(mention.kind, MentionKind::Issue | MentionKind::Commit))
        .find(|mention| topic.references.iter().any(|own| is_same_reference(own, &mention.what)))?;
    Some(Why {
        channel: Channel::Reference,
        points: weights.reference,
        what: format!("both name {}", mentioned.what),
    })
}

/// `#12` and `name#12` may be the same; two different names are not.
fn is_same_reference(a: &str, b: &str) -> bool {
    match (a.split_once('#'), b.split_once('#')) {
        (Some((name_a, number_a)), Some((name_b, number_b))) => {
            number_a == number_b && (name_a == name_b || name_a.is_empty() || name_b.is_empty())
        }
        _ => a == b,
    }
}

/// The same file, or the same folder below the root, named by the document or standing beside it.
pub(super) fn path(topic: &Topic, document: &Document<'_>, weights: &Weights) -> Option<Why> {
    if let Some(path) = topic.paths.iter().find(|path| document.paths.contains(path.as_str())) {
        return Some(Why { channel: Channel::Path, points: weights.path, what: format!("it names {path}") });
    }
    let folders = topic.paths.iter().filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
    let shared = folders
        .filter(|own| own.contains('/'))
        .find(|own| document.folders.contains(own) || document.paths.contains(own))?;
    let what = format!("it names files in {shared}/");
    Some(Why { channel: Channel::Path, points: weights.path / 2, what })
}

/// The same service, store, table or alert, when few documents name it.
pub(super) fn component(topic: &Topic, document: &Document<'_>, index: &LinkIndex<'_>) -> Option<Why> {
    let shared = topic.components.iter().map(|name| name.to_lowercase()).find(|name| {
        let is_telling = name.chars().count() >= 3 && !index.weights.common_names.contains(name);
        let documents = index.name_documents.get(name).copied().unwrap_or(0);
        is_telling && document.names.contains(name) && !index.is_common(documents)
    })?;
    Some(Why {
        channel: Channel::Component,
        points: index.weights.component,
        what: format!("both are about {shared}"),
    })
}

/// How long ago it was; never one of the channels that agree.
pub(super) fn recency(document: &Document<'_>, index: &LinkIndex<'_>) -> Option<Why> {
    let (Target::Incident { date, .. } | Target::Decision { date, .. }) = &document.target else {
        return None;
    };
    let date: jiff::civil::Date = date.as_deref()?.parse().ok()?;
    let days = date.until(index.as_of).ok()?.get_days();
    let weights = index.weights;
    let share = 0.5_f64.powf(f64::from(days.max(0)) / weights.half_life_days.max(1.0));
    let points = (f64::from(weights.recency) * share).round() as u32;
    (points > 0).then(|| Why { channel: Channel::Recency, points, what: format!("{days} days ago") })
}

/// Rare words in common.
pub(super) fn words(own: &TopicWords, document: &Document<'_>, index: &LinkIndex<'_>) -> Option<Why> {
    let count = index.documents.len() as f64;
    let rarity = |word: &str| {
        let documents = index.word_documents.get(word).copied().unwrap_or(1);
        (!index.is_common(documents)).then(|| (1.0 + count / documents as f64).ln())
    };
    let mut shared: Vec<(f64, &str)> = own
        .words
        .iter()
        // When something was written says nothing of what it is about.
        .filter(|word| text::date::month_number(word).is_none() && !index.weights.weak.contains(*word))
        .filter(|word| document.words.binary_search_by(|(known, _)| known.cmp(word)).is_ok())
        .filter_map(|word| rarity(word).map(|weight| (weight, word.as_str())))
        .collect();
    if shared.len() < index.weights.rare_words {
        return None;
    }
    shared.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let total: f64 = shared.iter().take(5).map(|(weight, _)| weight).sum();
    // Five words that stand in one document only give all points.
    let most = 5.0 * (1.0 + count).ln();
    let points = (f64::from(index.weights.words) * (total / most).min(1.0)).round() as u32;
    let words: Vec<&str> =
        shared.iter().take(4).map(|(_, word)| text::spelled(&own.spellings, word)).collect();
    (points >= index.weights.words_least).then(|| Why {
        channel: Channel::Words,
        points,
        what: format!("rare words in common: {}", words.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::is_same_reference;

    #[test]
    fn references_agree_by_number_and_name() {
        assert!(is_same_reference("#12", "shop#12"));
        assert!(is_same_reference("shop#12", "shop#12"));
        assert!(!is_same_reference("shop#12", "other#12"));
        assert!(!is_same_reference("#12", "#13"));
        assert!(is_same_reference("0a1b2c3", "0a1b2c3"));
    }
}
