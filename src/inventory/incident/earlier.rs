//! Which earlier report is most like a later one, by points that can be shown.
//!
//! Text, mechanisms, exact names and time add up; the weights stand in `rules/catalog/links.toml`. It
//! orders and does not judge: what counts as a repeat is for `repeat`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::model::fact::{Mention, MentionKind};
use crate::model::thing::{Earlier, Incident};
use crate::model::{Channel, Why};
use crate::rules::RuleSet;
use crate::text::{Corpus, spelled};

/// Reports that one report is compared with, newest first: hundreds are the work of a decade.
const MOST_COMPARED: usize = 400;
/// Words and names that are shown.
const SHOWN: usize = 4;
/// Longer digits are ids that someone pasted.
const MAX_DIGITS: usize = 3;

/// The tables of the catalogue that compare reports with each other.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Catalog {
    #[serde(deserialize_with = "crate::rules::stems")]
    pub(super) weak: BTreeSet<String>,
    pub(super) earlier: Weights,
    pub(super) repeat: super::repeat::Thresholds,
}

/// Points and measures, as the catalogue explains them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    text: f64,
    mechanism: f64,
    entities: f64,
    recency: f64,
    amplifier: f64,
    issue: f64,
    path: f64,
    name: f64,
    entities_full: f64,
    half_life_days: f64,
    alike: f64,
    pub(super) most: usize,
}

/// The built-in tables; a test reads them, so that the fallback is never met.
pub(super) fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> =
        LazyLock::new(|| toml::from_str(crate::rules::catalog("links")).unwrap_or_default());
    &CATALOG
}

/// An exact name: what kind of thing, and which.
type Entity<'a> = (MentionKind, &'a str);

/// Words with their counts, and names, of a decision.
pub(super) type Named<'a> = (&'a [(String, u32)], &'a [Mention]);

/// What of a report is compared.
struct Sketch<'a> {
    day: Option<String>,
    mechanisms: BTreeMap<&'a str, f64>,
    entities: BTreeSet<(MentionKind, String)>,
}

/// How alike two reports are, by channel.
pub(super) struct Likeness<'a> {
    /// Index of the earlier report.
    pub(super) index: usize,
    /// Angle of the texts, 0 to 1.
    pub(super) text: f64,
    /// Angle of the mechanisms, 0 to 1.
    pub(super) mechanism: f64,
    /// The words that make the texts alike, heaviest first.
    pub(super) terms: Vec<&'a str>,
    names: Vec<String>,
    /// Points of text, mechanism, entities and recency.
    points: [f64; 4],
}

/// All reports, ready to be compared.
pub(super) struct Comparison<'a> {
    sketches: Vec<Sketch<'a>>,
    /// Reports first, then decisions.
    pub(super) corpus: Corpus<'a>,
    holding: BTreeMap<(MentionKind, String), usize>,
    documents: usize,
}

