//! Near misses first: what is no record and no deferral; then every form of one.

mod sentence;

use crate::facts::collect;
use crate::model::FactKind;
use crate::model::fact::{DecisionRecord, DecisionStatus};
use crate::rules::RuleSet;

fn read(path: &str, text: &str) -> Option<DecisionRecord> {
    let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
    facts.facts.into_iter().find_map(|fact| match fact.kind {
        FactKind::Decision(record) => Some(*record),
        _ => None,
    })
}

#[track_caller]
fn check_place(path: &str, text: &str, expected: bool) {
    assert_eq!(read(path, text).is_some(), expected, "{path}\n{text}");
}

const BODY: &str = "\n## Status\n\nAccepted\n\n## Context\n\nMany orders.\n\n## Decision\n\nA queue.\n\n## Consequences\n\nOne more thing to run.\n";

#[test]
fn templates_indexes_and_prose_are_no_records() {
    check_place("docs/adr/template.md", &format!("# <number>. <title>\n{BODY}"), false);
    check_place(
        "docs/adr/0000-template.md",
        "# [short title of solved problem and solution]\n\n* Status: [proposed | rejected | accepted | deprecated]\n",
        false,
    );
    check_place("docs/adr/README.md", "# Architecture decision records\n\n* [1](0001-a.md)\n", false);
    check_place("docs/adr/index.md", "# Decisions\n\n## Status\n\nAccepted\n", false);
    check_place("docs/guide.md", "# Guide\n\n## Decision\n\nUse it.\n\n## Context\n\nx\n", false);
    check_place("docs/decisions/minutes.md", "# Minutes\n\n## Attendees\n\nall\n", false);
    check_place("examples/adr/0001-queue.md", &format!("# Queue\n{BODY}"), false);
    check_place(".github/ISSUE_TEMPLATE/adr.md", &format!("# Queue\n{BODY}"), false);
    check_place("src/decision.py", &format!("# Queue\n{BODY}"), false);
}

#[test]
fn records_are_found_by_folder_and_by_content() {
    check_place("docs/adr/0001-queue.md", &format!("# 1. Queue\n{BODY}"), true);
    check_place(
        "architecture-decision-record/029-private.md",
        "# 29 Private\n\nThe content is private.\n",
        true,
    );
    check_place(
        "source/architecture_decision_records/ADR021-cells.html.md",
        &format!("# ADR021: Cells\n{BODY}"),
        true,
    );
    check_place("docs/decisions/styled.md", &format!("# Styled\n{BODY}"), true);
    check_place("notes/queue.md", &format!("# Queue\n{BODY}"), true);
    check_place("docs/adr/20200926-use-a-slug.md", "# Use a slug\n\n- Status: accepted\n", true);
    check_place(
        "docs/decisions/0003-x.md",
        "# X\n\n## Context and Problem Statement\n\n## Considered Options\n\n## Decision Outcome\n",
        true,
    );
}

#[track_caller]
fn check_title(path: &str, heading: &str, title: &str, number: Option<&str>) {
    let record = read(path, &format!("{heading}\n{BODY}")).unwrap();
    assert_eq!((record.title.as_str(), record.number.as_deref()), (title, number), "{heading}");
}

#[test]
fn titles_lose_their_number_and_numbers_their_zeros() {
    check_title("docs/adr/0021-multi.md", "# 21. Multi-cluster", "Multi-cluster", Some("21"));
    check_title("docs/adr/ADR021-cells.html.md", "# ADR021: Cell capacity 2", "Cell capacity 2", Some("21"));
    check_title("docs/adr/adr-009-x.md", "# ADR-009 Use accounts", "Use accounts", Some("9"));
    check_title("docs/adr/029-k.md", "# 29 Kubernetes auditing", "Kubernetes auditing", Some("29"));
    check_title("docs/adr/003-k.md", "# 3 regions are enough: use 2", "regions are enough: use 2", Some("3"));
    check_title("docs/adr/014-k.md", "# 3 regions", "3 regions", Some("14"));
    check_title("docs/adr/0012-rda.md", "# RFC Proposal", "rda", Some("12"));
    check_title("docs/adr/20200926-use-a-slug.md", "# Use a slug", "Use a slug", None);
    check_title("docs/adr/0005-x.md", "---\ntitle: 'ADR005: Limits'\n---\n# <%= x %>", "Limits", Some("5"));
    check_title(
        "docs/adr/0007-deprecated.md",
        "# Deprecated TLS versions",
        "Deprecated TLS versions",
        Some("7"),
    );
}

