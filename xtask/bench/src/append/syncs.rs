//! Who really syncs, and how often: `strace` counts.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::run::{self, Until};
use crate::calls;
use crate::log::{Contender, record};
use crate::measure::fresh;
use crate::report::Table;
use crate::scenario::Result;

const RECORD: usize = 128;
const THREADS: [usize; 2] = [1, 16];

/// What one contender asks of the kernel for each record.
#[derive(Debug, Serialize)]
pub struct Counted {
    name: &'static str,
    threads: usize,
    /// `None` where `strace` is missing.
    per_record: Option<PerRecord>,
}

#[derive(Debug, Serialize)]
struct PerRecord {
    syncs: f64,
    writes: f64,
}

/// Appends `times` records in each thread: what `strace` looks at.
pub fn repeat(contender: &str, threads: usize, times: u64, dir: &Path) -> Result<()> {
    let found = Contender::all(threads).find(|known| known.name == contender);
    let log = (found.ok_or("no such contender")?.open)(dir)?;
    let record = record(1, RECORD);
    run::run(threads, Until::Times(times), || log.append(&record))?;
    Ok(())
}

pub fn count(dir: &Path) -> Result<Vec<Counted>> {
    let mut all = Vec::new();
    for threads in THREADS {
        for contender in Contender::all(threads) {
            all.push(Counted {
                name: contender.name,
                threads,
                per_record: fresh(dir, || per_record(contender.name, threads, dir))?,
            });
        }
    }
    Ok(all)
}

/// What more records add to the calls of a process.
fn per_record(contender: &str, threads: usize, dir: &Path) -> Result<Option<PerRecord>> {
    // Several hundred either way: what happens now and then, happens in both.
    let (few, more) = (100, 600);
    let calls = |times: u64, name| {
        let dir = dir.join(name);
        std::fs::create_dir(&dir)?;
        let times = times.div_ceil(threads as u64).to_string();
        let arguments = ["append", contender, &threads.to_string(), &times];
        calls::of_program(&arguments, &dir)
    };
    let (Some(before), Some(after)) = (calls(few, "few")?, calls(more, "more")?) else {
        return Ok(None);
    };
    let records = (more.div_ceil(threads as u64) - few.div_ceil(threads as u64)) * threads as u64;
    let added = after.without(&before);
    #[expect(clippy::cast_precision_loss, reason = "hundreds")]
    let per_record = |count: i64| count as f64 / records as f64;
    Ok(Some(PerRecord {
        syncs: per_record(added.syncs.values().sum()),
        writes: per_record(added.writes),
    }))
}

pub fn table(counted: &[Counted]) -> Result<Table> {
    let title = "Syncs and writes for each record of 128 B";
    let mut text = format!(
        "**{title}**\n\n\
         | | syncs, 1 thread | writes | syncs, 16 threads | writes |\n|---|--:|--:|--:|--:|\n"
    );
    let mut names: Vec<_> = counted.iter().map(|row| row.name).collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(*name));
    for name in names {
        let _ = write!(text, "| {name} |");
        for threads in THREADS {
            let row = counted
                .iter()
                .find(|row| row.name == name && row.threads == threads);
            let _ = match row.map(|row| &row.per_record) {
                Some(Some(PerRecord { syncs, writes })) => {
                    write!(text, " {syncs:.2} | {writes:.2} |")
                }
                Some(None) => write!(text, " not measured | not measured |"),
                None => write!(text, " | |"),
            };
        }
        text += "\n";
    }
    Table::new("append-syncs", title, 1, counted, text)
}
