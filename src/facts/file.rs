//! One file with its parses, each made at most once and only when asked for.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::model::tree::Node;
use crate::model::{Problem, RepoPath};
use crate::parse::markdown::Markdown;
use crate::parse::{self, Language, Parsed};
use crate::text::{LineIndex, Role, role};

/// A file as collectors see it.
pub struct SourceFile<'a> {
    /// Its path.
    pub path: &'a RepoPath,
    /// Its text: UTF-8 with a byte order mark removed, UTF-16 with a byte order mark decoded,
    /// anything else with replacement characters.
    pub text: Cow<'a, str>,
    /// Its language.
    pub language: Language,
    /// Its role by name.
    pub role: Role,
    lines: OnceCell<LineIndex>,
    yaml: OnceCell<Parsed<Vec<Node>>>,
    tree: OnceCell<Parsed<Option<Node>>>,
    markdown: OnceCell<Parsed<Markdown>>,
}

impl<'a> SourceFile<'a> {
    /// Takes a file apart as far as every collector needs it.
    pub fn new(path: &'a RepoPath, bytes: &'a [u8]) -> Self {
        Self {
            path,
            text: decode(bytes),
            language: parse::language(path, bytes),
            role: role(path),
            lines: OnceCell::new(),
            yaml: OnceCell::new(),
            tree: OnceCell::new(),
            markdown: OnceCell::new(),
        }
    }

    /// Its lines.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Its documents, read as YAML (or JSON).
    pub fn yaml(&self) -> &[Node] {
        &self.yaml.get_or_init(|| parse::yaml::parse(&self.text)).value
    }

    /// Its tree, read as HCL.
    pub fn hcl(&self) -> Option<&Node> {
        self.tree.get_or_init(|| parse::hcl::parse(&self.text)).value.as_ref()
    }

    /// Its tree, read as TOML.
    pub fn toml(&self) -> Option<&Node> {
        self.tree.get_or_init(|| parse::toml::parse(&self.text)).value.as_ref()
    }

    /// Its blocks, read as Markdown.
    pub fn markdown(&self) -> &Markdown {
        &self.markdown.get_or_init(|| parse::markdown::parse(&self.text)).value
    }

    /// Its trees in whatever configuration language it is in; nothing for others.
    pub fn trees(&self) -> Vec<&Node> {
        match self.language {
            Language::Yaml | Language::Json => self.yaml().iter().collect(),
            Language::Hcl => self.hcl().into_iter().collect(),
            Language::Toml => self.toml().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a word stands anywhere in it (exact case): the cheapest way to say "not for me".
    pub fn holds(&self, word: &str) -> bool {
        memchr::memmem::find(self.text.as_bytes(), word.as_bytes()).is_some()
    }

    /// What the parses that were made could not understand.
    pub fn problems(&self) -> Vec<Problem> {
        let yaml = self.yaml.get().map(|p| &p.problems);
        let tree = self.tree.get().map(|p| &p.problems);
        let markdown = self.markdown.get().map(|p| &p.problems);
        [yaml, tree, markdown].into_iter().flatten().flatten().cloned().collect()
    }
}

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn decodes_byte_order_marks() {
        assert_eq!(decode(b"\xef\xbb\xbfa"), "a");
        assert_eq!(decode(b"\xff\xfea\0b\0"), "ab");
        assert_eq!(decode(b"\xfe\xff\0a"), "a");
        assert_eq!(decode(b"a\xffb"), "a\u{fffd}b");
    }
}
