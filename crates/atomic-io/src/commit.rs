//! Publication: the steps after the last byte, in the order on which everything rests.

use std::io;

use vfs::File;

use crate::attributes::{self, OldFile};
use crate::error::Step;
use crate::retry::{Failed, is_transient};
use crate::{AtomicFile, Durability, Error, Existing, Metadata};

/// Files from this size on are freed in the background: the kernel takes milliseconds to give back
/// the blocks of a large file, and does so in the call that drops its last name or handle.
const FREE_IN_BACKGROUND_MIN: u64 = 8 * 1024 * 1024;

impl AtomicFile {
    /// Attributes, sync, rename, sync of the directory: docs/formats/temporaries.md has the table of
    /// what is on the disk after each.
    pub(crate) fn publish(self) -> Result<(), Error> {
        let old = self.apply_attributes()?;
        // On Windows a file that is open can't be replaced.
        let free_later = old.filter(|old| !cfg!(windows) && is_large(&old.metadata));
        if self.options.durability == Durability::Durable {
            let sync = self.temp.file().sync_all();
            sync.map_err(|error| self.failed(Step::Sync, error))?;
        }
        self.rename()?;

        let Self {
            options,
            target,
            temp,
            ..
        } = self;
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
        if let Some(OldFile {
            file: Some(file), ..
        }) = free_later
        {
            free_in_background(file);
        }
        Ok(())
    }

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
        let passes = |error: &io::Error| {
            is_transient(error) && !(mounted && error.kind() == io::ErrorKind::ResourceBusy)
        };
        let renamed = match self.options.existing {
            Existing::Overwrite => {
                retry.run_while(passes, || fs.rename(temp, &self.target.resolved))
            }
            Existing::NoClobber => self.rename_no_replace(),
        };
        renamed.or_else(|error| self.check_landed(new, error))
    }

    fn rename_no_replace(&self) -> Result<(), Failed> {
        let (fs, temp, target) = (
            self.options.fs.as_ref(),
            self.temp.path(),
            &self.target.resolved,
        );
        match self
            .options
            .retry
            .run(|| fs.rename_no_replace(temp, target))
        {
            Err(failed) if failed.error.kind() == io::ErrorKind::Unsupported => {}
            result => return result,
        }
        // A link is the other way to take a name only if it is free. A crash before the removal
        // leaves two names of one file, and `sweep` removes the temporary one.
        self.options.retry.run(|| fs.hard_link(temp, target))?;
        let _ = fs.remove_file(temp);
        Ok(())
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

fn is_large(old: &vfs::Metadata) -> bool {
    old.size >= FREE_IN_BACKGROUND_MIN
}

fn free_in_background(file: Box<dyn File>) {
    // Without a thread to spare the handle is dropped with the closure, here.
    let _ = std::thread::Builder::new()
        .name("atomic-io-free".into())
        .spawn(move || drop(file));
}
