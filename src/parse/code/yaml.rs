//! Comments of YAML: `#` after white space, outside of quoted and block scalars, and the comments
//! of the template engines that write YAML (Helm, Jinja, ERB).
//!
//! A block scalar is text, not comment. The exception is a script: a line that begins with `#`
//! in a script is a comment to whoever maintains the file. A scalar is a script by its key (shell
//! commands, a file name with such an ending) or by its first line of code.

use super::lexer::Raw;

/// Keys whose block scalars are shell scripts (GitHub Actions, GitLab CI, Kubernetes, Ansible).
const SCRIPT_KEYS: &[&str] = &["run", "script", "before_script", "after_script", "command", "args", "shell"];
/// Endings of keys that are file names, in languages that write comments with `#`.
const SCRIPT_ENDINGS: &[&str] =
    &[".sh", ".py", ".rb", ".yaml", ".yml", ".conf", ".cfg", ".toml", ".ini", ".hcl", ".tf"];
/// What a first line of code begins with.
const SCRIPT_BEGINNINGS: &[&str] =
    &["#!", "import ", "from ", "def ", "class ", "set -", "export ", "if [", "apt-get ", "c."];
/// Lines of a scalar looked at for its first line of code.
const MOST_LINES_AHEAD: usize = 20;
/// Comments of template engines.
const TEMPLATE_COMMENTS: &[(&str, &str)] =
    &[("{{/*", "*/}}"), ("{{- /*", "*/ -}}"), ("{{- /*", "*/}}"), ("{#", "#}"), ("<%#", "%>")];
/// A quoted scalar over more lines than this is an apostrophe in prose.
const LONGEST_QUOTED: usize = 40 * 200;

struct Scanner<'a> {
    text: &'a str,
    found: Vec<Raw>,
    /// The innermost key that opened a nested block, for list items of scripts.
    open_key: &'a str,
    /// Template comments that never end are looked for once.
    unclosed: bool,
    /// The end of the line being read.
    line_end: usize,
    /// No `}}` follows on this line.
    is_open_ended: bool,
}

/// What a line's code ended with.
enum After<'a> {
    Nothing,
    /// A block scalar under this key; its lines are indented deeper than the number.
    Scalar(usize, &'a str),
}

/// The comments of a YAML text, in order.
pub(super) fn scan(text: &str) -> Vec<Raw> {
    let mut scanner =
        Scanner { text, found: Vec::new(), open_key: "", unclosed: false, line_end: 0, is_open_ended: false };
    let mut at = 0;
    let mut scalar: Option<(usize, bool)> = None;
    while at < text.len() {
        let line = line_at(text, at);
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some((parent, is_script)) = scalar {
            if line.trim().is_empty() || indent > parent {
                if is_script && line.trim_start().starts_with('#') && !line.trim_start().starts_with("#!") {
                    let end = at + line.trim_end().len();
                    scanner.found.push(Raw { range: at + indent..end, is_block: false });
                }
                at += line.len() + 1;
                continue;
            }
            scalar = None;
        }
        let (end, after) = scanner.line(at);
        if let After::Scalar(parent, key) = after {
            scalar = Some((parent, is_script(key, text.get(end + 1..).unwrap_or_default())));
        }
        at = end + 1;
    }
    scanner.found
}

fn line_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    rest.split('\n').next().unwrap_or_default()
}

/// Whether the block scalar under `key`, of which `body` is the text from its first line on, is a
/// script in a language that writes comments with `#`.
fn is_script(key: &str, body: &str) -> bool {
    let lines = body.split('\n').take(MOST_LINES_AHEAD).map(str::trim);
    let first =
        lines.filter(|line| !line.is_empty()).find(|line| line.starts_with("#!") || !line.starts_with('#'));
    SCRIPT_KEYS.contains(&key)
        || SCRIPT_ENDINGS.iter().any(|ending| key.ends_with(ending))
        || first.is_some_and(|line| SCRIPT_BEGINNINGS.iter().any(|beginning| line.starts_with(beginning)))
}