#[track_caller]
fn check_status(path: &str, text: &str, expected: DecisionStatus) {
    assert_eq!(read(path, text).unwrap().status, expected, "{text}");
}

#[test]
fn the_status_is_read_wherever_it_stands() {
    use DecisionStatus::*;
    check_status("docs/adr/1-a.md", "# A\n\n## Status\n\n✅ Accepted\n", Accepted);
    check_status("docs/adr/1-a.md", "# A\n\n* Status: superseeded by [ADR-2](2-b.md)\n", Superseded);
    check_status("docs/adr/1-a.md", "# A\n\n### Status: **Approved**\n", Accepted);
    check_status("docs/adr/1-a.md", "# A\n\n**Status:** proposed\n**Date:** 2020-01-01\n", Proposed);
    check_status("docs/adr/1-a.md", "---\nstatus: rejected\n---\n# A\n", Rejected);
    check_status(
        "docs/adr/1-a.md",
        "# A\n\n| Field | Value |\n|---|---|\n| Status | Deprecated |\n",
        Deprecated,
    );
    check_status("docs/adr/1-a.md", "# A\n\nStatus\n======\n\nAccepted\n", Accepted);
    check_status("docs/adr/rejected/1-a.md", "# A\n\n## Context\n\nx\n", Rejected);
    check_status("docs/adr/1-a.md", "# A\n\n## Superceded\n\nSuperceded by [2](2-b.md)\n", Superseded);
    check_status("docs/adr/1-a.md", "# A\n\n## Context\n\nThe status was accepted by all.\n", Unknown);
    check_status(
        "docs/adr/1-a.md",
        "# A\n\n* Status: [proposed | rejected | accepted | deprecated | superseded]\n",
        Unknown,
    );
    check_status("rfd/0157/README.md", "---\nstate: draft\n---\n# RFD 157 A\n\nState: Active\n", Proposed);
    check_status("docs/adr/1-deprecated-tls.md", "# Deprecated TLS\n\n## Status\n\nAccepted\n", Accepted);
}

#[test]
fn dates_in_every_form_and_none_invented() {
    #[track_caller]
    fn check(head: &str, date: Option<&str>, raw: Option<&str>) {
        let record = read("docs/adr/1-a.md", &format!("# A\n\n{head}\n{BODY}")).unwrap();
        assert_eq!((record.date.as_deref(), record.date_raw.as_deref()), (date, raw), "{head}");
    }
    check("Date: 2021-05-11", Some("2021-05-11"), None);
    check("Date: 01/06/2019", None, Some("01/06/2019"));
    check("Introduced: 20220513\n\nUpdated: 20220711", Some("2022-05-13"), None);
    check("**Date: 2023-01-02**", Some("2023-01-02"), None);
    check("## Date\n\n13th July 2021", Some("2021-07-13"), None);
    check("Start Date: TBD", None, None);
    check("We met on 2021-05-11.", None, None);
    let text = "# A\n\n## Status\n\nAccepted (2026-03-17)\n";
    assert_eq!(read("docs/adr/1-a.md", text).unwrap().date.as_deref(), Some("2026-03-17"));
}

#[test]
fn a_review_falls_due_after_the_last_one() {
    let text = format!("---\nlast_reviewed_on: 2024-12-19\nreview_in: 6 months\n---\n# A\n{BODY}");
    assert_eq!(read("docs/adr/1-a.md", &text).unwrap().review_due.as_deref(), Some("2025-06-19"));
    let text = format!("---\nreview_in: 6 months\n---\n# A\n{BODY}");
    assert_eq!(read("docs/adr/1-a.md", &text).unwrap().review_due, None);
}

