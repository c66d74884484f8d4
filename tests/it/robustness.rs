//! Hostile and broken repositories: the run finishes, and says of each file what became of it.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tonight::facts;
use tonight::model::{HistoryStatus, ProblemKind, RepoPath, SkipReason};
use tonight::pipeline::Outcome;
use tonight::rules::RuleSet;
use tonight::source::{Repository, Snapshot, Story, Subject, guarded};

use crate::fixtures::{build, folder, run, run_with};

/// The broken fixture with everything that git should not hold.
fn broken() -> TempDir {
    let target = tempfile::tempdir().unwrap();
    copy(&folder("_broken").join("repo"), target.path());
    let put = |name: &str, text: String| fs::write(target.path().join(name), text).unwrap();
    put("long-line.js", format!("let a = \"{}\"; // for now\n", "x".repeat(300_000)));
    put("long-line.yaml", format!("a: {}\n", "- ".repeat(50_000)));
    put("long-line.md", format!("# Incident\n\n{}\n", "[a](".repeat(40_000)));
    put("deep.yaml", "[".repeat(50_000));
    put("deep.json", "{\"a\":".repeat(50_000));
    put("deep.tf", format!("a = {}", "[".repeat(50_000)));
    put("deep.md", format!("{}x\n", "> ".repeat(20_000)));
    put("deep.py", "(".repeat(50_000));
    put("deep.sh", "$(".repeat(50_000));
    put("deep.sql", format!("select {}", "(".repeat(50_000)));
    put("many-comments.py", "# TODO: for now\n".repeat(20_000));
    put("too-large.py", "# for now\n".repeat(200_000));
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("loop-b", target.path().join("loop-a")).unwrap();
        symlink("loop-a", target.path().join("loop-b")).unwrap();
        symlink("..", target.path().join("up")).unwrap();
        symlink("/etc/hostname", target.path().join("out.md")).unwrap();
        put("esc\u{1b}[31m.md", "# Runbook\n".to_owned());
        put("line\nbreak.md", "# Runbook\n".to_owned());
        put("\u{202e}dm.koobnur", "# Runbook\n".to_owned());
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
        fs::write(target.path().join(name), "# Runbook\n").unwrap();
    }
    target
}

/// Copies a folder with everything below it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn skipped(outcome: &Outcome, path: &str) -> Option<SkipReason> {
    outcome.skipped.iter().find(|skipped| skipped.path.as_str() == path).map(|skipped| skipped.why)
}

fn has_problem(outcome: &Outcome, path: &str, kind: ProblemKind) -> bool {
    let facts = outcome.files.iter().find(|(known, _)| known.as_str() == path).map(|(_, facts)| facts);
    facts.is_some_and(|facts| facts.problems.iter().any(|problem| problem.kind == kind))
}

fn count_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| if entry.file_type().unwrap().is_dir() { count_files(&entry.path()) } else { 1 })
        .sum()
}

#[test]
fn every_broken_file_is_read_or_named() {
    let folder = broken();
    let outcome = run(folder.path());
    assert_eq!(outcome.analyzed + outcome.skipped.len(), count_files(folder.path()));
    let panicked: Vec<_> = outcome
        .files
        .iter()
        .filter(|(_, facts)| facts.problems.iter().any(|problem| problem.kind == ProblemKind::Panicked))
        .map(|(path, facts)| (path.as_str(), &facts.problems))
        .collect();
    assert!(panicked.is_empty(), "{panicked:#?}");
}

