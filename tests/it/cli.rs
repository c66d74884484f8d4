//! The command line as a user meets it: exit codes, errors, colours, files, pipes.

use std::process::{Output, Stdio};

use crate::support::{Place, json, stderr, stdout};

#[track_caller]
fn check_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "stdout: {}\nstderr: {}", stdout(output), stderr(output));
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let place = Place::with_gap();
    check_exit(&place.report(&[]), 0);
    check_exit(&place.report(&["--fail-on", "high"]), 1);
    check_exit(&place.report(&["--fail-on", "none"]), 0);
    check_exit(&place.report(&["--no-such-flag"]), 2);
    check_exit(&place.report(&["no/such/folder"]), 2);
    check_exit(&place.report(&["--rev", "HEAD"]), 2);
    check_exit(&Place::with(&[]).report(&["--strict", "--fail-on", "low"]), 3);
    check_exit(&place.report(&["--strict"]), 0);
    place.write("broken.yaml", "a: [1\nb: }{\n");
    check_exit(&place.report(&["--strict"]), 4);
    check_exit(&place.report(&["--strict", "--fail-on", "high"]), 1);
}

#[test]
fn the_format_never_changes_the_exit_code() {
    let place = Place::with_gap();
    for format in ["terminal", "markdown", "json"] {
        check_exit(&place.report(&["--fail-on", "medium", "--format", format]), 1);
        check_exit(&place.report(&["--format", format]), 0);
    }
}

#[test]
fn the_gate_looks_only_at_the_questions_asked() {
    let place = Place::with_gap();
    check_exit(&place.report(&["--fail-on", "high", "--question", "page"]), 1);
    let output = place.report(&["--fail-on", "high", "--question", "backup,rollback", "--format", "json"]);
    check_exit(&output, 0);
    let report = json(&output);
    let asked: Vec<_> = report["questions"].as_array().unwrap().iter().map(|q| q["id"].clone()).collect();
    assert_eq!(asked, ["rollback", "backup"]);
    assert!(report["findings"].as_array().unwrap().iter().all(|f| f["question"] != "page"));
}

#[test]
fn plain_tonight_is_the_report_on_the_folder_around() {
    let place = Place::with_gap();
    let plain = place.run(&["--as-of", "2026-11-01", "--format", "json"]);
    assert_eq!(stdout(&plain), stdout(&place.report(&[".", "--format", "json"])));
}

#[test]
fn the_same_run_gives_the_same_bytes_with_and_without_the_cache() {
    let place = Place::with_gap();
    let first = place.report(&["--format", "json", "--no-cache", "--threads", "1"]);
    for arguments in [&["--cache-dir", "../cache-of-test"][..], &["--threads", "3"]] {
        let cache = place.path().join("../cache-of-test");
        let again = place.report(&[&["--format", "json"], arguments].concat());
        assert_eq!(stdout(&first), stdout(&again));
        let _ = std::fs::remove_dir_all(cache);
    }
}

#[track_caller]
fn config_error(config: &str) -> String {
    let place = Place::with_gap();
    place.write("tonight.toml", config);
    let output = place.report(&[]);
    check_exit(&output, 2);
    assert_eq!(stdout(&output), "");
    stderr(&output)
}

