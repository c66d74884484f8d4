//! Promises held against the tree and each other, and what counts as a repeat.

use jiff::civil::{Date, date};

use crate::inventory::material::testing::with_history;
use crate::inventory::take;
use crate::model::thing::{ActionVerdict, Incident, Kept};
use crate::model::{Change, Closing, FileHistory, History, Made, RepoPath, Revert, Span};

fn incidents(files: &[(&str, &str)]) -> Vec<Incident> {
    incidents_with(files, &History::default())
}

fn incidents_with(files: &[(&str, &str)], history: &History) -> Vec<Incident> {
    with_history(files, history, |material| take(material).incidents)
}

fn report(actions: &str) -> String {
    format!("# Queue down\n\n## Summary\n\nThe queue was full.\n\n## Action items\n\n{actions}\n")
}

#[track_caller]
fn check_verdict(actions: &str, others: &[(&str, &str)], expected: &ActionVerdict) {
    let own = report(actions);
    let mut files = vec![("docs/incidents/2024-03-02.md", own.as_str())];
    files.extend(others);
    let found = incidents(&files);
    let own = found.iter().find(|i| i.span.path.as_str() == "docs/incidents/2024-03-02.md");
    assert_eq!(own.map(|i| &i.actions[0].verdict), Some(expected), "{actions}");
}

#[test]
fn only_what_a_promise_makes_shows_that_it_is_kept() {
    let page =
        "# Queue recovery\n\nRunbook.\n\n## Steps\n\n1. Run `queue drain` and look at the depth of it.\n";
    let kept = |path: &str| {
        ActionVerdict::Satisfied(Kept { at: crate::model::Span::file(&RepoPath::new(path)), by: None })
    };
    let others = [("docs/runbooks/queue.md", page)];
    check_verdict("- Create `docs/runbooks/queue.md`", &others, &kept("docs/runbooks/queue.md"));
    check_verdict("- [x] Add the new `docs/runbooks/queue.md`", &others, &kept("docs/runbooks/queue.md"));
    check_verdict("- Update `docs/runbooks/queue.md`", &others, &ActionVerdict::NotVerifiable);
    check_verdict("- Add a chapter to `docs/runbooks/queue.md`", &others, &ActionVerdict::NotVerifiable);
    check_verdict("- Create `docs/runbooks/stack.md`", &others, &ActionVerdict::NotVerifiable);
    check_verdict("- Create a runbook for the queue", &others, &ActionVerdict::NotVerifiable);
}

const DATABASE: &str = "resource \"aws_db_instance\" \"main\" {\n  engine = \"postgres\"\n}\n";
const ALARM: &str =
    "resource \"aws_cloudwatch_metric_alarm\" \"database_disk\" {\n  namespace = \"AWS/RDS\"\n}\n";
const DONE: &str = "- Set up CloudWatch alarms for database resources. (DONE)";

#[test]
fn a_done_promise_is_doubted_only_where_its_trace_must_be_in_the_tree() {
    let none = ActionVerdict::NotVerifiable;
    check_verdict("- Mail everybody (DONE)", &[("main.tf", DATABASE)], &none);
    check_verdict(DONE, &[], &none);
    check_verdict(
        DONE,
        &[("main.tf", "module \"alarms\" {\n  source = \"./x\"\n}\nresource \"aws_db_instance\" \"a\" {}\n")],
        &none,
    );
    check_verdict("- Set up CloudWatch alarms for database resources.", &[("main.tf", DATABASE)], &none);
    let missing = ActionVerdict::NoEvidence(
        "no aws_cloudwatch_metric_alarm is declared outside of retired folders".to_owned(),
    );
    check_verdict(DONE, &[("main.tf", DATABASE)], &missing);
    check_verdict(DONE, &[("main.tf", DATABASE), ("terraform/deprecated/alarm.tf", ALARM)], &missing);
}

#[test]
fn a_done_promise_with_its_trace_is_satisfied_there() {
    let own = report(DONE);
    let files = [("docs/incidents/2024-03-02.md", own.as_str()), ("alarm.tf", ALARM)];
    let found = incidents(&files);
    let ActionVerdict::Satisfied(Kept { at: span, .. }) = &found[0].actions[0].verdict else {
        panic!("{:?}", found[0].actions)
    };
    assert_eq!((span.path.as_str(), span.at.line), ("alarm.tf", 1));
}

fn change(id: char, date: Date) -> Change {
    Change { commit: id.to_string().repeat(40), date }
}

