//! Churn, people, reverts, releases, and what is missing.

use std::fs;

use git2::{Oid, Signature, Time};

use super::super::{from_bytes, memory_name, read_history, to_bytes};
use super::{DAY, NOW, Repo, everything, numbered};
use crate::model::{HistoryStatus, RepoPath};
use crate::source::open;

#[test]
fn counts_changes_but_not_merges() {
    let repo = Repo::new();
    let a = repo.say(400, &[], &[("a", Some("1\n")), ("b", Some("1\n"))], "old", "start");
    let b = repo.say(300, &[a], &[("a", Some("2\n"))], "ann", "two");
    let c = repo.say(20, &[a], &[("b", Some("3\n"))], "ben", "three");
    let d = repo.say(10, &[b, c], &[("b", Some("3\n"))], "ann", "merge");
    repo.say(5, &[d], &[("a", Some("5\n"))], "renovate[bot]", "bump");
    let history = repo.history();
    assert_eq!((history.status, history.commits), (HistoryStatus::Complete, 5));
    let file = |name: &str| &history.files[&RepoPath::new(name)];
    assert_eq!((file("a").commits, file("a").commits_last_year), (3, 2));
    assert_eq!((file("b").commits, file("b").commits_last_year), (2, 1));
    assert_eq!(file("a").recent_authors, []);
    assert_eq!(file("b").recent_authors[0].email, "ben@example.org");
    assert_eq!(file("a").first_change.unwrap().to_string(), "2025-10-17");
    assert_eq!(file("a").last_change.unwrap().to_string(), "2026-11-16");
    let active: Vec<_> =
        history.active.iter().map(|(person, count)| (person.name.as_str(), *count)).collect();
    assert_eq!(active, [("ann", 1), ("ben", 1)]);
}

#[test]
fn knows_what_closed_a_ticket_and_when_a_path_came_and_went() {
    let repo = Repo::new();
    let a = repo.say(30, &[], &[("a", Some("1\n"))], "ann", "Start (#6)");
    let b = repo.say(20, &[a], &[("gone.md", Some("x\n")), ("a", Some("2\n"))], "ben", "Try it");
    let c = repo.say(
        19,
        &[a, b],
        &[("gone.md", Some("x\n")), ("a", Some("2\n"))],
        "ann",
        "Merge pull request #7 from b/c",
    );
    let d = repo.say(18, &[c], &[("gone.md", None), ("moved.md", Some("x\n"))], "ann", "Work on #8 (#9)");
    repo.say(17, &[d], &[("a", Some("3\n"))], "ann", "More of it (#9)");
    let repository = repo.open();
    let mut request = everything(&repository);
    request.incidents.tickets = [6, 7, 8, 9].map(|number| (format!("shop#{number}"), number)).into();
    request.incidents.made = [RepoPath::new("gone.md"), RepoPath::new("never.md")].into();
    let history = read_history(&repository, request);
    let closed: Vec<_> = history.closings.iter().map(|c| (c.ticket.as_str(), c.by.commit.clone())).collect();
    assert_eq!(closed, [("shop#7", c.to_string()), ("shop#6", a.to_string())], "#9 is worked on twice");
    assert_eq!(history.closings[0].paths, [RepoPath::new("a"), RepoPath::new("gone.md")]);
    assert_eq!(history.files[&RepoPath::new("a")].commits, 3, "a merge is not counted");
    let made = &history.made[&RepoPath::new("gone.md")];
    let ids = [&made.added, &made.removed].map(|change| change.as_ref().map(|c| c.commit.clone()));
    assert_eq!(ids, [Some(b.to_string()), Some(d.to_string())]);
    assert!(made.is_elsewhere && history.made[&RepoPath::new("never.md")].added.is_none());
    assert!(!history.files.contains_key(&RepoPath::new("gone.md")), "only files of the revision");
}