#[test]
fn what_is_not_read_is_named_with_the_reason() {
    let folder = broken();
    let outcome = run(folder.path());
    assert_eq!(skipped(&outcome, "binary/zero.py"), Some(SkipReason::Binary));
    assert_eq!(skipped(&outcome, "binary/picture.png"), Some(SkipReason::Binary));
    assert_eq!(skipped(&outcome, "pointer/large.sql"), Some(SkipReason::LargeFilePointer));
    assert_eq!(skipped(&outcome, "generated/api.go"), Some(SkipReason::Generated));
    assert_eq!(skipped(&outcome, "too-large.py"), Some(SkipReason::TooLarge));
    #[cfg(unix)]
    for link in ["loop-a", "loop-b", "up", "out.md"] {
        assert_eq!(skipped(&outcome, link), Some(SkipReason::Symlink), "{link}");
    }
    let lost: Vec<_> = outcome.skipped.iter().filter(|skipped| skipped.why == SkipReason::TimedOut).collect();
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn what_is_half_understood_is_named_with_the_line() {
    let outcome = run(&folder("_broken").join("repo"));
    for half in ["half/main.tf", "half/deployment.yaml", "half/rules.yml", "half/compose.yaml"] {
        assert!(has_problem(&outcome, half, ProblemKind::Syntax), "{half}");
    }
}

#[test]
fn encodings_and_line_ends_do_not_hide_what_a_file_states() {
    let outcome = run(&folder("_broken").join("repo"));
    let states = |path: &str| {
        let found = outcome.files.iter().find(|(known, _)| known.as_str() == path);
        found.is_some_and(|(_, facts)| !facts.facts.is_empty())
    };
    for path in ["crlf/backup.yaml", "utf16/main.tf"] {
        assert!(states(path), "{path}");
    }
}

#[test]
fn any_file_may_end_anywhere() {
    let rules = RuleSet::builtin();
    for name in ["shop", "ready"] {
        let files = Story::read(&folder(name)).unwrap().files().clone();
        for (path, bytes) in files {
            let path = RepoPath::new(path);
            let cuts: Vec<usize> = (1..24).map(|part| bytes.len() * part / 24).collect();
            // Collectors run on threads with large stacks; a test thread has a small one.
            let panicked = guarded(std::time::Duration::from_secs(60), move || {
                let broke = |cut: &&usize| {
                    let facts = facts::collect(&path, &bytes[..**cut], rules);
                    facts.problems.iter().any(|problem| problem.kind == ProblemKind::Panicked)
                };
                cuts.iter().find(broke).map(|cut| format!("{path} cut at {cut}"))
            });
            assert_eq!(panicked.unwrap(), None);
        }
    }
}

#[test]
fn a_repository_of_halves_is_still_answered() {
    for name in ["shop", "ready"] {
        let files = Story::read(&folder(name)).unwrap().files().clone();
        for part in 1..8 {
            let halves = files.iter().map(|(path, bytes)| (path, &bytes[..bytes.len() * part / 8]));
            let repository = Repository {
                root: Default::default(),
                git: None,
                subject: Subject { no_history: Some("in memory".to_owned()), ..Subject::default() },
                snapshot: Snapshot::of_memory(halves),
            };
            assert_eq!(run_with(repository, 2).answers.answers.len(), 6, "{name}, {part} of 8");
        }
    }
}

#[test]
fn an_empty_repository_says_that_it_has_no_history() {
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::init(folder.path()).unwrap();
    let outcome = run(folder.path());
    assert_eq!(outcome.analyzed, 0);
    assert!(matches!(outcome.history.status, HistoryStatus::Unavailable(_)), "{:?}", outcome.history.status);
}

#[test]
fn a_shallow_clone_says_what_would_complete_it() {
    let shop = build("shop");
    let repository = git2::Repository::open(shop.path()).unwrap();
    let commit = repository.head().unwrap().peel_to_commit().unwrap();
    let border = commit.parent_id(0).unwrap();
    // What `git clone --depth 2` leaves behind: the border, and nothing beyond it.
    fs::write(shop.path().join(".git/shallow"), format!("{border}\n")).unwrap();
    let outcome = run(shop.path());
    assert!(outcome.subject.is_shallow);
    match outcome.history.status {
        HistoryStatus::Shallow { remedy } => assert!(remedy.contains("git fetch"), "{remedy}"),
        // History is not read at all yet: nothing to complete.
        HistoryStatus::Unread => {}
        other => panic!("{other:?}"),
    }
}
