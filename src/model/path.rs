//! A path inside the repository, the way every output prints it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A repository-relative path with `/` between its parts and no leading `./`.
///
/// Bytes that are not UTF-8 were replaced when the path was read; such a path can be shown but not
/// opened again, so `source` keeps the original bytes beside it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RepoPath(Arc<str>);

impl RepoPath {
    /// Takes a path as git spells it.
    pub fn new(path: impl AsRef<str>) -> Self {
        Self(Arc::from(path.as_ref()))
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last part up to its first dot after the first character (`2020-02-12` of
    /// `2020-02-12.html.md.erb`, `.env` of `.env.local`).
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.get(1..).and_then(|rest| rest.find('.')) {
            Some(dot) => &name[..dot + 1],
            None => name,
        }
    }

    /// The text after the last dot of the file name, as written; empty without one.
    pub fn extension(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[dot + 1..],
            _ => "",
        }
    }

    /// The folder, without a trailing slash; empty at the root.
    pub fn parent(&self) -> &str {
        self.0.rfind('/').map_or("", |slash| &self.0[..slash])
    }

    /// The parts from the root down.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether one of the folders (not the file name) has this name, in any case.
    pub fn has_folder(&self, name: &str) -> bool {
        self.parent().split('/').any(|part| part.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

#[cfg(test)]
mod tests {
    use super::RepoPath;

    #[test]
    fn takes_a_path_apart() {
        let path = RepoPath::new("source/incidents/2020-02-12.html.md.erb");
        assert_eq!(path.file_name(), "2020-02-12.html.md.erb");
        assert_eq!(path.stem(), "2020-02-12");
        assert_eq!(path.extension(), "erb");
        assert_eq!(path.parent(), "source/incidents");
        assert!(path.has_folder("Incidents"));
        assert!(!path.has_folder("2020-02-12.html.md.erb"));
        assert_eq!(RepoPath::new(".env.local").stem(), ".env");
        assert_eq!(RepoPath::new("Makefile").extension(), "");
    }
}
