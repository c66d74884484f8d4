//! What the last release held, as far as its migrations and their names ask for it.

use std::collections::{BTreeMap, BTreeSet};

use super::RepoPath;
use super::fact::MigrationFile;

/// The code and the migrations of the last release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldBuild {
    /// Whether the release could be looked at.
    pub is_known: bool,
    /// Migrations of files that were changed since, as the release had them.
    pub edited: BTreeMap<RepoPath, Vec<MigrationFile>>,
    /// Migrations of files that are gone, as the release had them, and where the same bytes stand now.
    pub gone: BTreeMap<RepoPath, (Vec<MigrationFile>, Option<RepoPath>)>,
    /// Migrations that the release had in another folder, by where they stand now.
    pub moved: BTreeSet<RepoPath>,
    /// Migrations of the revision that no list of its program names, so that nothing runs them.
    pub unlisted: BTreeSet<RepoPath>,
    /// Where the release uses the names that migrations since take away; empty for one that it does
    /// not use.
    pub uses: BTreeMap<SchemaName, Vec<NameUse>>,
}

/// A table, or a column of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaName {
    /// The table; empty when not known.
    pub table: String,
    /// The column; empty for the table itself.
    pub column: String,
}

/// A place of the old build that says a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameUse {
    /// File at the release.
    pub path: RepoPath,
    /// Line at the release, 1-based.
    pub line: u32,
    /// Whether the name can mean nothing else; a common word only may.
    pub is_certain: bool,
}
