//! What one file states. A fact never looks at a second file and never judges.
//!
//! Facts are cached by blob, so they hold places inside their file only, and every type here can be
//! written and read back.

mod alert;
mod call;
mod code;
mod command;
mod decision;
mod deferral;
mod incident;
mod migration;
mod page;
mod resource;

use serde::{Deserialize, Serialize};

pub use alert::{AlertRule, AlertSource};
pub use call::{Limit, OutgoingCall};
pub use code::{DeclaredVersion, IgnoreComment, PatternMatch};
pub use command::{Command, Destruction, Doing};
pub use decision::{AcceptedRisk, Assumption, DecisionRecord, DecisionStatus, DeferralSentence};
pub use deferral::{Carrier, CodeProof, Condition, ConditionKind, DeferralComment, Tier, Weight};
pub use incident::{
    ActionItem, ActionState, Detection, IncidentReport, MechanismScore, Mention, MentionKind,
};
pub use migration::{Alteration, DataVerb, HOLE, MigrationFile, Object, Operation, Runner, WayBack};
pub use page::{
    DashboardId, Drill, DrillKind, DrillResult, OwnerRule, PageKind, PagePart, Runbook, Signal, SignalKind,
    Site, Targets,
};
pub use resource::{Resource, System};

use super::{At, Problem};

/// One statement of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Where in the file.
    pub at: At,
    /// What.
    pub kind: FactKind,
}

/// Everything a collector can state: one variant per kind of fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FactKind {
    /// A comment that puts work off.
    Deferral(DeferralComment),
    /// A `tonight: ignore[...]` comment.
    Ignore(IgnoreComment),
    /// A place where the pattern of a rule matched.
    Pattern(PatternMatch),
    /// A decision record.
    Decision(Box<DecisionRecord>),
    /// An incident report.
    Incident(Box<IncidentReport>),
    /// A database migration.
    Migration(Box<MigrationFile>),
    /// A declared resource, manifest, workflow, unit or service of any configuration language.
    Resource(Box<Resource>),
    /// A command that dumps, restores, deploys, rolls back or migrates.
    Command(Box<Command>),
    /// A command that takes a store of data.
    Destruction(Box<Destruction>),
    /// A call to another service.
    Call(Box<OutgoingCall>),
    /// An alert rule of any system.
    Alert(Box<AlertRule>),
    /// A runbook.
    Runbook(Box<Runbook>),
    /// A line of an owners file.
    Owner(OwnerRule),
    /// Something that helps to see or to tell: a dashboard, a logger, a status page.
    Signal(Signal),
    /// The id of a dashboard, defined or linked to.
    Dashboard(DashboardId),
    /// A version that is run on or needed at least.
    Version(DeclaredVersion),
    /// A site that publishes pages of this repository.
    Site(Site),
    /// What a makefile can make.
    Targets(Targets),
}

/// All facts of one file, with what could not be understood in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// In order of place.
    pub facts: Vec<Fact>,
    /// In order of line.
    pub problems: Vec<Problem>,
}
