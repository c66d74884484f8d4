//! `tonight.toml`: what the owners of a repository state about it.
//!
//! An unknown key is an error that points at its line and suggests the nearest key: a misspelled
//! setting that is silently ignored would be believed. All errors are told at once. It reads the
//! text it is given and opens nothing.
//!
//! - `reader`: values with their places, and the errors

mod reader;

use std::collections::BTreeMap;

use reader::{ConfigError, Reader};

use super::args::FailOn;
use crate::model::tree::{Entry, Node};
use crate::model::{Attestation, Audience, Contract, Exception, Question, Settings, Severity};
use crate::rules::RuleSet;

/// The name at the root of a repository.
pub const FILE_NAME: &str = "tonight.toml";

const TOP_KEYS: &[&str] =
    &["name", "fresh-days", "audience", "rollback", "scan", "gate", "rules", "attest", "ignore"];
const ATTEST_KEYS: &[&str] = &["question", "claim", "by", "until", "evidence"];
const IGNORE_KEYS: &[&str] = &["rule", "paths", "reason", "until"];
const AUDIENCES: &[(&str, Audience)] =
    &[("ci", Audience::Ci), ("review", Audience::Review), ("workshop", Audience::Workshop)];
const FAIL_ON: &[(&str, FailOn)] =
    &[("none", FailOn::None), ("low", FailOn::Low), ("medium", FailOn::Medium), ("high", FailOn::High)];
const SEVERITIES: &[(&str, Option<Severity>)] = &[
    ("high", Some(Severity::High)),
    ("medium", Some(Severity::Medium)),
    ("low", Some(Severity::Low)),
    ("info", Some(Severity::Info)),
    ("off", None),
];
/// A rehearsal that counts as fresh for longer than ten years is a typing error.
const MAX_FRESH_DAYS: u32 = 3_650;

/// Reads a configuration into the settings; gives the gate it states.
pub fn read(
    text: &str,
    name: &str,
    rules: &RuleSet,
    settings: &mut Settings,
) -> Result<Option<FailOn>, ConfigError> {
    let (root, mut reader) = Reader::open(text, name)?;
    let mut fail_on = None;
    reader.only(root.entries(), TOP_KEYS, "");
    for entry in root.entries() {
        match entry.key.as_str() {
            "name" => settings.name = reader.text(entry).or(settings.name.take()),
            "fresh-days" => {
                settings.fresh_days = reader.number(entry, MAX_FRESH_DAYS).unwrap_or(settings.fresh_days);
            }
            "audience" => settings.audience = reader.one_of(entry, AUDIENCES).unwrap_or(settings.audience),
            "rollback" => settings.rollback = reader.one_of(entry, &Contract::WORDS),
            "scan" => settings.exclude = exclude(&mut reader, entry),
            "gate" => fail_on = gate(&mut reader, entry),
            "rules" => settings.rules = severities(&mut reader, entry, rules),
            "attest" => settings.attest = reader.each(entry, attestation),
            "ignore" => settings.ignore = reader.each(entry, |r, node| exception(r, node, rules)),
            _ => {}
        }
    }
    reader.close(fail_on)
}

fn exclude(reader: &mut Reader<'_>, entry: &Entry) -> Vec<String> {
    let Some(entries) = reader.table(entry, "scan", &["exclude"]) else { return Vec::new() };
    entries.iter().filter(|e| e.key == "exclude").flat_map(|e| reader.globs(e)).collect()
}

fn gate(reader: &mut Reader<'_>, entry: &Entry) -> Option<FailOn> {
    let entries = reader.table(entry, "gate", &["fail-on"])?;
    let entry = entries.iter().find(|e| e.key == "fail-on")?;
    reader.one_of(entry, FAIL_ON)
}

fn severities(reader: &mut Reader<'_>, entry: &Entry, rules: &RuleSet) -> BTreeMap<String, Option<Severity>> {
    let mut severities = BTreeMap::new();
    for entry in
        reader.entries(entry, "[rules.ID] with severity = \"high\"|\"medium\"|\"low\"|\"info\"|\"off\"")
    {
        if rules.get(&entry.key).is_none() {
            reader.unknown_rule(&entry.key, entry.at, rules);
            continue;
        }
        let Some(entries) = reader.table(entry, "rules.ID", &["severity"]) else { continue };
        for severity in entries.iter().filter(|e| e.key == "severity") {
            if let Some(severity) = reader.one_of(severity, SEVERITIES) {
                severities.insert(entry.key.clone(), severity);
            }
        }
    }
    severities
}

