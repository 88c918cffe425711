//! The trait for contents: an open file.

use std::ffi::{OsStr, OsString};
use std::fmt::Debug;
use std::io;

use crate::Metadata;

/// Which kind of lock [`File::try_lock`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockKind {
    /// Any number of holders, as long as all of them are shared.
    Shared,
    /// One holder, and no shared one beside it.
    Exclusive,
}

/// An open regular file. Positions are given with each call: there is no cursor to share or to lose.
///
/// # Contract
///
/// * **Written is not durable.** Only a [`sync_data`](File::sync_data) or
///   [`sync_all`](File::sync_all) that began after a write ended, and that returned `Ok`, makes it so.
///   Closing, renaming, reading back and [`write_back`](File::write_back) do not.
/// * **A failed sync is final.** What it covered may be lost although reads still show it, and no
///   later sync of this file brings it back, even one that returns `Ok`. The only way on is to write
///   the bytes again, into a new file.
/// * A crash may keep any subset of the writes since the last sync, in any order, each torn at
///   sectors; a size may be kept without the bytes below it.
/// * Reads and writes may be short, and [`Interrupted`](io::ErrorKind::Interrupted) may be returned
///   by any of them; the inherent helpers on `dyn File` loop.
/// * Dropping the handle closes it and releases its lock.
pub trait File: Debug + Send + Sync {
    /// Reads at `offset` (bytes); returns how many, 0 only at the end of the file or for an empty
    /// buffer.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes at `offset` (bytes), growing the file where needed; returns how many bytes were taken.
    /// A gap before `offset` reads as zeros.
    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize>;

    /// Length in bytes.
    fn size(&self) -> io::Result<u64>;

    /// Cuts the file to `size` bytes, or extends it with zeros.
    fn set_size(&self, size: u64) -> io::Result<()>;

    /// Reserves space for the first `size` bytes and makes the file at least that long, reading as
    /// zeros: a later write below `size` finds its room. Never shrinks.
    /// [`Unsupported`](io::ErrorKind::Unsupported) where the file system can't;
    /// [`StorageFull`](io::ErrorKind::StorageFull) where there is no room.
    fn allocate(&self, size: u64) -> io::Result<()>;

    /// Asks the kernel to start writing `len` bytes from `offset` to the device now, without waiting.
    /// A hint: it promises nothing, and does nothing where there is no such call. The bytes may have
    /// to be read from the device afterwards; one or two pages stay where they are, and are cheap to ask for.
    fn write_back(&self, offset: u64, len: u64) -> io::Result<()>;

    /// What this file is now; its name may have changed or gone since it was opened.
    fn metadata(&self) -> io::Result<Metadata>;

    /// Sets the permission bits (the low 12 bits of a Unix mode). Elsewhere than Unix only the
    /// owner's write bit has an effect: without it the file is read-only.
    fn set_permissions(&self, mode: u32) -> io::Result<()>;

    /// Sets owner and group. [`Unsupported`](io::ErrorKind::Unsupported) elsewhere than on Unix.
    fn set_owner(&self, uid: u32, gid: u32) -> io::Result<()>;

    /// All extended attributes (access-control lists among them), sorted by name; empty where the
    /// file system has none.
    fn xattrs(&self) -> io::Result<Vec<(OsString, Vec<u8>)>>;

    /// Sets one extended attribute. [`Unsupported`](io::ErrorKind::Unsupported) where there are none.
    fn set_xattr(&self, name: &OsStr, value: &[u8]) -> io::Result<()>;

    /// Makes content and size durable (`fdatasync`, `F_FULLFSYNC`, `FlushFileBuffers`).
    /// Permissions, owner and attributes need [`sync_all`](File::sync_all). Never the name.
    fn sync_data(&self) -> io::Result<()>;

    /// Makes content, size, permissions, owner and attributes durable (`fsync`, `F_FULLFSYNC`,
    /// `FlushFileBuffers`). Never the name.
    fn sync_all(&self) -> io::Result<()>;

    /// Takes the advisory lock of the whole file if it is free; `false` means somebody else has it.
    ///
    /// The lock belongs to this handle: another handle of the same file, in this process or another,
    /// is somebody else. It is released by [`unlock`](File::unlock), by dropping the handle, and by
    /// the kernel when the process dies. It is on the file, whatever names that has or gets.
    ///
    /// A handle that holds one kind may ask for it again, and for the other; the change is not
    /// atomic, and after `false` the handle holds nothing. On Windows an exclusive lock also keeps
    /// other handles from reading, and any lock keeps them from writing.
    /// [`Unsupported`](io::ErrorKind::Unsupported) where the file system has no locks.
    fn try_lock(&self, kind: LockKind) -> io::Result<bool>;

    /// Releases the lock; `Ok` if there was none.
    fn unlock(&self) -> io::Result<()>;
}