#[test]
fn knows_what_was_taken_back_and_how_soon() {
    let repo = Repo::new();
    let a = repo.say(30, &[], &[("a", Some("1\n"))], "ann", "Start");
    let b = repo.say(20, &[a], &[("a", Some("2\n"))], "ann", "Try it (#7)\n\nbody");
    let message = format!("Revert \"Try it (#7)\"\n\nThis reverts commit {}.\n", &b.to_string()[..9]);
    let c = repo.say(19, &[b], &[("a", Some("1\n"))], "ann", &message);
    let d = repo.say(18, &[c], &[("b", Some("2\n"))], "ann", "Another");
    let e = repo.say(15, &[d], &[("b", None), ("c", Some("c\n"))], "ann", "Revert \"Another\" (#9)");
    // A squash that quotes a revert of something that never arrived is none.
    let quote = format!("Squash\n\n* x\n\nThis reverts commit {}.\n", "1234567".repeat(5) + "12345");
    repo.say(10, &[e], &[("a", Some("4\n"))], "ann", &quote);
    let history = repo.history();
    let found: Vec<_> = history
        .reverts
        .iter()
        .map(|one| (one.commit.clone(), one.of.clone(), one.seconds_to_revert))
        .collect();
    let expected = [
        (e.to_string(), Some(d.to_string()), Some(3 * DAY)),
        (c.to_string(), Some(b.to_string()), Some(DAY)),
    ];
    assert_eq!(found, expected);
    assert_eq!(history.reverts[1].paths, [RepoPath::new("a")]);
    assert_eq!(history.files[&RepoPath::new("a")].reverts, 1);
}

#[test]
fn knows_releases_and_what_was_in_the_last_one() {
    let repo = Repo::new();
    let a = repo.commit(50, &[], &[("db/1.sql", Some("1\n")), ("x", Some("x\n"))]);
    let b = repo.commit(40, &[a], &[("db/2.sql", Some("2\n"))]);
    let side = repo.commit(35, &[a], &[("db/9.sql", Some("9\n"))]);
    let c = repo.commit(30, &[b], &[("db/1.sql", None)]);
    repo.commit(20, &[c], &[("x", Some("y\n"))]);
    let tag = |name: &str, id: Oid| {
        repo.git.reference(&format!("refs/tags/{name}"), id, true, "").unwrap();
    };
    tag("v1.0.0", a);
    tag("v1.1.0", b);
    tag("v1.0.1", side);
    tag("latest", c);
    let when = Signature::new("ann", "ann@example.org", &Time::new(NOW - 3 * DAY, 0)).unwrap();
    let object = repo.git.find_object(a, None).unwrap();
    repo.git.tag("golden", &object, &when, "", false).unwrap();
    let history = repo.history();
    let found: Vec<_> = history
        .releases
        .iter()
        .map(|one| (one.tag.as_str(), one.date.to_string(), one.is_ancestor, one.commits_since))
        .collect();
    let day = |text: &str| text.to_owned();
    assert_eq!(
        found,
        [
            ("golden", day("2026-11-18"), true, Some(3)),
            ("v1.0.1", day("2026-10-17"), false, Some(3)),
            ("v1.1.0", day("2026-10-12"), true, Some(2)),
            ("v1.0.0", day("2026-10-02"), true, Some(3)),
        ]
    );
    assert_eq!(history.last_release().unwrap().tag, "v1.1.0");
    let paths: Vec<_> = history.at_last_release.keys().map(RepoPath::as_str).collect();
    assert_eq!(paths, ["db/1.sql", "db/2.sql"]);
}

#[test]
fn the_last_release_may_stand_on_a_branch_of_its_own() {
    let repo = Repo::new();
    let a = repo.commit(50, &[], &[("db/1.sql", Some("1\n"))]);
    let b = repo.commit(40, &[a], &[("db/2.sql", Some("2\n"))]);
    let released = repo.commit(35, &[a, b], &[("db/2.sql", Some("2\n"))]);
    repo.commit(30, &[b], &[("db/3.sql", Some("3\n"))]);
    for (name, id) in [("v1.0.0", a), ("v1.1.0", released)] {
        repo.git.reference(&format!("refs/tags/{name}"), id, true, "").unwrap();
    }
    let history = repo.history();
    let last = history.last_release().unwrap();
    assert_eq!((last.tag.as_str(), last.is_ancestor, last.commits_since), ("v1.1.0", false, Some(1)));
    let paths: Vec<_> = history.at_last_release.keys().map(RepoPath::as_str).collect();
    assert_eq!(paths, ["db/1.sql", "db/2.sql"]);
}

#[test]
fn a_shallow_clone_knows_lower_bounds_and_says_what_completes_it() {
    let repo = Repo::new();
    let text = numbered(0..10);
    let a = repo.commit(50, &[], &[("a.txt", Some(&text))]);
    let b = repo.commit(40, &[a], &[("a.txt", Some(&text.replace("number 2 ", "two ")))]);
    let c = repo.commit(30, &[b], &[("a.txt", Some(&text.replace("number 2 ", "three ")))]);
    fs::write(repo.git.path().join("shallow"), format!("{b}\n")).unwrap();
    let history = repo.history();
    assert_eq!(history.status, HistoryStatus::Shallow { remedy: "git fetch --unshallow".to_owned() });
    assert_eq!(history.commits, 2);
    let origin = |line: u32| &history.lines[&(RepoPath::new("a.txt"), line)];
    assert_eq!((origin(3).commit.clone(), origin(3).at_least), (c.to_string(), false));
    assert_eq!((origin(1).commit.clone(), origin(1).at_least), (b.to_string(), true));
    assert_eq!(history.files[&RepoPath::new("a.txt")].commits, 1);
}

