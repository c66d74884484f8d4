//! How well decisions and incidents are read, against labels that a person made.
//!
//! Ignored by default: it needs the labels and the checkouts they were made on.
//!
//! ```text
//! TONIGHT_TRUTH=../data TONIGHT_REPOS=../repos cargo test --release --test it truth -- --ignored --nocapture
//! ```
//!
//! `TONIGHT_TRUTH` holds `postmortem_truth.jsonl`, `adr_truth.jsonl` and `smallteam_labels.jsonl`;
//! `TONIGHT_REPOS` one checkout per repository, by its name. A repository that is not there is said
//! and left out. It prints a table and judges nothing: the figures belong in a note, not in a gate.

#![allow(clippy::print_stdout, reason = "the table is what it is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Share of words two texts must have in common to be the same promise.
const SAME_TEXT: f64 = 0.6;

fn folder(variable: &str) -> PathBuf {
    PathBuf::from(std::env::var(variable).unwrap_or_else(|_| panic!("set {variable}; see tests/it/truth.rs")))
}

fn rows(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder("TONIGHT_TRUTH").join(name)).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Rows by repository.
fn by_repository(rows: Vec<Value>) -> BTreeMap<String, Vec<Value>> {
    let mut groups: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in rows {
        groups.entry(text(&row, "repo").to_owned()).or_default().push(row);
    }
    groups
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The inventory of a checkout; nothing when it is not there.
fn inventory(repository: &str, kind: &str) -> Option<Value> {
    let name = repository.rsplit('/').next().unwrap();
    let path: PathBuf = folder("TONIGHT_REPOS").join(name);
    if !path.exists() {
        println!("{repository}: no checkout at {}", path.display());
        return None;
    }
    Some(run(&path, &["inventory", kind]))
}

fn run(path: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_tonight"))
        .args(arguments)
        .arg(path)
        .args(["--format", "json", "--as-of", "2026-11-21", "--quiet", "--no-config"])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How often something was right, with the places where it was not.
#[derive(Default)]
struct Score {
    right: usize,
    all: usize,
    wrong: Vec<String>,
}

impl Score {
    fn add(&mut self, is_right: bool, place: impl FnOnce() -> String) {
        self.all += 1;
        self.right += usize::from(is_right);
        if !is_right {
            self.wrong.push(place());
        }
    }

    fn print(&self, name: &str) {
        let share = self.right as f64 / self.all.max(1) as f64;
        println!("{name:<44} {:>4} of {:<4} {share:.3}", self.right, self.all);
        self.wrong.iter().for_each(|place| println!("      {place}"));
    }
}

fn print_f1(name: &str, both: usize, ours: usize, truth: usize) {
    let (precision, recall) = (both as f64 / ours.max(1) as f64, both as f64 / truth.max(1) as f64);
    let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
    println!(
        "{name:<44} precision {precision:.3}, recall {recall:.3}, F1 {f1:.3} ({both} of {ours} and {truth})"
    );
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    let shorter = a.len().min(b.len()).max(1);
    a.intersection(&b).count() as f64 / shorter as f64
}

/// White space is no difference.
fn folded(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title without markup, its white space folded.
fn unmarked(title: &str) -> String {
    title.replace(['`', '*'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `05/02/2018` and `05.02.2018` as `2018-02-05`, `20180205` too: labels keep what is written.
fn iso(date: &str) -> String {
    let parts: Vec<&str> = date.split(['/', '.']).collect();
    match parts[..] {
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [compact] if compact.len() == 8 && compact.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{}-{}-{}", &compact[..4], &compact[4..6], &compact[6..])
        }
        _ => date.to_owned(),
    }
}

/// Pairs of ours and theirs that are the same promise, each used once, the likest first.
fn pairs(ours: &[Value], truth: &[Value]) -> Vec<(usize, usize)> {
    let mut all: Vec<(f64, usize, usize)> = Vec::new();
    for (i, own) in ours.iter().enumerate() {
        for (j, other) in truth.iter().enumerate() {
            let likeness = likeness(text(own, "text"), text(other, "text"));
            if likeness >= SAME_TEXT {
                all.push((likeness, i, j));
            }
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut used, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, i, j) in all {
        if !used.contains(&i) && !taken.contains(&j) {
            used.insert(i);
            taken.insert(j);
            pairs.push((i, j));
        }
    }
    pairs
}

/// Lines around a promise in which its state may stand: its own, what it wraps onto, and the heading.
const WRAPPED_LINES: usize = 3;
/// Words and signs that state something of a promise as open; any of them will do.
const OPEN_SIGNS: &[&str] = &[
    "[ ]",
    "todo",
    "to do",
    "to be ",
    "open",
    "pending",
    "planned",
    "progress",
    "remaining",
    "outstanding",
    "not yet",
    "not done",
    "not started",
    "still",
    "backlog",
    "⬜",
    "❌",
    "⏳",
    "🔄",
    "☐",
];

/// Whether the text of a promise that is labeled open says so in any way. The labels call some promises
/// open of which the report says nothing, where their neighbors are said to be done.
fn says_open(checkout: &Path, path: &str, line: u64) -> bool {
    let bytes = std::fs::read(checkout.join(path)).unwrap_or_default();
    let report = String::from_utf8_lossy(&bytes).to_lowercase();
    let lines: Vec<&str> = report.lines().collect();
    let at = usize::try_from(line).unwrap_or(1).saturating_sub(1);
    let own = lines.iter().skip(at).take(WRAPPED_LINES).enumerate();
    let is_next = |line: &str| line.trim_start().starts_with(['-', '*', '#']) || line.trim().is_empty();
    let own = own.take_while(|(index, line)| *index == 0 || !is_next(line)).map(|(_, line)| *line);
    let heading = lines.iter().take(at).rev().find(|line| line.starts_with('#') || line.starts_with("**"));
    own.chain(heading.copied()).any(|line| OPEN_SIGNS.iter().any(|sign| line.contains(sign)))
}

#[test]
#[ignore = "needs labels and checkouts: TONIGHT_TRUTH, TONIGHT_REPOS"]
fn incidents_against_labels() {
    let aliases = std::fs::read_to_string(folder("TONIGHT_TRUTH").join("mechanism_aliases.json")).unwrap();
    let aliases: Value = serde_json::from_str(&aliases).unwrap();
    let mut found = Score::default();
    let (mut title, mut date) = (Score::default(), Score::default());
    let (mut states, mut said, mut mechanism) = (Score::default(), Score::default(), Score::default());
    let (mut both, mut ours, mut theirs) = (0, 0, 0);
    for (repository, truth) in by_repository(rows("postmortem_truth.jsonl")) {
        let Some(inventory) = inventory(&repository, "incidents") else { continue };
        let incidents = list(&inventory, "incidents");
        println!("{repository}: {} reports found, {} labeled", incidents.len(), truth.len());
        let checkout = folder("TONIGHT_REPOS").join(repository.rsplit('/').next().unwrap());
        for row in &truth {
            let path = text(row, "path");
            let place = |ours: &str, label: &str| format!("{repository}/{path}: {ours} (label: {label})");
            let incident = incidents.iter().find(|incident| text(incident, "path") == path);
            found.add(incident.is_some(), || place("not found", ""));
            let Some(incident) = incident else { continue };
            let (own, label) = (text(incident, "title"), text(row, "title"));
            title.add(unmarked(own) == unmarked(label), || place(own, label));
            let (own, label) = (text(incident, "date"), text(row, "date"));
            date.add(own == label, || place(own, label));
            let (own, label) = (list(incident, "action_items"), list(row, "action_items"));
            if row["actions_complete"].as_bool() == Some(true) {
                let pairs = pairs(own, label);
                both += pairs.len();
                ours += own.len();
                theirs += label.len();
                for (i, j) in pairs {
                    let (own, label) = (&own[i], &label[j]);
                    if text(label, "state") != "unstated" {
                        let is_same = text(own, "state") == text(label, "state");
                        let shown = || {
                            place(
                                &format!("{} {}", text(own, "state"), text(own, "text")),
                                text(label, "state"),
                            )
                        };
                        states.add(is_same, shown);
                        let line = own["line"].as_u64().unwrap_or(1);
                        if text(label, "state") != "open" || says_open(&checkout, path, line) {
                            said.add(is_same, shown);
                        }
                    }
                }
            }
            let labels: BTreeSet<&str> = list(row, "mechanisms")
                .iter()
                .filter_map(Value::as_str)
                .flat_map(|old| match list(&aliases, old) {
                    [] => vec![old],
                    ids => ids.iter().filter_map(Value::as_str).collect(),
                })
                .filter(|id| *id != "unknown")
                .collect();
            let own: Vec<&str> = list(incident, "mechanisms").iter().take(3).map(|m| text(m, "id")).collect();
            if !labels.is_empty() {
                mechanism.add(own.iter().any(|id| labels.contains(id)), || {
                    place(&format!("{own:?}"), &format!("{labels:?}"))
                });
            }
        }
    }
    found.print("reports found");
    title.print("title");
    date.print("incident date");
    print_f1("action items", both, ours, theirs);
    states.print("state of action items with one (labels)");
    said.print("the same, of those whose text says it");
    mechanism.print("a true mechanism among the first three");
}

#[test]
#[ignore = "needs labels and checkouts: TONIGHT_TRUTH, TONIGHT_REPOS"]
fn decisions_against_labels() {
    let mut found = Score::default();
    let (mut title, mut date, mut status) = (Score::default(), Score::default(), Score::default());
    let (mut both, mut ours, mut theirs) = (0, 0, 0);
    let mut deferrals = Vec::new();
    for (repository, truth) in by_repository(rows("adr_truth.jsonl")) {
        let Some(inventory) = inventory(&repository, "decisions") else { continue };
        let decisions = list(&inventory, "decisions");
        println!("{repository}: {} records found, {} labeled", decisions.len(), truth.len());
        for row in &truth {
            let path = text(row, "path");
            let place = |ours: &str, label: &str| format!("{repository}/{path}: {ours} (label: {label})");
            let decision = decisions.iter().find(|decision| text(decision, "path") == path);
            found.add(decision.is_some(), || place("not found", ""));
            let Some(decision) = decision else { continue };
            let (own, label) = (text(decision, "title"), text(row, "title"));
            title.add(folded(own) == folded(label), || place(own, label));
            let (own, label) = (text(decision, "date"), iso(text(row, "date")));
            date.add(own == label, || place(own, &label));
            let (own, label) = (text(decision, "status"), text(row, "status"));
            let label = match label {
                "pending" => "proposed",
                "none" => "unknown",
                other => other,
            };
            status.add(own == label, || place(own, label));
            let (own, label) = (list(decision, "deferrals"), row["has_deferral"].as_bool() == Some(true));
            both += usize::from(!own.is_empty() && label);
            ours += usize::from(!own.is_empty());
            theirs += usize::from(label);
            if own.is_empty() == label {
                let said = own.first().map_or("none", |deferral| text(deferral, "text"));
                deferrals.push(place(said, row["deferral_quote"].as_str().unwrap_or("none")));
            }
        }
    }
    found.print("records found");
    title.print("title");
    date.print("date");
    status.print("status");
    print_f1("records with a deferral", both, ours, theirs);
    deferrals.iter().for_each(|place| println!("      {place}"));
}

#[test]
#[ignore = "needs labels and checkouts: TONIGHT_TRUTH, TONIGHT_REPOS"]
fn predecessors_against_labels() {
    let mut ranks: Vec<(f64, String)> = Vec::new();
    for (repository, truth) in by_repository(rows("smallteam_labels.jsonl")) {
        let Some(inventory) = inventory(&repository, "incidents") else { continue };
        let incidents = list(&inventory, "incidents");
        let of = |name: &str| incidents.iter().find(|incident| text(incident, "path").contains(name));
        for row in truth.iter().filter(|row| row["recurrence_of"].is_string()) {
            let (name, wanted) = (text(row, "incident"), text(row, "recurrence_of"));
            let Some(incident) = of(name) else {
                println!("{repository}: {name} was not found");
                continue;
            };
            let earlier: Vec<&str> =
                list(incident, "earlier").iter().map(|other| text(other, "path")).collect();
            let rank = earlier.iter().position(|path| path.contains(wanted));
            let value = rank.map_or(0.0, |rank| 1.0 / (rank + 1) as f64);
            let shown = rank.map_or_else(|| "absent".to_owned(), |rank| (rank + 1).to_string());
            ranks.push((value, format!("{repository}: {name} -> {wanted}: {shown} of {}", earlier.len())));
        }
    }
    let mean = ranks.iter().map(|(value, _)| value).sum::<f64>() / ranks.len().max(1) as f64;
    ranks.iter().filter(|(value, _)| *value < 1.0).for_each(|(_, line)| println!("      {line}"));
    println!("predecessor, mean reciprocal rank of {}: {mean:.3}", ranks.len());
}

/// Pairs of reports that the labels call repeats, by file name, the earlier name first: those that a
/// report states, and the likeliest predecessor of each.
fn labeled_pairs() -> BTreeMap<String, BTreeSet<(String, String)>> {
    let name = |path: &str| {
        path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default().to_owned()
    };
    let mut pairs: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let mut add = |repository: &str, one: String, other: String| {
        let pair = if one < other { (one, other) } else { (other, one) };
        pairs.entry(repository.to_owned()).or_default().insert(pair);
    };
    for row in rows("postmortem_truth.jsonl") {
        for other in list(&row, "recurs_with").iter().filter_map(Value::as_str) {
            add(text(&row, "repo"), name(text(&row, "path")), name(other));
        }
    }
    for row in rows("smallteam_labels.jsonl") {
        if let Some(other) = row["recurrence_of"].as_str() {
            add(text(&row, "repo"), text(&row, "incident").to_owned(), other.to_owned());
        }
    }
    pairs
}

/// Whether two reports hang together by labeled pairs.
fn is_one_family(pairs: &BTreeSet<(String, String)>, one: &str, other: &str) -> bool {
    let mut seen = BTreeSet::from([one]);
    let mut open = vec![one];
    while let Some(name) = open.pop() {
        for (a, b) in pairs {
            let next = if a == name {
                b
            } else if b == name {
                a
            } else {
                continue;
            };
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen.contains(other)
}

#[test]
#[ignore = "needs labels and checkouts: TONIGHT_TRUTH, TONIGHT_REPOS"]
fn repeats_against_labels() {
    let (mut shown, mut families, mut found) = (Score::default(), Score::default(), Score::default());
    for (repository, truth) in labeled_pairs() {
        let Some(inventory) = inventory(&repository, "incidents") else { continue };
        let mut ours: BTreeSet<(String, String)> = BTreeSet::new();
        for incident in list(&inventory, "incidents") {
            let name = |value: &Value| {
                let file = text(value, "path").rsplit('/').next().unwrap_or_default();
                file.split('.').next().unwrap_or_default().to_owned()
            };
            for earlier in list(incident, "recurs_with") {
                let (one, other) = (name(earlier), name(incident));
                let pair = if one < other { (one, other) } else { (other, one) };
                let place = format!("{repository}: {} <- {}: {}", pair.1, pair.0, text(earlier, "because"));
                shown.add(truth.contains(&pair), || place.clone());
                families.add(is_one_family(&truth, &pair.0, &pair.1), || place);
                ours.insert(pair);
            }
        }
        for pair in &truth {
            found.add(ours.contains(pair), || format!("{repository}: {} <- {}", pair.1, pair.0));
        }
    }
    shown.wrong.clear();
    shown.print("repeats shown that are labeled");
    families.print("repeats shown within a labeled family");
    found.print("labeled repeats that are shown");
}
