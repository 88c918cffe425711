//! Windows, as far as std reaches without `unsafe`.

use std::ffi::{OsStr, OsString};
use std::fs::{File as StdFile, OpenOptions as StdOptions, TryLockError};
use std::io::{ErrorKind, Result};
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::{link_refused, not_a_regular_file};
use crate::{Access, Create, File, FileKind, LockKind, Metadata, OpenOptions};

/// `FILE_FLAG_OPEN_REPARSE_POINT`: opens a symbolic link itself.
const OPEN_LINK_ITSELF: u32 = 0x0020_0000;

pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
    if options.is_direct() {
        // There is `FILE_FLAG_NO_BUFFERING`, but nothing in std tells the blocks that it asks for.
        return Err(ErrorKind::Unsupported.into());
    }
    let mut std_options = StdOptions::new();
    std_options
        .read(true)
        // std refuses to create through a handle that can't write.
        .write(options.access() == Access::ReadWrite || options.create() != Create::Never)
        .create(options.create() == Create::IfMissing)
        .create_new(options.create() == Create::New);
    // `CREATE_NEW` alone would create what a dangling link points to.
    if !options.follows() || options.create() == Create::New {
        std_options.custom_flags(OPEN_LINK_ITSELF);
    }
    let file = match std_options.open(path) {
        Ok(file) => file,
        // Windows answers "access denied" for a directory.
        Err(error) if error.kind() == ErrorKind::PermissionDenied && is_dir(path) => {
            return Err(ErrorKind::IsADirectory.into());
        }
        Err(error) => return Err(error),
    };
    let kind = file.metadata()?.file_type();
    if kind.is_file() {
        Ok(Box::new(OsFile {
            file,
            held: Mutex::new(None),
        }))
    } else if kind.is_symlink() {
        Err(link_refused())
    } else {
        Err(not_a_regular_file())
    }
}

pub(super) fn hard_link(original: &Path, link: &Path) -> Result<()> {
    std::fs::hard_link(original, link)
}

pub(super) fn symlink(target: &Path, link: &Path) -> Result<()> {
    std::os::windows::fs::symlink_file(target, link)
}

pub(super) fn names(path: &Path) -> Result<Vec<OsString>> {
    let entries = std::fs::read_dir(path)?;
    entries.map(|entry| Ok(entry?.file_name())).collect()
}

pub(super) fn sync_dir(path: &Path) -> Result<()> {
    // A directory's handle can't be flushed. What can be told without that is told.
    if std::fs::metadata(path)?.is_dir() {
        Ok(())
    } else {
        Err(ErrorKind::NotADirectory.into())
    }
}

pub(super) fn rename_no_replace(_from: &Path, _to: &Path) -> Result<()> {
    // std's rename always replaces; a link and a removal are two steps.
    Err(ErrorKind::Unsupported.into())
}

fn is_dir(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

pub(super) fn describe(metadata: &std::fs::Metadata) -> Metadata {
    let kind = metadata.file_type();
    Metadata {
        kind: if kind.is_symlink() {
            FileKind::Symlink
        } else if kind.is_dir() {
            FileKind::Directory
        } else if kind.is_file() {
            FileKind::File
        } else {
            FileKind::Other
        },
        size: metadata.len(),
        mode: if metadata.permissions().readonly() {
            0o444
        } else {
            0o666
        },
        owner: None,
        // std's volume, index and link count are not stable.
        links: None,
        id: None,
    }
}

#[derive(Debug)]
struct OsFile {
    file: StdFile,
    /// Here one handle can hold both kinds at once, and has to release each.
    held: Mutex<Option<LockKind>>,
}

impl Drop for OsFile {
    fn drop(&mut self) {
        // Windows releases it on its own, but at a time of its choice.
        let _ = self.unlock();
    }
}

impl File for OsFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        self.file.seek_read(buf, offset)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> Result<usize> {
        self.file.seek_write(buf, offset)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn set_size(&self, size: u64) -> Result<()> {
        self.file.set_len(size)
    }

    fn allocate(&self, size: u64) -> Result<()> {
        // Extending a file that is not sparse reserves its clusters.
        if size > self.size()? {
            self.file.set_len(size)
        } else {
            Ok(())
        }
    }

    fn write_back(&self, _offset: u64, _len: u64) -> Result<()> {
        Ok(())
    }

    fn metadata(&self) -> Result<Metadata> {
        Ok(describe(&self.file.metadata()?))
    }

    fn set_permissions(&self, mode: u32) -> Result<()> {
        let mut permissions = self.file.metadata()?.permissions();
        permissions.set_readonly(mode & 0o200 == 0);
        self.file.set_permissions(permissions)
    }

    fn set_owner(&self, _uid: u32, _gid: u32) -> Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn xattrs(&self) -> Result<Vec<(OsString, Vec<u8>)>> {
        Ok(Vec::new())
    }

    fn set_xattr(&self, _name: &OsStr, _value: &[u8]) -> Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn sync_data(&self) -> Result<()> {
        self.file.sync_data()
    }

    fn sync_all(&self) -> Result<()> {
        self.file.sync_all()
    }

    /// By std and not by fd-lock: that one locks a single byte, and only its guards, which can't
    /// outlive this call, release it.
    fn try_lock(&self, kind: LockKind) -> Result<bool> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if *held == Some(kind) {
            return Ok(true);
        }
        if held.take().is_some() {
            self.file.unlock()?;
        }
        let taken = match kind {
            LockKind::Shared => self.file.try_lock_shared(),
            LockKind::Exclusive => self.file.try_lock(),
        };
        match taken {
            Ok(()) => {
                *held = Some(kind);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn unlock(&self) -> Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.take().is_some() {
            self.file.unlock()
        } else {
            Ok(())
        }
    }
}
