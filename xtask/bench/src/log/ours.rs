//! The crate `wal`, with its default options.

use std::path::{Path, PathBuf};

use wal::Wal;

use super::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

pub fn contender() -> Contender {
    Contender {
        name: "**`wal`**",
        kind: Kind::Ours,
        open: |dir| {
            let (log, _tail) = Wal::open(dir)?.finish()?;
            // Its first segment is made now.
            log.append_durable(b"begin")?;
            Ok(Box::new(log))
        },
    }
}

impl Log for Wal {
    fn append(&self, record: &[u8]) -> Result<()> {
        self.append_durable(record)?;
        Ok(())
    }
}

pub fn readings() -> Vec<Reading> {
    vec![
        Reading {
            name: "**`wal`**, `Replay::next`",
            at_least: Some(0.75),
            write,
            read: |dir| {
                let mut replay = Wal::open(dir)?;
                let mut count = 0;
                while let Some(record) = replay.next()? {
                    look_at(record.payload);
                    count += 1;
                }
                Ok(Some(count))
            },
        },
        Reading {
            name: "**`wal`**, `Replay::finish`: open to append",
            at_least: None,
            write,
            read: |dir| {
                let (log, _tail) = Wal::open(dir)?.finish()?;
                let stats = log.stats();
                Ok(Some(stats.next.since(stats.start)))
            },
        },
    ]
}

pub fn write(dir: &Path, records: Records) -> Result<()> {
    let (log, _tail) = Wal::open(dir)?.finish()?;
    for batch in records.batches() {
        log.append_batch(&records.of(batch))?;
        log.sync()?;
    }
    Ok(log.close()?)
}

/// The files of a log that hold records.
pub fn segments(dir: &Path) -> Result<Vec<PathBuf>> {
    let files = std::fs::read_dir(dir)?.map(|entry| Ok(entry?.path()));
    let mut files = files.collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    files.sort();
    Ok(files)
}
