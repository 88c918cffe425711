//! File systems that do less, or more, than they are asked for.

use std::ffi::{OsStr, OsString};
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crash_sim::SimFs;
use vfs::{File, Fs, LockKind, Metadata, OpenOptions};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    /// A sync of a file says that it is done.
    NoSync,
    /// A sync of the log's directory says that it is done.
    NoSyncDir,
    /// A sync that has failed is tried again.
    SyncAgain,
}

pub(super) fn no_sync(fs: &SimFs) -> Arc<dyn Fs> {
    Arc::new(WrongFs(fs.clone(), Wrong::NoSync))
}

pub(super) fn no_sync_dir(fs: &SimFs) -> Arc<dyn Fs> {
    Arc::new(WrongFs(fs.clone(), Wrong::NoSyncDir))
}

pub(super) fn sync_again(fs: &SimFs) -> Arc<dyn Fs> {
    Arc::new(WrongFs(fs.clone(), Wrong::SyncAgain))
}

#[derive(Debug)]
struct WrongFs(SimFs, Wrong);

#[derive(Debug)]
struct WrongFile(Box<dyn File>, Wrong);

/// Hands calls on as they are.
macro_rules! as_it_is {
    ($(fn $name:ident(&self $(, $argument:ident: $type:ty)*) -> $result:ty;)*) => {
        $(fn $name(&self $(, $argument: $type)*) -> $result {
            self.0.$name($($argument),*)
        })*
    };
}

impl Fs for WrongFs {
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        Ok(Box::new(WrongFile(self.0.open(path, options)?, self.1)))
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        if self.1 == Wrong::NoSyncDir && path == Path::new(super::DIR) {
            return Ok(());
        }
        self.0.sync_dir(path)
    }

    as_it_is! {
        fn rename(&self, from: &Path, to: &Path) -> Result<()>;
        fn rename_no_replace(&self, from: &Path, to: &Path) -> Result<()>;
        fn hard_link(&self, original: &Path, link: &Path) -> Result<()>;
        fn symlink(&self, target: &Path, link: &Path) -> Result<()>;
        fn read_link(&self, path: &Path) -> Result<PathBuf>;
        fn remove_file(&self, path: &Path) -> Result<()>;
        fn create_dir(&self, path: &Path) -> Result<()>;
        fn remove_dir(&self, path: &Path) -> Result<()>;
        fn read_dir(&self, path: &Path) -> Result<Vec<OsString>>;
        fn metadata(&self, path: &Path) -> Result<Metadata>;
    }
}

impl WrongFile {
    fn sync(&self, sync: impl Fn() -> Result<()>) -> Result<()> {
        match self.1 {
            Wrong::NoSync => Ok(()),
            Wrong::SyncAgain => sync().or_else(|_| sync()),
            Wrong::NoSyncDir => sync(),
        }
    }
}

impl File for WrongFile {
    fn sync_data(&self) -> Result<()> {
        self.sync(|| self.0.sync_data())
    }

    fn sync_all(&self) -> Result<()> {
        self.sync(|| self.0.sync_all())
    }

    as_it_is! {
        fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize>;
        fn write_at(&self, buf: &[u8], offset: u64) -> Result<usize>;
        fn size(&self) -> Result<u64>;
        fn set_size(&self, size: u64) -> Result<()>;
        fn allocate(&self, size: u64) -> Result<()>;
        fn write_back(&self, offset: u64, len: u64) -> Result<()>;
        fn metadata(&self) -> Result<Metadata>;
        fn set_permissions(&self, mode: u32) -> Result<()>;
        fn set_owner(&self, uid: u32, gid: u32) -> Result<()>;
        fn xattrs(&self) -> Result<Vec<(OsString, Vec<u8>)>>;
        fn set_xattr(&self, name: &OsStr, value: &[u8]) -> Result<()>;
        fn try_lock(&self, kind: LockKind) -> Result<bool>;
        fn unlock(&self) -> Result<()>;
    }
}
