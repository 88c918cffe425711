//! Why something was not done.

use std::io;
use std::path::PathBuf;

use super::domain::Rejected;

/// Why something was not done. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The services do not take it.
    #[error(transparent)]
    Rejected(#[from] Rejected),

    /// What is on the disk can't be used.
    #[error("Invalid {what} file: {source}")]
    Load {
        /// `features` or `time entries`.
        what: &'static str,
        /// Why not.
        source: Box<LoadError>,
    },

    /// A save, a backup or a restore.
    #[error(transparent)]
    Document(#[from] persist::Error),

    /// There is nothing yet.
    #[error("No data file to backup")]
    NothingToBackUp,

    /// No such file.
    #[error("Backup not found: {}", .0.display())]
    BackupNotFound(PathBuf),

    /// A table that can't be read.
    #[error("the table can't be read: {0}")]
    Table(#[from] csv::Error),

    /// A file that was named, or the answer.
    #[error("{what}: {source}")]
    Io {
        /// What could not be done.
        what: String,
        /// Why not.
        source: io::Error,
    },
}

/// Why a file was not loaded. It stays as it is, and nothing is saved over it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The text breaks off, or is no JSON, or is not what was saved.
    #[error("Invalid JSON in {}: {source}", path.display())]
    InvalidJson {
        /// The file.
        path: PathBuf,
        /// With line and column.
        source: persist::Error,
    },

    /// The file belongs to somebody else.
    #[error("Permission denied reading {}", path.display())]
    PermissionDenied {
        /// The file.
        path: PathBuf,
        /// From the system.
        source: persist::Error,
    },

    /// Everything else that keeps a file from being read.
    #[error("Cannot read {}: {source}", path.display())]
    CannotRead {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: persist::Error,
    },

    /// JSON of another shape.
    #[error("Expected object in {}, got {found}", path.display())]
    NotAnObject {
        /// The file.
        path: PathBuf,
        /// What is there.
        found: &'static str,
        /// What a load says of it.
        source: persist::Error,
    },

    /// An object without records.
    #[error("Missing '{key}' key in {}", path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
        /// The member that holds the records.
        key: &'static str,
        /// What a load says of it.
        source: persist::Error,
    },
}
