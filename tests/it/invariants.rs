//! The rules of the house, held against the source itself.
//!
//! `src/ARCHITECTURE.md` states them; this is where they are more than words. The checks read text,
//! not types: they are crude on purpose, so that they are easy to believe. Test modules at the bottom
//! of a file are left out, because a test may reach across rooms.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tonight::rules::{RuleSet, catalog};

/// Which rooms a room may import. `pipeline` walks through all of them, `cli` opens the door, and
/// `inventory` asks `parse` only which language a name means.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("text", &["model"]),
    ("source", &["model"]),
    ("parse", &["model", "text"]),
    ("rules", &["model", "text", "parse"]),
    ("facts", &["model", "text", "parse", "rules", "source"]),
    ("inventory", &["model", "text", "parse", "rules", "facts"]),
    ("links", &["model", "text", "rules", "inventory"]),
    ("answers", &["model", "text", "rules", "inventory", "links"]),
    ("report", &["model", "text"]),
];
const MAY_IMPORT_ALL: &[&str] = &["pipeline", "cli", "main.rs", "lib.rs"];

/// More than this in one file, tests at its bottom not counted, and it should be split by meaning.
const MOST_LINES: usize = 400;
/// More than this in one function, and it does more than one thing.
const MOST_FUNCTION_LINES: usize = 60;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder with this ending: (path relative to it with `/`, text), sorted.
fn texts(folder: &Path, ending: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// The code of every source file: without comment lines and without the test module at its bottom.
fn code() -> BTreeMap<String, String> {
    let files = texts(&root().join("src"), ".rs");
    let is_test = |name: &str| name.ends_with("/tests.rs") || name.contains("/tests/");
    files
        .into_iter()
        .filter(|(name, _)| name != "build.rs" && !is_test(name))
        .map(|(name, text)| (name, without_tests_and_comments(&text)))
        .collect()
}

fn without_tests_and_comments(text: &str) -> String {
    let lines = above_tests(text).lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    code.map(|line| format!("{line}\n")).collect()
}

fn above_tests(text: &str) -> &str {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    &text[..end]
}

fn room(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// The rooms that a text names through `crate::`.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            named.extend(first_words_of_group(group));
        } else {
            named.insert(first_word(rest).to_owned());
        }
    }
    named
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// `{model::{A, B}, text::C}` names `model` and `text`.
fn first_words_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut words, mut part) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => words.push(std::mem::take(&mut part)),
            _ => {}
        }
        part.push(c);
    }
    words.push(part);
    let trimmed = words.iter().map(|word| word.trim_start_matches([',', ' ', '\n']));
    trimmed.map(|word| first_word(word).to_owned()).filter(|word| !word.is_empty()).collect()
}