#[test]
fn replacements_are_read_in_both_directions() {
    #[track_caller]
    fn check(status: &str, by: &[&str], of: &[&str]) {
        let text = format!(
            "# A\n\n## Status\n\n{status}\n\n## Context\n\nThe old tool was superseded by [x](x.md).\n"
        );
        let record = read("docs/adr/1-a.md", &text).unwrap();
        assert_eq!((record.superseded_by, record.supersedes), (owned(by), owned(of)), "{status}");
    }
    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }
    check("Accepted", &[], &[]);
    check("⌛️ Superseded by [036. Multi](036-multi.md)", &["036-multi.md"], &[]);
    check("⌛️ Superseded [0019](0019-use.md)", &["0019-use.md"], &[]);
    check("❌ Rejected (see [019](019-shared.md))", &["019-shared.md"], &[]);
    check("Superceded by ADR021", &["ADR021"], &[]);
    check("Accepted\n\nSupersedes [ADR 3](0003-x.md)", &[], &["0003-x.md"]);
    check("⌛ Superseded", &[], &[]);
}

#[track_caller]
fn check_record(path: &str, text: &str, title: &str, status: DecisionStatus, date: Option<&str>) {
    let record = read(path, text).unwrap_or_else(|| panic!("no record: {text}"));
    let read = (record.heading.as_str(), record.status, record.date.as_deref());
    assert_eq!(read, (title, status, date), "{text}");
}

#[test]
fn records_in_other_languages_are_read() {
    use DecisionStatus::*;
    let french = "# ADR-0008: Un proxy\n\n**Date:** 2025-01-14\n**Statut:** Accepté\n\n## Contexte\n\nx\n\n## Décision\n\ny\n\n## Conséquences\n\nz\n";
    check_record("adrs/0008-proxy.md", french, "ADR-0008: Un proxy", Accepted, Some("2025-01-14"));
    check_record("notes/proxy.md", french, "ADR-0008: Un proxy", Accepted, Some("2025-01-14"));
    check_record(
        "doc/adr/1-a.md",
        "# Warteschlange\n\n## Status\n\nErsetzt durch [2](2-b.md)\n",
        "Warteschlange",
        Superseded,
        None,
    );
    check_record(
        "doc/adr/1-a.md",
        "# Kø\n\n* Status: Foreslått\n* Dato: 2020-02-03\n",
        "Kø",
        Proposed,
        Some("2020-02-03"),
    );
    check_record("doc/adr/1-a.md", "# 队列\n\n## 状态\n\n已接受\n\n## 背景\n\nx\n", "队列", Accepted, None);
    check_record("doc/adr/1-a.md", "# キュー\n\n## ステータス\n\n承認\n", "キュー", Accepted, None);
}

#[test]
fn records_in_other_markup_are_read() {
    use DecisionStatus::*;
    check_record(
        "docs/decisions/0015-outbox.rst",
        "15. Outbox\n##########\n\nStatus\n******\n\n**Provisional**\n\nContext\n*******\n\nx\n\nDecision\n********\n\ny\n",
        "15. Outbox",
        Proposed,
        None,
    );
    check_record(
        "docs/adr/0003-secrets.adoc",
        "= ADR 3 - Secrets\n\n:adr_date: 2019-10-28\n:adr_status: accepted\n\n== Motivation\n\nx\n",
        "ADR 3 - Secrets",
        Accepted,
        Some("2019-10-28"),
    );
    check_record(
        "rfd/0077/README.adoc",
        ":state: draft\n\n= RFD 77 Tokens\n\n== Introduction\n\nx\n",
        "RFD 77 Tokens",
        Proposed,
        None,
    );
    check_record(
        "rfd/0042/README.md",
        "---\nstate: publish\n---\n# RFD 42 Packages\n\nx\n",
        "RFD 42 Packages",
        Accepted,
        None,
    );
}

