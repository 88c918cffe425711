//! The file of a segment, as groups are written to it.

use std::io;
use std::path::Path;

use vfs::{DIRECT_BLOCK, File, Fs, OpenOptions};

use crate::page::PAGE;

const _: () = assert!(
    PAGE.is_multiple_of(DIRECT_BLOCK),
    "whole pages are whole blocks"
);

/// Whether what is written stays in memory for those who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cache {
    /// It does: somebody reads the log while it grows.
    Through,
    /// It need not: without the copy, and without looking after pages that nobody reads, an append takes 4 µs less.
    Past,
}

/// An open file that takes whole pages.
#[derive(Debug)]
pub(crate) struct Output {
    cached: Box<dyn File>,
    /// The same file, past the page cache.
    direct: Option<Box<dyn File>>,
}

impl Output {
    pub(crate) fn cached(file: Box<dyn File>) -> Self {
        Self {
            cached: file,
            direct: None,
        }
    }

    /// `file`, which stands at `path`, and the way past the page cache if there is one.
    pub(crate) fn open(fs: &dyn Fs, path: &Path, file: Box<dyn File>) -> Self {
        Self {
            cached: file,
            direct: fs.open(path, &OpenOptions::read_write().direct()).ok(),
        }
    }

    /// Writes whole pages and makes them durable: one write, one sync.
    pub(crate) fn write(&self, pages: &[u8], offset: u64, cache: Cache) -> io::Result<()> {
        let file = match &self.direct {
            Some(direct) if cache == Cache::Past && is_aligned(pages) => direct,
            _ => &self.cached,
        };
        file.write_all_at(pages, offset)?;
        file.sync_data()
    }
}

/// Whether these bytes can be written past the page cache. A buffer that has grown may be elsewhere in memory.
fn is_aligned(pages: &[u8]) -> bool {
    pages.as_ptr().addr().is_multiple_of(DIRECT_BLOCK)
}
