//! Commands and calls that migrate a schema, deploy a release or take one back: in scripts, image
//! files, process files, manifests, workflows and source.
//!
//! Line by line and by the catalogue; what the line belongs to (a start, a pipeline) is for the
//! inventory. Prose is not read: a document that names a command runs nothing.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::SourceFile;
use crate::model::fact::{Command, Doing};
use crate::model::{Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::{DeployTool, MigrationRunner, RuleSet, SchemaPush};
use crate::text::{Role, cut, fold};

/// Longer lines are data.
const LONGEST_LINE: usize = 2_000;
const SHOWN: usize = 300;
/// A line may be continued this often; more is generated.
const MOST_CONTINUED: usize = 30;

/// At least one of these stands in every file of interest.
const WORDS: &[&str] = &[
    "igrat",
    "CMD",
    "ENTRYPOINT",
    "release_command",
    "goose",
    "dbmate",
    "sqitch",
    "ecto",
    "diesel",
    "liquibase",
    "flyway",
    "dotnet ef",
    ".to_latest(",
    "grade",
    "deploy",
    "rollout",
    "rollback",
    "apply",
    ".Up()",
    "compose",
    "db:prepare",
    "cf push",
    "update-service",
    "zero-downtime-push",
    "argocd",
    "heroku",
    "disableMigrationsListValidation",
    "ansible-playbook",
    "db push",
    "-kit push",
    "synchronize",
    "ddl-auto",
    "schema:update",
    "schema:sync",
    "prune",
    "AutoMigrate",
    "create_all",
    ".sync(",
];

/// Words for which programs of other languages are looked at: only their settings count.
const SETTING_WORDS: &[&str] = &["EnsureCreated", "fallbackToDestructiveMigration"];

/// Files that can run something.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    static ANY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WORDS).ok());
    let tells = file.role == Role::Document && file.language == Language::Markdown && takes_back(&file.text);
    let runs = !matches!(file.role, Role::Test | Role::Example | Role::Document)
        && (is_commands(file)
            || is_source(file)
            || is_profile(file)
            || file.path.file_name() == "package.json");
    if is_other_source(file) && file.role == Role::Main {
        return SETTING_WORDS.iter().any(|word| file.holds(word));
    }
    (tells || runs) && ANY.as_ref().is_some_and(|any| any.is_match(file.text.as_ref()))
}

fn is_commands(file: &SourceFile<'_>) -> bool {
    let name = file.path.file_name();
    matches!(file.language, Language::Bash | Language::Dockerfile | Language::Yaml)
        || matches!(name, "Procfile" | "fly.toml" | "render.yaml" | "app.json" | "package.json")
}

fn is_source(file: &SourceFile<'_>) -> bool {
    matches!(
        file.language,
        Language::JavaScript | Language::TypeScript | Language::Python | Language::Go | Language::Rust
    )
}

fn is_other_source(file: &SourceFile<'_>) -> bool {
    matches!(file.language, Language::Kotlin | Language::Java | Language::CSharp)
}

/// One fact per line that does something.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    if file.role == Role::Document {
        return told(file, out);
    }
    if is_source(file) {
        settings(file, out);
        return calls(file, out);
    }
    if file.path.file_name() == "package.json" {
        settings(file, out);
        return scripts(file, out);
    }
    if is_profile(file) || is_other_source(file) {
        return settings(file, out);
    }
    let only_starts = file.language == Language::Dockerfile;
    let is_processes = file.path.file_name() == "Procfile";
    let mut start = 0;
    let lines: Vec<&str> = file.text.split_inclusive('\n').collect();
    let mut index = 0;
    while let Some(first) = lines.get(index) {
        let mut line = String::new();
        let mut taken = 0;
        while let Some(part) = lines.get(index + taken).filter(|_| taken < MOST_CONTINUED) {
            taken += 1;
            line.push_str(part.trim_end().trim_end_matches('\\'));
            line.push(' ');
            if !part.trim_end().ends_with('\\') || line.len() > LONGEST_LINE {
                break;
            }
        }
        let text = fold(&line);
        let is_start = ["CMD", "ENTRYPOINT"].iter().any(|word| text.starts_with(word));
        let is_comment = text.starts_with('#') || text.starts_with("//") || text.starts_with("echo ");
        if line.len() <= LONGEST_LINE && !is_comment && (is_start || !only_starts) {
            let indent = first.len() - first.trim_start().len();
            let at = file.lines().at(start + indent..start + first.trim_end().len().max(indent));
            let starts = (is_start && only_starts) || is_processes || text.starts_with("release_command");
            let start = starts.then(|| made(Doing::Start, "container", &plain(&text)));
            let found = command(&text).into_iter().chain(start);
            out.facts.extend(found.map(|command| Fact { at, kind: FactKind::Command(Box::new(command)) }));
        }
        let step: usize = lines.iter().skip(index).take(taken.max(1)).map(|line| line.len()).sum();
        start += step;
        index += taken.max(1);
    }
}

