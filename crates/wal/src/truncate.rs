//! Giving up records that are durable elsewhere.

use std::io::Result;
use std::path::Path;

use vfs::{Fs, OpenOptions};

use crate::core::Core;
use crate::layout::{self, Listing};
use crate::sync::lock;
use crate::{Error, Lsn};

/// Writes down where the log begins, in a name: a rename puts it there whole or not at all.
pub(crate) fn set_start(fs: &dyn Fs, dir: &Path, lsn: Lsn) -> Result<()> {
    let temp = dir.join(layout::START_TEMP);
    fs.open(&temp, &OpenOptions::read_write().or_create())?;
    fs.rename(&temp, &layout::start(dir, lsn))?;
    fs.sync_dir(dir)
}

impl Core {
    pub(crate) fn truncate_before(&self, lsn: Lsn) -> std::result::Result<(), Error> {
        let mut is_durable = lock(&self.start_is_durable);
        let (start, durable) = {
            let state = self.handoff.lock();
            if let Some(failure) = &state.shared.failure {
                return Err(failure.clone());
            }
            (state.shared.start, state.shared.durable())
        };
        let lsn = lsn.min(durable).max(start);
        if lsn > start || !*is_durable {
            set_start(self.fs(), &self.dir, lsn)
                .map_err(|source| Error::io(&self.dir, "truncating the log", source))?;
            self.handoff.lock().shared.start = lsn;
            *is_durable = true;
        }
        // Also what an earlier call could not remove.
        self.remove_below(lsn, durable)
    }

    /// Removes what is known to be below the start. A power cut may bring any of it back, which nobody reads then.
    ///
    /// A segment goes only if the next one holds a durable record: until then its name may be lost, and the log would begin nowhere.
    fn remove_below(&self, start: Lsn, durable: Lsn) -> std::result::Result<(), Error> {
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
                && next < durable
            {
                let path = layout::segment(&self.dir, first);
                self.recycle(&path)
                    .map_err(|source| Error::io(&path, "removing what was truncated", source))?;
            }
        }
        Ok(())
    }

    /// Keeps the file for the spare after the next one, if it has the size of a segment, no other name, and there is none yet.
    ///
    /// Under another name it may be somebody's copy of the segment; or the name that is removed here has come back by a power
    /// cut, and the file is a later segment since.
    fn recycle(&self, path: &Path) -> Result<()> {
        let fs = self.fs();
        let old_spare = self.dir.join(layout::OLD_SPARE);
        let metadata = fs.metadata(path)?;
        let is_fit = metadata.size == self.options.segment_size
            && metadata.links.is_none_or(|links| links == 1);
        if is_fit && fs.find(&old_spare)?.is_none() {
            fs.rename(path, &old_spare)
        } else {
            fs.remove_file(path)
        }
    }
}
