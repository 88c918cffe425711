//! A lock file that stays open, for who takes its lock again and again.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use vfs::{FileId, LockKind};

use crate::acquire::{self, leads_to};
use crate::wait::{try_lock, wait_for};
use crate::{Error, Options, queue};

/// An open lock file. Each turn costs the kernel's two calls, one to lock and one to unlock.
///
/// It excludes, and is excluded by, every other `LockFile` and [`Lock`](crate::Lock) of the same name.
/// What it leaves out to be that cheap: a turn does not write who holds the lock, so that a message to
/// others can't name this process; it has no [`FencingToken`](crate::FencingToken); and that the name
/// still leads to this file is looked at when it is opened, and after that only by
/// [`Turn::verify`]. A thread that finds the lock free takes it without looking who waits.
///
/// Two handles are two holders: every thread opens its own.
///
/// ```
/// use lock::LockFile;
///
/// # let dir = tempfile::tempdir()?;
/// # let notes = dir.path().join("notes.json");
/// let mut file = LockFile::open(&notes)?; // notes.json.lock
/// for _ in 0..1000 {
///     let _turn = file.exclusive()?; // until the end of the loop's body
///     // ... a change of notes.json that is over in microseconds ...
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LockFile {
    options: Options,
    target: PathBuf,
    path: PathBuf,
    file: Box<dyn vfs::File>,
    id: Option<FileId>,
}

impl LockFile {
    /// Opens `<path>.lock`, and creates it where it is missing: see [`Options::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new().open(path)
    }

    pub(crate) fn at(options: &Options, target: &Path, path: PathBuf) -> Result<Self, Error> {
        let file = acquire::open(&*options.fs, target, &path, LockKind::Exclusive)?;
        let id = file
            .metadata()
            .map_err(|source| Error::io(target, "looking at the lock file", source))?
            .id;
        Ok(Self {
            options: options.clone(),
            target: target.to_owned(),
            path,
            file,
            id,
        })
    }

    /// The lock file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the lock for this handle alone, waiting as [`Options::wait`] says.
    pub fn exclusive(&mut self) -> Result<Turn<'_>, Error> {
        self.take(LockKind::Exclusive)
    }

    /// Takes the lock beside any number of shared holders, waiting as [`Options::wait`] says.
    pub fn shared(&mut self) -> Result<Turn<'_>, Error> {
        self.take(LockKind::Shared)
    }

    fn take(&mut self, kind: LockKind) -> Result<Turn<'_>, Error> {
        let locked = try_lock(&*self.file, kind).and_then(|free| {
            let wait = self.options.wait;
            Ok(free || wait_for(&*self.file, kind, self.id, wait, Instant::now())?)
        });
        if locked.map_err(|source| acquire::refused(&self.target, source))? {
            Ok(Turn { of: self })
        } else {
            Err(acquire::in_use(
                &self.target,
                &*self.file,
                self.options.wait,
            ))
        }
    }

    fn unlock(&self) -> io::Result<()> {
        let answer = self.file.unlock();
        queue::released(self.id);
        answer
    }
}

/// The lock of an open [`LockFile`], until it is dropped.
#[must_use = "the lock is released as soon as this value is dropped"]
#[derive(Debug)]
pub struct Turn<'f> {
    of: &'f LockFile,
}

impl Turn<'_> {
    /// Whether this lock still keeps others out: [`Error::Lost`] if somebody has removed or replaced
    /// the lock file since it was opened.
    pub fn verify(&self) -> Result<(), Error> {
        let LockFile {
            options,
            target,
            path,
            id,
            ..
        } = self.of;
        match leads_to(&*options.fs, path, *id) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Lost {
                path: target.clone(),
            }),
            Err(source) => Err(Error::io(target, "finding the lock file again", source)),
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Nobody could be told of a failure; should it keep the lock, closing the file gives it back.
        let _ = self.of.unlock();
    }
}