fn attestation(reader: &mut Reader<'_>, node: &Node) -> Option<Attestation> {
    let entries = reader.record(node, "[[attest]]", ATTEST_KEYS);
    let questions = Question::ALL.map(|question| (question.id(), question));
    let question = reader.needs(entries, node, "question", |r, e| r.one_of(e, &questions));
    let claim = reader.needs(entries, node, "claim", Reader::text);
    let by = reader.needs(entries, node, "by", Reader::text);
    let until = reader.needs(entries, node, "until", Reader::date);
    let evidence = entries.iter().find(|e| e.key == "evidence").and_then(|e| reader.text(e));
    Some(Attestation {
        question: question?,
        claim: claim?,
        by: by?,
        until: until?,
        evidence,
        span: reader.span(node),
    })
}

fn exception(reader: &mut Reader<'_>, node: &Node, rules: &RuleSet) -> Option<Exception> {
    let entries = reader.record(node, "[[ignore]]", IGNORE_KEYS);
    let rule = reader.needs(entries, node, "rule", Reader::text);
    if let Some(entry) = entries.iter().find(|e| e.key == "rule")
        && let Some(id) = rule.as_deref().filter(|id| rules.get(id).is_none())
    {
        reader.unknown_rule(id, entry.node.at, rules);
    }
    let reason = reader.needs(entries, node, "reason", Reader::text);
    let paths = entries.iter().filter(|e| e.key == "paths").flat_map(|e| reader.globs(e)).collect();
    let until = entries.iter().find(|e| e.key == "until").and_then(|e| reader.date(e));
    Some(Exception { rule: rule?, paths, reason: reason?, until, span: reader.span(node) })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::cli::args::FailOn;
    use crate::model::{Contract, Settings, Severity};
    use crate::rules::RuleSet;
    use crate::source::today;

    #[test]
    fn reads_every_key() {
        let text = r#"
name = "shop"
fresh-days = 90
audience = "workshop"
rollback = "expand-contract"
[scan]
exclude = ["legacy/**"]
[gate]
fail-on = "high"
[rules.disabled-alerting]
severity = "low"
[[attest]]
question = "backup"
claim = "Restore rehearsed on 2026-09-14"
by = "@shop/platform"
until = 2027-03-01
[[ignore]]
rule = "disabled-alerting"
paths = ["staging/**"]
reason = "no alerts from staging"
until = "2027-03-31"
"#;
        let mut settings = Settings::on(today());
        let gate = read(text, "tonight.toml", RuleSet::builtin(), &mut settings).unwrap();
        assert_eq!(gate, Some(FailOn::High));
        assert_eq!(settings.name.as_deref(), Some("shop"));
        assert_eq!(settings.fresh_days, 90);
        assert_eq!(settings.exclude, ["legacy/**"]);
        assert_eq!(settings.rules["disabled-alerting"], Some(Severity::Low));
        assert_eq!(settings.attest[0].until.to_string(), "2027-03-01");
        assert_eq!(settings.ignore[0].span.at.line, 17);
        assert_eq!(settings.rollback, Some(Contract::ExpandContract));
        assert_eq!(settings.ignore[0].until.unwrap().to_string(), "2027-03-31");
    }

    #[track_caller]
    fn check(text: &str, message: &str) {
        let mut settings = Settings::on(today());
        let error = read(text, "tonight.toml", RuleSet::builtin(), &mut settings).unwrap_err();
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn points_at_what_is_wrong_and_says_how_to_mend_it() {
        check(
            "name = \"a\"\nfresh-day = 90\n",
            "tonight.toml:2:1: unknown key `fresh-day`\n  |\n2 | fresh-day = 90\n  | ^^^^^^^^^ did you mean `fresh-days`?",
        );
        check(
            "audience = \"cii\"\n",
            "tonight.toml:1:12: `cii` is not a value of `audience`\n  |\n1 | audience = \"cii\"\n  |            ^^^^^ write one of \"ci\", \"review\", \"workshop\"",
        );
        check(
            "rollback = \"up\"\n",
            "tonight.toml:1:12: `up` is not a value of `rollback`\n  |\n1 | rollback = \"up\"\n  |            ^^^^ write one of \"down\", \"expand-contract\", \"snapshot-restore\", \"forward-fix\", \"traffic-shift\"",
        );
        check(
            "[rules.disabled-alertin]\nseverity = \"off\"\n",
            "tonight.toml:1:8: no rule is called `disabled-alertin`\n  |\n1 | [rules.disabled-alertin]\n  |        ^^^^^^^^^^^^^^^^ did you mean `disabled-alerting`?",
        );
        check(
            "[[ignore]]\nrule = \"disabled-alerting\"\n",
            "tonight.toml:1:1: this [[ignore]] needs `reason`\n  |\n1 | [[ignore]]\n  | ^^^^^^^^^^ add a line `reason = ...`",
        );
        check(
            "a = = 1\n",
            "tonight.toml:1:5: this is not valid TOML\n  |\n1 | a = = 1\n  |     ^ extra `=`, expected nothing",
        );
    }
}
