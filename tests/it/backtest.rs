//! `tonight backtest`: what would have been said, by whom it may be said, and how it is scored.

use std::collections::BTreeMap;

use serde_json::Value;
use tempfile::TempDir;
use tonight::source::Story;

use crate::fixtures::build;
use crate::support::{Place, json, stderr, stdout};

const FIRST: &str = "docs/postmortems/2026-02-17-product-list-without-limit.md";
const SECOND: &str = "docs/postmortems/2026-08-04-product-list-without-limit-again.md";

fn run(path: &std::path::Path, more: &[&str]) -> Value {
    let arguments = ["backtest", path.to_str().unwrap(), "--format", "json", "--no-cache"];
    json(&Place::with(&[]).run(&[&arguments, more].concat()))
}

fn mechanisms(incident: &Value) -> Vec<&str> {
    let all = incident["said"]["mechanisms"].as_array().unwrap().iter();
    all.map(|mechanism| mechanism["id"].as_str().unwrap()).collect()
}

#[test]
fn the_second_incident_was_foretold_by_the_first() {
    let shop = build("shop");
    let found = run(shop.path(), &[]);
    let incidents = found["incidents"].as_array().unwrap();
    let paths: Vec<&str> = incidents.iter().map(|incident| incident["path"].as_str().unwrap()).collect();
    assert_eq!(paths, [FIRST, SECOND]);
    let (first, second) = (&incidents[0], &incidents[1]);
    assert_eq!(first["said"]["visible_reports"], 0);
    assert_eq!(second["said"]["visible_reports"], 1);
    assert!(mechanisms(second).contains(&"unbounded-work"));
    let bets = second["said"]["mechanisms"].as_array().unwrap();
    let bet = bets.iter().find(|bet| bet["id"] == "unbounded-work").unwrap();
    let reasons: Vec<&str> =
        bet["reasons"].as_array().unwrap().iter().map(|reason| reason["what"].as_str().unwrap()).collect();
    assert!(
        reasons.contains(&"one report from here tells of it: Product list without limit (2026-02-17)"),
        "{reasons:?}"
    );
    assert_eq!(second["said"]["files"][0]["path"], "src/catalog/list.ts");
    assert_eq!(second["earlier"][0]["path"], FIRST);
}

#[test]
fn points_are_the_sum_of_their_reasons() {
    let shop = build("shop");
    let found = run(shop.path(), &[]);
    for incident in found["incidents"].as_array().unwrap() {
        for list in ["mechanisms", "files"] {
            for ranked in incident["said"][list].as_array().unwrap() {
                let reasons = ranked["reasons"].as_array().unwrap().iter();
                let sum: u64 = reasons.map(|reason| reason["points"].as_u64().unwrap()).sum();
                assert_eq!(ranked["points"].as_u64().unwrap(), sum, "{ranked}");
            }
        }
    }
}

const DISK: &str = "# 2024-03-01 Disk full\n\n## Summary\n\nThe disk was full, no space left on device, \
                    the volume filled up.\n\n## Timeline\n\n10:00 The disk is full.\n\n## Root cause\n\n\
                    Disk usage grew until the disk was full.\n";
const CERTIFICATE: &str = "# 2024-04-01 Certificate expired\n\n## Summary\n\nThe TLS certificate had expired.\n\n\
                           ## Timeline\n\n10:00 Expired certificate.\n\n## Root cause\n\nThe certificate \
                           expired, renewal failed.\n";

/// A history of three commits; the report of March is written on `written`.
fn two_reports(written: &str) -> TempDir {
    let files =
        [("incidents/2024-03-01-disk.md", DISK), ("incidents/2024-04-01-certificate.md", CERTIFICATE)];
    let mut files: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    files.insert("deploy.yaml".to_owned(), b"replicas: 2\n".to_vec());
    let commit = |when: &str, message: &str, add: &str| {
        format!(
            "[[commit]]\nwhen = \"{when}T08:00:00Z\"\nwho = \"Ops Team <ops@shop.example>\"\n\
             message = \"{message}\"\nadd = [\"{add}\"]\n\n"
        )
    };
    let mut commits = [
        ("2024-01-01", "Begin", "deploy.yaml"),
        (written, "Report of the disk", "incidents/2024-03-01-disk.md"),
        ("2024-06-01", "Report of the certificate", "incidents/2024-04-01-certificate.md"),
    ];
    commits.sort();
    let history: String = commits.iter().map(|(when, message, add)| commit(when, message, add)).collect();
    let target = tempfile::tempdir().unwrap();
    Story::new(files, &history).unwrap().materialize(target.path()).unwrap();
    target
}

