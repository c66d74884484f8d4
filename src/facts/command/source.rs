//! The pieces of shell in a file.

use crate::facts::SourceFile;
use crate::model::At;
use crate::model::tree::{Node, Value};
use crate::parse::Language;
use crate::parse::markdown::BlockKind;

/// A piece of shell.
pub(in crate::facts) struct Piece {
    /// The text; for a piece in place, the whole file with everything else blanked out.
    pub text: String,
    /// Where it stands.
    pub at: At,
    /// Whether byte places in `text` are those of the file.
    pub is_in_place: bool,
    /// Whether it stands in prose.
    pub is_prose: bool,
}

/// Keys of YAML under which shell stands.
const KEYS: &[&str] =
    &["run", "script", "before_script", "after_script", "command", "args", "entrypoint", "cmd"];

pub(super) use crate::facts::resource::unit::is_crontab;

/// Every piece of a file.
pub(in crate::facts) fn pieces(file: &SourceFile<'_>) -> Vec<Piece> {
    let whole = |text: String| {
        vec![Piece { text, at: At { line: 1, start: 0, end: 0 }, is_in_place: true, is_prose: false }]
    };
    match file.language {
        Language::Bash => whole(file.text.to_string()),
        Language::Makefile => whole(kept(&file.text, |line| {
            line.strip_prefix('\t')
                .map(|rest| line.len() - rest.trim_start_matches(['@', '-', '+', ' ']).len())
        })),
        Language::Ini | Language::Text if is_crontab(file.path) => whole(kept(&file.text, cron_command)),
        Language::Ini if file.path.extension() == "service" => whole(kept(&file.text, exec_start)),
        Language::Yaml => {
            let mut found = Vec::new();
            for document in file.yaml() {
                document.walk(&mut |keys, node| {
                    let is_shell = keys.last().is_some_and(|key| KEYS.contains(key));
                    // A list is seen with its items, and the items again by themselves.
                    if is_shell
                        && !found.iter().any(|piece: &Piece| {
                            piece.at.start <= node.at.start
                                && node.at.end <= piece.at.end
                                && piece.at != node.at
                        })
                    {
                        found.extend(value(node));
                    }
                });
            }
            found
        }
        Language::Markdown => documents(file),
        _ => Vec::new(),
    }
}

fn value(node: &Node) -> Option<Piece> {
    let text = match &node.value {
        Value::Scalar { text, .. } => text.clone(),
        Value::Unknown(source) => source.clone(),
        // `["sh", "-c", "pg_dump …"]` and lists of lines.
        Value::List(items) => {
            let words: Vec<String> = items
                .iter()
                .map(|item| match &item.value {
                    Value::Scalar { text, .. } | Value::Unknown(text) => text.clone(),
                    _ => String::new(),
                })
                .collect();
            let is_lines =
                words.iter().all(|word| word.contains(' ')) || words.first().is_some_and(|w| w.contains(' '));
            if is_lines {
                words.join("\n")
            } else {
                let quoted = words.iter().map(|w| format!("'{}'", w.replace('\'', "'\\''")));
                quoted.collect::<Vec<_>>().join(" ")
            }
        }
        _ => return None,
    };
    Some(Piece { text, at: node.at, is_in_place: false, is_prose: false })
}

/// Blanks every line of which `from` keeps nothing, and what stands before the kept part.
fn kept(text: &str, from: impl Fn(&str) -> Option<usize>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut continues = false;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let start = if continues { Some(0) } else { from(body) };
        match start {
            Some(start) => {
                out.extend(std::iter::repeat_n(' ', start.min(line.len())));
                out.push_str(line.get(start..).unwrap_or("\n"));
                continues = body.ends_with('\\');
            }
            None => {
                out.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
                continues = false;
            }
        }
    }
    out
}

/// The command of a crontab line: after five fields or an `@` name, and in system crontabs the user.
fn cron_command(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    if trimmed.starts_with('#') || trimmed.is_empty() {
        return None;
    }
    let skip = if trimmed.starts_with('@') { 1 } else { 5 };
    let is_time =
        trimmed.starts_with('@') || trimmed.chars().next().is_some_and(|c| c.is_ascii_digit() || c == '*');
    if !is_time {
        return None;
    }
    let mut rest = trimmed;
    for _ in 0..skip {
        let end = rest.find(char::is_whitespace)?;
        rest = rest.get(end..)?.trim_start();
    }
    // `root /usr/bin/backup`: a name of one word before a path is the user.
    let first = rest.split_whitespace().next()?;
    let second = rest.get(first.len()..)?.trim_start();
    let is_user =
        matches!(first, "root" | "postgres" | "mysql" | "www-data" | "backup" | "nobody" | "ubuntu");
    if is_user && !second.is_empty() {
        rest = second;
    }
    Some(line.len() - rest.len())
}

fn exec_start(line: &str) -> Option<usize> {
    let (key, value) = line.split_once('=')?;
    let runs = matches!(key.trim(), "ExecStart" | "ExecStartPre" | "ExecStartPost");
    runs.then(|| line.len() - value.trim_start().trim_start_matches(['-', '@', '+', '!', ':']).len())
}

/// Code blocks of shell, or without a language.
fn documents(file: &SourceFile<'_>) -> Vec<Piece> {
    let blocks = file.markdown().blocks.iter();
    blocks
        .filter(|block| match &block.kind {
            BlockKind::Code(info) => {
                let language = info.split([' ', ',', '{']).next().unwrap_or_default().to_ascii_lowercase();
                matches!(
                    language.as_str(),
                    "" | "sh" | "bash" | "shell" | "console" | "zsh" | "shell-session" | "text"
                )
            }
            _ => false,
        })
        .map(|block| {
            let lines = block.text.lines().map(|line| {
                line.trim_start().trim_start_matches("$ ").trim_start_matches("# ").trim_start_matches("> ")
            });
            let text = lines.collect::<Vec<_>>().join("\n");
            Piece { text, at: block.at, is_in_place: false, is_prose: true }
        })
        .collect()
}
