//! What can go wrong, cut by what a caller does next.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{Damage, Lsn};

/// Why a log could not do what it was asked for. Errors are cloned where many threads are told of one failure.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process, or another handle in this one, has the log open for writing.
    #[error("the log {} is in use; close it there, or only read it with `Options::follow`", dir.display())]
    InUse {
        /// The log's directory.
        dir: PathBuf,
    },

    /// Bytes that were durable are not what was written. Nothing was changed.
    #[error(
        "the log is damaged: {0}; restore the file from a copy, or call `repair`, which cuts the log there and keeps \
         what it cuts"
    )]
    Damaged(Box<Damage>),

    /// A segment of a later version of the format. It is left alone.
    #[error("{} was written by a later version ({format}); open it with that version", path.display())]
    Newer {
        /// The segment.
        path: PathBuf,
        /// The format that it names.
        format: String,
    },

    /// A record or batch that no segment could hold. Nothing of it was accepted.
    #[error(
        "a batch of {bytes} bytes does not fit into a segment of the log {}, which takes {limit}; set a larger \
         `segment_size`, or write less at once", dir.display()
    )]
    TooLarge {
        /// The log's directory.
        dir: PathBuf,
        /// How much it would take, with its lines and its mark.
        bytes: u64,
        /// How much there may be.
        limit: u64,
    },

    /// The records asked for have been truncated.
    #[error("the log {} begins at {start}: record {lsn} was truncated", dir.display())]
    Truncated {
        /// The log's directory.
        dir: PathBuf,
        /// The record that was asked for.
        lsn: Lsn,
        /// The first one that there is.
        start: Lsn,
    },

    /// There is no room for the next segment. Nothing of the record was accepted, what was accepted before is untouched, and the log
    /// goes on as soon as there is room.
    #[error("no next segment for the log {}; make room (or permit it) and append again", dir.display())]
    NoRoom {
        /// The log's directory.
        dir: PathBuf,
        /// What the file system answered.
        source: Arc<io::Error>,
    },

    /// A write or sync of the log failed, in this call or before. Acknowledged records are safe; of those that were not, nobody
    /// knows. The handle refuses all further work with this same error.
    #[error(
        "the log {} failed while {operation}; what was not acknowledged is in doubt: open the log again to see", dir.display()
    )]
    Failed {
        /// The log's directory.
        dir: PathBuf,
        /// Which step failed.
        operation: &'static str,
        /// What the file system answered.
        source: Arc<io::Error>,
    },

    /// The file system failed, and no record that counts is touched by it. (A truncation may have happened all the same.)
    #[error("{}: failed while {operation}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Which step failed.
        operation: &'static str,
        /// What the file system answered.
        source: Arc<io::Error>,
    },
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Open elsewhere: try later, or only read.
    InUse,
    /// Restore the file, or [`repair`](crate::Options::repair).
    Damaged,
    /// Use the version that wrote it.
    Newer,
    /// Write less at once, or set larger segments.
    TooLarge,
    /// Start from the first record that there is.
    Truncated,
    /// Nothing was accepted: make room, and append again.
    NoRoom,
    /// What was not acknowledged is in doubt: open the log again.
    Failed,
    /// The file system failed: see [`source`](std::error::Error::source).
    Io,
}

impl Error {
    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::InUse { .. } => ErrorKind::InUse,
            Self::Damaged(_) => ErrorKind::Damaged,
            Self::Newer { .. } => ErrorKind::Newer,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Truncated { .. } => ErrorKind::Truncated,
            Self::NoRoom { .. } => ErrorKind::NoRoom,
            Self::Failed { .. } => ErrorKind::Failed,
            Self::Io { .. } => ErrorKind::Io,
        }
    }

    /// The log's directory, or the file in it that the failure is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Damaged(damage) => &damage.path,
            Self::InUse { dir }
            | Self::TooLarge { dir, .. }
            | Self::Truncated { dir, .. }
            | Self::NoRoom { dir, .. }
            | Self::Failed { dir, .. } => dir,
            Self::Newer { path, .. } | Self::Io { path, .. } => path,
        }
    }

    /// Where the damage is, if that is what went wrong.
    pub fn damage(&self) -> Option<&Damage> {
        match self {
            Self::Damaged(damage) => Some(damage),
            _ => None,
        }
    }

    pub(crate) fn io(path: &Path, operation: &'static str, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            operation,
            source: Arc::new(source),
        }
    }

    pub(crate) fn failed(dir: &Path, operation: &'static str, source: io::Error) -> Self {
        Self::Failed {
            dir: dir.to_owned(),
            operation,
            source: Arc::new(source),
        }
    }
}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Self {
        Self::Damaged(Box::new(damage))
    }
}
