//! Near misses first: what is no report and no promise; then every form of one.

use super::wants;
use crate::facts::{SourceFile, collect};
use crate::model::FactKind;
use crate::model::fact::{ActionState, Detection, IncidentReport};
use crate::rules::RuleSet;

fn read(path: &str, text: &str) -> Option<IncidentReport> {
    let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
    facts.facts.into_iter().find_map(|fact| match fact.kind {
        FactKind::Incident(report) => Some(*report),
        _ => None,
    })
}

#[track_caller]
fn check_place(path: &str, text: &str, expected: bool) {
    assert_eq!(read(path, text).is_some(), expected, "{path}\n{text}");
}

const BODY: &str =
    "\n## Summary\n\nThe queue was full.\n\n## Timeline\n\n### 2024-03-02 10:00\n\nIt began.\n";

#[test]
fn templates_indexes_and_process_documents_are_no_reports() {
    check_place("docs/incidents/template.md", &format!("# [Date]: [Title]\n{BODY}"), false);
    check_place(
        "docs/incidents/report.md",
        &format!("# {{{{ incident date: yyyy-mm-dd }}}}, {{{{ name }}}}\n{BODY}"),
        false,
    );
    check_place(
        "docs/incidents/index.md",
        "# Incident Log\n\n## Q1 2024\n\n* [Incident on 2024-03-02](a)\n",
        false,
    );
    check_place("docs/incidents/README.md", "# Incidents\n\n2024-03-02\n\n## Timeline\n", false);
    check_place(
        "docs/incident-process.md",
        "# Incident process 2024-01-01\n\n## Response\n\n## Timeline\n",
        false,
    );
    check_place(
        "docs/incidents/how-to-write.md",
        "# How to write a postmortem\n\nUpdated 2024-01-01.\n\n## Timeline\n\n## Impact\n\n## Actions\n",
        false,
    );
    check_place(".github/ISSUE_TEMPLATE/incident.md", &format!("# Incident 2024-03-02\n{BODY}"), false);
    check_place("tests/incidents/2024-03-02-a.md", &format!("# 2024-03-02 down\n{BODY}"), false);
}

#[test]
fn installations_fix_notes_and_non_incidents_are_no_reports() {
    check_place(
        "docs/reports/2024-03-02-redis-install.md",
        "# 2024-03-02 Redis install\n\n## Steps\n\nfail2ban\n",
        false,
    );
    check_place(
        "docs/incidents/2024-03-02-x-non-issue.md",
        "# 2024-03-02 a non-issue\n\n## Summary\n",
        false,
    );
    check_place(
        "docs/reports/2024-03-02-upgrade.md",
        "# 2024-03-02 Upgrade\n\n## Problem\n\n## Solution\n",
        false,
    );
    check_place("CHANGELOG.md", "# Changelog\n\n## 2024-03-02\n\n- fix crash when the disk is full\n", false);
    check_place("README.md", "# shop\n\nWhat to do when it is down. 2024-03-02\n\n## Problems\n", false);
    check_place("docs/errors.md", "# Errors\n\n## Problem\n\n## Resolution\n", false);
}

#[test]
fn reports_are_found_wherever_they_live() {
    check_place("docs/incidents/2024-03-02-queue.md", &format!("# Queue\n{BODY}"), true);
    check_place(
        "source/incidents/2024-03-02.html.md.erb",
        "---\ntitle: Incident on 2024-03-02\n---\n\n# <%= x %>\n\n- **Key events**\n  - First detected 2024-03-02 10:00\n",
        true,
    );
    check_place(
        "docs/reports/2024-03-02-search.md",
        "# 2024-03-02 Search down\n\n## What happens\n\n## What was done\n",
        true,
    );
    check_place(
        "backend/pay/README-double-charge-postmortem.md",
        "# Double charge\n\n* 20240302 initial version\n",
        true,
    );
    check_place("docs/2022-07-search-down.md", "# Search down because of memory\n\n## Symptoms\n", true);
    check_place("incidents/2024/03/02", &format!("# Queue\n{BODY}"), true);
}