impl<'a> Comparison<'a> {
    /// Of these reports, with words that are as rare as reports and decisions make them.
    pub(super) fn new(incidents: &'a [Incident], decisions: &[Named<'a>], rules: &RuleSet) -> Self {
        let words = incidents.iter().map(|incident| incident.report.words.as_slice());
        let corpus = Corpus::new(words.chain(decisions.iter().map(|(words, _)| *words)));
        let sketches: Vec<Sketch<'a>> = incidents.iter().map(|incident| sketch(incident, rules)).collect();
        let mut holding: BTreeMap<(MentionKind, String), usize> = BTreeMap::new();
        let theirs = decisions.iter().map(|(_, mentions)| entities(mentions, &[]));
        for entity in sketches.iter().flat_map(|sketch| sketch.entities.clone()).chain(theirs.flatten()) {
            *holding.entry(entity).or_default() += 1;
        }
        Self { sketches, corpus, holding, documents: incidents.len() + decisions.len() }
    }

    /// Every strictly earlier report, the most alike first.
    pub(super) fn rank(&self, index: usize) -> Vec<Likeness<'a>> {
        let Some(day) = self.day(index) else { return Vec::new() };
        let mut before: Vec<(&str, usize)> = (0..self.sketches.len())
            .filter_map(|other| Some((self.day(other)?, other)))
            .filter(|(other, _)| *other < day)
            .collect();
        before.sort_by(|a, b| b.cmp(a));
        before.truncate(MOST_COMPARED);
        let weights = &catalog().earlier;
        let texts: Vec<f64> = before.iter().map(|(_, other)| self.corpus.likeness(index, *other)).collect();
        let most_alike = texts.iter().copied().fold(weights.alike, f64::max);
        let compared = before.iter().zip(texts);
        let mut ranked: Vec<Likeness<'a>> =
            compared.map(|((_, other), text)| self.compare(index, *other, text, text / most_alike)).collect();
        // Stable: among equals the newer stays first.
        ranked.sort_by(|a, b| b.sum().total_cmp(&a.sum()));
        ranked
    }

    fn day(&self, index: usize) -> Option<&str> {
        self.sketches.get(index)?.day.as_deref()
    }

    fn compare(&self, index: usize, other: usize, text: f64, share: f64) -> Likeness<'a> {
        let weights = &catalog().earlier;
        let (Some(own), Some(theirs)) = (self.sketches.get(index), self.sketches.get(other)) else {
            return Likeness {
                index: other,
                text,
                mechanism: 0.0,
                terms: Vec::new(),
                names: Vec::new(),
                points: [0.0; 4],
            };
        };
        let mechanism: f64 =
            own.mechanisms.iter().filter_map(|(id, weight)| Some(weight * theirs.mechanisms.get(id)?)).sum();
        let mut names: Vec<(f64, &str)> = own
            .entities
            .intersection(&theirs.entities)
            .filter_map(|entity| Some((self.telling((entity.0, &entity.1))?, entity.1.as_str())))
            .collect();
        names.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let entities = names.iter().map(|(weight, _)| weight).sum::<f64>() / weights.entities_full;
        let age = age_days(own.day.as_deref(), theirs.day.as_deref());
        Likeness {
            index: other,
            text,
            mechanism,
            terms: self.corpus.terms(index, other),
            names: names.into_iter().take(SHOWN).map(|(_, name)| name.to_owned()).collect(),
            points: [
                weights.text * share,
                weights.mechanism * mechanism,
                weights.entities * entities.min(1.0),
                weights.recency * 0.5_f64.powf(age / weights.half_life_days.max(1.0)),
            ],
        }
    }

    /// What a shared name is worth; nothing when many documents hold it.
    fn telling(&self, entity: Entity<'_>) -> Option<f64> {
        let weights = &catalog().earlier;
        let holding = *self.holding.get(&(entity.0, entity.1.to_owned()))?;
        // Among a handful of reports every share is large; two are still few there.
        if holding > 2 && holding * 10 > self.documents * 3 {
            return None;
        }
        let kind = match entity.0 {
            MentionKind::Issue | MentionKind::Commit => weights.issue,
            MentionKind::Path => weights.path,
            MentionKind::Name => weights.name,
            // Only operational pages name these.
            MentionKind::Incident | MentionKind::Target | MentionKind::Workload | MentionKind::Address => {
                return None;
            }
        };
        Some(kind * ((self.documents as f64 + 1.0) / holding.max(1) as f64).ln())
    }
}

