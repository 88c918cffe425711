//! The seam: the few file-system calls whose order decides whether data survives.
//!
//! Code that promises durability has to be tested against disks that forget, tear and reorder. Such
//! a disk can't be bought, so it is simulated, and for that every call that matters goes through the
//! two traits of this crate. They hold what a durable protocol needs and nothing else: no cursor, no
//! buffering, no clock, no randomness, no way to reach the operating system around them.
//!
//! * [`Fs`]: names. Open, rename, link, remove, list, [`sync_dir`](Fs::sync_dir).
//! * [`File`]: contents. Positional reads and writes, sizes, attributes, the two syncs, locks.
//! * [`OsFs`]: both, on the real operating system. `crash_sim::SimFs` is both on a simulated disk.
//!
//! A crate takes an `Arc<dyn Fs>` once, in its options, and no other type of its shows it.
//!
//! ```
//! use std::path::Path;
//! use vfs::{OpenOptions, OsFs};
//!
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path();
//! let fs = OsFs::shared();
//! fs.create_dir_all(&dir.join("state"))?; // durable
//! let path = dir.join("state/greeting");
//!
//! let file = fs.open(&path, &OpenOptions::create_new().mode(0o600))?;
//! file.write_all_at(b"hello", 0)?; // written: other processes see it, a power cut may take it
//! file.sync_all()?; // the bytes are durable, their name is not
//! fs.sync_dir(&dir.join("state"))?; // now it is
//!
//! assert_eq!(fs.read(&path, 1024)?, b"hello");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Guarantees
//!
//! What every implementation promises stands on [`Fs`] and [`File`]. The module `conformance`
//! (feature of that name) checks an implementation against it; it runs on `OsFs` and on the
//! simulator, so that the model and the kernel can't drift apart.
//!
//! # Limitations
//!
//! * Unix first. On macOS the syncs use `F_FULLFSYNC`, and [`File::allocate`] reserves only what lies
//!   beyond the end. On Windows a directory can't be synced: [`Fs::sync_dir`] does nothing there and
//!   the durability of names is best effort; a sync needs a handle that may write; a lock keeps
//!   others from reading and writing as well.
//! * Locks are of whole files, and as good as the mount: a network file system may refuse an
//!   exclusive lock on a handle that can't write, or keep locks within one machine.
//! * [`File::write_back`] works on Linux only, by `posix_fadvise`: no `unsafe` is worth the call that
//!   does the same without dropping pages which have reached the device.
//! * [`OpenOptions::direct`] works on Linux only, from 6.1 on, where a file tells which blocks it takes.
//! * No memory maps and no asynchronous I/O: neither can be traced, so neither can be tested.

#[cfg(feature = "conformance")]
pub mod conformance;
mod file;
mod fs;
mod metadata;
mod open;
mod os;
mod whole;

pub use file::{File, LockKind};
pub use fs::Fs;
pub use metadata::{FileId, FileKind, Metadata, Owner};
pub use open::{Access, Create, DIRECT_BLOCK, FinalLink, OpenOptions};
pub use os::OsFs;
pub use whole::parent;
