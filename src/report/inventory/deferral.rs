//! Deferred work as an entry: of the inventory, and of the list of its own.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{self, thing};
use crate::report::contract::Link;
use crate::report::word::words;

words! {
    /// How a deferral was recognized.
    Tier from model::fact::Tier {
        /// By a marker such as TODO.
        Marked = "marked",
        /// By its words alone.
        Unmarked = "unmarked",
    }
}

words! {
    /// What kind of text puts the work off.
    Carrier from model::fact::Carrier {
        /// A comment.
        Comment = "comment",
        /// Documentation of a function, type or module.
        Docstring = "docstring",
        /// A section of prose that lists what does not work yet.
        Limitation = "limitation",
        /// The reason beside a suppression of another tool's warning.
        Suppression = "suppression",
        /// The reason of a test that is skipped.
        SkippedTest = "skipped-test",
    }
}

/// A text that puts work off.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Deferral {
    /// The file.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The text.
    pub text: String,
    /// How it was recognized.
    pub tier: Tier,
    /// What kind of text it is.
    pub carrier: Carrier,
    /// The words that decided.
    pub cue: String,
    /// Words and shapes that spoke for and against, with their points, heaviest first.
    pub because: Vec<Weight>,
    /// The failure mechanism it invites.
    pub mechanism: Option<String>,
    /// The load-bearing place it stands in.
    pub stands_in: Option<String>,
    /// The enclosing function or key.
    pub symbol: Option<String>,
    /// Whether the code beside it still shows the problem; false when it has been paid; null when the
    /// code was not looked at or shows nothing either way.
    pub confirmed: Option<bool>,
    /// The code that shows it.
    pub proof: Option<Proof>,
    /// Conditions in the text after which it is due ("remove in 2024", "until v2").
    pub conditions: Vec<String>,
    /// Why it is due by its own words.
    pub overdue: Option<Overdue>,
    /// Age of its line in days, if history knows.
    pub age_days: Option<u32>,
    /// Owners of its file by CODEOWNERS.
    pub owners: Vec<String>,
    /// Issue and ticket references in the text.
    pub references: Vec<String>,
    /// What it ranks by: the sum of the reasons.
    pub weight: u32,
    /// The reasons, heaviest first.
    pub ranked: Vec<Weight>,
    /// Ties to incidents of this repository, strongest first.
    pub links: Vec<Link>,
}

/// A reason with its points.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Weight {
    /// The words, or what they stand for.
    pub what: String,
    /// Positive speaks for it.
    pub points: i32,
}

/// Code that shows whether a deferral is still true.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Proof {
    /// 1-based line in the same file.
    pub line: u32,
    /// What stands there.
    pub what: String,
}

/// A condition that has come true.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Overdue {
    /// The words of the condition.
    pub condition: String,
    /// What made it true.
    pub because: String,
    /// Since when, if that is a day.
    pub since: Option<String>,
}

impl From<&thing::Deferral> for Deferral {
    fn from(deferral: &thing::Deferral) -> Self {
        let comment = &deferral.comment;
        let weights = |all: &[model::fact::Weight]| {
            all.iter().map(|weight| Weight { what: weight.what.clone(), points: weight.points }).collect()
        };
        Self {
            path: deferral.span.path.as_str().to_owned(),
            line: deferral.span.at.line,
            text: comment.text.clone(),
            tier: comment.tier.into(),
            carrier: comment.carrier.into(),
            cue: comment.cue.clone(),
            because: weights(&comment.because),
            mechanism: comment.mechanism.clone(),
            stands_in: comment.place.clone(),
            symbol: comment.symbol.clone(),
            confirmed: deferral.confirmed,
            proof: comment.proof.as_ref().map(|proof| Proof { line: proof.line, what: proof.what.clone() }),
            conditions: comment.conditions.iter().map(|condition| condition.text.clone()).collect(),
            overdue: deferral.overdue.as_ref().map(|overdue| Overdue {
                condition: overdue.condition.clone(),
                because: overdue.because.clone(),
                since: overdue.since.map(|day| day.to_string()),
            }),
            age_days: deferral.age_days,
            owners: deferral.owners.clone(),
            references: comment.references.clone(),
            weight: deferral.weight,
            ranked: weights(&deferral.ranked),
            links: deferral.links.iter().map(crate::report::compose::link).collect(),
        }
    }
}
