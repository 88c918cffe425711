//! The real operating system.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the one place where the seam touches the file system behind it"
)]

mod mount;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::OsString;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

#[cfg(unix)]
use self::unix as platform;
#[cfg(windows)]
use self::windows as platform;
use crate::{File, Fs, Metadata, OpenOptions};

/// The real file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFs;

impl OsFs {
    /// The real file system as the trait object that options hold: one for all of a process, so that
    /// `Arc::ptr_eq` tells it from others.
    pub fn shared() -> Arc<dyn Fs> {
        static SHARED: LazyLock<Arc<OsFs>> = LazyLock::new(|| Arc::new(OsFs));
        Arc::clone(&*SHARED) as Arc<dyn Fs>
    }

    /// Whether a directory is known to be on a network file system or FUSE, where files may change
    /// without this machine's noticing. `false` where that can't be told: it is known on Linux only.
    pub fn is_remote(self, dir: &Path) -> bool {
        mount::is_remote(dir)
    }
}

impl Fs for OsFs {
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        platform::open(path, options)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        std::fs::rename(from, to)
    }

    fn rename_no_replace(&self, from: &Path, to: &Path) -> Result<()> {
        platform::rename_no_replace(from, to)
    }

    fn hard_link(&self, original: &Path, link: &Path) -> Result<()> {
        platform::hard_link(original, link)
    }

    fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        platform::symlink(target, link)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf> {
        std::fs::read_link(path)
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        std::fs::remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        std::fs::create_dir(path)
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        std::fs::remove_dir(path)
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<OsString>> {
        let mut names = platform::names(path)?;
        names.sort_unstable();
        Ok(names)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata> {
        Ok(platform::describe(&std::fs::symlink_metadata(path)?))
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        platform::sync_dir(path)
    }
}

fn not_a_regular_file() -> Error {
    Error::new(ErrorKind::InvalidInput, "not a regular file")
}

fn link_refused() -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "a symbolic link, which this call does not follow",
    )
}
