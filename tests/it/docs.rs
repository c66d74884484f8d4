//! What README.md says, held against the program.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// What a shortened output says where lines are left out.
const LEFT_OUT: &str = "…";

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The program as a user would run it, without the environment of this machine.
fn tonight() -> Command {
    let mut command = Command::cargo_bin("tonight").unwrap();
    command.env_clear().env("COLUMNS", "100");
    command
}

/// The fenced block that follows a marker.
fn block<'a>(text: &'a str, marker: &str) -> &'a str {
    let after = &text[text.find(marker).unwrap_or_else(|| panic!("no {marker}")) + marker.len()..];
    let fence = after.find("```").unwrap();
    let start = fence + after[fence..].find('\n').unwrap() + 1;
    &after[start..start + after[start..].find("```").unwrap()]
}

/// The output in the README is the program's own, in order, with gaps only where it says so.
#[test]
fn the_output_in_the_readme_is_what_the_program_prints() {
    let output = tonight().arg("demo").output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut printed = printed.lines().map(str::trim_end).peekable();
    let mut may_skip = false;
    for shown in block(&readme(), "<!-- output of: tonight demo -->").lines().map(str::trim_end) {
        if shown.trim() == LEFT_OUT {
            may_skip = true;
            continue;
        }
        let found = if may_skip { printed.find(|line| *line == shown) } else { printed.next() };
        assert_eq!(found, Some(shown), "README.md shows a line that `tonight demo` does not print there");
        may_skip = false;
    }
    assert!(may_skip || printed.next().is_none(), "the output goes on; the README must say so");
}

#[test]
fn every_command_in_the_readme_exists() {
    let readme = readme();
    let mut commands = 0;
    for line in block(&readme, "## Use").lines().filter(|line| line.starts_with("tonight ")) {
        let words = line.split_whitespace().nth(1).unwrap();
        if words.starts_with('[') {
            continue;
        }
        tonight().args([words, "--help"]).assert().success();
        commands += 1;
    }
    assert!(commands > 5);
}

#[test]
fn every_flag_in_the_readme_exists() {
    let help_of = |command| tonight().args([command, "--help"]).output().unwrap().stdout;
    let help: Vec<u8> = ["report", "demo", "page"].into_iter().flat_map(help_of).collect();
    let help = String::from_utf8(help).unwrap();
    for word in readme().split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| w.starts_with("--")) {
        let is_of_cargo = ["--release", "--path", "--", "---"].contains(&word) || word.starts_with("---");
        assert!(is_of_cargo || help.contains(word), "{word}");
    }
}

#[test]
fn the_exit_codes_in_the_readme_are_those_of_the_help() {
    let help = String::from_utf8(tonight().args(["report", "--help"]).output().unwrap().stdout).unwrap();
    let readme = readme().replace('`', "");
    for code in 0..5 {
        let row = readme.lines().find_map(|line| line.strip_prefix(&format!("| {code} | "))).unwrap();
        let meaning = row.trim_end_matches(" |");
        assert!(help.contains(&format!("{code}  {meaning}")), "{meaning}");
    }
}

#[test]
fn the_questions_in_the_readme_are_those_of_the_program() {
    let readme = readme();
    for question in tonight::model::Question::ALL {
        let row = format!("| `{}` | {} |", question.id(), question.text());
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn the_configuration_in_the_readme_is_accepted() {
    let readme = readme();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("tonight.toml", &block(&readme, "## Configuration").replace("[gate]\nfail-on = \"high\"", ""));
    put("values.yaml", "replicas: 1\n");
    tonight().arg("report").arg(folder.path()).arg("--no-cache").assert().success();
}

#[test]
fn the_suppression_in_the_readme_suppresses() {
    let readme = readme();
    let folder = tempfile::tempdir().unwrap();
    let text = block(&readme, "### Suppression in place");
    let report = |text: &str| {
        fs::write(folder.path().join("values.yaml"), text).unwrap();
        let mut run = tonight();
        let args = ["report", ".", "--no-cache", "--as-of", "2026-11-01", "--fail-on", "low"];
        run.args(args).current_dir(folder.path()).assert()
    };
    report(text).success();
    let without: String = text.lines().filter(|l| !l.contains('#')).map(|line| format!("{line}\n")).collect();
    report(&without).code(1);
}

/// Follows "Write a rule" to the letter in a repository of its own.
#[test]
fn a_newcomer_adds_a_rule_by_the_readme_alone() {
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::init(folder.path()).unwrap();
    let run = |words: &str| {
        let mut command = tonight();
        command.args(words.split_whitespace()).current_dir(folder.path());
        command.assert()
    };
    let readme = readme();
    let section =
        &readme[readme.find("## Write a rule").unwrap()..readme.find("## What it promises").unwrap()];
    let steps = section.lines().filter_map(|line| line.strip_prefix("tonight "));
    let steps: Vec<&str> = steps.map(|line| line.split('#').next().unwrap()).collect();
    assert_eq!(steps.len(), 3, "{steps:?}");
    run(steps[0]).success();
    let rule = folder.path().join(".tonight/rules/paging-by-mail.toml");
    assert!(rule.is_file());
    run(steps[1]).success();
    // The four changes: a rule that finds receivers who are only sent mail.
    fs::write(&rule, own_rule(&fs::read_to_string(&rule).unwrap())).unwrap();
    run(steps[1]).success();
    fs::write(
        folder.path().join("alertmanager.yml"),
        "receivers:\n  - name: ops\n    email_configs: [{to: a@b.example}]\n",
    )
    .unwrap();
    let report = run(&format!("{} --no-cache", steps[2])).get_output().stdout.clone();
    let report = String::from_utf8(report).unwrap();
    assert!(report.contains("paging-by-mail"), "{report}");
}

/// The template with the four changes: what it says, where it looks, what it matches, its samples.
fn own_rule(template: &str) -> String {
    let (head, _) = template.split_once("[pattern]").unwrap();
    let says = |line: &str| match line.split_once(" = ").map(|(key, _)| key) {
        Some("question") => "question = \"page\"".to_owned(),
        Some("summary") => "summary = \"Alerts go to a mailbox.\"".to_owned(),
        Some("why") => "why = \"Nobody reads mail at night.\"".to_owned(),
        _ => line.to_owned(),
    };
    let head: String = head.lines().map(|line| says(line) + "\n").collect();
    head + r#"
[pattern]
files = ["**/alertmanager.y*ml"]
within = "key"
regex = '(^|\.)email_configs.*\.to = .+$'
message = "an alert goes to a mailbox: `{match}`"

[[bad]]
name = "a receiver sends mail"
at = "alertmanager.yml:3"
[bad.files]
"alertmanager.yml" = """
receivers:
  - name: ops
    email_configs: [{to: ops@shop.example}]
"""

[[bad]]
name = "one of two receivers does"
at = "alertmanager.yml:4"
[bad.files]
"alertmanager.yml" = """
receivers:
  - name: chat
  - name: ops
    email_configs: [{to: ops@shop.example}]
"""

[[good]]
name = "a pager"
[good.files]
"alertmanager.yml" = """
receivers:
  - name: ops
    pagerduty_configs: [{routing_key_file: /etc/key}]
"""

[[good]]
name = "another file speaks of mail"
[good.files]
"notes.yml" = """
email_configs: [{to: ops@shop.example}]
"""
"#
}
