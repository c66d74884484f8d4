//! Sites that publish the pages of a repository: MkDocs, Docusaurus and the Tech Docs Template, with
//! their address and the folder of their pages. A link to the site is then a link to a page here.
//!
//! Docusaurus is configured by a program: its plain values are read, and nothing where one is computed.

use std::sync::LazyLock;

use regex::Regex;

use super::SourceFile;
use crate::model::fact::Site;
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::rules::RuleSet;

/// Files by their name.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    matches!(
        file.path.file_name(),
        "mkdocs.yml"
            | "mkdocs.yaml"
            | "tech-docs.yml"
            | "docusaurus.config.js"
            | "docusaurus.config.ts"
            | "docusaurus.config.mjs"
    )
}

/// One fact per site.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let name = file.path.file_name();
    let text = |key: &str| file.yaml().first().and_then(|root| root.text_at(key)).map(str::to_owned);
    let (address, folder) = if name.starts_with("mkdocs") {
        (text("site_url"), text("docs_dir").unwrap_or_else(|| "docs".to_owned()))
    } else if name == "tech-docs.yml" {
        let prefix = text("http_prefix").unwrap_or_default();
        // It lies in `config/`, its pages beside that.
        (
            text("host").map(|host| format!("{}/{}", host.trim_end_matches('/'), prefix)),
            "../source".to_owned(),
        )
    } else {
        docusaurus(file)
    };
    let address = address.unwrap_or_default();
    let site = Site { address: plain(&address), folder };
    out.facts.push(Fact { at: At { line: 1, start: 0, end: 0 }, kind: FactKind::Site(site) });
}

fn docusaurus(file: &SourceFile<'_>) -> (Option<String>, String) {
    static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^\s*(url|baseUrl|routeBasePath|path)\s*:\s*['"]([^'"\n]{0,200})['"]"#).ok()
    });
    let values: Vec<(String, String)> = KEY
        .as_ref()
        .map(|key| key.captures_iter(&file.text).filter_map(|c| Some((c.get(1)?, c.get(2)?))))
        .map(|found| found.map(|(key, value)| (key.as_str().to_owned(), value.as_str().to_owned())).collect())
        .unwrap_or_default();
    let first = |name: &str| values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let folder = first("path").unwrap_or("docs").to_owned();
    let Some(url) = first("url") else { return (None, folder) };
    let parts = [url, first("baseUrl").unwrap_or("/"), first("routeBasePath").unwrap_or("docs")];
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim_matches('/')).filter(|p| !p.is_empty()).collect();
    (Some(parts.join("/")), folder)
}

/// Without the scheme and the slashes around it.
fn plain(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.trim_matches('/').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin()).facts;
        let site = facts.into_iter().find_map(|fact| match fact.kind {
            FactKind::Site(site) => Some(format!("{} {}", site.address, site.folder)),
            _ => None,
        });
        assert_eq!(site.as_deref(), Some(expected));
    }

    #[test]
    fn reads_addresses_and_folders() {
        check("mkdocs.yml", "site_url: https://docs.shop.test/ops/\n", "docs.shop.test/ops docs");
        check("mkdocs.yml", "site_name: Shop\ndocs_dir: pages\n", " pages");
        check("config/tech-docs.yml", "host: https://docs.shop.test\n", "docs.shop.test ../source");
        check(
            "site/docusaurus.config.js",
            "export default {\n  url: 'https://shop.test',\n  baseUrl: '/',\n  presets: [{ docs: {\n routeBasePath: 'ops',\n }}]\n}\n",
            "shop.test/ops docs",
        );
    }
}