#[test]
fn prose_without_a_failure_in_its_head_is_not_parsed() {
    let path = "docs/guide.md".into();
    assert!(!wants(&SourceFile::new(&path, b"# Guide\n\nHow it works.\n")));
}

#[test]
fn the_title_loses_its_date_but_not_itself() {
    #[track_caller]
    fn check(title: &str, expected: &str) {
        let report = read("docs/incidents/2024-03-02-a.md", &format!("# {title}\n{BODY}")).unwrap();
        assert_eq!(report.title, expected);
    }
    check("2024-03-02, queue full", "queue full");
    check("Incident on 2024-03-02 - Queue full", "Queue full");
    check("incident date: 2024-03-02, queue full", "queue full");
    check("2024-03-02 4:23PM PST, OOM (Out of Memory) Proxy", "OOM (Out of Memory) Proxy");
    check("Incident on 2024-03-02", "Incident on 2024-03-02");
    check("[Postmortem] Queue full", "[Postmortem] Queue full");
    check("January 23rd, 2024 Queue Outage", "Queue Outage");
    check("Queue outage (2024-03-02)", "Queue outage");
}

#[test]
fn the_file_name_is_trusted_before_a_copied_heading() {
    let text = "# 2022-01-27, pod limit\n\n## Timeline\n\n### 2022-06-02 10:00 - starts\n";
    let report = read("docs/incidents/2022-06-02-pod-limit.md", text).unwrap();
    assert_eq!(report.date.as_deref(), Some("2022-06-02"));
    assert_eq!(report.date_disagrees, [("heading".to_owned(), "2022-01-27".to_owned())]);
    let text = "# 2018-01-11, certificate\n\n## Timeline\n\n### 2018-01-11 10:00\n\nA mail came.\n";
    let report = read("docs/incidents/2018-01-18-ssl.md", text).unwrap();
    assert_eq!(report.date.as_deref(), Some("2018-01-11"), "heading and timeline outvote the file name");
    assert_eq!(report.date_disagrees, [("file name".to_owned(), "2018-01-18".to_owned())]);
}

#[test]
fn a_word_of_the_template_gives_way_to_the_real_title() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let report = read("docs/incidents/2024-03-02-queue-full.md", &format!("{text}\n{BODY}")).unwrap();
        assert_eq!(report.title_as_written, expected, "{text}");
    }
    check("# Incident on 2024-03-02 - Queue  full", "Incident on 2024-03-02 - Queue full");
    check("# Tittel\n\n**Title**: Queue full", "Queue full");
    check("---\ntitle: 2024-03-02 - Queue full\n---\n\n# Tittel", "2024-03-02 - Queue full");
    check("---\ntitle: 2024-03-02 - Queue full\n---\n\n# Queue full", "2024-03-02 - Queue full");
    check("---\ntitle: Queue\n---\n\n# The queue was full", "The queue was full");
    check("---\ntitle: Queue full\n---\n\n## Summary\n\nIt was.\n\n# After-action report", "Queue full");
    check("# Post-mortem", "2024 03 02 queue full");
    check("# Postmortem: queue full", "Postmortem: queue full");
}

#[test]
fn what_the_report_says_of_the_day_needs_a_second_witness() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let report = read("docs/incidents/2024-03-20-queue.md", text).unwrap();
        assert_eq!(report.date.as_deref(), Some(expected), "{text}");
    }
    let body = "\n## Timeline\n\n### 2024-03-20 10:00\n\n";
    check(&format!("# 2024-03-20 Queue\n\nIt failed since March 12th.\n{body}Seen.\n"), "2024-03-20");
    check(
        &format!(
            "# 2024-03-20 Queue\n\nThe problem persisted for a week.\n{body}It failed since March 12th.\n"
        ),
        "2024-03-12",
    );
    check(
        &format!("# 2024-03-20 Queue\n\nIt lasted for two months.\n{body}It failed since March 12th.\n"),
        "2024-03-20",
    );
    check(&format!("# Queue\n\n**Duration**: March 11-20, 2024 (9 days)\n{body}Seen.\n"), "2024-03-11");
    check(
        &format!("# Queue\n\n## Summary\n\nOn the evening of March 19, the queue was full.\n{body}Seen.\n"),
        "2024-03-19",
    );
    check(
        &format!("# Queue\n\n## Summary\n\nOn March 2 the queue was replaced.\n{body}Seen.\n"),
        "2024-03-20",
    );
    check(
        &format!("# Queue\n\n## Summary\n\nThe queue was replaced on March 19.\n{body}Seen.\n"),
        "2024-03-20",
    );
    check(
        "# 2024-03-20 Queue\n\n## Timeline\n\n### 2024-03-20 13:59\n\nFull.\n\n### 2024-03-02 14:15\n\nEmpty.\n",
        "2024-03-20",
    );
}

