//! A table of records by number; a transaction for each append.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition};

use crate::log::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

const NAME: &str = "`redb`, `Durability::Immediate`";
const FILE: &str = "log.redb";
const TABLE: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("log");

struct Redb {
    database: Database,
    next: AtomicU64,
}

pub fn contender() -> Contender {
    Contender {
        name: NAME,
        kind: Kind::Store,
        open: |dir| {
            let log = Redb {
                database: Database::create(dir.join(FILE))?,
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
            let database = Database::open(dir.join(FILE))?;
            let transaction = database.begin_read()?;
            let mut count = 0;
            for record in transaction.open_table(TABLE)?.iter()? {
                look_at(record?.1.value());
                count += 1;
            }
            Ok(Some(count))
        },
    }
}

fn write(dir: &Path, records: Records) -> Result<()> {
    let database = Database::create(dir.join(FILE))?;
    for batch in records.batches() {
        let transaction = database.begin_write()?;
        {
            let mut table = transaction.open_table(TABLE)?;
            for (number, record) in batch.clone().zip(records.of(batch)) {
                table.insert(number, record.as_slice())?;
            }
        }
        transaction.commit()?;
    }
    Ok(())
}

impl Log for Redb {
    fn append(&self, record: &[u8]) -> Result<()> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        transaction.open_table(TABLE)?.insert(number, record)?;
        Ok(transaction.commit()?)
    }
}
