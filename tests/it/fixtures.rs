//! Each fixture, made into a repository and reported on.
//!
//! `fixtures/<name>/README.md` says which answers it must give and why; the tests here hold the tool to
//! it. What a fixture cannot keep in plain files (its history) is replayed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use tempfile::TempDir;
use tonight::model::{Audience, Place, Settings};
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
    pipeline::run(Request { repository, rules, settings, cache: Cache::off(), threads }, &mut |_| {})
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