fn verdict_with(action: &str, history: &History) -> ActionVerdict {
    let own = report(action);
    let files = [("docs/incidents/2024-03-02.md", own.as_str()), ("queue.yaml", "size: 3\n")];
    incidents_with(&files, history)[0].actions[0].verdict.clone()
}

#[test]
fn a_commit_that_closes_the_ticket_keeps_the_promise() {
    let closing = |date: Date| Closing {
        ticket: "shop#6".to_owned(),
        by: change('a', date),
        paths: vec!["gone.yaml".into(), "queue.yaml".into()],
    };
    let mut history = History { closings: vec![closing(date(2024, 3, 9))], ..History::default() };
    let ask = "- Raise the limit ([issue](https://h.org/o/shop/issues/6))";
    let kept = Kept { at: Span::file(&"queue.yaml".into()), by: Some(change('a', date(2024, 3, 9))) };
    assert_eq!(verdict_with(ask, &history), ActionVerdict::Satisfied(kept.clone()));
    let open = ask.replace("- ", "- [ ] ");
    assert!(
        matches!(verdict_with(&open, &history), ActionVerdict::StillOpen(_)),
        "nobody knows when the report was last looked at"
    );
    let looked_at = FileHistory { last_change: Some(date(2024, 3, 4)), ..FileHistory::default() };
    history.files.insert("docs/incidents/2024-03-02.md".into(), looked_at);
    assert_eq!(verdict_with(&open, &history), ActionVerdict::Satisfied(kept));
    let blocked = "- Notify us, blocked by [this](https://h.org/o/shop/issues/6)";
    assert_eq!(verdict_with(blocked, &history), ActionVerdict::NotVerifiable);
    history.closings = vec![closing(date(2024, 3, 1))];
    assert_eq!(verdict_with(ask, &history), ActionVerdict::NotVerifiable, "it was closed before");
}

#[test]
fn a_kept_promise_that_was_taken_back_has_regressed() {
    let by = change('a', date(2024, 3, 9));
    let closing = Closing { ticket: "shop#6".to_owned(), by: by.clone(), paths: vec!["queue.yaml".into()] };
    let revert = |id: char, of: char, day: i8| Revert {
        commit: id.to_string().repeat(40),
        of: Some(of.to_string().repeat(40)),
        date: date(2024, 4, day),
        seconds_to_revert: None,
        subject: "Revert".to_owned(),
        paths: Vec::new(),
        keys: Vec::new(),
    };
    let mut history =
        History { closings: vec![closing], reverts: vec![revert('b', 'a', 5)], ..History::default() };
    let ask = "- Raise the limit ([issue](https://h.org/o/shop/issues/6))";
    let why = "commit aaaaaaa of 2024-03-09 kept it, and commit bbbbbbb of 2024-04-05 took that back";
    let expected = ActionVerdict::Regressed { why: why.to_owned(), by: change('b', date(2024, 4, 5)) };
    assert_eq!(verdict_with(ask, &history), expected);
    history.reverts.insert(0, revert('c', 'b', 6));
    assert!(matches!(verdict_with(ask, &history), ActionVerdict::Satisfied(_)), "it came again");
}

#[test]
fn a_promised_file_that_was_made_and_removed_has_regressed() {
    let ask = "- Create `docs/runbooks/queue.md`";
    let made = |added: Date, is_elsewhere: bool| {
        let (added, removed) = (Some(change('a', added)), Some(change('b', date(2025, 1, 1))));
        let made = Made { added, removed, is_elsewhere };
        History { made: [("docs/runbooks/queue.md".into(), made)].into(), ..History::default() }
    };
    assert!(matches!(verdict_with(ask, &made(date(2024, 3, 9), false)), ActionVerdict::Regressed { .. }));
    for (history, why) in [
        (made(date(2024, 3, 9), true), "it only moved"),
        (made(date(2024, 3, 1), false), "it was there before"),
        (History::default(), "nothing is known"),
    ] {
        assert_eq!(verdict_with(ask, &history), ActionVerdict::NotVerifiable, "{why}");
    }
}

