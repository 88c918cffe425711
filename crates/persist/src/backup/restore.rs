//! Going back to a backup, and undoing it: `docs/formats/document.md`, "restore".

use std::path::Path;

use atomic_io::Prepared;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::before_save;
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::held::Held;
use crate::policy::Backups;
use crate::quarantine::quarantine;
use crate::read::{Good, State};
use crate::revision::Revision;

/// Where the content is that is about to be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Where an undo finds it.
    Aside,
    /// In quarantine.
    Quarantined,
    /// There is none.
    Nothing,
}

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    /// Gives the document the bytes of a backup.
    pub(crate) fn restore(&self, source: &Path) -> Result<Revision> {
        let (disk, path) = (&self.document.settings().disk, self.place.document());
        let aside = self.place.before_restore();
        if source == aside || disk.is_same_file(source, &aside) {
            // A copy over it, as below, would come before it is in place.
            let Some(restored) = self.finish_undo()? else {
                return self.undo_restore();
            };
            // An undo that had its last step to go has restored it already, but perhaps was told that
            // it is in doubt.
            disk.replace(path, &restored.bytes)?;
            return Ok(self.restored(&aside, &restored));
        }
        self.finish_undo()?;
        let restored = self
            .usable(source)?
            .ok_or_else(|| Error::backup_not_found(source))?;
        let there = self.replaceable()?;
        let prepared = self.prepare(&there, &restored)?;
        let kept = self.keep(there, &aside)?;
        if kept != Kept::Aside {
            // An older one is not what this restore replaces.
            disk.remove(&aside)?;
            disk.sync_dir(self.place.dir())?;
        }
        prepared.commit().map_err(Error::replace)?;
        Ok(self.restored(source, &restored))
    }

    /// Gives the document back what the last restore replaced.
    pub(crate) fn undo_restore(&self) -> Result<Revision> {
        self.finish_undo()?;
        let aside = self.place.before_restore();
        let restored = self.usable(&aside)?.ok_or_else(|| {
            let message = format!(
                "nothing to undo: {} is not there; restore a backup instead",
                aside.display()
            );
            Error::new(ErrorKind::NothingToUndo, &aside, message)
        })?;
        let there = self.replaceable()?;
        let prepared = self.prepare(&there, &restored)?;
        let kept = self.keep(there, &self.place.before_undo())?;
        prepared.commit().map_err(Error::replace)?;
        // The undo is acknowledged by now. What fails here is done by the next restore or undo.
        let _ = match kept {
            Kept::Aside => self.finish_undo().map(drop),
            Kept::Quarantined | Kept::Nothing => self.document.settings().disk.remove(&aside),
        };
        Ok(self.restored(&aside, &restored))
    }

    /// Keeps what is there before it is replaced: a good file as `aside`, besides what a save keeps.
    fn keep(&self, there: State<T>, aside: &Path) -> Result<Kept> {
        let settings = self.document.settings();
        let (disk, path) = (&settings.disk, self.place.document());
        match there {
            State::Missing => Ok(Kept::Nothing),
            State::Good(good) => {
                // The single copy stays: it may be what is restored, and then has no other name.
                if settings.backups != Backups::Single
                    && let Some(name) =
                        before_save(disk, &self.place, settings.backups, &good.original(path))?
                {
                    name.sync(disk, &self.place)?;
                }
                good.original(path).copy_to(disk, aside)?;
                Ok(Kept::Aside)
            }
            State::Damaged(damaged) => {
                quarantine(disk, &self.place, &damaged.original(path))?;
                Ok(Kept::Quarantined)
            }
            State::Refused(error) => {
                self.set_aside(error)?;
                Ok(Kept::Quarantined)
            }
        }
    }

    /// What is about to be replaced. What can't be read may be good: only `overwrite` takes that risk.
    fn replaceable(&self) -> Result<State<T>> {
        match self.inspect() {
            State::Refused(error) if !error.is_about_content() => Err(error),
            state => Ok(state),
        }
    }

    /// Gets a backup's bytes ready to be the document's.
    fn prepare(&self, there: &State<T>, restored: &Good<T>) -> Result<Prepared> {
        let (disk, path) = (&self.document.settings().disk, self.place.document());
        let mode = matches!(there, State::Missing).then_some(restored.there.mode);
        disk.prepare(path, &restored.bytes, mode)
    }

    fn restored(&self, source: &Path, restored: &Good<T>) -> Revision {
        let revision = restored.revision();
        events::restored(self.place.document(), source, &revision);
        revision
    }

    /// The last step of an undo, also of one that was cut off before it: then the document is what it
    /// was restored from, and what it was before is still under the name of the step. The document, if
    /// there was something to finish.
    fn finish_undo(&self) -> Result<Option<Box<Good<T>>>> {
        let disk = &self.document.settings().disk;
        let (done, pending) = (self.place.before_restore(), self.place.before_undo());
        let pending_there = disk.fs.find(&pending);
        if pending_there
            .map_err(|error| Error::io(&pending, "look at", error))?
            .is_none()
        {
            return Ok(None);
        }
        let document = match self.inspect() {
            State::Good(document) => document,
            State::Refused(error) if !error.is_about_content() => return Err(error),
            _ => return Ok(None),
        };
        if !disk.holds(&done, &document.bytes)? {
            return Ok(None);
        }
        let renamed = disk.fs.rename(&pending, &done);
        renamed.map_err(|error| Error::io(&done, "replace", error))?;
        disk.sync_dir(self.place.dir())?;
        Ok(Some(document))
    }

    fn usable(&self, path: &Path) -> Result<Option<Box<Good<T>>>> {
        match self.document.inspect(path) {
            State::Good(good) => Ok(Some(good)),
            State::Missing => Ok(None),
            State::Damaged(damaged) => {
                Err(damaged.into_error(path, "the document was not touched; choose another backup"))
            }
            State::Refused(error) => Err(error),
        }
    }
}
