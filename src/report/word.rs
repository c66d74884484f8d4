//! The words of the contract: one enum per closed list, equal in spelling to what the model prints.
//!
//! They exist beside the model's own enums so that renaming a variant inside never changes a report
//! unseen. A room test holds the two spellings against each other.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model;

macro_rules! words {
    ($(#[$about:meta])* $name:ident from $model:path { $($(#[$doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant),*
        }

        impl $name {
            /// The word as printed.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }
        }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                match value {
                    $(<$model>::$variant => Self::$variant),*
                }
            }
        }
    };
}

pub(super) use words;

words! {
    /// One of the six questions.
    QuestionId from model::Question {
        /// Who would be paged?
        Page = "page",
        /// What tools would they use to diagnose the problem?
        Diagnose = "diagnose",
        /// How would they communicate?
        Communicate = "communicate",
        /// Could they roll back the last deployment?
        Rollback = "rollback",
        /// When was the last backup, and was a restore tested?
        Backup = "backup",
        /// What is the worst-case data loss?
        DataLoss = "data-loss",
    }
}

words! {
    /// What a question is answered with.
    Verdict from model::Verdict {
        /// Shown by evidence.
        Yes = "yes",
        /// Some of it is shown, some is missing.
        Partly = "partly",
        /// Looked for where it would be, and not there, or contradicted.
        No = "no",
        /// The repository cannot show it; something named would.
        CannotTell = "cannot-tell",
        /// The question makes no sense for this repository.
        NotApplicable = "not-applicable",
    }
}

words! {
    /// How a store stands with its backups.
    Stands from model::thing::Stands {
        /// Looked for, and nothing there.
        Missing = "no",
        /// What is there does not count.
        Off = "off",
        /// Decided where the repository does not show it.
        Unknown = "unknown",
        /// Something works.
        Backed = "yes",
    }
}

words! {
    /// How strong the evidence is.
    Grade from model::Grade {
        /// The configuration says the opposite.
        Contradicted = "contradicted",
        /// Looked for, not there.
        Absent = "absent",
        /// Prose only.
        Mentioned = "mentioned",
        /// A configuration exists.
        Declared = "declared",
        /// Its references resolve end to end.
        Wired = "wired",
        /// A scheduled job, a test or a dated drill record runs it.
        Exercised = "exercised",
        /// Exercised within the freshness window.
        Fresh = "fresh",
    }
}

words! {
    /// How bad it would be tonight.
    Severity from model::Severity {
        /// Worth knowing.
        Info = "info",
        /// Slows recovery.
        Low = "low",
        /// Makes an ordinary failure a long one.
        Medium = "medium",
        /// Stands between the team and recovery, or loses data.
        High = "high",
    }
}

words! {
    /// How often the rule is right when it fires.
    Confidence from model::Confidence {
        /// A question worth asking.
        Low = "low",
        /// Usually right.
        Medium = "medium",
        /// Right at least nine times in ten.
        High = "high",
    }
}

words! {
    /// Who a finding is for.
    Audience from model::Audience {
        /// A gate.
        Ci = "ci",
        /// A readiness review.
        Review = "review",
        /// A pre-mortem.
        Workshop = "workshop",
    }
}

words! {
    /// How likely a scenario is, as a bucket.
    Likelihood from model::Likelihood {
        /// Nothing here makes it more likely than elsewhere.
        Low = "Low",
        /// Something here does.
        Elevated = "Elevated",
        /// It happened here before and what caused it still stands.
        High = "High",
    }
}

words! {
    /// How two things are tied.
    Channel from model::Channel {
        /// The same failure mechanism.
        Mechanism = "mechanism",
        /// The same file or folder is named.
        Path = "path",
        /// The same issue, pull request or commit is named.
        Reference = "reference",
        /// The same service, store, table, host or alert is named.
        Component = "component",
        /// Rare words in common.
        Words = "words",
        /// Commits of the days of an incident, or that its report names, touched the same file.
        Git = "git",
        /// It is not long ago.
        Recency = "recency",
    }
}

