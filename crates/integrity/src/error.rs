//! What can be wrong with a text, cut by what its reader does next.

use crate::Digest;

/// Why a text was not believed, or not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is whole as far as can be told and has no checksum line at its end. A caller that
    /// requires one treats this as damage; a caller that adopts foreign files goes on without.
    #[error("no checksum line at the end: the text was never sealed, or its last lines are gone")]
    Unsealed,

    /// The checksum line is well formed, and the bytes before it are others than those it was made for.
    #[error("checksum mismatch: data may be corrupted (expected {expected}, found {found})")]
    Mismatch {
        /// The digest that the checksum line states.
        expected: Digest,
        /// The digest of the bytes that are there.
        found: Digest,
    },

    /// The text is broken where its form is known: a damaged checksum line, bytes after it, a text
    /// that was cut off, a manifest line or a digest that can't be read.
    #[error("malformed at byte {offset}: {reason}")]
    Malformed {
        /// Where, in bytes from the start of what was given.
        offset: usize,
        /// What is wrong there.
        reason: &'static str,
    },

    /// What was to be written can't be told apart from other things when it is read again.
    #[error("refused to write: {reason}")]
    Refused {
        /// Which demand on the input is not met.
        reason: &'static str,
    },
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no checksum: believe the text as far as its source is believed.
    Unsealed,
    /// The checksum is another: the bytes were damaged, or edited by hand.
    Mismatch,
    /// The form is broken: damaged, cut off, or never written by this crate.
    Malformed,
    /// Nothing was written: the caller's input has to change.
    Refused,
}

impl Error {
    /// What the caller is to believe.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Unsealed => ErrorKind::Unsealed,
            Self::Mismatch { .. } => ErrorKind::Mismatch,
            Self::Malformed { .. } => ErrorKind::Malformed,
            Self::Refused { .. } => ErrorKind::Refused,
        }
    }

    pub(crate) fn malformed(offset: usize, reason: &'static str) -> Self {
        Self::Malformed { offset, reason }
    }

    pub(crate) fn refused(reason: &'static str) -> Self {
        Self::Refused { reason }
    }
}
