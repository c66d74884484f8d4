//! What changed between what is deployed and the commit that was read, and which release branch
//! names it where no tag does.

use git2::{BranchType, Oid};

use super::churn;
use super::graph::Graph;
use super::objects::{Objects, TreeEntry, entries};
use super::release;
use crate::model::{Release, RepoPath};

/// As for lists of files: larger trees are cut.
const MAX_ENTRIES: usize = 400_000;
const MAX_DEPTH: usize = 64;
const SECONDS_PER_DAY: i64 = 86_400;
/// Branches by which teams mark what is deployed; the second kind only before a version or a date,
/// because `release/new-checkout` is work that has not been released.
const WHOLE: &[&str] = &["production", "prod", "live", "deployed"];
const STARTS: &[&str] = &["release/", "releases/", "release-"];

/// Whether a branch marks what is deployed.
fn marks(branch: &str) -> bool {
    let is_version = |rest: &str| {
        let rest = rest.strip_prefix('v').unwrap_or(rest);
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | 'x'))
    };
    WHOLE.contains(&branch) || STARTS.iter().any(|start| branch.strip_prefix(start).is_some_and(is_version))
}
/// More release branches than this are an archive; the first ones by name count.
const MAX_BRANCHES: usize = 200;

/// Files whose blob, or whose being there, differs between two trees; sorted.
pub fn changed(old: Oid, new: Oid, objects: &mut Objects) -> Vec<RepoPath> {
    let mut found = Vec::new();
    let mut budget = MAX_ENTRIES;
    compare(Some(old), Some(new), "", objects, &mut found, &mut budget);
    found.sort();
    found
}

fn compare(
    old: Option<Oid>,
    new: Option<Oid>,
    folder: &str,
    objects: &mut Objects,
    found: &mut Vec<RepoPath>,
    budget: &mut usize,
) {
    if old == new || folder.matches('/').count() > MAX_DEPTH {
        return;
    }
    let sides = [old, new].map(|tree| tree.and_then(|tree| objects.tree(tree)));
    let of = |side: usize| sides.get(side).and_then(Option::as_deref).unwrap_or_default();
    let (before, after): (Vec<TreeEntry<'_>>, Vec<TreeEntry<'_>>) =
        (entries(of(0)).collect(), entries(of(1)).collect());
    let known: std::collections::BTreeMap<&[u8], &TreeEntry<'_>> =
        before.iter().map(|entry| (entry.name, entry)).collect();
    let kept: std::collections::BTreeSet<&[u8]> = after.iter().map(|entry| entry.name).collect();
    let gone = before.iter().filter(|entry| !kept.contains(entry.name)).map(|entry| (Some(entry), None));
    let here = after.iter().map(|entry| (known.get(entry.name).copied(), Some(entry)));
    for (old, new) in here.chain(gone) {
        let Some(left) = budget.checked_sub(1) else { return };
        *budget = left;
        if old.map(|entry| (entry.id, entry.is_folder())) == new.map(|entry| (entry.id, entry.is_folder())) {
            continue;
        }
        let Some(name) = new.or(old).map(|entry| String::from_utf8_lossy(entry.name).into_owned()) else {
            continue;
        };
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let tree = |entry: Option<&TreeEntry<'_>>| entry.filter(|e| e.is_folder()).map(|e| e.id);
        if old.is_some_and(TreeEntry::is_blob) || new.is_some_and(TreeEntry::is_blob) {
            found.push(RepoPath::new(&path));
        }
        if tree(old).is_some() || tree(new).is_some() {
            compare(tree(old), tree(new), &path, objects, found, budget);
        }
    }
}

/// Branches that mark what is deployed, by name, without the one that is read.
pub fn release_branches(repository: &git2::Repository, own: Option<&str>) -> Vec<(String, Oid)> {
    let mut branches: Vec<(String, Oid)> = Vec::new();
    for kind in [BranchType::Local, BranchType::Remote] {
        let listed = repository.branches(Some(kind)).into_iter().flatten().flatten();
        for (branch, _) in listed {
            let Ok(Some(name)) = branch.name() else { continue };
            // `origin/production` is the branch `production` of somewhere else.
            let bare = match kind {
                BranchType::Remote => name.split_once('/').map_or(name, |(_, bare)| bare),
                BranchType::Local => name,
            };
            if let (true, Ok(commit)) = (marks(bare) && Some(bare) != own, branch.get().peel_to_commit()) {
                branches.push((name.to_owned(), commit.id()));
            }
        }
    }
    branches.sort();
    branches.truncate(MAX_BRANCHES);
    branches
}

/// The release branch that the commit follows most closely, without the branch it stands on.
pub fn release_branch(
    head: Oid,
    own: Option<&str>,
    graph: &Graph,
    repository: &git2::Repository,
) -> Option<Release> {
    let all = release_branches(repository, own).into_iter();
    let all = all.filter_map(|(name, id)| named(&name, id, head, graph, repository));
    let ahead = all.filter(|release| release.commits_since.is_some_and(|since| since > 0));
    ahead.min_by_key(|release| (release.commits_since, std::cmp::Reverse(release.date), release.tag.clone()))
}

/// A commit that somebody says is deployed, as a release.
pub fn named(
    name: &str,
    commit: Oid,
    head: Oid,
    graph: &Graph,
    repository: &git2::Repository,
) -> Option<Release> {
    let committed = repository.find_commit(commit).ok()?.time().seconds();
    Some(Release {
        tag: name.to_owned(),
        commit: commit.to_string(),
        date: churn::date(committed.div_euclid(SECONDS_PER_DAY)),
        is_ancestor: graph.find(commit).is_some(),
        commits_since: release::commits_since_one(commit, head, graph, repository),
    })
}

#[cfg(test)]
mod tests {
    use super::marks;

    #[test]
    fn tells_release_branches_from_work_about_releases() {
        for branch in ["production", "release/1.4", "releases/v2.0.x", "release-2026-11-01"] {
            assert!(marks(branch), "{branch}");
        }
        for branch in ["release/new-checkout", "release", "fix-production", "prod-fix", "release-notes"] {
            assert!(!marks(branch), "{branch}");
        }
    }
}
