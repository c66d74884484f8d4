//! The language of deferred work, read from `rules/catalog/deferral.toml` and its neighbors.
//!
//! It says whether words put work off, which mechanism they name and whether code is load-bearing.
//! It knows no files and no comments.
//!
//! - `cue`: one family of words, and where it stands in a text
//! - `carrier`: deferrals outside of plain comments
//! - `places`: the places in a text that are worth a closer look
//! - `mechanism`: failure mechanisms and load-bearing places
//! - `judge`: the decision about one text, in `sentence`s
//! - `feature`, `weight`: what a text is weighed by, and the points
//! - `fit`, `evaluate`: the points found from labelled comments, and held against them

mod carrier;
mod cue;
mod evaluate;
mod feature;
mod fit;
mod judge;
mod mechanism;
mod places;
mod sentence;
mod weight;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::rules::phrase::Phrase;
use serde::Deserialize;

pub use carrier::{Carriers, Section};
pub use cue::{Cue, Strength};
pub use evaluate::{Evaluated, Labelled, Tally, evaluate, fit_table};
pub use judge::{Judgement, tier};
pub use places::Places;
pub use sentence::sentence;

use mechanism::Mechanisms;
pub use mechanism::{NONE, Named, Said};
use places::Gates;
use weight::Weights;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    skip: Phrase,
    generated: Phrase,
    stand_ins: Phrase,
    not_tickets: Vec<String>,
    cue: Vec<Cue>,
}

/// The whole language.
#[derive(Debug)]
pub struct DeferralWords {
    catalog: Catalog,
    mechanisms: Mechanisms,
    carriers: Carriers,
    weights: Weights,
    gates: Gates,
}

impl DeferralWords {
    /// The language built into the binary; `None` only if its file does not load, which a test
    /// rules out.
    pub fn builtin() -> Option<&'static Self> {
        static BUILTIN: LazyLock<Option<DeferralWords>> = LazyLock::new(|| {
            DeferralWords::parse(
                crate::rules::catalog("deferral"),
                crate::rules::catalog("deferral-mechanisms"),
                crate::rules::catalog("deferral-carriers"),
                crate::rules::catalog("deferral-weights"),
            )
            .ok()
        });
        BUILTIN.as_ref()
    }

    fn parse(cues: &str, mechanisms: &str, carriers: &str, weights: &str) -> Result<Self, String> {
        let catalog: Catalog = toml::from_str(cues).map_err(|error| error.to_string())?;
        let mechanisms = toml::from_str(mechanisms).map_err(|error| error.to_string())?;
        let carriers: Carriers = toml::from_str(carriers).map_err(|error| error.to_string())?;
        let weights = toml::from_str(weights).map_err(|error| error.to_string())?;
        let numbered = catalog.cue.iter().enumerate();
        let phrases: Vec<(&str, usize)> =
            numbered.flat_map(|(i, cue)| cue.gate.iter().map(move |gate| (gate.as_str(), i))).collect();
        let gates = Gates::new(&phrases, &carriers.suppression.gate, &carriers.skipped.gate)?;
        Ok(Self { catalog, mechanisms, carriers, weights, gates })
    }

    /// Places worth a closer look, by what they may belong to.
    pub fn places(&self, text: &str) -> Places {
        self.gates.places(text)
    }

    /// Places of phrases worth a closer look, in order: at the start of a word.
    pub fn gates(&self, text: &str) -> Vec<usize> {
        self.gates.places(text).words
    }

    /// Words of suppressions, skipped tests, limitations and documentation.
    pub fn carriers(&self) -> &Carriers {
        &self.carriers
    }

    /// The strongest cue in a text, with its place; earlier ones win among equals.
    ///
    /// `sentence` gives the stretch of the text around a place, for what must hold beside the cue.
    pub fn cue(
        &self,
        text: &str,
        sentence: &dyn Fn(&Range<usize>) -> Range<usize>,
    ) -> Option<(&Cue, Range<usize>)> {
        let found = self.possible(text).filter_map(|cue| Some((cue, cue.find(text, sentence)?)));
        found.min_by_key(|(cue, range)| (cue.strength, range.start))
    }

    /// The cues with a phrase of their own in a text, in the order of the catalogue.
    fn possible(&self, text: &str) -> impl Iterator<Item = &Cue> {
        let gates = self.gates.cues(text);
        let numbered = self.catalog.cue.iter().enumerate();
        numbered.filter(move |(i, _)| gates.contains(i)).map(|(_, cue)| cue)
    }

    /// The mechanism that a remark names, with the code beside it; `None` where nothing says enough.
    pub fn mechanism(&self, said: &Said<'_>) -> Option<Named<'_>> {
        self.mechanisms.named(said)
    }

    /// Labels of other schemes with the mechanisms they may stand for ([`NONE`] among them).
    pub fn mechanism_labels(&self) -> BTreeMap<&str, &[String]> {
        self.mechanisms.aliases()
    }

    /// The load-bearing place that a path or a line of code is.
    pub fn place(&self, path: &str, near: &[&str]) -> Option<&str> {
        self.mechanisms.place(path, near)
    }

    /// Whether a comment is nobody's work: a licence.
    pub fn is_boilerplate(&self, comment: &str) -> bool {
        self.catalog.skip.is_match(comment)
    }

    /// Whether words of this family count in the file at a path: a fake for tests is not yet the real
    /// thing, and never will be.
    pub fn counts_at(&self, cue: &str, path: &str) -> bool {
        cue != "stand-in" || !self.catalog.stand_ins.is_match(path)
    }

    /// Whether the head of a file says that a generator wrote it.
    pub fn is_generated(&self, head: &str) -> bool {
        self.catalog.generated.is_match(head)
    }

    /// Whether letters before a number can be the key of a tracker's project.
    pub fn is_project_key(&self, letters: &str) -> bool {
        !self.catalog.not_tickets.iter().any(|other| other == letters)
    }
}

