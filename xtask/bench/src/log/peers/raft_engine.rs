//! A log of many queues; ours is one of them. Records are its key-value items, because these are all read when it is opened: of log
//! entries it reads the index alone.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use raft_engine::{Config, Engine, LogBatch};

use crate::log::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

const NAME: &str = "`raft-engine`";
const REGION: u64 = 1;

struct Raft {
    engine: Engine,
    next: AtomicU64,
}

pub fn contender() -> Contender {
    Contender {
        name: NAME,
        kind: Kind::Log,
        open: |dir| {
            let log = Raft {
                engine: open(dir)?,
                next: AtomicU64::new(1),
            };
            log.append(b"begin")?;
            Ok(Box::new(log))
        },
    }
}

pub fn reading() -> Reading {
    Reading {
        name: NAME,
        at_least: None,
        write,
        read: |dir| {
            let mut count = 0;
            open(dir)?.scan_raw_messages(REGION, None, None, false, |_, record| {
                look_at(record);
                count += 1;
                true
            })?;
            Ok(Some(count))
        },
    }
}

fn open(dir: &Path) -> Result<Engine> {
    let dir = dir.to_str().ok_or("a path that is not text")?.to_owned();
    Ok(Engine::open(Config {
        dir,
        ..Config::default()
    })?)
}

fn write(dir: &Path, records: Records) -> Result<()> {
    let engine = open(dir)?;
    for batch in records.batches() {
        let mut items = LogBatch::default();
        for (number, record) in batch.clone().zip(records.of(batch)) {
            items.put(REGION, number.to_be_bytes().to_vec(), record)?;
        }
        engine.write(&mut items, true)?;
    }
    Ok(())
}

impl Log for Raft {
    fn append(&self, record: &[u8]) -> Result<()> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut items = LogBatch::default();
        items.put(REGION, number.to_be_bytes().to_vec(), record.to_vec())?;
        self.engine.write(&mut items, true)?;
        Ok(())
    }
}
