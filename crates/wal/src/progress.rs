//! How far a log is durable, for those who read it while it grows.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Lsn;

/// Told by the writer, watched by readers, held by both: a reader does not keep a log open.
#[derive(Debug)]
pub(crate) struct Progress {
    now: Mutex<Now>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug)]
struct Now {
    /// The first record that is not durable.
    durable: Lsn,
    is_over: bool,
}

impl Progress {
    pub(crate) fn new(durable: Lsn) -> Self {
        Self {
            now: Mutex::new(Now {
                durable,
                is_over: false,
            }),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn advance(&self, durable: Lsn) {
        self.now().durable = durable;
        self.changed.notify_all();
    }

    /// Nothing more will come.
    pub(crate) fn stop(&self) {
        self.now().is_over = true;
        self.changed.notify_all();
    }

    pub(crate) fn durable(&self) -> Lsn {
        self.now().durable
    }

    /// Waits until `lsn` is durable. `false` if that takes longer than `timeout`, or will never be.
    pub(crate) fn wait_for(&self, lsn: Lsn, timeout: Duration) -> bool {
        let waits = |now: &mut Now| now.durable <= lsn && !now.is_over;
        let waited = self.changed.wait_timeout_while(self.now(), timeout, waits);
        let (now, _) = waited.unwrap_or_else(PoisonError::into_inner);
        now.durable > lsn
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
