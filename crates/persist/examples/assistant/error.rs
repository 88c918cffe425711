//! Why something was not done.

use std::io;
use std::path::PathBuf;

use persist::ErrorKind;

/// Why something was not done. The Python program has `StorageError` with `CorruptedDataError` and
/// `BackupNotFoundError` below it, and mostly answers `False`; here every answer has its reason.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Asked for in a way that can't be understood, or for what is not there.
    #[error("{0}")]
    Usage(String),

    /// A file is damaged, and no backup helped or none was to be used.
    #[error("{0} (that is: `recover`, or `recover --start-over`)")]
    CorruptedData(persist::Error),

    /// There is no backup, or none of that time.
    #[error("{0}")]
    BackupNotFound(String),

    /// A file could not be read or written.
    #[error("{0}")]
    Storage(persist::Error),

    /// The directory could not be created.
    #[error("can't create {}: {reason}; choose another with --base-dir", dir.display())]
    Directory {
        /// Which.
        dir: PathBuf,
        /// Why not.
        reason: io::Error,
    },

    /// What was entered can't be saved for now, and is only in memory.
    #[error("changes not saved: {unsaved}; {reason}")]
    Unsaved {
        /// How many.
        unsaved: usize,
        /// Why not.
        reason: String,
    },

    /// The answer could not be written.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

impl From<persist::Error> for Error {
    fn from(error: persist::Error) -> Self {
        match error.kind() {
            ErrorKind::Damaged => Self::CorruptedData(error),
            _ => Self::Storage(error),
        }
    }
}
