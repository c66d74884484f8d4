//! What opening a path finds, for every kind of path.

use std::fs;
use std::path::Path;

use git2::{Oid, Repository as Git, RepositoryInitOptions, Signature, Time};

use super::{Repository, SourceError, open};
use crate::model::SkipReason;

/// A work tree with one commit of these files.
fn committed(folder: &Path, files: &[(&str, &str)]) -> Git {
    let git = Git::init(folder).unwrap();
    git.set_head("refs/heads/main").unwrap();
    for (path, text) in files {
        write(&folder.join(path), text);
    }
    commit_all(&git);
    git
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit_all(git: &Git) -> Oid {
    let mut index = git.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = git.find_tree(index.write_tree().unwrap()).unwrap();
    let who = Signature::new("ann", "ann@example.org", &Time::new(1_000_000_000, 0)).unwrap();
    let parent = git.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<_> = parent.iter().collect();
    git.commit(Some("HEAD"), &who, &who, "change", &tree, &parents).unwrap()
}

fn names(repository: &Repository) -> Vec<&str> {
    repository.snapshot.files.iter().map(|file| file.path.as_str()).collect()
}

fn skipped(repository: &Repository) -> Vec<(&str, SkipReason)> {
    repository.snapshot.skipped.iter().map(|skipped| (skipped.path.as_str(), skipped.why)).collect()
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_clean_work_tree_is_the_same_as_its_revision() {
    let folder = temporary();
    let files = [("a.txt", "a\n"), ("d/b.txt", "b\n"), ("d.txt", "d\n"), ("vendor/x.go", "x\n")];
    committed(folder.path(), &files);
    let tree = open(Some(folder.path()), None).unwrap();
    let revision = open(Some(folder.path()), Some("HEAD")).unwrap();
    assert_eq!(names(&tree), ["a.txt", "d.txt", "d/b.txt"]);
    assert_eq!(skipped(&tree), [("vendor/x.go", SkipReason::Vendored)]);
    assert_eq!(skipped(&tree), skipped(&revision));
    let known = |repository: &Repository| -> Vec<_> {
        let files = &repository.snapshot.files;
        files.iter().map(|file| (file.path.clone(), file.blob, file.size)).collect()
    };
    assert!(known(&tree).iter().all(|(_, blob, _)| blob.is_some()));
    assert_eq!(known(&tree), known(&revision));
    let bytes = |repository: &Repository| repository.snapshot.reader().read(&repository.snapshot.files[0]);
    assert_eq!(bytes(&tree), bytes(&revision));
}

#[test]
fn untracked_files_are_listed_unless_ignored() {
    let folder = temporary();
    committed(
        folder.path(),
        &[("a.txt", "a\n"), (".gitignore", "*.log\nout/\n!keep.log\n"), ("out/kept.txt", "k\n")],
    );
    for name in
        ["new.txt", "x.log", "keep.log", "out/new.txt", "deep/er/new.txt", "deep/.gitignore", "deep/no.tmp"]
    {
        write(&folder.path().join(name), "*.tmp\n");
    }
    let repository = open(Some(folder.path()), None).unwrap();
    assert!(repository.subject.is_dirty);
    let expected = [".gitignore", "a.txt", "deep/.gitignore", "deep/er/new.txt", "keep.log", "new.txt"];
    assert_eq!(names(&repository), expected);
}

#[test]
fn a_tracked_file_that_is_also_ignored_is_listed() {
    let folder = temporary();
    let git = committed(folder.path(), &[("a.log", "a\n"), ("out/b.txt", "b\n")]);
    write(&folder.path().join(".gitignore"), "*.log\nout/\n");
    commit_all(&git);
    write(&folder.path().join("out/c.txt"), "c\n");
    assert_eq!(names(&open(Some(folder.path()), None).unwrap()), [".gitignore", "a.log", "out/b.txt"]);
    // Without an index, and with a broken one, the newest commit says what is tracked.
    fs::remove_file(git.path().join("index")).unwrap();
    assert_eq!(names(&open(Some(folder.path()), None).unwrap()), [".gitignore", "a.log", "out/b.txt"]);
    fs::write(git.path().join("index"), "DIRC nonsense").unwrap();
    assert_eq!(names(&open(Some(folder.path()), None).unwrap()), [".gitignore", "a.log", "out/b.txt"]);
}

#[test]
fn says_what_it_opened() {
    let folder = temporary();
    let git = committed(folder.path(), &[("a.txt", "a\n")]);
    let commit = git.head().unwrap().target().unwrap();
    let subject = open(Some(folder.path()), None).unwrap().subject;
    assert_eq!(
        (subject.revision.as_deref(), subject.is_work_tree, subject.is_dirty),
        (Some("main"), true, false)
    );
    assert_eq!(subject.commit, Some(commit.to_string()));

    git.set_head_detached(commit).unwrap();
    let subject = open(Some(folder.path()), None).unwrap().subject;
    assert_eq!((subject.revision, subject.commit), (None, Some(commit.to_string())));

    fs::write(git.path().join("shallow"), format!("{commit}\n")).unwrap();
    assert!(open(Some(folder.path()), None).unwrap().subject.is_shallow);
    fs::remove_file(git.path().join("shallow")).unwrap();

    let error = open(Some(folder.path()), Some("no-such")).unwrap_err();
    assert!(matches!(error, SourceError::UnknownRevision { .. }), "{error}");
    let error = open(Some(&folder.path().join("nowhere")), None).unwrap_err();
    assert!(matches!(error, SourceError::Missing(_)), "{error}");
    let error = open(Some(&folder.path().join("a.txt")), None).unwrap_err();
    assert!(matches!(error, SourceError::NotAFolder(_)), "{error}");
}

#[test]
fn a_plain_folder_has_files_but_no_revisions() {
    let folder = temporary();
    write(&folder.path().join("d/a.txt"), "a\n");
    let repository = open(Some(folder.path()), None).unwrap();
    assert_eq!(names(&repository), ["d/a.txt"]);
    assert_eq!(repository.subject.no_history.as_deref(), Some("not a git repository"));
    let error = open(Some(folder.path()), Some("HEAD")).unwrap_err();
    assert!(matches!(error, SourceError::NoRevisions { .. }), "{error}");
}

#[test]
fn an_empty_repository_has_files_but_no_history() {
    let folder = temporary();
    Git::init(folder.path()).unwrap();
    write(&folder.path().join("a.txt"), "a\n");
    let repository = open(Some(folder.path()), None).unwrap();
    assert_eq!(names(&repository), ["a.txt"]);
    assert_eq!(repository.subject.no_history.as_deref(), Some("the repository has no commits yet"));
}

#[test]
fn a_bare_repository_shows_its_newest_commit() {
    let folder = temporary();
    let git = committed(&folder.path().join("work"), &[("a.txt", "a\n")]);
    let bare = folder.path().join("bare.git");
    let mut options = RepositoryInitOptions::new();
    options.bare(true);
    let empty = Git::init_opts(&bare, &options).unwrap();
    let repository = open(Some(&bare), None).unwrap();
    assert_eq!(names(&repository), [""; 0]);
    assert!(repository.subject.no_history.is_some());
    let mut remote = empty.remote_anonymous(git.path().to_str().unwrap()).unwrap();
    remote.fetch(&["refs/heads/main:refs/heads/main"], None, None).unwrap();
    empty.set_head("refs/heads/main").unwrap();
    let repository = open(Some(&bare), None).unwrap();
    assert_eq!(names(&repository), ["a.txt"]);
    assert!(!repository.subject.is_work_tree);
}

#[test]
fn a_linked_work_tree_is_opened_through_its_git_file() {
    let folder = temporary();
    let git = committed(&folder.path().join("main"), &[("a.txt", "a\n")]);
    let linked = folder.path().join("linked");
    git.worktree("linked", &linked, None).unwrap();
    write(&linked.join("b.txt"), "b\n");
    let repository = open(Some(&linked), None).unwrap();
    assert_eq!(names(&repository), ["a.txt", "b.txt"]);
    assert_eq!(repository.subject.revision.as_deref(), Some("linked"));
    assert!(repository.subject.is_work_tree && repository.subject.is_dirty);
}

#[test]
fn a_git_file_that_nothing_points_back_to_is_not_followed() {
    let folder = temporary();
    let git = committed(&folder.path().join("theirs"), &[("secret.txt", "s\n")]);
    let mine = folder.path().join("mine");
    write(&mine.join("a.txt"), "a\n");
    write(&mine.join(".git"), &format!("gitdir: {}\n", git.path().display()));
    let repository = open(Some(&mine), None).unwrap();
    assert_eq!(names(&repository), ["a.txt"]);
    assert!(repository.subject.no_history.unwrap().contains("does not point back"));
    write(&mine.join(".git"), "gitdir: nowhere\n");
    assert!(open(Some(&mine), None).unwrap().subject.no_history.unwrap().contains("is gone"));
    write(&mine.join(".git"), "what\n");
    assert!(open(Some(&mine), None).unwrap().subject.no_history.unwrap().contains("names no git folder"));
}

#[test]
fn other_repositories_inside_are_named_and_not_entered() {
    let folder = temporary();
    let git = committed(folder.path(), &[("a.txt", "a\n")]);
    let inner = committed(&folder.path().join("inner"), &[("theirs.txt", "t\n")]);
    let mut index = git.index().unwrap();
    index.add_path(Path::new("inner")).unwrap();
    index.write().unwrap();
    committed(&folder.path().join("stray"), &[("theirs.txt", "t\n")]);
    drop(inner);
    let repository = open(Some(folder.path()), None).unwrap();
    assert_eq!(names(&repository), ["a.txt"]);
    let other = SkipReason::Submodule;
    assert_eq!(skipped(&repository), [("inner", other), ("stray", other)]);
}

#[test]
fn a_sparse_checkout_still_has_all_its_files() {
    let folder = temporary();
    let git = committed(folder.path(), &[("a.txt", "a\n"), ("far/b.txt", "b\n")]);
    let mut index = git.index().unwrap();
    let mut entry = index.get_path(Path::new("far/b.txt"), 0).unwrap();
    entry.flags_extended |= git2::IndexEntryExtendedFlag::SKIP_WORKTREE.bits();
    entry.flags |= git2::IndexEntryFlag::EXTENDED.bits();
    index.add(&entry).unwrap();
    index.write().unwrap();
    fs::remove_dir_all(folder.path().join("far")).unwrap();
    let repository = open(Some(folder.path()), None).unwrap();
    assert_eq!(names(&repository), ["a.txt", "far/b.txt"]);
    let bytes = repository.snapshot.reader().read(&repository.snapshot.files[1]).unwrap();
    assert_eq!(bytes, b"b\n");
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_named_and_never_opened() {
    use std::os::unix::fs::symlink;
    let folder = temporary();
    let outside = temporary();
    write(&outside.path().join("b.txt"), "not yours\n");
    let git = committed(folder.path(), &[("a.txt", "a\n"), ("d/b.txt", "b\n"), ("pipe.txt", "p\n")]);
    symlink("a.txt", folder.path().join("link.txt")).unwrap();
    commit_all(&git);
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    fs::remove_dir_all(folder.path().join("d")).unwrap();
    symlink(outside.path(), folder.path().join("d")).unwrap();
    fs::remove_file(folder.path().join("pipe.txt")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("pipe.txt"));
    let repository = open(Some(folder.path()), None).unwrap();
    assert_eq!(names(&repository), ["a.txt"]);
    let link = SkipReason::Symlink;
    let expected = [
        ("d", link),
        ("d/b.txt", link),
        ("link.txt", link),
        ("loop", link),
        ("pipe.txt", SkipReason::Unreadable),
    ];
    assert_eq!(skipped(&repository), expected);
    drop(socket);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_listed_and_read() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = temporary();
    let git = committed(folder.path(), &[("a.txt", "a\n")]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    fs::write(folder.path().join(name), "c\n").unwrap();
    commit_all(&git);
    for rev in [None, Some("HEAD")] {
        let repository = open(Some(folder.path()), rev).unwrap();
        assert_eq!(names(&repository), ["a.txt", "caf\u{fffd}.txt"]);
        let bytes = repository.snapshot.reader().read(&repository.snapshot.files[1]).unwrap();
        assert_eq!(bytes, b"c\n");
        assert!(!repository.subject.is_dirty);
    }
}
