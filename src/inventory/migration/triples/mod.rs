//! Every runner and framework of the catalogues with three near misses of each other: no way down, one
//! that only looks like one, and an honest one.
//!
//! `0102` stands for the migration in question; the same text with `0101` goes before it, since the first
//! one of a ledger needs no way down. A framework without a triple fails `every_framework_has_a_triple`.

mod lists;
mod programs;
mod sql;

use std::collections::BTreeSet;

use super::fill;
use crate::inventory::material::testing::with_history;
use crate::model::{History, Inventory};
use crate::rules::{CodeFramework, MigrationRunner};

/// The way down missing, fake, honest, and the verdict on each.
type Ways = [(&'static str, &'static str); 3];

/// One framework: its word, what stands beside it, where the migration stands, its text with `DOWN` or the
/// file of its way down, and the three ways.
struct Triple {
    runner: &'static str,
    beside: &'static [(&'static str, &'static str)],
    path: &'static str,
    text: &'static str,
    down_path: &'static str,
    ways: Ways,
}

const NOTHING: &[(&str, &str)] = &[];

/// A file with both ways.
const fn one(runner: &'static str, path: &'static str, text: &'static str, ways: Ways) -> Triple {
    Triple { runner, beside: NOTHING, path, text, down_path: "", ways }
}

/// Commands are read, files are not: these have no migrations that could be judged.
const ONLY_RUN: &[&str] = &["rusqlite-migration", "piccolo", "lucky"];

fn all() -> impl Iterator<Item = &'static Triple> {
    sql::TRIPLES.iter().chain(programs::TRIPLES).chain(lists::TRIPLES)
}

fn earlier(text: &str) -> String {
    text.replace("0101", "0100").replace("0102", "0101")
}

/// `runner verdict` of the migration `0102`, with whether the old build lives with it where nothing goes down.
fn shown(files: &[(String, String)]) -> String {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let inventory = with_history(&files, &History::default(), |material| {
        let mut inventory = Inventory::default();
        fill(material, &mut inventory);
        inventory
    });
    let found = inventory
        .migrations
        .iter()
        .filter(|it| it.file.version.contains("0102") || it.span.path.as_str().contains("0102"));
    let each: Vec<String> =
        found.map(|it| format!("{} {}", it.file.runner.id(), it.file.way_back.id())).collect();
    each.join(", ")
}

fn check(triple: &Triple) -> Vec<String> {
    let mut wrong = Vec::new();
    for (down, expected) in triple.ways {
        let mut files: Vec<(String, String)> =
            triple.beside.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let text = triple.text.replace("DOWN", down);
        files.push((earlier(triple.path), earlier(&text)));
        files.push((triple.path.to_owned(), text));
        if !triple.down_path.is_empty() && !down.is_empty() {
            files.push((triple.down_path.to_owned(), down.to_owned()));
        }
        let (found, expected) = (shown(&files), format!("{} {expected}", triple.runner));
        if found != expected {
            wrong.push(format!("{} with `{down}`: {found} instead of {expected}", triple.path));
        }
    }
    wrong
}

#[test]
fn tells_a_missing_and_a_fake_way_down_from_an_honest_one() {
    let wrong: Vec<String> = all().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_framework_has_a_triple() {
    let have: BTreeSet<&str> = all().map(|triple| triple.runner).collect();
    let runners = MigrationRunner::all().iter().map(|runner| runner.id.as_str());
    let frameworks = CodeFramework::all().iter().map(|framework| framework.runner.as_str());
    let missing: BTreeSet<&str> =
        runners.chain(frameworks).filter(|id| !have.contains(id) && !ONLY_RUN.contains(id)).collect();
    assert!(missing.is_empty(), "no triple for {missing:?}");
    for triple in all() {
        let [(missing, none), (fake, looks), (honest, is)] = triple.ways;
        assert!(missing != fake && fake != honest, "{}: three different texts", triple.runner);
        assert!(is != none && is != looks, "{}: an honest way down is worth more", triple.runner);
    }
}