/// Scripts of a package, by their names: what a start runs may stand here.
fn scripts(file: &SourceFile<'_>, out: &mut FileFacts) {
    let Some(scripts) = file.yaml().first().and_then(|root| root.get("scripts")) else { return };
    for entry in scripts.entries() {
        let text = fold(entry.node.text().unwrap_or_default());
        let start = made(Doing::Start, "package", &text);
        for mut command in command(&text).into_iter().filter(|c| c.doing == Doing::Migrate).chain([start]) {
            command.target = Some(format!("script:{}", entry.key));
            out.facts.push(Fact { at: entry.at, kind: FactKind::Command(Box::new(command)) });
        }
    }
}

/// `CMD ["alembic", "upgrade", "head"]` reads like a line once its marks are gone.
fn plain(text: &str) -> String {
    fold(&text.replace(['"', '\'', '[', ']', ','], " "))
}

fn command(text: &str) -> Option<Command> {
    let plain = plain(text);
    let runner = MigrationRunner::all().iter().find_map(|runner| {
        if runner.reverts(&plain) {
            return Some((Doing::MigrateDown, runner.id.as_str()));
        }
        runner.runs(&plain).then_some((Doing::Migrate, runner.id.as_str()))
    });
    let (doing, tool) = runner
        .or_else(|| taken_back(&plain))
        .or_else(|| pruned(&plain))
        .or_else(|| SchemaPush::of_line(&plain).map(|push| (Doing::Push, push.tool.as_str())))
        .or_else(|| deployed(&plain).map(|tool| (Doing::Deploy, tool.platform.as_str())))?;
    let mut made = made(doing, tool, text);
    let throws_away = ["|| true", "|| :", "|| exit 0", "|| echo"].iter().any(|tail| text.contains(tail));
    made.defects.extend(throws_away.then(|| "or-true".to_owned()));
    let runner = MigrationRunner::named(tool);
    let is_tolerated = runner.is_some_and(|r| r.tolerance.iter().any(|word| text.contains(word.as_str())));
    made.defects.extend(is_tolerated.then(|| "tolerates".to_owned()));
    Some(made)
}

/// Words with which a command shows what it would do.
const ONLY_SHOWS: &[&str] = &["--dry-run", "--check", "--help", "--build-only", "--diff"];

/// The tool of a command that deploys; not one that only says or shows so.
fn deployed(line: &str) -> Option<&'static DeployTool> {
    let says = line.starts_with("echo ") || line.starts_with("printf ");
    let shows =
        |word: &str| ONLY_SHOWS.contains(&word.trim_end_matches("=client").trim_end_matches("=server"));
    if says || line.split_whitespace().any(shows) { None } else { DeployTool::of_line(line) }
}

/// Commands that delete the images of earlier releases.
fn pruned(line: &str) -> Option<(Doing, &'static str)> {
    let prunes =
        ["docker image prune", "docker system prune"].iter().find_map(|words| line.split_once(words));
    let flags = prunes?.1;
    let is_all = flags.split_whitespace().any(|flag| {
        flag == "--all" || (flag.starts_with('-') && !flag.starts_with("--") && flag.contains('a'))
    });
    // `--filter until=168h` leaves the newer ones.
    (is_all && !flags.contains("--filter")).then_some((Doing::Prune, "docker"))
}

/// Commands that take a release back.
fn taken_back(line: &str) -> Option<(Doing, &'static str)> {
    const WAYS: &[(&str, &str)] = &[
        ("helm rollback", "helm"),
        ("rollout undo", "kubernetes"),
        ("argocd app rollback", "argo-cd"),
        ("heroku rollback", "heroku"),
        ("kamal rollback", "capistrano"),
        ("deploy:rollback", "capistrano"),
        ("cf rollback", "cloud-foundry"),
        ("wrangler rollback", "vercel"),
        ("vercel rollback", "vercel"),
    ];
    WAYS.iter().find(|(words, _)| line.contains(words)).map(|(_, tool)| (Doing::Rollback, *tool))
}

fn made(doing: Doing, tool: &str, text: &str) -> Command {
    Command {
        doing,
        tool: tool.to_owned(),
        text: cut(text, SHOWN),
        is_prose: false,
        defects: Vec::new(),
        target: None,
        tells_on_failure: false,
        stated_schedule: None,
        compares: false,
        names: Vec::new(),
    }
}

/// Whether a text names a command that takes a release back.
fn takes_back(text: &str) -> bool {
    ["rollout undo", "helm rollback", "app rollback"].iter().any(|words| text.contains(words))
}

/// Commands by which a document tells people to take a release back; they run nowhere by themselves.
fn told(file: &SourceFile<'_>, out: &mut FileFacts) {
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        let text = fold(line);
        if let Some((doing, tool)) = taken_back(&text).filter(|_| line.len() <= LONGEST_LINE) {
            let words = ["kubectl", "helm", "argocd"].iter().find_map(|word| text.find(word));
            let mut command =
                made(doing, tool, text.get(words.unwrap_or(0)..).unwrap_or(&text).trim_matches('`'));
            command.is_prose = true;
            out.facts.push(Fact { at, kind: FactKind::Command(Box::new(command)) });
        }
    }
}