#[test]
fn a_pinned_version_keeps_the_promise_to_pin_it() {
    let compose = |image: &str| format!("services:\n  hub:\n    image: {image}\n");
    let check = |promise: &str, image: &str, is_kept: bool| {
        let (own, file) = (report(promise), compose(image));
        let files = [("docs/incidents/2024-03-02.md", own.as_str()), ("compose.yaml", file.as_str())];
        let verdict = incidents(&files)[0].actions[0].verdict.clone();
        assert_eq!(matches!(verdict, ActionVerdict::Satisfied(_)), is_kept, "{promise}: {image}");
    };
    check("- Pin the version of `ledger-hub`", "registry.shop/ledger-hub:latest", false);
    check("- Pin the version of `ledger-hub`", "registry.shop/ledger-hub", false);
    check("- Pin the version of the hub", "registry.shop/ledger-hub:1.4.2", false);
    check("- Upgrade ledger-hub", "registry.shop/ledger-hub:1.4.2", false);
    check("- Pin the version of `ledger-hub`", "registry.shop/ledger-hub:1.4.2", true);
    let chart =
        "apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n  - name: ledger-hub\n    version: ";
    for (version, is_kept) in [("^1.4.0", false), ("1.4.2", true)] {
        let (own, chart) = (report("- We should pin ledger-hub"), format!("{chart}{version}\n"));
        let files = [("docs/incidents/2024-03-02.md", own.as_str()), ("shop/Chart.yaml", chart.as_str())];
        let verdict = incidents(&files)[0].actions[0].verdict.clone();
        assert_eq!(matches!(verdict, ActionVerdict::Satisfied(_)), is_kept, "{version}");
    }
}

#[test]
fn a_test_that_came_after_the_incident_keeps_the_promise_of_one() {
    const TEST: &str = "tests/test_certificate_renewal.py";
    let check = |promise: &str, added: Option<Date>, is_kept: bool| {
        let own = report(promise);
        let files = [("docs/incidents/2024-03-02.md", own.as_str()), (TEST, "def test_renewal(): pass\n")];
        let made = Made { added: added.map(|day| change('a', day)), removed: None, is_elsewhere: false };
        let history = History { made: [(TEST.into(), made)].into(), ..History::default() };
        let verdict = incidents_with(&files, &history)[0].actions[0].verdict.clone();
        assert_eq!(matches!(verdict, ActionVerdict::Satisfied(_)), is_kept, "{promise}: {added:?}");
    };
    let after = Some(date(2024, 3, 9));
    check("- Add a test of the certificate renewal", Some(date(2024, 2, 9)), false);
    check("- Add a test of the certificate renewal", None, false);
    check("- Add an alert on the certificate renewal", after, false);
    check("- Add a test of the renewal", after, false);
    check("- Add a test of the renewal for all users", after, false);
    check("- Add a test of the certificate renewal", after, true);
}

#[test]
fn a_key_that_is_set_in_what_a_promise_names_keeps_it() {
    let workload = |limits: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ledger-api\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: a:1\n          resources:\n            limits:\n              {limits}\n"
        )
    };
    let kept = |line: u32, start, end| {
        let at = Span::new(&"k8s/ledger.yaml".into(), crate::model::At { line, start, end });
        ActionVerdict::Satisfied(Kept { at, by: None })
    };
    let (set, other) = (workload("memory: 1Gi"), workload("cpu: 1"));
    let offset = set.find("1Gi").map(|at| u32::try_from(at).unwrap_or_default()).unwrap_or_default();
    let ask = "- Set a memory limit for the ledger";
    check_verdict(ask, &[("k8s/ledger.yaml", &set)], &kept(13, offset, offset + 3));
    check_verdict(ask, &[("k8s/ledger.yaml", &other)], &ActionVerdict::NotVerifiable);
    let none = "- Set a memory limit for the api of the stack";
    check_verdict(
        &none.replace("api of the ", ""),
        &[("k8s/ledger.yaml", &set)],
        &ActionVerdict::NotVerifiable,
    );
}

#[test]
fn the_same_ticket_in_several_reports_is_one_open_promise() {
    let with = |text: &str| report(&format!("- {text} ([issue](https://h.org/o/shop/issues/6))"));
    let (first, second, third) = (with("notify"), with("notify us"), report("- other"));
    let found = incidents(&[
        ("docs/incidents/2018-07-08.md", &first),
        ("docs/incidents/2022-06-02.md", &second),
        ("docs/incidents/2023-01-01.md", &third),
    ]);
    assert_eq!(found[0].actions[0].also_in, [1]);
    let expected = ActionVerdict::StillOpen("promised in 2 reports since 2018".to_owned());
    assert_eq!(found[1].actions[0].verdict, expected);
    assert_eq!(found[2].actions[0].verdict, ActionVerdict::NotVerifiable);
}

