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

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    /// Gives the document the bytes of a backup.
    pub(crate) fn restore(&self, backup: &Backup) -> Result<Revision> {
        self.finish_undo()?;
        let restored = self.usable(&backup.path, ErrorKind::Missing, "the backup")?;
        let aside = self.place.before_restore();
        self.put_in_place(&restored, &aside)
    }

    /// Gives the document back what the last restore replaced.
    pub(crate) fn undo_restore(&self) -> Result<Revision> {
        self.finish_undo()?;
        let (aside, next) = (self.place.before_restore(), self.place.before_undo());
        let restored = self.usable(&aside, ErrorKind::NothingToUndo, "what was restored over")?;
        let revision = self.put_in_place(&restored, &next)?;
        self.finish_undo()?;
        Ok(revision)
    }

    /// Keeps what is there, a good file as `aside`, then replaces it.
    fn put_in_place(&self, restored: &Good<T>, aside: &Path) -> Result<Revision> {
        let options = self.document.settings();
        let (disk, path) = (&options.disk, self.place.document());
        let kept = match self.inspect() {
            State::Missing => false,
            State::Good(good) => {
                before_save(disk, &self.place, options.backups, &good.original(path))?;
                disk.replace(aside, &good.bytes)?;
                true
            }
            State::Damaged(damaged) => {
                quarantine(disk, &self.place, &damaged.original(path))?;
                false
            }
            State::Refused(error) => {
                self.set_aside(error)?;
                false
            }
        };
        disk.replace(path, &restored.bytes)?;
        if !kept {
            // An older one is not what this restore has replaced.
            disk.remove(&self.place.before_restore())?;
            disk.sync_dir(self.place.dir())?;
        }
        Ok(restored.revision())
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
