//! A log of entries in chunks; a segment of it is recycled as soon as its checkpoint is done, and that of [`LogVoid`] is nothing.

use std::io;
use std::path::Path;

use okaywal::{
    Configuration, Entry, EntryId, LogManager, LogVoid, ReadChunkResult, SegmentReader,
    WriteAheadLog,
};

use crate::log::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

const NAME: &str = "`okaywal`";

pub fn contender() -> Contender {
    Contender {
        name: NAME,
        kind: Kind::Log,
        open: |dir| Ok(Box::new(Configuration::default_for(dir).open(LogVoid)?)),
    }
}

/// With files as large as ours. As it comes it keeps one of a mebibyte, and renames files all the time.
pub fn contender_with_large_files() -> Contender {
    Contender {
        name: "`okaywal`, files of 64 MiB",
        kind: Kind::Log,
        open: |dir| {
            let configuration = Configuration::default_for(dir).preallocate_bytes(64 << 20);
            let log = configuration.checkpoint_after_bytes(60 << 20);
            Ok(Box::new(log.open(LogVoid)?))
        },
    }
}

pub fn reading() -> Reading {
    Reading {
        name: NAME,
        at_least: None,
        write,
        read: |dir| {
            let (sender, receiver) = std::sync::mpsc::channel();
            let log = kept(dir).open(Reader { sender })?;
            log.shutdown()?;
            Ok(Some(receiver.try_iter().sum()))
        },
    }
}

/// A log that keeps its records until somebody else wants them gone.
fn kept(dir: &Path) -> Configuration {
    Configuration::default_for(dir).checkpoint_after_bytes(u64::MAX)
}

fn write(dir: &Path, records: Records) -> Result<()> {
    let log = kept(dir).open(LogVoid)?;
    for batch in records.batches() {
        let mut entry = log.begin_entry()?;
        for record in records.of(batch) {
            entry.write_chunk(&record)?;
        }
        entry.commit()?;
    }
    Ok(log.shutdown()?)
}

/// Counts what it is given.
#[derive(Debug)]
struct Reader {
    sender: std::sync::mpsc::Sender<u64>,
}

impl LogManager for Reader {
    fn recover(&mut self, entry: &mut Entry<'_>) -> io::Result<()> {
        let mut count = 0;
        while let ReadChunkResult::Chunk(mut chunk) = entry.read_chunk()? {
            let record = chunk.read_all()?;
            if !chunk.check_crc()? {
                return Err(io::ErrorKind::InvalidData.into());
            }
            look_at(&record);
            count += 1;
        }
        self.sender.send(count).map_err(io::Error::other)
    }

    fn checkpoint_to(
        &mut self,
        _last: EntryId,
        _entries: &mut SegmentReader,
        _log: &WriteAheadLog,
    ) -> io::Result<()> {
        Ok(())
    }
}

impl Log for WriteAheadLog {
    fn append(&self, record: &[u8]) -> Result<()> {
        let mut entry = self.begin_entry()?;
        entry.write_chunk(record)?;
        entry.commit()?;
        Ok(())
    }
}
