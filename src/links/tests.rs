//! The channels together: what is tied, and what is not.

use super::{LinkIndex, Topic};
use crate::model::fact::{Detection, IncidentReport, MechanismScore, Mention, MentionKind};
use crate::model::thing::Incident;
use crate::model::{At, Channel, Inventory, Span, Target};
use crate::rules::RuleSet;
use crate::text;

fn incident(path: &str, mechanism: &str, components: &[&str], body: &str) -> Incident {
    let report = IncidentReport {
        title: path.to_owned(),
        title_as_written: path.to_owned(),
        date: None,
        date_disagrees: Vec::new(),
        severity: None,
        duration: None,
        detected_by: Detection::Unknown,
        mechanisms: vec![MechanismScore { id: mechanism.to_owned(), score: 9.0, phrases: vec![] }],
        components: components.iter().map(|c| (*c).to_owned()).collect(),
        actions: Vec::new(),
        has_action_section: true,
        blames: Vec::new(),
        mentions: vec![Mention { kind: MentionKind::Path, what: "app/orders.py".into(), at: At::default() }],
        words: text::words(body),
    };
    let span = Span::file(&path.into());
    Incident { span, report, date: None, actions: Vec::new(), recurs_with: Vec::new(), earlier: Vec::new() }
}

fn own_links(topic: &Topic) -> Vec<(String, Vec<Channel>)> {
    let inventory = Inventory {
        incidents: vec![
            incident("a.md", "unbounded-work", &["orders"], "listing exhausted heap of checkout pods"),
            incident("b.md", "disk-full", &["logs"], "partition filled by audit journal"),
        ],
        ..Inventory::default()
    };
    LinkIndex::new(&inventory, RuleSet::builtin())
        .link(topic)
        .into_iter()
        .filter_map(|link| match link.to {
            Target::Incident { title, .. } => Some((title, link.why.iter().map(|w| w.channel).collect())),
            _ => None,
        })
        .collect()
}

#[test]
fn two_channels_make_a_link() {
    let topic = Topic {
        mechanisms: vec!["unbounded-work".into()],
        paths: vec!["app/orders.py".into()],
        ..Topic::default()
    };
    assert_eq!(own_links(&topic), [("a.md".to_owned(), vec![Channel::Mechanism, Channel::Path])]);
}

#[test]
fn one_channel_makes_none() {
    assert_eq!(own_links(&Topic { mechanisms: vec!["unbounded-work".into()], ..Topic::default() }), []);
    assert_eq!(own_links(&Topic { components: vec!["orders".into()], ..Topic::default() }), []);
}

#[test]
fn rare_words_count_as_a_channel() {
    let topic = Topic {
        mechanisms: vec!["disk-full".into()],
        text: "the audit journal is written to a partition without rotation".into(),
        ..Topic::default()
    };
    assert_eq!(own_links(&topic), [("b.md".to_owned(), vec![Channel::Mechanism, Channel::Words])]);
}

#[test]
fn a_report_is_not_tied_to_itself() {
    let topic = Topic {
        mechanisms: vec!["disk-full".into()],
        paths: vec!["b.md".into()],
        components: vec!["logs".into()],
        ..Topic::default()
    };
    assert_eq!(own_links(&topic), []);
}

#[test]
fn public_precedents_are_few_and_of_the_same_kind() {
    let inventory = Inventory::default();
    let rules = RuleSet::builtin();
    let topic = Topic { mechanisms: vec!["untested-backup".into()], ..Topic::default() };
    let links = LinkIndex::new(&inventory, rules).link(&topic);
    assert_eq!(links.len(), 3);
    for link in links {
        let Target::Outage { id, .. } = link.to else { panic!("only outages are known") };
        let outage = rules.outages.iter().find(|outage| outage.id == id).unwrap();
        assert!(outage.mechanisms.iter().any(|m| m == "untested-backup"));
    }
}
