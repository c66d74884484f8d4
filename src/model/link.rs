//! A tie between a gap and something that happened or was decided, with its reasons.

use super::Span;

/// What a link points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An incident of this repository.
    Incident {
        /// Its report.
        span: Span,
        /// Its title.
        title: String,
        /// ISO date, if known.
        date: Option<String>,
    },
    /// A decision of this repository.
    Decision {
        /// Its record.
        span: Span,
        /// Its title.
        title: String,
        /// ISO date, if known.
        date: Option<String>,
    },
    /// A public outage of the catalogue.
    Outage {
        /// Catalogue id.
        id: String,
        /// Organization and title.
        title: String,
        /// What to learn, one sentence.
        lesson: String,
        /// Where it is described, if anywhere.
        url: Option<String>,
    },
}

/// How two things are tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The same failure mechanism.
    Mechanism,
    /// The same file or folder is named.
    Path,
    /// The same issue, pull request or commit is named.
    Reference,
    /// The same service, store, table, host or alert is named.
    Component,
    /// Rare words in common.
    Words,
    /// Commits of the days of an incident, or that its report names, touched the same file.
    Git,
    /// It is not long ago.
    Recency,
}

/// One reason for a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Why {
    /// The channel.
    pub channel: Channel,
    /// Points this reason gives, 0 to 100.
    pub points: u32,
    /// What exactly is shared ("mechanism untested-backup", "`availability_log`").
    pub what: String,
}

/// A tie with its reasons, strongest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// What it points at.
    pub to: Target,
    /// Why, strongest first.
    pub why: Vec<Why>,
}

impl Link {
    /// The sum of its points.
    pub fn points(&self) -> u32 {
        self.why.iter().map(|w| w.points).sum()
    }
}
