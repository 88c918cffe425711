//! Durable atomic replacement of a file.
//!
//! `std::fs::write` empties a file before it fills it: a crash in between, a full disk, or a reader
//! at the wrong moment finds half a file or none. This crate writes the new content beside the old
//! one and lets it take the name in one step, and does not say `Ok` before both the content and the
//! name would survive a power cut. It knows bytes and files: not formats, not backups, not who else
//! wants to change the same file (that is what locks are for). It never copies across file systems
//! and writes a file in place only where no rename can replace it, through a journal.
//!
//! * [`replace`] and [`Options::replace`]: bytes in, file replaced.
//! * [`AtomicFile`], from [`Options::create`]: content that is written piece by piece, then
//!   [`commit`](AtomicFile::commit)ted or forgotten.
//! * [`Prepared`], from [`Options::prepare`]: content that is durable already and has not taken the name.
//! * [`Options::sweep`]: removes what killed writers have left.
//! * [`recover()`]: finishes the save of a mounted file that was cut off.
//! * [`Remains`]: of a file that is about to lose its last name, for who can't wait until it is freed.
//! * [`Error`]: [`kind`](Error::kind) says what to do, [`on_disk`](Error::on_disk) what to believe.
//!
//! ```
//! use atomic_io::{OnDisk, Options, Symlinks};
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("app/settings.json");
//! atomic_io::replace(&path, "{\n  \"theme\": \"dark\"\n}\n")?; // its directory is created too
//!
//! let strict = Options::new().symlinks(Symlinks::Refuse);
//! if let Err(error) = strict.replace(&path, "{}\n") {
//!     assert_eq!(error.on_disk(), OnDisk::Unchanged);
//!     eprintln!("{error}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Guarantees
//!
//! With the default options, on a file system that keeps the contract of [`vfs::Fs`]:
//!
//! * **Atomic.** A reader, a killed process and a restart after a power cut all find the old content
//!   or the new, byte for byte, never a mixture, never an empty file.
//! * **Durable.** After `Ok` it is the new one, and the directories that had to be created are there.
//! * **Nothing half done.** After an error it is the old one for ever ([`OnDisk::Unchanged`]), except
//!   where nobody can tell whether the name was given away for good ([`OnDisk::InDoubt`]): then it is
//!   the old one or the new. A failed sync is never tried again as if it could succeed.
//! * **Never wider.** At no moment may anybody read or write the new content who may not do so with
//!   the finished file.
//! * **No litter.** Temporary files are removed on every error; those of killed processes are
//!   recognised by their names and locks, and removed by [`sweep`](Options::sweep) only on proof.
//!
//! One save is one temporary file, one sync of it and one of its directory. What is on the disk after
//! each step stands in `docs/formats/temporaries.md`; that the table is true is tested by losing the
//! power at every one of them.
//!
//! # Limitations
//!
//! * Readers who keep the old file open go on reading the old file, and other hard links keep it.
//! * Two writers of one file each succeed, and the later one stays. Nothing is torn, but a
//!   read-modify-write needs a lock around it.
//! * A directory that *another* process had created, and was killed before it had synced, is an old
//!   directory to us: its entry in its parent is not synced again, and a power cut may take it away
//!   with what was saved in it.
//! * A file that is itself a mount point can't be renamed over. [`Mounted`] says what happens then: it is
//!   saved in place, as durable as any other, but who reads it at the wrong moment may see a mixture.
//! * A relative path is resolved at each call: no change of the working directory between
//!   [`create`](Options::create) and [`commit`](AtomicFile::commit).
//! * On Windows directories can't be synced: atomic, durability best effort. On network file systems
//!   durability is the server's, and where there are no locks leftovers are never removed.

mod options;
mod policy;

mod resolve;

mod temp;

mod atomic_file;

mod attributes;
mod commit;
mod in_place;
mod remains;

mod identical;
mod sweep;

mod error;
mod retry;

use std::path::Path;

pub use atomic_file::AtomicFile;
pub use commit::Prepared;
pub use error::{Error, ErrorKind, OnDisk};
pub use in_place::Recovered;
pub use options::Options;
pub use policy::{Durability, Existing, Identical, Metadata, Mounted, Outcome, Symlinks};
pub use remains::Remains;
pub use retry::Retry;
pub use sweep::Swept;

/// Replaces the content of `path` by `bytes`, durably and atomically, or creates it with them.
///
/// Like `std::fs::write`, and with [`Error`] convertible to `std::io::Error` a drop-in for it:
/// [`Options::replace`] with the default options.
pub fn replace(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Result<Outcome, Error> {
    Options::new().replace(path, bytes)
}

/// Finishes the save of a file that is a mount point, if one was cut off ([`Mounted::InPlace`]): the file
/// then has the new content, whole and durable. For everything else, also a path where nothing stands, it does nothing.
///
/// Call it before such a file is read after a crash, and among those who write the file: under the lock
/// that they share.
pub fn recover(path: impl AsRef<Path>) -> Result<Recovered, Error> {
    Options::new().recover(path)
}
