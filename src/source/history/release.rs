//! Tags that name releases, and what was in the newest one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use git2::{ObjectType, Oid};
use regex::bytes::Regex;

use super::churn;
use super::graph::{At, Graph};
use super::objects::{Objects, TreeEntry, entries};
use crate::model::{Release, RepoPath};

/// More tags than this are somebody's build log; the rest is left out.
const MAX_TAGS: usize = 20_000;
/// Tags on branches of their own that are followed back to the revision's history, newest first.
const MAX_SIDE_TAGS: usize = 8;
/// Commits of one such branch: a release branch that is merged into weekly has hundreds of its own.
const MAX_SIDE_COMMITS: usize = 5_000;
/// As for rename searches.
const MAX_ENTRIES: usize = 400_000;
const MAX_DEPTH: usize = 64;
const SECONDS_PER_DAY: i64 = 86_400;

static LOOKS_LIKE_RELEASE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix-u)
        # 1.2, v1.2.3, app-1.2.3-rc.1, charts/app@1.2.3+build, release_1_2_3
        (?: ^ | [-_/@] | ^[a-z]+ ) v? [0-9]+ (?: [._] [0-9]+ )+ (?: [-+._]? [a-z][-+._0-9a-z]* | [-+][0-9][-+._0-9a-z]* )? $
        # v12
        | (?: ^ | [-_/@] ) v [0-9]+ $
        # 2026-11-21, release-20261121, prod/2026.11.21-2; a date after other words is the day of anything
        | (?: ^ | (?: ^ | [-_/@] ) (?: release[sd]? | rel | deploy(?:ed|ment|s)? | prod(?:uction)? | live | version | ver | v ) [-_/.@]? )
          (?: 19 | 20 ) [0-9]{2} ([-._]?) (?: 0[1-9] | 1[0-2] ) [-._]? (?: 0[1-9] | [12][0-9] | 3[01] ) (?: [^0-9] | $ )
        ",
    )
    .ok()
});

/// A tag and the commit it leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Name without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: Oid,
    /// When the tag was made, if it has a date of its own, in seconds since 1970.
    pub tagged: Option<i64>,
}

/// Tags that name a release: like a version or a date, or annotated; sorted by name.
pub fn tags(repository: &git2::Repository) -> Vec<Tag> {
    let mut tags = Vec::new();
    let _ = repository.tag_foreach(|id, name| {
        let name = name.strip_prefix(b"refs/tags/").unwrap_or(name);
        if let Some(tag) = tag(repository, id, name) {
            tags.push(tag);
        }
        tags.len() < MAX_TAGS
    });
    tags.sort();
    tags
}

fn tag(repository: &git2::Repository, id: Oid, name: &[u8]) -> Option<Tag> {
    let named = LOOKS_LIKE_RELEASE.as_ref().is_some_and(|pattern| pattern.is_match(name));
    let (_, kind) = repository.odb().ok()?.read_header(id).ok()?;
    let name = String::from_utf8_lossy(name).into_owned();
    match kind {
        ObjectType::Commit => named.then_some(Tag { name, commit: id, tagged: None }),
        ObjectType::Tag => {
            let tag = repository.find_tag(id).ok()?;
            let commit = tag.as_object().peel(ObjectType::Commit).ok()?.id();
            Some(Tag { name, commit, tagged: tag.tagger().map(|tagger| tagger.when().seconds()) })
        }
        _ => None,
    }
}

/// The releases as seen from a commit that was walked, newest first.
pub fn releases(tags: &[Tag], head: Oid, graph: &Graph, repository: &git2::Repository) -> Vec<Release> {
    let reached: Vec<Vec<At>> = tags.iter().filter_map(|tag| Some(vec![graph.find(tag.commit)?])).collect();
    let since = commits_since(&reached, head, graph);
    let mut releases: Vec<Release> = tags
        .iter()
        .filter_map(|tag| {
            let at = graph.find(tag.commit);
            let committed = match at.and_then(|at| graph.nodes.get(at)) {
                Some(node) => node.committed,
                None => repository.find_commit(tag.commit).ok()?.time().seconds(),
            };
            Some(Release {
                tag: tag.name.clone(),
                commit: tag.commit.to_string(),
                date: churn::date(tag.tagged.unwrap_or(committed).div_euclid(SECONDS_PER_DAY)),
                is_ancestor: at.is_some(),
                commits_since: at.and_then(|at| since.get(&vec![at]).copied()),
            })
        })
        .collect();
    follow_side_branches(&mut releases, head, graph, repository);
    releases.sort_by(|a, b| {
        let since = |release: &Release| release.commits_since.unwrap_or(u32::MAX);
        b.date.cmp(&a.date).then(since(a).cmp(&since(b))).then(a.tag.cmp(&b.tag))
    });
    releases
}

/// Counts what came since releases that stand on branches of their own: a team that merges into a
/// release branch tags commits that the main branch never contains.
fn follow_side_branches(releases: &mut [Release], head: Oid, graph: &Graph, repository: &git2::Repository) {
    let mut side: Vec<&mut Release> = releases.iter_mut().filter(|release| !release.is_ancestor).collect();
    side.sort_by(|a, b| b.date.cmp(&a.date).then(a.tag.cmp(&b.tag)));
    side.truncate(MAX_SIDE_TAGS);
    let joins: Vec<Vec<At>> = side
        .iter()
        .map(|release| Oid::from_str(&release.commit).map_or(Vec::new(), |id| join(id, graph, repository)))
        .collect();
    let since = commits_since(&joins, head, graph);
    for (release, join) in side.into_iter().zip(&joins) {
        release.commits_since = if join.is_empty() { None } else { since.get(join).copied() };
    }
}

