//! One durable append after the other, by one thread and by many: how many there are in a second, and how long each takes.

mod awake;
mod run;
mod syncs;
mod table;

use std::path::Path;
use std::time::Duration;

use crate::log::{Contender, Kind, Log, record};
use crate::measure::{fresh, progress, settle, shuffle};
use crate::report::Report;
use crate::scenario::{Lengths, Result};
use awake::Awake;
use run::Run;
pub use syncs::repeat;

/// Bytes of a record, as the names of tables and as numbers.
const SIZES: &[(&str, &str, usize)] = &[("128", "128 B", 128), ("1k", "1 KiB", 1024)];

/// Threads that append at the same time.
const THREADS: &[usize] = &[1, 2, 4, 16, 64];

const ROUNDS: u32 = 5;

/// One table: records of one size, appended by some threads.
#[derive(Clone, Copy, Debug)]
struct Cell {
    size: &'static str,
    record: usize,
    threads: usize,
    /// Whether the processors are kept from idling.
    awake: bool,
}

/// What one contender gave, in each round.
#[derive(Debug)]
struct Measured {
    name: &'static str,
    kind: Kind,
    runs: Vec<Run>,
}

/// Measures every table, and who syncs how often.
pub fn measure(dir: &Path, lengths: &Lengths, report: &mut Report) -> Result<()> {
    let rounds = lengths.rounds.unwrap_or(ROUNDS).max(1);
    let dir = dir.join("append");
    let mut put = |short: &str, cell: Cell| -> Result<()> {
        let measured = fresh(&dir, || in_turns(cell, &dir, rounds, lengths.run))?;
        let awake = if cell.awake { "-awake" } else { "" };
        let name = format!("append-{short}-{}{awake}", cell.threads);
        println!("{}", report.put(table::of(&name, cell, rounds, &measured)?));
        Ok(())
    };
    for &(short, size, record) in SIZES {
        for &threads in THREADS {
            let cell = Cell {
                size,
                record,
                threads,
                awake: false,
            };
            put(short, cell)?;
            if threads == 1
                && let Some(awake) = Awake::keep()?
            {
                let cell = Cell {
                    awake: true,
                    ..cell
                };
                put(short, cell)?;
                awake.end()?;
            }
        }
    }
    let counted = syncs::count(&dir)?;
    println!("{}", report.put(syncs::table(&counted)?));
    Ok(())
}

/// Every contender keeps its log open from round to round, as a program would: what a log does now and then, such as
/// beginning a file or a checkpoint, is in the rounds it falls into.
fn in_turns(cell: Cell, dir: &Path, rounds: u32, length: Duration) -> Result<Vec<Measured>> {
    let mut rows = Vec::new();
    for (index, contender) in Contender::all(cell.threads).enumerate() {
        let failed = |error| format!("{}: opening: {error}", contender.name);
        let dir = dir.join(index.to_string());
        std::fs::create_dir(&dir)?;
        let log = (contender.open)(&dir).map_err(failed)?;
        let measured = Measured {
            name: contender.name,
            kind: contender.kind,
            runs: Vec::new(),
        };
        rows.push((log, measured));
    }
    let record = record(1, cell.record);
    let awake = if cell.awake { ", awake" } else { "" };
    let name = format!("append {} × {}{awake}", cell.threads, cell.size);
    let progress = progress(name, u64::from(1 + rounds));
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = 1;
    for round in 0..=rounds {
        shuffle(&mut order, &mut random);
        for &index in &order {
            let (log, measured) = &mut rows[index];
            settle(dir)?;
            // The first round is a short one, for caches and branches.
            let length = if round == 0 { length / 4 } else { length };
            let run = timed(&**log, &record, cell.threads, length)
                .map_err(|error| format!("{}: {error}", measured.name))?;
            if round > 0 {
                measured.runs.push(run);
            }
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(rows.into_iter().map(|(_, measured)| measured).collect())
}

fn timed(log: &dyn Log, record: &[u8], threads: usize, length: Duration) -> Result<Run> {
    run::run(threads, run::Until::Passed(length), || log.append(record))
}
