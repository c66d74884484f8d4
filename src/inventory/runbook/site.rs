//! Links to a site that publishes the pages of this repository, followed to the page.
//!
//! A site answers for a link only when its address is written down and fits. A page is missing only
//! where other pages of the site are here under the same first folder; redirects and pages made by
//! programs are not known.

use super::Target;
use crate::inventory::Material;
use crate::model::fact::Site;
use crate::model::{FactKind, RepoPath, Span};

/// Endings of pages, as the three generators read them.
const ENDINGS: &[&str] = &[".md", ".mdx", ".html.md.erb", ".html.md", ".html.erb", ".md.erb"];

/// Every site with an address: the address, and the folder of its pages in this repository.
pub(super) struct Sites(Vec<(String, String)>);

impl Sites {
    /// Reads them.
    pub(super) fn of(material: &Material<'_>) -> Self {
        let sites = material.of(|kind| if let FactKind::Site(site) = kind { Some(site) } else { None });
        let mut found: Vec<(String, String)> = sites
            .filter(|(_, site)| !site.address.is_empty())
            .map(|(span, site)| (site.address.clone(), folder(&span, site)))
            .collect();
        // The longest address answers.
        found.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        Self(found)
    }

    /// Where a link to one of the sites leads; nothing for any other link.
    pub(super) fn resolve(&self, material: &Material<'_>, link: &str) -> Option<Target> {
        let (_, rest) = link.split_once("://")?;
        let (rest, anchor) = rest.split_once('#').map_or((rest, None), |(r, a)| (r, Some(a.to_owned())));
        let rest = rest.split('?').next().unwrap_or(rest);
        let (host, tail) = rest.split_once('/').unwrap_or((rest, ""));
        let rest = format!("{}/{tail}", host.to_ascii_lowercase());
        let (folder, inside) = self.0.iter().find_map(|(address, folder)| {
            let inside = rest.strip_prefix(address.as_str())?;
            (inside.is_empty() || inside.starts_with('/'))
                .then(|| (folder.as_str(), inside.trim_matches('/')))
        })?;
        let inside = inside.strip_suffix(".html").unwrap_or(inside);
        let inside = inside.strip_suffix("index").map_or(inside, |rest| rest.trim_end_matches('/'));
        match page(material, folder, inside) {
            Some(path) => Some(Target::Here(RepoPath::new(path), anchor)),
            None => {
                let first = inside.split('/').next().filter(|first| *first != inside)?;
                let is_kept = material.exists(&format!("{folder}/{first}"));
                is_kept.then(|| Target::Missing(format!("no page in {folder}/ makes `/{inside}`")))
            }
        }
    }
}

fn folder(span: &Span, site: &Site) -> String {
    let own = span.path.parent();
    let (base, inner) = match site.folder.strip_prefix("../") {
        Some(inner) => (own.rsplit_once('/').map_or("", |(parent, _)| parent), inner),
        None => (own, site.folder.trim_start_matches("./")),
    };
    let inner = inner.trim_matches('/');
    if base.is_empty() { inner.to_owned() } else { format!("{base}/{inner}") }
}

fn page(material: &Material<'_>, folder: &str, inside: &str) -> Option<String> {
    let stems = [
        format!("{folder}/{inside}"),
        format!("{folder}/{inside}/index"),
        format!("{folder}/{inside}/README"),
    ];
    let mut paths = stems.iter().flat_map(|stem| ENDINGS.iter().map(move |ending| format!("{stem}{ending}")));
    paths.find(|path| material.paths.contains(&RepoPath::new(path.as_str())))
}

#[cfg(test)]
mod tests {
    use super::Sites;
    use crate::inventory::material::testing::with_material;
    use crate::inventory::runbook::Target;

    #[track_caller]
    fn check(config: (&str, &str), page: &str, link: &str, expected: &str) {
        with_material(&[config, (page, "# Disk\n")], |material| {
            let found = match Sites::of(material).resolve(material, link) {
                Some(Target::Here(path, anchor)) => format!("{path} {}", anchor.unwrap_or_default()),
                Some(Target::Missing(why)) => why,
                _ => "elsewhere".to_owned(),
            };
            assert_eq!(found.trim(), expected, "{link}");
        });
    }

    const MKDOCS: (&str, &str) = ("mkdocs.yml", "site_url: https://docs.shop.test/ops/\n");

    #[test]
    fn what_the_site_does_not_show_is_elsewhere() {
        let page = "docs/alerts/disk.md";
        check(MKDOCS, page, "https://docs.shop.test/other/disk", "elsewhere");
        check(MKDOCS, page, "https://docs.shop.test/ops/redirected", "elsewhere");
        check(MKDOCS, page, "https://docs.shop.test/ops/guides/disk", "elsewhere");
        check(("mkdocs.yml", "site_name: Shop\n"), page, "https://docs.shop.test/alerts/disk", "elsewhere");
    }

    #[test]
    fn follows_links_to_pages() {
        let page = "docs/alerts/disk.md";
        check(MKDOCS, page, "https://docs.shop.test/ops/alerts/disk/#now", "docs/alerts/disk.md now");
        check(
            MKDOCS,
            page,
            "https://docs.shop.test/ops/alerts/disc/",
            "no page in docs/ makes `/alerts/disc`",
        );
        let tech = ("config/tech-docs.yml", "host: https://guide.shop.test\n");
        let page = "source/alerts/disk.html.md.erb";
        check(tech, page, "https://guide.shop.test/alerts/disk.html", page);
        let site = ("site/docusaurus.config.js", "module.exports = {\n  url: 'https://shop.test',\n};\n");
        check(site, "site/docs/ops/disk.mdx", "https://shop.test/docs/ops/disk", "site/docs/ops/disk.mdx");
    }
}
