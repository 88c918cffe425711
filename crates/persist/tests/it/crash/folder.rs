//! Several documents at once: exports, imports and their undoing.

mod canary;
mod export;
mod import;

use persist::{Backups, Folder};

use super::*;
use crate::scratch::noon;

const STATE: &str = "/state";
const EXPORT: &str = "/export";

/// A document that was there, and one that an import brings.
const NAMES: [&str; 2] = ["a.json", "b.json"];

/// What the documents hold, in the order of their names.
type Numbers = [Option<u64>; 2];

const OLD: Numbers = [Some(1), None];
const NEW: Numbers = [Some(2), Some(2)];

/// Without backups: how they are made is explored elsewhere, and here each call counts twice.
fn document(fs: &SimFs, dir: &str, name: &str) -> Document<State> {
    let options = plain().backups(Backups::Off).fs(fs.shared());
    let options = options.clock(noon).temp_seed(1);
    options.at(Path::new(dir).join(name))
}

/// A folder that knows its documents.
fn folder(fs: &SimFs) -> Folder {
    let folder = Folder::at(STATE).fs(fs.shared()).clock(noon).temp_seed(1);
    let folder = folder.lock_wait(Wait::Never);
    NAMES.iter().fold(folder, |folder, name| {
        folder.document(&document(fs, STATE, name))
    })
}

fn save_all(fs: &SimFs, dir: &str, numbers: Numbers) {
    for (name, number) in NAMES.iter().zip(numbers) {
        if let Some(number) = number {
            document(fs, dir, name).save(&State::new(number)).unwrap();
        }
    }
}

/// The folder as it was, and an export of what it is to become.
fn old_and_export(fs: &SimFs) {
    save_all(fs, "/other", NEW);
    let other = Folder::at("/other")
        .fs(fs.shared())
        .clock(noon)
        .temp_seed(1);
    other.export(EXPORT).unwrap();
    save_all(fs, STATE, OLD);
}

/// What everybody loads now, one document after the other.
fn loaded(fs: &SimFs) -> Result<Numbers, String> {
    let mut numbers = [None; 2];
    for (name, number) in NAMES.iter().zip(&mut numbers) {
        *number = whole(&document(fs, STATE, name))?;
    }
    Ok(numbers)
}

/// All of one or all of the other.
fn all_or_nothing(fs: &SimFs) -> Result<Numbers, String> {
    let found = loaded(fs)?;
    let is_so = found == OLD || found == NEW;
    is_so
        .then_some(found)
        .ok_or_else(|| format!("a mixture: {found:?}"))
}

/// Whether an import waits to be finished.
fn is_pending(fs: &SimFs) -> bool {
    fs.metadata(Path::new("/state/.import.plan")).is_ok()
}

/// Who may lock nothing, and so can finish nothing, reads the same as who can.
fn reads_the_same_without_locks(fs: &SimFs, found: Numbers) -> Result<(), String> {
    let fs = fs.fork();
    let other = fs.process();
    let _held = lock::Options::new()
        .fs(other.shared())
        .clock(noon)
        .exclusive("/state/.import")
        .map_err(|error| error.to_string())?;
    match loaded(&fs)? {
        without if without == found => Ok(()),
        without => Err(format!("{found:?}, and without locks {without:?}")),
    }
}
