//! A tree of records by number, whose journal is synced after each insertion.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use crate::log::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

const NAME: &str = "`fjall`, `PersistMode::SyncData`";

struct Fjall {
    database: Database,
    records: Keyspace,
    next: AtomicU64,
}

pub fn contender() -> Contender {
    Contender {
        name: NAME,
        kind: Kind::Store,
        open: |dir| Ok(Box::new(open(dir)?)),
    }
}

pub fn reading() -> Reading {
    Reading {
        name: NAME,
        at_least: None,
        write,
        read: |dir| {
            let mut count = 0;
            for record in open(dir)?.records.iter() {
                look_at(&record.value()?);
                count += 1;
            }
            Ok(Some(count))
        },
    }
}

fn open(dir: &Path) -> Result<Fjall> {
    let database = Database::builder(dir.join("fjall")).open()?;
    Ok(Fjall {
        records: database.keyspace("log", KeyspaceCreateOptions::default)?,
        database,
        next: AtomicU64::new(1),
    })
}

fn write(dir: &Path, records: Records) -> Result<()> {
    let log = open(dir)?;
    for batch in records.batches() {
        let mut items = log.database.batch();
        for (number, record) in batch.clone().zip(records.of(batch)) {
            items.insert(&log.records, number.to_be_bytes(), record);
        }
        items.commit()?;
        log.database.persist(PersistMode::SyncData)?;
    }
    Ok(())
}

impl Log for Fjall {
    fn append(&self, record: &[u8]) -> Result<()> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.records.insert(number.to_be_bytes(), record)?;
        Ok(self.database.persist(PersistMode::SyncData)?)
    }
}
