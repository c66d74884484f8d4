//! Decisions with a day each, and with links to other decisions that lead nowhere.
//!
//! A day that a record writes as `01/06/2019` is read the way the other records of its folder write
//! theirs; where they do not tell, it has no day. The day the file was first committed stands beside
//! it. A file of fields beside a record (`kep.yaml`) becomes part of it.
//!
//! - `product`: products that were given up and are still in use
//! - `relation`: replacements followed from record to record

mod product;
mod relation;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::deferral::due::overdue;
use super::{Material, by_place};
use crate::model::fact::{Condition, ConditionKind, DecisionRecord, DecisionStatus, MentionKind};
use crate::model::thing::{Decision, Incident, Overdue};
use crate::model::{FactKind, Span};
use crate::text::date::{Day, Order, find_length, named_date, order};

/// Every decision of the revision, by place.
pub(super) fn take(material: &Material<'_>) -> Vec<Decision> {
    let all: Vec<(Span, &DecisionRecord)> = material
        .of(|kind| if let FactKind::Decision(record) = kind { Some(&**record) } else { None })
        .collect();
    let (sidecars, records): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, record)| record.is_sidecar);
    let orders = orders(&records);
    let decisions = records.iter().map(|(span, record)| {
        let record = joined(span, record, &sidecars);
        let read = stated(&record, orders.get(span.path.parent()).copied().flatten());
        let recorded = material.history.files.get(&span.path).and_then(|file| file.first_change);
        let record = with_due_days(record, read.or(recorded));
        Decision {
            gone: material.history.gone.get(&span.path).cloned(),
            span: span.clone(),
            come_true: come_true(material, &record, read.or(recorded)),
            record,
            date: read.map(|day| day.to_string()),
            recorded: recorded.map(|day| day.to_string()),
            still_used: None,
            dangling: Vec::new(),
            replaces: Vec::new(),
            replaced_by: Vec::new(),
            one_sided: Vec::new(),
            circular: Vec::new(),
            same_number: Vec::new(),
            incidents: Vec::new(),
            links: Vec::new(),
        }
    });
    // A record that is gone replaces nothing, and nothing leads to it.
    let (gone, mut decisions): (Vec<_>, Vec<_>) = decisions.partition(|decision| decision.gone.is_some());
    decisions = by_place(decisions, |decision| &decision.span);
    relation::tie(material, &mut decisions);
    product::tell(material, &mut decisions);
    decisions.extend(gone);
    by_place(decisions, |decision| &decision.span)
}

/// Ties decisions to the incident reports of the days they name.
pub(super) fn tie_incidents(decisions: &mut [Decision], incidents: &[Incident]) {
    for decision in decisions {
        let named = decision.record.mentions.iter().filter(|mention| mention.kind == MentionKind::Incident);
        let days: BTreeSet<&str> = named.map(|mention| mention.what.as_str()).collect();
        let of_day = |incident: &&Incident| incident.date.as_deref().is_some_and(|day| days.contains(day));
        let paths = incidents.iter().filter(of_day).map(|incident| incident.span.path.as_str().to_owned());
        decision.incidents = paths.collect();
    }
}

/// A record with what a file of fields beside it states.
fn joined(span: &Span, record: &DecisionRecord, sidecars: &[(Span, &DecisionRecord)]) -> DecisionRecord {
    let mut record = record.clone();
    let folder = span.path.parent();
    let Some((_, beside)) = sidecars.iter().find(|(other, _)| other.path.parent() == folder) else {
        return record;
    };
    if record.status_raw.is_none() || record.status == DecisionStatus::Unknown {
        record.status = beside.status;
        record.status_raw.clone_from(&beside.status_raw);
    }
    record.number = beside.number.clone().or(record.number);
    record.date = record.date.or_else(|| beside.date.clone());
    record.supersedes.extend(beside.supersedes.iter().cloned());
    record.superseded_by.extend(beside.superseded_by.iter().cloned());
    if record.deciders.is_empty() {
        record.deciders.clone_from(&beside.deciders);
    }
    record
}

/// How each folder writes its dates; `None` where its records disagree.
fn orders<'a>(records: &'a [(Span, &DecisionRecord)]) -> BTreeMap<&'a str, Option<Order>> {
    let mut orders: BTreeMap<&str, Option<Order>> = BTreeMap::new();
    for (span, record) in records {
        let Some(own) = record.date_raw.as_deref().and_then(order) else { continue };
        let known = orders.entry(span.path.parent()).or_insert(Some(own));
        if *known != Some(own) {
            *known = None;
        }
    }
    orders
}

fn stated(record: &DecisionRecord, order: Option<Order>) -> Option<Date> {
    if let Some(date) = &record.date {
        return date.parse().ok();
    }
    match (named_date(record.date_raw.as_deref()?)?, order?) {
        (Day::Sure(day), _) | (Day::Either { day_first: day, .. }, Order::DayFirst) => Some(day),
        (Day::Either { month_first: day, .. }, Order::MonthFirst) => Some(day),
    }
}

