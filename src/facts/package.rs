//! Package manifests: what is built in, by name.
//!
//! Versions and lock files are left alone: the question is only which tools are at hand. Names are
//! those of the ecosystem (`@sentry/node`, `sentry-sdk`, `github.com/getsentry/sentry-go`).

use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::fact::{Resource, System};
use crate::model::tree::{Entry, Node, Value};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::rules::RuleSet;
use crate::text::Role;

/// More is not a manifest written by hand.
const MAX_NAMES: usize = 2_000;

fn ecosystem(file: &SourceFile<'_>) -> Option<&'static str> {
    let name = file.path.file_name();
    Some(match name {
        "package.json" => "npm",
        "Cargo.toml" => "cargo",
        "pyproject.toml" | "Pipfile" | "setup.cfg" | "setup.py" => "python",
        "go.mod" => "go",
        "Gemfile" => "ruby",
        "composer.json" => "composer",
        "pom.xml" => "maven",
        "build.gradle" | "build.gradle.kts" => "gradle",
        "mix.exs" => "hex",
        _ if name.ends_with(".csproj") || name == "Directory.Packages.props" => "nuget",
        _ if name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in")) => {
            "python"
        }
        _ if file.path.has_folder("requirements") && name.ends_with(".txt") => "python",
        _ => return None,
    })
}

/// A manifest outside of tests and examples.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    !matches!(file.role, Role::Test | Role::Example) && ecosystem(file).is_some()
}

/// One resource: name, dependencies, whether it is a library.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(ecosystem) = ecosystem(file) else { return };
    let (name, mut names, is_library) = match file.path.file_name() {
        "package.json" | "composer.json" => json(file),
        "Cargo.toml" => cargo(file),
        "pyproject.toml" | "Pipfile" => python(file),
        _ => (None, by_line(file, ecosystem), None),
    };
    names.sort();
    names.dedup_by(|a, b| a.0 == b.0);
    names.truncate(MAX_NAMES);
    let name = name.unwrap_or_default();
    let text = |text: &str, at: At| Node { at, value: Value::Scalar { text: text.to_owned(), quoted: true } };
    let at = At { line: 1, start: 0, end: 0 };
    let entry = |key: &str, node: Node| Entry { key: key.to_owned(), at, node };
    let list = Value::List(names.iter().map(|(name, at)| text(name, *at)).collect());
    let mut body = vec![entry("name", text(&name, at)), entry("dependencies", Node { at, value: list })];
    if let Some(is_library) = is_library {
        body.push(entry(
            "is_library",
            Node { at, value: Value::Scalar { text: is_library.to_string(), quoted: false } },
        ));
    }
    let resource = Resource {
        system: System::Package,
        kind: ecosystem.to_owned(),
        name,
        namespace: None,
        body: Node { at, value: Value::Map(body) },
    };
    out.facts.push(Fact { at, kind: FactKind::Resource(Box::new(resource)) });
}

type Found = (Option<String>, Vec<(String, At)>, Option<bool>);

fn keys(node: Option<&Node>) -> Vec<(String, At)> {
    node.map(Node::entries).unwrap_or_default().iter().map(|entry| (entry.key.clone(), entry.at)).collect()
}

fn json(file: &SourceFile<'_>) -> Found {
    let Some(root) = file.yaml().first() else { return (None, Vec::new(), None) };
    let mut names = Vec::new();
    for section in ["dependencies", "optionalDependencies", "require"] {
        names.extend(keys(root.get(section)));
    }
    // What is published for others names its entry point and is not private.
    let is_private = root.get("private").and_then(Node::as_bool) == Some(true);
    let is_library = !is_private && (root.get("exports").is_some() || root.get("types").is_some());
    (root.text_at("name").map(str::to_owned), names, Some(is_library))
}

fn cargo(file: &SourceFile<'_>) -> Found {
    let Some(root) = file.toml() else { return (None, Vec::new(), None) };
    let mut names = keys(root.get("dependencies"));
    names.extend(keys(root.at_path("workspace.dependencies")));
    let has_binary = root.get("bin").is_some();
    let is_library = (root.get("lib").is_some() && !has_binary).then_some(true);
    (root.text_at("package.name").map(str::to_owned), names, is_library)
}

