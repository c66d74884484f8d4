//! Paths, issues, commits, names and incidents that a text names.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::fact::{Mention, MentionKind};
use crate::parse::markdown::{Block, BlockKind, Markdown};
use crate::text::date::first_date;

/// A document that names more is a log; the first ones are enough to join it.
const MAX_MENTIONS: usize = 400;

static ISSUE_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) https?://[^/\s]+ (?:/[^/\s]+)* /(?P<name>[^/\s-][^/\s]*)   # host, groups, repository
        (?:/-)? /(?:issues|pull|pulls|pull-requests|merge_requests)/ (?P<number>\d+)",
    )
    .ok()
});
static BROWSE_URL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"https?://[^\s]+/browse/(?P<key>[A-Z][A-Z0-9]{1,9}-\d+)").ok());
static SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // `owner/name#12` or `#12`; a heading anchor (`page#12-x`) or a color (`#123456`) is none.
    Regex::new(r"(?:^|[\s(\[,;])(?:[\w.-]+/)?(?P<name>[\w.-]+)?#(?P<number>\d{1,6})(?:$|[\s)\],;.:])").ok()
});
static COMMIT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"/commits?/(?P<id>[0-9a-f]{7,40})\b").ok());
static BARE_COMMIT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[0-9a-f]{7,40}$").ok());
static PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\.{0,2}/?(?:[\w.@-]+/)+[\w.@-]*\.?[\w-]+(?::\d+)?$|^[\w-]+\.(?:ya?ml|tf|py|rb|js|ts|go|rs|sql|sh|toml|json|conf|md)$").ok()
});
static BLOB: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"https?://[^/\s]+/[^/\s]+/[^/\s]+(?:/-)?/(?:blob|tree|raw|edit)/[^/\s]+/(?P<path>[^\s#?]+)")
        .ok()
});

/// The issue or pull request a URL or a short reference names: `name#12` or `#12`; a key of a
/// tracker (`CPT-486`) when the URL is one of a tracker.
pub(in crate::facts) fn issue(text: &str) -> Option<String> {
    if let Some(found) = ISSUE_URL.as_ref()?.captures(text) {
        return Some(format!("{}#{}", &found["name"], &found["number"]));
    }
    if let Some(found) = BROWSE_URL.as_ref()?.captures(text) {
        return Some(found["key"].to_owned());
    }
    let short = SHORT.as_ref()?;
    short.captures_iter(text).find_map(|found| {
        let name = found.name("name").map_or("", |m| m.as_str());
        // A bare "#1" numbers causes, steps and priorities as often as issues.
        let counts = !name.is_empty() || found["number"].len() > 1;
        counts.then(|| format!("{name}#{}", &found["number"]))
    })
}

/// Everything the blocks name, in order, without repeats inside one block.
pub(in crate::facts) fn mentions(document: &Markdown) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for block in &document.blocks {
        if matches!(block.kind, BlockKind::Code(_) | BlockKind::Html) {
            continue;
        }
        let first = found.len();
        for (kind, what) in in_block(block) {
            let is_new = !found.iter().skip(first).any(|known| known.kind == kind && known.what == what);
            if is_new {
                found.push(Mention { kind, what, at: block.at });
            }
        }
        if found.len() >= MAX_MENTIONS {
            break;
        }
    }
    found.truncate(MAX_MENTIONS);
    found
}

fn in_block(block: &Block) -> Vec<(MentionKind, String)> {
    let mut found = Vec::new();
    for link in &block.links {
        found.extend(in_link(&link.url, &link.text));
    }
    let linked = block.links.iter().any(|link| issue(&link.url).is_some());
    if !linked && let Some(short) = issue(&block.text) {
        found.push((MentionKind::Issue, short));
    }
    for code in &block.codes {
        let code = code.trim();
        if BARE_COMMIT.as_ref().is_some_and(|r| r.is_match(code))
            && code.contains(|c: char| c.is_ascii_digit())
        {
            found.push((MentionKind::Commit, code.to_owned()));
        } else if PATH.as_ref().is_some_and(|r| r.is_match(code)) {
            found.push((MentionKind::Path, clean_path(code)));
        } else if is_name(code) {
            found.push((MentionKind::Name, code.to_owned()));
        }
    }
    let lower = block.text.to_ascii_lowercase();
    if let Some(at) = lower.find("incident")
        && let Some(date) = block.text.get(at..).and_then(first_date)
    {
        found.push((MentionKind::Incident, date.to_string()));
    }
    found
}

