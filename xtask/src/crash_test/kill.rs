//! Real processes, killed in the middle of saves and appends.
//!
//! The kernel outlives the process, so this says nothing about power cuts: those are the simulator's.

mod log;
mod saves;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::random::Random;
use super::worker::Mode;
use crate::error::Error;
use crate::tree;

/// The longest time from the promise to the kill: a few saves.
const PAUSE_MAX: Duration = Duration::from_millis(12);

/// What the killed processes do. The simulator explores the crate that does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Save(Mode),
    Wal,
}

impl Layer {
    fn all() -> Vec<Self> {
        let saves = Mode::ALL.into_iter().map(Self::Save);
        saves.chain([Self::Wal]).collect()
    }

    /// The crate that does it.
    pub(super) fn package(self) -> &'static str {
        match self {
            Self::Save(Mode::Replace | Mode::Stream) => "atomic-io",
            Self::Save(Mode::Document | Mode::Single | Mode::Shared) => "persist",
            Self::Wal => "wal",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Save(mode) => mode.fmt(f),
            Self::Wal => f.pad("wal"),
        }
    }
}

impl FromStr for Layer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = Self::all();
        let names: Vec<_> = all.iter().map(ToString::to_string).collect();
        let found = all.into_iter().find(|layer| layer.to_string() == text);
        found.ok_or_else(|| format!("there are {}", names.join(", ")))
    }
}

/// What was counted for one layer.
#[derive(Debug, Default)]
struct Counts {
    kills: u64,
    /// Numbers or records that the killed processes had been promised.
    promised: u64,
    /// Numbers or records that were there without a promise.
    unpromised: u64,
    /// Temporary files that the kills had left, and a sweep removed.
    swept: u64,
}

/// Kills `count` processes, of one layer or of each in turn.
pub(super) fn run(
    count: u64,
    layer: Option<Layer>,
    seed: u64,
    dir: Option<&Path>,
) -> Result<(), Error> {
    let dir = dir.map_or_else(
        || tree::root().join("target/crash-test-kill"),
        PathBuf::from,
    );
    match fs::remove_dir_all(&dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::file(&dir)(error));
        }
        _ => fs::create_dir_all(&dir).map_err(Error::file(&dir))?,
    }
    println!(
        "killing {count} processes, seed {seed}, files in {}",
        dir.display()
    );
    let bar = ProgressBar::new(count).with_style(
        ProgressStyle::with_template("kill {pos}/{len} [{elapsed}] {bar:40} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let mut random = Random(seed);
    let mut log = log::Log::new(dir.join("wal"));
    let mut all: BTreeMap<Layer, Counts> = BTreeMap::new();
    let layers = layer.map_or_else(Layer::all, |layer| vec![layer]);
    for (index, &layer) in (0..count).zip(layers.iter().cycle()) {
        bar.set_message(layer.to_string());
        let counts = all.entry(layer).or_default();
        let killed = match layer {
            Layer::Save(mode) => saves::kill_one(mode, &dir, &mut random, counts),
            Layer::Wal => log.kill_one(&mut random, counts),
        };
        killed.map_err(|broken| {
            Error::CrashTest(format!(
                "kill {index} of seed {seed}, layer {layer}: {broken}; the files are in {}",
                dir.display()
            ))
        })?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    tell(&all, &log);
    Ok(())
}

fn tell(all: &BTreeMap<Layer, Counts>, log: &log::Log) {
    println!("layer       kills  promised  unpromised but whole  temporaries swept");
    for (layer, counts) in all {
        println!(
            "{layer:<10} {:>6} {:>9} {:>21} {:>18}",
            counts.kills, counts.promised, counts.unpromised, counts.swept
        );
    }
    if all.contains_key(&Layer::Wal) {
        println!("{log}");
    }
    let total = |of: fn(&Counts) -> u64| all.values().map(of).sum::<u64>();
    println!(
        "crash-test --kill: {} kills, {} promises, none lost, nothing torn, {} temporaries left by kills and all swept",
        total(|counts| counts.kills),
        total(|counts| counts.promised),
        total(|counts| counts.swept)
    );
}

/// Starts a worker in `dir`: its words before and its numbers behind that.
fn start(dir: &Path, words: &[&str], numbers: &[u64]) -> Result<Child, String> {
    let failed = |error| format!("can't start a worker: {error}");
    Command::new(std::env::current_exe().map_err(failed)?)
        .arg("crash-test-worker")
        .args(words)
        .args(["--dir".as_ref(), dir.as_os_str()])
        .args(numbers.iter().map(u64::to_string))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)
}

/// What a worker says. A pipe takes a short line whole or not at all, so a kill cuts none.
fn lines(worker: &mut Child) -> Result<Lines<BufReader<ChildStdout>>, String> {
    let output = worker.stdout.take().ok_or("a worker without output")?;
    Ok(BufReader::new(output).lines())
}

/// Kills a worker within the next milliseconds. What it says meanwhile stays in the pipe.
fn kill_at_chance(worker: &mut Child, random: &mut Random) -> Result<(), String> {
    let pause = Duration::from_nanos(random.below(PAUSE_MAX.as_nanos().try_into().unwrap_or(1)));
    let until = Instant::now() + pause;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    worker
        .kill()
        .map_err(|error| format!("can't kill: {error}"))
}
