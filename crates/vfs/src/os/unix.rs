//! Unix: std where it has the call, rustix where it has not.

use std::ffi::{OsStr, OsString};
use std::fs::{File as StdFile, FileType};
use std::io::{ErrorKind, Result};
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};

use super::{link_refused, not_a_regular_file};
use crate::{Access, Create, File, FileId, FileKind, LockKind, Metadata, OpenOptions, Owner};

// Where a file tells how it can be written past the page cache.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod direct;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[path = "unix/no_direct.rs"]
mod direct;
// Where attributes have the interface of Linux; macOS shares it.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod xattr;
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
#[path = "unix/no_xattr.rs"]
mod xattr;

pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
    let mode = Mode::from_raw_mode((options.creation_mode() & 0o7777) as _);
    let file = match retry_on_intr(|| rustix::fs::open(path, open_flags(options), mode)) {
        Ok(fd) => StdFile::from(fd),
        // A pipe that nobody reads, or a socket.
        Err(Errno::NXIO) => return Err(not_a_regular_file()),
        // ELOOP also says that the directories on the way go round in circles.
        Err(Errno::LOOP | Errno::MLINK) if !options.follows() && is_symlink(path) => {
            return Err(link_refused());
        }
        Err(error) => return Err(error.into()),
    };
    // What O_EXCL has made is a regular file.
    if options.create() != Create::New {
        let kind = file.metadata()?.file_type();
        if kind.is_dir() {
            return Err(Errno::ISDIR.into());
        } else if !kind.is_file() {
            return Err(not_a_regular_file());
        }
    }
    if options.is_direct() {
        direct::bypass_cache(&file)?;
    }
    Ok(Box::new(OsFile {
        file,
        lock_tried: AtomicBool::new(false),
    }))
}

pub(super) fn hard_link(original: &Path, link: &Path) -> Result<()> {
    // Not std's: it leaves open whether a symbolic link at `original` is followed.
    Ok(rustix::fs::linkat(
        CWD,
        original,
        CWD,
        link,
        AtFlags::empty(),
    )?)
}

pub(super) fn symlink(target: &Path, link: &Path) -> Result<()> {
    std::os::unix::fs::symlink(target, link)
}

pub(super) fn sync_dir(path: &Path) -> Result<()> {
    // std's, for F_FULLFSYNC on macOS.
    StdFile::from(open_dir(path)?).sync_all()
}

fn open_dir(path: &Path) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(retry_on_intr(|| {
        rustix::fs::open(path, flags, Mode::empty())
    })?)
}