#[test]
fn missing_and_broken_objects_cost_only_what_they_held() {
    let repo = Repo::new();
    let text = numbered(0..10);
    let a = repo.commit(50, &[], &[("a.txt", Some(&text)), ("b.txt", Some("b\n"))]);
    let edited = text.replace("number 2 ", "two ");
    repo.commit(40, &[a], &[("a.txt", Some(&edited))]);
    let lost = Oid::hash_object(git2::ObjectType::Blob, text.as_bytes()).unwrap().to_string();
    fs::remove_file(repo.git.path().join("objects").join(&lost[..2]).join(&lost[2..])).unwrap();
    let history = repo.history();
    let HistoryStatus::Partial(reason) = &history.status else { panic!("{:?}", history.status) };
    assert_eq!(reason, "1 object missing or broken in the object store; 10 lines could not be followed");
    assert_eq!(history.lines.len(), 1);

    let lost = a.to_string();
    fs::remove_file(repo.git.path().join("objects").join(&lost[..2]).join(&lost[2..])).unwrap();
    let history = repo.history();
    assert_eq!(history.commits, 1);
    assert!(history.lines.values().all(|origin| origin.at_least));
}

#[test]
fn an_answer_is_remembered_under_everything_it_depends_on() {
    let repo = Repo::new();
    let a = repo.commit(50, &[], &[("a.txt", Some("a\n"))]);
    repo.check_out();
    let opened = || open(Some(repo.path()), None).unwrap();
    let name = || memory_name(&opened(), &everything(&opened())).unwrap();
    let history = read_history(&opened(), everything(&opened()));
    assert_eq!(from_bytes(&to_bytes(&history).unwrap()), Some(history));
    assert_eq!(from_bytes(b"something else"), None);
    let before = name();
    assert_eq!(name(), before);
    repo.git.reference("refs/tags/v1.0", a, true, "").unwrap();
    let tagged = name();
    assert_ne!(tagged, before);
    fs::write(repo.path().join("a.txt"), "b\n").unwrap();
    let edited = name();
    assert_ne!(edited, tagged);
    repo.commit(5, &[a], &[("a.txt", Some("b\n"))]);
    assert_ne!(name(), edited);
}

#[test]
fn without_git_history_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "a\n").unwrap();
    let repository = open(Some(folder.path()), None).unwrap();
    let history = read_history(&repository, everything(&repository));
    assert_eq!(history.status, HistoryStatus::Unavailable("not a git repository".to_owned()));
    git2::Repository::init(folder.path()).unwrap();
    let repository = open(Some(folder.path()), None).unwrap();
    let history = read_history(&repository, everything(&repository));
    assert_eq!(history.status, HistoryStatus::Unavailable("the repository has no commits yet".to_owned()));
}

#[test]
fn tells_what_commits_of_incidents_touched() {
    let repo = Repo::new();
    let a = repo.say(40, &[], &[("a", Some("1\n")), ("b", Some("1\n"))], "ann", "Start");
    let b = repo.say(30, &[a], &[("a", Some("2\n"))], "ann", "Raise the limit (#140)");
    let c = repo.say(20, &[b], &[("b", Some("2\n"))], "ann", "Of those days");
    let d = repo.say(10, &[c], &[("b", Some("3\n"))], "ann", "Named by its id");
    repo.say(5, &[d], &[("a", Some("3\n"))], "ann", "Not asked for, of other/shop#140");
    let repository = repo.open();
    let mut request = everything(&repository);
    let day = super::super::churn::date(NOW / DAY - 20);
    request.incidents.days.insert((day, day));
    request.incidents.numbers.insert(140);
    request.incidents.commits.insert(d.to_string()[..8].to_owned());
    let history = read_history(&repository, request);
    let found: Vec<_> = history
        .touches
        .iter()
        .map(|touch| (touch.commit.clone(), touch.numbers.clone(), touch.paths.clone()))
        .collect();
    let expected = [
        (d.to_string(), vec![], vec![RepoPath::new("b")]),
        (c.to_string(), vec![], vec![RepoPath::new("b")]),
        (b.to_string(), vec![140], vec![RepoPath::new("a")]),
    ];
    assert_eq!(found, expected);
    assert_eq!(repo.history().touches, [], "nothing is asked for");
}