words! {
    /// How releases are taken back, as declared.
    Contract from model::Contract {
        /// Migrations are run down, then the previous build starts.
        Down = "down",
        /// The previous build runs on the new schema.
        ExpandContract = "expand-contract",
        /// The database is brought back from a snapshot.
        SnapshotRestore = "snapshot-restore",
        /// Nothing goes back: the next release repairs.
        ForwardFix = "forward-fix",
        /// Traffic is moved back to the release that still runs.
        TrafficShift = "traffic-shift",
    }
}

words! {
    /// What a thing does to going back.
    Hold from model::Hold {
        /// The previous build cannot run, or cannot be had.
        Blocks = "blocks",
        /// Going back needs a further step, or care.
        Slows = "slows",
        /// It does not stand in the way.
        Clear = "clear",
    }
}

words! {
    /// Why a file was not read.
    SkipReason from model::SkipReason {
        /// Larger than the cap.
        TooLarge = "too-large",
        /// Holds bytes that no text holds.
        Binary = "binary",
        /// Somebody else's code, kept here.
        Vendored = "vendored",
        /// Written by a generator.
        Generated = "generated",
        /// A symbolic link: not followed.
        Symlink = "symlink",
        /// Another repository: not entered.
        Submodule = "submodule",
        /// A pointer into large-file storage.
        LargeFilePointer = "large-file-pointer",
        /// Could not be opened or is missing from the object store.
        Unreadable = "unreadable",
        /// Took longer than the limit for one file.
        TimedOut = "timed-out",
        /// Excluded by the configuration.
        Excluded = "excluded",
    }
}

words! {
    /// Why part of a file was not understood.
    ProblemKind from model::ProblemKind {
        /// The text is not valid in its language.
        Syntax = "syntax",
        /// A template engine writes this part; its value is unknown.
        Templated = "templated",
        /// A limit on depth, nodes or time was reached.
        Limit = "limit",
        /// A collector failed on this file; the others did not.
        Panicked = "panicked",
    }
}

words! {
    /// What the repository is.
    SubjectKind from model::thing::SubjectKind {
        /// Something runs from here.
        Service = "service",
        /// Declarations of infrastructure that others run on.
        Infrastructure = "infrastructure",
        /// Code that others build in.
        Library = "library",
        /// Prose only.
        Documents = "documents",
        /// Nothing that tells.
        Unknown = "unknown",
    }
}

impl QuestionId {
    /// The question as it is asked.
    pub fn text(self) -> &'static str {
        model::Question::ALL.into_iter().find(|q| q.id() == self.word()).map_or("", model::Question::text)
    }
}

impl SkipReason {
    /// Whether a person should know of each such file. The others are left out by design or by the
    /// configuration, and counting them is enough.
    pub fn is_notable(self) -> bool {
        match self {
            Self::TooLarge | Self::Submodule | Self::LargeFilePointer | Self::Unreadable | Self::TimedOut => {
                true
            }
            Self::Binary | Self::Vendored | Self::Generated | Self::Symlink | Self::Excluded => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grade, Likelihood, QuestionId, Severity, Verdict};
    use crate::model;

    #[test]
    fn the_contract_spells_as_the_model_does() {
        for question in model::Question::ALL {
            assert_eq!(QuestionId::from(question).word(), question.id());
            assert_eq!(QuestionId::from(question).text(), question.text());
        }
        for verdict in [model::Verdict::Yes, model::Verdict::CannotTell, model::Verdict::NotApplicable] {
            assert_eq!(Verdict::from(verdict).word(), verdict.id());
        }
        for grade in [model::Grade::Contradicted, model::Grade::Wired, model::Grade::Fresh] {
            assert_eq!(Grade::from(grade).word(), grade.id());
        }
        assert_eq!(Severity::from(model::Severity::Medium).word(), model::Severity::Medium.id());
        for (word, contract) in model::Contract::WORDS {
            assert_eq!(super::Contract::from(contract).word(), word);
        }
        assert_eq!(Likelihood::from(model::Likelihood::High).word(), model::Likelihood::High.id());
    }
}
