//! Versions that a repository says it runs on or needs at least: of languages, frameworks, clusters.
//!
//! Line by line, because a version stands on one line in every one of these files. A range counts
//! with its lower bound; an upper bound alone, a channel (`latest`) or a template says nothing.

use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::fact::DeclaredVersion;
use crate::model::{Fact, FactKind, FileFacts};
use crate::rules::RuleSet;
use crate::text::Role;

/// More is a lock file of a whole world.
const MOST: usize = 3_000;

/// How one kind of file writes a version: groups `of` (unless `name` says it) and `version`.
struct Form {
    is_file: fn(&str) -> bool,
    name: Option<&'static str>,
    pattern: LazyLock<Option<Regex>>,
}

macro_rules! form {
    ($is_file:expr, $name:expr, $pattern:literal) => {
        Form { is_file: $is_file, name: $name, pattern: LazyLock::new(|| Regex::new($pattern).ok()) }
    };
}

static FORMS: [Form; 17] = [
    form!(|n| n == "go.mod", Some("go"), r"^go\s+(?P<version>\d+\.\d+(?:\.\d+)?)\s*$"),
    form!(
        |n| n == "go.mod",
        None,
        r"^(?:require\s+|\s+)(?:[\w.-]+/)*(?P<of>[A-Za-z][\w-]*?)(?:/v\d+)?\s+v(?P<version>\d+\.\d+\.\d+)\b"
    ),
    form!(
        |n| n == "package.json",
        None,
        r#"^\s*"(?:@[\w-]+/)?(?P<of>[a-z][\w.-]*)"\s*:\s*"(?:\^|~|>=\s*|=)?v?(?P<version>\d+(?:\.\d+){0,2})(?:\.x)?\s*"\s*,?\s*$"#
    ),
    form!(|n| n == ".nvmrc" || n == ".node-version", Some("node"), r"^v?(?P<version>\d+(?:\.\d+){0,2})\s*$"),
    form!(|n| n == ".python-version", Some("python"), r"^(?P<version>\d+\.\d+(?:\.\d+)?)\s*$"),
    form!(|n| n == ".ruby-version", Some("ruby"), r"^(?:ruby-)?(?P<version>\d+\.\d+(?:\.\d+)?)\s*$"),
    form!(|n| n == ".tool-versions", None, r"^(?P<of>[a-z][\w-]*)\s+(?P<version>\d+(?:\.\d+){0,2})\s*$"),
    form!(
        |n| n == "Dockerfile" || n.starts_with("Dockerfile.") || n.ends_with(".Dockerfile"),
        None,
        r"(?i)^FROM\s+(?:--platform=\S+\s+)?(?:[\w.-]+/)*(?P<of>python|node|golang|ruby|php|postgres|debian|ubuntu|alpine|openjdk|eclipse-temurin|elixir|rust):(?P<version>\d+(?:\.\d+){0,2})(?:-\S+)?(?:\s+AS\s+\S+)?\s*$"
    ),
    form!(
        |n| n == "pyproject.toml" || n == "setup.cfg" || n == "setup.py",
        Some("python"),
        r#"^\s*(?:requires-python|python_requires)\s*=\s*["']?>=\s*(?P<version>\d+\.\d+(?:\.\d+)?)"#
    ),
    form!(
        |n| n.starts_with("requirements") && (n.ends_with(".txt") || n.ends_with(".in"))
            || n == "constraints.txt",
        None,
        r"^(?P<of>[A-Za-z][\w.-]*)(?:\[[\w,]+\])?\s*(?:==|>=|~=)\s*(?P<version>\d+(?:\.\d+){0,2})\b"
    ),
    form!(
        |n| n == "Gemfile.lock",
        None,
        r"^    (?P<of>[a-z][\w-]*) \((?P<version>\d+(?:\.\d+){0,2})[\w.-]*\)\s*$"
    ),
    form!(
        |n| n == "Gemfile",
        Some("ruby"),
        r#"^ruby\s+["'](?:~>\s*|>=\s*)?(?P<version>\d+(?:\.\d+){0,2})["']"#
    ),
    form!(
        |n| n.ends_with(".gemspec"),
        Some("ruby"),
        r#"required_ruby_version\s*=\s*["']>=\s*(?P<version>\d+\.\d+(?:\.\d+)?)"#
    ),
    form!(|n| n == "Cargo.toml", Some("rust"), r#"^rust-version\s*=\s*"(?P<version>\d+\.\d+(?:\.\d+)?)""#),
    form!(
        |n| n.ends_with(".tf"),
        Some("terraform"),
        r#"^\s*required_version\s*=\s*"(?:>=|~>|=)?\s*v?(?P<version>\d+(?:\.\d+){0,2})"#
    ),
    form!(
        |n| n.ends_with(".tf") || n.ends_with(".tfvars") || n.ends_with(".yaml") || n.ends_with(".yml"),
        Some("kubernetes"),
        r#"^\s*(?:kubernetes_version|cluster_version|k8s_version|kubernetesVersion)\s*[=:]\s*["']?v?(?P<version>\d+\.\d+(?:\.\d+)?)["']?\s*(?:#.*)?$"#
    ),
    form!(
        |n| n == "composer.json",
        Some("php"),
        r#"^\s*"php"\s*:\s*"(?:\^|~|>=)\s*(?P<version>\d+(?:\.\d+){0,2})"#
    ),
];

/// Manifests, pins and images outside of tests and examples.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    let name = file.path.file_name();
    let has_form = is_version_file(name) || FORMS.iter().any(|form| (form.is_file)(name));
    !matches!(file.role, Role::Test | Role::Example) && has_form && {
        // Configuration is read only where it speaks of a cluster or of itself.
        let is_any = [".tf", ".tfvars", ".yaml", ".yml"].iter().any(|end| name.ends_with(end));
        !is_any || ["required_version", "_version", "etesVersion"].iter().any(|word| file.holds(word))
    }
}

