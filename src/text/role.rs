//! What the name of a path says of its role.
//!
//! Names only: whether a file is deployed is for the inventory to say.

use crate::model::RepoPath;

/// The role of a file, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Nothing in the path says otherwise.
    Main,
    /// Tests, fixtures, golden files, benchmarks.
    Test,
    /// Examples, samples, templates to copy, demonstrations.
    Example,
    /// Prose and the pictures in it.
    Document,
}

const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "spec",
    "specs",
    "__tests__",
    "e2e",
    "fixtures",
    "fixture",
    "__fixtures__",
    "mocks",
    "__mocks__",
    "golden",
    "snapshots",
    "__snapshots__",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "integration-tests",
    "integration_tests",
    "cypress",
];
const EXAMPLE_FOLDERS: &[&str] = &[
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "tutorial",
    "tutorials",
    "template",
    "templates-examples",
    "playground",
    "cookiecutter",
    "quickstart",
];
const DOCUMENT_EXTENSIONS: &[&str] =
    &["md", "markdown", "mdx", "qmd", "rst", "adoc", "asciidoc", "txt", "png", "jpg", "svg", "pdf"];

/// The role of a path.
pub fn role(path: &RepoPath) -> Role {
    let in_folder = |names: &[&str]| {
        path.parent().split('/').any(|part| names.iter().any(|name| part.eq_ignore_ascii_case(name)))
    };
    let name = path.file_name().to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    // A rehearsal (`restore-test.sh`) and a workflow are run in earnest, whatever they test.
    let is_rehearsal =
        ["restore", "failover", "backup", "recovery", "drill"].iter().any(|word| name.contains(word))
            && matches!(path.extension(), "sh" | "bash" | "yml" | "yaml" | "service" | "timer");
    let is_earnest = is_rehearsal || path.parent() == ".github/workflows";
    let is_test_name = name.starts_with("test_")
        || name.starts_with("test-")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || stem.ends_with("-test")
        || name.contains(".test.")
        || name.contains(".spec.")
        || name == "conftest.py";
    if in_folder(TEST_FOLDERS) || (is_test_name && !is_earnest) {
        Role::Test
    } else if in_folder(EXAMPLE_FOLDERS)
        || name.contains(".example")
        || name.contains(".sample")
        || name.contains("-example.")
        || name.starts_with("example.")
    {
        Role::Example
    } else if DOCUMENT_EXTENSIONS.contains(&path.extension().to_ascii_lowercase().as_str()) {
        Role::Document
    } else {
        Role::Main
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, role};

    #[track_caller]
    fn check(path: &str, expected: Role) {
        assert_eq!(role(&path.into()), expected, "{path}");
    }

    #[test]
    fn tells_roles_by_name() {
        check("src/main.rs", Role::Main);
        check("src/latest.rs", Role::Main);
        check("contest/app.py", Role::Main);
        check("pkg/a_test.go", Role::Test);
        check("tests/integration/k8s.yaml", Role::Test);
        check("app/orders.spec.ts", Role::Test);
        check("ops/restore-test.sh", Role::Main);
        check("tests/restore-test.sh", Role::Test);
        check(".github/workflows/restore-test.yml", Role::Main);
        check("examples/db.tf", Role::Example);
        check("terraform.tfvars.example", Role::Example);
        check("docs/runbooks/disk.md", Role::Document);
    }
}