#[test]
fn a_year_that_the_account_never_repeats_gives_way() {
    let read = |text: &str| read("docs/postmortem/postmortem-007.md", text).unwrap();
    let text =
        "# Queue\n\n**Dato:** 27.01.2019\n\n## Tidslinje\n\n- Fra 27. januar 2020\n- 27.01.20 - 07:00 full\n";
    let report = read(text);
    assert_eq!(report.date.as_deref(), Some("2020-01-27"));
    assert!(report.date_disagrees.contains(&("field".to_owned(), "2019-01-27".to_owned())));
    let text = "# Queue\n\n**Dato:** 27.01.2020\n\n## Tidslinje\n\n- 27.01.2020 full\n- 27.01.2019 tom\n";
    assert_eq!(read(text).date.as_deref(), Some("2020-01-27"), "one slip among right years");
}

#[test]
fn durations_and_severities_are_kept_as_stated() {
    let text = "# 2024-03-02 Queue\n\n- **Key events**\n  - First detected 22:05\n- **Time to repair**: 5h 16m\n- **Time to resolve**: 5h 27m\n- **Severity**: Medium (caught early)\n";
    let report = read("incidents/2024-03-02.md", text).unwrap();
    assert_eq!(report.duration.as_deref(), Some("5h 27m"));
    assert_eq!(report.severity.as_deref(), Some("Medium (caught early)"));
    let text = format!(
        "# 2024-03-02 Queue\n\nThis lasted approximately nine hours.\n\n**Severity:** high | medium | low\n{BODY}"
    );
    let report = read("incidents/2024-03-02.md", &text).unwrap();
    assert_eq!(report.duration.as_deref(), Some("approximately nine hours"));
    assert_eq!(report.severity, None, "the menu of a template is not a severity");
    let text = format!("# 2024-03-02 Queue\n\nLogs of the last 24 hours.\n{BODY}");
    assert_eq!(read("incidents/2024-03-02.md", &text).unwrap().duration, None);
}

#[test]
fn who_noticed_is_read_from_the_account() {
    #[track_caller]
    fn check(sentence: &str, expected: Detection) {
        let text = format!("# 2024-03-02 Queue\n\n- **Identified**: {sentence}\n{BODY}");
        assert_eq!(read("incidents/2024-03-02.md", &text).unwrap().detected_by, expected, "{sentence}");
    }
    check("Pingdom reported the site down.", Detection::Alert);
    check("No alert fired; users reported errors on the forum.", Detection::User);
    check("An engineer noticed it by chance.", Detection::Human);
    check("AWS notified us of the retirement.", Detection::Vendor);
    check("Detected by: a customer", Detection::User);
    check("It was slow.", Detection::Unknown);
}

#[track_caller]
fn check_actions(section: &str, expected: &[(&str, ActionState)]) {
    let text = format!("# 2024-03-02 Queue\n{BODY}\n{section}");
    let report = read("incidents/2024-03-02.md", &text).unwrap();
    let found: Vec<(&str, ActionState)> = report.actions.iter().map(|a| (a.text.as_str(), a.state)).collect();
    assert_eq!(found, expected, "{section}");
}

