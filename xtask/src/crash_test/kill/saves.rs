//! Files that are replaced. The promise: **what a process was told is saved is there after it was killed, whole, and a sweep
//! leaves nothing of it lying around.**

use std::fs;
use std::path::Path;

use super::{Counts, kill_at_chance, lines, start};
use crate::crash_test::random::Random;
use crate::crash_test::worker::{self, Mode, State};

/// A process is killed after one of its first so many promises, and then some.
const PROMISES_MAX: u64 = 5;

/// Starts the writers of a mode, kills the first at a moment of chance, lets the others end, and looks.
pub(super) fn kill_one(
    mode: Mode,
    dir: &Path,
    random: &mut Random,
    counts: &mut Counts,
) -> Result<(), String> {
    let before = read_whole(mode, dir)?;
    let (mut writers, mut outputs) = (Vec::new(), Vec::new());
    for index in 0..mode.writers() {
        let mut writer = start(dir, &["save", &mode.to_string()], &[index as u64])?;
        outputs.push(lines(&mut writer)?);
        writers.push(writer);
    }
    let mut promised = before.counts.clone();
    // None at all is a kill while the process starts and opens its file.
    for line in outputs[0]
        .by_ref()
        .take(usize::try_from(random.below(PROMISES_MAX)).unwrap_or(0))
    {
        promised[0] = number(line)?;
    }
    kill_at_chance(&mut writers[0], random)?;
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

/// A number that was promised.
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
