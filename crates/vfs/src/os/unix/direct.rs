//! Past the page cache.

use std::fs::File;
use std::io::{ErrorKind, Result};

use rustix::fs::{AtFlags, OFlags, StatxFlags, fcntl_getfl, fcntl_setfl, statx};
use rustix::io::Errno;

use crate::DIRECT_BLOCK;

/// Has transfers of this handle go past the page cache, if its file says that it takes blocks of [`DIRECT_BLOCK`].
pub(super) fn bypass_cache(file: &File) -> Result<()> {
    let asked = StatxFlags::DIOALIGN;
    let told = match statx(file, "", AtFlags::EMPTY_PATH, asked) {
        Ok(told) if told.stx_mask & asked.bits() != 0 => told,
        Ok(_) | Err(Errno::NOSYS) => return Err(ErrorKind::Unsupported.into()),
        Err(error) => return Err(error.into()),
    };
    // 0: this file can't be transferred so at all.
    let fits = |align: u32| align != 0 && DIRECT_BLOCK.is_multiple_of(align as usize);
    if !fits(told.stx_dio_mem_align) || !fits(told.stx_dio_offset_align) {
        return Err(ErrorKind::Unsupported.into());
    }
    match fcntl_setfl(file, fcntl_getfl(file)? | OFlags::DIRECT) {
        Err(Errno::INVAL) => Err(ErrorKind::Unsupported.into()),
        set => Ok(set?),
    }
}