#[cfg(test)]
mod tests {
    use super::{DeferralWords, NONE, Said, Strength};
    use crate::rules::{RuleSet, catalog};

    #[test]
    fn the_catalog_loads_and_names_only_known_mechanisms() {
        let words = DeferralWords::parse(
            catalog("deferral"),
            catalog("deferral-mechanisms"),
            catalog("deferral-carriers"),
            catalog("deferral-weights"),
        );
        let words = words.unwrap_or_else(|error| panic!("{error}"));
        let known = &RuleSet::builtin().mechanisms;
        let named: Vec<&str> = words.mechanisms.ids().collect();
        assert!(named.iter().all(|id| known.get(id).is_some()), "{named:?}");
        assert_eq!(named.len(), known.iter().count());
        assert!(words.carriers.mechanisms().all(|id| known.get(id).is_some()));
        let is_known = |id: &String| id == NONE || known.get(id).is_some();
        let labels = words.mechanism_labels();
        assert!(labels.values().all(|ids| !ids.is_empty() && ids.iter().all(is_known)), "{labels:?}");
    }

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, Strength)>) {
        let Some(words) = DeferralWords::builtin() else { panic!("does not load") };
        let found = words.cue(text, &|_| 0..text.len());
        assert_eq!(found.map(|(cue, _)| (cue.id.as_str(), cue.strength)), expected, "{text}");
        // A cue that no gate leads to would never be seen.
        assert!(expected.is_none() || !words.gates(text).is_empty(), "no gate for: {text}");
    }

    #[test]
    fn tells_markers_from_names_and_placeholders() {
        let marked = |id| Some((id, Strength::Marked));
        check("TODO: paginate", marked("todo-tag"));
        check("todo paginate", marked("todo-tag"));
        check("todo(ana): paginate", marked("todo-tag"));
        check("and TODO handle errors", marked("todo"));
        check("@todo drop", marked("todo-tag"));
        check("returns context.TODO with a logger", None);
        check("the TODO list of the user", None);
        check("maps a todo item", None);
        check("TODO_LIST is the key", None);
        check("prints \"TODO\" in red", None);
        check("methodology", None);
        check("FIXME(#12) leaks", marked("fixme"));
        check("This is a hack for old clients", marked("hack"));
        check("hacky, but works", marked("hack"));
        check("A slight hack, see above", marked("hack"));
        check("hackathon project, by hackers", None);
        check("hack/update-vendor.sh writes this", None);
        check("todo app for teams", None);
        check("TODO: move the to-do list of the user", marked("todo-tag"));
        check("reads the list... TODO sort it", marked("todo"));
        check("XXX this breaks on leap years", marked("xxx"));
        check("call +1-XXX-XXX-XXXX", None);
        check("key is sk_XXX", None);
        check("Workaround for a bug in the driver", marked("workaround"));
        check("there is no workaround", None);
        check("TBD: who owns this", marked("tbd"));
    }

    #[test]
    fn tells_deferral_without_a_marker_from_description() {
        let alone = |id| Some((id, Strength::Alone));
        check("Loads all orders for now", alone("for-now"));
        check("the moment for nowadays", None);
        check("a temporary fix until the driver is out", alone("temporary"));
        check("writes a temporary file", None);
        check("503: temporarily unavailable", None);
        check("the state changes to STOPPING temporarily until it is gone", None);
        check("failures before the limiter is temporarily disabled", None);
        check("Temporarily remove the variable from the environment", None);
        check("Temporarily disable transitions to prevent a flash", None);
        check("Temporarily disable the check", alone("temporary"));
        check("the quick fix menu", None);
        check("a quick fix for the launch", alone("temporary"));
        check("sorts both, as a first step to comparing them", None);
        check("Serial as a first step.", alone("for-now"));
        check("the deleted ones should still have a status for now", None);
        check("finished for now", None);
        check("this button is used for now on", None);
        check("Ideally we would stream this", alone("wish"));
        check("It would be nice to batch these", alone("wish"));
        check("This isn't ideal, but it starts", alone("wish"));
        check("The check would ideally run before", alone("wish"));
        check("Implementations should ideally respect the limit", None);
        check("In a real implementation, this would call the service", alone("stand-in"));
        check("the whole product in production", None);
        check("we'll add pagination later", alone("later"));
        check("this value is read by the worker later", None);
        check("we'll rename it later", None);
        check("save these for later", None);
        check("kept so that they can be replaced once the logger is set up", None);
        check("The upload's key, removed once imported", None);
        check("runs in a follow-up callback", None);
        check("The numbers get tuned in a follow-up change.", alone("later"));
        check("If the work should be done in the future, schedule it.", None);
        check("add to the buffer and leave for later", None);
        check("we want to reconnect eventually", None);
        check("Deprecated: this field will be removed in future releases", None);
        check("requests deferred to a later cycle", None);
        check("Defer this until the next release", alone("later"));
        check("in case the user needs to clean this up later", None);
        check("The job will be deleted after the run finishes", None);
        check("Directory that should be deleted as soon as no longer needed", None);
        check("will be removed after the migration", alone("later"));
        check("presumably introduced in a later version", None);
        check("In the future, load trends here", alone("later"));
        check("Should be moved to a scope of its own in the future.", alone("later"));
        check("If that ever matters we can address it then.", alone("later"));
        check("a placeholder until the unit tests exist", alone("later"));
        check("Remove this once all clients are on 2.0", alone("later"));
        check("Removed in a future release", None);
        check("remove after launch", alone("later"));
        check("the cookie will be deleted when the browser is closed", None);
        check("can be dropped when we leave 2.0", alone("later"));
        check("managed encryption is good enough for us", None);
        check("dates in the future are rejected", None);
        check("eventually consistent reads", None);
        check("the database can handle it", Some(("optimism", Strength::Weak)));
        check("we should probably retry", alone("should"));
        check("we should have 3 entries", None);
        check("has no pagination", alone("lack"));
        check("0 means there is no timeout", None);
        check("peak memory does not scale with the input", None);
        check("this does not scale", alone("lack"));
        check("without the index the query will be very inefficient", None);
        check("a small buffer should be fine for most cases", None);
        check("marks it as failed so the server can handle this", None);
        check("10 workers should be enough for now", alone("for-now"));
        check("one node should be enough for us", Some(("optimism", Strength::Weak)));
        check("there is still no timeout on this", alone("lack"));
        check("types that have no index signature", None);
        check("waits, to allow for a possible race condition", None);
        check("this should really not happen", None);
        check("we should fix this", alone("should"));
        check("prevent a possible race condition", None);
        check("retries are not supported yet", Some(("not-yet", Strength::Weak)));
        check("raises if the file is not there yet", None);
    }

    #[track_caller]
    fn check_mechanism(text: &str, expected: Option<&str>) {
        let Some(words) = DeferralWords::builtin() else { panic!("does not load") };
        let named = words.mechanism(&Said { sentence: text, ..Said::default() });
        assert_eq!(named.as_ref().map(|named| named.id), expected, "{text}: {named:?}");
    }

    #[test]
    fn names_the_mechanism_in_a_sentence() {
        check_mechanism("TODO: pagination in list options", Some("unbounded-work"));
        check_mechanism("reads the whole file into memory for now", Some("unbounded-work"));
        check_mechanism("TODO: might need some sort of timeout", Some("timeout-or-probe"));
        check_mechanism("use exponential backoff instead", Some("overload-feedback"));
        check_mechanism("for now we swallow the error", Some("fragile-error-path"));
        check_mechanism("drop the old column later", Some("irreversible-migration"));
        check_mechanism("TODO: set up backups", Some("untested-backup"));
        check_mechanism("potential race condition", Some("race-or-deadlock"));
        check_mechanism("the database can handle it", Some("capacity-ceiling"));
        check_mechanism("stop using this unmaintained chart", Some("dependency-drift"));
        check_mechanism("TODO: better names", None);
        check_mechanism("VM scale set", None);
    }

    #[test]
    fn knows_load_bearing_code() {
        let place = |path, near| DeferralWords::builtin().and_then(|words| words.place(path, &[near]));
        assert_eq!(place("a.go", "if err != nil {"), Some("error handler"));
        assert_eq!(place("a.py", "except ValueError:"), Some("error handler"));
        assert_eq!(place("a.yaml", "livenessProbe:"), Some("probe"));
        assert_eq!(place("a.yaml", "maxReplicas: 3"), Some("limit"));
        assert_eq!(place("db/migrate/1_a.rb", "x"), Some("migration"));
        assert_eq!(place("Gemfile", "gem \"rails\", \"~> 7.0\""), Some("pin"));
        assert_eq!(place("a.go", "total := admin(x)"), None);
        assert_eq!(place("a.go", "exception := 1"), None);
    }
}
