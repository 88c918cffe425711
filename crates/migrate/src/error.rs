//! What can be wrong.

use std::fmt;

use crate::brief::brief;
use crate::depth::LEVELS_MAX;
use crate::{Label, Step, StepError};

/// Why a value was not taken to another version. The value itself is as it was, in every case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The label was written by a later program.
    #[error(
        "version {} is newer than {}, the newest that this program knows: update the program",
        brief(.found), brief(.current)
    )]
    NewerVersion {
        /// The label of the value.
        found: Label,
        /// The newest label of the chain.
        current: Label,
    },
    /// The label is not in the chain, and nothing says that it is newer.
    #[error(
        "unknown version {}: this program knows {} to {}",
        brief(.found), brief(.oldest), brief(.current)
    )]
    UnknownVersion {
        /// The label of the value.
        found: Label,
        /// The first label of the chain.
        oldest: Label,
        /// The newest label of the chain.
        current: Label,
    },
    /// There is no label, and the chain doesn't say what that means.
    #[error(
        "the value carries no version, and the chain has no `unlabelled` to say what that means"
    )]
    Unlabelled,
    /// A step failed; its own error is the [`source`](std::error::Error::source).
    #[error("the step {step} {failure}; nothing was changed")]
    StepFailed {
        /// Which step.
        step: Step,
        /// In what part of it.
        failure: Failure,
        /// What the step, or serde, said.
        source: StepError,
    },
    /// A downgrade crosses a step that was given no way back.
    #[error("there is no step down {step}; nothing was changed, stay at version {}", brief(&.step.from))]
    NoWayDown {
        /// The step that is missing.
        step: Step,
    },
    /// A downgrade that would lead forward.
    #[error("version {} is not older than {}: there is no way down to it", brief(.to), brief(.from))]
    NotOlder {
        /// The label of the value.
        from: Label,
        /// The label that was asked for.
        to: Label,
    },
    /// The value is nested too deep to be worked on.
    #[error(
        "at the step {step} the value is nested deeper than {LEVELS_MAX} levels; nothing was changed"
    )]
    TooDeep {
        /// The step that was to be handed the value, or that made it.
        step: Step,
    },
    /// The program built the chain wrong. No value can be migrated with it.
    #[error("the chain of versions is wrong: {0}")]
    BadChain(Flaw),
}

/// What an [`Error`] asks of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Leave the value alone and ask for a newer program.
    NewerVersion,
    /// Leave the value alone: nobody here knows what it is.
    UnknownVersion,
    /// Find out the version, or set [`Chain::unlabelled`](crate::Chain::unlabelled).
    Unlabelled,
    /// Look at the value, or at the step named.
    StepFailed,
    /// Stay at the newer version.
    NoWayDown,
    /// Ask for an older version, or for an upgrade.
    NotOlder,
    /// Leave the value alone: it is built to exhaust the stack.
    TooDeep,
    /// Correct the program.
    BadChain,
}

/// The part of a step that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// A typed step's input is not what its old type reads.
    Reading {
        /// The old type, as the compiler names it.
        type_name: &'static str,
    },
    /// The step itself.
    Running,
    /// A typed step's result can't be written as JSON.
    Writing {
        /// The new type, as the compiler names it.
        type_name: &'static str,
    },
}

/// A mistake in the building of a [`Chain`](crate::Chain).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// A step that leads to a version which is in the chain already: it does not advance, or it leads
    /// back, and the chain would be a circle.
    #[error("the step {step} does not advance: version {} is in the chain already", brief(&.step.to))]
    DuplicateLabel {
        /// The step.
        step: Step,
    },
    /// A step down that does not lead to the version before the newest.
    #[error("the step down {step} does not lead to {}", Before(.before.as_ref()))]
    DownElsewhere {
        /// The step down.
        step: Step,
        /// Where it would have to lead; `None` if the chain has one version only.
        before: Option<Label>,
    },
    /// A second way down between the same two versions.
    #[error("the step down {step} is added twice")]
    DownTwice {
        /// The step down.
        step: Step,
    },
    /// Values without a label would count as a version that isn't there.
    #[error("a value without a version counts as {}, which is not in the chain", brief(.label))]
    UnlabelledUnknown {
        /// The label.
        label: Label,
    },
}

impl Error {
    /// What is asked of the caller.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NewerVersion { .. } => ErrorKind::NewerVersion,
            Self::UnknownVersion { .. } => ErrorKind::UnknownVersion,
            Self::Unlabelled => ErrorKind::Unlabelled,
            Self::StepFailed { .. } => ErrorKind::StepFailed,
            Self::NoWayDown { .. } => ErrorKind::NoWayDown,
            Self::NotOlder { .. } => ErrorKind::NotOlder,
            Self::TooDeep { .. } => ErrorKind::TooDeep,
            Self::BadChain(_) => ErrorKind::BadChain,
        }
    }

    /// The step at which it happened, if it was at one.
    pub fn step(&self) -> Option<&Step> {
        match self {
            Self::StepFailed { step, .. } | Self::NoWayDown { step } | Self::TooDeep { step } => {
                Some(step)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading { type_name } => write!(f, "can't read its input as `{type_name}`"),
            Self::Running => f.write_str("failed"),
            Self::Writing { type_name } => {
                write!(f, "can't write its result, a `{type_name}`, as JSON")
            }
        }
    }
}

struct Before<'a>(Option<&'a Label>);

impl fmt::Display for Before<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(label) => write!(f, "{}, the version before", brief(label)),
            None => f.write_str("a version: there is only one"),
        }
    }
}
