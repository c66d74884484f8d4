//! What the service depends on, and what the repository shows of a failure of it.

use crate::model::Span;

/// What a repository shows, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// In a few words.
    pub says: String,
    /// Where, if at text.
    pub span: Option<Span>,
}

/// One dependency. A part that is `None` is one that nothing here shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureRow {
    /// Where the dependency is declared, or first called.
    pub span: Span,
    /// What depends on it.
    pub component: Option<Shown>,
    /// What it depends on.
    pub dependency: String,
    /// How that fails: in the words of an own report, if one tells of it.
    pub failure: Shown,
    /// What would notice.
    pub detect: Option<Shown>,
    /// What keeps the failure from spreading.
    pub contain: Option<Shown>,
    /// What brings it back, or says what to do.
    pub recover: Option<Shown>,
}
