//! The lock while it is held.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vfs::{File, FileId, Fs, LockKind, parent};

use crate::acquire::{acquire, leads_to};
use crate::token::Slots;
use crate::{Error, FencingToken, Options, holder, queue};

/// A lock that is held, until this value is dropped or its process dies.
///
/// It may be sent to and shared with other threads. It does not borrow what it protects: hold it for
/// as long as the protected file is being read and written, and no longer.
#[must_use = "the lock is released as soon as this value is dropped"]
#[derive(Debug)]
pub struct Lock {
    fs: Arc<dyn Fs>,
    file: Box<dyn File>,
    id: Option<FileId>,
    kind: LockKind,
    target: PathBuf,
    path: PathBuf,
    waited: Duration,
    drawn: Mutex<Drawn>,
    released: bool,
}

/// What has become of this holder's token.
#[derive(Debug)]
enum Drawn {
    NotYet,
    Token(FencingToken),
    Failed,
}

impl Lock {
    /// Locks `path` for this holder alone, waiting for as long as it takes: see [`Options`].
    pub fn exclusive(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new().exclusive(path)
    }

    /// Locks `path` against exclusive holders, waiting for as long as it takes: see [`Options`].
    pub fn shared(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new().shared(path)
    }

    pub(crate) fn acquire(
        options: &Options,
        target: &Path,
        lock_file: PathBuf,
        kind: LockKind,
    ) -> Result<Self, Error> {
        let held = acquire(options, target, &lock_file, kind)?;
        match kind {
            LockKind::Exclusive => holder::announce(&*held.file, (options.clock)()),
            LockKind::Shared => holder::forget_the_dead(&*held.file),
        }
        Ok(Self {
            fs: Arc::clone(&options.fs),
            file: held.file,
            id: held.id,
            kind,
            target: target.to_owned(),
            path: lock_file,
            waited: held.waited,
            drawn: Mutex::new(Drawn::NotYet),
            released: false,
        })
    }

    /// The lock file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How long it took to get this lock: the measure of contention.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Whether this lock still keeps others out: [`Error::Lost`] if somebody has removed or replaced
    /// the lock file. Worth its one call just before something that can't be taken back.
    pub fn verify(&self) -> Result<(), Error> {
        match leads_to(&*self.fs, &self.path, self.id) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Lost {
                path: self.target.clone(),
            }),
            Err(source) => Err(self.failed("finding the lock file again", source)),
        }
    }

    /// The number of this holder: greater than every number handed out before under this lock file,
    /// whatever crashed in between. Whoever keeps the greatest number it has seen can refuse a holder
    /// that was thought dead and comes back.
    ///
    /// The first call draws the number and makes it durable, which costs a sync (a few more for a new
    /// lock file and after a crash); later calls return the same number for nothing. Who needs no
    /// token pays nothing.
    ///
    /// After a failure this lock has no token: no later sync can be trusted to have repaired what a
    /// failed one left. Release it and take it again; the next holder starts from what is certain.
    pub fn token(&self) -> Result<FencingToken, Error> {
        self.draw(None)
    }

    /// A token greater than `floor`, also where the lock file has lost its count
    /// ([`Error::TokenLost`]) or is a new one.
    ///
    /// For who keeps the greatest token it has seen elsewhere: by calling this, the caller vouches
    /// that no token above `floor` was handed out that the lock file does not know of.
    pub fn token_above(&self, floor: u64) -> Result<FencingToken, Error> {
        self.draw(Some(floor))
    }

    /// The last token, without drawing one: no token above this number was handed out, as far as the lock
    /// file knows, and 0 if it knows of none. After a crash it may be a little greater than the last one.
    /// [`token_above`](Self::token_above) this number or a greater one draws exactly the next.
    pub fn last_token(&self) -> Result<u64, Error> {
        let slots = Slots::read(&*self.file)
            .map_err(|source| self.failed("reading the last token", source))?;
        slots.last().ok_or_else(|| Error::TokenLost {
            path: self.target.clone(),
        })
    }

    fn draw(&self, floor: Option<u64>) -> Result<FencingToken, Error> {
        if self.kind == LockKind::Shared {
            return Err(Error::NotExclusive {
                path: self.target.clone(),
            });
        }
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        match *drawn {
            Drawn::Token(token) if floor.is_none_or(|floor| token.get() > floor) => {
                return Ok(token);
            }
            Drawn::Failed => {
                let reason = "it failed before; release the lock and take it again";
                return Err(self.failed("drawing a token", io::Error::other(reason)));
            }
            Drawn::NotYet | Drawn::Token(_) => {}
        }
        self.verify()?;
        let slots = Slots::read(&*self.file)
            .map_err(|source| self.failed("reading the last token", source))?;
        let Some(plan) = slots.plan(floor) else {
            return Err(Error::TokenLost {
                path: self.target.clone(),
            });
        };
        *drawn = Drawn::Failed;
        let token = plan
            .carry_out(&*self.file, || self.fs.sync_dir(parent(&self.path)))
            .map_err(|source| self.failed("drawing a token", source))?;
        *drawn = Drawn::Token(token);
        Ok(token)
    }

    /// Releases the lock. Dropping does the same and says nothing of a failure; either way the lock
    /// is free afterwards, because the handle is closed.
    pub fn release(mut self) -> Result<(), Error> {
        self.unlock()
            .map_err(|source| self.failed("releasing the lock", source))
    }

    fn unlock(&mut self) -> io::Result<()> {
        self.released = true;
        if self.kind == LockKind::Exclusive {
            holder::withdraw(&*self.file);
        }
        // Not left to closing the handle: a forked child may have inherited it.
        let answer = self.file.unlock();
        queue::released(self.id);
        answer
    }

    fn failed(&self, operation: &'static str, source: io::Error) -> Error {
        Error::io(&self.target, operation, source)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if !self.released {
            let _ = self.unlock();
        }
    }
}