fn in_link(url: &str, text: &str) -> Vec<(MentionKind, String)> {
    if let Some(issue) = issue(url).filter(|_| url.contains("://")) {
        return vec![(MentionKind::Issue, issue)];
    }
    if let Some(found) = COMMIT.as_ref().and_then(|r| r.captures(url)) {
        return vec![(MentionKind::Commit, found["id"].to_owned())];
    }
    let lower = url.to_ascii_lowercase();
    let speaks_of_one = ["incident", "postmortem", "post-mortem"].iter().any(|word| lower.contains(word));
    let dated = first_date(url).or_else(|| first_date(text));
    if let Some(date) = dated.filter(|_| speaks_of_one || text.to_ascii_lowercase().contains("incident")) {
        let mut found = vec![(MentionKind::Incident, date.to_string())];
        found.extend(link_path(url).map(|path| (MentionKind::Path, path)));
        return found;
    }
    link_path(url).map(|path| (MentionKind::Path, path)).into_iter().collect()
}

/// The path a relative or `blob` link points at, without its anchor.
fn link_path(url: &str) -> Option<String> {
    if let Some(found) = BLOB.as_ref()?.captures(url) {
        return Some(clean_path(&found["path"]));
    }
    let is_relative = !url.contains("://") && !url.starts_with(['#', '<']) && !url.contains("mailto:");
    let path = url.split(['#', '?']).next().unwrap_or_default();
    (is_relative && path.len() > 1 && !path.contains(' ')).then(|| path.to_owned())
}

fn clean_path(path: &str) -> String {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let (head, tail) = path.rsplit_once(':').unwrap_or((path, ""));
    let is_line = !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit());
    if is_line { head.to_owned() } else { path.to_owned() }
}

/// One word of a machine: a service, table, host, metric, error; not a command or a value.
fn is_name(code: &str) -> bool {
    let length = code.chars().count();
    (3..=60).contains(&length)
        && code.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && code.chars().all(|c| c.is_alphanumeric() || "_-.:/@".contains(c))
        && !code.contains("://")
        && !["true", "false", "null", "none", "nil", "master", "main", "prod", "staging", "dev"]
            .contains(&code.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::{issue, mentions};
    use crate::model::fact::MentionKind;
    use crate::parse::markdown::parse;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = mentions(&parse(text).value)
            .into_iter()
            .map(|m| {
                let kind = match m.kind {
                    MentionKind::Path => "path",
                    MentionKind::Issue => "issue",
                    MentionKind::Commit => "commit",
                    MentionKind::Name => "name",
                    MentionKind::Incident => "incident",
                    _ => "other",
                };
                format!("{kind} {}", m.what)
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn anchors_colors_and_commands_are_not_mentions() {
        check("root cause #1 and", &[]);
        check("use #12345678 and [x](#2-next) and `rm -rf /` and `true`", &[]);
        check("[mail](mailto:a@b.c) https://example.org/blog", &[]);
    }

    #[test]
    fn finds_what_joins_documents() {
        check("see ([#12](https://github.com/o/deploy/issues/12))", &["issue deploy#12"]);
        check("https://gitlab.com/g/s/deploy/-/merge_requests/3", &["issue deploy#3"]);
        check("fixed in #206.", &["issue #206"]);
        check(
            "`db/migrations/1_x.sql` and `availability_log`",
            &["path db/migrations/1_x.sql", "name availability_log"],
        );
        check("[c](https://github.com/o/r/commit/221dab4f8a38)", &["commit 221dab4f8a38"]);
        check("[f](https://github.com/o/r/blob/main/src/a.rs#L3)", &["path src/a.rs"]);
        check(
            "details in the [log](https://x.org/incident-log.html#incident-on-2020-10-06-09-07)",
            &["incident 2020-10-06"],
        );
        check("[earlier](2021-06-03--database-full.md)", &["path 2021-06-03--database-full.md"]);
    }

    #[test]
    fn issues_are_normalized() {
        assert_eq!(issue("https://dev.atlassian.net/browse/CPT-486").as_deref(), Some("CPT-486"));
        assert_eq!(issue("owner/name#7").as_deref(), Some("name#7"));
        assert_eq!(issue("no issue"), None);
    }
}
