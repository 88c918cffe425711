//! The real file system with one bug planted, to show that the suites find it; and one with no bug at
//! all, which only makes use of what the contract lets it do.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use vfs::{Access, Create, DIRECT_BLOCK, File, Fs, LockKind, Metadata, OpenOptions, OsFs};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twist {
    /// No bug: every third call is interrupted, and the others move three bytes at most, or a block if the handle is direct.
    ShortAndInterrupted,
    UnsortedNames,
    CreateNewOpensWhatIsThere,
    RenameKeepsTheOldName,
    NoReplaceReplaces,
    MetadataFollowsLinks,
    SyncDirNeverFails,
    AllocateShrinks,
    SetSizeDoesNotExtend,
    LocksAreAlwaysFree,
    UnlockDoesNothing,
    SharedIsExclusive,
    PermissionsAreDropped,
}

pub(crate) const BUGS: [(Twist, &str); 12] = [
    (Twist::UnsortedNames, "read_dir_is_sorted_by_bytes"),
    (Twist::CreateNewOpensWhatIsThere, "create_new_is_exclusive"),
    (Twist::RenameKeepsTheOldName, "rename_replaces_in_one_step"),
    (
        Twist::NoReplaceReplaces,
        "rename_no_replace_replaces_nothing",
    ),
    (
        Twist::MetadataFollowsLinks,
        "final_link_is_not_followed_elsewhere",
    ),
    (Twist::SyncDirNeverFails, "impossible_names_are_refused"),
    (
        Twist::AllocateShrinks,
        "allocate_extends_with_zeros_and_never_shrinks",
    ),
    (
        Twist::SetSizeDoesNotExtend,
        "set_size_cuts_and_extends_with_zeros",
    ),
    (Twist::LocksAreAlwaysFree, "exclusive_excludes_everybody"),
    (Twist::UnlockDoesNothing, "shared_excludes_exclusive_only"),
    (Twist::SharedIsExclusive, "shared_excludes_exclusive_only"),
    (Twist::PermissionsAreDropped, "set_permissions_sets_them"),
];

#[derive(Debug)]
pub(crate) struct TwistedFs(pub(crate) Twist);

impl TwistedFs {
    pub(crate) fn shared(twist: Twist) -> Arc<dyn Fs> {
        Arc::new(Self(twist))
    }
}

impl Fs for TwistedFs {
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        let mut options = options.clone();
        if self.0 == Twist::CreateNewOpensWhatIsThere && options.create() == Create::New {
            assert_eq!(options.access(), Access::ReadWrite);
            options = OpenOptions::read_write()
                .or_create()
                .mode(options.creation_mode());
        }
        let file = OsFs.open(path, &options)?;
        Ok(Box::new(TwistedFile {
            file,
            twist: self.0,
            at_most: if options.is_direct() { DIRECT_BLOCK } else { 3 },
            calls: AtomicU32::new(0),
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        OsFs.rename(from, to)?;
        if self.0 == Twist::RenameKeepsTheOldName && OsFs.metadata(to)?.is_file() {
            OsFs.hard_link(to, from)?;
        }
        Ok(())
    }

    fn rename_no_replace(&self, from: &Path, to: &Path) -> Result<()> {
        match self.0 {
            Twist::NoReplaceReplaces => OsFs.rename(from, to),
            _ => OsFs.rename_no_replace(from, to),
        }
    }

    fn hard_link(&self, original: &Path, link: &Path) -> Result<()> {
        OsFs.hard_link(original, link)
    }

    fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        OsFs.symlink(target, link)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf> {
        OsFs.read_link(path)
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        OsFs.remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        OsFs.create_dir(path)
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        OsFs.remove_dir(path)
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<OsString>> {
        let mut names = OsFs.read_dir(path)?;
        if self.0 == Twist::UnsortedNames {
            names.reverse();
        }
        Ok(names)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata> {
        match self.0 {
            Twist::MetadataFollowsLinks if path.exists() => {
                OsFs.metadata(&std::fs::canonicalize(path)?)
            }
            _ => OsFs.metadata(path),
        }
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        match OsFs.sync_dir(path) {
            Err(_) if self.0 == Twist::SyncDirNeverFails => Ok(()),
            result => result,
        }
    }
}

#[derive(Debug)]
struct TwistedFile {
    file: Box<dyn File>,
    twist: Twist,
    at_most: usize,
    calls: AtomicU32,
}

impl TwistedFile {
    /// How much of `len` the next call may move.
    fn portion(&self, len: usize) -> Result<usize> {
        if self.twist != Twist::ShortAndInterrupted {
            return Ok(len);
        }
        match self.calls.fetch_add(1, Ordering::Relaxed) % 3 {
            1 => Err(ErrorKind::Interrupted.into()),
            _ => Ok(len.min(self.at_most)),
        }
    }
}

impl File for TwistedFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize> {
        let portion = self.portion(buf.len())?;
        self.file.read_at(&mut buf[..portion], offset)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> Result<usize> {
        let portion = if buf.is_empty() {
            0
        } else {
            self.portion(buf.len())?
        };
        self.file.write_at(&buf[..portion], offset)
    }

    fn size(&self) -> Result<u64> {
        self.file.size()
    }

    fn set_size(&self, size: u64) -> Result<()> {
        if self.twist == Twist::SetSizeDoesNotExtend && size > self.size()? {
            return Ok(());
        }
        self.file.set_size(size)
    }

    fn allocate(&self, size: u64) -> Result<()> {
        self.file.allocate(size)?;
        if self.twist == Twist::AllocateShrinks {
            self.file.set_size(size)
        } else {
            Ok(())
        }
    }

    fn write_back(&self, offset: u64, len: u64) -> Result<()> {
        self.file.write_back(offset, len)
    }

    fn metadata(&self) -> Result<Metadata> {
        self.file.metadata()
    }

    fn set_permissions(&self, mode: u32) -> Result<()> {
        if self.twist == Twist::PermissionsAreDropped {
            return Ok(());
        }
        self.file.set_permissions(mode)
    }

    fn set_owner(&self, uid: u32, gid: u32) -> Result<()> {
        self.file.set_owner(uid, gid)
    }

    fn xattrs(&self) -> Result<Vec<(OsString, Vec<u8>)>> {
        self.file.xattrs()
    }

    fn set_xattr(&self, name: &OsStr, value: &[u8]) -> Result<()> {
        self.file.set_xattr(name, value)
    }

    fn sync_data(&self) -> Result<()> {
        self.file.sync_data()
    }

    fn sync_all(&self) -> Result<()> {
        self.file.sync_all()
    }

    fn try_lock(&self, kind: LockKind) -> Result<bool> {
        match self.twist {
            Twist::LocksAreAlwaysFree => Ok(true),
            Twist::SharedIsExclusive => self.file.try_lock(LockKind::Exclusive),
            _ => self.file.try_lock(kind),
        }
    }

    fn unlock(&self) -> Result<()> {
        if self.twist == Twist::UnlockDoesNothing {
            Ok(())
        } else {
            self.file.unlock()
        }
    }
}
