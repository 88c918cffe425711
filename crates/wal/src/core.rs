//! What the handle, its threads and its readers share.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use vfs::{File, Fs};

use crate::group::line_len;
use crate::handoff::{Handoff, State};
use crate::identity::Identity;
use crate::output::Cache;
use crate::progress::Progress;
use crate::queue::{Queue, Room, Taken};
use crate::replay::Opened;
use crate::segment::Segment;
use crate::sync::{Condvar, Mutex, MutexGuard, lock};
use crate::{Error, Follow, Lsn, Options, Stats, SyncPolicy};

/// An open log.
pub(crate) struct Core {
    pub(crate) options: Options,
    pub(crate) dir: PathBuf,
    /// Identity of the log, should this handle write its first segment.
    pub(crate) log: Identity,
    pub(crate) handoff: Handoff<Queue>,
    /// Somebody has stopped preparing a spare.
    pub(crate) prepared: Condvar,
    /// The thread that prepares a spare.
    pub(crate) preparer: Mutex<Option<JoinHandle<()>>>,
    is_stopping: AtomicBool,
    /// Whether it is known to be durable where the log begins: who gave the name that was found may have been killed, or told that
    /// its sync has failed. Held while truncating.
    pub(crate) start_is_durable: Mutex<bool>,
    pub(crate) progress: Arc<Progress>,
    /// The lock on the directory, held by being open.
    _lock: Box<dyn File>,
}

pub(crate) type Guard<'a> = MutexGuard<'a, State<Queue>>;

impl Core {
    pub(crate) fn new(opened: Opened, segment: Option<Segment>, next: Lsn) -> Self {
        let Opened {
            options,
            dir,
            start,
            lock,
        } = opened;
        let log = match &segment {
            Some(segment) => segment.header.log,
            None => Identity::draw(options.seed, [0, 0]),
        };
        let progress = Arc::new(Progress::new(next));
        let queue = Queue::new(
            segment,
            start..next,
            options.segment_size,
            Arc::clone(&progress),
        );
        Self {
            options,
            dir,
            log,
            handoff: Handoff::new(queue),
            prepared: Condvar::new(),
            preparer: Mutex::new(None),
            is_stopping: AtomicBool::new(false),
            start_is_durable: Mutex::new(start == Lsn::FIRST),
            progress,
            _lock: lock,
        }
    }

    pub(crate) fn fs(&self) -> &dyn Fs {
        &*self.options.fs
    }

    /// Takes records into the pending group, all of them or none, once there is room for them.
    pub(crate) fn accept<P: AsRef<[u8]>>(
        self: &Arc<Self>,
        payloads: &[P],
    ) -> Result<(Guard<'_>, Range<Lsn>), Error> {
        let lines = payloads
            .iter()
            .map(|payload| line_len(payload.as_ref().len()))
            .sum();
        let mut state = self.make_room(lines)?;
        let queue = &mut state.shared;
        if queue.pending.is_empty() && matches!(self.options.sync_policy, SyncPolicy::Within { .. })
        {
            queue.pending_since = Some(Instant::now());
        }
        let first = queue.next();
        for payload in payloads {
            // The only payload that has no line is one of 4 GiB, for which there was no room.
            queue.pending.push(payload.as_ref()).map_err(|error| {
                Error::failed(&self.dir, "encoding a record", std::io::Error::other(error))
            })?;
        }
        let accepted = first..queue.next();
        self.prepare_ahead(&mut state);
        Ok((state, accepted))
    }

