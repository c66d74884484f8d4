//! `tonight.deferrals/1`: all deferred work, ranked, filtered and grouped, and its renderings.
//!
//! Within `/1` keys are only added.
//!
//! - `compose`: the model's deferrals turned into the list
//! - `terminal`, `markdown`: pages for a person
//! - `table`: rows for a spreadsheet

mod compose;
mod markdown;
mod table;
mod terminal;

use schemars::JsonSchema;
use serde::Serialize;

pub use compose::{Asked, compose};
pub use markdown::render as markdown;
pub use table::render as csv;
pub use terminal::render as terminal;

use super::contract::{History, Tool};
use super::inventory::Deferral;

/// The name and version of this contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum DeferralsSchema {
    /// The first.
    #[serde(rename = "tonight.deferrals/1")]
    V1,
}

/// All deferred work of a repository.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DeferralList {
    /// The name and version of this contract.
    pub schema: DeferralsSchema,
    /// What made it.
    pub tool: Tool,
    /// What it is about.
    pub subject: Subject,
    /// What was asked for.
    pub filter: Filter,
    /// How many there are in the repository, tests and examples left out.
    pub found: usize,
    /// Of those that are listed.
    pub counts: Counts,
    /// Groups, the largest first, what belongs to none last; empty when none were asked for.
    pub groups: Vec<Group>,
    /// Overdue ones first, paid ones last, then heaviest first, then by place.
    pub deferrals: Vec<Deferral>,
}

/// What a list is about.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Subject {
    /// Its name, if the configuration gives one.
    pub name: Option<String>,
    /// Full commit id, if there is one.
    pub commit: Option<String>,
    /// Branch, or revision as asked for.
    pub revision: Option<String>,
    /// Whether files of a work tree were read that differ from the commit.
    pub is_dirty: bool,
    /// The day on which every age and expiry is reckoned.
    pub as_of: String,
    /// How much of the history could be read: ages and releases come from it.
    pub history: History,
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Filter {
    /// Only these mechanisms; empty means all, and those that name none.
    pub mechanisms: Vec<String>,
    /// Only this tier.
    pub tier: Option<super::inventory::Tier>,
    /// Only lines at least this old.
    pub older_than_days: Option<u32>,
    /// What the groups are by.
    pub by: Option<By>,
}

/// What a list is grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Owners by CODEOWNERS; one with two owners is in both groups.
    Owner,
    /// The folder.
    Path,
    /// The failure mechanism.
    Mechanism,
}

/// How many of which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Without a marker.
    pub unmarked: usize,
    /// Due by their own words.
    pub overdue: usize,
    /// Shown by the code beside them.
    pub confirmed: usize,
    /// Already paid by the code beside them: only the comment is left.
    pub paid: usize,
}

impl Counts {
    /// Of some deferrals.
    pub fn of<'a>(deferrals: impl Iterator<Item = &'a Deferral>) -> Self {
        let mut counts = Self::default();
        for deferral in deferrals {
            counts.all += 1;
            counts.unmarked += usize::from(deferral.tier == super::inventory::Tier::Unmarked);
            counts.overdue += usize::from(deferral.overdue.is_some());
            counts.confirmed += usize::from(deferral.confirmed == Some(true));
            counts.paid += usize::from(deferral.confirmed == Some(false));
        }
        counts
    }
}

/// Deferrals that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// The owner, folder or mechanism; null for those without one.
    pub name: Option<String>,
    /// How many.
    pub counts: Counts,
    /// Age of the oldest line in days, if history knows.
    pub oldest_days: Option<u32>,
}

impl Group {
    /// Whether a deferral belongs to it.
    pub fn holds(&self, by: By, deferral: &Deferral) -> bool {
        compose::names(by, deferral).contains(&self.name)
    }
}
