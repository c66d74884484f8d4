//! systemd units and lines of crontabs.

use super::fact;
use crate::facts::SourceFile;
use crate::model::fact::System;
use crate::model::tree::{Entry, Node, Value};
use crate::model::{At, FileFacts, RepoPath};
use crate::rules::RuleSet;
use crate::text::Role;

/// Units and crontabs by name.
pub(crate) fn wants(file: &SourceFile<'_>) -> bool {
    !matches!(file.role, Role::Test | Role::Example) && (is_unit(file.path) || is_crontab(file.path))
}

fn is_unit(path: &RepoPath) -> bool {
    matches!(path.extension(), "service" | "timer")
}

/// Whether a file is a crontab by its name or folder.
pub(crate) fn is_crontab(path: &RepoPath) -> bool {
    let name = path.file_name();
    name.starts_with("crontab")
        || name.ends_with("crontab")
        || name.ends_with(".cron")
        || path.has_folder("cron.d")
}

/// One resource per unit, one per line of a crontab.
pub(crate) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    if is_unit(file.path) {
        let body = unit(file);
        if !body.entries().is_empty() {
            let kind = file.path.extension();
            // `a@.service` belongs to `a@.timer`: the stem keeps the `@`.
            out.facts.push(fact(body.at, System::Systemd, kind, file.path.stem(), None, &body));
        }
        return;
    }
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        if let Some((schedule, command)) = job(line) {
            let name = command.split_whitespace().next().unwrap_or_default();
            let body = Node {
                at,
                value: Value::Map(vec![entry("schedule", schedule, at), entry("command", command, at)]),
            };
            out.facts.push(fact(at, System::Cron, "job", name, None, &body));
        }
    }
}

fn entry(key: &str, text: &str, at: At) -> Entry {
    let node = Node { at, value: Value::Scalar { text: text.to_owned(), quoted: false } };
    Entry { key: key.to_owned(), at, node }
}

/// Schedule and command of a line.
fn job(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let first = line.chars().next()?;
    if !(first == '@' || first == '*' || first.is_ascii_digit()) {
        return None;
    }
    let fields = if first == '@' { 1 } else { 5 };
    let mut end = 0;
    for _ in 0..fields {
        let rest = line.get(end..)?;
        let skipped = rest.len() - rest.trim_start().len();
        end += skipped + rest.trim_start().find(char::is_whitespace)?;
    }
    let (schedule, command) = line.split_at(end);
    Some((schedule.trim(), command.trim()))
}

/// Sections with their keys.
pub(super) fn unit(file: &SourceFile<'_>) -> Node {
    let mut sections: Vec<Entry> = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let text = line.trim();
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let node = Node { at, value: Value::Map(Vec::new()) };
            sections.push(Entry { key: name.to_owned(), at, node });
        } else if let (Some((key, value)), false) = (text.split_once('='), text.starts_with(['#', ';']))
            && let Some(Entry { node: Node { value: Value::Map(entries), .. }, .. }) = sections.last_mut()
        {
            entries.push(entry(key.trim(), value.trim(), at));
        }
    }
    Node { at: At { line: 1, start: 0, end: 0 }, value: Value::Map(sections) }
}

#[cfg(test)]
mod tests {
    use super::job;
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::rules::RuleSet;

    #[test]
    fn reads_units_and_crontabs() {
        let facts = collect(
            &"a/dump@.timer".into(),
            b"# c\n[Timer]\nOnCalendar=daily\n;x=y\n[Install]\n",
            RuleSet::builtin(),
        );
        let FactKind::Resource(unit) = &facts.facts[0].kind else { panic!("a unit") };
        assert_eq!((unit.kind.as_str(), unit.name.as_str()), ("timer", "dump@"));
        assert_eq!(unit.body.text_at("Timer.OnCalendar"), Some("daily"));
        assert_eq!(job("0 3 * * * root /opt/backup.sh\n"), Some(("0 3 * * *", "root /opt/backup.sh")));
        assert_eq!(job("@daily /opt/backup.sh"), Some(("@daily", "/opt/backup.sh")));
        assert_eq!(job("# 0 3 * * * x"), None);
        assert_eq!(job("MAILTO=ops"), None);
        assert_eq!(job("0 3"), None);
    }
}
