//! How a lock is taken.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use vfs::{Fs, LockKind, OpenOptions, OsFs};

use crate::acquire::lock_file_of;
use crate::probe::probe_on;
use crate::status::status;
use crate::{Error, Holder, Lock, LockFile, Status, Support, Wait};

/// How a lock is taken: how long to wait, and on which file system.
///
/// ```
/// use lock::{ErrorKind, Options, Wait};
///
/// # let dir = tempfile::tempdir()?;
/// # let state = dir.path();
/// let options = Options::new().wait(Wait::Never);
/// let instance = options.exclusive_at(state.join(".lock"))?; // a name of our own
///
/// let second = options.exclusive_at(state.join(".lock")).unwrap_err();
/// assert_eq!(second.kind(), ErrorKind::Busy);
/// # drop(instance);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) wait: Wait,
    pub(crate) clock: fn() -> SystemTime,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fs: OsFs::shared(),
            wait: Wait::default(),
            clock: SystemTime::now,
        }
    }
}

impl Options {
    /// The real file system, and waiting for as long as it takes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The file system that holds the lock files.
    pub fn fs(mut self, fs: Arc<dyn Fs>) -> Self {
        self.fs = fs;
        self
    }

    /// How long to wait for a lock that somebody else has. Default: [`Wait::Forever`].
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// The clock behind [`Holder::since`]. Nothing is decided by it.
    pub fn clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    /// Locks `path`, a file or a directory that need not exist, for this holder alone. The lock file
    /// is `<path>.lock`; missing directories above it are created.
    pub fn exclusive(&self, path: impl AsRef<Path>) -> Result<Lock, Error> {
        let path = path.as_ref();
        Lock::acquire(self, path, lock_file_of(path)?, LockKind::Exclusive)
    }

    /// Locks `path` against exclusive holders, beside any number of shared ones. Where the lock file
    /// is there but may only be read, that is enough.
    pub fn shared(&self, path: impl AsRef<Path>) -> Result<Lock, Error> {
        let path = path.as_ref();
        Lock::acquire(self, path, lock_file_of(path)?, LockKind::Shared)
    }

    /// As [`exclusive`](Self::exclusive), with a lock file of the caller's choice, which must be a
    /// file of its own: this crate writes into it.
    pub fn exclusive_at(&self, lock_file: impl AsRef<Path>) -> Result<Lock, Error> {
        let lock_file = lock_file.as_ref();
        Lock::acquire(self, lock_file, lock_file.to_owned(), LockKind::Exclusive)
    }

    /// As [`shared`](Self::shared), with a lock file of the caller's choice.
    pub fn shared_at(&self, lock_file: impl AsRef<Path>) -> Result<Lock, Error> {
        let lock_file = lock_file.as_ref();
        Lock::acquire(self, lock_file, lock_file.to_owned(), LockKind::Shared)
    }

    /// Opens the lock file of `path`, to take its lock again and again; it and missing directories above
    /// it are created.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<LockFile, Error> {
        let path = path.as_ref();
        LockFile::at(self, path, lock_file_of(path)?)
    }

    /// As [`open`](Self::open), with a lock file of the caller's choice.
    pub fn open_at(&self, lock_file: impl AsRef<Path>) -> Result<LockFile, Error> {
        let lock_file = lock_file.as_ref();
        LockFile::at(self, lock_file, lock_file.to_owned())
    }

    /// Who says that it holds `path` exclusively: for messages only, see [`Holder`]. `None` if nobody
    /// does or if that can't be found out.
    pub fn holder(&self, path: impl AsRef<Path>) -> Option<Holder> {
        let lock_file = lock_file_of(path.as_ref()).ok()?;
        Holder::read(&*self.fs.open(&lock_file, &OpenOptions::read()).ok()?)
    }

    /// Whether the lock of `path` is taken now. Creates nothing.
    pub fn status(&self, path: impl AsRef<Path>) -> Result<Status, Error> {
        status(self, path.as_ref())
    }

    /// Tries out whether locks exclude anybody in the directory `dir`. Leaves nothing behind there.
    pub fn probe(&self, dir: impl AsRef<Path>) -> Result<Support, Error> {
        probe_on(&*self.fs, dir.as_ref())
    }
}

/// [`Options::holder`] on the real file system.
pub fn holder(path: impl AsRef<Path>) -> Option<Holder> {
    Options::new().holder(path)
}

/// [`Options::probe`] on the real file system.
pub fn probe(dir: impl AsRef<Path>) -> Result<Support, Error> {
    Options::new().probe(dir)
}
