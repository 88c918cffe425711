//! Giving up records that are durable elsewhere.

use std::io::Result;

use vfs::OpenOptions;

use crate::core::Core;
use crate::layout::{self, Listing};
use crate::sync::lock;
use crate::{Error, Lsn};

impl Core {
    pub(crate) fn truncate_before(&self, lsn: Lsn) -> std::result::Result<(), Error> {
        let durable = self.progress.durable();
        let mut start = lock(&self.start);
        let lsn = lsn.min(durable);
        if lsn > *start {
            self.set_start(lsn)
                .map_err(|source| Error::io(&self.dir, "truncating the log", source))?;
            *start = lsn;
        }
        // Also what an earlier call could not remove.
        self.remove_below(*start)
    }

    /// Writes down where the log begins, in a name: a rename puts it there whole or not at all.
    fn set_start(&self, lsn: Lsn) -> Result<()> {
        let fs = self.fs();
        let temp = self.dir.join(layout::START_TEMP);
        fs.open(&temp, &OpenOptions::read_write().or_create())?;
        fs.rename(&temp, &layout::start(&self.dir, lsn))?;
        fs.sync_dir(&self.dir)
    }

    /// Removes what is known to be below the start. A power cut may bring any of it back, which nobody reads then.
    fn remove_below(&self, start: Lsn) -> std::result::Result<(), Error> {
        let fs = self.fs();
        let listing = Listing::read(fs, &self.dir)?;
        for &earlier in listing.starts.iter().filter(|&&earlier| earlier < start) {
            let path = layout::start(&self.dir, earlier);
            fs.remove_file(&path)
                .map_err(|source| Error::io(&path, "removing what was truncated", source))?;
        }
        for pair in listing.segments.windows(2) {
            if let &[first, next] = pair
                && next <= start
            {
                let path = layout::segment(&self.dir, first);
                self.recycle(&path)
                    .map_err(|source| Error::io(&path, "removing what was truncated", source))?;
            }
        }
        Ok(())
    }

    /// Keeps the file for the spare after the next one, if it has the size of a segment and there is none yet.
    fn recycle(&self, path: &std::path::Path) -> Result<()> {
        let fs = self.fs();
        let old_spare = self.dir.join(layout::OLD_SPARE);
        let has_size = fs.metadata(path)?.size == self.options.segment_size;
        if has_size && fs.find(&old_spare)?.is_none() {
            fs.rename(path, &old_spare)
        } else {
            fs.remove_file(path)
        }
    }
}