/// Configuration of Spring, which may tell Hibernate to change the schema.
fn is_profile(file: &SourceFile<'_>) -> bool {
    let name = file.path.file_name();
    name.starts_with("application") && matches!(file.path.extension(), "yml" | "yaml" | "properties")
}

/// Settings and scripts by which a program pushes its schema when it starts.
fn settings(file: &SourceFile<'_>, out: &mut FileFacts) {
    let pushes: Vec<&SchemaPush> =
        SchemaPush::all().iter().filter(|push| push.reads(file.path.file_name())).collect();
    let pushes: Vec<&&SchemaPush> = pushes
        .iter()
        .filter(|push| push.needs.is_empty() || file.holds(&push.needs))
        .filter(|push| !push.unless.iter().any(|word| file.holds(word)))
        .collect();
    if pushes.is_empty() {
        return;
    }
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        let text = fold(line);
        let is_comment = ["//", "#", "*", "/*"].iter().any(|mark| text.starts_with(mark));
        if line.len() > LONGEST_LINE || is_comment {
            continue;
        }
        if let Some(push) = pushes.iter().find(|push| push.is_in(&text)) {
            let mut command = made(Doing::Push, &push.tool, &text);
            command.target = Some("setting".to_owned());
            out.facts.push(Fact { at, kind: FactKind::Command(Box::new(command)) });
        }
    }
}

/// Calls inside the program itself.
fn calls(file: &SourceFile<'_>, out: &mut FileFacts) {
    let has_latest = file.holds("migrate.latest");
    for runner in MigrationRunner::all() {
        let tolerates = runner.tolerance.iter().any(|word| file.holds(word));
        let may_call = has_latest || !runner.call_needs.is_empty() && file.holds(&runner.call_needs);
        // Most sources migrate nothing: their lines are not looked at one by one.
        if !tolerates && !may_call {
            continue;
        }
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            let text = line.trim();
            let is_comment = ["//", "#", "*", "/*"].iter().any(|mark| text.starts_with(mark));
            let is_call = may_call && runner.is_called(text);
            let is_option = tolerates && runner.tolerance.iter().any(|word| text.contains(word.as_str()));
            if line.len() <= LONGEST_LINE && !is_comment && (is_call || is_option) {
                let mut command = made(Doing::Migrate, &runner.id, &fold(text));
                command.defects.extend(is_option.then(|| "tolerates".to_owned()));
                command.target = Some("call".to_owned());
                let at = file.lines().at(start..start + line.trim_end().len());
                out.facts.push(Fact { at, kind: FactKind::Command(Box::new(command)) });
            }
            start += line.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;
    use crate::model::fact::Doing;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Command(c)
                if !matches!(c.doing, Doing::Backup | Doing::Restore | Doing::Verify | Doing::Start) =>
            {
                Some(format!("{} {:?} {}", fact.at.line, c.doing, c.tool))
            }
            _ => None,
        });
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn finds_commands_where_they_run() {
        check(
            "Dockerfile",
            "FROM a\nRUN alembic upgrade head\nCMD [\"alembic\", \"upgrade\", \"head\"]\n",
            &["3 Migrate alembic"],
        );
        check(
            "entrypoint.sh",
            "#!/bin/sh\n# alembic upgrade head\nflask db upgrade || true\n",
            &["3 Migrate alembic"],
        );
        check("Procfile", "release: python manage.py migrate\n", &["1 Migrate django"]);
        check(
            "deploy.sh",
            "helm upgrade \\\n  web ./chart\nhelm rollback web\n",
            &["1 Deploy helm", "3 Rollback helm"],
        );
        check("README.md", "    helm upgrade web\n", &[]);
    }

    #[test]
    fn finds_calls_inside_the_program() {
        check(
            "src/server.ts",
            "import { db } from './db';\n// db.migrate.latest()\nawait db.migrate.latest();\n",
            &["3 Migrate knex"],
        );
        check(
            "src/up.go",
            "import \"github.com/golang-migrate/migrate/v4\"\nif err := m.Up(); err != nil {}\n",
            &["2 Migrate golang-migrate"],
        );
        check("src/other.go", "if err := m.Up(); err != nil {}\n", &[]);
        check(
            "src/main.rs",
            "use sqlx::PgPool;\nsqlx::migrate!(\"db\").run(&pool).await?;\n",
            &["2 Migrate sqlx"],
        );
        check("src/main.rs", "use diesel::prelude::*;\nlet a = migrate!(x)\n", &[]);
        check(
            "package.json",
            "{\"scripts\": {\n\"start\": \"knex migrate:latest && node .\",\n\"undo\": \"knex migrate:rollback\"}}",
            &["2 Migrate knex"],
        );
    }
}
