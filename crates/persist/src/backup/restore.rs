//! Going back to a backup, and undoing it: `docs/formats/document.md`, "restore".

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Backup, before_save};
use crate::error::{Error, ErrorKind, Result};
use crate::held::Held;
use crate::quarantine::quarantine;
use crate::read::{Good, State};
use crate::revision::Revision;

/// Where the content is that is about to be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Where an undo finds it.
    Aside,
    /// In quarantine, or there is none.
    ElsewhereOrNothing,
}

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    /// Gives the document the bytes of a backup.
    pub(crate) fn restore(&self, backup: &Backup) -> Result<Revision> {
        let aside = self.place.before_restore();
        if backup.path == aside {
            // It would be written over before it is in place.
            return self.undo_restore();
        }
        self.finish_undo()?;
        let restored = self.usable(&backup.path, ErrorKind::Missing, "the backup")?;
        let (disk, path) = (&self.document.settings().disk, self.place.document());
        if self.keep(&aside)? == Kept::ElsewhereOrNothing {
            // An older one is not what this restore replaces.
            disk.remove(&aside)?;
            disk.sync_dir(self.place.dir())?;
        }
        disk.replace(path, &restored.bytes)?;
        Ok(restored.revision())
    }

    /// Gives the document back what the last restore replaced.
    pub(crate) fn undo_restore(&self) -> Result<Revision> {
        self.finish_undo()?;
        let aside = self.place.before_restore();
        let restored = self.usable(&aside, ErrorKind::NothingToUndo, "what was restored over")?;
        let (disk, path) = (&self.document.settings().disk, self.place.document());
        let kept = self.keep(&self.place.before_undo())?;
        disk.replace(path, &restored.bytes)?;
        // The undo is acknowledged by now. What fails here is done by the next restore or undo.
        let _ = match kept {
            Kept::Aside => self.finish_undo(),
            Kept::ElsewhereOrNothing => disk.remove(&aside),
        };
        Ok(restored.revision())
    }

    /// Keeps what is there before it is replaced: a good file as `aside`, besides what a save keeps.
    fn keep(&self, aside: &Path) -> Result<Kept> {
        let settings = self.document.settings();
        let (disk, path) = (&settings.disk, self.place.document());
        match self.inspect() {
            State::Missing => Ok(Kept::ElsewhereOrNothing),
            State::Good(good) => {
                before_save(disk, &self.place, settings.backups, &good.original(path))?;
                disk.copy(aside, &good.bytes)?;
                Ok(Kept::Aside)
            }
            State::Damaged(damaged) => {
                quarantine(disk, &self.place, &damaged.original(path))?;
                Ok(Kept::ElsewhereOrNothing)
            }
            State::Refused(error) if error.is_about_content() => {
                self.set_aside(error)?;
                Ok(Kept::ElsewhereOrNothing)
            }
            // It may be good: only `overwrite` takes that risk.
            State::Refused(error) => Err(error),
        }
    }

    /// The last step of an undo, also of one that was cut off before it: then the document is what it
    /// was restored from, and what it was before is still under the name of the step.
    fn finish_undo(&self) -> Result<()> {
        let disk = &self.document.settings().disk;
        let (done, pending) = (self.place.before_restore(), self.place.before_undo());
        let is_there = |path: &Path| {
            let there = disk
                .fs
                .find(path)
                .map_err(|error| Error::io(path, "look at", error))?;
            Ok(there.is_some_and(|there| there.is_file()))
        };
        if !is_there(&pending)? || !is_there(&done)? {
            return Ok(());
        }
        let limit = self.document.settings().form.size_limit;
        let restored = disk
            .fs
            .read(&done, limit)
            .map_err(|error| Error::io(&done, "read", error))?;
        if !disk.holds(self.place.document(), &restored)? {
            return Ok(());
        }
        let renamed = disk.fs.rename(&pending, &done);
        renamed.map_err(|error| Error::io(&done, "replace", error))?;
        disk.sync_dir(self.place.dir())
    }

    fn usable(&self, path: &Path, if_missing: ErrorKind, what: &str) -> Result<Box<Good<T>>> {
        match self.document.inspect(path) {
            State::Good(good) => Ok(good),
            State::Missing => {
                let message = format!("{what} is not there: {}", path.display());
                Err(Error::new(if_missing, path, message))
            }
            State::Damaged(damaged) => {
                Err(damaged.into_error(path, "the document was not touched; choose another backup"))
            }
            State::Refused(error) => Err(error),
        }
    }
}
