//! `rules/catalog/backup-tools.toml`: commands that copy data, bring it back, or check a copy.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::model::fact::Doing;

/// What a command of a tool does.
#[derive(Debug)]
pub struct Tool {
    /// The program.
    pub program: String,
    /// The name in every output.
    pub name: String,
    /// What it does.
    pub doing: Doing,
    /// The engine whose data it handles; empty for tools of any data.
    pub engine: String,
    /// Whether it writes to standard output, so that its failure is lost in a pipe.
    pub is_stream: bool,
    /// Whether its copy leaves the host by itself.
    pub is_remote: bool,
    /// Whether it copies machines, pools or folders as a whole.
    pub copies_hosts: bool,
    args: Option<Regex>,
    unless: Option<Regex>,
    needs: Option<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    program: String,
    name: Option<String>,
    doing: String,
    #[serde(default)]
    engine: String,
    args: Option<String>,
    unless: Option<String>,
    needs: Option<String>,
    #[serde(default)]
    is_stream: bool,
    #[serde(default)]
    is_remote: bool,
    #[serde(default)]
    copies_hosts: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tool: Vec<Entry>,
    /// By engine.
    script_words: BTreeMap<String, Vec<String>>,
}

impl Tool {
    /// The tool of a program with these arguments. `around` is what the line stands in (a file
    /// name): some tools copy anything, and are backups only where something says so.
    pub fn find(program: &str, arguments: &str, around: &str) -> Option<&'static Self> {
        let fits = |tool: &&'static Self| {
            let holds = |regex: &Option<Regex>| regex.as_ref().is_none_or(|regex| regex.is_match(arguments));
            let is_excused = tool.unless.as_ref().is_some_and(|regex| regex.is_match(arguments));
            let is_said = tool.needs.as_ref().is_none_or(|n| n.is_match(arguments) || n.is_match(around));
            tool.program == program && holds(&tool.args) && !is_excused && is_said
        };
        Self::all().iter().find(fits)
    }

    /// The tool by its name in outputs.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|tool| tool.name == name)
    }

    /// Every tool; a test makes sure that the catalogue loads.
    pub fn all() -> &'static [Self] {
        static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| {
            let file = File::read();
            file.tool.into_iter().filter_map(compiled).collect()
        });
        &TOOLS
    }
}

impl File {
    fn read() -> Self {
        toml::from_str(super::catalog("backup-tools")).unwrap_or_default()
    }
}

/// The engine that the name of a script names (`scripts/clickhouse_backup.sh`), if it names one only.
pub fn engine_in_name(text: &str) -> Option<&'static str> {
    static WORDS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| File::read().script_words);
    let name = text.rsplit('/').next().unwrap_or(text).to_ascii_lowercase();
    let parts: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let mut named = WORDS.iter().filter(|(_, words)| words.iter().any(|word| parts.contains(&word.as_str())));
    match (named.next(), named.next()) {
        (Some((engine, _)), None) => Some(engine),
        _ => None,
    }
}

fn compiled(entry: Entry) -> Option<Tool> {
    let doing = match entry.doing.as_str() {
        "backup" => Doing::Backup,
        "restore" => Doing::Restore,
        "verify" => Doing::Verify,
        _ => return None,
    };
    let regex = |text: Option<String>| text.map(|text| Regex::new(&text)).transpose();
    Some(Tool {
        name: entry.name.unwrap_or_else(|| entry.program.clone()),
        program: entry.program,
        doing,
        engine: entry.engine,
        is_stream: entry.is_stream,
        is_remote: entry.is_remote,
        copies_hosts: entry.copies_hosts,
        args: regex(entry.args).ok()?,
        unless: regex(entry.unless).ok()?,
        needs: regex(entry.needs).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{File, Tool};

    #[test]
    fn the_catalog_loads_in_full() {
        let file: File = toml::from_str(crate::rules::catalog("backup-tools")).unwrap();
        assert_eq!(Tool::all().len(), file.tool.len());
    }

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let (program, arguments) = line.split_once(' ').unwrap_or((line, ""));
        assert_eq!(Tool::find(program, arguments, "").map(|tool| tool.name.as_str()), expected, "{line}");
    }

    #[test]
    fn tells_copies_from_other_uses() {
        check("pg_dump -Fc shop", Some("pg_dump"));
        check("pg_dump --schema-only shop", None);
        check("mysqldump --no-data shop", None);
        check("pg_restore --list a.dump", Some("pg_restore --list"));
        check("restic forget --prune", None);
        check("restic -r s3:x backup /data", Some("restic"));
        check("aws s3 cp index.html s3://site/index.html", None);
        check("aws s3 sync /var/uploads s3://shop-backups/uploads", Some("aws s3 sync"));
        check("tar xzf backup.tgz", None);
        check("tar czf /srv/backup/home.tgz /home", Some("tar"));
        check("rsync -a build/ web:/srv/www", None);
        check("psql -f schema.sql", None);
    }
}
