//! What is compared: questions, and the rows that answer them.

use std::path::Path;
use std::time::Duration;

use crate::{codec, document, lock, replace, replay};

/// Any failure ends the run: a row that failed once has not been measured.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A family of scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Replacing a file
    Replace,
    /// Saving and loading a document
    Document,
    /// Taking a lock and giving it back
    Lock,
    /// Compressing and decompressing
    Codec,
    /// Appending to a log, durably
    Append,
    /// Reading a log from its start to its end
    Replay,
    /// All of them
    All,
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    /// Rounds of each table, if not as many as it says itself.
    pub rounds: Option<u32>,
    /// How long threads append in one round.
    pub run: Duration,
    /// Bytes of records in the log that is read.
    pub log: u64,
}

impl Default for Lengths {
    fn default() -> Self {
        Self {
            rounds: None,
            run: Duration::from_millis(200),
            log: 256 << 20,
        }
    }
}

/// One question.
#[derive(Debug)]
pub struct Scenario {
    pub what: What,
    /// The name of its table.
    pub name: &'static str,
    pub title: &'static str,
    pub rounds: u32,
    /// Rounds before the first that counts: caches fill, files get their place, backups reach their number.
    pub warm_up: u32,
    /// What it costs besides time.
    pub costs: Costs,
    /// Its rows, with their files below the directory. The first one is what the others are compared with.
    pub build: fn(&Path, &Lengths) -> Result<Vec<Row>>,
}

/// [`Scenario::warm_up`] where a round is short.
pub const WARM_UP: u32 = 12;

/// What a scenario costs besides time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Costs {
    /// Calls of the kernel, as `strace` counts them. Between two rows the file system comes to rest.
    Calls,
    /// Memory: its peak, as a multiple of these bytes.
    Memory(u64),
    /// Reading [`Lengths::log`]: how much in a second.
    Reading,
    /// Nothing that would be worth a column.
    Nothing,
}

/// One way to do it.
pub struct Row {
    pub name: &'static str,
    /// The greatest ratio to the first row that we promise.
    pub at_most: Option<f64>,
    pub run: Box<dyn FnMut() -> Result<()>>,
}

impl Row {
    pub fn new(name: &'static str, run: impl FnMut() -> Result<()> + 'static) -> Self {
        Self {
            name,
            at_most: None,
            run: Box::new(run),
        }
    }

    pub fn at_most(mut self, ratio: f64) -> Self {
        self.at_most = Some(ratio);
        self
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row")
            .field("name", &self.name)
            .field("at_most", &self.at_most)
            .finish_non_exhaustive()
    }
}

impl Scenario {
    /// The scenarios of one family.
    pub fn all(what: What) -> impl Iterator<Item = &'static Self> {
        let tables = [
            replace::SCENARIOS,
            document::SCENARIOS,
            lock::SCENARIOS,
            codec::SCENARIOS,
            replay::SCENARIOS,
        ];
        let every = tables.into_iter().flatten();
        every.filter(move |scenario| what == What::All || what == scenario.what)
    }

    /// One row of one scenario.
    pub fn row(scenario: &str, row: &str, dir: &Path, lengths: &Lengths) -> Result<Row> {
        let found = Self::all(What::All).find(|known| known.name == scenario);
        let rows = (found.ok_or("no such scenario")?.build)(dir, lengths)?;
        let found = rows.into_iter().find(|known| known.name == row);
        Ok(found.ok_or("no such row")?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lengths, Scenario, What};

    #[test]
    fn every_row_runs_and_has_a_name_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let lengths = Lengths {
            rounds: None,
            run: std::time::Duration::ZERO,
            log: 1 << 20,
        };
        for scenario in Scenario::all(What::All) {
            let dir = dir.path().join(scenario.name);
            std::fs::create_dir(&dir).unwrap();
            let mut names = Vec::new();
            for mut row in (scenario.build)(&dir, &lengths).unwrap() {
                (row.run)().unwrap_or_else(|error| panic!("{}: {error}", row.name));
                assert!(!names.contains(&row.name), "{}", row.name);
                names.push(row.name);
            }
        }
    }
}
