//! Judgement as data: rules, mechanisms, vocabulary and public outages, read from `rules/*.toml`.
//!
//! It loads, validates and matches; it does not know files, history or answers. What a rule means to
//! a reader (why, how it can be wrong, how to mend it) is in the rule's own file and nowhere else.
//!
//! - `rule`: one rule and its embedded samples
//! - `set`: all rules of a run, with their digest
//! - `mechanism`: failure mechanisms, their vocabulary, and how loudly a text speaks of each
//! - `migration_code`: migrations that are programs, and what their calls do
//! - `rollout`: commands that migrate, deploy and take back
//! - `platform`: what is declared of a deployment, and what each key means for going back
//! - `oncall`: resources that say who is called
//! - `outage`: public outages
//! - `tool`: commands that copy data or bring it back
//! - `destruction`: commands that take a store of data, and guards before them
//! - `deferral`: the language of deferred work
//! - `dependency`: what a service depends on, and what shows how a failure of it goes
//! - `code_shape`: shapes of code that show whether deferred work is still open
//! - `phrase`: patterns of words, compiled when they are first asked
//! - `signal`: tools by which a team sees and tells

mod code_shape;
mod deferral;
mod dependency;
mod destruction;
mod mechanism;
mod migration_code;
mod oncall;
mod outage;
mod phrase;
mod platform;
mod rollout;
mod rule;
mod set;
mod signal;
mod tool;

pub use code_shape::{Family, Reach, Shape};
pub use deferral::{
    Carriers, Cue, DeferralWords, Evaluated, Judgement, Labelled, NONE as NO_MECHANISM, Named, Places, Said,
    Section, Strength, Tally, evaluate, fit_table, sentence, tier,
};
pub use dependency::{CallClient, Dependencies, Spare};
pub use destruction::Destroyer;
pub use mechanism::{Mechanism, MechanismKind, Mechanisms};
pub use migration_code::{Argument, CallMeaning, CodeFramework, MissingDown};
pub use oncall::{HoursForm, OncallPart, OncallTool};
pub use outage::Outage;
pub use platform::{DeployFlag, PlatformKey, PlatformKind, SchemaPush};
pub use rollout::{DeployTool, MigrationRunner, VersionName, platform_default};
pub use rule::{MatchIn, Pattern, Rule, RuleError, Sample};
pub use set::RuleSet;
pub use signal::{SignalMarks, fits, signals};
pub use tool::{Tool, engine_in_name};

#[cfg(test)]
pub(crate) use code_shape::testing as code_shape_samples;

mod embedded {
    //! The files of `rules/`, as built into the binary.
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// A list of words of a catalogue as [`words`](crate::text::words()) folds them.
pub fn stems<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<std::collections::BTreeSet<String>, D::Error> {
    let text = <String as serde::Deserialize>::deserialize(deserializer)?;
    Ok(crate::text::words(&text).into_iter().map(|(word, _)| word).collect())
}

/// The text of a catalogue built into the binary: `catalog("deferral")` is
/// `rules/catalog/deferral.toml`. Empty for a name that does not exist.
pub fn catalog(name: &str) -> &'static str {
    let path = format!("catalog/{name}.toml");
    let found = embedded::FILES.binary_search_by(|(known, _)| (*known).cmp(path.as_str()));
    found.ok().and_then(|index| embedded::FILES.get(index)).map_or("", |(_, text)| text)
}