#[test]
fn one_promise_after_one_mechanism_is_a_repeat() {
    let with = |title: &str, cause: &str| {
        format!(
            "# {title}\n\n## Timeline\n\n{cause}\n\n## Action items\n\n- notify ([issue](https://h.org/o/shop/issues/6))\n"
        )
    };
    let full = "The disk was full: no space left on device.";
    let (first, second) = (with("Mails lost", full), with("Orders refused", full));
    let other = with("Login refused", "The certificate expired and was not renewed.");
    let found = incidents(&[
        ("docs/incidents/2018-07-08.md", &first),
        ("docs/incidents/2020-07-08.md", &other),
        ("docs/incidents/2022-06-02.md", &second),
    ]);
    assert!(found[0].recurs_with.is_empty(), "only earlier incidents are repeated");
    assert!(found[1].recurs_with.is_empty(), "{:?}", found[1].recurs_with);
    let expected = "the same mechanism (disk-full), and both promise shop#6".to_owned();
    assert_eq!(found[2].recurs_with, [(0, expected)]);
}

#[test]
fn earlier_reports_are_ranked_by_what_they_share() {
    let report = |title: &str, text: &str| {
        format!("# {title}\n\n## Timeline\n\n{text}\n\n## Impact\n\nSome.\n\n## Root cause\n\n{text}\n")
    };
    let full = report("Journal disk", "The audit journal filled the partition; no space left on device.");
    let expired = report("Login", "The certificate of the proxy expired.");
    let again =
        report("Journal partition", "The partition of the audit journal was full again: no space left.");
    let found = incidents(&[
        ("incidents/2021-01-01.md", &full),
        ("incidents/2022-01-01.md", &expired),
        ("incidents/2022-06-undated.md", &expired),
        ("incidents/2023-01-01.md", &again),
    ]);
    let last = found.iter().find(|i| i.date.as_deref() == Some("2023-01-01")).unwrap();
    let order: Vec<&str> = last.earlier.iter().map(|e| found[e.index].span.path.as_str()).collect();
    assert_eq!(order.first(), Some(&"incidents/2021-01-01.md"));
    assert_eq!(order.len(), 3, "a month in the file name is earlier than a later year");
    assert!(last.earlier[0].why.iter().any(|why| why.what.contains("journal")), "{:?}", last.earlier[0]);
    assert!(found[0].earlier.is_empty(), "nothing was earlier");
}

#[test]
fn likeness_of_another_mechanism_is_no_repeat() {
    let text = |cause: &str| {
        format!(
            "# Ledger refused orders\n\n## Timeline\n\nThe ledger importer of the warehouse refused orders. {cause}\n"
        )
    };
    let (full, expired) =
        (text("The disk was full: no space left on device."), text("The certificate expired."));
    let found = incidents(&[("incidents/2021-01-01.md", &full), ("incidents/2022-01-01.md", &expired)]);
    assert!(found[1].recurs_with.is_empty(), "{:?}", found[1].recurs_with);
    assert_eq!(found[1].earlier.len(), 1, "it is the most alike all the same");
}

#[test]
fn a_mechanism_alone_is_no_repeat_but_with_a_component_it_is() {
    let memory = |name: &str| {
        format!(
            "# {name} killed\n\n## Timeline\n\nIt ran out of memory, `{name}` was OOMKilled by a memory leak.\n"
        )
    };
    let (one, other, same) = (memory("billing-api"), memory("search-api"), memory("billing-api"));
    let found = incidents(&[
        ("incidents/2021-01-01.md", &one),
        ("incidents/2022-01-01.md", &other),
        ("incidents/2023-01-01.md", &same),
    ]);
    assert!(found[1].recurs_with.is_empty(), "{:?}", found[1].recurs_with);
    assert_eq!(found[2].recurs_with.len(), 1);
    assert!(found[2].recurs_with[0].1.ends_with("on billing-api"), "{:?}", found[2].recurs_with);
}

#[test]
fn reports_are_sorted_by_date_and_undated_ones_come_last() {
    let text = "# Queue\n\n## Timeline\n\n## Impact\n\n## Root cause\n";
    let found = incidents(&[
        ("incidents/a.md", text),
        ("incidents/2023-01-01-b.md", text),
        ("incidents/z-2021-01-01.md", text),
    ]);
    let dates: Vec<_> = found.iter().map(|i| i.date.as_deref()).collect();
    assert_eq!(dates, [Some("2021-01-01"), Some("2023-01-01"), None]);
}