/// One fact per version.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let name = file.path.file_name();
    let forms: Vec<&Form> = FORMS.iter().filter(|form| (form.is_file)(name)).collect();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        let found = forms.iter().find_map(|form| {
            let groups = form.pattern.as_ref()?.captures(line.trim_end_matches(['\r', '\n']))?;
            let of = form.name.or_else(|| groups.name("of").map(|of| of.as_str()))?;
            Some((of.to_ascii_lowercase(), groups.name("version")?.as_str().to_owned()))
        });
        if let Some((of, version)) = found.filter(|_| out.facts.len() < MOST) {
            let declared = DeclaredVersion { of, version, is_own: false };
            out.facts.push(Fact { at, kind: FactKind::Version(declared) });
        }
    }
    out.facts.extend(own(file));
}

/// The version of the project itself, from a manifest at the root or a file that holds nothing else.
fn own(file: &SourceFile<'_>) -> Option<Fact> {
    static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^\s{0,4}"?version"?\s*[:=]\s*["'](?P<version>\d+\.\d+[\w.+-]*)["'],?\s*$"#).ok()
    });
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^\s{0,4}"?name"?\s*[:=]\s*["'](?:@[\w-]+/)?(?P<name>[\w.-]+)["'],?\s*$"#).ok()
    });
    let name = file.path.file_name();
    if !file.path.parent().is_empty() {
        return None;
    }
    if is_version_file(name) {
        let version = file.text.trim();
        let is_version = version.len() < 40 && version.starts_with(|c: char| c.is_ascii_digit());
        let at = file.lines().at(0..version.len());
        let declared = DeclaredVersion { of: String::new(), version: version.to_owned(), is_own: true };
        return is_version.then_some(Fact { at, kind: FactKind::Version(declared) });
    }
    if !["package.json", "pyproject.toml", "Cargo.toml"].contains(&name) {
        return None;
    }
    let found = VERSION.as_ref()?.captures(&file.text)?.name("version")?;
    let of = NAME.as_ref()?.captures(&file.text).and_then(|groups| groups.name("name"));
    let declared = DeclaredVersion {
        of: of.map_or_else(String::new, |of| of.as_str().to_ascii_lowercase()),
        version: found.as_str().to_owned(),
        is_own: true,
    };
    Some(Fact { at: file.lines().at(found.range()), kind: FactKind::Version(declared) })
}

/// `VERSION`, `version.txt`, `RAILS_VERSION`.
fn is_version_file(name: &str) -> bool {
    let stem = name.strip_suffix(".txt").unwrap_or(name);
    stem.eq_ignore_ascii_case("version") || stem.ends_with("_VERSION")
}

#[cfg(test)]
mod tests {
    use super::{collect, wants};
    use crate::facts::SourceFile;
    use crate::model::{FactKind, FileFacts};
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let path = path.into();
        let file = SourceFile::new(&path, text.as_bytes());
        let mut out = FileFacts::default();
        if wants(&file) {
            collect(&file, RuleSet::builtin(), &mut out);
        }
        let shown = |kind| {
            if let FactKind::Version(v) = kind {
                format!("{}{} {}", if v.is_own { "own " } else { "" }, v.of, v.version)
            } else {
                String::new()
            }
        };
        let found: Vec<String> = out.facts.into_iter().map(|fact| shown(fact.kind)).collect();
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn channels_upper_bounds_and_templates_say_nothing() {
        check("Dockerfile", "FROM python:latest\nFROM node:${NODE}\nFROM scratch\n", &[]);
        check(
            "package.json",
            "{\n  \"react\": \"*\",\n  \"vue\": \"<3\",\n  \"x\": \"workspace:1.0\"\n}\n",
            &[],
        );
        check("requirements.txt", "django<5\n# flask==1.0\n", &[]);
        check("tests/Dockerfile", "FROM python:3.8\n", &[]);
        check("app.yaml", "version: 1.2\n", &[]);
    }

    #[test]
    fn reads_pins_and_lower_bounds() {
        check(
            "go.mod",
            "module x\n\ngo 1.22\n\nrequire (\n\tk8s.io/client-go v0.29.1\n)\n",
            &["go 1.22", "client-go 0.29.1"],
        );
        check(
            "package.json",
            "{\n  \"engines\": {\n    \"node\": \">=18\"\n  },\n  \"react\": \"^18.2.0\"\n}\n",
            &["node 18", "react 18.2.0"],
        );
        check("Dockerfile", "FROM python:3.11-slim AS base\n", &["python 3.11"]);
        check(
            "Gemfile.lock",
            "GEM\n  specs:\n    rails (7.1.2)\n      activesupport (= 7.1.2)\n",
            &["rails 7.1.2"],
        );
        check("pyproject.toml", "[project]\nrequires-python = \">=3.9\"\n", &["python 3.9"]);
        check("requirements/base.txt", "", &[]);
        check("requirements.txt", "Django==4.2.1\n", &["django 4.2.1"]);
        check("eks.tf", "module \"eks\" {\n  cluster_version = \"1.29\"\n}\n", &["kubernetes 1.29"]);
        check("VERSION", "3.24.0-rc1\n", &["own  3.24.0-rc1"]);
        let own = "[project]\nname = \"shop\"\nversion = \"3.24.0\"\n";
        check("pyproject.toml", own, &["own shop 3.24.0"]);
        check("sub/pyproject.toml", own, &[]);
        check(".tool-versions", "ruby 3.2.1\n", &["ruby 3.2.1"]);
    }
}
