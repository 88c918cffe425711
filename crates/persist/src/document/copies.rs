//! A document's copies: what a program calls.

use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backup::{self, Backup};
use crate::document::Document;
use crate::error::Result;
use crate::events;
use crate::revision::Revision;

impl<T: Serialize + DeserializeOwned> Document<T> {
    /// Makes a copy now, durably, whatever [`Options::backups`](crate::Options::backups) says. Where that
    /// asks for dated copies it counts like those that a save makes, and is pruned like them; where it
    /// is [`Off`](crate::Backups::Off) it is a dated copy in the folder, and stays.
    pub fn backup(&self) -> Result<Backup> {
        let copy = self.hold().and_then(|held| match held.readable()? {
            Some(good) => held.back_up(&good),
            None => Err(self.missing("there is nothing to back up")),
        });
        copy.inspect_err(events::failed)
    }

    /// All copies of the document, of every scheme: those that recovery uses first, in the order in
    /// which it does, so newest first. None of them was checked: see [`verify`](Self::verify).
    pub fn backups(&self) -> Result<Vec<Backup>> {
        backup::list(
            &self.settings().disk,
            &self.place()?,
            self.settings().backups,
        )
    }

    /// The newest copy that was [made](crate::Backup::taken) at this time or before. It was not checked:
    /// [`restore`](Self::restore) checks it.
    pub fn backup_at(&self, time: SystemTime) -> Result<Option<Backup>> {
        Ok(backup::newest_at(self.backups()?, time))
    }

    /// Keeps a dated copy for good, whatever [`Options::backups`](crate::Options::backups) says, and returns it under its new
    /// name: `_pinned` stands at the end of it, so that everybody sees it, and a copy of the folder has
    /// it, too. A copy of another kind is [`InvalidPath`](crate::ErrorKind::InvalidPath).
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("contacts.json");
    /// use persist::{Backups, Document};
    ///
    /// let contacts = Document::<Vec<String>>::options()
    ///     .backups(Backups::newest(3))
    ///     .at(path);
    /// contacts.save(&vec!["Ada".into()])?;
    ///
    /// let before_import = contacts.pin(&contacts.backup()?)?;
    /// for number in 0..100 {
    ///     contacts.update(|all| all.push(format!("imported {number}")))?;
    /// }
    /// contacts.restore(&before_import)?;
    /// assert_eq!(contacts.load_or_default()?, ["Ada"]);
    /// assert!(before_import.is_pinned());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pin(&self, backup: &Backup) -> Result<Backup> {
        let pinned = self.hold().and_then(|held| held.set_pinned(backup, true));
        pinned.inspect_err(events::failed)
    }

    /// Lets a copy go like others, and returns it under its new name.
    pub fn unpin(&self, backup: &Backup) -> Result<Backup> {
        let unpinned = self.hold().and_then(|held| held.set_pinned(backup, false));
        unpinned.inspect_err(events::failed)
    }

    /// Removes the copies that [`Retention`](crate::Retention) lets go, of all that have a time in their
    /// names, and returns them. A save does the same for those that are named as the setting says; this
    /// also takes those that were made under another.
    ///
    /// A single copy goes by removing its file: nothing else knows of it.
    pub fn prune(&self) -> Result<Vec<Backup>> {
        let removed = self.hold().and_then(|held| held.prune());
        removed.inspect_err(events::failed)
    }

    /// What [`prune`](Self::prune) would remove now. Changes nothing.
    pub fn prunable(&self) -> Result<Vec<Backup>> {
        self.prunable_in(&self.place()?)
    }

    /// Gives the document the content of a backup, or of any file that it could have been, after checking
    /// that this is good. What is there is kept: [`undo_restore`](Self::undo_restore) brings it back,
    /// and a damaged file is set aside.
    ///
    /// A backup that is not there is [`Missing`](crate::ErrorKind::Missing); one that is damaged leaves
    /// everything as it was, too.
    pub fn restore(&self, backup: impl AsRef<Path>) -> Result<Revision> {
        let restored = self.hold().and_then(|held| held.restore(backup.as_ref()));
        restored.inspect_err(events::failed)
    }

    /// Takes the last [`restore`](Self::restore) back. Done again, it restores again.
    /// [`NothingToUndo`](crate::ErrorKind::NothingToUndo) if there was none, or it replaced nothing good.
    pub fn undo_restore(&self) -> Result<Revision> {
        let restored = self.hold().and_then(|held| held.undo_restore());
        restored.inspect_err(events::failed)
    }
}