#[test]
fn proposals_and_single_sentences_are_read() {
    use DecisionStatus::*;
    check_record(
        "text/3127-trim.md",
        "- Feature Name: `trim`\n- Start Date: 2021-05-24\n- RFC PR: [#3127](https://x.org/3127)\n\n# Summary\n\nx\n",
        "trim",
        Unknown,
        Some("2021-05-24"),
    );
    check_record(
        "docs/decisions/cache.md",
        "# Cache\n\nIn the context of the shop, facing slow pages, we decided for a cache and against more nodes, to achieve speed, accepting that prices may be a minute old.\n",
        "Cache",
        Unknown,
        None,
    );
    check_record(
        "docs/architecture/adr-009-x.md",
        "# ADR 009: Evidence\n\n## Changelog\n\n- 2019 July 31: Initial draft\n- 2019 October 24: Done\n\n## Status\n\nAccepted\n",
        "ADR 009: Evidence",
        Accepted,
        Some("2019-07-31"),
    );
}

#[test]
fn prose_in_other_markup_is_no_record() {
    check_place("docs/decisions/index.rst", "Decisions\n#########\n\n.. toctree::\n\n   0001\n", false);
    check_place("docs/guide.adoc", "= Guide\n\n== Decision\n\nUse it.\n\n== Context\n\nx\n", false);
    check_place("docs/adr/adr-mal.md", &format!("# [kort tittel på løsning]\n{BODY}"), false);
    check_place("docs/adr/0000-form.md", &format!("# [short title of the problem]\n{BODY}"), false);
    check_place("docs/adr/0000-adr-template.md", &format!("# Our template\n{BODY}"), false);
    check_place(
        "docs/adr/0002-use-a-custom-template.md",
        &format!("# 2. Use a custom template\n{BODY}"),
        true,
    );
    check_place("docs/adr/templates/0001-a.md", &format!("# Queue\n{BODY}"), false);
    check_place("keps/README.md", "# Proposals\n\n## Motivation\n\nx\n", false);
    check_place("docs/rfcs/process.md", "# How we decide\n\n## Steps\n\nWrite.\n", false);
}

#[test]
fn statements_of_the_state_that_differ_are_told() {
    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<&str>) {
        assert_eq!(read(path, text).unwrap().disagreement.as_deref(), expected, "{text}");
    }
    check("docs/adr/1-a.md", "---\nstatus: accepted\n---\n# A\n\n## Status\n\nApproved\n", None);
    check("docs/adr/1-a.md", "# A\n\n## Status\n\nAccepted\n", None);
    check("docs/proposals/1-a.md", "# A\n\n## Status\n\nAccepted\n\n## Context\n\nx\n", None);
    check(
        "docs/adr/1-a.md",
        "---\nstatus: accepted\n---\n# A\n\n## Status\n\nRejected\n",
        Some("front matter says “accepted”, the text says “Rejected”"),
    );
    check("docs/adr/1-a.md", "---\nstatus: draft\n---\n# A\n\nState: Active\n", None);
    check(
        "docs/adr/superseded/1-a.md",
        "# A\n\n## Status\n\nAccepted\n",
        Some("the text says “Accepted”, the folder says “superseded”"),
    );
}

#[test]
fn deciders_and_changes_are_read() {
    let text = "---\nstatus: accepted\ndecision-makers: [Ann Lee, Bob]\nconsulted: Eve\n---\n# A\n";
    assert_eq!(read("docs/adr/1-a.md", text).unwrap().deciders, ["Ann Lee", "Bob"]);
    let text = "# A\n\n## Status\n\nAccepted\n\nAmends [2. B](0002-b.md)\n\nAmended by [3. C](0003-c.md)\n";
    let record = read("docs/adr/1-a.md", text).unwrap();
    assert_eq!(
        (record.amends, record.amended_by),
        (vec!["0002-b.md".to_owned()], vec!["0003-c.md".to_owned()])
    );
    assert!(record.supersedes.is_empty() && record.superseded_by.is_empty());
}
