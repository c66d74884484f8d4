//! Settings of hosts and of applications that tell where data lives: `sanoid.conf`, lists of
//! arguments for `syncoid`, configurations of borgmatic, `config/database.yml`, `.env` files of
//! production.
//!
//! A file of variables without a word about production is somebody's own machine, and is not read.

use super::fact;
use super::unit::unit;
use crate::facts::SourceFile;
use crate::model::fact::System;
use crate::model::thing::Environment;
use crate::model::tree::{Entry, Node, Value};
use crate::model::{At, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::{Role, environment};

/// Longer lines are data.
const LONGEST_LINE: usize = 500;

/// Files with such a name, when they hold what the name promises.
pub(crate) fn wants(file: &SourceFile<'_>) -> bool {
    !matches!(file.role, Role::Test | Role::Example | Role::Document) && kind(file).is_some()
}

fn kind(file: &SourceFile<'_>) -> Option<&'static str> {
    let (path, name) = (file.path, file.path.file_name());
    let believed = |kind, word: &str| file.holds(word).then_some(kind);
    match name {
        "sanoid.conf" => believed("sanoid", "use_template").or_else(|| believed("sanoid", "autosnap")),
        "database.yml" if path.has_folder("config") => believed("database.yml", "adapter:"),
        _ if is_for_syncoid(file) => believed("syncoid", ":"),
        _ if file.language == Language::Yaml && path.as_str().contains("borgmatic") => {
            believed("borgmatic", "repositories:")
        }
        _ if is_variables(name) && environment(path, &[]) == Environment::Production => {
            believed("env", "://").or_else(|| believed("env", "sqlite"))
        }
        _ => None,
    }
}

/// Lists of arguments that a unit hands to `syncoid` line by line.
fn is_for_syncoid(file: &SourceFile<'_>) -> bool {
    file.path.file_name().contains("syncoid")
        && matches!(file.path.extension(), "conf" | "args" | "list" | "txt" | "")
        && !matches!(file.language, Language::Bash | Language::Perl)
}

fn is_variables(name: &str) -> bool {
    name.starts_with(".env") || name.ends_with(".env")
}

/// One resource per file.
pub(crate) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(kind) = kind(file) else { return };
    let lines;
    let body = match kind {
        "sanoid" => {
            lines = unit(file);
            &lines
        }
        "syncoid" => {
            lines = plain(file, |line| Some((line, line)));
            &lines
        }
        "env" => {
            lines = plain(file, |line| line.trim_start_matches("export ").split_once('='));
            &lines
        }
        _ => match file.yaml().first() {
            Some(body) => body,
            None => return,
        },
    };
    out.facts.push(fact(At { line: 1, ..body.at }, System::Setting, kind, file.path.stem(), None, body));
}

/// One entry for each line that is no comment.
fn plain(file: &SourceFile<'_>, split: impl Fn(&str) -> Option<(&str, &str)>) -> Node {
    let mut entries = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) || line.len() > LONGEST_LINE {
            continue;
        }
        if let Some((key, value)) = split(line) {
            let text = value.trim().trim_matches(['"', '\'']).to_owned();
            let node = Node { at, value: Value::Scalar { text, quoted: false } };
            entries.push(Entry { key: key.trim().to_owned(), at, node });
        }
    }
    Node { at: At { line: 1, start: 0, end: 0 }, value: Value::Map(entries) }
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;
    use crate::model::fact::System;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Resource(r) if r.system == System::Setting => {
                r.body.entries().iter().map(|entry| format!("{} {}", r.kind, entry.key)).collect()
            }
            _ => Vec::new(),
        });
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn reads_the_settings_of_hosts() {
        check(
            "hosts/nas/sanoid.conf",
            "# [old]\n[tank/data]\n  use_template=data\n[template_data]\n  daily = 30\n",
            &["sanoid tank/data", "sanoid template_data"],
        );
        check(
            "hosts/nas/syncoid-args.conf",
            "# from web\n--recursive op@web:tank/data tank/copies/web\n",
            &["syncoid --recursive op@web:tank/data tank/copies/web"],
        );
        check("docs/syncoid.md", "op@web:tank/data tank/copies\n", &[]);
        check("units/syncoid.service", "[Service]\nExecStart=/usr/sbin/syncoid a:b c\n", &[]);
    }

    #[test]
    fn only_variables_of_production_are_read() {
        let text = "DATABASE_URL=postgres://u@db.example.org/shop\n";
        check(".env.production", text, &["env DATABASE_URL"]);
        check("deploy/prod/app.env", text, &["env DATABASE_URL"]);
        check(".env", text, &[]);
        check(".env.production.example", text, &[]);
    }
}
