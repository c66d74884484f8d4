//! What puts releases into service, and what stands against going back.

use super::Environment;
use crate::model::fact::MigrationFile;
use crate::model::{Evidence, Hold, Release, Span, TimeTerm};

/// A migration with what the whole ledger says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// The file of the way up.
    pub span: Span,
    /// What the file states; for paired files the two halves joined.
    pub file: MigrationFile,
    /// The file of the way down, if it is another one.
    pub down_span: Option<Span>,
    /// Whether the previous build can run on the migrated schema; `None` when not known.
    pub old_build_safe: Option<bool>,
    /// Whether it is newer than the last release; `None` without releases.
    pub is_unreleased: Option<bool>,
}

/// A mechanism of deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Where it is declared.
    pub span: Span,
    /// Platform (`kubernetes`, `helm`, `argo-cd`, `ecs`, `compose`, `github-actions`, ...).
    pub platform: String,
    /// Name of the workload or workflow.
    pub name: String,
    /// Environment.
    pub environment: Environment,
    /// The way back that the platform has of its own ("`kubectl rollout undo`"), if it has one and it
    /// is not switched off.
    pub undo: Option<String>,
    /// The command that shows what there is to go back to.
    pub settle: Option<String>,
    /// Images it runs, as written.
    pub images: Vec<(String, Span)>,
    /// Keys that decide about going back.
    pub switches: Vec<Switch>,
    /// What speaks for a way back.
    pub way_back: Vec<Evidence>,
    /// What going back waits for.
    pub waits: Vec<TimeTerm>,
    /// What slows or blocks going back without being a mistake: what it does to going back, what it
    /// says after the name, where.
    pub notes: Vec<(Hold, String, Span)>,
    /// What it is called in sentences, if its platform does not tell.
    pub noun: Option<String>,
    /// Whether the previous release keeps running and traffic can be moved back to it.
    pub shifts_traffic: bool,
}

impl Deployment {
    /// Whether it is a pipeline that deploys, rather than what is deployed.
    pub fn is_pipeline(&self) -> bool {
        matches!(self.platform.as_str(), "github-actions" | "gitlab-ci")
    }
}

/// Something beside a deployment that decides about going back or about what goes down together: a
/// registry that deletes images, versions that drift apart, workloads without a second place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obstacle {
    /// Where.
    pub span: Span,
    /// The rule whose gap it is.
    pub rule: String,
    /// The thing, by a stable name.
    pub thing: String,
    /// What is wrong, one sentence.
    pub message: String,
    /// Another place that proves it, with what it shows.
    pub related: Vec<(Span, String)>,
    /// Environment.
    pub environment: Environment,
}

/// A key of a deployment that decides about going back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Switch {
    /// The rule whose gap it is.
    pub rule: String,
    /// What is wrong, one sentence without the name of the deployment.
    pub says: String,
    /// Where.
    pub span: Span,
}

/// The last deployment, in reverse.
#[derive(Clone, Debug, PartialEq)]
pub struct LastRelease {
    /// The newest release tag that is an ancestor.
    pub release: Release,
    /// Indices into `Inventory::migrations` that came since.
    pub migrations: Vec<usize>,
}
