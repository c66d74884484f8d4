//! Reads a file of labelled comments: tab-separated columns, found by the names in its header.

use std::collections::BTreeMap;

use anyhow::{anyhow, bail};

use crate::rules::Labelled;

/// The comments of the projects that have at least `min_project` of them.
pub(super) fn read(text: &str, min_project: usize) -> anyhow::Result<Vec<Labelled>> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((_, header)) = lines.next() else { bail!("it is empty; its first line must name the columns") };
    let columns = Columns::of(header)?;
    let mut comments = Vec::new();
    for (number, line) in lines {
        comments.push(columns.read(line).map_err(|error| anyhow!("line {number}: {error}"))?);
    }
    if comments.is_empty() {
        bail!("it has a header and no comments");
    }
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for comment in &comments {
        *sizes.entry(comment.project.clone()).or_default() += 1;
    }
    comments.retain(|comment| sizes.get(&comment.project).is_some_and(|&size| size >= min_project));
    if comments.is_empty() {
        bail!(
            "no project has {min_project} comments; the largest has {}",
            sizes.values().max().unwrap_or(&0)
        );
    }
    Ok(comments)
}

/// Where the columns are.
struct Columns {
    project: usize,
    label: usize,
    comment: usize,
    mechanism: Option<usize>,
    path: Option<usize>,
}

impl Columns {
    fn of(header: &str) -> anyhow::Result<Self> {
        let names: Vec<&str> = header.trim_start_matches('\u{feff}').split('\t').map(str::trim).collect();
        let find = |name: &str| names.iter().position(|known| *known == name);
        let need = |name: &str, found: Option<usize>| {
            found.ok_or_else(|| anyhow!("it has no column {name}; its columns are: {}", names.join(", ")))
        };
        Ok(Self {
            project: need("project (or repo)", find("project").or_else(|| find("repo")))?,
            label: need("label", find("label"))?,
            comment: need("comment", find("comment"))?,
            mechanism: find("mechanism"),
            path: find("path"),
        })
    }

    fn read(&self, line: &str) -> anyhow::Result<Labelled> {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| {
            cells.get(at).copied().ok_or_else(|| anyhow!("it has {} columns and lacks one", cells.len()))
        };
        let is_debt = match cell(self.label)?.trim() {
            "1" => Some(true),
            "0" => Some(false),
            "2" | "?" | "ambiguous" => None,
            other => bail!("the label '{other}' is none; write 1 for put-off work, 0 for other, 2 for open"),
        };
        let stated = |at: Option<usize>| {
            let cell = at.and_then(|at| cells.get(at)).map(|cell| cell.trim());
            cell.filter(|cell| !matches!(*cell, "" | "-")).map(str::to_owned)
        };
        Ok(Labelled {
            project: cell(self.project)?.to_owned(),
            is_debt,
            mechanism: stated(self.mechanism),
            path: stated(self.path),
            text: unescape(cell(self.comment)?),
        })
    }
}

fn unescape(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut signs = cell.chars();
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            text.push(sign);
            continue;
        }
        match signs.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('\\') | None => text.push('\\'),
            Some(other) => text.extend(['\\', other]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn finds_columns_by_name_and_takes_escapes_off() {
        let text = "id\trepo\tlabel\tmechanism\tcomment\n\
                    1\ta/b\t1\ttimeout\tone\\ntwo \\\\n \\d\n2\ta/b\t2\t-\tthree\n\n3\tc/d\t0\t\tfour\n";
        let all = read(text, 0).unwrap();
        let shown: Vec<_> = all
            .iter()
            .map(|c| (c.project.as_str(), c.is_debt, c.mechanism.as_deref(), c.text.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("a/b", Some(true), Some("timeout"), "one\ntwo \\n \\d"),
                ("a/b", None, None, "three"),
                ("c/d", Some(false), None, "four"),
            ]
        );
        assert_eq!(read(text, 2).unwrap().len(), 2);
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        assert_eq!(read(text, 3).unwrap_err().to_string(), expected);
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        check_error("", "it is empty; its first line must name the columns");
        check_error("project\tlabel\tcomment\n", "it has a header and no comments");
        check_error("project\tcomment\n", "it has no column label; its columns are: project, comment");
        check_error(
            "project\tlabel\tcomment\na\tmaybe\tx\n",
            "line 2: the label 'maybe' is none; write 1 for put-off work, 0 for other, 2 for open",
        );
        check_error("project\tlabel\tcomment\na\t1\n", "line 2: it has 2 columns and lacks one");
        check_error("project\tlabel\tcomment\na\t1\tx\n", "no project has 3 comments; the largest has 1");
    }
}
