//! Deferred work, the rules that fired, what was read and what was not.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Place, ProblemKind, SkipReason};
use crate::report::inventory::Tier;

/// Deferred work: counts, and what weighs most.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Deferrals {
    /// How many there are.
    pub total: usize,
    /// How many carry a marker such as TODO.
    pub marked: usize,
    /// How many are recognized by their words alone.
    pub unmarked: usize,
    /// How many are due by their own words: a day has passed, a version is out.
    pub overdue: usize,
    /// How many are confirmed by the code beside them.
    pub confirmed: usize,
    /// How many the code beside them has already paid: only the comment is left.
    pub paid: usize,
    /// At most ten: overdue ones first, then heaviest first; paid ones are left out.
    pub top: Vec<Deferral>,
}

/// A comment that puts work off.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Deferral {
    /// The comment.
    pub text: String,
    /// Where.
    pub place: Place,
    /// How many more begin with the same words elsewhere.
    pub alike: usize,
    /// How it was recognized.
    pub tier: Tier,
    /// The words that decided.
    pub cue: String,
    /// The failure mechanism it invites, if its words name one.
    pub mechanism: Option<String>,
    /// The load-bearing place it stands in, if any.
    pub stands_in: Option<String>,
    /// Whether the code beside it still shows the problem; null when that was not looked at.
    pub confirmed: Option<bool>,
    /// What that code shows.
    pub proof: Option<String>,
    /// What made it due by its own words.
    pub overdue: Option<String>,
    /// Age of its line in days, if history knows.
    pub age_days: Option<u32>,
    /// Owners of its file by CODEOWNERS.
    pub owners: Vec<String>,
}

/// What a reader of a finding needs to know of its rule.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RuleNote {
    /// Its id; `tonight explain ID` says more.
    pub id: String,
    /// What it reports, one sentence.
    pub summary: String,
    /// How to mend it.
    pub fix: String,
    /// How to see that it is mended.
    pub verify: String,
    /// How many findings of it count.
    pub findings: usize,
}

/// What was read and how much of it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Files of the revision.
    pub files_seen: usize,
    /// Files that were read and analyzed.
    pub files_analyzed: usize,
    /// Files that were not, by reason; only reasons that occurred.
    pub skipped: Vec<SkipCount>,
    /// What was not understood inside the files that were read, by kind.
    pub problems: Vec<ProblemCount>,
    /// The problems themselves but for templated parts, at most the stated number.
    pub problem_list: ProblemList,
    /// Vendored, generated, binary, linked and excluded files, at most the stated number.
    pub left_out: LeftOut,
}

/// How many files were not read for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SkipCount {
    /// The reason.
    pub why: SkipReason,
    /// How many.
    pub files: usize,
}

/// How much was not understood, of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProblemCount {
    /// The kind.
    pub kind: ProblemKind,
    /// How many places.
    pub places: usize,
    /// In how many files.
    pub files: usize,
}

/// Problems, by path and line.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProblemList {
    /// How many there are.
    pub total: usize,
    /// How many are listed.
    pub listed: usize,
    /// The list.
    pub problems: Vec<Problem>,
}

/// Something in a file that was not understood; the rest of the file still counts.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// 1-based line; 0 when the whole file is meant.
    pub line: u32,
    /// The kind.
    pub kind: ProblemKind,
    /// What it was.
    pub message: String,
}

/// Files that were left out by design, by path.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// How many there are.
    pub total: usize,
    /// How many are listed.
    pub listed: usize,
    /// The list.
    pub files: Vec<SkippedFile>,
}

/// A file that was not read.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SkippedFile {
    /// The file.
    pub path: String,
    /// Why.
    pub why: SkipReason,
}
