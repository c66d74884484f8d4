//! Dashboards of Grafana by their ids: those that a file defines, and those that alerts and pages link to.
//!
//! Every id in a file with panels counts as defined, also those of data sources: what is taken for
//! defined is never reported.

use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::fact::DashboardId;
use crate::model::{Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::Role;

/// More ids than this are a dump.
const MAX_IDS: usize = 500;

/// A file with panels, or one with a link to a dashboard.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    !matches!(file.role, Role::Test | Role::Example) && (defines(file) || links(file))
}

fn defines(file: &SourceFile<'_>) -> bool {
    file.holds("panels") && file.holds("uid")
}

fn links(file: &SourceFile<'_>) -> bool {
    let is_told = matches!(file.language, Language::Yaml | Language::Hcl | Language::Markdown);
    is_told && file.holds("/d/") && file.holds("grafana")
}

/// One fact per id and side.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    static DEFINED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"\buid"?\s*[:=]\s*["']?([A-Za-z0-9_-]{1,40})\b"#).ok());
    static LINKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"https?://([A-Za-z0-9.-]*grafana[A-Za-z0-9.-]*)(?::\d+)?(?:/grafana)?/d/([A-Za-z0-9_-]{2,40})"#,
        )
        .ok()
    });
    let mut found = Vec::new();
    if let Some(defined) = DEFINED.as_ref().filter(|_| defines(file)) {
        let all = defined.captures_iter(&file.text).filter_map(|c| c.get(1));
        found.extend(all.take(MAX_IDS).map(|id| (id.range(), id.as_str(), None)));
    }
    if let Some(linked) = LINKED.as_ref().filter(|_| links(file)) {
        for captures in linked.captures_iter(&file.text).take(MAX_IDS) {
            let (Some(whole), Some(host), Some(id)) = (captures.get(0), captures.get(1), captures.get(2))
            else {
                continue;
            };
            // A hole in the id, as in `/d/shop-{{ env }}`.
            let rest = file.text.get(whole.end()..).unwrap_or_default();
            if !rest.starts_with(['{', '$', '<', '%', '*', '.']) {
                found.push((whole.range(), id.as_str(), Some(host.as_str().to_owned())));
            }
        }
    }
    out.facts.extend(found.into_iter().map(|(range, id, host)| Fact {
        at: file.lines().at(range),
        kind: FactKind::Dashboard(DashboardId { id: id.to_owned(), linked_on: host }),
    }));
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Dashboard(found) => {
                Some(format!("{} {} {}", fact.at.line, found.id, found.linked_on.as_deref().unwrap_or("-")))
            }
            _ => None,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn tells_defined_ids_from_linked_ones() {
        check("d/a.json", "{\"panels\": [],\n \"uid\": \"abc-1\"}", &["2 abc-1 -"]);
        check("d/b.json", "{\"uid\": \"abc-1\"}", &[]);
        let page = "See https://grafana.shop.test/d/abc-1/shop?from=now\n";
        check("docs/a.md", page, &["1 abc-1 grafana.shop.test"]);
        check("docs/a.md", "See https://grafana.shop.test/d/shop-${env}/x\n", &[]);
        check("docs/a.md", "See https://shop.test/d/abc-1 and https://grafana.shop.test/a/d\n", &[]);
    }
}
