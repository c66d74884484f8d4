//! From flags to everything a run found.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use super::args::{FailOn, ScanFlags};
use super::config::{self, FILE_NAME};
use super::terminal::{Progress, tell};
use crate::model::{Audience, Question, Settings};
use crate::pipeline::{self, Outcome, Request, Scope};
use crate::report::{Given, RuleText};
use crate::rules::{RuleError, RuleSet};
use crate::source::{self, Cache, Repository, Snapshot};

/// Where a repository keeps its own rules.
pub const RULES_FOLDER: &str = ".tonight/rules";

/// Everything a command needs to report.
pub struct Scan {
    /// What the run found.
    pub outcome: Outcome,
    /// What the configuration states.
    pub settings: Settings,
    /// The gate that the configuration states.
    pub fail_on: Option<FailOn>,
    /// Rules of the run.
    pub rules: Arc<RuleSet>,
    /// The folder's name.
    pub label: String,
}

impl Scan {
    /// What the reports are made from.
    pub fn given<T>(&self, questions: &[Question], compose: impl FnOnce(&Given<'_>) -> T) -> T {
        let outcome = &self.outcome;
        let rule = |id: &str| {
            self.rules.get(id).map(|rule| RuleText {
                id: rule.id.to_string(),
                summary: rule.summary.clone(),
                fix: rule.fix.clone(),
                verify: rule.verify.clone(),
            })
        };
        compose(&Given {
            rules_digest: self.rules.digest(),
            commit: outcome.subject.commit.as_deref(),
            revision: outcome.subject.revision.as_deref(),
            is_dirty: outcome.subject.is_dirty,
            settings: &self.settings,
            questions,
            inventory: &outcome.inventory,
            history: &outcome.history,
            answers: &outcome.answers.answers,
            findings: &outcome.answers.findings,
            scenarios: &outcome.answers.scenarios,
            files: &outcome.files,
            skipped: &outcome.skipped,
            analyzed: outcome.analyzed,
            rule: &rule,
        })
    }

    /// Whether there was nothing to read, which is said on standard error.
    pub fn is_empty(&self) -> bool {
        let is_empty = self.outcome.analyzed == 0;
        if is_empty {
            let skipped = self.outcome.skipped.len();
            let why = if skipped == 0 {
                "there are no files".to_owned()
            } else {
                format!("none of {skipped} files is one to read")
            };
            tell(&format!("tonight: nothing to scan: {why}"));
        }
        is_empty
    }
}

/// Reads a repository.
pub fn scan(path: Option<&Path>, flags: &ScanFlags, audience: Option<Audience>) -> anyhow::Result<Scan> {
    scan_in(Scope::Everything, true, None, path, flags, audience)
}

/// Reads a repository within a scope, with or without its history; `deployed` names what is deployed.
pub fn scan_in(
    scope: Scope,
    with_history: bool,
    deployed: Option<&str>,
    path: Option<&Path>,
    flags: &ScanFlags,
    audience: Option<Audience>,
) -> anyhow::Result<Scan> {
    let repository = source::open(path, flags.rev.as_deref())?;
    let label = source::folder_name(&repository.root);
    let rules = Arc::new(rules(&repository.snapshot, flags)?);
    let (mut settings, fail_on) = settings(&repository, flags, &rules)?;
    settings.audience = audience.unwrap_or(settings.audience);
    let commit = deployed.map(|name| source::commit_of(&repository, name).map(|id| (name.to_owned(), id)));
    let request = Request {
        repository,
        rules: Arc::clone(&rules),
        settings: settings.clone(),
        cache: cache(flags),
        threads: flags.threads,
        scope,
        deployed: commit.transpose()?,
        with_history,
        with_lost: flags.with_history,
    };
    let progress = Progress::start(flags.quiet);
    let outcome = pipeline::run(request, &mut |step| progress.show(step));
    progress.end();
    if flags.timings {
        timings(&outcome);
    }
    Ok(Scan { outcome, settings, fail_on, rules, label })
}

/// Rules and settings of a run over this repository.
pub fn rules_and_settings(repository: &Repository, flags: &ScanFlags) -> anyhow::Result<(RuleSet, Settings)> {
    let rules = rules(&repository.snapshot, flags)?;
    let (settings, _) = settings(repository, flags, &rules)?;
    Ok((rules, settings))
}

/// Built-in rules, those of the repository at its revision, and those named by flags.
pub fn rules(snapshot: &Snapshot, flags: &ScanFlags) -> anyhow::Result<RuleSet> {
    let mut files = Vec::new();
    if !flags.no_config {
        let reader = snapshot.reader();
        for file in snapshot.files.iter().filter(|file| file.path.parent() == RULES_FOLDER) {
            if file.path.extension() == "toml" {
                let bytes = reader.read(file).map_err(|why| anyhow!("cannot read {}: {why:?}", file.path))?;
                files.push((file.path.to_string(), text_of(bytes, file.path.as_str())?));
            }
        }
    }
    for path in &flags.rules {
        files.extend(rule_files(path)?);
    }
    with_own(RuleSet::builtin(), &files)
}

/// Rules with further ones: (path as shown, text).
pub fn with_own(rules: &RuleSet, files: &[(String, String)]) -> anyhow::Result<RuleSet> {
    if files.is_empty() {
        return Ok(rules.clone());
    }
    rules.with_own(files).map_err(|errors| anyhow!(all_of(&errors)))
}

/// The rule files a path stands for: (path as shown, text).
pub fn rule_files(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let shown = path.display().to_string();
    let paths = source::toml_files(path).with_context(|| format!("cannot read rules from {shown}"))?;
    let read = paths.into_iter().map(|path| {
        let shown = path.display().to_string();
        let text = source::read_text(&path).with_context(|| format!("cannot read {shown}"))?;
        Ok((shown, text))
    });
    read.collect()
}

fn all_of(errors: &[RuleError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The settings of the run: defaults, then the configuration.
fn settings(
    repository: &Repository,
    flags: &ScanFlags,
    rules: &RuleSet,
) -> anyhow::Result<(Settings, Option<FailOn>)> {
    let mut settings = Settings::on(flags.as_of.unwrap_or_else(source::today));
    let (name, text) = match &flags.config {
        Some(path) => {
            let name = path.display().to_string();
            let text = source::read_text(path).with_context(|| format!("cannot read {name}"))?;
            (name, text)
        }
        None if flags.no_config => return Ok((settings, None)),
        None => match own_config(&repository.snapshot)? {
            Some(text) => (FILE_NAME.to_owned(), text),
            None => return Ok((settings, None)),
        },
    };
    let fail_on = config::read(&text, &name, rules, &mut settings)?;
    Ok((settings, fail_on))
}

/// The repository's own configuration at its revision. One that cannot be read is an error: a run
/// that silently ignored it would answer another question.
fn own_config(snapshot: &Snapshot) -> anyhow::Result<Option<String>> {
    if let Some(file) = snapshot.find(FILE_NAME) {
        let bytes = snapshot
            .reader()
            .read(file)
            .map_err(|why| anyhow!("cannot read {FILE_NAME}: {why:?}; --no-config leaves it out"))?;
        return Ok(Some(text_of(bytes, FILE_NAME)?));
    }
    match snapshot.skipped.iter().find(|skipped| skipped.path.as_str() == FILE_NAME) {
        Some(skipped) => Err(anyhow!(
            "{FILE_NAME} was not read ({:?}); name a regular file with --config, or leave it out with --no-config",
            skipped.why
        )),
        None => Ok(None),
    }
}

fn text_of(bytes: Vec<u8>, name: &str) -> anyhow::Result<String> {
    String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8 text"))
}

/// Where facts are remembered, as flags say.
pub fn cache(flags: &ScanFlags) -> Cache {
    match &flags.cache_dir {
        _ if flags.no_cache => Cache::off(),
        Some(folder) => Cache::at(folder),
        None => Cache::of_user(),
    }
}

fn timings(outcome: &Outcome) {
    let all = outcome.timings.iter().map(|(_, spent)| spent.as_secs_f64()).sum::<f64>();
    for (name, spent) in &outcome.timings {
        tell(&format!("{name:<12} {:8.3} s", spent.as_secs_f64()));
    }
    let (analyzed, remembered) = (outcome.analyzed, outcome.remembered);
    tell(&format!("{:<12} {all:8.3} s, {analyzed} files, {remembered} of them remembered", "together"));
}
