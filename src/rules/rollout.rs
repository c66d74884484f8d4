//! `rules/catalog/migrations.toml` and `deployments.toml`: commands that migrate, deploy and take
//! back, and what a runner does with a ledger that is ahead of it.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// A runner of migrations.
#[derive(Debug)]
pub struct MigrationRunner {
    /// The word of every output (`knex`).
    pub id: String,
    /// The message of a build that refuses a ledger ahead of it; `None` when it does not refuse.
    pub lock: Option<String>,
    /// What a build says to a migration that no longer is what was applied; `None` when it does not look.
    pub changed: Option<String>,
    /// What a build says when the file of an applied migration is gone; `None` when it does not look.
    pub gone: Option<String>,
    /// What its ledger calls a version.
    pub names: VersionName,
    /// Words that switch the refusal off.
    pub tolerance: Vec<String>,
    /// How to mend it.
    pub fix: String,
    /// What must stand in a source file before a call is believed.
    pub call_needs: String,
    run: Option<Regex>,
    down: Option<Regex>,
    call: Option<Regex>,
}

/// What a ledger calls a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionName {
    /// As the file writes it.
    #[default]
    Version,
    /// A number without leading zeros.
    Number,
    /// The name of the file.
    File,
    /// The name of the file without its extension.
    Stem,
}

/// A platform that something is deployed to by a command.
#[derive(Debug)]
pub struct DeployTool {
    /// The word of every output (`helm`).
    pub platform: String,
    /// The way back it has of its own.
    pub undo: Option<String>,
    /// What shows the releases there are to go back to.
    pub settle: Option<String>,
    run: Option<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RunnerEntry {
    id: String,
    run: Option<String>,
    down: Option<String>,
    call: Option<String>,
    #[serde(default)]
    call_needs: String,
    lock: Option<String>,
    changed: Option<String>,
    gone: Option<String>,
    #[serde(default)]
    names: VersionName,
    #[serde(default)]
    tolerance: Vec<String>,
    #[serde(default)]
    fix: String,
    #[allow(dead_code, reason = "the proof of the entry, for whoever edits the catalogue")]
    page: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeployEntry {
    platform: String,
    run: String,
    undo: Option<String>,
    settle: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionEntry {
    platform: String,
    uses: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DefaultEntry {
    key: String,
    value: String,
    #[allow(dead_code, reason = "the proof of the entry, for whoever edits the catalogue")]
    page: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Runners {
    runner: Vec<RunnerEntry>,
}

// The other lists of the file are read by `platform`.
#[derive(Default, Deserialize)]
struct Deployments {
    deploy: Vec<DeployEntry>,
    action: Vec<ActionEntry>,
    default: Vec<DefaultEntry>,
}

pub(super) fn compiled(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).size_limit(1 << 20).build().ok()
}

static RUNNERS: LazyLock<Vec<MigrationRunner>> = LazyLock::new(|| {
    let file: Runners = toml::from_str(super::catalog("migrations")).unwrap_or_default();
    let read = |entry: RunnerEntry| MigrationRunner {
        id: entry.id,
        gone: entry.gone.or_else(|| entry.lock.clone()),
        lock: entry.lock,
        changed: entry.changed,
        names: entry.names,
        tolerance: entry.tolerance,
        fix: entry.fix,
        call_needs: entry.call_needs,
        run: entry.run.as_deref().and_then(compiled),
        down: entry.down.as_deref().and_then(compiled),
        call: entry.call.as_deref().and_then(compiled),
    };
    file.runner.into_iter().map(read).collect()
});

static DEFAULTS: LazyLock<Vec<DefaultEntry>> = LazyLock::new(|| {
    let file: Deployments = toml::from_str(super::catalog("deployments")).unwrap_or_default();
    file.default
});

/// What holds when nothing is said, as a number; the catalogue names the page that says so.
pub fn platform_default(key: &str) -> Option<u32> {
    DEFAULTS.iter().find(|entry| entry.key == key).and_then(|entry| entry.value.parse().ok())
}

/// The beginning of a `uses`, and the platform it deploys to.
type Action = (String, String);

static DEPLOYS: LazyLock<(Vec<DeployTool>, Vec<Action>)> = LazyLock::new(|| {
    let file: Deployments = toml::from_str(super::catalog("deployments")).unwrap_or_default();
    let tools = file.deploy.into_iter().map(|entry| DeployTool {
        platform: entry.platform,
        undo: entry.undo,
        settle: entry.settle,
        run: compiled(&entry.run),
    });
    let actions = file.action.into_iter().map(|entry| (entry.uses, entry.platform));
    (tools.collect(), actions.collect())
});

impl MigrationRunner {
    /// Every runner; a test makes sure that the catalogue loads.
    pub fn all() -> &'static [Self] {
        &RUNNERS
    }

    /// The runner by its word.
    pub fn named(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|runner| runner.id == id)
    }

    /// Whether a command line runs migrations up.
    pub fn runs(&self, line: &str) -> bool {
        self.run.as_ref().is_some_and(|run| run.is_match(line)) && !self.reverts(line)
    }

    /// Whether a command line runs migrations down.
    pub fn reverts(&self, line: &str) -> bool {
        self.down.as_ref().is_some_and(|down| down.is_match(line))
    }

    /// Whether a line of source runs migrations up.
    pub fn is_called(&self, line: &str) -> bool {
        self.call.as_ref().is_some_and(|call| call.is_match(line))
    }
}

impl DeployTool {
    /// Every tool.
    pub fn all() -> &'static [Self] {
        &DEPLOYS.0
    }

    /// The tool that a command line deploys with.
    pub fn of_line(line: &str) -> Option<&'static Self> {
        Self::all().iter().find(|tool| tool.run.as_ref().is_some_and(|run| run.is_match(line)))
    }

