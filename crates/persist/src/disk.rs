//! The few things that are done to files, each with its durability.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use atomic_io::{Durability, Existing, Identical, Metadata, Prepared, Remains};
use lock::{Lock, Wait};
use vfs::{Fs, OpenOptions, OsFs};

use crate::alongside::{self, Begun};
use crate::error::{Error, Result};
use crate::layout::Place;

/// The file system, and how it is to be used.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) durability: Durability,
    pub(crate) lock_wait: Wait,
    pub(crate) clock: fn() -> SystemTime,
    pub(crate) temp_seed: Option<u64>,
}

impl Default for Disk {
    fn default() -> Self {
        Self {
            fs: OsFs::shared(),
            durability: Durability::default(),
            lock_wait: Wait::default(),
            clock: SystemTime::now,
            temp_seed: None,
        }
    }
}

impl Disk {
    /// Takes the document's lock. Where there is no lock file yet `lock` creates the directory, or makes it
    /// durable if its maker was killed before he did that; so a lock file stands for a durable
    /// directory, and later saves need not look.
    pub(crate) fn lock(&self, place: &Place) -> Result<Lock> {
        lock::Options::new()
            .fs(Arc::clone(&self.fs))
            .wait(self.lock_wait)
            .clock(self.clock)
            .exclusive(place.document())
            .map_err(Error::lock)
    }

    /// Replaces the document, which keeps its permissions, owner and attributes, or creates it.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let replaced = self.writer().replace(path, bytes);
        replaced.map(|_| ()).map_err(Error::replace)
    }

    /// Begins to replace the document: the new content is durable, and has not taken the name. A document
    /// that is not there is created with the permissions `mode`, if it is given.
    pub(crate) fn prepare(&self, path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<Prepared> {
        let writer = match mode {
            Some(mode) => self.writer().metadata(permissions(mode)),
            None => self.writer(),
        };
        writer.prepare(path, bytes).map_err(Error::replace)
    }

    /// Whether a save in place was cut off or is at work, the document being a mount point: then what was
    /// read may be a mixture.
    pub(crate) fn is_half_written(&self, path: &Path) -> bool {
        self.writer().is_half_written(path).unwrap_or(false)
    }

    /// Finishes a save in place that was cut off. Where that can't be done the document is what it is.
    pub(crate) fn finish(&self, path: &Path) {
        let _ = self.writer().recover(path);
    }

    /// Makes sure that the document, which was found to hold these bytes, does so durably. Whoever
    /// wrote it may have been killed before his sync; where it fails, they are written anew.
    pub(crate) fn settle(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let settled = self
            .writer()
            .identical(Identical::Skip)
            .replace(path, bytes);
        settled.map(|_| ()).map_err(Error::replace)
    }

    /// Makes a copy with these permissions, over another one.
    pub(crate) fn copy(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
        let writer = self.writer().metadata(permissions(mode));
        writer.replace(path, bytes).map(|_| ()).map_err(Error::copy)
    }

    /// Makes a copy with these permissions under a new name; `false` if the name is taken.
    pub(crate) fn copy_new(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<bool> {
        let writer = self
            .writer()
            .metadata(permissions(mode))
            .existing(Existing::NoClobber);
        match writer.replace(path, bytes) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == atomic_io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(Error::copy(error)),
        }
    }

    /// Whether this is the file system of the operating system, which others use too.
    pub(crate) fn is_real(&self) -> bool {
        Arc::ptr_eq(&self.fs, &OsFs::shared())
    }

    pub(crate) fn writer(&self) -> atomic_io::Options {
        let options = atomic_io::Options::new()
            .fs(Arc::clone(&self.fs))
            .durability(self.durability);
        match self.temp_seed {
            Some(seed) => options.temp_seed(seed),
            None => options,
        }
    }

    /// Makes the names in a directory durable.
    pub(crate) fn sync_dir(&self, dir: &Path) -> Result<()> {
        match self.durability {
            Durability::Atomic => Ok(()),
            _ => self
                .fs
                .sync_dir(dir)
                .map_err(|error| Error::io(dir, "sync", error)),
        }
    }

    /// Begins [`sync_dir`](Self::sync_dir) on another thread, if that is of use and one is free. A simulated disk is asked for one thing
    /// after the other, so that what it did can be repeated.
    pub(crate) fn begin_sync_dir(&self, dir: &Path) -> Option<Begun> {
        if self.durability == Durability::Atomic || !self.is_real() {
            return None;
        }
        alongside::begin(&self.fs, dir)
    }

    /// Makes the content of a file durable that somebody else has written.
    pub(crate) fn sync_file(&self, path: &Path) -> Result<()> {
        match self.durability {
            Durability::Atomic => Ok(()),
            _ => (self.fs.open(path, &OpenOptions::read()))
                .and_then(|file| file.sync_all())
                .map_err(|error| Error::io(path, "sync", error)),
        }
    }

    /// Removes what killed processes have left in a directory of documents.
    pub(crate) fn sweep(&self, dir: &Path) -> Result<Vec<PathBuf>> {
        let mut removed = Vec::new();
        let mut failed = None;
        for dir in [dir, &Place::backup_folder_of(dir)] {
            let mut swept = self.writer().sweep(dir).map_err(Error::replace)?;
            removed.append(&mut swept.removed);
            failed = failed.or(swept.failed.into_iter().next());
        }
        match failed {
            Some(error) => Err(Error::replace(error)),
            None => Ok(removed),
        }
    }

    /// Removes a file if it is there.
    pub(crate) fn remove(&self, path: &Path) -> Result<()> {
        match self.fs.remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io(path, "remove", error))
            }
            _ => Ok(()),
        }
    }

    /// Removes a file as [`remove`](Self::remove) does, and does not wait until its blocks are given back.
    pub(crate) fn let_go(&self, path: &Path) -> Result<()> {
        let _remains = Remains::of(&*self.fs, path);
        self.remove(path)
    }

    /// Renames a file over another one, and returns what is left of that one.
    pub(crate) fn rename_over(&self, path: &Path, other: &Path) -> Result<Remains> {
        let remains = Remains::of(&*self.fs, other);
        match self.fs.rename(path, other) {
            Ok(()) => Ok(remains),
            Err(error) => Err(Error::io(other, "replace", error)),
        }
    }

    /// Whether two paths lead to one file, links followed on the way to the first. `false` where that
    /// can't be told.
    pub(crate) fn is_same_file(&self, path: &Path, known: &Path) -> bool {
        let file = self.fs.open(path, &OpenOptions::read());
        match (file.and_then(|file| file.metadata()), self.fs.find(known)) {
            (Ok(there), Ok(Some(known))) => there.same_file(&known),
            _ => false,
        }
    }

    /// Whether a file holds exactly these bytes.
    pub(crate) fn holds(&self, path: &Path, bytes: &[u8]) -> Result<bool> {
        let failed = |error| Error::io(path, "read", error);
        match self.fs.find(path).map_err(failed)? {
            Some(there) if there.is_file() && there.size == bytes.len() as u64 => {
                match self.fs.read(path, there.size) {
                    // Removed meanwhile by a program that takes no lock.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                    found => Ok(found.map_err(failed)? == bytes),
                }
            }
            _ => Ok(false),
        }
    }
}

/// Those of the original: whoever may not read that may not read a copy. No set-id bits on data.
fn permissions(mode: u32) -> Metadata {
    Metadata::Mode(mode & 0o777)
}
