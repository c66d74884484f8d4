//! Nouns that every room shares.
//!
//! What a place is, what a collector may state, what the inventory knows, what an answer and a
//! finding are. It holds no logic beyond accessors, and does no input or output: a type that needs
//! a decision belongs to the room that takes the decision.
//!
//! - `path`, `span`, `problem`: where something is, and what could not be read
//! - `fact/`: what one file states, one file per kind
//! - `thing/`: what the repository has, joined from facts
//! - `settings`: what the configuration states
//! - `history`: what git knows of lines, files, people and releases
//! - `tree`: one shape for YAML, JSON, TOML and HCL
//! - `backtest`: what the report would have said before a past incident
//! - `question`, `finding`, `answer`, `link`, `scenario`, `portfolio`: what the product says

mod answer;
mod backtest;
pub mod fact;
mod finding;
mod history;
mod link;
mod old_build;
mod path;
mod portfolio;
mod problem;
mod question;
mod scenario;
mod settings;
mod span;
pub mod thing;
pub mod tree;

pub use answer::{Answer, Evidence, Hold, Reverse, ReverseStep, TimeBack, TimeTerm, Unknown};
pub use backtest::{Baselines, Case, Earlier, Measure, Said, Score};
pub use fact::{Fact, FactKind, FileFacts};
pub use finding::{
    Confidence, Finding, Fingerprint, Labelled, Place, RuleId, Searched, Severity, Suppressed,
};
pub use history::{
    Change, Closing, FileHistory, History, HistoryStatus, LineOrigin, Made, Person, Release, Revert, Touch,
};
pub use link::{Channel, Link, Target, Why};
pub use old_build::{NameUse, OldBuild, SchemaName};
pub use path::RepoPath;
pub use portfolio::{Bet, Reason, Suspect};
pub use problem::{Problem, ProblemKind, SkipReason, Skipped};
pub use question::{Audience, Grade, Question, Verdict};
pub use scenario::{Likelihood, Scenario};
pub use settings::{Attestation, Contract, Exception, Settings};
pub use span::{At, Span};
pub use thing::Inventory;