#[test]
fn configuration_errors_point_at_the_line() {
    insta::assert_snapshot!(config_error("name = \"shop\"\nfresh_days = 90\n[gate]\nfail-on = \"severe\"\n"), @r#"
    tonight: tonight.toml:2:1: unknown key `fresh_days`
      |
    2 | fresh_days = 90
      | ^^^^^^^^^^ did you mean `fresh-days`?
    tonight.toml:4:11: `severe` is not a value of `fail-on`
      |
    4 | fail-on = "severe"
      |           ^^^^^^^^ write one of "none", "low", "medium", "high"
    "#);
    insta::assert_snapshot!(config_error("[rules.disable-alerting]\nseverity = \"off\"\n"), @r"
    tonight: tonight.toml:1:8: no rule is called `disable-alerting`
      |
    1 | [rules.disable-alerting]
      |        ^^^^^^^^^^^^^^^^ did you mean `disabled-alerting`?
    ");
    insta::assert_snapshot!(config_error("[[attest]]\nquestion = \"backup\"\nclaim = \"restored\"\nby = \"ops\"\nuntil = \"next year\"\n"), @r#"
    tonight: tonight.toml:5:9: `next year` is not a value of `until`
      |
    5 | until = "next year"
      |         ^^^^^^^^^^^ write a date as 2027-03-31
    "#);
}

#[test]
fn what_is_attested_counts_as_declared_for_every_question_until_its_day() {
    let place = Place::with(&[("Dockerfile", "FROM alpine:3.20\n")]);
    let verdicts = |until: &str| {
        let claims = ["page", "diagnose", "communicate", "rollback", "backup", "data-loss"].map(|question| {
            format!(
                "[[attest]]\nquestion = \"{question}\"\nclaim = \"seen\"\nby = \"ops\"\nuntil = {until}\n"
            )
        });
        place.write("tonight.toml", &claims.concat());
        let report: serde_json::Value =
            serde_json::from_str(&stdout(&place.report(&["--format", "json"]))).unwrap();
        let questions = report["questions"].as_array().unwrap().clone();
        questions.iter().map(|question| question["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("2100-01-01"), ["partly"; 6]);
    assert_eq!(verdicts("2000-01-01"), ["cannot-tell"; 6]);
}

#[test]
fn the_configuration_sets_the_gate_and_a_flag_wins_over_it() {
    let place = Place::with_gap();
    place.write("tonight.toml", "[gate]\nfail-on = \"high\"\n");
    check_exit(&place.report(&[]), 1);
    check_exit(&place.report(&["--fail-on", "none"]), 0);
    check_exit(&place.report(&["--no-config"]), 0);
    place.write("other.toml", "[rules.disabled-alerting]\nseverity = \"low\"\n");
    check_exit(&place.report(&["--config", "other.toml", "--fail-on", "high"]), 0);
    check_exit(&place.report(&["--config", "missing.toml"]), 2);
}

#[test]
fn a_suppressed_finding_stays_in_the_report_and_does_not_count() {
    let place = Place::with_gap();
    place.write(
        "tonight.toml",
        "[[ignore]]\nrule = \"disabled-alerting\"\npaths = [\"values.yaml\"]\nreason = \"moving\"\nuntil = 2027-01-01\n",
    );
    let output = place.report(&["--fail-on", "high", "--format", "json"]);
    check_exit(&output, 0);
    let report = json(&output);
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "disabled-alerting");
    assert_eq!(finding["suppressed"]["reason"], "moving");
    assert_eq!(finding["suppressed"]["place"]["path"], "tonight.toml");
    assert_eq!(report["summary"]["suppressed"], 1);
    assert_eq!(report["summary"]["findings"]["high"], 0);
    assert!(!report["questions"][0]["gaps"].as_array().unwrap().contains(&finding["fingerprint"]));
    // Past its day it counts again, and the exception is a finding itself.
    let output = place.run(&["report", "--as-of", "2027-01-02", "--fail-on", "high", "--format", "json"]);
    check_exit(&output, 1);
    let report = json(&output);
    let rules: Vec<_> = report["findings"].as_array().unwrap().iter().map(|f| f["rule"].clone()).collect();
    assert_eq!(rules, ["disabled-alerting", "expired-suppression"]);
    assert_eq!(report["findings"][1]["question"], "page");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let place = Place::with_gap();
    let page = |environment: &[(&str, &str)]| {
        let output =
            place.tonight().envs(environment.iter().copied()).args(["--as-of", "2026-11-01"]).output();
        stdout(&output.unwrap())
    };
    assert!(!page(&[]).contains('\u{1b}'));
    assert!(page(&[("FORCE_COLOR", "1")]).contains('\u{1b}'));
    assert!(page(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!page(&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
    assert!(page(&[]).contains("✖ NO"));
    assert!(page(&[("TERM", "dumb")]).is_ascii());
}

#[test]
fn the_page_is_as_wide_as_asked() {
    let place = Place::with_gap();
    for (columns, widest) in [("20", 60), ("80", 80), ("1000", 200)] {
        let output =
            place.tonight().env("COLUMNS", columns).args(["--as-of", "2026-11-01"]).output().unwrap();
        let page = stdout(&output);
        let rule = page.lines().find(|line| line.starts_with("── ")).unwrap();
        assert_eq!(rule.chars().count(), widest);
    }
}

#[test]
fn nothing_of_a_repository_steers_the_terminal() {
    let place = Place::with(&[(
        "a\u{1b}[31m.yaml",
        "\"x\\u001b[2J\":\n  alertmanager.enabled: false\nalertmanager: {enabled: no}\n",
    )]);
    place.write("b\u{202e}/values.yaml", "alertmanager:\n  enabled: false\n");
    for format in ["terminal", "markdown"] {
        let page = stdout(&place.report(&["--format", format, "-v"]));
        assert!(page.contains("disabled-alerting"));
        assert!(!page.chars().any(|c| c == '\u{1b}' || c == '\u{202e}'), "{page}");
    }
    let output = place.report(&["--config", "\u{1b}[2J.toml"]);
    check_exit(&output, 2);
    assert!(!stderr(&output).contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::with_gap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tonight"))
        .args(["report", "--format", "json", "--no-cache", "--fail-on", "high"])
        .current_dir(place.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    check_exit(&output, 1);
    assert_eq!(stderr(&output), "");
}

#[test]
fn outputs_are_written_whole_or_not_at_all() {
    let place = Place::with_gap();
    place.write("report.json", "old");
    let output = place.report(&["--output", "json=report.json", "--output", "markdown=report.md", "-q"]);
    check_exit(&output, 0);
    let text = std::fs::read_to_string(place.file("report.json")).unwrap();
    assert!(text.starts_with("{\n  \"schema\": \"tonight.report/1\""));
    assert!(std::fs::read_to_string(place.file("report.md")).unwrap().contains("## If production failed"));
    let leftovers = std::fs::read_dir(place.path()).unwrap().count();
    assert_eq!(leftovers, 4, "nothing but the two sources and the two reports");
    check_exit(&place.report(&["--output", "json=no/such/folder/x.json"]), 2);
    check_exit(&place.report(&["--output", "json=."]), 2);
    check_exit(&place.report(&["--output", "pdf=x"]), 2);
}

#[test]
fn own_rules_are_used_tested_and_never_overwritten() {
    let place = Place::with(&[("compose.yaml", "services:\n  app:\n    image: example/app:latest\n")]);
    let output = place.run(&["rules", "new", "moving-image"]);
    check_exit(&output, 0);
    check_exit(&place.run(&["rules", "new", "moving-image"]), 2);
    check_exit(&place.run(&["rules", "new", "disabled-alerting"]), 2);
    check_exit(&place.run(&["rules", "new", "../escape"]), 2);
    let tested = place.run(&["rules", "test", ".tonight/rules/moving-image.toml"]);
    check_exit(&tested, 0);
    place.write("empty/README.md", "no rule here");
    check_exit(&place.run(&["rules", "test", "empty"]), 2);
    assert_eq!(stdout(&tested), "4 of 4 samples of 1 rules do what they say\n");
    let report = json(&place.report(&["--format", "json"]));
    let finding =
        report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "moving-image").unwrap();
    assert_eq!(finding["place"]["line"], 3);
    assert!(stdout(&place.run(&["rules", "list"])).contains("moving-image"));
    // A sample that lies fails, and says where.
    let text = std::fs::read_to_string(place.file(".tonight/rules/moving-image.toml")).unwrap();
    place.write(".tonight/rules/moving-image.toml", &text.replace("compose.yaml:3", "compose.yaml:2"));
    let tested = place.run(&["rules", "test", ".tonight/rules"]);
    check_exit(&tested, 1);
    assert!(stdout(&tested).contains("must fire at compose.yaml:2; it fired compose.yaml:3"));
}

#[test]
fn explains_rules_and_findings_and_suggests() {
    let place = Place::with_gap();
    let page = stdout(&place.run(&["explain", "disabled-alerting"]));
    for part in ["why it hurts", "how it is detected", "how it can be wrong", "how to mend it"] {
        assert!(page.contains(part), "{part}");
    }
    let report = json(&place.report(&["--format", "json"]));
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap();
    assert!(stdout(&place.run(&["explain", fingerprint])).contains("values.yaml:2"));
    let output = place.run(&["explain", "disabled-alertin"]);
    check_exit(&output, 2);
    assert!(stderr(&output).contains("did you mean disabled-alerting?"));
    check_exit(&place.run(&["explain", "fp1:0000000000000000"]), 2);
}

#[test]
fn help_and_version_are_no_errors() {
    let place = Place::with(&[]);
    for arguments in [&["--help"][..], &["--version"], &["report", "-h"], &["man"], &["completions", "zsh"]] {
        let output = place.run(arguments);
        check_exit(&output, 0);
        assert!(!output.stdout.is_empty() && output.stderr.is_empty());
    }
}

#[test]
fn a_markdown_page_stays_below_the_limit_and_says_what_was_cut() {
    let place = Place::with(&[]);
    for number in 0..700 {
        let folder = format!("charts/a-service-with-a-name-{number}");
        place.write(&format!("{folder}/values.yaml"), "alertmanager:\n  enabled: false\n");
    }
    let page = stdout(&place.report(&["--format", "markdown"]));
    assert!((50_000..=60_000).contains(&page.chars().count()), "{}", page.chars().count());
    assert!(page.contains("**Cut here: ") && page.ends_with("<!-- tonight:report/1 -->\n"));
}

#[test]
fn with_a_revision_the_configuration_is_read_from_it() {
    let shop = crate::fixtures::build("shop");
    std::fs::write(shop.path().join("tonight.toml"), "no-such-key = 1\n").unwrap();
    let place = Place::with(&[]);
    let path = shop.path().to_str().unwrap();
    check_exit(&place.report(&[path]), 2);
    let output = place.report(&[path, "--rev", "HEAD", "--format", "json"]);
    check_exit(&output, 0);
    let report = json(&output);
    assert_eq!(report["subject"]["revision"], "HEAD");
    assert_eq!(report["subject"]["is_dirty"], false);
    // The same revision gives the same report from a bare clone, where nothing is checked out.
    let bare = json(&place.report(&[
        shop.path().join(".git").to_str().unwrap(),
        "--rev",
        "HEAD",
        "--format",
        "json",
    ]));
    assert_eq!(report, bare);
}

#[test]
#[cfg(unix)]
fn an_unreadable_configuration_is_not_passed_over() {
    let place = Place::with_gap();
    place.write("elsewhere.toml", "name = \"x\"\n");
    std::os::unix::fs::symlink("elsewhere.toml", place.file("tonight.toml")).unwrap();
    let output = place.report(&[]);
    check_exit(&output, 2);
    assert!(stderr(&output).contains("--config"), "{}", stderr(&output));
    check_exit(&place.report(&["--no-config"]), 0);
}
