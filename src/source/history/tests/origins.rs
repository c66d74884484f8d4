//! Lines through renames, merges, copies and line ends.

use std::fs;

use super::{Repo, everything, numbered};
use crate::source::open;
use crate::source::read_history;

#[test]
fn follows_lines_through_edits_and_a_root_commit() {
    let repo = Repo::new();
    let text = numbered(0..40);
    let a = repo.commit(50, &[], &[("a.txt", Some(&text)), ("no-end", Some("x\ny"))]);
    let text = text.replace("number 5 ", "NUMBER 5 ").replace("line number 20 of this file\n", "");
    let b = repo.commit(40, &[a], &[("a.txt", Some(&text)), ("no-end", Some("x\ny\n"))]);
    let text = format!("new\n{text}}}\n\n}}\n");
    repo.commit(30, &[b], &[("a.txt", Some(&text)), ("empty", Some(""))]);
    repo.check_blame();
}

#[test]
fn follows_lines_through_a_rename_with_edits() {
    let repo = Repo::new();
    let text = numbered(0..60);
    let a =
        repo.commit(50, &[], &[("old/name.txt", Some(&text)), ("old/other.txt", Some(&numbered(20..80)))]);
    let edited = text.replace("number 7 ", "number seven ");
    let b = repo.commit(40, &[a], &[("old/name.txt", None), ("new/name.txt", Some(&edited))]);
    let moved = edited.replace("number 9 ", "number nine ");
    // Two candidates of the same likeness in name, one of them more alike.
    let files = [("new/name.txt", None), ("old/other.txt", None), ("else.txt", Some(&moved[..]))];
    let c = repo.commit(30, &[b], &files);
    repo.commit(20, &[c], &[("else.txt", None), ("again/else.txt", Some(&moved))]);
    repo.check_blame();
}

#[test]
fn a_file_that_was_replaced_by_a_folder_of_its_name_is_followed() {
    let repo = Repo::new();
    let text = numbered(0..30);
    let a = repo.commit(50, &[], &[("conf", Some(&text))]);
    let b = repo.commit(40, &[a], &[("conf", None), ("conf/main", Some(&text))]);
    let c = repo.commit(30, &[b], &[("conf/main", None), ("conf", Some(&format!("{text}end\n")))]);
    repo.commit(20, &[c], &[("conf.d/x", Some(&numbered(3..9)))]);
    repo.check_blame();
}

#[test]
fn follows_lines_through_merges() {
    let repo = Repo::new();
    let text = numbered(0..50);
    let root = repo.commit(90, &[], &[("a.txt", Some(&text)), ("b.txt", Some("b\n"))]);
    let left_text = text.replace("number 3 ", "left 3 ");
    let left = repo.commit(80, &[root], &[("a.txt", Some(&left_text))]);
    let right_text = text.replace("number 30 ", "right 30 ");
    let right =
        repo.commit(70, &[root], &[("a.txt", Some(&right_text)), ("right.txt", Some(&numbered(5..25)))]);
    let both = left_text.replace("number 30 ", "right 30 ").replace("number 40 ", "in the merge 40 ");
    let files = [("a.txt", Some(&both[..])), ("right.txt", Some(&numbered(5..25)[..]))];
    let merge = repo.commit(60, &[left, right], &files);
    // Criss-cross: each side merges the other, then both are merged.
    let other = repo.commit(59, &[right, left], &[("a.txt", Some(&both))]);
    let edited = both.replace("number 45 ", "edited 45 ");
    let left = repo.commit(50, &[merge], &[("a.txt", Some(&edited))]);
    let right = repo.commit(49, &[other], &[("a.txt", Some(&format!("top\n{both}")))]);
    let files = [("a.txt", Some(&format!("top\n{edited}")[..]))];
    let octopus = repo.commit(30, &[left, right, root], &files);
    let unrelated = repo.commit(29, &[], &[("apart.txt", Some("p\nq\n"))]);
    repo.commit(10, &[octopus, unrelated], &[("apart.txt", Some("p\nq\n"))]);
    repo.check_blame();
}

