//! Keeping a file's bytes under a second name, before its own name is given to others.

use std::io;
use std::path::{Path, PathBuf};

use vfs::Metadata;

use crate::disk::Disk;
use crate::error::{Error, ErrorKind, Result};

/// A file that was read and is about to be replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Original<'f> {
    pub(crate) path: &'f Path,
    /// `None` where they are not at hand: then only a link can keep them.
    pub(crate) bytes: Option<&'f [u8]>,
    pub(crate) there: Metadata,
    /// Whether its content is known to be durable: we wrote it.
    pub(crate) ours: bool,
    pub(crate) revision: Option<u64>,
}

impl<'f> Original<'f> {
    /// Makes a durable copy at `path`, over another one.
    pub(crate) fn copy_to(&self, disk: &Disk, path: &Path) -> Result<()> {
        disk.copy(path, self.content()?, self.there.mode)
    }

    /// Makes a durable copy at `path`; `false` if the name is taken.
    pub(crate) fn copy_to_new(&self, disk: &Disk, path: &Path) -> Result<bool> {
        disk.copy_new(path, self.content()?, self.there.mode)
    }

    /// What a copy is made of.
    pub(crate) fn content(&self) -> Result<&'f [u8]> {
        self.bytes.ok_or_else(|| {
            let reason = io::Error::new(io::ErrorKind::Unsupported, "there are no hard links here");
            Error::io(self.path, "keep a copy of", reason)
        })
    }

    /// Whether there may be a second name of it anywhere.
    pub(crate) fn has_other_names(&self) -> bool {
        self.there.links != Some(1)
    }

    /// Whether `path` is a second name of this file.
    pub(crate) fn is_at(&self, disk: &Disk, path: &Path) -> Result<bool> {
        let there = disk
            .fs
            .find(path)
            .map_err(|error| Error::io(path, "look at", error))?;
        Ok(there.is_some_and(|there| there.same_file(&self.there)))
    }
}

/// Names tried before it is said that something is wrong with the directory.
const NAMES_MAX: u32 = 10_000;

/// Gives the file a second name, the first of `names` that is free; or copies it where there are no
/// links. Durable after a sync of the directory. A link follows the file only until it is replaced,
/// which nobody does in place.
pub(crate) fn preserve(
    disk: &Disk,
    original: &Original<'_>,
    mut names: impl FnMut(u32) -> Result<PathBuf>,
) -> Result<PathBuf> {
    let mut linkable = is_linkable(disk, original);
    for attempt in 1..=NAMES_MAX {
        let name = names(attempt)?;
        let linked = if linkable {
            link(disk, original, &name)?
        } else {
            Linked::Unsupported
        };
        linkable = linked != Linked::Unsupported;
        if linked == Linked::Yes || !linkable && original.copy_to_new(disk, &name)? {
            return Ok(name);
        }
    }
    let reason = io::Error::new(io::ErrorKind::AlreadyExists, "every name is taken");
    Err(Error::io(original.path, "keep a copy of", reason))
}

/// Keeps anew what somebody has kept at `path`; durable after a sync of the directory. His sync of the
/// name may have failed, after which no other makes the same name durable. Meanwhile the file still has
/// its own.
pub(crate) fn renew(disk: &Disk, original: &Original<'_>, path: &Path) -> Result<()> {
    if original.is_at(disk, path)? && is_linkable(disk, original) {
        disk.remove(path)?;
        if let Linked::Yes = link(disk, original, path)? {
            return Ok(());
        }
    }
    original.copy_to(disk, path)
}

/// Whether a second name is as good as a copy. Bytes of which nobody knows whether they are durable
/// are made so first; if that fails they may be lost although they were read, and only a new file can
/// hold them.
pub(crate) fn is_linkable(disk: &Disk, original: &Original<'_>) -> bool {
    original.ours || disk.sync_file(original.path).is_ok()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linked {
    Yes,
    NameTaken,
    Unsupported,
}

/// A second name for the file that was read, and no other: a program that ignores the lock may have
/// put another one there.
pub(crate) fn link(disk: &Disk, original: &Original<'_>, name: &Path) -> Result<Linked> {
    use io::ErrorKind as Io;
    match disk.fs.hard_link(original.path, name) {
        Ok(()) => {}
        Err(error) => {
            return match error.kind() {
                Io::AlreadyExists => Ok(Linked::NameTaken),
                // Some file systems, and Linux for files of others, call it a matter of permission.
                Io::Unsupported | Io::PermissionDenied | Io::TooManyLinks | Io::CrossesDevices => {
                    Ok(Linked::Unsupported)
                }
                _ => Err(Error::io(original.path, "keep a second name of", error)),
            };
        }
    }
    if original.there.id.is_none() || original.is_at(disk, name)? {
        return Ok(Linked::Yes);
    }
    disk.remove(name)?;
    let message = format!(
        "{} was replaced by a program that does not take its lock; load it again",
        original.path.display()
    );
    Err(Error::new(ErrorKind::Conflict, original.path, message))
}
