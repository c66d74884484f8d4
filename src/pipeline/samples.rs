//! The embedded samples of a rule, run through the whole house.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Request, Scope, run_with};
use crate::facts;
use crate::inventory::{self, Material};
use crate::model::{Audience, Finding, History, HistoryStatus, OldBuild, Place, Release, RepoPath, Settings};
use crate::rules::{Rule, RuleSet, Sample};
use crate::source::{Cache, FileEntry, Repository, Snapshot, Subject};

/// A sample on which a rule did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFailure {
    /// The rule.
    pub rule: String,
    /// The sample.
    pub sample: String,
    /// What was expected and what happened.
    pub what: String,
}

/// A fixed day for samples, so that they do not age.
const SAMPLE_DAY: Date = Date::constant(2026, 6, 30);

/// The day of the release that samples tell of.
const RELEASE_DAY: Date = Date::constant(2026, 6, 1);

/// Runs every sample of one rule.
pub fn run_samples(rule: &Rule, rules: &Arc<RuleSet>) -> Vec<SampleFailure> {
    let mut failures = Vec::new();
    let mut fail = |sample: &Sample, what: String| {
        failures.push(SampleFailure { rule: rule.id.to_string(), sample: sample.name.clone(), what });
    };
    for sample in &rule.bad {
        let places = places(rule, rules, sample);
        let expected = sample.at.as_deref().unwrap_or_default();
        if !places.iter().any(|place| place == expected) {
            let found = if places.is_empty() { "nowhere".to_owned() } else { places.join(", ") };
            fail(sample, format!("must fire at {expected}; it fired {found}"));
        }
    }
    for sample in &rule.good {
        let places = places(rule, rules, sample);
        if !places.is_empty() {
            fail(sample, format!("must stay silent; it fired at {}", places.join(", ")));
        }
    }
    failures
}

fn places(rule: &Rule, rules: &Arc<RuleSet>, sample: &Sample) -> Vec<String> {
    let repository = Repository {
        root: PathBuf::new(),
        git: None,
        subject: Subject { no_history: Some("a sample".to_owned()), ..Subject::default() },
        snapshot: Snapshot::of_memory(&sample.files),
    };
    let mut settings = Settings { audience: Audience::Workshop, ..Settings::on(SAMPLE_DAY) };
    settings.rollback = sample.rollback;
    let told = sample.released.as_deref().map(|released| {
        let mut history = history(released);
        history.old_build = old_build(sample, released, rules, &history);
        history.since_release = since_release(sample, released);
        history
    });
    let request = Request {
        repository,
        rules: Arc::clone(rules),
        settings,
        cache: Cache::off(),
        threads: 1,
        scope: Scope::Everything,
        deployed: None,
        with_history: true,
        with_lost: false,
    };
    let outcome = run_with(request, told, &mut |_| {});
    outcome.answers.findings.iter().filter(|finding| finding.rule == rule.id).map(place).collect()
}

/// What the release of a sample held: files as they are, or as they were.
fn old_build(sample: &Sample, released: &[String], rules: &Arc<RuleSet>, history: &History) -> OldBuild {
    let now = Snapshot::of_memory(&sample.files);
    let kept = released.iter().filter_map(|path| sample.files.get_key_value(path));
    let mut files: BTreeMap<&String, &String> = kept.collect();
    files.extend(&sample.was);
    let old = Snapshot::of_memory(files);
    let read = |file: &FileEntry| {
        Some((file.path.clone(), facts::collect(&file.path, &now.reader().read(file).ok()?, rules)))
    };
    let facts: Vec<_> = now.files.iter().filter_map(read).collect();
    let paths = now.files.iter().map(|file| file.path.clone()).collect();
    let settings = Settings::on(SAMPLE_DAY);
    let material = Material { files: &facts, paths: &paths, history, rules, settings: &settings };
    super::old_build::compare(&now, &old, rules, &inventory::take(&material))
}

/// What came or changed since the release of a sample.
fn since_release(sample: &Sample, released: &[String]) -> Vec<RepoPath> {
    let new = sample.files.keys().filter(|path| !released.contains(path));
    let changed: std::collections::BTreeSet<&String> =
        sample.edited.iter().chain(sample.was.keys()).chain(new).collect();
    changed.into_iter().map(RepoPath::new).collect()
}

/// A history in which the last release holds these files.
fn history(released: &[String]) -> History {
    let release = Release {
        tag: "v1.0.0".to_owned(),
        commit: "1".repeat(40),
        date: RELEASE_DAY,
        is_ancestor: true,
        commits_since: Some(1),
    };
    let at_last_release = released.iter().map(|path| (RepoPath::new(path), "1".repeat(40))).collect();
    History {
        status: HistoryStatus::Complete,
        last_commit: Some(SAMPLE_DAY),
        releases: vec![release],
        at_last_release,
        ..History::default()
    }
}

fn place(finding: &Finding) -> String {
    match &finding.primary {
        Place::At(span) => format!("{}:{}", span.path, span.at.line),
        Place::Absent(_) => "absent".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::run_samples;
    use crate::rules::RuleSet;
    use std::sync::Arc;

    #[test]
    fn every_built_in_rule_does_what_its_samples_say() {
        let rules = Arc::new(RuleSet::builtin().clone());
        let failures: Vec<_> = rules.iter().flat_map(|rule| run_samples(rule, &rules)).collect();
        assert!(failures.is_empty(), "{failures:#?}");
    }
}
