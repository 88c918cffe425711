//! What can append records and read them again: bare calls, ours, other crates.

mod ours;
#[cfg(feature = "log-peers")]
mod peers;
mod raw;

use std::path::Path;

use crate::scenario::Result;

/// A log that is open.
pub trait Log: Send + Sync {
    /// Appends a record, and returns when it is durable.
    fn append(&self, record: &[u8]) -> Result<()>;
}

/// One way to keep a log.
#[derive(Debug)]
pub struct Contender {
    pub name: &'static str,
    pub kind: Kind,
    /// Opens a new log in a directory that is there, and empty.
    pub open: fn(&Path) -> Result<Box<dyn Log>>,
}

/// What a contender is to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bare calls, of one thread alone or of many.
    Floor { threads: Threads },
    /// The crate `wal`.
    Ours,
    /// A log of another crate.
    Log,
    /// A store whose commit is durable.
    Store,
}

/// How many threads a floor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    One,
    Many,
}

/// One way to read a log.
#[derive(Debug)]
pub struct Reading {
    pub name: &'static str,
    /// The least of the floor's speed that we promise.
    pub at_least: Option<f64>,
    /// Writes the records into a new log in an empty directory, durably, in batches.
    pub write: fn(&Path, Records) -> Result<()>,
    /// Opens it and looks at every record. Says how many there were, unless it does not know what a record is.
    pub read: fn(&Path) -> Result<Option<u64>>,
}

impl Contender {
    /// Who takes part where so many threads append.
    pub fn all(threads: usize) -> impl Iterator<Item = Self> {
        let kind = if threads == 1 {
            Threads::One
        } else {
            Threads::Many
        };
        let mut all = raw::contenders();
        all.push(ours::contender());
        #[cfg(feature = "log-peers")]
        all.extend(peers::contenders());
        all.into_iter()
            .filter(move |contender| match contender.kind {
                Kind::Floor { threads } => threads == kind,
                _ => true,
            })
    }
}

impl Reading {
    /// All of them. What the others are compared with is first.
    pub fn all() -> Vec<Self> {
        let mut all = vec![raw::reading()];
        all.extend(ours::readings());
        #[cfg(feature = "log-peers")]
        all.extend(peers::readings());
        all
    }
}

/// Records to be written.
#[derive(Clone, Copy, Debug)]
pub struct Records {
    pub count: u64,
    pub len: usize,
}

/// Records in a batch: what one write and one sync, or one transaction, takes.
pub const BATCH: u64 = 4096;

impl Records {
    /// So many bytes, in records of 128.
    pub fn of_bytes(bytes: u64) -> Self {
        Self {
            count: bytes / 128,
            len: 128,
        }
    }

    /// Numbers of records, batch by batch.
    pub fn batches(self) -> impl Iterator<Item = std::ops::Range<u64>> {
        let starts = (0..self.count).step_by(usize::try_from(BATCH).unwrap_or(usize::MAX));
        starts.map(move |start| start..self.count.min(start + BATCH))
    }

    /// A batch of records.
    pub fn of(self, numbers: std::ops::Range<u64>) -> Vec<Vec<u8>> {
        numbers.map(|number| record(number, self.len)).collect()
    }
}

/// A record of `len` bytes: text, no two alike, which no fast codec makes smaller.
pub fn record(number: u64, len: usize) -> Vec<u8> {
    let mut random = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let digits = std::iter::repeat_with(|| {
        // xorshift64 (Marsaglia 2003).
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        format!("{random:016x}").into_bytes()
    });
    digits.flatten().take(len).collect()
}

/// Looks at a record, as whoever replays a log would.
pub fn look_at(record: &[u8]) {
    std::hint::black_box(record);
}