#[test]
fn reads_rooms_out_of_every_form_of_import() {
    let named = |code: &str| rooms_named(code).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(named("use crate::model::{A, B};"), "model");
    assert_eq!(named("use crate::{text::fold, model::{A, B},\n    parse};"), "model parse text");
    assert_eq!(named("let x = crate::source::today();"), "source");
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for (name, code) in code() {
        let own = room(&name);
        if MAY_IMPORT_ALL.contains(&own) {
            continue;
        }
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == own) else {
            wrong.push(format!("src/{name}: the room \"{own}\" is not in the table"));
            continue;
        };
        for named in rooms_named(&code) {
            if named != own && !allowed.contains(&named.as_str()) {
                wrong.push(format!("src/{name}: \"{own}\" may not import \"{named}\""));
            }
        }
        if climbs_out_of_its_room(&name, &code) {
            wrong.push(format!("src/{name}: `super::` leads out of the room; write `crate::`"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// `super::super::` from `room/file.rs` is the crate again: the table would not see it.
fn climbs_out_of_its_room(name: &str, code: &str) -> bool {
    let depth = name.trim_end_matches("/mod.rs").split('/').count();
    code.contains(&"super::".repeat(depth))
}

#[test]
fn only_source_touches_disk_git_environment_or_clock() {
    const WORLD: &[&str] = &[
        "std::fs",
        "fs::",
        "File::open",
        "git2",
        "walkdir",
        "WalkDir",
        "tempfile",
        "std::env",
        "env::var",
        "env::current_dir",
        "Timestamp::now",
        "Zoned::now",
        "SystemTime",
        "canonicalize(",
    ];
    let mut wrong = Vec::new();
    for (name, code) in code().iter().filter(|(name, _)| room(name) != "source") {
        for word in WORLD {
            if holds_word(code, word) {
                wrong.push(format!("src/{name}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "ask the source room instead: {wrong:#?}");
}

/// Whether code holds a path that starts at a border: `fs::` but not `refs::`.
fn holds_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn nobody_starts_a_process_or_opens_a_connection() {
    let mut wrong = Vec::new();
    for (name, code) in code() {
        for word in ["process::Command", "Command::new", "std::net", "TcpStream", "UdpSocket"] {
            // clap names its own type `Command`; it runs nothing.
            let is_clap = word == "Command::new" && code.contains("clap::");
            if holds_word(&code, word) && !is_clap {
                wrong.push(format!("src/{name}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_below_the_command_line_prints_or_exits() {
    const VOICE: &[&str] = &[
        "println!",
        "eprintln!",
        "print!(",
        "eprint!(",
        "dbg!(",
        "stdout()",
        "stderr()",
        "process::exit",
        "process::abort",
    ];
    let mut wrong = Vec::new();
    for (name, code) in code() {
        if matches!(room(&name), "cli" | "main.rs") {
            continue;
        }
        wrong.extend(VOICE.iter().filter(|w| holds_word(&code, w)).map(|w| format!("src/{name}: {w}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_source_file_is_reachable_as_a_module() {
    let files = texts(&root().join("src"), ".rs");
    let mut reached: BTreeSet<String> = ["lib.rs", "main.rs", "build.rs"].map(str::to_owned).into();
    let mut open: Vec<String> = reached.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let folder = match name.rsplit_once('/') {
            Some((folder, "mod.rs")) => format!("{folder}/"),
            Some(_) => format!("{}/", name.trim_end_matches(".rs")),
            None => String::new(),
        };
        for module in modules(&files[&name]) {
            let found = [format!("{folder}{module}.rs"), format!("{folder}{module}/mod.rs")];
            for file in found.into_iter().filter(|file| files.contains_key(file)) {
                if reached.insert(file.clone()) {
                    open.push(file);
                }
            }
        }
    }
    let forgotten: Vec<_> = files.keys().filter(|name| !reached.contains(*name)).collect();
    assert!(forgotten.is_empty(), "no `mod` line leads to these: {forgotten:?}");
}

fn modules(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim().strip_suffix(';')?;
        let line = line.rsplit_once(' ').filter(|(before, _)| before.ends_with("mod"))?;
        Some(line.1)
    })
}

#[test]
fn every_test_file_is_reachable_as_a_module() {
    let files = texts(&root().join("tests/it"), ".rs");
    let named: BTreeSet<&str> = modules(&files["main.rs"]).collect();
    for name in files.keys().filter(|name| *name != "main.rs" && !name[..].contains('/')) {
        assert!(named.contains(name.trim_end_matches(".rs")), "tests/it/{name} is never run");
    }
}

#[test]
fn every_rule_file_is_loaded_and_every_catalog_is_used() {
    let sources: String = texts(&root().join("src"), ".rs").into_values().collect();
    for name in texts(&root().join("rules"), ".toml").keys() {
        let stem = name.rsplit('/').next().unwrap().trim_end_matches(".toml");
        match room(name) {
            "catalog" => {
                assert!(!catalog(stem).is_empty(), "rules/{name} is not in the binary");
                let is_used = [format!("\"{stem}\""), format!("catalog/{stem}")];
                assert!(is_used.iter().any(|use_of| sources.contains(use_of)), "nobody reads rules/{name}");
            }
            "mechanism" => {
                assert!(RuleSet::builtin().mechanisms.get(stem).is_some(), "rules/{name} is not loaded");
            }
            _ => assert!(RuleSet::builtin().get(stem).is_some(), "rules/{name} is not loaded"),
        }
    }
}

#[test]
fn every_rule_found_by_code_is_raised_by_code() {
    let sources: String = code().into_values().collect();
    // Keys and flags of deployments name the rule they raise beside what they mean.
    let keys = catalog("deployments");
    let sources = sources + keys;
    let silent: Vec<_> = RuleSet::builtin()
        .iter()
        .filter(|rule| rule.pattern.is_none() && !sources.contains(&format!("\"{}\"", rule.id)))
        .map(|rule| rule.id.to_string())
        .collect();
    assert!(silent.is_empty(), "no code names these rules: {silent:?}");
}

#[test]
fn every_file_opens_with_what_it_knows() {
    let silent: Vec<_> = texts(&root().join("src"), ".rs")
        .into_iter()
        .chain(texts(&root().join("tests"), ".rs"))
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(name, _)| name)
        .collect();
    assert!(silent.is_empty(), "start these with `//!`: {silent:?}");
}

#[test]
fn no_file_and_no_function_is_too_long_to_read() {
    let mut long = Vec::new();
    for (name, text) in texts(&root().join("src"), ".rs") {
        let text = above_tests(&text);
        let lines = text.lines().count();
        if lines > MOST_LINES {
            long.push(format!("src/{name}: {lines} lines; split it by meaning"));
        }
        for (function, lines) in functions(text).filter(|(_, lines)| *lines > MOST_FUNCTION_LINES) {
            long.push(format!("src/{name}: `{function}` has {lines} lines"));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

/// Every function with its length, by the indentation that rustfmt gives.
fn functions(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let starts: Vec<usize> = (0..lines.len()).filter(|at| is_function(lines[*at])).collect();
    starts.into_iter().map(move |start| {
        let line = lines[start];
        let indent = line.len() - line.trim_start().len();
        let close = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == close).map_or(1, |at| at + 1);
        let length =
            if line.trim_end().ends_with('}') || line.trim_end().ends_with(';') { 1 } else { length };
        (line.trim(), length)
    })
}

fn is_function(line: &str) -> bool {
    let line = line.trim_start();
    let visible = ["pub(super) ", "pub(crate) ", "pub "].iter().find_map(|v| line.strip_prefix(v));
    let line = visible.unwrap_or(line);
    line.strip_prefix("const ").unwrap_or(line).starts_with("fn ")
}

#[test]
fn no_file_is_named_after_nothing() {
    const NOTHING: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "data"];
    for name in texts(&root().join("src"), ".rs").keys() {
        let stem = name.trim_end_matches(".rs").rsplit('/').next().unwrap_or_default();
        assert!(!NOTHING.contains(&stem), "src/{name}: name it after what it knows");
    }
}