#[test]
fn a_report_that_was_written_later_never_speaks_earlier() {
    let disk_speaks = |written: &str| {
        let place = two_reports(written);
        let found = run(place.path(), &[]);
        let second = &found["incidents"][1];
        assert_eq!(second["date"], "2024-04-01");
        let bets = second["said"]["mechanisms"].as_array().unwrap().clone();
        let disk = bets.iter().find(|bet| bet["id"] == "disk-full");
        (second["said"]["visible_reports"].as_u64().unwrap(), disk.is_some_and(|bet| bet["signal"] != 0))
    };
    assert_eq!(disk_speaks("2024-03-05"), (1, true));
    // In the same month, after the second incident: the disk had failed, but nobody had written it down.
    assert_eq!(disk_speaks("2024-04-20"), (0, false));
}

#[test]
fn a_silent_repository_gives_no_signal_and_says_so() {
    let place = two_reports("2024-04-20");
    let page = Place::with(&[]).run(&["backtest", place.path().to_str().unwrap(), "--no-cache"]);
    assert!(stdout(&page).contains("no signal: nothing here speaks above"), "{}", stdout(&page));
}

fn truth(rows: &[&str]) -> Place {
    Place::with(&[("truth.jsonl", &rows.join("\n"))])
}

#[track_caller]
fn value(found: &Value, name: &str, ranking: &str) -> f64 {
    let measures = found["score"]["measures"].as_array().unwrap();
    let measure = measures.iter().find(|m| m["name"] == name && m["ranking"] == ranking);
    measure.unwrap_or_else(|| panic!("no {name}: {measures:#?}"))["value"].as_f64().unwrap()
}

#[test]
fn a_truth_scores_what_was_said() {
    let shop = build("shop");
    let rows = [
        format!(r#"{{"incident_path":"{FIRST}","mechanism":"race-or-deadlock","mood":"ignored"}}"#),
        format!(
            r#"{{"incident_path":"{SECOND}","mechanism":"unbounded-work","files_at_fault":["src/catalog"],"recurrence_of":"2026-02-17-product-list-without-limit"}}"#
        ),
        r#"{"incident_path":"docs/postmortems/of-another-shop.md"}"#.to_owned(),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let place = truth(&rows);
    let found = run(shop.path(), &["--truth", place.file("truth.jsonl").to_str().unwrap()]);
    assert!((value(&found, "mechanism in the first 5", "tonight") - 0.5).abs() < 1e-9);
    assert!(value(&found, "mechanism in the first 8", "prior only").abs() < 1e-9);
    assert!((value(&found, "file at fault first", "tonight") - 1.0).abs() < 1e-9);
    assert!((value(&found, "earlier report, mean reciprocal rank", "tonight") - 1.0).abs() < 1e-9);
    assert_eq!(found["score"]["unmatched"][0], "docs/postmortems/of-another-shop.md");
}

#[test]
fn a_truth_may_name_the_commit_and_the_day() {
    let place = two_reports("2024-03-05");
    let row = r#"{"incident_path":"incidents/2024-04-01-certificate.md","incident_date":"2024-02-01"}"#;
    let labels = truth(&[row]);
    let found = run(place.path(), &["--truth", labels.file("truth.jsonl").to_str().unwrap()]);
    assert_eq!(found["incidents"][0]["path"], "incidents/2024-04-01-certificate.md");
    assert_eq!(found["incidents"][0]["said"]["visible_reports"], 0);
    let row = r#"{"incident_path":"incidents/2024-04-01-certificate.md","commit_before":"0123456789"}"#;
    let labels = truth(&[row]);
    let found = run(place.path(), &["--truth", labels.file("truth.jsonl").to_str().unwrap()]);
    assert!(found["incidents"][1]["because"].as_str().unwrap().contains("0123456789"));
}

#[test]
fn a_truth_that_cannot_be_read_is_an_error_with_its_line() {
    let shop = build("shop");
    let labels = truth(&["{\"incident_path\":\"a.md\"}", "{\"mechanism\":\"x\"}"]);
    let output = labels.run(&["backtest", shop.path().to_str().unwrap(), "--truth", "truth.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("line 2: missing field `incident_path`"), "{}", stderr(&output));
    let output = labels.run(&["backtest", shop.path().to_str().unwrap(), "--truth", "no.jsonl"]);
    assert!(stderr(&output).contains("cannot read no.jsonl"), "{}", stderr(&output));
}

#[test]
fn a_folder_without_history_cannot_be_looked_at() {
    let output = Place::with(&[("a.md", "a")]).run(&["backtest"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a back-test looks at commits"), "{}", stderr(&output));
}

#[test]
fn two_back_tests_print_the_same_with_and_without_a_cache() {
    let shop = build("shop");
    let place = Place::with(&[]);
    let path = shop.path().to_str().unwrap();
    for format in ["terminal", "markdown"] {
        let cached = ["backtest", path, "--format", format];
        let (one, two) = (stdout(&place.run(&cached)), stdout(&place.run(&cached)));
        let without = ["backtest", path, "--format", format, "--no-cache", "--threads", "1"];
        assert!(!one.is_empty() && one == two && one == stdout(&place.run(&without)));
    }
}