/// Deferrals that wait for a version, a launch or the end of a file, and what they wait for has come.
fn come_true(
    material: &Material<'_>,
    record: &DecisionRecord,
    decided: Option<Date>,
) -> Vec<(usize, Overdue)> {
    // Without a day nobody can say what was true already when it was written.
    let Some(decided) = decided else { return Vec::new() };
    let all = record.deferrals.iter().enumerate();
    let found = all.filter_map(|(at, deferral)| {
        let is_day = |condition: &Condition| matches!(condition.kind, ConditionKind::Date(_));
        let waits: Vec<Condition> = deferral.conditions.iter().filter(|c| !is_day(c)).cloned().collect();
        Some((at, overdue(material, &waits, Some(decided))?))
    });
    found.collect()
}

/// "after 6 months" becomes a day when the decision has one.
fn with_due_days(mut record: DecisionRecord, decided: Option<Date>) -> DecisionRecord {
    for deferral in &mut record.deferrals {
        let relative = deferral.due.as_deref().filter(|due| {
            let lower = due.to_lowercase();
            lower.starts_with("after ") || lower.starts_with("in ")
        });
        let day = relative.and_then(find_length).and_then(|length| length.after(decided?));
        if let Some(day) = day {
            deferral.due = Some(day.to_string());
        }
    }
    record
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::relation::join;
    use crate::inventory::material::testing::with_history;
    use crate::model::thing::Decision;
    use crate::model::{FileHistory, History};

    fn decisions(files: &[(&str, &str)]) -> Vec<Decision> {
        let mut history = History::default();
        let added = FileHistory { first_change: Some(date(2020, 2, 3)), ..FileHistory::default() };
        history.files.insert("docs/adr/0009-undated.md".into(), added);
        with_history(files, &history, super::take)
    }

    fn record(head: &str, status: &str) -> String {
        format!("# Use a queue\n\n{head}\n\n## Status\n\n{status}\n\n## Context\n\nx\n\n## Decision\n\ny\n")
    }

    #[track_caller]
    fn check_date(head: &str, others: &[&str], expected: Option<&str>) {
        let own = record(head, "Accepted");
        let others: Vec<(String, String)> = others
            .iter()
            .enumerate()
            .map(|(index, head)| (format!("docs/adr/01{index:02}-x.md"), record(head, "Accepted")))
            .collect();
        let mut files = vec![("docs/adr/0001-queue.md", own.as_str())];
        files.extend(others.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        assert_eq!(decisions(&files)[0].date.as_deref(), expected, "{head}");
    }

    #[test]
    fn a_day_with_two_readings_is_read_the_way_its_folder_writes() {
        check_date("Date: 01/06/2019", &[], None);
        check_date("Date: 01/06/2019", &["Date: 28/03/2018"], Some("2019-06-01"));
        check_date("Date: 01/06/2019", &["Date: 03/28/2018"], Some("2019-01-06"));
        check_date("Date: 01/06/2019", &["Date: 28/03/2018", "Date: 03/28/2018"], None);
        check_date("Date: 01/06/2019", &["Date: 2018-03-28"], None);
    }

    #[test]
    fn an_undated_record_states_no_day_and_has_the_one_it_was_added() {
        let text = record("", "Accepted");
        let found = decisions(&[("docs/adr/0009-undated.md", &text)]);
        assert_eq!((found[0].date.as_deref(), found[0].day()), (None, Some("2020-02-03")));
    }

    #[track_caller]
    fn check_dangling(status: &str, expected: &[&str]) {
        let (own, other) = (record("Date: 2020-01-01", status), record("Date: 2020-01-02", "Accepted"));
        let found = decisions(&[("docs/adr/0001-queue.md", &own), ("docs/adr/0025-topic.md", &other)]);
        assert_eq!(found[0].dangling, expected, "{status}");
    }

    #[test]
    fn only_a_target_that_would_be_here_can_dangle() {
        check_dangling("Superseded by [25](0025-topic.md)", &[]);
        check_dangling("Superseded by [25](./0025-topic.md#x)", &[]);
        check_dangling("Superseded by [25](/decisions/0025-topic/)", &[]);
        check_dangling("Superseded by ADR 25", &[]);
        check_dangling("Superseded by [x](https://github.com/o/other/blob/main/adr/0016-x.md)", &[]);
        check_dangling("Superseded", &[]);
        check_dangling("Superseded by [16](0016-gone.md)", &["0016-gone.md"]);
        check_dangling("Superseded by ADR 16", &["ADR 16"]);
        let gone = "https://github.com/o/r/blob/main/docs/adr/0016-gone.md";
        check_dangling(&format!("Superseded by [ADR 16]({gone})"), &[gone]);
    }

    #[test]
    fn a_length_of_time_counts_from_the_decision() {
        let text = record(
            "Date: 2017-11-30",
            "Accepted\n\n## Consequences\n\nWe should review this decision after 6 months.",
        );
        let found = decisions(&[("docs/adr/0001-queue.md", &text)]);
        assert_eq!(found[0].record.deferrals[0].due.as_deref(), Some("2018-05-30"));
    }

    #[track_caller]
    fn check_come_true(sentence: &str, expected: Option<&str>) {
        let text = record("Date: 2019-11-30", &format!("Accepted\n\n## Consequences\n\n{sentence}"));
        let lock = "GEM\n  specs:\n    rails (7.1.2)\n";
        let found = decisions(&[("docs/adr/0001-queue.md", &text), ("Gemfile.lock", lock)]);
        let because = found[0].come_true.first().map(|(_, overdue)| overdue.because.as_str());
        assert_eq!(because, expected, "{sentence}");
    }

    #[test]
    fn a_condition_of_a_decision_comes_true_when_the_repository_shows_it() {
        let shown = Some("Gemfile.lock:3 declares rails 7.1.2");
        check_come_true("We will revisit this decision once we upgrade to Rails 7.0.", shown);
        check_come_true("We will revisit this decision once we upgrade to Rails 8.0.", None);
        check_come_true("We will revisit this decision once we upgrade to Django 4.2.", None);
        check_come_true("We will revisit this decision once we know more.", None);
        check_come_true("We use Rails 7.0.", None);
    }

    #[test]
    fn relative_paths_are_joined_inside_the_repository() {
        assert_eq!(join("docs/adr", "../x/a.md").as_deref(), Some("docs/x/a.md"));
        assert_eq!(join("docs", "../../a.md"), None);
    }

    #[track_caller]
    fn check_relations(statuses: [&str; 2], expected: [&[&str]; 4]) {
        let [own, other] = statuses.map(|status| record("Date: 2020-01-01", status));
        let found = decisions(&[("docs/adr/0001-queue.md", &own), ("docs/adr/0002-topic.md", &other)]);
        let first = &found[0];
        let lists = [&first.replaces, &first.replaced_by, &first.one_sided, &first.circular];
        assert_eq!(
            lists.map(|list| list.iter().map(String::as_str).collect::<Vec<_>>()),
            expected.map(<[&str]>::to_vec)
        );
    }

    #[test]
    fn replacements_lead_from_record_to_record() {
        let other: &[&str] = &["docs/adr/0002-topic.md"];
        check_relations(["Accepted", "Accepted"], [&[], &[], &[], &[]]);
        check_relations(["Superseded by [2](0002-topic.md)", "Accepted"], [&[], other, other, &[]]);
        check_relations(
            ["Superseded by ADR 2", "Accepted\n\nSupersedes [1](0001-queue.md)"],
            [&[], other, &[], &[]],
        );
        check_relations(
            ["Superseded by [2](0002-topic.md)", "Superseded by [1](./0001-queue.md)"],
            [&[], other, other, other],
        );
        check_relations(["Accepted\n\nSupersedes [2](0002-topic.md)", "Accepted"], [other, &[], other, &[]]);
        check_relations(["Accepted\n\nAmends [2](0002-topic.md)", "Accepted"], [&[], &[], &[], &[]]);
    }

    #[test]
    fn a_number_that_two_records_share_names_neither() {
        let own = record("", "Superseded by ADR 2");
        let other = record("", "Accepted");
        let found = decisions(&[
            ("docs/adr/0001-queue.md", &own),
            ("docs/adr/0002-a.md", &other),
            ("docs/adr/0002-b.md", &other),
        ]);
        assert!(found[0].replaced_by.is_empty());
        assert_eq!(found[1].same_number, ["docs/adr/0002-b.md"]);
        assert!(found[0].same_number.is_empty());
    }

    #[test]
    fn fields_beside_a_proposal_become_part_of_it() {
        let text = "# KEP-753: Sidecars\n\n## Motivation\n\nx\n\n## Proposal\n\ny\n\n## Drawbacks\n\nz\n";
        let beside = "title: Sidecars\nkep-number: 753\nstatus: implemented\ncreation-date: 2021-10-28\napprovers:\n  - \"@ann\"\n";
        let found = decisions(&[
            ("keps/sig-node/753-sidecars/README.md", text),
            ("keps/sig-node/753-sidecars/kep.yaml", beside),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].record.heading, "KEP-753: Sidecars");
        assert_eq!(found[0].record.number.as_deref(), Some("753"));
        assert_eq!(found[0].date.as_deref(), Some("2021-10-28"));
        assert_eq!(found[0].record.status, crate::model::fact::DecisionStatus::Accepted);
        assert_eq!(found[0].record.deciders, ["@ann"]);
    }
}
