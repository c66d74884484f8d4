//! Collectors: what one file states, as facts.
//!
//! A collector is a pure function of one file (path, bytes, rules). It never looks at a second file
//! and never judges; so facts are collected in parallel and cached by blob. One file per kind of
//! fact or per format; [`COLLECTORS`] is the only list of them.
//!
//! - `file`: one file with its parses, each made at most once
//! - `resource/`: declared things of every configuration language
//! - `rollout`: commands that migrate, deploy and take back
//! - `migration/`: database migrations, one file per family of runners
//! - `command/`: commands that copy data or bring it back
//! - `call/`: calls to other services
//! - `drill`: records of drills in operational pages
//! - `destruction`: commands that take a store of data
//! - `pattern`: rules that are patterns
//! - `record/`: what decision records and incident reports have in common
//! - `procedure`, `named`: what an operational page has, and what its commands name
//! - the others: one kind of fact each

pub(crate) mod alert;
mod call;
mod command;
mod dashboard;
mod decision;
mod deferral;
mod destruction;
mod drill;
mod embedded;
mod file;
mod ignore;
mod incident;
mod makefile;
mod migration;
mod named;
mod owner;
mod package;
mod pattern;
mod practice;
mod procedure;
mod record;
mod resource;
mod rollout;
mod runbook;
mod signal;
mod site;
mod version;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use file::SourceFile;

use crate::model::{Fact, FileFacts, Problem, ProblemKind, RepoPath};
use crate::rules::RuleSet;

/// One kind of reading.
struct Collector {
    /// Its name in problems.
    name: &'static str,
    /// Whether a file can hold anything for it; cheap: by name and by a word in the bytes.
    wants: fn(&SourceFile<'_>) -> bool,
    /// Reads the file.
    collect: fn(&SourceFile<'_>, &RuleSet, &mut FileFacts),
}

/// How much of a file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    #[default]
    Everything,
    /// What a list of deferred work needs.
    Deferrals,
    /// Incident reports.
    Incidents,
}

impl Scope {
    /// Its name in the cache.
    pub fn id(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Deferrals => "deferrals",
            Self::Incidents => "incidents",
        }
    }

    fn takes(self, collector: &Collector) -> bool {
        match self {
            Self::Everything => true,
            Self::Deferrals => FOR_DEFERRALS.contains(&collector.name),
            Self::Incidents => collector.name == "incident",
        }
    }
}

/// Deferrals are ranked by own incidents and shown with their owners.
const FOR_DEFERRALS: &[&str] = &["deferral", "ignore", "incident", "owner", "version"];

/// Every collector.
const COLLECTORS: &[Collector] = &[
    Collector { name: "terraform", wants: resource::terraform::wants, collect: resource::terraform::collect },
    Collector { name: "unit", wants: resource::unit::wants, collect: resource::unit::collect },
    Collector { name: "platform", wants: resource::platform::wants, collect: resource::platform::collect },
    Collector { name: "setting", wants: resource::setting::wants, collect: resource::setting::collect },
    Collector { name: "yaml", wants: resource::yaml::wants, collect: resource::yaml::collect },
    Collector { name: "alert", wants: alert::wants, collect: alert::collect },
    Collector { name: "rollout", wants: rollout::wants, collect: rollout::collect },
    Collector { name: "migration", wants: migration::wants, collect: migration::collect },
    Collector { name: "decision", wants: decision::wants, collect: decision::collect },
    Collector { name: "incident", wants: incident::wants, collect: incident::collect },
    Collector { name: "deferral", wants: deferral::wants, collect: deferral::collect },
    Collector { name: "ignore", wants: ignore::wants, collect: ignore::collect },
    Collector { name: "runbook", wants: runbook::wants, collect: runbook::collect },
    Collector { name: "owner", wants: owner::wants, collect: owner::collect },
    Collector { name: "package", wants: package::wants, collect: package::collect },
    Collector { name: "signal", wants: signal::wants, collect: signal::collect },
    Collector { name: "dashboard", wants: dashboard::wants, collect: dashboard::collect },
    Collector { name: "practice", wants: practice::wants, collect: practice::collect },
    Collector { name: "makefile", wants: makefile::wants, collect: makefile::collect },
    Collector { name: "site", wants: site::wants, collect: site::collect },
    Collector { name: "version", wants: version::wants, collect: version::collect },
    Collector { name: "command", wants: command::wants, collect: command::collect },
    Collector { name: "destruction", wants: destruction::wants, collect: destruction::collect },
    Collector { name: "call", wants: call::wants, collect: call::collect },
    Collector { name: "pattern", wants: pattern::wants, collect: pattern::collect },
];

/// Whether a path may be that of an incident report or a decision, by nothing but its names.
pub fn may_be_record(path: &RepoPath) -> bool {
    record::is_document(path) && (incident::may_be_path(path) || decision::may_be_path(path))
}

/// Everything a file states.
pub fn collect(path: &RepoPath, bytes: &[u8], rules: &RuleSet) -> FileFacts {
    collect_in(Scope::Everything, path, bytes, rules)
}

/// What a file states within a scope. Never fails: a collector that panics costs itself on this file
/// only, and is reported.
pub fn collect_in(scope: Scope, path: &RepoPath, bytes: &[u8], rules: &RuleSet) -> FileFacts {
    let file = SourceFile::new(path, bytes);
    let mut out = FileFacts::default();
    for collector in COLLECTORS.iter().filter(|collector| scope.takes(collector)) {
        if !(collector.wants)(&file) {
            continue;
        }
        let mut own = FileFacts::default();
        let run = catch_unwind(AssertUnwindSafe(|| (collector.collect)(&file, rules, &mut own)));
        if run.is_err() {
            let message = format!("the {} collector failed on this file", collector.name);
            own = FileFacts {
                facts: Vec::new(),
                problems: vec![Problem { line: 0, kind: ProblemKind::Panicked, message }],
            };
        }
        out.facts.extend(own.facts);
        out.problems.extend(own.problems);
    }
    out.problems.extend(file.problems());
    out.facts.sort_by_key(|fact: &Fact| fact.at);
    out.problems.sort();
    out.problems.dedup();
    out
}

/// For room tests.
#[cfg(test)]
pub(crate) mod testing {
    use crate::facts::collect;
    use crate::model::Fact;
    use crate::rules::RuleSet;

    /// What `show` says of each fact of a file, in their order.
    pub(crate) fn shown<I: IntoIterator<Item = String>>(
        path: &str,
        text: &str,
        show: impl Fn(&Fact) -> I,
    ) -> Vec<String> {
        let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
        facts.facts.iter().flat_map(show).collect()
    }
}
