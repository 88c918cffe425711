//! Timing rows in turns, so that whatever else the machine does hits all of them alike.

use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::calls::{self, Calls};
use crate::machine;
use crate::scenario::{Costs, Lengths, Result, Row, Scenario};

/// What one scenario gave.
#[derive(Debug)]
pub struct Measured {
    pub scenario: &'static Scenario,
    pub rounds: u32,
    pub lengths: Lengths,
    pub rows: Vec<MeasuredRow>,
}

/// What one row gave.
#[derive(Debug)]
pub struct MeasuredRow {
    pub name: &'static str,
    pub at_most: Option<f64>,
    /// One time per round.
    pub times: Vec<Duration>,
    /// `None`: not measured.
    pub calls: Option<Calls>,
    /// Bytes. `None`: not measured.
    pub peak: Option<u64>,
}

/// Measures one scenario in a directory of its own below `dir`.
pub fn measure(scenario: &'static Scenario, dir: &Path, lengths: &Lengths) -> Result<Measured> {
    let rounds = lengths.rounds.unwrap_or(scenario.rounds).max(1);
    let dir = dir.join(scenario.name);
    let progress = progress(
        scenario.name.to_owned(),
        u64::from(scenario.warm_up + rounds),
    );
    let mut times = fresh(&dir, || time(scenario, &dir, rounds, lengths, &progress))?;
    let mut rows = Vec::new();
    for (row, times) in times.drain(..) {
        progress.set_message(format!("{}: what it costs", row.name));
        let (mut calls, mut peak) = (None, None);
        match scenario.costs {
            Costs::Calls => calls = fresh(&dir, || calls::of(scenario.name, row.name, &dir))?,
            Costs::Memory(_) => {
                peak = fresh(&dir, || machine::peak(scenario.name, row.name, &dir))?;
            }
            Costs::Reading | Costs::Nothing => {}
        }
        rows.push(MeasuredRow {
            name: row.name,
            at_most: row.at_most,
            times,
            calls,
            peak,
        });
    }
    progress.finish_and_clear();
    Ok(Measured {
        scenario,
        rounds,
        lengths: *lengths,
        rows,
    })
}

/// Runs `work` with `dir` empty, and removes it.
pub fn fresh<T>(dir: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    std::fs::create_dir_all(dir)?;
    let answer = work()?;
    std::fs::remove_dir_all(dir)?;
    Ok(answer)
}

fn time(
    scenario: &Scenario,
    dir: &Path,
    rounds: u32,
    lengths: &Lengths,
    progress: &ProgressBar,
) -> Result<Vec<(Row, Vec<Duration>)>> {
    let rows = (scenario.build)(dir, lengths)?;
    let mut rows: Vec<_> = rows.into_iter().map(|row| (row, Vec::new())).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = 1;
    for round in 0..scenario.warm_up + rounds {
        shuffle(&mut order, &mut random);
        for &index in &order {
            let (row, times) = &mut rows[index];
            if scenario.costs == Costs::Calls {
                settle(dir)?;
            }
            let start = Instant::now();
            (row.run)().map_err(|error| format!("{}: {}: {error}", scenario.name, row.name))?;
            let time = start.elapsed();
            if round >= scenario.warm_up {
                times.push(time);
            }
        }
        progress.inc(1);
    }
    Ok(rows)
}

/// Lets the file system come to rest, so that no row pays for what the one before it has left unwritten.
pub fn settle(dir: &Path) -> Result<()> {
    Ok(rustix::fs::syncfs(std::fs::File::open(dir)?)?)
}

/// Another order in each round, and the same ones in each run: who comes after whom must not matter.
pub fn shuffle(order: &mut [usize], random: &mut u64) {
    for last in (1..order.len()).rev() {
        // xorshift64 (Marsaglia 2003).
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        let other = *random % (last as u64 + 1);
        order.swap(last, usize::try_from(other).unwrap_or(last));
    }
}

pub fn progress(name: String, rounds: u64) -> ProgressBar {
    // Hides itself where standard error is not a terminal.
    let progress = ProgressBar::new(rounds).with_prefix(name);
    if let Ok(style) =
        ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} rounds, {eta} left {msg}")
    {
        progress.set_style(style);
    }
    progress
}

#[cfg(test)]
mod tests {
    use super::shuffle;

    #[test]
    fn every_order_comes_up() {
        let mut seen = std::collections::BTreeSet::new();
        let (mut order, mut random) = (vec![0, 1, 2], 1);
        for _ in 0..200 {
            shuffle(&mut order, &mut random);
            seen.insert(order.clone());
        }
        assert_eq!(seen.len(), 6);
    }
}
