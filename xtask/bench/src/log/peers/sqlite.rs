//! `SQLite` through `rusqlite`: a table of records by number, in WAL mode. Threads take turns with one connection, which is quicker
//! for them than a connection each.

use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, params};

use crate::log::{Contender, Kind, Log, Reading, Records, look_at};
use crate::scenario::Result;

const NAME: &str = "`rusqlite`, WAL, `synchronous=FULL`";
const FILE: &str = "log.sqlite";
const INSERT: &str = "INSERT INTO log (record) VALUES (?1)";

pub fn contender() -> Contender {
    Contender {
        name: NAME,
        kind: Kind::Store,
        open: |dir| Ok(Box::new(Mutex::new(open(dir)?))),
    }
}

pub fn reading() -> Reading {
    Reading {
        name: NAME,
        at_least: None,
        write,
        read: |dir| {
            let connection = open(dir)?;
            let mut select = connection.prepare("SELECT record FROM log ORDER BY number")?;
            let mut rows = select.query([])?;
            let mut count = 0;
            while let Some(row) = rows.next()? {
                look_at(row.get_ref(0)?.as_blob()?);
                count += 1;
            }
            Ok(Some(count))
        },
    }
}

fn open(dir: &Path) -> Result<Connection> {
    let connection = Connection::open(dir.join(FILE))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute(
        "CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY, record BLOB NOT NULL)",
        [],
    )?;
    Ok(connection)
}

fn write(dir: &Path, records: Records) -> Result<()> {
    let mut connection = open(dir)?;
    for batch in records.batches() {
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(INSERT)?;
            for record in records.of(batch) {
                insert.execute(params![record])?;
            }
        }
        transaction.commit()?;
    }
    Ok(())
}

impl Log for Mutex<Connection> {
    fn append(&self, record: &[u8]) -> Result<()> {
        let connection = self.lock().map_err(|_| "a writer has panicked")?;
        connection
            .prepare_cached(INSERT)?
            .execute(params![record])?;
        Ok(())
    }
}
