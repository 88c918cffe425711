//! The handle that writes.

use std::ops::Range;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::core::Core;
use crate::keeper;
use crate::replay::Opened;
use crate::segment::Segment;
use crate::{Background, Error, Follow, Lsn, Options, Replay, SyncPolicy};

/// A log that is open for writing, by this handle alone. Threads share it by reference.
///
/// Dropped without [`close`](Self::close), it makes durable what was appended and closes as well, but nobody hears of a failure.
#[derive(Debug)]
pub struct Wal {
    core: Arc<Core>,
    /// The thread that keeps the age of [`SyncPolicy::Within`].
    keeper: Option<JoinHandle<()>>,
    is_closed: bool,
}

/// Where a log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The first record that was not truncated.
    pub start: Lsn,
    /// The first record that is not durable yet.
    pub durable: Lsn,
    /// The record that will be appended next.
    pub next: Lsn,
    /// How many groups this handle has made durable: one write and one sync each.
    pub groups: u64,
}

impl Wal {
    /// [`Options::open`] with the defaults.
    pub fn open(dir: impl AsRef<std::path::Path>) -> Result<Replay, Error> {
        Options::new().open(dir)
    }

    pub(crate) fn new(opened: Opened, segment: Option<Segment>, next: Lsn) -> Result<Self, Error> {
        let core = Arc::new(Core::new(opened, segment, next));
        let options = &core.options;
        let keeper = match (options.sync_policy, options.background) {
            (SyncPolicy::Within { age, .. }, Background::Threads) => {
                let keeper = keeper::spawn(&core, age);
                // Without it no age would be kept.
                Some(keeper.map_err(|source| Error::io(&core.dir, "starting a thread", source))?)
            }
            _ => None,
        };
        Ok(Self {
            core,
            keeper,
            is_closed: false,
        })
    }

    /// Appends a record and returns its number. It is **not durable** yet, unless [`SyncPolicy::EachAppend`] is set, and others
    /// can't read it yet.
    pub fn append(&self, payload: &[u8]) -> Result<Lsn, Error> {
        Ok(self.append_batch(&[payload])?.start)
    }

    /// Appends records that are there **all or none** after a crash, and returns their numbers: they follow one another. As durable as
    /// [`append`](Self::append)'s.
    pub fn append_batch<P: AsRef<[u8]>>(&self, payloads: &[P]) -> Result<Range<Lsn>, Error> {
        let (state, accepted) = self.core.accept(payloads)?;
        if accepted.start == accepted.end {
            return Ok(accepted);
        }
        if self.core.must_settle(&state) {
            self.core.settle(state, accepted.end)?;
        } else {
            drop(state);
        }
        Ok(accepted)
    }

    /// Appends a record and returns when it is durable. Threads that do so at the same time share one write and one sync.
    pub fn append_durable(&self, payload: &[u8]) -> Result<Lsn, Error> {
        let (state, accepted) = self.core.accept(&[payload])?;
        self.core.settle(state, accepted.end)?;
        Ok(accepted.start)
    }

    /// Returns when everything is durable that was appended before, by whichever thread.
    pub fn sync(&self) -> Result<(), Error> {
        self.core.sync()
    }

    /// Ends the segment: the next record begins another. Returns that record's number; everything before it is durable.
    pub fn rotate(&self) -> Result<Lsn, Error> {
        self.core.rotate()
    }

    /// Gives up the records below `lsn`: the log begins there from now on, also after a crash, and segments that hold nothing
    /// else are removed, or recycled. Records that are not durable yet are not given up.
    ///
    /// Call it once what they say is durable elsewhere: at a checkpoint.
    pub fn truncate_before(&self, lsn: Lsn) -> Result<(), Error> {
        self.core.truncate_before(lsn)
    }

    /// Reads the log from `lsn` on and goes on as it grows: only what is durable, also in other threads, and beyond the life of
    /// this handle.
    pub fn tail_from(&self, lsn: Lsn) -> Result<Follow, Error> {
        self.core.follow(lsn)
    }

    /// Waits until `lsn` is durable, without making it so. `false` if it is not within `timeout`, or never will be because the log
    /// has failed.
    pub fn wait_durable(&self, lsn: Lsn, timeout: Duration) -> bool {
        self.core.wait_durable(lsn, timeout)
    }

    /// Where the log stands.
    pub fn stats(&self) -> Stats {
        self.core.stats()
    }

    /// Makes everything durable and writes down that nothing is left to settle, so that the next opening goes on in this segment.
    pub fn close(mut self) -> Result<(), Error> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.is_closed, true) {
            return Ok(());
        }
        self.core.stop();
        if let Some(keeper) = self.keeper.take() {
            keeper.thread().unpark();
            // A panic there has failed nothing here.
            let _ = keeper.join();
        }
        self.core.close()
    }
}

impl Drop for Wal {
    fn drop(&mut self) {
        let _ = self.end();
    }
}
