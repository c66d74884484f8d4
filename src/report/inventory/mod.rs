//! `tonight.inventory/1`: everything found in the repository, and its table for a terminal.
//!
//! Every entry has a `path` and a 1-based `line`; a release is a tag and stands in no file. Within
//! `/1` keys are only added.
//!
//! - `record`: decisions, incidents, action items
//! - `deferral`: deferred work
//! - `system`: migrations, releases, deployments, datastores, backups
//! - `people`: alerts, receivers, runbooks, owners, signals
//! - `compose`: the model's things turned into entries
//! - `written`: the same of decisions, incidents and promises
//! - `table`: entries as rows

mod compose;
mod deferral;
mod people;
mod record;
mod system;
mod table;
mod written;

use schemars::JsonSchema;
use serde::Serialize;

pub use compose::compose;
pub(super) use compose::loss;
pub use deferral::{Carrier, Deferral, Overdue, Proof, Tier, Weight};
pub use people::{Alert, Owner, Receiver, Runbook, Signal};
pub use record::{
    Action, ActionItem, ActionState, ActionVerdict, DateConflict, Decision, DecisionAssumption,
    DecisionDeferral, DecisionRisk, DecisionStatus, Deletion, Detection, EarlierIncident, Incident,
    Mechanism, Recurrence, Reference,
};
pub use system::{Backup, Datastore, Deployment, Loss, LossKind, Migration, Release, Restore, WayBack};
pub use table::render;

use super::contract::{Subject, Tool};

/// The name and version of this contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum InventorySchema {
    /// The first.
    #[serde(rename = "tonight.inventory/1")]
    V1,
}

/// One list of the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the lists")]
pub enum Kind {
    Decisions,
    Incidents,
    ActionItems,
    Migrations,
    Releases,
    Deployments,
    Datastores,
    Backups,
    Restores,
    Alerts,
    Receivers,
    Runbooks,
    Owners,
    Signals,
    Deferrals,
}

impl Kind {
    /// All of them, in the order of the contract.
    pub const ALL: [Self; 15] = [
        Self::Decisions,
        Self::Incidents,
        Self::ActionItems,
        Self::Migrations,
        Self::Releases,
        Self::Deployments,
        Self::Datastores,
        Self::Backups,
        Self::Restores,
        Self::Alerts,
        Self::Receivers,
        Self::Runbooks,
        Self::Owners,
        Self::Signals,
        Self::Deferrals,
    ];

    /// Its name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::Incidents => "incidents",
            Self::ActionItems => "action-items",
            Self::Migrations => "migrations",
            Self::Releases => "releases",
            Self::Deployments => "deployments",
            Self::Datastores => "datastores",
            Self::Backups => "backups",
            Self::Restores => "restores",
            Self::Alerts => "alerts",
            Self::Receivers => "receivers",
            Self::Runbooks => "runbooks",
            Self::Owners => "owners",
            Self::Signals => "signals",
            Self::Deferrals => "deferrals",
        }
    }
}

/// Everything found. A list that was not asked for is left out.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Inventory {
    /// The name and version of this contract.
    pub schema: InventorySchema,
    /// What made it.
    pub tool: Tool,
    /// What it is about.
    pub subject: Subject,
    /// Decision records, by path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Vec<Decision>>,
    /// Incident reports, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incidents: Option<Vec<Incident>>,
    /// Promises of all incident reports, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_items: Option<Vec<ActionItem>>,
    /// Database migrations, in the order of their ledgers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrations: Option<Vec<Migration>>,
    /// Release tags, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases: Option<Vec<Release>>,
    /// What puts releases into service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployments: Option<Vec<Deployment>>,
    /// Stores of data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datastores: Option<Vec<Datastore>>,
    /// What backs something up, tied to a store or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<Vec<Backup>>,
    /// Ways to bring data back, and drills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restores: Option<Vec<Restore>>,
    /// Alert rules with the path each takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Vec<Alert>>,
    /// Where alerts go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receivers: Option<Vec<Receiver>>,
    /// Runbooks and other operational pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runbooks: Option<Vec<Runbook>>,
    /// Owners of parts of the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Owner>>,
    /// Dashboards, loggers, status pages and the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signals: Option<Vec<Signal>>,
    /// Deferred work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deferrals: Option<Vec<Deferral>>,
}