/// How many of the walked commits one commit does not contain; `None` when its history joins theirs
/// nowhere near.
pub fn commits_since_one(of: Oid, head: Oid, graph: &Graph, repository: &git2::Repository) -> Option<u32> {
    let joined = join(of, graph, repository);
    let since = commits_since(std::slice::from_ref(&joined), head, graph);
    if joined.is_empty() { None } else { since.get(&joined).copied() }
}

/// Where the history of a commit joins the walked one, sorted; nothing when that is too far away.
fn join(from: Oid, graph: &Graph, repository: &git2::Repository) -> Vec<At> {
    let (mut joined, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![from]);
    while let Some(id) = open.pop() {
        if let Some(at) = graph.find(id) {
            joined.insert(at);
        } else if seen.insert(id) {
            let Ok(commit) = repository.find_commit(id) else { continue };
            open.extend(commit.parent_ids());
        }
        if seen.len() > MAX_SIDE_COMMITS {
            return Vec::new();
        }
    }
    joined.into_iter().collect()
}

/// For each of these sets of commits, how many of the walked ones are not reachable from any of it.
///
/// Sixty-four at a time: a bit per release is passed from children to parents.
fn commits_since(of: &[Vec<At>], head: Oid, graph: &Graph) -> BTreeMap<Vec<At>, u32> {
    let of: Vec<&Vec<At>> = of.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let Some(head) = graph.find(head) else { return BTreeMap::new() };
    let order = children_first(head, graph);
    let mut since = BTreeMap::new();
    let mut reached = vec![0_u64; graph.nodes.len()];
    for some in of.chunks(64) {
        reached.fill(0);
        for (bit, set) in some.iter().enumerate() {
            for at in set.iter() {
                reached.get_mut(*at).into_iter().for_each(|bits| *bits |= 1 << bit);
            }
        }
        let mut counts: std::collections::HashMap<u64, u32> = std::collections::HashMap::new();
        for at in &order {
            let bits = reached.get(*at).copied().unwrap_or(0);
            *counts.entry(bits).or_default() += 1;
            for parent in graph.parents(*at) {
                reached.get_mut(parent).into_iter().for_each(|parent| *parent |= bits);
            }
        }
        for (bit, set) in some.iter().enumerate() {
            let missing = counts.iter().filter(|(bits, _)| *bits & (1 << bit) == 0);
            since.insert((*set).clone(), missing.map(|(_, count)| count).sum());
        }
    }
    since
}

/// All commits reachable from one, each before its parents.
fn children_first(head: At, graph: &Graph) -> Vec<At> {
    let mut children = vec![0_u32; graph.nodes.len()];
    for at in 0..graph.nodes.len() {
        for parent in graph.parents(at) {
            children.get_mut(parent).into_iter().for_each(|count| *count += 1);
        }
    }
    let mut order = Vec::with_capacity(graph.nodes.len());
    let mut ready = vec![head];
    while let Some(at) = ready.pop() {
        order.push(at);
        for parent in graph.parents(at) {
            if let Some(count) = children.get_mut(parent) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(parent);
                }
            }
        }
    }
    order
}

/// Files of a commit below these folders (the empty one means everything) with their blob ids.
pub fn files_at(tree: Oid, folders: &BTreeSet<String>, objects: &mut Objects) -> BTreeMap<RepoPath, String> {
    let mut files = BTreeMap::new();
    let mut budget = MAX_ENTRIES;
    list(tree, "", folders, objects, &mut files, &mut budget);
    files
}

fn list(
    tree: Oid,
    folder: &str,
    wanted: &BTreeSet<String>,
    objects: &mut Objects,
    files: &mut BTreeMap<RepoPath, String>,
    budget: &mut usize,
) {
    let is_wanted = wanted.iter().any(|one| one.is_empty() || is_below(folder, one));
    let leads_on = is_wanted || wanted.iter().any(|one| folder.is_empty() || is_below(one, folder));
    if !leads_on || folder.matches('/').count() > MAX_DEPTH {
        return;
    }
    let Some(bytes) = objects.tree(tree) else { return };
    for entry in entries(&bytes) {
        let Some(left) = budget.checked_sub(1) else { return };
        *budget = left;
        let name = String::from_utf8_lossy(entry.name);
        let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
        if TreeEntry::is_folder(&entry) {
            list(entry.id, &path, wanted, objects, files, budget);
        } else if is_wanted && entry.is_blob() {
            files.insert(RepoPath::new(path), entry.id.to_string());
        }
    }
}

/// Whether a path is a folder or lies below it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{LOOKS_LIKE_RELEASE, is_below};

    #[track_caller]
    fn check(tag: &str, expected: bool) {
        assert_eq!(LOOKS_LIKE_RELEASE.as_ref().unwrap().is_match(tag.as_bytes()), expected, "{tag}");
    }

    #[test]
    fn knows_releases_by_their_names() {
        for tag in
            ["1.2", "v1.2.3", "v1.0.0-rc.1", "app-1.2.3", "charts/app@1.2.3+b5", "release_1_2_3", "v12"]
        {
            check(tag, true);
        }
        for tag in ["2026-11-21", "release-20261121", "2026.11.21-2", "v2.0.0beta1", "3.7rc2", "go1.21.3"] {
            check(tag, true);
        }
        let dated = ["slice-c-merged-2026-05-05", "cleanup-20260204", "before-20261121"];
        let others =
            ["latest", "nightly", "backup-before-move", "12", "pr-1234", "issue_12", "x1", "20269921"];
        for tag in dated.into_iter().chain(others) {
            check(tag, false);
        }
    }

    #[test]
    fn a_folder_is_no_prefix_of_a_name() {
        assert!(is_below("db/migrate/a", "db/migrate"));
        assert!(is_below("db", "db"));
        assert!(!is_below("db/migrate2", "db/migrate"));
    }
}