impl Likeness<'_> {
    fn sum(&self) -> f64 {
        self.points.iter().sum()
    }

    /// With its reasons; those without a point are left out.
    pub(super) fn earlier(&self, incidents: &[Incident], own: usize) -> Earlier {
        let spellings = incidents.get(own).map_or(&[][..], |incident| incident.report.spellings.as_slice());
        let terms = self.terms.iter().copied().filter(|term| is_shown(term)).take(SHOWN);
        let terms: Vec<&str> = terms.map(|term| spelled(spellings, term)).collect();
        let mechanisms = shared_mechanisms(incidents.get(own), incidents.get(self.index));
        let said = [
            (Channel::Words, format!("words in common: {}", terms.join(", "))),
            (Channel::Mechanism, format!("same mechanism {}", mechanisms.join(", "))),
            (Channel::Component, format!("both name {}", self.names.join(", "))),
            (Channel::Recency, "how long ago it was".to_owned()),
        ];
        let mut why: Vec<Why> = said
            .into_iter()
            .zip(self.points)
            .map(|((channel, what), points)| Why { channel, points: points.round() as u32, what })
            .filter(|why| why.points > 0)
            .collect();
        why.sort_by(|a, b| b.points.cmp(&a.points).then(a.channel.cmp(&b.channel)));
        Earlier { index: self.index, why }
    }
}

fn shared_mechanisms(own: Option<&Incident>, earlier: Option<&Incident>) -> Vec<String> {
    let of = |incident: Option<&Incident>| -> Vec<String> {
        incident.iter().flat_map(|i| &i.report.mechanisms).map(|score| score.id.clone()).collect()
    };
    let theirs = of(earlier);
    of(own).into_iter().filter(|id| theirs.contains(id)).take(2).collect()
}

/// A pasted id explains nothing to a reader, nor does a word of any account.
pub(super) fn is_shown(term: &str) -> bool {
    !catalog().weak.contains(term) && term.chars().filter(char::is_ascii_digit).count() <= MAX_DIGITS
}

fn sketch<'a>(incident: &'a Incident, rules: &RuleSet) -> Sketch<'a> {
    let is_net = |id: &str| rules.mechanisms.is_amplifier(id);
    let mut mechanisms: BTreeMap<&str, f64> = BTreeMap::new();
    for score in &incident.report.mechanisms {
        let share = if is_net(&score.id) { catalog().earlier.amplifier } else { 1.0 };
        mechanisms.insert(&score.id, score.score * share);
    }
    let length = mechanisms.values().map(|score| score * score).sum::<f64>().sqrt();
    if length > 0.0 {
        mechanisms.values_mut().for_each(|score| *score /= length);
    }
    let report = &incident.report;
    Sketch { day: day(incident), mechanisms, entities: entities(&report.mentions, &report.components) }
}

fn entities(mentions: &[Mention], components: &[String]) -> BTreeSet<(MentionKind, String)> {
    let mentioned = mentions.iter().filter(|mention| mention.kind != MentionKind::Incident);
    let mentioned = mentioned.map(|mention| (mention.kind, mention.what.to_lowercase()));
    mentioned.chain(components.iter().map(|name| (MentionKind::Name, name.to_lowercase()))).collect()
}

/// The day of a report, or the month that its file name begins with (`2022-07`): that sorts before
/// every day of the month, and so is never called later than one of them.
fn day(incident: &Incident) -> Option<String> {
    incident.date.clone().or_else(|| {
        let month = incident.span.path.stem().get(..7)?;
        format!("{month}-01").parse::<Date>().is_ok().then(|| month.to_owned())
    })
}

fn age_days(later: Option<&str>, earlier: Option<&str>) -> f64 {
    let date = |day: Option<&str>| -> Option<Date> {
        let day = day?;
        if day.len() == 7 { format!("{day}-01").parse().ok() } else { day.parse().ok() }
    };
    let (Some(later), Some(earlier)) = (date(later), date(earlier)) else { return f64::MAX };
    earlier.until(later).map_or(f64::MAX, |span| f64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_is_well_formed() {
        let read: Result<super::Catalog, _> = toml::from_str(crate::rules::catalog("links"));
        let weights = read.unwrap().earlier;
        assert_eq!(weights.text + weights.mechanism + weights.entities + weights.recency, 100.0);
    }
}