#[test]
fn a_rename_on_one_side_of_a_merge_is_found() {
    let repo = Repo::new();
    let text = numbered(0..50);
    let root = repo.commit(90, &[], &[("a.txt", Some(&text))]);
    let left = repo.commit(80, &[root], &[("a.txt", None), ("z/b.txt", Some(&text))]);
    let right = repo.commit(70, &[root], &[("a.txt", Some(&text.replace("number 8 ", "eight 8 ")))]);
    let merged = text.replace("number 8 ", "eight 8 ");
    let merge = repo.commit(60, &[left, right], &[("z/b.txt", Some(&merged))]);
    repo.commit(50, &[merge], &[("z/b.txt", Some(&format!("{merged}end\n")))]);
    repo.check_blame();
}

#[test]
fn copied_lines_moved_blocks_and_line_ends_are_judged_as_git_does() {
    let repo = Repo::new();
    let block = |name: &str| format!("fn {name}() {{\n    start();\n\n    end();\n}}\n\n");
    let text = block("a") + &block("b") + &block("c") + &block("d");
    let a = repo.commit(50, &[], &[("a.rs", Some(&text)), ("dos.txt", Some("a\r\nb\r\nc\r\n"))]);
    let text = block("a") + &block("new") + &block("b") + &block("c") + &block("d");
    let b = repo.commit(40, &[a], &[("a.rs", Some(&text)), ("dos.txt", Some("a\nb\r\nc\n"))]);
    let text = block("d") + &block("a") + &block("new") + &block("new") + &block("b") + &block("c");
    let c = repo.commit(30, &[b], &[("a.rs", Some(&text)), ("copy.rs", Some(&text))]);
    let text = text.replace("\n\n", "\n") + &"}\n".repeat(900) + &"\n".repeat(500);
    let d = repo.commit(20, &[c], &[("a.rs", Some(&text)), ("dos.txt", Some("a\r\nb\r\nc\r\n"))]);
    let text = "}\n".repeat(40) + &text + &"}\n".repeat(3);
    repo.commit(10, &[d], &[("a.rs", Some(&text))]);
    repo.check_blame();
}

#[test]
fn a_clock_that_ran_backwards_loses_no_line() {
    let repo = Repo::new();
    let text = numbered(0..20);
    let a = repo.commit(50, &[], &[("a.txt", Some(&text))]);
    let b = repo.commit(
        200,
        &[a],
        &[("a.txt", Some(&text.replace("number 2 ", "two "))), ("b.txt", Some("b\n"))],
    );
    let c = repo.commit(10, &[a], &[("a.txt", Some(&text.replace("number 9 ", "nine ")))]);
    let both = text.replace("number 9 ", "nine ").replace("number 2 ", "two ");
    repo.commit(5, &[c, b], &[("a.txt", Some(&both)), ("b.txt", Some("b\n"))]);
    repo.check_blame();
}

#[test]
fn lines_that_are_not_committed_have_no_origin() {
    let repo = Repo::new();
    let a = repo.commit(50, &[], &[("a.txt", Some("one\ntwo\nthree\n")), ("dos.txt", Some("a\nb\n"))]);
    repo.check_out();
    fs::write(repo.path().join("a.txt"), "zero\none\nTWO\nthree\n").unwrap();
    fs::write(repo.path().join("dos.txt"), "a\r\nb\r\nc\r\n").unwrap();
    fs::write(repo.path().join("new.txt"), "new\n").unwrap();
    let repository = open(Some(repo.path()), None).unwrap();
    let history = read_history(&repository, everything(&repository));
    let found: Vec<_> = history.lines.keys().map(|(path, line)| format!("{path}:{line}")).collect();
    assert_eq!(found, ["a.txt:2", "a.txt:4", "dos.txt:1", "dos.txt:2"]);
    assert!(history.lines.values().all(|origin| origin.commit == a.to_string()));
}
