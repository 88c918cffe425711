//! The trait for names: directories and what they point to.

use std::ffi::OsString;
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

use crate::{File, Metadata, OpenOptions};

/// The calls on names whose order decides whether data survives.
///
/// # Contract
///
/// * **Nothing here is durable** until [`sync_dir`](Fs::sync_dir) of the directory that holds the
///   name has returned `Ok`. A rename touches two directories if they differ: both need it.
/// * A name's durability and its content's durability are separate: [`File::sync_all`] says nothing
///   about the name, `sync_dir` says nothing about the content, and neither covers the entry of the
///   directory in *its* parent.
/// * Every call is atomic for other processes: they see the names before it or after it.
/// * No call follows a symbolic link in the **last** component of a path, except
///   [`open`](Fs::open) where [`OpenOptions`] says so, and [`read_dir`](Fs::read_dir) and
///   [`sync_dir`](Fs::sync_dir), which look into a directory. Earlier components are followed.
/// * Errors keep the kernel's [`io::ErrorKind`] and `raw_os_error`, except where a call names a kind
///   of its own. They do not name the path: the caller knows it and says it in its own error.
/// * A failed call has changed nothing, except where its own text says otherwise.
/// * There is no clock and no randomness here, and no way around the trait: what the simulator cannot
///   see does not exist.
pub trait Fs: Debug + Send + Sync {
    /// Opens a regular file.
    ///
    /// Anything else is an error, found without blocking on it: a directory is
    /// [`IsADirectory`](io::ErrorKind::IsADirectory); a pipe, socket or device is
    /// [`InvalidInput`](io::ErrorKind::InvalidInput), and so is a symbolic link that may not be
    /// followed.
    fn open(&self, path: &Path, options: &OpenOptions) -> io::Result<Box<dyn File>>;

    /// Renames `from` to `to`, atomically replacing a file or link that is there. A directory moves
    /// with what is in it, to a free name or over an empty directory.
    ///
    /// If the two names are links to one file, nothing happens and the answer is `Ok` (POSIX).
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Renames `from` to `to`, or answers [`AlreadyExists`](io::ErrorKind::AlreadyExists) and leaves
    /// both as they were. [`Unsupported`](io::ErrorKind::Unsupported) where the file system can't do
    /// it in one step.
    fn rename_no_replace(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Gives the file at `original` the further name `link`, which must be free.
    /// A symbolic link at `original` is linked itself, not what it points to.
    fn hard_link(&self, original: &Path, link: &Path) -> io::Result<()>;

    /// Makes `link`, which must be free, a symbolic link to `target` (any text, it need not exist).
    fn symlink(&self, target: &Path, link: &Path) -> io::Result<()>;

    /// The text of a symbolic link; [`InvalidInput`](io::ErrorKind::InvalidInput) for anything else.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;

    /// Removes a name. The content goes with its last name and last open handle.
    /// A directory is refused.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Creates one directory, its parent being there. Not durable: see the helper
    /// [`create_dir_all`](#method.create_dir_all), which is.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;

    /// The names in a directory, without `.` and `..`, sorted by bytes.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<OsString>>;

    /// What stands at a name. A symbolic link is described itself, not followed.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;

    /// Makes every earlier change of names **in this directory** durable.
    ///
    /// After an error nobody knows which of them are, and no later call makes them so: treat the
    /// changes as in doubt. A file system that can't sync directories answers
    /// [`InvalidInput`](io::ErrorKind::InvalidInput): that is reported, not hidden. On Windows, where
    /// none can, this only looks whether the directory is there.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}