/// Not std's: the room that it takes from the heap for each listing costs a small one half its time.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn names(path: &Path) -> Result<Vec<OsString>> {
    let mut room = [MaybeUninit::uninit(); 8192];
    let mut entries = rustix::fs::RawDir::new(open_dir(path)?, &mut room);
    let mut names = Vec::new();
    while let Some(entry) = entries.next() {
        match entry.map(|entry| OsStr::from_bytes(entry.file_name().to_bytes()).to_owned()) {
            Ok(name) if name == "." || name == ".." => {}
            Ok(name) => names.push(name),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(names)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn names(path: &Path) -> Result<Vec<OsString>> {
    let entries = std::fs::read_dir(path)?;
    entries.map(|entry| Ok(entry?.file_name())).collect()
}

/// Flags of std's `File::open`, and two more for what may stand at the name: `O_NONBLOCK`, because
/// opening a pipe would otherwise wait for its other end, and `O_NOCTTY`, because a terminal would
/// become ours. Neither means anything for a regular file.
fn open_flags(options: &OpenOptions) -> OFlags {
    let mut flags = OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    flags |= match options.access() {
        Access::Read => OFlags::RDONLY,
        Access::ReadWrite => OFlags::RDWR,
    };
    flags |= match options.create() {
        Create::Never => OFlags::empty(),
        Create::IfMissing => OFlags::CREATE,
        Create::New => OFlags::CREATE | OFlags::EXCL,
    };
    if !options.follows() {
        flags |= OFlags::NOFOLLOW;
    }
    flags
}

fn is_symlink(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn rename_no_replace(from: &Path, to: &Path) -> Result<()> {
    use rustix::fs::RenameFlags;

    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // A file system or a kernel that does not know the flag. EINVAL also answers a directory
        // that is to be moved into itself: then the caller's other way fails as well.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(ErrorKind::Unsupported.into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn rename_no_replace(_from: &Path, _to: &Path) -> Result<()> {
    Err(ErrorKind::Unsupported.into())
}

pub(super) fn describe(metadata: &std::fs::Metadata) -> Metadata {
    Metadata {
        kind: kind(metadata.file_type()),
        size: metadata.size(),
        mode: metadata.mode() & 0o7777,
        owner: Some(Owner {
            uid: metadata.uid(),
            gid: metadata.gid(),
        }),
        links: Some(metadata.nlink()),
        id: Some(FileId {
            device: metadata.dev(),
            inode: metadata.ino(),
        }),
    }
}

fn kind(kind: FileType) -> FileKind {
    if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_symlink() {
        FileKind::Symlink
    } else {
        FileKind::Other
    }
}

#[derive(Debug)]
struct OsFile {
    file: StdFile,
    lock_tried: AtomicBool,
}

impl Drop for OsFile {
    fn drop(&mut self) {
        // Closing is not enough: a process that another thread is starting right now has a copy of
        // the handle until it executes its program, and would keep the lock so long.
        if *self.lock_tried.get_mut() {
            let _ = self.unlock();
        }
    }
}

impl File for OsFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        self.file.read_at(buf, offset)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> Result<usize> {
        self.file.write_at(buf, offset)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn set_size(&self, size: u64) -> Result<()> {
        self.file.set_len(size)
    }

    fn allocate(&self, size: u64) -> Result<()> {
        if size == 0 {
            return Ok(()); // EINVAL for the kernel
        }
        // macOS has no call that leaves a longer file alone.
        if cfg!(target_vendor = "apple") && size <= self.size()? {
            return Ok(());
        }
        allocate(&self.file, size)
    }

    fn write_back(&self, offset: u64, len: u64) -> Result<()> {
        write_back(&self.file, offset, len)
    }

    fn metadata(&self) -> Result<Metadata> {
        Ok(describe(&self.file.metadata()?))
    }

    fn set_permissions(&self, mode: u32) -> Result<()> {
        self.file
            .set_permissions(std::fs::Permissions::from_mode(mode & 0o7777))
    }

    fn set_owner(&self, uid: u32, gid: u32) -> Result<()> {
        std::os::unix::fs::fchown(&self.file, Some(uid), Some(gid))
    }

    fn xattrs(&self) -> Result<Vec<(OsString, Vec<u8>)>> {
        xattr::all(&self.file)
    }

    fn set_xattr(&self, name: &OsStr, value: &[u8]) -> Result<()> {
        xattr::set(&self.file, name, value)
    }

    fn sync_data(&self) -> Result<()> {
        self.file.sync_data()
    }

    fn sync_all(&self) -> Result<()> {
        self.file.sync_all()
    }

    fn try_lock(&self, kind: LockKind) -> Result<bool> {
        self.lock_tried.store(true, Ordering::Relaxed);
        let mut lock = fd_lock::RwLock::new(&self.file);
        // The guards would unlock at the end of this call; the handle is what holds the lock.
        let taken = match kind {
            LockKind::Shared => lock.try_read().map(std::mem::forget),
            LockKind::Exclusive => lock.try_write().map(std::mem::forget),
        };
        match taken {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                // Linux drops the other kind before it tries for this one, others keep it.
                self.unlock()?;
                Ok(false)
            }
            // NFS without its lock daemon, and some FUSE file systems.
            Err(error) if Errno::from_io_error(&error) == Some(Errno::NOLCK) => {
                Err(ErrorKind::Unsupported.into())
            }
            Err(error) => Err(error),
        }
    }

    fn unlock(&self) -> Result<()> {
        self.file.unlock()?;
        self.lock_tried.store(false, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_vendor = "apple"
))]
fn allocate(file: &StdFile, size: u64) -> Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};

    match retry_on_intr(|| fallocate(file, FallocateFlags::empty(), 0, size)) {
        Ok(()) => Ok(()),
        Err(Errno::NOTSUP | Errno::NOSYS) => Err(ErrorKind::Unsupported.into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_vendor = "apple"
)))]
fn allocate(_file: &StdFile, _size: u64) -> Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Bytes of the shortest page that a processor has.
#[cfg(any(target_os = "linux", target_os = "android"))]
const PAGE: u64 = 4096;

/// `POSIX_FADV_DONTNEED` starts the write-back of the range without waiting for it, as
/// `sync_file_range` does (both end in `filemap_fdatawrite_range`), and rustix has it. It also drops
/// the pages of the range that are clean; what was just written is dirty, and stays until it is on
/// the device. For those the kernel looks into the lists of every processor (`lru_add_drain_all`): nothing beside mebibytes, much beside
/// one page. But "requests to discard partial pages are ignored" (`posix_fadvise(2)`), while their write-back starts all the same: without
/// their outermost bytes, two pages are two partial ones.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn write_back(file: &StdFile, offset: u64, len: u64) -> Result<()> {
    use rustix::fs::{Advice, fadvise};

    let (offset, len) = if (offset % PAGE).saturating_add(len) <= 2 * PAGE {
        (offset + 1, len.saturating_sub(2))
    } else {
        (offset, len)
    };
    // A length of 0 would mean "to the end".
    let Some(len) = std::num::NonZeroU64::new(len) else {
        return Ok(());
    };
    Ok(fadvise(file, offset, Some(len), Advice::DontNeed)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn write_back(_file: &StdFile, _offset: u64, _len: u64) -> Result<()> {
    Ok(())
}