    fn make_room(&self, lines: u64) -> Result<Guard<'_>, Error> {
        let mut state = self.handoff.lock();
        loop {
            if let Some(failure) = &state.shared.failure {
                return Err(failure.clone());
            }
            match state.shared.room_for(lines) {
                Room::Enough => return Ok(state),
                Room::AfterFlush => {
                    let pending = state.shared.next();
                    self.settle(state, pending)?;
                    state = self.handoff.lock();
                }
                Room::WithSpare => state = self.prepare(state)?,
                Room::Never(limit) => {
                    return Err(Error::TooLarge {
                        dir: self.dir.clone(),
                        bytes: lines + crate::mark::MARK as u64,
                        limit,
                    });
                }
            }
        }
    }

    /// Whether the policy asks for durability now that records were accepted.
    pub(crate) fn must_settle(&self, state: &Guard<'_>) -> bool {
        let queue = &state.shared;
        match self.options.sync_policy {
            SyncPolicy::OnSync => false,
            SyncPolicy::EachAppend => true,
            SyncPolicy::Within { records, age } => {
                queue.next().since(queue.durable()) > records
                    || queue
                        .pending_since
                        .is_some_and(|since| since.elapsed() >= age)
            }
        }
    }

    /// Returns when every record below `end` is durable.
    pub(crate) fn settle(&self, state: Guard<'_>, end: Lsn) -> Result<(), Error> {
        let last = end.get() - 1;
        self.handoff.settle(state, last, |taken| self.write(taken))
    }

    /// The leader's work: one write and one sync, unless the group begins a segment.
    fn write(&self, taken: &mut Taken) -> Result<(), Error> {
        let failed = |operation| move |source| Error::failed(&self.dir, operation, source);
        let Some(spare) = taken.spare.take() else {
            let Some(segment) = &mut taken.segment else {
                return Err(failed("looking for its segment")(
                    std::io::ErrorKind::NotFound.into(),
                ));
            };
            return segment
                .write(&mut taken.group, self.cache())
                .map_err(failed("writing a group"));
        };
        let before = taken.segment.take().map(|segment| segment.header);
        taken
            .group
            .rebind(spare.identity)
            .map_err(|error| failed("encoding a group")(std::io::Error::other(error)))?;
        let begun = spare.begin(
            self.fs(),
            &self.dir,
            self.log,
            before.as_ref(),
            &mut taken.group,
            self.cache(),
        );
        taken.segment = Some(begun.map_err(failed("beginning a segment"))?);
        Ok(())
    }

    fn cache(&self) -> Cache {
        if self.options.keeps_cached || self.progress.is_watched() {
            Cache::Through
        } else {
            Cache::Past
        }
    }

    /// Returns when everything is durable that has been accepted.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        let state = self.handoff.lock();
        if let Some(failure) = &state.shared.failure {
            return Err(failure.clone());
        }
        let end = state.shared.next();
        self.settle(state, end)
    }

    /// Ends the segment behind what has been accepted.
    pub(crate) fn rotate(&self) -> Result<Lsn, Error> {
        self.sync()?;
        let mut state = self.handoff.lock();
        // What has come in since goes into the new segment, unless a leader has it already.
        state.shared.ends_segment = true;
        let first = state.shared.pending.first();
        if first > Lsn::FIRST {
            self.settle(state, first)?;
        }
        Ok(first)
    }

    pub(crate) fn follow(&self, lsn: Lsn) -> Result<Follow, Error> {
        let follow = Follow::begin(Arc::clone(&self.options.fs), &self.dir, lsn)?;
        Ok(follow.behind(Arc::clone(&self.progress)))
    }

    pub(crate) fn wait_durable(&self, lsn: Lsn, timeout: Duration) -> bool {
        self.progress.wait_for(lsn, timeout)
    }

    pub(crate) fn stats(&self) -> Stats {
        let state = self.handoff.lock();
        Stats {
            start: state.shared.start,
            durable: state.shared.durable(),
            next: state.shared.next(),
            groups: state.shared.groups,
        }
    }

    /// How old the oldest record is that no leader has taken.
    pub(crate) fn oldest_age(&self) -> Option<Duration> {
        let since = self.handoff.lock().shared.pending_since;
        since.map(|since| since.elapsed())
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Tells the threads to end, and waits for the one that prepares.
    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
        if let Some(preparer) = lock(&self.preparer).take() {
            // It has failed nothing but itself: the spare is not part of the log.
            let _ = preparer.join();
        }
    }

    /// Makes everything durable, and says so on the disk.
    pub(crate) fn close(&self) -> Result<(), Error> {
        let synced = self.sync();
        let mut state = self.handoff.lock();
        self.progress.stop();
        synced?;
        // The spare's file is not worth a sync: opening removes it.
        let Some(segment) = &mut state.shared.segment else {
            return Ok(());
        };
        segment
            .close()
            .map_err(|source| Error::failed(&self.dir, "closing the log", source))
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}
