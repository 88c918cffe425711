//! What can go wrong, cut by what a caller does next.

use std::io;
use std::path::{Path, PathBuf};

use crate::Holder;

/// Why there is no lock, or no token. Nothing that the lock protects has been touched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Somebody else has it, and [`Wait::Never`](crate::Wait::Never) was asked for.
    #[error("{} is in use by {}; try again later, or wait for it", path.display(), name(holder.as_deref()))]
    Busy {
        /// What the lock protects.
        path: PathBuf,
        /// Who has it, if it has it exclusively and said so.
        holder: Option<Box<Holder>>,
    },

    /// Somebody else had it for the whole time that [`Wait::UpTo`](crate::Wait::UpTo) gave.
    #[error(
        "{} is in use by {} and was not released in time; try again later, or wait longer",
        path.display(), name(holder.as_deref())
    )]
    TimedOut {
        /// What the lock protects.
        path: PathBuf,
        /// Who has it, if it has it exclusively and said so.
        holder: Option<Box<Holder>>,
    },

    /// The lock file may not be created, or not be opened for writing.
    #[error(
        "{} can't be locked: its lock file can't be written; check the permissions of the \
         directory, or only read",
        path.display()
    )]
    Denied {
        /// What the lock protects.
        path: PathBuf,
        /// What the file system answered.
        source: io::Error,
    },

    /// This file system does not lock.
    #[error(
        "{} can't be locked: its file system has no locks; keep it on a local disk",
        path.display()
    )]
    Unsupported {
        /// What the lock protects.
        path: PathBuf,
        /// What the file system answered.
        source: io::Error,
    },

    /// The lock file is not at its name any more. Others may hold a lock of this name too: stop, and
    /// take the lock again.
    #[error(
        "the lock of {} is lost: somebody removed or replaced its lock file; take the lock again",
        path.display()
    )]
    Lost {
        /// What the lock protected.
        path: PathBuf,
    },

    /// Only an exclusive lock has a token.
    #[error("{} is locked shared: only an exclusive lock has a token", path.display())]
    NotExclusive {
        /// What the lock protects.
        path: PathBuf,
    },

    /// Which tokens were handed out is not known any more: both places where the lock file keeps the
    /// number are damaged, or the numbers are used up.
    #[error(
        "{}: the lock file has lost its token; if you know the greatest one handed out, draw one \
         above it",
        path.display()
    )]
    TokenLost {
        /// What the lock protects.
        path: PathBuf,
    },

    /// The file system failed.
    #[error("the lock of {} failed while {operation}", path.display())]
    Io {
        /// What the lock protects.
        path: PathBuf,
        /// Which step failed.
        operation: &'static str,
        /// What the file system answered.
        source: io::Error,
    },
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Held by somebody else: try again later.
    Busy,
    /// Held by somebody else for all the time there was: try again later, or give up.
    TimedOut,
    /// No permission to lock here: work without writing, or ask for it.
    Denied,
    /// No locks here: move to another file system.
    Unsupported,
    /// The lock does not protect any more: stop, and take it again.
    Lost,
    /// A mistake in the program: a token was asked of a shared lock.
    NotExclusive,
    /// The numbers are not known any more: [`Lock::token_above`](crate::Lock::token_above).
    TokenLost,
    /// The file system failed: see [`source`](std::error::Error::source).
    Io,
}

impl Error {
    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Busy { .. } => ErrorKind::Busy,
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::Denied { .. } => ErrorKind::Denied,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::Lost { .. } => ErrorKind::Lost,
            Self::NotExclusive { .. } => ErrorKind::NotExclusive,
            Self::TokenLost { .. } => ErrorKind::TokenLost,
            Self::Io { .. } => ErrorKind::Io,
        }
    }

    /// What was to be locked, as the caller named it.
    pub fn path(&self) -> &Path {
        match self {
            Self::Busy { path, .. }
            | Self::TimedOut { path, .. }
            | Self::Denied { path, .. }
            | Self::Unsupported { path, .. }
            | Self::Lost { path }
            | Self::NotExclusive { path }
            | Self::TokenLost { path }
            | Self::Io { path, .. } => path,
        }
    }

    /// Who has the lock, if that is what went wrong, it has it exclusively, and it said so.
    pub fn holder(&self) -> Option<&Holder> {
        match self {
            Self::Busy { holder, .. } | Self::TimedOut { holder, .. } => holder.as_deref(),
            _ => None,
        }
    }

    /// Sorts a failure of the file system by what it means for locking.
    pub(crate) fn io(path: &Path, operation: &'static str, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Denied { path, source }
            }
            _ => Self::Io {
                path,
                operation,
                source,
            },
        }
    }
}

fn name(holder: Option<&Holder>) -> String {
    match holder {
        Some(holder) => holder.to_string(),
        None => "another process".to_owned(),
    }
}
