//! One rule: what it says, how it is recognized, and the samples it must and must not fire on.

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::model::{Audience, Confidence, Contract, Question, RuleId, Severity};

/// A rule as its file states it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id: the stem of its file. Names the bad pattern and reads well after "allow".
    pub id: RuleId,
    /// The question whose answer it weakens.
    pub question: Question,
    /// How bad.
    pub severity: Severity,
    /// How often it is right.
    pub confidence: Confidence,
    /// The first audience that sees it.
    pub audience: Audience,
    /// The failure mechanism it invites, by id.
    pub mechanism: Option<String>,
    /// What it reports, one sentence.
    pub summary: String,
    /// Why it hurt someone.
    pub why: String,
    /// How it is detected.
    pub detect: String,
    /// How it can be wrong.
    pub wrong: String,
    /// How to mend it.
    pub fix: String,
    /// How to see that it is mended.
    pub verify: String,
    /// Pages to read.
    pub references: Vec<String>,
    /// The pattern, when the rule is one; other rules are found by the rooms.
    pub pattern: Option<Pattern>,
    /// Samples on which it must fire.
    pub bad: Vec<Sample>,
    /// Near misses on which it must stay silent.
    pub good: Vec<Sample>,
    /// Where the rule comes from: `builtin` or a path of the repository.
    pub origin: String,
}

/// Where a pattern looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchIn {
    /// In each line of the file.
    Line,
    /// In real comments only.
    Comment,
    /// In `key = value` form over the leaves of YAML, JSON, TOML or HCL
    /// (`alertmanager.enabled = false`).
    Key,
}

/// A pattern of a rule.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Which files.
    pub files: GlobSet,
    /// Where in them.
    pub within: MatchIn,
    /// What must match.
    pub regex: Regex,
    /// What must not match at the same place.
    pub unless: Option<Regex>,
    /// The message; `{match}` stands for the matched text.
    pub message: String,
}

/// A small repository on which a rule is tested.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What it shows.
    pub name: String,
    /// Its files.
    pub files: BTreeMap<String, String>,
    /// Where the rule must fire: `path:line`, or `absent` for an absence. Only for bad samples.
    #[serde(default)]
    pub at: Option<String>,
    /// Files that the last release already had; the others came since. Left out: no release.
    #[serde(default)]
    pub released: Option<Vec<String>>,
    /// Files that the last release had in another form, or that are gone since, as it had them.
    #[serde(default)]
    pub was: BTreeMap<String, String>,
    /// Files that changed after the last release, where it does not matter how.
    #[serde(default)]
    pub edited: Vec<String>,
    /// How releases are taken back, as the configuration would declare it.
    #[serde(default)]
    pub rollback: Option<Contract>,
}

/// What is wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {message}")]
pub struct RuleError {
    /// The file.
    pub origin: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleFile {
    id: String,
    question: Question,
    severity: Severity,
    confidence: Confidence,
    #[serde(default = "everybody")]
    audience: Audience,
    mechanism: Option<String>,
    summary: String,
    why: String,
    detect: String,
    wrong: String,
    fix: String,
    verify: String,
    #[serde(default)]
    references: Vec<String>,
    pattern: Option<PatternFile>,
    #[serde(default)]
    bad: Vec<Sample>,
    #[serde(default)]
    good: Vec<Sample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternFile {
    files: Vec<String>,
    within: MatchIn,
    regex: String,
    unless: Option<String>,
    message: String,
}

fn everybody() -> Audience {
    Audience::Ci
}

/// Compiled size of one pattern: enough for any hand-written rule, small enough for hostile ones.
const REGEX_BYTES: usize = 1 << 20;

impl Rule {
    /// Reads a rule file. `stem` is its file name without `.toml`, which must be its id.
    pub fn parse(text: &str, stem: &str, origin: &str) -> Result<Self, RuleError> {
        let fail = |message: String| RuleError { origin: origin.to_owned(), message };
        let file: RuleFile = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
        if file.id != stem {
            return Err(fail(format!("id is \"{}\" but the file is {stem}.toml; make them equal", file.id)));
        }
        if !stem.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            return Err(fail("an id is made of lower-case letters, digits and hyphens".to_owned()));
        }
        if file.bad.len() < 2 || file.good.len() < 2 {
            return Err(fail("needs at least two [[bad]] samples and two [[good]] near misses".to_owned()));
        }
        if let Some(sample) = file.bad.iter().find(|sample| sample.at.is_none()) {
            return Err(fail(format!("bad sample \"{}\" needs at = \"path:line\"", sample.name)));
        }
        Ok(Self {
            id: RuleId::from(file.id.as_str()),
            question: file.question,
            severity: file.severity,
            confidence: file.confidence,
            audience: file.audience,
            mechanism: file.mechanism,
            summary: file.summary,
            why: file.why,
            detect: file.detect,
            wrong: file.wrong,
            fix: file.fix,
            verify: file.verify,
            references: file.references,
            pattern: file.pattern.map(|p| p.compile().map_err(&fail)).transpose()?,
            bad: file.bad,
            good: file.good,
            origin: origin.to_owned(),
        })
    }
}

impl PatternFile {
    fn compile(self) -> Result<Pattern, String> {
        let mut files = GlobSetBuilder::new();
        for glob in &self.files {
            files.add(Glob::new(glob).map_err(|error| format!("pattern.files: {error}"))?);
        }
        let regex = |text: &str, key: &str| {
            let built = RegexBuilder::new(text).size_limit(REGEX_BYTES).multi_line(true).build();
            built.map_err(|error| format!("pattern.{key}: {error}"))
        };
        Ok(Pattern {
            files: files.build().map_err(|error| format!("pattern.files: {error}"))?,
            within: self.within,
            regex: regex(&self.regex, "regex")?,
            unless: self.unless.as_deref().map(|text| regex(text, "unless")).transpose()?,
            message: self.message,
        })
    }
}
