//! Why a command stopped.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why a command stopped, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file of the repository could not be read or written.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },

    /// A program could not be started.
    #[error("can't start `{line}`: {source}")]
    Start { line: String, source: io::Error },

    /// A program ran and said no.
    #[error("`{line}` failed ({status})")]
    Failed { line: String, status: ExitStatus },

    /// A tool this command needs is not there, and nothing is installed silently.
    #[error("{tool} is not installed; get it with `{install}`")]
    Missing {
        tool: &'static str,
        install: &'static str,
    },

    /// The output of `cargo metadata` is not what this program knows.
    #[error("can't understand `cargo metadata`: {0}")]
    Metadata(#[from] serde_json::Error),

    /// A name on the command line that stands for nothing.
    #[error("there is no {what} `{name}`; there are: {}", known.join(", "))]
    Unknown {
        what: &'static str,
        name: String,
        known: Vec<String>,
    },

    /// House rules are broken; each finding has been printed.
    #[error("{0} findings break the house rules")]
    Untidy(usize),

    /// A crash test failed, or could not measure what it should.
    #[error("{0}")]
    CrashTest(String),

    /// Tests run too little of the code.
    #[error("{0}")]
    Coverage(String),

    /// loom has explored nothing: its tests are gone, or say nothing any more.
    #[error("no interleaving was explored; see crates/wal/src/handoff/interleavings.rs")]
    NoInterleavings,

    /// Fuzzing found inputs that break a promise; each has been printed.
    #[error("{0} fuzz targets failed")]
    Fuzzing(usize),
}

impl Error {
    /// Turns the failure of a file operation into an error that names the file.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
