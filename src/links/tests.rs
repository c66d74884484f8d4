//! The channels together: what is tied, and what is not.

use jiff::civil::{Date, date};

use super::{LinkIndex, Topic};
use crate::model::fact::{Detection, IncidentReport, MechanismScore, Mention, MentionKind};
use crate::model::thing::Incident;
use crate::model::{At, Channel, History, Inventory, Span, Target, Touch};
use crate::rules::RuleSet;
use crate::text;

fn incident(path: &str, mechanism: &str, components: &[&str], body: &str) -> Incident {
    let report = IncidentReport {
        impact: None,
        trigger: None,
        cause: None,
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
        spellings: text::spellings(body),
    };
    let span = Span::file(&path.into());
    Incident {
        gone: None,
        span,
        report,
        date: Some("2020-03-02".to_owned()),
        actions: Vec::new(),
        recurs_with: Vec::new(),
        earlier: Vec::new(),
    }
}

const TODAY: Date = Date::constant(2026, 6, 30);

fn own_links(topic: &Topic) -> Vec<(String, Vec<Channel>)> {
    own_links_with(topic, &History::default())
}

fn own_links_with(topic: &Topic, history: &History) -> Vec<(String, Vec<Channel>)> {
    let inventory = Inventory {
        incidents: vec![
            incident("a.md", "unbounded-work", &["orders"], "listing exhausted heap of checkout pods"),
            incident("b.md", "disk-full", &["logs"], "partition filled by audit journal"),
        ],
        ..Inventory::default()
    };
    LinkIndex::new(&inventory, RuleSet::builtin(), history, TODAY)
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
    assert_eq!(
        own_links(&topic),
        [("a.md".to_owned(), vec![Channel::Mechanism, Channel::Path, Channel::Recency])]
    );
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
    assert_eq!(
        own_links(&topic),
        [("b.md".to_owned(), vec![Channel::Mechanism, Channel::Words, Channel::Recency])]
    );
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
    let links = LinkIndex::new(&inventory, rules, &History::default(), TODAY).link(&topic);
    assert_eq!(links.len(), 3);
    for link in links {
        let Target::Outage { id, .. } = link.to else { panic!("only outages are known") };
        let outage = rules.outages.iter().find(|outage| outage.id == id).unwrap();
        assert!(outage.mechanisms.iter().any(|m| m == "untested-backup"));
    }
}

fn touched(day: Date, number: u32, paths: &[&str]) -> History {
    let touch = Touch {
        commit: "0a1b2c3d".repeat(5),
        date: day,
        numbers: vec![number],
        is_revert: false,
        paths: paths.iter().map(|path| (*path).into()).collect(),
    };
    History { touches: vec![touch], ..History::default() }
}

#[track_caller]
fn check_git(topic: &Topic, history: &History, is_tied: bool) {
    let tied = own_links_with(topic, history);
    let by_git = tied.iter().filter(|(_, channels)| channels.contains(&Channel::Git)).count();
    assert_eq!(by_git > 0, is_tied, "{tied:?}");
}

#[test]
fn a_commit_of_those_days_ties_only_with_more_than_words() {
    let of_disk = Topic {
        mechanisms: vec!["disk-full".into()],
        paths: vec!["deploy/journal.yaml".into()],
        ..Topic::default()
    };
    let journal = ["deploy/journal.yaml"];
    check_git(&of_disk, &touched(date(2020, 3, 4), 1, &journal), true);
    check_git(&of_disk, &touched(date(2020, 3, 9), 1, &journal), false);
    check_git(&of_disk, &touched(date(2020, 3, 1), 1, &journal), false);
    check_git(&of_disk, &touched(date(2020, 3, 4), 1, &["deploy/other.yaml"]), false);
    let words = "the audit journal is written to a partition without rotation".to_owned();
    let of_words = Topic { mechanisms: Vec::new(), text: words, ..of_disk.clone() };
    check_git(&of_words, &touched(date(2020, 3, 4), 1, &journal), false);
    let many: Vec<String> =
        (0..40).map(|n| format!("deploy/{n}.yaml")).chain(["deploy/journal.yaml".into()]).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    check_git(&of_disk, &touched(date(2020, 3, 4), 1, &many), false);
}

#[test]
fn a_line_that_came_with_a_commit_of_the_incident_is_tied() {
    let topic = Topic {
        mechanisms: vec!["disk-full".into()],
        paths: vec!["deploy/new-name.yaml".into()],
        commits: vec!["0a1b2c3d".repeat(5)],
        ..Topic::default()
    };
    check_git(&topic, &touched(date(2020, 3, 4), 1, &["deploy/journal.yaml"]), true);
    let other = Topic { commits: vec!["ffffffff".repeat(5)], ..topic };
    check_git(&other, &touched(date(2020, 3, 4), 1, &["deploy/journal.yaml"]), false);
}
