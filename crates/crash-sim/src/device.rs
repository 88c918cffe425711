//! What kind of disk and file system is simulated.

use std::io;
use std::path::{Path, PathBuf};

use crate::errno;

/// A simulated disk with its file system: what it can do, and how badly it may behave.
///
/// The default is as unkind as the model allows for a disk with power-safe overwrite: sectors of 512 bytes,
/// blocks of 4096, hard links, extended attributes, `rename_no_replace` and direct transfers supported, room without end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that file systems differ in"
)]
pub struct Device {
    pub(crate) capacity: Option<u64>,
    pub(crate) read_only: bool,
    pub(crate) power_safe_overwrite: bool,
    pub(crate) hard_links: bool,
    pub(crate) xattrs: bool,
    pub(crate) rename_no_replace: bool,
    pub(crate) direct: bool,
    pub(crate) allocation: Allocation,
    pub(crate) mount_points: Vec<PathBuf>,
    pub(crate) locking: Locking,
}

/// What [`File::try_lock`](vfs::File::try_lock) does on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Locking {
    /// Locks keep others out.
    Works,
    /// It is not supported.
    Unsupported,
    /// Everybody gets what he asks for, as on some network mounts.
    Ignored,
}

/// What [`File::allocate`](vfs::File::allocate) does on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Allocation {
    /// The size grows; the new bytes read as zeros now, and after a crash as whatever was there.
    SizeOnly,
    /// Zeros are written, as ordinary data.
    WritesZeros,
    /// It is not supported.
    Unsupported,
}

/// Bytes that a device writes whole or not at all: a write is torn at these.
pub(crate) const SECTOR: usize = 512;
/// Bytes of one page of the cache: a longer write is split into operations of this size.
pub(crate) const BLOCK: usize = 4096;
/// Bytes in the longest file.
pub(crate) const FILE_MAX: u64 = 1 << 30;
/// Permission bits that creation takes away.
pub(crate) const UMASK: u32 = 0o022;

impl Default for Device {
    fn default() -> Self {
        Self {
            capacity: None,
            read_only: false,
            power_safe_overwrite: true,
            hard_links: true,
            xattrs: true,
            rename_no_replace: true,
            direct: true,
            allocation: Allocation::SizeOnly,
            mount_points: Vec::new(),
            locking: Locking::Works,
        }
    }
}

impl Device {
    /// Room for this many bytes of content in all files together; a write beyond it is `ENOSPC`. Holes take room like
    /// written bytes, but `set_size` makes them without asking for it.
    pub fn capacity(mut self, bytes: u64) -> Self {
        self.capacity = Some(bytes);
        self
    }

    /// Every change is refused with `EROFS`, once the setup is over.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Power-safe overwrite is **not** given: a write that is pending at a crash may turn every 4 KiB block
    /// it touches into noise, durable neighbours included.
    pub fn no_power_safe_overwrite(mut self) -> Self {
        self.power_safe_overwrite = false;
        self
    }

    /// Hard links are refused with `EPERM`, as on FAT.
    pub fn no_hard_links(mut self) -> Self {
        self.hard_links = false;
        self
    }

    /// There are no extended attributes.
    pub fn no_xattrs(mut self) -> Self {
        self.xattrs = false;
        self
    }

    /// `rename_no_replace` is unsupported, as on NFS.
    pub fn no_rename_no_replace(mut self) -> Self {
        self.rename_no_replace = false;
        self
    }

    /// Opening a [`direct`](vfs::OpenOptions::direct) handle is unsupported.
    pub fn no_direct(mut self) -> Self {
        self.direct = false;
        self
    }

    /// A file that is mounted at this absolute path, by itself: its name can't be renamed, replaced or removed
    /// (`EBUSY`), and a hard link of it would leave the mount (`EXDEV`). The mount is there after each restart.
    pub fn mount_point(mut self, path: impl Into<PathBuf>) -> Self {
        self.mount_points.push(path.into());
        self
    }

    /// What preallocation does.
    pub fn allocation(mut self, allocation: Allocation) -> Self {
        self.allocation = allocation;
        self
    }

    /// What locks do.
    pub fn locking(mut self, locking: Locking) -> Self {
        self.locking = locking;
        self
    }

    /// Whether the name at `path` can be given to another file, or to none.
    pub(crate) fn unless_mounted(&self, path: &Path) -> io::Result<()> {
        if self.mount_points.iter().any(|point| point == path) {
            Err(errno::busy())
        } else {
            Ok(())
        }
    }
}
