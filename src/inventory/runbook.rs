//! Runbooks and other operational pages, and the links that lead to them from alerts.
//!
//! Links are resolved offline. A link is broken only where the files prove it: a path of this
//! repository that does not exist, or an anchor that its page does not have. Everything else is
//! somebody else's site.

mod site;
mod truth;

use self::site::Sites;
use self::truth::Makefiles;
use super::Material;
use crate::model::fact::{MentionKind, PageKind, Runbook};
use crate::model::thing::{Alert, RunbookPage};
use crate::model::{FactKind, Inventory, RepoPath, Span};
use crate::text::{Role, role};

/// Fills the pages, and ties each alert to its page.
pub(super) fn fill(material: &Material<'_>, inventory: &mut Inventory) {
    let makefiles = Makefiles::of(material);
    let pages = material.of(|kind| if let FactKind::Runbook(page) = kind { Some(&**page) } else { None });
    let mut pages: Vec<RunbookPage> =
        pages.map(|(span, page)| read(material, &makefiles, span, page)).collect();
    let own = own_names(material, &inventory.alerts);
    let sites = Sites::of(material);
    for alert in &mut inventory.alerts {
        let Some(link) = alert.rule.runbook.clone() else { continue };
        match resolve(material, &sites, &alert.span.path, &link, &own) {
            Target::Here(path, anchor) => tie(alert, &mut pages, &path, anchor.as_deref()),
            Target::Missing(why) => alert.runbook_broken = Some(why),
            Target::Elsewhere => {}
        }
    }
    // Pages found by links came last; indices follow the sorted order.
    let mut order: Vec<usize> = (0..pages.len()).collect();
    order.sort_by_key(|&index| pages.get(index).map(|page| page.span.clone()));
    for alert in &mut inventory.alerts {
        alert.runbook = alert.runbook.and_then(|old| order.iter().position(|&index| index == old));
    }
    inventory.runbooks = super::by_place(pages, |page| &page.span);
}

fn read(material: &Material<'_>, makefiles: &Makefiles<'_>, span: Span, page: &Runbook) -> RunbookPage {
    let history = material.history.files.get(&span.path);
    let mut dangling: Vec<(String, Span)> = page
        .mentions
        .iter()
        .filter(|mention| mention.kind == MentionKind::Path && is_gone(material, &span.path, &mention.what))
        .map(|mention| (mention.what.clone(), Span::new(&span.path, mention.at)))
        .collect();
    dangling.sort();
    dangling.dedup_by(|a, b| a.0 == b.0);
    RunbookPage {
        page: page.clone(),
        last_change: history.and_then(|file| file.last_change).map(|date| date.to_string()),
        dangling,
        missing: truth::missing(material, makefiles, &span, page),
        span,
    }
}

/// Endings of files that people run or edit. Data, logs and settings are often made on the spot.
const KEPT_ENDINGS: &[&str] = &["sh", "bash", "py", "rb", "pl", "ps1", "sql", "tf", "js", "ts", "go"];
/// Folders whose content is made on the spot, or is no step of a procedure.
const MADE_FOLDERS: &[&str] = &["data", "out", "output", "outputs", "tmp", "build", "dist", "target"];

/// Whether a path that a page names is surely gone: its first folder is in this repository, it names
/// a file that would be kept, and neither from the root nor from the page does it lead anywhere.
fn is_gone(material: &Material<'_>, page: &RepoPath, path: &str) -> bool {
    let named = RepoPath::new(path);
    let first = path.split('/').next().unwrap_or_default();
    let is_kept = KEPT_ENDINGS.contains(&named.extension())
        && role(&named) == Role::Main
        && !MADE_FOLDERS.iter().any(|folder| named.has_folder(folder));
    let from_page = format!("{}/{path}", page.parent());
    is_kept && material.exists(first) && !material.exists(path) && !material.exists(&from_page)
}

enum Target {
    Here(RepoPath, Option<String>),
    Missing(String),
    Elsewhere,
}

