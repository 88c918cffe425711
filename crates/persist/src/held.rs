//! A document under its lock: only who holds it changes files.

use std::ops::Deref;
use std::path::PathBuf;

use lock::Lock;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::error::{Error, Result};
use crate::folder::{finish, is_pending};
use crate::layout::Place;
use crate::preserve::Original;
use crate::quarantine::quarantine;
use crate::read::{Good, State};

/// A document under its exclusive lock, until this value is dropped.
#[derive(Debug)]
pub(crate) struct Held<'d, T> {
    pub(crate) document: &'d Document<T>,
    pub(crate) place: Place,
    pub(crate) lock: HeldLock<'d>,
}

/// A document's lock: its own, or one of several that somebody has taken together.
#[derive(Debug)]
pub(crate) enum HeldLock<'d> {
    Own(Lock),
    Lent(&'d Lock),
}

impl Deref for HeldLock<'_> {
    type Target = Lock;

    fn deref(&self) -> &Lock {
        match self {
            Self::Own(lock) => lock,
            Self::Lent(lock) => lock,
        }
    }
}

impl<T> Document<T> {
    /// Takes the lock.
    pub(crate) fn hold(&self) -> Result<Held<'_, T>> {
        loop {
            let place = self.place()?;
            let lock = self.settings().disk.lock(&place)?;
            // The folder's lock comes before those of its documents.
            if is_pending(&self.settings().disk, place.dir())? {
                drop(lock);
                finish(&self.settings().disk, place.dir())?;
                continue;
            }
            // A link may have been changed during the wait; then this is the lock of another file.
            if self.place()? == place {
                return Ok(Held {
                    document: self,
                    place,
                    lock: HeldLock::Own(lock),
                });
            }
        }
    }

    /// The document at `place`, whose lock somebody has taken.
    pub(crate) fn held_under<'d>(&'d self, place: &Place, lock: &'d Lock) -> Held<'d, T> {
        Held {
            document: self,
            place: place.clone(),
            lock: HeldLock::Lent(lock),
        }
    }
}

impl<T: DeserializeOwned> Held<'_, T> {
    /// What the document is. One that is a mount point and whose save was cut off is finished first.
    pub(crate) fn inspect(&self) -> State<T> {
        let path = self.place.document();
        self.document.settings().disk.finish(path);
        self.document.inspect(path)
    }

    /// What is there, for a save that must not write over what could not be read.
    pub(crate) fn readable(&self) -> Result<Option<Box<Good<T>>>> {
        match self.inspect() {
            State::Missing => Ok(None),
            State::Good(good) => Ok(Some(good)),
            State::Refused(error) => Err(error),
            State::Damaged(damaged) => Err(damaged.into_error(
                self.place.document(),
                "load it to recover it from a backup, or overwrite it, which sets it aside",
            )),
        }
    }
}

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    /// What is there, for a change to it: recovered first where it is damaged.
    pub(crate) fn current(&self) -> Result<Option<Box<Good<T>>>> {
        match self.inspect() {
            State::Missing => Ok(None),
            State::Good(good) => Ok(Some(good)),
            State::Refused(error) => Err(error),
            State::Damaged(damaged) => self.recovered(damaged).map(Some),
        }
    }
}

impl<T> Held<'_, T> {
    /// Removes what killed processes have left in the directories of the document.
    pub(crate) fn sweep(&self) -> Result<Vec<PathBuf>> {
        let disk = &self.document.settings().disk;
        disk.finish(self.place.document());
        disk.sweep(self.place.dir())
    }

    /// Sets a file aside that could not be used, for this reason, because the caller wants another
    /// content in its place.
    pub(crate) fn set_aside(&self, refused: Error) -> Result<PathBuf> {
        let (disk, path) = (&self.document.settings().disk, self.place.document());
        let there = match disk.fs.find(path) {
            Ok(Some(there)) if there.is_file() => there,
            _ => return Err(refused),
        };
        // Only needed where there are no links.
        let bytes = disk
            .fs
            .read(path, self.document.settings().form.size_limit)
            .ok();
        let original = Original {
            path,
            bytes: bytes.as_deref(),
            there,
            ours: false,
            revision: None,
        };
        quarantine(disk, &self.place, &original)
    }
}
