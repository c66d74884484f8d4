//! Load tests and failures made on purpose, by what their files say: scripts of k6, Locust, Gatling,
//! JMeter and Artillery, experiments of Chaos Mesh, Litmus and AWS FIS, proxies that break connections.
//!
//! They often lie among tests, where no other signal is looked for. Whether anything runs them is for
//! the inventory.

use super::SourceFile;
use crate::model::fact::{Signal, SignalKind};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::Role;

/// A kind of load test: the endings of its files, words of which one must be there, and its tool.
const LOAD: &[(&[&str], &[&str], &str)] = &[
    (&["js", "ts", "mjs"], &["from 'k6'", "from \"k6\"", "from 'k6/", "from \"k6/"], "k6"),
    (&["py"], &["from locust import", "import locust", "from molotov import"], "Locust"),
    (&["scala", "kt", "java"], &["import io.gatling."], "Gatling"),
    (&["jmx"], &["<jmeterTestPlan"], "JMeter"),
    (&["yml", "yaml"], &["arrivalRate:", "arrivalCount:"], "Artillery"),
];
/// The same for failures made on purpose.
const CHAOS: &[(&[&str], &[&str], &str)] = &[
    (&["yml", "yaml"], &["apiVersion: chaos-mesh.org/"], "Chaos Mesh"),
    (&["yml", "yaml"], &["apiVersion: litmuschaos.io/"], "Litmus"),
    (&["tf"], &["resource \"aws_fis_experiment_template\""], "AWS FIS"),
    (&["tf"], &["resource \"azurerm_chaos_studio_experiment\""], "Azure Chaos Studio"),
];

/// Files with an ending of the lists; the words decide.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    let is_made = file.path.has_folder("node_modules") || file.path.has_folder("vendor");
    file.role != Role::Example && !is_made && of(file).is_some()
}

/// At most one fact per file.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some((kind, tool, offset, length)) = of(file) else { return };
    let signal = Signal {
        kind,
        tool: tool.to_owned(),
        detail: file.path.file_name().to_owned(),
        is_configured: true,
        contradicted: None,
    };
    let at: At = file.lines().at(offset..offset + length);
    out.facts.push(Fact { at, kind: FactKind::Signal(signal) });
}

fn of(file: &SourceFile<'_>) -> Option<(SignalKind, &'static str, usize, usize)> {
    let ending = file.path.extension();
    if file.language == Language::Markdown {
        return None;
    }
    let look = |table: &'static [(&[&str], &[&str], &'static str)], kind| {
        table.iter().filter(|(endings, ..)| endings.contains(&ending)).find_map(|(_, words, tool)| {
            let (offset, word) = words.iter().find_map(|word| Some((file.text.find(word)?, word)))?;
            Some((kind, *tool, offset, word.len()))
        })
    };
    look(LOAD, SignalKind::LoadTest).or_else(|| look(CHAOS, SignalKind::Chaos))
}

#[cfg(test)]
mod tests {
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::model::fact::SignalKind;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<&str>) {
        let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin()).facts;
        let found = facts.into_iter().find_map(|fact| match fact.kind {
            FactKind::Signal(s) if matches!(s.kind, SignalKind::LoadTest | SignalKind::Chaos) => Some(s.tool),
            _ => None,
        });
        assert_eq!(found.as_deref(), expected, "{path}");
    }

    #[test]
    fn knows_load_tests_and_experiments_by_their_text() {
        check("tests/upload_test.js", "import { test } from 'vitest'\n", None);
        check("docs/load.md", "import http from 'k6/http'\n", None);
        check("examples/load.js", "import http from 'k6/http'\n", None);
        check("tests/load/a.js", "import http from 'k6/http'\n", Some("k6"));
        check("load/locustfile.py", "from locust import HttpUser\n", Some("Locust"));
        check("load/plan.jmx", "<jmeterTestPlan version=\"1.2\">\n", Some("JMeter"));
        check("load/a.yml", "config:\n  phases:\n  - arrivalRate: 5\n", Some("Artillery"));
        check("chaos/a.yaml", "apiVersion: chaos-mesh.org/v1alpha1\nkind: PodChaos\n", Some("Chaos Mesh"));
    }
}
