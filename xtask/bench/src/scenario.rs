//! What is compared: questions, and the rows that answer them.

use std::path::Path;

use crate::{codec, document, lock, replace};

/// Any failure ends the run: a row that failed once has not been measured.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

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
    /// All of them
    All,
}

/// One question.
#[derive(Debug)]
pub struct Scenario {
    pub what: What,
    /// The name of its table.
    pub name: &'static str,
    pub title: &'static str,
    pub rounds: u32,
    /// What it costs besides time.
    pub costs: Costs,
    /// Its rows, with their files below the directory. The first one is what the others are compared with.
    pub build: fn(&Path) -> Result<Vec<Row>>,
}

/// What a scenario costs besides time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Costs {
    /// Calls of the kernel, as `strace` counts them. Between two rows the file system comes to rest.
    Calls,
    /// Memory: its peak, as a multiple of these bytes.
    Memory(u64),
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
        ];
        let every = tables.into_iter().flatten();
        every.filter(move |scenario| what == What::All || what == scenario.what)
    }

    /// One row of one scenario.
    pub fn row(scenario: &str, row: &str, dir: &Path) -> Result<Row> {
        let found = Self::all(What::All).find(|known| known.name == scenario);
        let rows = (found.ok_or("no such scenario")?.build)(dir)?;
        let found = rows.into_iter().find(|known| known.name == row);
        Ok(found.ok_or("no such row")?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Scenario, What};

    #[test]
    fn every_row_runs_and_has_a_name_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        for scenario in Scenario::all(What::All) {
            let dir = dir.path().join(scenario.name);
            std::fs::create_dir(&dir).unwrap();
            let mut names = Vec::new();
            for mut row in (scenario.build)(&dir).unwrap() {
                (row.run)().unwrap_or_else(|error| panic!("{}: {error}", row.name));
                assert!(!names.contains(&row.name), "{}", row.name);
                names.push(row.name);
            }
        }
    }
}