impl<'a> Scanner<'a> {
    /// Reads the line at `start`, and further lines when a quote or comment spans them; gives the
    /// place of the line end it stopped at.
    fn line(&mut self, start: usize) -> (usize, After<'a>) {
        let bytes = self.text.as_bytes();
        let mut at = start;
        self.line_end = start + line_at(self.text, start).len();
        self.is_open_ended = false;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\n' => break,
                b'#' if at == start || bytes[at - 1].is_ascii_whitespace() => {
                    let line = line_at(self.text, at);
                    self.found.push(Raw { range: at..at + line.trim_end().len(), is_block: false });
                    return (at + line.len(), self.after(start, at));
                }
                b'{' | b'<' => at = self.template(at),
                b'"' | b'\'' if self.opens_scalar(start, at) => at = self.quoted(at, byte),
                _ => at += 1,
            }
        }
        (at, self.after(start, at))
    }

    /// Passes a template; keeps it if it is a comment.
    fn template(&mut self, at: usize) -> usize {
        let Some(rest) = self.text.get(at..) else { return at + 1 };
        for (open, close) in TEMPLATE_COMMENTS {
            if !self.unclosed
                && let Some(body) = rest.strip_prefix(open)
            {
                if let Some(length) = body.find(close) {
                    let end = at + open.len() + length + close.len();
                    self.found.push(Raw { range: at..end, is_block: true });
                    return end;
                }
                self.unclosed = !open.contains("- ");
            }
        }
        if !rest.starts_with("{{") || self.is_open_ended {
            return at + 1;
        }
        // A `#` inside an expression is text; expressions end on their line.
        if self.line_end < at {
            self.line_end = at + line_at(self.text, at).len();
        }
        let close = self.text.get(at..self.line_end).and_then(|line| line.find("}}"));
        self.is_open_ended = close.is_none();
        close.map_or(at + 2, |length| at + length + 2)
    }

    /// Whether a quote here opens a scalar: an apostrophe inside a plain one does not.
    fn opens_scalar(&self, start: usize, at: usize) -> bool {
        let before = self.text.get(start..at).unwrap_or_default();
        let trimmed = before.trim_end();
        let after_space = trimmed.len() < before.len();
        match trimmed.chars().next_back() {
            None | Some('[' | '{' | ',') => true,
            Some(':' | '-' | '?') => after_space,
            _ => {
                // A tag or anchor may stand between: `key: !Sub "…"`.
                let word = trimmed.split_whitespace().next_back().unwrap_or_default();
                after_space && word.starts_with(['!', '&'])
            }
        }
    }

    fn quoted(&self, open: usize, quote: u8) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = open + 1;
        while let Some(&byte) = bytes.get(at).filter(|_| at - open < LONGEST_QUOTED) {
            if byte == b'\\' && quote == b'"' {
                at += 2;
            } else if byte == quote {
                if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') {
                    at += 2;
                } else {
                    return at + 1;
                }
            } else {
                at += 1;
            }
        }
        open + 1
    }

    fn after(&mut self, start: usize, end: usize) -> After<'a> {
        let text = self.text;
        // A quote that spans lines moves the end to another line; no header stands there.
        let Some(code) = text.get(start..end) else { return After::Nothing };
        let code = code.trim_end();
        let dashless = code.trim_start_matches([' ', '-']);
        let key = dashless.split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
        if code.ends_with(':') {
            self.open_key = key;
            return After::Nothing;
        }
        let last = code.rsplit([' ', '\t']).next().unwrap_or_default();
        let is_header = last.starts_with(['|', '>'])
            && last.len() <= 3
            && last.chars().skip(1).all(|c| matches!(c, '+' | '-' | '0'..='9'));
        if !is_header {
            return After::Nothing;
        }
        let has_key = dashless.contains(':');
        let depth = code.len() - if has_key { dashless.len() } else { code.trim_start().len() };
        After::Scalar(depth, if has_key { key } else { self.open_key })
    }
}
