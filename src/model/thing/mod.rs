//! What the repository has, joined from the facts of all its files.

mod datastore;
mod deferral;
mod deployment;
mod failure;
mod oncall;
mod people;
mod record;

pub use datastore::{
    Backup, BackupMeans, Datastore, Environment, Loss, Restore, Stands, StoreCoverage, StoreKind,
};
pub use deferral::{Deferral, Overdue};
pub use deployment::{Deployment, LastRelease, Migration, Obstacle, Switch};
pub use failure::{FailureRow, Shown};
pub use oncall::{Escalation, PagedService, Rota, Shift, Step, Target};
pub use people::{Alert, AlertEnd, Muted, Owner, Receiver, ReceiverKind, RunbookPage, SignalAt};
pub use record::{Action, ActionVerdict, Decision, Earlier, Incident, Kept, StillUsed};

use super::Span;
use super::fact::{Command, DashboardId, Destruction, IgnoreComment, OutgoingCall, Resource};

/// What the repository is, for "does this question make sense here?".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// Something runs from here: it deploys, listens, or stores data.
    Service,
    /// Only declarations of infrastructure that others run on.
    Infrastructure,
    /// Code that others build in; nothing runs from here.
    Library,
    /// Prose only.
    Documents,
    /// Nothing that tells.
    #[default]
    Unknown,
}

/// Everything found in the repository, each list sorted by path and place.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// What the repository is.
    pub subject: SubjectKind,
    /// Why, one sentence.
    pub subject_because: String,
    /// Decision records.
    pub decisions: Vec<Decision>,
    /// Incident reports, oldest first.
    pub incidents: Vec<Incident>,
    /// Migrations in the order of their ledgers.
    pub migrations: Vec<Migration>,
    /// What puts releases into service.
    pub deployments: Vec<Deployment>,
    /// What stands against going back without being a deployment.
    pub obstacles: Vec<Obstacle>,
    /// Commands and calls that migrate, deploy and take back, outside of prose.
    pub rollout: Vec<(Span, Command)>,
    /// What `last release..revision` holds.
    pub last_release: Option<LastRelease>,
    /// Stores of data.
    pub datastores: Vec<Datastore>,
    /// Backups that were not tied to one store.
    pub loose_backups: Vec<Backup>,
    /// Commands that take a store of data, in production or anywhere that is not said.
    pub destructions: Vec<(Span, Destruction)>,
    /// Restores and drills.
    pub restores: Vec<Restore>,
    /// Alert rules with the path each takes.
    pub alerts: Vec<Alert>,
    /// Where alerts go.
    pub receivers: Vec<Receiver>,
    /// What alerts are about, in paging tools.
    pub paged_services: Vec<PagedService>,
    /// Who is called, in which order.
    pub escalations: Vec<Escalation>,
    /// Who takes turns.
    pub rotas: Vec<Rota>,
    /// Runbooks and other operational pages.
    pub runbooks: Vec<RunbookPage>,
    /// Owners.
    pub owners: Vec<Owner>,
    /// Dashboards, loggers, status pages and the rest.
    pub signals: Vec<SignalAt>,
    /// Ids of dashboards, defined and linked to.
    pub dashboards: Vec<(Span, DashboardId)>,
    /// Calls to other services, in code that runs in production.
    pub calls: Vec<(Span, OutgoingCall)>,
    /// Deferred work.
    pub deferrals: Vec<Deferral>,
    /// Ignore comments.
    pub ignores: Vec<(Span, IgnoreComment)>,
    /// Pattern matches: rule id, place, text.
    pub patterns: Vec<(String, Span, String)>,
    /// Declared resources, for answers that need a key of one.
    pub resources: Vec<(Span, Resource)>,
}