fn python(file: &SourceFile<'_>) -> Found {
    let Some(root) = file.toml() else { return (None, Vec::new(), None) };
    let mut names = keys(root.at_path("tool.poetry.dependencies"));
    names.extend(keys(root.get("packages")));
    let mut written: Vec<&Node> =
        root.at_path("project.dependencies").map(Node::items).unwrap_or_default().iter().collect();
    for extra in root.at_path("project.optional-dependencies").map(Node::entries).unwrap_or_default() {
        written.extend(extra.node.items());
    }
    names.extend(written.iter().filter_map(|node| Some((requirement(node.text()?)?, node.at))));
    let name = root.text_at("project.name").or(root.text_at("tool.poetry.name")).map(str::to_owned);
    (name, names, None)
}

/// The name of a requirement: `Sentry_SDK[flask]>=1` is `sentry-sdk`.
fn requirement(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let name = text.get(..end)?;
    (!name.is_empty()).then(|| name.to_ascii_lowercase().replace(['_', '.'], "-"))
}

/// Manifests that are read line by line: a name stands where the ecosystem puts it.
fn by_line(file: &SourceFile<'_>, ecosystem: &str) -> Vec<(String, At)> {
    static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // gem "x" | implementation "group:x:1" | {:x, "~> 1"} | <artifactId>x< | Include="x"
        Regex::new(
            r#"(?x)^\s*gem\s+['"]([^'"]+)['"]
            | (?:implementation|api|runtimeOnly|compile)\s*\(?\s*['"]([^'":]+:[^'":]+)
            | \{:([a-z_]+),
            | <artifactId>([^<]+)<
            | <Package(?:Reference|Version)\s[^>]*Include="([^"]+)""#,
        )
        .ok()
    });
    let mut names = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') || text.starts_with("//") {
            continue;
        }
        let name = match ecosystem {
            "python" if file.path.extension() == "txt" || file.path.extension() == "in" => {
                (!text.starts_with('-')).then(|| requirement(text)).flatten()
            }
            // setup.py and setup.cfg: a quoted or bare requirement on its own line.
            "python" => requirement(text.trim_start_matches(['"', '\''])),
            "go" => text
                .trim_start_matches("require ")
                .split_whitespace()
                .next()
                .filter(|w| w.contains('.'))
                .map(str::to_owned),
            _ => QUOTED
                .as_ref()
                .and_then(|r| r.captures(text))
                .and_then(|found| found.iter().skip(1).flatten().next().map(|m| m.as_str().to_owned())),
        };
        names.extend(name.map(|name| (name, at)));
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::model::fact::System;
    use crate::model::tree::Node;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
        let found: Vec<&str> = facts
            .facts
            .iter()
            .filter_map(|fact| match &fact.kind {
                FactKind::Resource(r) if r.system == System::Package => Some(r.body.get("dependencies")?),
                _ => None,
            })
            .flat_map(|list| list.items().iter().filter_map(Node::text))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_names_of_every_ecosystem() {
        check(
            "package.json",
            "{\"dependencies\": {\"pino\": \"9\"}, \"devDependencies\": {\"jest\": \"1\"}}",
            &["pino"],
        );
        check("requirements.txt", "# c\nSentry_SDK[flask]>=1\n-r other.txt\n", &["sentry-sdk"]);
        check(
            "pyproject.toml",
            "[project]\nname = \"a\"\ndependencies = [\"structlog>=1\"]\n",
            &["structlog"],
        );
        check("go.mod", "module a.b/c\n\nrequire (\n\tgo.uber.org/zap v1.2.3\n)\n", &["go.uber.org/zap"]);
        check("Gemfile", "gem 'lograge', '~> 0.1'\n# gem 'x'\n", &["lograge"]);
        check("Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\ntracing = \"0.1\"\n", &["tracing"]);
        check(
            "pom.xml",
            "<dependency><artifactId>micrometer-core</artifactId></dependency>",
            &["micrometer-core"],
        );
        check(
            "build.gradle",
            "dependencies {\n  implementation 'io.sentry:sentry:7.0'\n}\n",
            &["io.sentry:sentry"],
        );
        check("a.csproj", "<PackageReference Include=\"Serilog\" Version=\"3\" />", &["Serilog"]);
        check("tests/requirements.txt", "structlog\n", &[]);
    }
}
