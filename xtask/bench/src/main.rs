//! Raw system calls, peers and ours, measured interleaved in one run.
//!
//! `cargo xtask bench` builds and starts this program. A [`scenario`](scenario::Scenario) is one question, its rows
//! are the answers to compare; [`measure`] times them in turns, [`calls`] lets `strace` say what each of
//! them asks of the kernel, [`report`] writes it down.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the bare calls are what it measures"
)]

mod append;
mod calls;
mod codec;
mod document;
mod lock;
mod log;
mod machine;
mod measure;
mod replace;
mod replay;
mod report;
mod scenario;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use crate::machine::Machine;
use crate::report::Report;
use crate::scenario::{Lengths, Result, Scenario, What};

#[derive(Debug, Parser)]
#[command(name = "persist-bench", disable_version_flag = true)]
enum Command {
    /// Measure and print tables
    Measure {
        /// What to measure
        #[arg(value_enum)]
        what: What,
        /// A directory on the file system to measure; files are made below it and removed
        #[arg(long)]
        dir: PathBuf,
        /// Rounds of each scenario [default: as many as it says itself]
        #[arg(long)]
        rounds: Option<u32>,
        /// Milliseconds that threads append in one round
        #[arg(long)]
        millis: Option<u64>,
        /// Mebibytes of records in the log that is read
        #[arg(long)]
        mib: Option<u64>,
        /// Where to write every number
        #[arg(long)]
        json: Option<PathBuf>,
        /// A chapter whose tables are replaced
        #[arg(long)]
        chapter: Option<PathBuf>,
    },
    /// One row, some times: what `strace` looks at
    #[command(hide = true)]
    Repeat {
        scenario: String,
        row: String,
        times: u32,
        #[arg(long)]
        dir: PathBuf,
    },
    /// Some appends of some threads: what `strace` looks at
    #[command(hide = true)]
    Append {
        contender: String,
        threads: usize,
        times: u64,
        #[arg(long)]
        dir: PathBuf,
    },
    /// The peak memory of one row, in bytes above what there was before
    #[command(hide = true)]
    Peak {
        scenario: String,
        row: String,
        #[arg(long)]
        dir: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("persist-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Measure {
            what,
            dir,
            rounds,
            millis,
            mib,
            json,
            chapter,
        } => {
            let mut lengths = Lengths {
                rounds,
                ..Lengths::default()
            };
            if let Some(millis) = millis {
                lengths.run = Duration::from_millis(millis);
            }
            if let Some(mib) = mib {
                lengths.log = mib << 20;
            }
            let machine = Machine::of(&dir)?;
            let mut report = Report::new(machine);
            for scenario in Scenario::all(what) {
                let result = measure::measure(scenario, &dir, &lengths)?;
                println!("{}", report.add(result)?);
            }
            if [What::Append, What::All].contains(&what) {
                append::measure(&dir, &lengths, &mut report)?;
            }
            if let Some(path) = json {
                std::fs::write(path, report.json()?)?;
            }
            if let Some(path) = chapter {
                let text = std::fs::read_to_string(&path)?;
                atomic_io::replace(&path, report.into_chapter(&text)?)?;
            }
            Ok(())
        }
        Command::Repeat {
            scenario,
            row,
            times,
            dir,
        } => {
            let mut row = Scenario::row(&scenario, &row, &dir, &Lengths::default())?;
            (0..times).try_for_each(|_| (row.run)())
        }
        Command::Append {
            contender,
            threads,
            times,
            dir,
        } => append::repeat(&contender, threads, times, &dir),
        Command::Peak { scenario, row, dir } => {
            let mut row = Scenario::row(&scenario, &row, &dir, &Lengths::default())?;
            println!("{}", machine::peak_of(&mut row.run)?);
            Ok(())
        }
    }
}
