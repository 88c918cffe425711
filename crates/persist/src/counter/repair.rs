//! What a counter has to tell when one of its files was lost.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::report::{lossy, lossy_option};

/// One of a counter's two files was lost, damaged or older than the other, and it went on from what the
/// other one knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CounterRepair {
    /// The document.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// What was found.
    pub finding: CounterFinding,
    /// The numbers go on above this one.
    pub above: u64,
    /// Where the damaged document is kept now.
    #[serde(serialize_with = "lossy_option")]
    pub quarantined: Option<PathBuf>,
}

/// What is wrong with the files of a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CounterFinding {
    /// The document is not there, and numbers were handed out.
    DocumentMissing,
    /// The document is damaged.
    DocumentDamaged,
    /// The document does not know of numbers that were handed out: an older one was restored.
    DocumentOlder,
    /// The lock file does not know of numbers that are reserved: it was removed or replaced, or a process
    /// died before it could write them there.
    LockFileOlder,
    /// The lock file is damaged.
    LockFileDamaged,
}

impl fmt::Display for CounterRepair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.finding {
            CounterFinding::DocumentMissing => write!(f, "{path} was gone")?,
            CounterFinding::DocumentDamaged => write!(f, "{path} was damaged")?,
            CounterFinding::DocumentOlder => write!(f, "{path} was older than its lock file")?,
            CounterFinding::LockFileOlder => {
                write!(f, "the lock file of {path} was older than it")?;
            }
            CounterFinding::LockFileDamaged => write!(f, "the lock file of {path} was damaged")?,
        }
        write!(f, "; the numbers go on above {}", self.above)?;
        match &self.quarantined {
            Some(kept) => write!(f, "; the damaged file is kept as {}", kept.display()),
            None => Ok(()),
        }
    }
}
