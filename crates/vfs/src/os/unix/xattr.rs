//! Extended attributes. Names and values may change between asking for a length and for the bytes.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{ErrorKind, Result};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{XattrFlags, fgetxattr, fgetxattr_query, flistxattr, flistxattr_query, fsetxattr};
use rustix::io::{Errno, Result as RawResult};

pub(super) fn all(file: &File) -> Result<Vec<(OsString, Vec<u8>)>> {
    let list = match whole(|| flistxattr_query(file), |list| flistxattr(file, list)) {
        Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(Vec::new()),
        list => list?,
    };
    let mut found = Vec::new();
    for name in list
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
    {
        match whole(
            || fgetxattr_query(file, name),
            |value| fgetxattr(file, name, value),
        ) {
            Ok(value) => found.push((OsStr::from_bytes(name).to_owned(), value)),
            // Removed since it was listed, or listed by a file system that can't give it.
            Err(Errno::NODATA | Errno::NOTSUP) => {}
            #[cfg(target_vendor = "apple")]
            Err(Errno::NOATTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    found.sort_unstable();
    Ok(found)
}

pub(super) fn set(file: &File, name: &OsStr, value: &[u8]) -> Result<()> {
    match fsetxattr(file, name, value, XattrFlags::empty()) {
        Ok(()) => Ok(()),
        Err(Errno::NOTSUP | Errno::NOSYS) => Err(ErrorKind::Unsupported.into()),
        Err(error) => Err(error.into()),
    }
}

/// Most lists and values are shorter than this, in bytes: one call reads them.
const ROOM: usize = 256;

/// Reads into a buffer that is long enough: where the first one is not, of the length that `query` says,
/// and again if it has grown meanwhile.
fn whole(
    query: impl Fn() -> RawResult<usize>,
    read: impl Fn(&mut [u8]) -> RawResult<usize>,
) -> RawResult<Vec<u8>> {
    let mut bytes = vec![0; ROOM];
    loop {
        match read(&mut bytes) {
            Ok(len) => {
                bytes.truncate(len);
                return Ok(bytes);
            }
            // Not 0: that would be another query, and a value that has grown would seem empty.
            Err(Errno::RANGE) => bytes.resize(query()?.max(1), 0),
            Err(error) => return Err(error),
        }
    }
}