#[test]
fn what_is_not_a_promise_is_not_an_action() {
    check_actions(
        "## Action items\n\nThese are only sample subheadings.\n\n1. {{ summary }} [link to github issue]\n",
        &[],
    );
    check_actions("- **Review actions**:\n  - N/A\n", &[]);
    check_actions("## Resolution\n\n- Restarted it\n\n## Actions taken\n\n- Deleted a pod\n", &[]);
    check_actions("## Action items\n\n### What went wrong\n\n- Only one person was there\n", &[]);
    check_actions("## Deployment checklist\n\n- [ ] tag the release\n", &[]);
    check_actions("## Action items\n\nNone.\n", &[]);
}

#[test]
fn details_below_an_item_are_not_items() {
    use ActionState::{Done, Open, Unstated};
    check_actions(
        "## Follow-up\n\n- [ ] Add a test:\n  - with a full queue\n- [x] Restart\n",
        &[("Add a test:", Open), ("Restart", Done)],
    );
    check_actions("## Actions\n\n- Add an alert\n  - at 80 percent\n", &[("Add an alert", Unstated)]);
    check_actions(
        "## Actions\n\n- When changing the schema:\n  - Add a test\n  - Watch errors\n",
        &[("Add a test", Unstated), ("Watch errors", Unstated)],
    );
    check_actions(
        "## Actions\n\n- Work with finance.\n  - Pay the bill. **(Done as of 2024-03-03)**\n  - Ask for a budget.\n",
        &[("Pay the bill. (Done as of 2024-03-03)", Done), ("Ask for a budget.", Unstated)],
    );
}

#[test]
fn states_are_what_the_text_states() {
    use ActionState::{Declined, Done, Open, Unstated};
    check_actions(
        "## Action items\n\n1. Created a [ticket](https://h/o/r/issues/1) for an alert\n2. Mail everybody (DONE)\n3. Canary. DONE in [PR](https://h/o/r/pull/2)\n4. This needs to be done\n5. Move away (WONTDO)\n6. Alerting (currently blocking on #3)\n",
        &[
            ("Created a ticket for an alert", Unstated),
            ("Mail everybody (DONE)", Done),
            ("Canary. DONE in PR", Done),
            ("This needs to be done", Unstated),
            ("Move away (WONTDO)", Declined),
            ("Alerting (currently blocking on #3)", Open),
        ],
    );
    check_actions(
        "## Remediation items\n\n### Immediate (Completed)\n\n- [ ] Really\n- Reverted it\n\n### Short-term\n\n- Add a probe\n",
        &[("Really", Open), ("Reverted it", Done), ("Add a probe", Unstated)],
    );
    check_actions(
        "## Lessons learned\n\n**DONE**: watch the disk\n\n**TODO** an exporter\n",
        &[("DONE: watch the disk", Done), ("TODO an exporter", Open)],
    );
}

#[test]
fn tables_state_owner_due_and_ticket() {
    let section = "## Action items\n\n| Action | Owner | Status | Due | Ticket |\n|---|---|---|---|---|\n| Add an alert | ops | In progress | 2 May 2024 | [#7](https://h/o/shop/issues/7) |\n| Write it up | | Done ✅ | | |\n";
    let report = read("incidents/2024-03-02.md", &format!("# Queue\n{BODY}\n{section}")).unwrap();
    let first = &report.actions[0];
    assert_eq!((first.text.as_str(), first.state), ("Add an alert", ActionState::Open));
    assert_eq!(first.owner.as_deref(), Some("ops"));
    assert_eq!(first.due.as_deref(), Some("2024-05-02"));
    assert_eq!(first.ticket.as_deref(), Some("shop#7"));
    assert_eq!(report.actions[1].state, ActionState::Done);
}

#[test]
fn a_lead_holds_its_list_even_when_the_list_is_not_nested() {
    use ActionState::{Done, Unstated};
    check_actions(
        "- **Review actions**:\n\n1. Speak to the owner\n2. Rotate\n\n- **Other**: x\n  - not one\n",
        &[("Speak to the owner", Unstated), ("Rotate", Unstated)],
    );
    check_actions(
        "- **Review actions**: We switched to a token. (Done)\n",
        &[("We switched to a token. (Done)", Done)],
    );
    check_actions(
        "- **Review actions**:\n\nCan we detect it earlier?\n\nNo.\n",
        &[("Can we detect it earlier?", Unstated)],
    );
}

