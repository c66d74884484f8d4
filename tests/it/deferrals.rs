//! `tonight deferrals` as a user meets it: order, filters, groups, formats, errors.

use crate::support::{DAY, Place, json, stderr, stdout};

fn place() -> Place {
    Place::with(&[
        ("CODEOWNERS", "* @org/everybody\nsrc/orders/ @org/orders\n"),
        (
            "src/orders/list.go",
            "package orders\n\n// We return every order; we'll add pagination later.\nvar x = 1\n",
        ),
        ("src/orders/pay.go", "package orders\n\n// TODO: better names\nvar x = 1\n"),
        ("src/flags.py", "# TODO: remove in 2024\nOLD = True\n"),
        ("src/=cell.py", "# FIXME: =cmd() stays in the text, no timeout\nx = 1\n"),
        ("tests/test_orders.py", "# TODO: more cases\n"),
    ])
}

fn list(place: &Place, arguments: &[&str]) -> serde_json::Value {
    let all = [&["deferrals", "--format", "json", "--as-of", DAY, "--no-config"], arguments].concat();
    json(&place.run(&all))
}

fn paths(list: &serde_json::Value) -> Vec<&str> {
    list["deferrals"].as_array().unwrap().iter().map(|d| d["path"].as_str().unwrap()).collect()
}

#[test]
fn overdue_ones_come_first_and_tests_are_left_out() {
    let list = list(&place(), &[]);
    assert_eq!(paths(&list), ["src/flags.py", "src/orders/list.go", "src/=cell.py", "src/orders/pay.go"]);
    let first = &list["deferrals"][0];
    assert_eq!(first["overdue"]["because"], "2024-12-31 has passed");
    assert_eq!(first["overdue"]["since"], "2024-12-31");
    assert_eq!(list["counts"]["overdue"], 1);
    assert_eq!(list["counts"]["unmarked"], 1);
    assert_eq!(list["found"], 4);
}

#[test]
fn every_part_of_the_rank_is_a_reason() {
    let list = list(&place(), &[]);
    for deferral in list["deferrals"].as_array().unwrap() {
        let points = deferral["ranked"].as_array().unwrap().iter().map(|w| w["points"].as_i64().unwrap());
        assert_eq!(points.sum::<i64>(), deferral["weight"].as_i64().unwrap(), "{deferral}");
    }
}

#[test]
fn filters_leave_what_was_asked_for() {
    let place = place();
    assert_eq!(paths(&list(&place, &["--mechanism", "unbounded-work"])), ["src/orders/list.go"]);
    assert_eq!(paths(&list(&place, &["--tier", "unmarked"])), ["src/orders/list.go"]);
    let old = list(&place, &["--older-than", "2y"]);
    assert!(paths(&old).is_empty(), "without history no line is known to be old");
    assert_eq!(old["filter"]["older_than_days"], 730);
    assert_eq!(old["found"], 4);
}

#[test]
fn groups_count_and_the_largest_comes_first() {
    let list = list(&place(), &["--by", "owner"]);
    let groups: Vec<_> =
        list["groups"].as_array().unwrap().iter().map(|g| (&g["name"], &g["counts"]["all"])).collect();
    let names: Vec<_> = groups.iter().map(|(name, count)| format!("{name} {count}")).collect();
    assert_eq!(names, ["\"@org/everybody\" 2", "\"@org/orders\" 2"]);
}

#[test]
fn every_format_holds_every_deferral() {
    let place = place();
    for format in ["terminal", "markdown", "json", "jsonl", "csv"] {
        for by in [&[][..], &["--by", "path"], &["--by", "mechanism"]] {
            let arguments = [&["deferrals", "--as-of", DAY, "--format", format][..], by].concat();
            let output = place.run(&arguments);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            for text in ["pagination", "better names", "remove in 2024", "no timeout"] {
                assert!(stdout(&output).contains(text), "{format} {by:?} lacks: {text}");
            }
        }
    }
    let lines = stdout(&place.run(&["deferrals", "--as-of", DAY, "--format", "jsonl"]));
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn a_cell_never_begins_a_formula() {
    let place = Place::with(&[("=1+1.py", "# TODO: =HYPERLINK(\"x\") is shown\n")]);
    let rows = stdout(&place.run(&["deferrals", "--as-of", DAY, "--format", "csv"]));
    let row = rows.lines().nth(1).unwrap();
    assert!(row.starts_with("'=1+1.py,1,marked,comment,"), "{row}");
}

#[test]
fn an_unknown_mechanism_is_an_error_with_a_suggestion() {
    let output = place().run(&["deferrals", "--mechanism", "unbound-work"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("no failure mechanism is called unbound-work; did you mean unbounded-work?"),
        "{said}"
    );
}

#[test]
fn without_history_it_says_that_ages_are_missing() {
    let output = place().run(&["deferrals", "--as-of", DAY, "--no-history"]);
    assert!(stdout(&output).contains("ages are not complete: history was not read"), "{}", stdout(&output));
}

const LABELED: &str = "dataset\tproject\tlanguage\tlabel\tdebt_type\tcomment\n\
    own\tone\tgo\t1\tdesign\t// TODO: page the list\n\
    own\tone\tgo\t0\tnone\t// Returns the list of orders.\n\
    own\ttwo\tgo\t1\tdesign\t// FIXME this is slow\\nand ugly\n\
    own\ttwo\tgo\t0\tnone\t// The to-do list of the user.\n";

#[test]
fn labeled_comments_are_scored_per_project_and_in_total() {
    let place = Place::with(&[("labels.tsv", LABELED)]);
    let scores = json(&place.run(&["deferrals", "--evaluate", "labels.tsv", "--format", "json"]));
    for key in ["macro_f1", "pooled_f1", "pooled_precision", "pooled_recall"] {
        assert_eq!(scores[key], 1.0, "{key}: {scores}");
    }
    let page = stdout(&place.run(&["deferrals", "--evaluate", "labels.tsv", "--format", "markdown"]));
    assert!(page.contains("| one |") && page.contains("| two |"), "{page}");
}

#[test]
fn labels_that_cannot_be_read_are_an_error_that_says_where() {
    let broken = LABELED.replace("\t0\tnone\t// Returns", "\tperhaps\tnone\t// Returns");
    let cases =
        [(broken.as_str(), "line 3: the label 'perhaps' is none"), ("a\tb\nc\td\n", "label"), ("", "empty")];
    for (text, said) in cases {
        let place = Place::with(&[("labels.tsv", text)]);
        let output = place.run(&["deferrals", "--evaluate", "labels.tsv", "--format", "json"]);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(stderr(&output).contains(said), "{said}: {}", stderr(&output));
    }
}
