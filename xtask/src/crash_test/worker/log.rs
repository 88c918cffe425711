//! Appending to a log in many threads, and giving up what is old.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wal::{Lsn, Options, SyncPolicy, Wal};

use super::{enough, say};
use crate::crash_test::random::Random;

const WRITERS: u64 = 4;
/// What each writer does before the log is closed and opened again.
const CALLS: u64 = 60;
/// So small that segments are begun, given up and recycled all the time, and, in some processes, large enough for large writes.
const SEGMENTS: [u64; 3] = [1 << 14, 1 << 16, 1 << 20];
/// How many records stay when older ones are given up.
const KEPT: u64 = 64;

/// Which log, and what this process does to it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long)]
    dir: PathBuf,
    /// Stands in every record of this process
    run: u64,
    /// What each writer does follows from it
    seed: u64,
}

/// A record. All its bytes follow from the first five members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::crash_test) struct Entry {
    pub(in crate::crash_test) run: u64,
    pub(in crate::crash_test) writer: u64,
    /// Counts the calls of a writer that append.
    pub(in crate::crash_test) call: u64,
    /// Which record of its batch it is.
    pub(in crate::crash_test) index: u64,
    /// How many records the batch has.
    pub(in crate::crash_test) of: u64,
    filler: String,
}

impl Entry {
    pub(in crate::crash_test) fn new(
        run: u64,
        writer: u64,
        call: u64,
        index: u64,
        of: u64,
    ) -> Self {
        let mut random = Random(
            [run, writer, call, index]
                .into_iter()
                .fold(of, |mix, part| {
                    Random(mix.wrapping_mul(31).wrapping_add(part)).next()
                }),
        );
        // Mostly a part of a page, and now and then two.
        let limit = [8, 60, 800][usize::try_from(random.below(3)).unwrap_or(0)];
        let repeats = usize::try_from(random.below(limit)).unwrap_or(0);
        Self {
            run,
            writer,
            call,
            index,
            of,
            filler: format!("{:x}.", random.below(1 << 32)).repeat(repeats),
        }
    }

    /// What is appended; that of every other call has line ends in it.
    pub(in crate::crash_test) fn payload(&self) -> serde_json::Result<Vec<u8>> {
        if self.call.is_multiple_of(2) {
            serde_json::to_vec_pretty(self)
        } else {
            serde_json::to_vec(self)
        }
    }
}

/// An error may come from another thread.
type Done = Result<(), Box<dyn std::error::Error + Send + Sync>>;

impl Args {
    pub(super) fn run(&self) -> Done {
        let enough = enough();
        let mut random = Random(self.seed);
        let segment = SEGMENTS[usize::try_from(random.below(3))?];
        let policy = match random.below(3) {
            0 => SyncPolicy::OnSync,
            1 => SyncPolicy::EachAppend,
            _ => SyncPolicy::Within {
                records: 16,
                age: Duration::from_millis(1),
            },
        };
        let mut writers: Vec<_> = (0..WRITERS)
            .map(|number| Writer {
                batch_max: segment >> 14,
                run: self.run,
                number,
                call: 0,
                random: Random(random.next()),
            })
            .collect();
        while !enough.load(Ordering::Relaxed) {
            let options = Options::new().segment_size(segment).sync_policy(policy);
            let (log, _) = options.open(&self.dir)?.finish()?;
            let worked: Done = thread::scope(|scope| {
                let threads: Vec<_> = writers
                    .iter_mut()
                    .map(|writer| scope.spawn(|| writer.work(&log)))
                    .collect();
                threads
                    .into_iter()
                    .try_for_each(|thread| thread.join().map_err(|_| "a writer panicked")?)
            });
            worked?;
            log.close()?;
        }
        Ok(())
    }
}

/// One of the threads.
struct Writer {
    run: u64,
    number: u64,
    call: u64,
    /// The most records that fit into a group, however long they are.
    batch_max: u64,
    random: Random,
}

impl Writer {
    fn work(&mut self, log: &Wal) -> Done {
        for _ in 0..CALLS {
            match self.random.below(16) {
                0 => truncate(log)?,
                1 => {
                    log.rotate()?;
                }
                2..=7 => {
                    let payload = self.payloads(1)?.remove(0);
                    let lsn = log.append_durable(&payload)?;
                    self.acknowledge(lsn, 1, self.call)?;
                }
                _ => self.append_some(log)?,
            }
        }
        Ok(())
    }

    /// Batches and single records, and a sync of them all.
    fn append_some(&mut self, log: &Wal) -> Done {
        let mut appended = Vec::new();
        for _ in 0..=self.random.below(3) {
            let count = 1 + self.random.below(self.batch_max);
            let batch = log.append_batch(&self.payloads(count)?)?;
            appended.push((batch.start, count, self.call));
        }
        log.sync()?;
        for (first, count, call) in appended {
            self.acknowledge(first, count, call)?;
        }
        Ok(())
    }

    /// The records of the next call.
    fn payloads(&mut self, count: u64) -> serde_json::Result<Vec<Vec<u8>>> {
        self.call += 1;
        (0..count)
            .map(|index| Entry::new(self.run, self.number, self.call, index, count).payload())
            .collect()
    }

    fn acknowledge(&self, first: Lsn, count: u64, call: u64) -> Done {
        told(&format!("durable {first} {} {call} {count}", self.number))
    }
}

/// Says so before, too: nobody knows which it was if the process is killed in between.
fn truncate(log: &Wal) -> Done {
    let at = log.stats().durable.get().saturating_sub(KEPT);
    if let Some(lsn) = Lsn::new(at) {
        told(&format!("truncating {lsn}"))?;
        log.truncate_before(lsn)?;
        told(&format!("truncated {lsn}"))?;
    }
    Ok(())
}

fn told(line: &str) -> Done {
    if say(line) {
        Ok(())
    } else {
        Err(io::Error::from(io::ErrorKind::BrokenPipe).into())
    }
}