/// Where the files of a forge stand in its addresses: (owner/name, path, anchor).
fn forge(link: &str) -> Option<(String, String, Option<String>)> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let (host, rest) = rest.split_once('/')?;
    if !(host.contains("github") || host.contains("gitlab") || host.contains("gitea")) {
        return None;
    }
    let (path, anchor) =
        rest.split_once('#').map_or((rest, None), |(path, anchor)| (path, Some(anchor.to_owned())));
    let path = path.split('?').next().unwrap_or(path);
    let (name, inner) =
        ["/blob/", "/tree/", "/raw/", "/edit/"].iter().find_map(|mark| path.split_once(mark))?;
    let (_, inside) = inner.split_once('/')?;
    let name = name.trim_end_matches("/-");
    Some((name.to_ascii_lowercase(), inside.trim_end_matches('/').replace("%20", " "), anchor))
}

/// The names under which this repository is linked: those of which a link leads to a file that is
/// here.
fn own_names(material: &Material<'_>, alerts: &[Alert]) -> Vec<String> {
    let links = alerts.iter().filter_map(|alert| forge(alert.rule.runbook.as_deref()?));
    let mut names: Vec<String> = links
        .filter(|(_, path, _)| path.contains('/') && material.exists(path))
        .map(|(name, ..)| name)
        .collect();
    names.sort();
    names.dedup();
    names
}

fn resolve(material: &Material<'_>, sites: &Sites, from: &RepoPath, link: &str, own: &[String]) -> Target {
    let is_templated = ["{{", "${", "((", "$(", "<%"].iter().any(|mark| link.contains(mark));
    if is_templated {
        return Target::Elsewhere;
    }
    if link.contains("://") {
        return match forge(link) {
            Some((_, path, anchor)) if material.exists(&path) => Target::Here(RepoPath::new(path), anchor),
            Some((name, path, _)) if own.contains(&name) => {
                Target::Missing(format!("`{path}` does not exist in this repository"))
            }
            _ => sites.resolve(material, link).unwrap_or(Target::Elsewhere),
        };
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(p, a)| (p, Some(a.to_owned())));
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let is_page =
        [".md", ".markdown", ".rst", ".adoc", ".html", ".mdx"].iter().any(|end| path.ends_with(end));
    if !is_page || path.contains(' ') || path.contains("..") {
        return Target::Elsewhere;
    }
    let beside = format!("{}/{path}", from.parent());
    match [path, beside.as_str()].into_iter().find(|path| material.exists(path)) {
        Some(path) => Target::Here(RepoPath::new(path), anchor),
        None => Target::Missing(format!("`{path}` does not exist in this repository")),
    }
}

fn tie(alert: &mut Alert, pages: &mut Vec<RunbookPage>, path: &RepoPath, anchor: Option<&str>) {
    let index = match pages.iter().position(|page| page.span.path == *path) {
        Some(index) => index,
        None => {
            pages.push(linked(path));
            pages.len() - 1
        }
    };
    let page = pages.get(index).map(|page| &page.page);
    if let (Some(anchor), Some(page)) = (anchor, page)
        && !page.anchors.is_empty()
        && !page.anchors.iter().any(|known| known == &anchor.to_lowercase())
    {
        alert.runbook_broken = Some(format!("`{path}` has no heading `#{anchor}`"));
        return;
    }
    alert.runbook = Some(index);
}

/// A page that only a link makes operational: nothing of it is known but that it is there.
fn linked(path: &RepoPath) -> RunbookPage {
    let page = Runbook {
        kind: PageKind::Runbook,
        title: path.stem().to_owned(),
        words: 0,
        anchors: Vec::new(),
        stub: None,
        commands: Vec::new(),
        reviewed: None,
        review_due: None,
        review_at: None,
        drills: Vec::new(),
        roles: Vec::new(),
        mentions: Vec::new(),
        parts: Vec::new(),
        placeholder: None,
    };
    RunbookPage { span: Span::file(path), page, last_change: None, dangling: Vec::new(), missing: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::forge;

    #[test]
    fn reads_addresses_of_forges() {
        let of = |link: &str| forge(link).map(|(name, path, anchor)| format!("{name} {path} {anchor:?}"));
        assert_eq!(
            of("https://github.com/Shop/App/blob/main/docs/disk.md#steps").as_deref(),
            Some("shop/app docs/disk.md Some(\"steps\")")
        );
        assert_eq!(
            of("https://gitlab.com/shop/infra/app/-/blob/main/a.md").as_deref(),
            Some("shop/infra/app a.md None")
        );
        assert_eq!(of("https://shop.github.io/docs/disk"), None);
        assert_eq!(of("https://wiki.corp/blob/x"), None);
    }
}
