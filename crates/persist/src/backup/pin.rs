//! Copies that stay until somebody says otherwise: `docs/formats/document.md`, "pin, unpin".

use std::io;
use std::path::Path;

use vfs::Fs;

use super::naming::{Dated, Names};
use super::{Backup, look_at};
use crate::error::{Error, ErrorKind, Result};
use crate::held::Held;
use crate::layout::Place;
use crate::policy::Naming;

impl<T> Held<'_, T> {
    /// Gives a dated copy the name that it has as a pinned one, or as one that is not, whichever of the
    /// two it was when it was listed.
    pub(crate) fn set_pinned(&self, backup: &Backup, pinned: bool) -> Result<Backup> {
        let (disk, place) = (&self.document.settings().disk, &self.place);
        let listed = find(place, &backup.path)?;
        let from = Dated::new(place, listed.naming, listed.stamp, !pinned);
        let to = Dated::new(place, listed.naming, listed.stamp, pinned);
        match rename_new(&*disk.fs, &from.path, &to.path) {
            Ok(()) => disk.sync_dir(&to.naming.dir(place))?,
            Err(error) => self.finish(&from.path, &to.path, error)?,
        }
        match look_at(disk, &to.path)? {
            Some(there) => Ok(Backup::dated(&to, &there)),
            None => Err(Error::backup_not_found(&backup.path)),
        }
    }

    /// Goes on where `to` is there already: somebody has done it, or a crash has cut it off. His sync of
    /// the name may have failed, after which no other makes that name durable, so it is given anew.
    fn finish(&self, from: &Path, to: &Path, failed: io::Error) -> Result<()> {
        let options = self.document.settings();
        let disk = &options.disk;
        let is_there_already = matches!(
            failed.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists
        );
        if !is_there_already {
            return Err(Error::io(from, "rename", failed));
        }
        // Nothing to finish: whoever looks for it next says so.
        let Some(there) = look_at(disk, to)? else {
            return Ok(());
        };
        let bytes = disk.fs.read(to, options.form.size_limit);
        let bytes = bytes.map_err(|error| Error::io(to, "read", error))?;
        if look_at(disk, from)?.is_none() {
            // Only what is there can be removed durably: after a sync that failed, a name that is gone
            // may come back.
            disk.copy(from, &bytes, there.mode)?;
        } else if !disk.holds(from, &bytes)? {
            return Err(Error::io(to, "give another copy the name", failed));
        }
        disk.copy(to, &bytes, there.mode)?;
        disk.remove(from)?;
        disk.sync_dir(vfs::parent(to))
    }
}

/// What a path says of a copy of this document.
fn find(place: &Place, path: &Path) -> Result<Dated> {
    let read = |naming: Naming| Names::of(place, naming).parse(path.file_name()?);
    let found = Naming::default().and_others().into_iter().find_map(read);
    found.filter(|copy| copy.path == path).ok_or_else(|| {
        let message = format!(
            "{} has no time in its name, and only copies that have can be pinned; make one with `backup`",
            path.display()
        );
        Error::new(ErrorKind::InvalidPath, path, message)
    })
}

fn rename_new(fs: &dyn Fs, from: &Path, to: &Path) -> io::Result<()> {
    match fs.rename_no_replace(from, to) {
        // The lock is held: nobody who takes it makes that name in between.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => match fs.find(to)? {
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
            None => fs.rename(from, to),
        },
        renamed => renamed,
    }
}
