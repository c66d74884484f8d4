//! Records that are gone, and those that only moved.

use super::Repo;
use crate::source::history::read_lost;

const REPORT: &str =
    "# Outage\n\nThe queue was full.\n\nNobody looked at it for a day.\n\nIt is empty again.\n";
const PATH: &str = "incidents/2020-01-02.md";

/// Paths of what is gone, with the commits that removed it.
#[track_caller]
fn check(repo: &Repo, expected: &[(&str, git2::Oid)]) {
    let lost = read_lost(&repo.open(), |path| path.as_str().ends_with(".md"));
    let found: Vec<(&str, &str)> =
        lost.iter().map(|record| (record.path.as_str(), record.by.commit.as_str())).collect();
    let expected: Vec<(&str, String)> = expected.iter().map(|(path, id)| (*path, id.to_string())).collect();
    let expected: Vec<(&str, &str)> = expected.iter().map(|(path, id)| (*path, id.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_removed_record_is_gone_with_the_commit_that_removed_it() {
    let repo = Repo::new();
    let first = repo.commit(9, &[], &[(PATH, Some("# Outage\n")), ("main.rs", Some("fn main() {}\n"))]);
    let second = repo.commit(8, &[first], &[(PATH, Some(REPORT))]);
    check(&repo, &[]);
    let third = repo.commit(7, &[second], &[(PATH, None), ("main.rs", None)]);
    repo.commit(6, &[third], &[("a.txt", Some("a"))]);
    check(&repo, &[(PATH, third)]);
    let lost = read_lost(&repo.open(), |_| true);
    let snapshot = repo.open().snapshot_of_lost(&lost);
    let report = snapshot.find(PATH).unwrap();
    assert_eq!(snapshot.reader().read(report).unwrap(), REPORT.as_bytes());
}

#[test]
fn a_record_that_came_back_or_moved_is_not_gone() {
    let repo = Repo::new();
    let changed = REPORT.replace("a day", "two days");
    let first = repo.commit(9, &[], &[(PATH, Some(REPORT))]);
    let second = repo.commit(8, &[first], &[(PATH, None)]);
    let third = repo.commit(7, &[second], &[(PATH, Some(REPORT))]);
    check(&repo, &[]);
    let fourth = repo.commit(6, &[third], &[(PATH, None), ("docs/full-queue.md", Some(&changed))]);
    check(&repo, &[]);
    // The older removal does not count for a path that moved later; what it became can still go.
    let fifth = repo.commit(5, &[fourth], &[("docs/full-queue.md", None)]);
    check(&repo, &[("docs/full-queue.md", fifth)]);
    // The same bytes are somewhere else.
    repo.commit(4, &[fifth], &[("archive/queue.md", Some(&changed))]);
    check(&repo, &[]);
}

#[test]
fn a_record_that_a_side_branch_removed_is_gone() {
    let repo = Repo::new();
    let first = repo.commit(9, &[], &[(PATH, Some(REPORT))]);
    let main = repo.commit(8, &[first], &[("a.txt", Some("a"))]);
    let side = repo.commit(7, &[first], &[(PATH, None)]);
    repo.commit(6, &[main, side], &[(PATH, None)]);
    check(&repo, &[(PATH, side)]);
}
