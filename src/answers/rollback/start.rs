//! What containers and release phases start with, followed one step: a command names a script or a
//! script of `package.json`, and that one names another.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::answers::World;
use crate::model::RepoPath;
use crate::model::fact::{Doing, System};
use crate::model::thing::Environment;
use crate::model::tree::{Node, Value};
use crate::text::environment::environment;
use crate::text::{Role, role};

/// `npm run migrate`, `yarn start:prod`.
static PACKAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:npm|yarn|pnpm|bun)(?:\s+--?\S+)*(?:\s+run)?(?:\s+--?\S+)*\s+(?<name>[\w:.-]+)").ok()
});

/// Keys under which workloads name what they start.
const KEYS: &[&str] =
    &["command", "args", "entrypoint", "startCommand", "preDeployCommand", "release_command"];

/// Scripts may call scripts; after so many steps nobody follows.
const STEPS: usize = 3;

/// Whether nothing in a path says that only developers or tests start from it.
pub(super) fn is_for_production(path: &RepoPath) -> bool {
    role(path) != Role::Example
        && !matches!(environment(path, &[]), Environment::Development | Environment::Test)
}

/// The command lines that production starts with.
pub(super) struct Starts {
    lines: Vec<String>,
    scripts: BTreeSet<String>,
}

impl Starts {
    /// Looks at image files, process files and workloads that are not of developers.
    pub(super) fn of(world: &World<'_>) -> Self {
        let counts = |path: &RepoPath| is_for_production(path);
        let started = world.inventory.rollout.iter().filter(|(span, command)| {
            command.doing == Doing::Start && command.tool == "container" && counts(&span.path)
        });
        let mut lines: Vec<String> = started.map(|(_, command)| command.text.clone()).collect();
        for (span, resource) in &world.inventory.resources {
            let is_workload =
                matches!(resource.system, System::Compose | System::Kubernetes | System::Platform);
            if is_workload && counts(&span.path) {
                resource.body.walk(&mut |path, node| {
                    if path.iter().any(|key| KEYS.contains(key)) {
                        lines.extend(text(node));
                    }
                });
            }
        }
        lines.sort();
        lines.dedup();
        let scripts = scripts(world, &lines);
        Self { lines, scripts }
    }

    /// Whether a start names this file.
    pub(super) fn runs_file(&self, path: &RepoPath) -> bool {
        let name = path.file_name();
        let words = self.lines.iter().flat_map(|line| line.split([' ', '=', ';', '&', '"', '\'', ',']));
        words.into_iter().any(|word| word.rsplit('/').next() == Some(name))
    }

    /// Whether a start leads to this script of a package.
    pub(super) fn runs_script(&self, name: &str) -> bool {
        self.scripts.contains(name)
    }
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    }
}

fn scripts(world: &World<'_>, lines: &[String]) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = lines.iter().flat_map(|line| named(line)).collect();
    for _ in 0..STEPS {
        let of_packages = world.inventory.rollout.iter().filter(|(_, command)| command.tool == "package");
        let more: Vec<String> = of_packages
            .filter(|(_, command)| {
                let name = command.target.as_deref().and_then(|target| target.strip_prefix("script:"));
                name.is_some_and(|name| known.contains(name))
            })
            .flat_map(|(_, command)| named(&command.text))
            .collect();
        // Package managers run `prestart` before `start` without being told.
        let before: Vec<String> = known.iter().map(|name| format!("pre{name}")).collect();
        known.extend(more);
        known.extend(before);
    }
    known
}

fn named(line: &str) -> Vec<String> {
    let Some(pattern) = PACKAGE.as_ref() else { return Vec::new() };
    pattern.captures_iter(line).map(|found| found["name"].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_for_production, named};

    #[test]
    fn follows_what_a_start_names() {
        #[track_caller]
        fn check(line: &str, expected: &[&str]) {
            assert_eq!(named(line), expected, "{line}");
        }
        check("npm run start:prod", &["start:prod"]);
        check("yarn migrate && node server.js", &["migrate"]);
        check("pnpm --filter api run db:migrate", &["api"]);
        check("node server.js", &[]);
    }

    #[test]
    fn only_what_may_be_production_counts() {
        #[track_caller]
        fn check(path: &str, expected: bool) {
            assert_eq!(is_for_production(&path.into()), expected, "{path}");
        }
        check("docker/entrypoint.sh", true);
        check("deploy/prod/start.sh", true);
        check("deploy/staging/start.sh", true);
        check("docker/dev/entrypoint.sh", false);
        check("examples/entrypoint.sh", false);
    }
}
