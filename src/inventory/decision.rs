//! Decisions with a day each, and with links to other decisions that lead nowhere.
//!
//! A day that a record writes as `01/06/2019` is read the way the other records of its folder write
//! theirs; where they do not tell, it has no day. The day the file was first committed stands beside
//! it. A link is dangling only where its target would be a file of this repository.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Material, by_place};
use crate::model::fact::DecisionRecord;
use crate::model::thing::Decision;
use crate::model::{FactKind, RepoPath, Span};
use crate::text::date::{Day, Order, find_length, named_date, order};

/// Every decision of the revision, by place.
pub(super) fn take(material: &Material<'_>) -> Vec<Decision> {
    let records: Vec<(Span, &DecisionRecord)> = material
        .of(|kind| if let FactKind::Decision(record) = kind { Some(&**record) } else { None })
        .collect();
    let orders = orders(&records);
    let decisions = records.iter().map(|(span, record)| {
        let read = stated(record, orders.get(span.path.parent()).copied().flatten());
        let recorded = material.history.files.get(&span.path).and_then(|file| file.first_change);
        let targets = record.superseded_by.iter().chain(&record.supersedes);
        let dangling =
            targets.filter(|target| leads_nowhere(material, &records, span, target)).cloned().collect();
        Decision {
            span: span.clone(),
            record: with_due_days(record, read.or(recorded)),
            date: read.map(|day| day.to_string()),
            recorded: recorded.map(|day| day.to_string()),
            dangling,
        }
    });
    by_place(decisions.collect(), |decision| &decision.span)
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

/// "after 6 months" becomes a day when the decision has one.
fn with_due_days(record: &DecisionRecord, decided: Option<Date>) -> DecisionRecord {
    let mut record = record.clone();
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

/// Whether a target would be a file of this repository and is not.
fn leads_nowhere(
    material: &Material<'_>,
    records: &[(Span, &DecisionRecord)],
    from: &Span,
    target: &str,
) -> bool {
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
    let is_known = records.iter().any(|(span, _)| span.path.stem().to_lowercase() == stem);
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
    names_missing_number(records, folder, target)
}

/// "ADR 16" where no record of the folder has that number.
fn names_missing_number(records: &[(Span, &DecisionRecord)], folder: &str, target: &str) -> bool {
    let digits: String = target.chars().filter(char::is_ascii_digit).collect();
    let number = digits.trim_start_matches('0');
    let is_name = target.len() <= 12 && !number.is_empty();
    let mut numbers = records.iter().filter(|(span, _)| span.path.parent() == folder);
    is_name && !numbers.any(|(_, record)| record.number.as_deref() == Some(number))
}

/// A relative path against a folder; `None` above the root.
fn join(folder: &str, relative: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::join;
    use crate::facts::collect;
    use crate::inventory::Material;
    use crate::model::thing::Decision;
    use crate::model::{FileFacts, FileHistory, History, RepoPath, Settings};
    use crate::rules::RuleSet;

    fn decisions(files: &[(&str, &str)]) -> Vec<Decision> {
        let rules = RuleSet::builtin();
        let mut read: Vec<(RepoPath, FileFacts)> = files
            .iter()
            .map(|(path, text)| (RepoPath::new(path), collect(&(*path).into(), text.as_bytes(), rules)))
            .collect();
        read.sort_by(|a, b| a.0.cmp(&b.0));
        let paths: BTreeSet<RepoPath> = read.iter().map(|(path, _)| path.clone()).collect();
        let mut history = History::default();
        let added = FileHistory { first_change: Some(date(2020, 2, 3)), ..FileHistory::default() };
        history.files.insert("docs/adr/0009-undated.md".into(), added);
        let settings = Settings::on(date(2026, 6, 30));
        let material =
            Material { files: &read, paths: &paths, history: &history, rules, settings: &settings };
        super::take(&material)
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

    #[test]
    fn relative_paths_are_joined_inside_the_repository() {
        assert_eq!(join("docs/adr", "../x/a.md").as_deref(), Some("docs/x/a.md"));
        assert_eq!(join("docs", "../../a.md"), None);
    }
}
