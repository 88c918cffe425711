//! Why an id was not given.

use std::io;
use std::path::PathBuf;

/// Why an id was not given. Unless the error says so, nothing has changed but that a number may have
/// been skipped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Asked for in a way that can't be understood.
    #[error("{0}")]
    Usage(String),

    /// One of the files.
    #[error(transparent)]
    Document(#[from] persist::Error),

    /// The lock over all of them.
    #[error(transparent)]
    Lock(#[from] lock::Error),

    /// No place is left that tells which numbers were given.
    #[error(
        "which numbers were given is not known any more, so none is given: neither the counters nor \
         their high-water mark in {} can be read ({reason}); `restore counters` goes back to the \
         backup, `start-over TOOL/KEY=NUMBER` goes on above the numbers that you name",
        dir.display()
    )]
    NumbersLost {
        /// The state directory.
        dir: PathBuf,
        /// What is wrong with the files.
        reason: String,
    },

    /// Nothing to restore from.
    #[error("{0}")]
    NoBackup(String),

    /// A series is at its end.
    #[error("there is no number after {last} for {series}")]
    NumbersUsedUp {
        /// The series.
        series: String,
        /// Its last number.
        last: u64,
    },

    /// The answer could not be written.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}
