//! The public contracts: every report against its schema, and every key, word and exit code in one list.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;

use crate::fixtures::{build, folder};
use crate::support::{DAY, Place, json};

fn validator(name: &str) -> (Value, Validator) {
    let schema = json(&Place::with(&[]).run(&["schema", name]));
    let validator = jsonschema::validator_for(&schema).unwrap();
    (schema, validator)
}

#[track_caller]
fn check_valid(validator: &Validator, document: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_report_keeps_to_its_schema() {
    let (_, report) = validator("report");
    let (_, inventory) = validator("inventory");
    let (_, deferrals) = validator("deferrals");
    let (_, backtest) = validator("backtest");
    let (_, page) = validator("page");
    let place = Place::with(&[]);
    for name in ["shop", "ready", "library"] {
        let built = build(name);
        let path = built.path().to_str().unwrap();
        check_valid(&report, &json(&place.report(&[path, "--format", "json", "--audience", "workshop"])));
        check_valid(&inventory, &json(&place.run(&["inventory", path, "--format", "json", "--as-of", DAY])));
        let list = ["deferrals", path, "--format", "json", "--as-of", DAY, "--by", "owner"];
        check_valid(&deferrals, &json(&place.run(&list)));
        check_valid(&backtest, &json(&place.run(&["backtest", path, "--format", "json"])));
        check_valid(&page, &json(&place.run(&["page", path, "--at", "Sun 03:00", "--format", "json"])));
    }
    let broken = folder("_broken");
    let path = broken.to_str().unwrap();
    check_valid(&report, &json(&place.report(&[path, "--format", "json", "--no-config"])));
    check_valid(&report, &json(&Place::with(&[]).report(&["--format", "json"])));
    check_valid(&report, &json(&Place::with_gap().report(&["--format", "json", "--question", "page"])));
}

#[test]
fn a_document_with_a_wrong_word_does_not_keep_to_the_schema() {
    let (_, report) = validator("report");
    let mut document = json(&Place::with_gap().report(&["--format", "json"]));
    document["questions"][0]["verdict"] = "perhaps".into();
    assert!(!report.is_valid(&document));
    document["questions"][0].as_object_mut().unwrap().remove("verdict");
    assert!(!report.is_valid(&document));
}

#[test]
fn one_list_of_an_inventory_holds_that_list_alone() {
    let (_, inventory) = validator("inventory");
    let document = json(&Place::with_gap().run(&["inventory", "alerts", "--format", "json", "--as-of", DAY]));
    check_valid(&inventory, &document);
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["schema", "tool", "subject", "alerts"]);
}

/// Every key and every closed list of words of a schema, as `Type.key` and `Type = words`.
fn words(schema: &Value, root: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let defs = schema["$defs"].as_object().into_iter().flatten();
    for (name, of) in defs.map(|(name, of)| (name.as_str(), of)).chain([(root, schema)]) {
        let required: Vec<&str> =
            of["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for key in of["properties"].as_object().into_iter().flat_map(|keys| keys.keys()) {
            let sometimes = if required.contains(&key.as_str()) { "" } else { " (if asked for)" };
            found.insert(format!("{name}.{key}{sometimes}"));
        }
        let consts = of["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["const"].as_str());
        let enums = of["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let list: Vec<&str> = consts.chain(enums).chain(of["const"].as_str()).collect();
        if !list.is_empty() {
            found.insert(format!("{name} = {}", list.join(" ")));
        }
    }
    found
}

#[test]
fn the_public_contract_is_this_list() {
    let (report, _) = validator("report");
    let (inventory, _) = validator("inventory");
    let (deferrals, _) = validator("deferrals");
    let (backtest, _) = validator("backtest");
    let mut lines: Vec<String> = vec!["# tonight.report/1".to_owned()];
    lines.extend(words(&report, "Report"));
    lines.push("# tonight.inventory/1".to_owned());
    lines.extend(words(&inventory, "Inventory"));
    lines.push("# tonight.deferrals/1".to_owned());
    lines.extend(words(&deferrals, "DeferralList"));
    lines.push("# tonight.backtest/1".to_owned());
    lines.extend(words(&backtest, "Backtest"));
    lines.push("# tonight.page/1".to_owned());
    lines.extend(words(&validator("page").0, "WhoIsPaged"));
    lines.push("# exit codes".to_owned());
    let help = crate::support::stdout(&Place::with(&[]).run(&["--help"]));
    let codes = help.split_once("Exit codes:\n").unwrap().1;
    lines.extend(codes.lines().map(|line| line.trim().to_owned()));
    insta::assert_snapshot!(lines.join("\n"));
}