#[test]
fn words_after_the_account_do_not_make_its_mechanism() {
    let text = "# 2024-03-02 Certificate expired\n\n## Summary\n\nThe TLS certificate expired and renewal had failed.\n\n## Action items\n\n- disk full, disk space, no space left on device, memory leak\n";
    let report = read("incidents/2024-03-02.md", text).unwrap();
    assert_eq!(report.mechanisms[0].id, "expiry-or-rotation");
    assert!(report.mechanisms.iter().all(|m| m.id != "disk-full"));
}

#[test]
fn a_report_beside_code_names_its_folder() {
    let report =
        read("backend/pay/double-charge-postmortem.md", &format!("# Double charge\n{BODY}")).unwrap();
    assert!(report.mentions.iter().any(|m| m.what == "backend/pay"));
    let report = read("docs/incidents/2024-03-02.md", &format!("# Queue\n{BODY}")).unwrap();
    assert!(report.mentions.is_empty());
}

#[test]
fn reports_in_other_markup_are_read_at_their_own_lines() {
    let restructured = "Queue down\n==========\n\n:Date: 2024-03-02\n\nSummary\n-------\n\nThe queue was full.\n\nTimeline\n--------\n\nIt began.\n\nAction items\n------------\n\n- Add an alert on the queue.\n";
    let asciidoc = "= Queue down\n\n2024-03-02\n\n== Summary\n\nThe queue was full.\n\n== Timeline\n\nIt began.\n\n== Action items\n\n* Add an alert on the queue.\n";
    for (path, text) in
        [("docs/incidents/2024-03-02.rst", restructured), ("docs/incidents/2024-03-02.adoc", asciidoc)]
    {
        let report = read(path, text).unwrap();
        assert_eq!((report.title.as_str(), report.date.as_deref()), ("Queue down", Some("2024-03-02")));
        let line = text.lines().position(|line| line.contains("Add an alert")).unwrap() + 1;
        let found: Vec<(&str, usize)> =
            report.actions.iter().map(|a| (a.text.as_str(), a.at.line as usize)).collect();
        assert_eq!(found, [("Add an alert on the queue.", line)], "{path}");
    }
    check_place("docs/guide/queue.rst", restructured, false);
    check_place("docs/incidents/template.rst", restructured, false);
}

#[track_caller]
fn check_parts(body: &str, expected: [Option<&str>; 3]) {
    let text = format!("# Queue down\n{BODY}\n{body}\n");
    let report = read("docs/incidents/2024-03-02.md", &text).unwrap();
    let parts = [&report.impact, &report.trigger, &report.cause].map(Option::as_deref);
    assert_eq!(parts, expected, "{body}");
}

#[test]
fn impact_trigger_and_cause_are_kept_as_they_are_told() {
    check_parts("## Impact\n\nTBD\n\n## Trigger\n\n## Root cause\n\nN/A\n", [None; 3]);
    check_parts("## Causes and effects of everything that we saw on that day\n\nMany.\n", [None; 3]);
    let all = [Some("No orders. For an hour."), Some("A deploy."), Some("The limit was low.")];
    check_parts(
        "## Impact\n\nNo orders.\n\n- For an hour.\n\n## Trigger\n\nA deploy.\n\n## Root Cause\n\nThe limit was low.\n",
        all,
    );
    check_parts(
        "**Impact**: No orders. For an hour.\n\n**Trigger**: A deploy.\n\n**Root cause**: The limit was low.\n",
        all,
    );
}

#[test]
fn a_state_of_things_is_no_component() {
    let text =
        format!("# Queue down\n{BODY}\nThe pods were `Pending`, then `OOMKilled`; `queue-worker` too.\n");
    let report = read("docs/incidents/2024-03-02.md", &text).unwrap();
    assert_eq!(report.components, ["queue-worker"]);
}
