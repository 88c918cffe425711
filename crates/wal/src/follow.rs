//! Reading a log that grows.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use vfs::Fs;

use crate::layout::Listing;
use crate::progress::Progress;
use crate::reader::{Found, Reader};
use crate::replay::Record;
use crate::{Error, Lsn};

/// The records of a log from some point on, also those that are yet to come.
///
/// Memory: one block of 256 KiB, or the largest group if that is larger: what was appended as one batch.
#[derive(Debug)]
pub struct Follow {
    fs: Arc<dyn Fs>,
    dir: PathBuf,
    /// The next record to give out.
    next: Lsn,
    reader: Option<Reader>,
    /// How far the log is durable, if the writer is in this process.
    progress: Option<Arc<Progress>>,
}

impl Follow {
    pub(crate) fn begin(fs: Arc<dyn Fs>, dir: &Path, from: Lsn) -> Result<Self, Error> {
        let listing = Listing::read(&*fs, dir)?;
        if from < listing.start() {
            return Err(Error::Truncated {
                dir: dir.to_owned(),
                lsn: from,
                start: listing.start(),
            });
        }
        Ok(Self {
            fs,
            dir: dir.to_owned(),
            next: from,
            reader: None,
            progress: None,
        })
    }

    pub(crate) fn behind(mut self, progress: Arc<Progress>) -> Self {
        progress.begin_watching();
        self.progress = Some(progress);
        self
    }

    /// The next record, or `None` if there is none yet: then ask again later.
    ///
    /// [`Error::Truncated`] if it was given up before it was read. What is damaged looks as if it were yet to come: a writer's
    /// opening tells the two apart.
    #[expect(
        clippy::should_implement_trait,
        reason = "a record borrows the buffer, which an iterator's can't"
    )]
    pub fn next(&mut self) -> Result<Option<Record<'_>>, Error> {
        loop {
            if let Some(reader) = &mut self.reader
                && reader.step()
            {
                // The segment may begin earlier than the reader does.
                if reader.next() > self.next {
                    self.next = reader.next();
                    break;
                }
            } else if !self.next_group()? {
                return Ok(None);
            }
        }
        Ok(self.reader.as_ref().map(Reader::record))
    }

    /// The next record that is durable, waiting for it up to `timeout`. Only where the writer is in this process
    /// ([`Wal::tail_from`](crate::Wal::tail_from)); elsewhere as [`next`](Self::next).
    pub fn wait(&mut self, timeout: Duration) -> Result<Option<Record<'_>>, Error> {
        if let Some(progress) = &self.progress {
            progress.wait_for(self.next, timeout);
        }
        self.next()
    }

    /// Goes into the next group, in this segment or the one that goes on.
    fn next_group(&mut self) -> Result<bool, Error> {
        if self
            .progress
            .as_ref()
            .is_some_and(|progress| progress.durable() <= self.next)
        {
            return Ok(false);
        }
        if let Some(reader) = &mut self.reader {
            // What was read ahead may have been written since.
            if enter_next(reader)? {
                return Ok(true);
            }
            reader.look_again();
            if enter_next(reader)? {
                return Ok(true);
            }
        }
        self.relocate()
    }

    /// Looks for the segment that holds the next record. `false`: it is the one at hand, or there is none yet.
    fn relocate(&mut self) -> Result<bool, Error> {
        let listing = Listing::read(&*self.fs, &self.dir)?;
        let Some(holder) = listing.holder_of(self.next) else {
            return match listing.segments.first() {
                Some(&start) => Err(Error::Truncated {
                    dir: self.dir.clone(),
                    lsn: self.next,
                    start,
                }),
                None => Ok(false),
            };
        };
        let Some(&first) = listing.segments.get(holder) else {
            return Ok(false);
        };
        let mut found = match Reader::open(&*self.fs, &self.dir, first) {
            // Recycled since it was listed.
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                return Ok(false);
            }
            found => found?,
        };
        let is_at_hand = |reader: &Reader| reader.header.segment == found.header.segment;
        if self.reader.as_ref().is_some_and(is_at_hand) {
            return Ok(false);
        }
        let has_group = enter_next(&mut found)?;
        self.reader = Some(found);
        Ok(has_group)
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        if let Some(progress) = &self.progress {
            progress.stop_watching();
        }
    }
}

/// Goes into the next group of the segment if it is there whole.
fn enter_next(reader: &mut Reader) -> Result<bool, Error> {
    let mut enter = || {
        let Found::Group(group) = reader.find_group()? else {
            return Ok(false);
        };
        let is_whole = reader.enter(group)?;
        if !is_whole {
            reader.leave(group);
        }
        Ok(is_whole)
    };
    enter().map_err(|source| Error::io(&reader.path.clone(), "reading the segment", source))
}
