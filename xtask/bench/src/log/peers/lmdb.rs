//! LMDB through `lmdb-rkv`: records by number, a transaction for each append, with the default flags, under which a commit is
//! durable.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use lmdb::{Cursor, Database, DatabaseFlags, Environment, Transaction, WriteFlags};

use crate::log::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

const NAME: &str = "LMDB (`lmdb-rkv`)";
/// Addresses that are set apart, not memory.
const MAP_SIZE: usize = 16 << 30;

struct Lmdb {
    environment: Environment,
    records: Database,
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
            let log = open(dir)?;
            let transaction = log.environment.begin_ro_txn()?;
            let mut cursor = transaction.open_ro_cursor(log.records)?;
            let mut count = 0;
            for record in cursor.iter_start() {
                look_at(record?.1);
                count += 1;
            }
            Ok(Some(count))
        },
    }
}

fn open(dir: &Path) -> Result<Lmdb> {
    let environment = Environment::new().set_map_size(MAP_SIZE).open(dir)?;
    Ok(Lmdb {
        records: environment.create_db(None, DatabaseFlags::empty())?,
        environment,
        next: AtomicU64::new(1),
    })
}

fn write(dir: &Path, records: Records) -> Result<()> {
    let log = open(dir)?;
    for batch in records.batches() {
        let mut transaction = log.environment.begin_rw_txn()?;
        for (number, record) in batch.clone().zip(records.of(batch)) {
            let number = number.to_be_bytes();
            transaction.put(log.records, &number, &record, WriteFlags::APPEND)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

impl Log for Lmdb {
    fn append(&self, record: &[u8]) -> Result<()> {
        let mut transaction = self.environment.begin_rw_txn()?;
        let number = self.next.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        transaction.put(self.records, &number, &record, WriteFlags::empty())?;
        Ok(transaction.commit()?)
    }
}
