//! How far a log is durable, for those who read it while it grows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Lsn;

/// Told by the writer, watched by readers, held by both: a reader does not keep a log open.
#[derive(Debug)]
pub(crate) struct Progress {
    now: Mutex<Now>,
    changed: Condvar,
    /// How many read.
    watching: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
struct Now {
    /// The first record that is not durable.
    durable: Lsn,
    is_over: bool,
    /// How many wait: with none, nobody is woken, which would be a system call for each group.
    waiting: u32,
}

impl Progress {
    pub(crate) fn new(durable: Lsn) -> Self {
        Self {
            now: Mutex::new(Now {
                durable,
                is_over: false,
                waiting: 0,
            }),
            changed: Condvar::new(),
            watching: AtomicUsize::new(0),
        }
    }

    pub(crate) fn begin_watching(&self) {
        self.watching.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stop_watching(&self) {
        self.watching.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether somebody reads the log while it grows.
    pub(crate) fn is_watched(&self) -> bool {
        self.watching.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn advance(&self, durable: Lsn) {
        self.change(|now| now.durable = durable);
    }

    /// Nothing more will come.
    pub(crate) fn stop(&self) {
        self.change(|now| now.is_over = true);
    }

    fn change(&self, change: impl FnOnce(&mut Now)) {
        let mut now = self.now();
        change(&mut now);
        if now.waiting > 0 {
            self.changed.notify_all();
        }
    }

    pub(crate) fn durable(&self) -> Lsn {
        self.now().durable
    }

    /// Waits until `lsn` is durable. `false` if that takes longer than `timeout`, or will never be.
    pub(crate) fn wait_for(&self, lsn: Lsn, timeout: Duration) -> bool {
        let mut now = self.now();
        now.waiting += 1;
        let waits = |now: &mut Now| now.durable <= lsn && !now.is_over;
        let waited = self.changed.wait_timeout_while(now, timeout, waits);
        let (mut now, _) = waited.unwrap_or_else(PoisonError::into_inner);
        now.waiting -= 1;
        now.durable > lsn
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
