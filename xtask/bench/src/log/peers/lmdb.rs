//! LMDB through `heed`: records by number, a transaction for each append, with the default flags, under which a commit is
//! durable.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use heed::byteorder::BigEndian;
use heed::types::{Bytes, U64};
use heed::{Database, Env, EnvOpenOptions, PutFlags};

use crate::log::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

const NAME: &str = "`heed` (LMDB)";
/// Addresses that are set apart, not memory.
const MAP_SIZE: usize = 16 << 30;

struct Lmdb {
    env: Env,
    records: Database<U64<BigEndian>, Bytes>,
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
            let transaction = log.env.read_txn()?;
            let mut count = 0;
            for record in log.records.iter(&transaction)? {
                look_at(record?.1);
                count += 1;
            }
            Ok(count)
        },
    }
}

fn open(dir: &Path) -> Result<Lmdb> {
    let mut options = EnvOpenOptions::new();
    options.map_size(MAP_SIZE);
    #[expect(
        unsafe_code,
        reason = "nobody else changes a file that was made for this run"
    )]
    // SAFETY: the map stays as it is as long as only LMDB writes to the file, which is in a directory of this run alone.
    let env = unsafe { options.open(dir) }?;
    let mut transaction = env.write_txn()?;
    let records = env.create_database(&mut transaction, None)?;
    transaction.commit()?;
    Ok(Lmdb {
        env,
        records,
        next: AtomicU64::new(1),
    })
}

fn write(dir: &Path, records: Records) -> Result<()> {
    let log = open(dir)?;
    for batch in records.batches() {
        let mut transaction = log.env.write_txn()?;
        for (number, record) in batch.clone().zip(records.of(batch)) {
            log.records
                .put_with_flags(&mut transaction, PutFlags::APPEND, &number, &record)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

impl Log for Lmdb {
    fn append(&self, record: &[u8]) -> Result<()> {
        let mut transaction = self.env.write_txn()?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.records.put(&mut transaction, &number, record)?;
        Ok(transaction.commit()?)
    }
}
