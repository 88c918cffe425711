//! Opening a log: it is read before it can be written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{File, LockKind, OpenOptions};

use crate::chain::Chain;
use crate::layout::{self, Listing};
use crate::settle::settle;
use crate::{Error, Lsn, Options, Tail, Wal};

/// A record of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record<'a> {
    /// Its number.
    pub lsn: Lsn,
    /// What was appended.
    pub payload: &'a [u8],
}

/// A log that is being opened: its records, in order, and then the handle that writes.
///
/// Memory: one block of 256 KiB, or the largest group if that is larger: what was appended as one batch.
#[derive(Debug)]
#[must_use = "a log that was not read to its end can't be written to: call `finish`"]
pub struct Replay {
    opened: Opened,
    chain: Chain,
}

/// A log's directory, locked.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) options: Options,
    pub(crate) dir: PathBuf,
    pub(crate) start: Lsn,
    /// Held by being open.
    pub(crate) lock: Box<dyn File>,
}

impl Opened {
    /// Makes the directory if it is not there, and locks it.
    pub(crate) fn lock(options: &Options, dir: &Path) -> Result<(Self, Listing), Error> {
        let fs = &*options.fs;
        fs.create_dir_all(dir)
            .map_err(|source| Error::io(dir, "creating the directory", source))?;
        let path = dir.join(layout::LOCK);
        let failed = |source| Error::io(&path, "locking the log", source);
        let lock = fs
            .open(&path, &OpenOptions::read_write().or_create())
            .map_err(failed)?;
        if !lock.try_lock(LockKind::Exclusive).map_err(failed)? {
            return Err(Error::InUse {
                dir: dir.to_owned(),
            });
        }
        let listing = Listing::read(fs, dir)?;
        let opened = Self {
            options: options.clone(),
            dir: dir.to_owned(),
            start: listing.start(),
            lock,
        };
        Ok((opened, listing))
    }

    /// Removes files that never became part of the log.
    pub(crate) fn remove_leftovers(&self, listing: &Listing) -> Result<(), Error> {
        for name in &listing.leftovers {
            let path = self.dir.join(name);
            let removed = self.options.fs.remove_file(&path);
            removed.map_err(|source| Error::io(&path, "removing what a crash left", source))?;
        }
        Ok(())
    }
}

impl Replay {
    pub(crate) fn open(options: &Options, dir: &Path) -> Result<Self, Error> {
        let (opened, listing) = Opened::lock(options, dir)?;
        let chain = Chain::new(
            Arc::clone(&options.fs),
            dir.to_owned(),
            &listing,
            opened.start,
        )?;
        opened.remove_leftovers(&listing)?;
        Ok(Self { opened, chain })
    }

    /// The first record that was not truncated, whether it is there yet or not.
    pub fn start(&self) -> Lsn {
        self.opened.start
    }

    /// The next record, or `None` at the end of the log.
    ///
    /// Damage before the tail is an error, and stays one: nothing behind it is given out.
    #[inline]
    #[expect(
        clippy::should_implement_trait,
        reason = "a record borrows the buffer, which an iterator's can't"
    )]
    pub fn next(&mut self) -> Result<Option<Record<'_>>, Error> {
        if self.chain.advance()? {
            Ok(self.chain.record())
        } else {
            Ok(None)
        }
    }

    /// Reads what is left, makes durable what was found, and gives the handle that writes, with the report of what was cut.
    pub fn finish(self) -> Result<(Wal, Tail), Error> {
        let Self { opened, chain } = self;
        let (segment, next, tail) = settle(&opened, chain.into_end()?)?;
        Ok((Wal::new(opened, segment, next)?, tail))
    }
}
