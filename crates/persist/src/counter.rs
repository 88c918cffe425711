//! Numbers that are handed out once: `docs/formats/counter.md`.

mod evidence;
mod options;
mod protocol;
mod repair;

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::held::Held;
use evidence::{Base, Evidence};

pub use options::CounterOptions;
pub use repair::{CounterFinding, CounterRepair};

/// The greatest number. The range that ends with it can be written.
const NUMBER_MAX: u64 = u64::MAX - 1;

/// Hands out numbers, each of them once: for any number of threads and processes, and across crashes,
/// recoveries and restored files.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("tickets.json");
/// use persist::Counter;
///
/// let tickets = Counter::at(&path);
/// assert_eq!(tickets.next()?, 1);
/// assert_eq!(tickets.reserve(10)?, 2..12);
///
/// // Somebody removes the file, or restores an old copy of it.
/// std::fs::remove_file(&path)?;
/// assert_eq!(tickets.next()?, 12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What it rests on
///
/// Before a number is handed out it is known to two files, durably: the document at the counter's path,
/// which says up to which number all are reserved, and the lock file beside it, which holds the last
/// number. Either of them may be lost, damaged, or (the document) replaced by an older copy: the
/// other one knows, and the numbers go on above it. Where neither knows there is no number but
/// [`NumbersLost`](ErrorKind::NumbersLost), and [`raise_above`](Self::raise_above) is the way out. The table of all
/// cases, and what is not covered, is in `docs/formats/counter.md`: above all, if *both* files are
/// removed, or both are replaced by older ones, nothing can know.
///
/// Numbers may be skipped, by a process that dies, a call that fails, or a file that is lost. They
/// always grow.
///
/// # What it costs
///
/// A [`next`](Self::next) is one sync, and two more for every 64th ([`CounterOptions::ahead`]). A
/// [`reserve`](Self::reserve) costs a few syncs, however many numbers it takes.
#[derive(Clone)]
pub struct Counter {
    document: Document<Reserved>,
    options: CounterOptions,
}

/// What stands in the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reserved {
    /// No number above this one had been handed out when this was written.
    given: u64,
    /// No number above this one is handed out before another document says so.
    reserved: u64,
}

impl Counter {
    /// The counter at `path`, which begins with 1. No file is touched yet.
    pub fn at(path: impl AsRef<Path>) -> Self {
        CounterOptions::default().at(path)
    }

    /// How a counter is kept, ending in [`at`](CounterOptions::at).
    pub fn options() -> CounterOptions {
        CounterOptions::default()
    }

    /// The document's path as it was given.
    pub fn path(&self) -> &Path {
        self.document.path()
    }

    /// A number that was never handed out before, greater than all that were.
    ///
    /// It is used up, also if the caller dies before he uses it.
    pub fn next(&self) -> Result<u64> {
        Ok(self.reserve(1)?.start)
    }

    /// `count` numbers, one after the other, that were never handed out before.
    pub fn reserve(&self, count: u64) -> Result<Range<u64>> {
        let reserved = self
            .hold()
            .and_then(|held| self.reserve_under(&held, count));
        reserved.inspect_err(events::failed)
    }

    /// The greatest number that may have been handed out; one less than the first if none was. It may be
    /// that of somebody who died before he had it.
    pub fn last(&self) -> Result<u64> {
        let place = self.document.place()?;
        let fs = &self.document.settings().disk.fs;
        for path in [place.document(), &place.lock()] {
            let there = fs.find(path);
            if there
                .map_err(|error| Error::io(path, "look for", error))?
                .is_some()
            {
                let held = self.hold()?;
                return Ok(self.base(&Evidence::of(&held)?)?.number);
            }
        }
        Ok(self.options.before_first())
    }

    /// No number up to `number` is handed out any more: for numbers that are known from elsewhere. If
    /// greater ones were handed out already, nothing is done.
    ///
    /// Where the counter has lost its numbers this is the way out: by calling it, the caller vouches
    /// that no number above `number` was handed out.
    pub fn raise_above(&self, number: u64) -> Result<()> {
        let raised = self.hold().and_then(|held| self.raise_under(&held, number));
        raised.inspect_err(events::failed)
    }

    fn hold(&self) -> Result<Held<'_, Reserved>> {
        self.document.hold()
    }

    fn base(&self, evidence: &Evidence) -> Result<Base> {
        let least = self.options.before_first();
        let base = evidence.base(least);
        base.ok_or_else(|| {
            let path = self.path();
            let message = format!(
                "{} does not say any more which numbers were handed out, nor does its lock file; \
                 raise the counter above the greatest number that is known",
                path.display()
            );
            Error::new(ErrorKind::NumbersLost, path, message)
        })
    }

    fn used_up(&self) -> Error {
        let path = self.path();
        let message = format!(
            "the counter {} has no number left: the greatest is {NUMBER_MAX}",
            path.display()
        );
        Error::new(ErrorKind::NumbersUsedUp, path, message)
    }
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counter")
            .field("path", &self.path())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
