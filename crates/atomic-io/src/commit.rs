//! Publication: the steps after the last byte, in the order on which everything rests.

use std::cell::Cell;
use std::io;
use std::path::Path;

use crate::attributes::{self, OldFile};
use crate::error::Step;
use crate::retry::{Failed, is_transient};
use crate::{
    AtomicFile, Durability, Error, ErrorKind, Existing, Metadata, Options, Remains, in_place,
};

/// How often a rename is tried again that was busy, where the file can be saved in place.
const BUSY_MAX: u32 = 2;

/// An old file of this size is worth opening for its [`Remains`] alone: to free it takes milliseconds.
const LARGE_MIN: u64 = 8 * 1024 * 1024;

/// New content that is complete and durable beside its file, and has not taken the name.
///
/// Dropped without a commit, or killed, it never happened.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("notes.txt");
/// # atomic_io::replace(&path, "old")?;
/// let new = atomic_io::Options::new().prepare(&path, "new")?;
/// // ... whatever must be on the disk before the old content loses its name ...
/// assert_eq!(std::fs::read(&path)?, b"old");
/// new.commit()?;
/// assert_eq!(std::fs::read(&path)?, b"new");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropped without `commit`, it never happened"]
#[derive(Debug)]
pub struct Prepared {
    file: AtomicFile,
    /// Of the old file, if the rename takes its last name.
    remains: Remains,
}

impl Prepared {
    /// Attributes and sync. docs/formats/temporaries.md has the table of what is on the disk after each
    /// step, of these and of those of `commit`.
    pub(crate) fn new(file: AtomicFile) -> Result<Self, Error> {
        let old = file.apply_attributes()?;
        let old = old.filter(|old| old.metadata.links.is_none_or(|links| links <= 1));
        let remains = Remains::of_open(old.and_then(|old| old.file));
        if file.options.durability == Durability::Durable {
            let sync = file.temp.file().sync_all();
            sync.map_err(|error| file.failed(Step::Sync, error))?;
        }
        Ok(Self { file, remains })
    }

    /// The path as the caller gave it.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Says that the old file has got another name since it was looked at: then nothing of it is to be
    /// given back, and no thread is asked to.
    pub fn old_is_kept(mut self) -> Self {
        self.remains.close();
        self
    }

    /// Publishes it: from `Ok` on it is the file's content, with the [`Durability`] that was asked for.
    pub fn commit(self) -> Result<(), Error> {
        match self.file.rename() {
            Err(error) if self.file.may_overwrite(&error) => return in_place::publish(self.file),
            renamed => renamed?,
        }
        let AtomicFile {
            options,
            target,
            temp,
            ..
        } = self.file;
        // Closed at once, so that nobody finds the published file locked.
        temp.published();
        if options.durability == Durability::Durable {
            options
                .fs
                .sync_dir(vfs::parent(&target.resolved))
                .map_err(|error| {
                    Error::failed(Step::SyncDirectory, &target.requested, error).in_doubt()
                })?;
        }
        drop(self.remains);
        Ok(())
    }

    /// Gives the new content up and removes its temporary file. Dropping does the same.
    pub fn discard(self) {}
}

impl AtomicFile {
    /// Returns the old file if it was needed for that, or will be.
    fn apply_attributes(&self) -> Result<Option<OldFile>, Error> {
        let Self {
            options, target, ..
        } = self;
        let wants_old = options.existing == Existing::Overwrite
            && (options.metadata == Metadata::Keep || target.old_file().is_some_and(is_large));
        let apply = || {
            let old = if wants_old {
                OldFile::find(options, target)?
            } else {
                None
            };
            attributes::apply(options, old.as_ref(), &self.temp)?;
            Ok(old)
        };
        apply().map_err(|failed: Failed| self.failed(Step::Attributes, failed))
    }

    fn rename(&self) -> Result<(), Error> {
        let (fs, temp, retry) = (
            self.options.fs.as_ref(),
            self.temp.path(),
            self.options.retry,
        );
        let failed = |failed: Failed| self.failed(Step::Rename, failed);

        let new = self.temp.created();
        let named = retry.run(|| fs.metadata(temp)).map_err(failed)?;
        if new.id != named.id {
            let stolen = io::Error::other("somebody has replaced the temporary file");
            return Err(failed(stolen.into()));
        }
        if cfg!(windows) {
            // Locks are mandatory there: readers of the published file would be turned away until
            // the handle is closed. A sweep in this instant makes the rename fail, no more.
            let _ = self.temp.file().unlock();
        }

        // A file on another device than its neighbour was mounted there, and will stay busy.
        let mounted = self
            .target
            .old_file()
            .is_some_and(|old| match (old.id, new.id) {
                (Some(old), Some(new)) => old.device != new.device,
                _ => false,
            });
        // And where it can be saved all the same, there is no need to wait long.
        let busy_max = match in_place::is_possible(&self.options, &self.target, &self.temp) {
            _ if mounted => 0,
            true => BUSY_MAX,
            false => u32::MAX,
        };
        let busy = Cell::new(0);
        let passes = |error: &io::Error| {
            if error.kind() == io::ErrorKind::ResourceBusy {
                busy.set(busy.get() + 1);
                return busy.get() <= busy_max;
            }
            is_transient(error)
        };
        let renamed = match self.options.existing {
            Existing::Overwrite => {
                retry.run_while(passes, || fs.rename(temp, &self.target.resolved))
            }
            Existing::NoClobber => take_free_name(&self.options, temp, &self.target.resolved),
        };
        renamed.or_else(|error| self.check_landed(new, error))
    }

    fn may_overwrite(&self, refused: &Error) -> bool {
        refused.kind() == ErrorKind::MountPoint
            && in_place::is_possible(&self.options, &self.target, &self.temp)
    }

    /// A rename over a network may be done although it was answered with an error: the answer got
    /// lost, and the repeated request found the temporary name gone. The target's identity tells.
    fn check_landed(&self, new: &vfs::Metadata, failed: Failed) -> Result<(), Error> {
        let (fs, path) = (self.options.fs.as_ref(), &self.target.resolved);
        match self.options.retry.run(|| fs.find(path)) {
            Ok(Some(found)) if found.same_file(new) => {
                let _ = fs.remove_file(self.temp.path());
                Ok(())
            }
            Ok(_) => Err(self.failed(Step::Rename, failed)),
            Err(_) => Err(self.failed(Step::Rename, failed).in_doubt()),
        }
    }

    fn failed(&self, step: Step, failed: impl Into<Failed>) -> Error {
        Error::failed(step, &self.target.requested, failed).needing(self.written)
    }
}

/// Renames `temp` to a name that must be free.
pub(crate) fn take_free_name(options: &Options, temp: &Path, name: &Path) -> Result<(), Failed> {
    let (fs, retry) = (options.fs.as_ref(), options.retry);
    match retry.run(|| fs.rename_no_replace(temp, name)) {
        Err(failed) if failed.error.kind() == io::ErrorKind::Unsupported => {}
        result => return result,
    }
    // A link is the other way to take a name only if it is free. A crash before the removal
    // leaves two names of one file, and `sweep` removes the temporary one.
    retry.run(|| fs.hard_link(temp, name))?;
    let _ = fs.remove_file(temp);
    Ok(())
}

fn is_large(old: &vfs::Metadata) -> bool {
    old.size >= LARGE_MIN
}
