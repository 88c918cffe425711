//! How a counter is kept.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use lock::Wait;
use vfs::Fs;

use super::{Counter, CounterRepair, Reserved};
use crate::options::Options;
use crate::policy::{Backups, RecoveryPolicy};

type RepairHook = Arc<dyn Fn(&CounterRepair) + Send + Sync>;

/// How a counter is kept; [`at`](Self::at) says where.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path();
/// let invoices = persist::Counter::options().start(2026_0001).at(dir.join("invoices.json"));
/// assert_eq!(invoices.next()?, 2026_0001);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CounterOptions {
    disk: crate::disk::Disk,
    start: u64,
    pub(super) ahead: u64,
    on_repair: Vec<RepairHook>,
}

impl Default for CounterOptions {
    fn default() -> Self {
        Self {
            disk: crate::disk::Disk::default(),
            start: 1,
            ahead: 64,
            on_repair: Vec::new(),
        }
    }
}

impl CounterOptions {
    /// The counter at `path`. No file is touched yet.
    pub fn at(self, path: impl AsRef<Path>) -> Counter {
        let mut options = Options::<Reserved>::without_default()
            .backups(Backups::Off)
            .recovery(RecoveryPolicy::Fail)
            .validate(|Reserved { given, reserved }| {
                let is_so = given <= reserved;
                let reason = || format!("{given} were given, and {reserved} are reserved");
                is_so.then_some(()).ok_or_else(reason)
            });
        options.disk = self.disk.clone();
        Counter {
            document: options.at(path),
            options: self,
        }
    }

    /// The first number, at least 1. A counter that is there never hands out a number below it either.
    pub fn start(mut self, number: u64) -> Self {
        self.start = number;
        self
    }

    /// How many numbers the document reserves at once, at least 1. Default: 64. With fewer the document is
    /// written more often; with 1 it holds the last number exactly, at three syncs for each.
    pub fn ahead(mut self, numbers: u64) -> Self {
        self.ahead = numbers.max(1);
        self
    }

    /// Called when one of the two files was found lost, damaged or older than the other, and the counter
    /// went on all the same. May be set more than once.
    pub fn on_repair(mut self, hook: impl Fn(&CounterRepair) + Send + Sync + 'static) -> Self {
        self.on_repair.push(Arc::new(hook));
        self
    }

    /// How long to wait for a counter that another process or thread is drawing from. Default: for as
    /// long as it takes.
    pub fn lock_wait(mut self, wait: Wait) -> Self {
        self.disk.lock_wait = wait;
        self
    }

    /// The file system. Default: the real one.
    pub fn fs(mut self, fs: Arc<dyn Fs>) -> Self {
        self.disk.fs = fs;
        self
    }

    /// The clock of `updated` and of names. Nothing that decides about numbers rests on it.
    pub fn clock(mut self, now: fn() -> SystemTime) -> Self {
        self.disk.clock = now;
        self
    }

    /// Derives the names of temporary files from a number, so that a simulated run can be repeated.
    pub fn temp_seed(mut self, seed: u64) -> Self {
        self.disk.temp_seed = Some(seed);
        self
    }

    /// What counts as handed out before anything was.
    pub(super) fn before_first(&self) -> u64 {
        self.start.saturating_sub(1)
    }

    pub(super) fn tell(&self, repair: &CounterRepair) {
        for hook in &self.on_repair {
            hook(repair);
        }
    }
}

impl fmt::Debug for CounterOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CounterOptions")
            .field("disk", &self.disk)
            .field("start", &self.start)
            .field("ahead", &self.ahead)
            .finish_non_exhaustive()
    }
}