    /// The platform that an action of a workflow deploys to.
    pub fn platform_of_action(uses: &str) -> Option<&'static str> {
        let found = DEPLOYS.1.iter().find(|(start, _)| uses.starts_with(start.as_str()));
        found.map(|(_, platform)| platform.as_str())
    }

    /// The tool of a platform.
    pub fn of_platform(platform: &str) -> Option<&'static Self> {
        Self::all().iter().find(|tool| tool.platform == platform)
    }
}

#[cfg(test)]
mod tests {
    use super::{DeployTool, MigrationRunner};

    #[test]
    fn the_catalogues_load_whole() {
        let is_whole = |runner: &MigrationRunner| runner.run.is_some() || runner.call.is_some();
        assert!(MigrationRunner::all().iter().all(is_whole));
        assert!(MigrationRunner::all().len() >= 50);
        let ids: Vec<&str> = crate::model::fact::Runner::ALL.iter().map(|runner| runner.id()).collect();
        assert!(MigrationRunner::all().iter().all(|runner| ids.contains(&runner.id.as_str())));
        assert!(DeployTool::all().iter().all(|tool| tool.run.is_some()));
        assert!(DeployTool::all().len() >= 10);
        assert!(DeployTool::platform_of_action("azure/k8s-deploy@v5").is_some());
    }

    #[test]
    fn tells_commands_from_their_likes() {
        let runs = |line: &str| MigrationRunner::all().iter().find(|r| r.runs(line)).map(|r| r.id.as_str());
        assert_eq!(runs("alembic -c db/alembic.ini upgrade head"), Some("alembic"));
        assert_eq!(runs("npx knex migrate:latest"), Some("knex"));
        assert_eq!(runs("knex migrate:rollback"), None);
        assert_eq!(runs("migrate -path db -database $URL up"), Some("golang-migrate"));
        assert_eq!(runs("python manage.py makemigrations"), None);
        assert_eq!(runs("bin/rails db:migrate"), Some("rails"));
        assert_eq!(runs("sqlx migrate run --source db"), Some("sqlx"));
        assert_eq!(runs("sequelize db:migrate:undo"), None);
        assert_eq!(runs("php artisan migrate --force"), Some("laravel"));
        let down =
            |line: &str| MigrationRunner::all().iter().find(|r| r.reverts(line)).map(|r| r.id.as_str());
        assert_eq!(down("npx sequelize-cli db:migrate:undo"), Some("sequelize"));
        assert_eq!(down("sqlx migrate revert"), Some("sqlx"));
        assert_eq!(down("diesel migration redo"), Some("diesel"));
        assert_eq!(down("goose -dir db postgres $URL down"), Some("goose"));
        assert_eq!(down("liquibase --changelog-file=a.xml update-testing-rollback"), Some("liquibase"));
        assert_eq!(down("liquibase update"), None);
        assert_eq!(down("dotnet ef database update AddUsers"), Some("ef-core"));
        assert_eq!(down("dotnet ef database update --project x"), None);
        assert_eq!(down("docker compose down"), None);
        let platform = |line: &str| DeployTool::of_line(line).map(|tool| tool.platform.as_str());
        assert_eq!(platform("helm upgrade --install web ./chart"), Some("helm"));
        assert_eq!(platform("helm template web ./chart"), None);
        assert_eq!(platform("kubectl --namespace shop rollout restart deployment/shop"), Some("kubernetes"));
        assert_eq!(platform("kubectl get pods"), None);
        assert_eq!(platform("terraform plan"), None);
        assert_eq!(platform("ecs-deploy production web --image web:3"), Some("ecs"));
        assert_eq!(platform("needs: build ecs-deploy"), None);
        assert_eq!(platform("docker compose up"), None);
    }
}
