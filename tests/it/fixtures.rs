//! Each fixture, made into a repository and reported on.
//!
//! `fixtures/<name>/README.md` says which answers it must give and why; the tests here hold the tool to
//! it. What a fixture cannot keep in plain files (its history) is replayed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use tempfile::TempDir;
use tonight::model::{Audience, Place, Settings, Verdict};
use tonight::pipeline::{self, Outcome, Request};
use tonight::rules::RuleSet;
use tonight::source::{self, Cache, Repository, Story};

/// The day on which every fixture is looked at.
pub const DAY: Date = Date::constant(2026, 11, 1);

/// The folder of a fixture.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A fixture with its history, in a folder that is gone with the value.
pub fn build(name: &str) -> TempDir {
    let target = tempfile::tempdir().unwrap();
    Story::read(&folder(name)).unwrap().materialize(target.path()).unwrap();
    target
}

/// Runs the whole way over a folder.
pub fn run(path: &Path) -> Outcome {
    run_with(source::open(Some(path), None).unwrap(), 0)
}

/// Runs the whole way over a repository with this many threads.
pub fn run_with(repository: Repository, threads: usize) -> Outcome {
    let settings = Settings { audience: Audience::Workshop, ..Settings::on(DAY) };
    let rules = Arc::new(RuleSet::builtin().clone());
    pipeline::run(
        Request {
            repository,
            rules,
            settings,
            cache: Cache::off(),
            threads,
            scope: pipeline::Scope::Everything,
            deployed: None,
            with_history: true,
            with_lost: false,
        },
        &mut |_| {},
    )
}

#[test]
fn the_shop_on_disk_and_the_shop_in_the_binary_are_the_same() {
    let (disk, binary) = (build("shop"), tempfile::tempdir().unwrap());
    let head = Story::shop().unwrap().materialize(binary.path()).unwrap();
    let outcome = run(disk.path());
    assert_eq!(outcome.subject.commit.as_deref(), Some(head.as_str()));
    assert!(!outcome.subject.is_dirty);
}

#[test]
fn fixtures_name_roles_and_reserved_domains_only() {
    for name in ["shop", "ready", "library"] {
        let history = std::fs::read_to_string(folder(name).join("history.toml")).unwrap();
        for line in history.lines().filter_map(|line| line.strip_prefix("who = ")) {
            let is_role = line.contains(" Team <") || line.contains(" Maintainers <");
            assert!(is_role && line.contains(".example>"), "{name}: {line}");
        }
    }
}

/// A report as a user gets it: the program itself, without the environment of this machine.
fn report(name: &str, format: &str) -> String {
    let parent = tempfile::tempdir().unwrap();
    // The folder's name is shown, so it must not be a random one.
    let path = parent.path().join(name.trim_start_matches('_'));
    match Story::read(&folder(name)) {
        Ok(story) => drop(story.materialize(&path).unwrap()),
        // No history: as plain files.
        Err(_) => crate::robustness::copy(&folder(name).join("repo"), &path),
    }
    let mut tonight = assert_cmd::Command::cargo_bin("tonight").unwrap();
    tonight.env_clear().env("COLUMNS", "100").current_dir(parent.path());
    let day = DAY.to_string();
    tonight.arg("report").arg(&path).args(["--as-of", &day, "--no-cache", "--format", format]);
    String::from_utf8(tonight.output().unwrap().stdout).unwrap()
}

/// Compares with `fixtures/<name>/expected/`. Read a difference there as a user would read the report.
fn expect(name: &str, format: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder(name).join("expected"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.remove_info();
    settings.add_filter(r#""rules_digest": "[0-9a-f]+""#, r#""rules_digest": "[digest]""#);
    settings.bind(|| insta::assert_snapshot!(format, report(name, format)));
}

fn expect_all(name: &str) {
    for format in ["terminal", "markdown", "json"] {
        expect(name, format);
    }
}

#[test]
fn the_shop_is_reported_as_expected() {
    expect_all("shop");
}

#[test]
fn the_ready_repository_is_reported_as_expected() {
    expect_all("ready");
}

#[test]
fn the_library_is_reported_as_expected() {
    expect_all("library");
}

#[test]
fn the_broken_files_are_reported_as_expected() {
    expect_all("_broken");
}

/// The table of answers in the README of a fixture: (question, verdict).
fn promised(name: &str) -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(folder(name).join("README.md")).unwrap();
    let rows = readme.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| question"));
    let cells = rows.map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    cells.map(|cells| (cells[1].clone(), cells[2].clone())).collect()
}

#[test]
fn every_fixture_gives_the_answers_its_readme_promises() {
    for name in ["shop", "ready"] {
        let outcome = run(build(name).path());
        let answers = outcome.answers.answers.iter();
        let given: Vec<_> =
            answers.map(|a| (a.question.id().to_owned(), a.verdict.id().to_owned())).collect();
        assert_eq!(given, promised(name), "{name}");
    }
    let library = run(build("library").path());
    assert!(library.answers.answers.iter().all(|answer| answer.verdict == Verdict::NotApplicable));
    assert!(library.answers.findings.is_empty(), "{:#?}", library.answers.findings);
}

#[test]
fn every_finding_points_at_text_or_at_a_named_absence() {
    for name in ["shop", "ready", "library"] {
        let built = build(name);
        let outcome = run(built.path());
        let places = outcome.answers.findings.iter().map(|finding| &finding.primary);
        let proofs = outcome.answers.answers.iter().flat_map(|a| a.evidence.iter().map(|e| &e.place));
        for place in places.chain(proofs) {
            match place {
                Place::At(span) => {
                    let text = std::fs::read_to_string(built.path().join(span.path.as_str())).unwrap();
                    let lines = text.lines().count() as u32;
                    assert!((1..=lines).contains(&span.at.line), "{}:{}", span.path, span.at.line);
                }
                Place::Absent(searched) => {
                    assert!(!searched.what.is_empty() && !searched.r#where.is_empty(), "{searched:?}");
                }
            }
        }
    }
}
