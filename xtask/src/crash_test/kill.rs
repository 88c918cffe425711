//! Real processes, killed in the middle of saves.
//!
//! The promise: **what a process was told is saved is there after it was killed, whole, and a sweep leaves nothing of it
//! lying around.** The kernel outlives the process, so this says nothing about power cuts: those are the simulator's.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::worker::{self, Mode, State};
use crate::error::Error;
use crate::tree;

/// A process is killed after one of its first so many promises, and then some.
const PROMISES_MAX: u64 = 5;
/// The longest time from the promise to the kill: a few saves.
const PAUSE_MAX: Duration = Duration::from_millis(12);

/// What was counted for one mode.
#[derive(Debug, Default)]
struct Counts {
    kills: u64,
    /// Numbers that the killed processes had been promised.
    promised: u64,
    /// Kills after which the number that was being saved was there, without a promise.
    unpromised: u64,
    /// Temporary files that the kills had left, and a sweep removed.
    swept: u64,
}

pub(super) fn run(count: u64, seed: u64, dir: Option<&Path>) -> Result<(), Error> {
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
    let mut random = seed;
    let mut all: BTreeMap<Mode, Counts> = BTreeMap::new();
    for (index, mode) in (0..count).zip(Mode::ALL.into_iter().cycle()) {
        bar.set_message(mode.to_string());
        let counts = all.entry(mode).or_default();
        kill_one(mode, &dir, &mut random, counts).map_err(|broken| {
            Error::CrashTest(format!(
                "kill {index} of seed {seed}, mode {mode}: {broken}; the files are in {}",
                dir.display()
            ))
        })?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("mode        kills  promised  unpromised but whole  temporaries swept");
    for (mode, counts) in &all {
        println!(
            "{mode:<10} {:>6} {:>9} {:>21} {:>18}",
            counts.kills, counts.promised, counts.unpromised, counts.swept
        );
    }
    let total = |of: fn(&Counts) -> u64| all.values().map(of).sum::<u64>();
    println!(
        "crash-test --kill: {} kills, {} promises, none lost, nothing torn, {} temporaries left by kills and all swept",
        total(|counts| counts.kills),
        total(|counts| counts.promised),
        total(|counts| counts.swept)
    );
    Ok(())
}

/// Starts the writers of a mode, kills the first at a moment of chance, lets the others end, and looks.
fn kill_one(mode: Mode, dir: &Path, random: &mut u64, counts: &mut Counts) -> Result<(), String> {
    let before = read_whole(mode, dir)?;
    let mut writers = Vec::new();
    for writer in 0..mode.writers() {
        writers.push(start(mode, dir, writer).map_err(|error| format!("can't start: {error}"))?);
    }
    let mut promised = before.counts.clone();
    let mut outputs = Vec::new();
    for writer in &mut writers {
        outputs.push(BufReader::new(writer.stdout.take().ok_or("no output")?).lines());
    }
    // None at all is a kill while the process starts and opens its file.
    for line in outputs[0]
        .by_ref()
        .take(usize::try_from(next(random) % PROMISES_MAX).unwrap_or(0))
    {
        promised[0] = number(line)?;
    }
    let pause =
        Duration::from_nanos(next(random) % u64::try_from(PAUSE_MAX.as_nanos()).unwrap_or(1));
    let until = Instant::now() + pause;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    writers[0]
        .kill()
        .map_err(|error| format!("can't kill: {error}"))?;
    for writer in &mut writers[1..] {
        drop(writer.stdin.take()); // asked to end
    }
    for (writer, output) in outputs.into_iter().enumerate() {
        for line in output {
            promised[writer] = number(line)?;
        }
    }
    for (index, writer) in writers.iter_mut().enumerate() {
        let status = writer.wait().map_err(|error| error.to_string())?;
        if index > 0 && !status.success() {
            return Err(format!(
                "the writer that was not killed ended with {status}"
            ));
        }
    }
    counts.kills += 1;
    counts.promised += promised.iter().sum::<u64>() - before.counts.iter().sum::<u64>();
    let found = read_whole(mode, dir)?;
    for (writer, (&found, &promised)) in found.counts.iter().zip(&promised).enumerate() {
        let may_be_ahead = u64::from(writer == 0);
        if found < promised || found > promised + may_be_ahead {
            return Err(format!(
                "writer {writer} was promised {promised}, but the file has {found}"
            ));
        }
        counts.unpromised += found - promised;
    }
    counts.swept += sweep(mode, dir)?;
    Ok(())
}

fn start(mode: Mode, dir: &Path, writer: usize) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["crash-test-worker", &mode.to_string()])
        .arg(dir)
        .arg(writer.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
}

/// A number that was promised. A pipe takes a short line whole or not at all, so a kill cuts none.
fn number(line: std::io::Result<String>) -> Result<u64, String> {
    let line = line.map_err(|error| error.to_string())?;
    line.parse().map_err(|_| format!("a writer says {line:?}"))
}

fn read_whole(mode: Mode, dir: &Path) -> Result<State, String> {
    let state = worker::read(mode, dir).map_err(|error| error.to_string())?;
    if state.is_whole() {
        Ok(state)
    } else {
        Err(format!("torn: the counts are {:?}", state.counts))
    }
}

/// Removes what the kill has left; says how many files that was. Nothing may stay, and every backup must be good.
fn sweep(mode: Mode, dir: &Path) -> Result<u64, String> {
    let home = dir.join(mode.to_string());
    let swept = match mode {
        Mode::Replace | Mode::Stream => {
            if !home.exists() {
                return Ok(0); // killed before it made its folder
            }
            let swept = atomic_io::Options::new()
                .sweep(&home)
                .map_err(|error| error.to_string())?;
            if !swept.alive.is_empty() || !swept.failed.is_empty() {
                return Err(format!("not everything was swept: {swept:?}"));
            }
            swept.removed.len()
        }
        Mode::Document | Mode::Single | Mode::Shared => {
            let document = worker::document(mode, dir);
            let swept = document.sweep().map_err(|error| error.to_string())?;
            let verification = document.verify().map_err(|error| error.to_string())?;
            if !verification.is_good() {
                return Err(format!("not good after the kill: {verification:?}"));
            }
            swept.len()
        }
    };
    for folder in [home.clone(), home.join("backups")] {
        let Ok(names) = fs::read_dir(&folder) else {
            continue;
        };
        for name in names {
            let name = name.map_err(|error| error.to_string())?.file_name();
            let known = ["state.json", "state.json.lock", "state.json.bak", "backups"]
                .iter()
                .any(|known| name == *known);
            let is_backup =
                name.to_string_lossy().starts_with("state_") && folder.ends_with("backups");
            if !known && !is_backup {
                return Err(format!("{} was left over", folder.join(name).display()));
            }
        }
    }
    Ok(swept as u64)
}

/// `splitmix64`: which moments are chosen follows from the seed.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
