//! Every crash point of every protocol. Each test begins with the sentence that it defends.

mod backup;
mod canary;
mod counter;
mod folder;
mod migrate;
mod recover;
mod restore;
mod save;
mod update;

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crash_sim::{Coverage, Device, Explore, Failure, Ledger, SimFs};
use persist::{Document, Error, OnDisk, Options, Wait};
use serde::{Deserialize, Serialize};
use vfs::Fs;

use crate::scratch::{SIM_PATH, on};

/// What the document holds: a number, and enough of it to be torn: four sectors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    number: u64,
    padding: String,
}

impl State {
    fn new(number: u64) -> Self {
        let letter = char::from(b'a' + u8::try_from(number % 26).unwrap());
        Self {
            number,
            padding: String::from(letter).repeat(1500),
        }
    }
}

/// What a program was told.
#[derive(Clone, Debug, PartialEq)]
enum Promise {
    /// The document holds this state.
    Holds(u64),
    /// It never holds this state: the save has failed and said that nothing was changed.
    Never(u64),
}

/// Saves as a program would, and writes down what it was told.
fn promise<R>(ledger: &mut Ledger<Promise>, number: u64, save: impl FnOnce() -> Result<R, Error>) {
    ledger.begin(Promise::Holds(number));
    match save() {
        Ok(_) => ledger.acknowledge(Promise::Holds(number)),
        Err(error) if error.on_disk() == OnDisk::Unchanged => {
            ledger.acknowledge(Promise::Never(number));
        }
        Err(_) => {}
    }
}

/// What may be found, `before` being what the scenario began with: what was acknowledged last, or
/// anything that was begun later and not called off.
fn allowed(ledger: &Ledger<Promise>, before: Option<u64>) -> Vec<Option<u64>> {
    let mut allowed = vec![before];
    for begun in ledger.begun() {
        let &Promise::Holds(number) = begun else {
            continue;
        };
        let acknowledged = ledger.acknowledged();
        if acknowledged.contains(begun) {
            allowed = vec![Some(number)];
        } else if !acknowledged.contains(&Promise::Never(number)) {
            allowed.push(Some(number));
        }
    }
    allowed
}

fn is_allowed(
    ledger: &Ledger<Promise>,
    before: Option<u64>,
    found: Option<u64>,
) -> Result<(), String> {
    let allowed = allowed(ledger, before);
    let is_so = allowed.contains(&found);
    is_so
        .then_some(())
        .ok_or_else(|| format!("found {found:?}, not one of {allowed:?}"))
}

/// Whatever the document holds, a copy holds what it held before.
fn keeps_the_one_before(
    ledger: &Ledger<Promise>,
    before: Option<u64>,
    copies: &[u64],
    found: Option<u64>,
) -> Result<(), String> {
    let Some(found) = found else { return Ok(()) };
    let earlier = ledger
        .begun()
        .iter()
        .take_while(|begun| **begun != Promise::Holds(found));
    let numbers = earlier.filter_map(|begun| match *begun {
        Promise::Holds(number) if !ledger.acknowledged().contains(&Promise::Never(number)) => {
            Some(number)
        }
        _ => None,
    });
    // Nothing was begun: it is what the scenario began with.
    let expected = if Some(found) == before {
        None
    } else {
        numbers.last().or(before)
    };
    match expected {
        Some(number) if !copies.contains(&number) => Err(format!(
            "the document holds {found}, and {number} is in none of {copies:?}"
        )),
        _ => Ok(()),
    }
}

/// Nobody waits on a simulated machine: there is one thread.
fn plain() -> Options<State> {
    Document::options().lock_wait(Wait::Never)
}

/// The number that the document holds after a restart. A crash is never seen as damage.
fn whole(document: &Document<State>) -> Result<Option<u64>, String> {
    match document.load().map_err(|error| error.to_string())? {
        None => Ok(None),
        Some(loaded) if loaded.recovery.is_none() && loaded.value == State::new(loaded.number) => {
            Ok(Some(loaded.number))
        }
        Some(loaded) => Err(format!("never saved so: {loaded:?}")),
    }
}

/// The numbers that the copies hold, newest first. All of them are good.
fn copies(fs: &SimFs, document: &Document<State>) -> Result<Vec<u64>, String> {
    let backups = document.backups().map_err(|error| error.to_string())?;
    backups
        .iter()
        .map(|backup| number_at(fs, backup.path()))
        .collect()
}

fn number_at(fs: &SimFs, path: &Path) -> Result<u64, String> {
    whole(&plain().fs(fs.shared()).at(path))?.ok_or_else(|| format!("{} is gone", path.display()))
}

/// That the program goes on after a restart. Tried once for each set of names and sizes: what files
/// hold that are not swept away has been checked by then.
#[derive(Default)]
struct Restart {
    seen: RefCell<HashSet<Vec<(PathBuf, u64)>>>,
}

impl Restart {
    /// After a sweep there is nothing but what the format page names, and the next save works.
    fn goes_on(&self, fs: &SimFs, options: fn() -> Options<State>) -> Result<(), String> {
        if !self.seen.borrow_mut().insert(listing(fs)) {
            return Ok(());
        }
        // On a copy of the machine: it must not change what a second restart finds.
        let fs = fs.fork();
        let document = on(&fs, options());
        document.sweep().map_err(|error| error.to_string())?;
        let is_left_over = |(path, _): &&(PathBuf, u64)| {
            path.file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
        };
        if let Some((path, _)) = listing(&fs).iter().find(is_left_over) {
            return Err(format!("left over: {}", path.display()));
        }
        document
            .save(&State::new(25))
            .map_err(|error| error.to_string())?;
        match whole(&document)? {
            Some(25) => Ok(()),
            other => Err(format!("saved 25, found {other:?}")),
        }
    }
}

/// Every file and its size.
fn listing(fs: &SimFs) -> Vec<(PathBuf, u64)> {
    let mut files = Vec::new();
    for dir in ["/state", "/state/backups"].map(Path::new) {
        for name in fs.read_dir(dir).unwrap_or_default() {
            let path = dir.join(name);
            let size = fs.metadata(&path).map_or(0, |there| there.size);
            files.push((path, size));
        }
    }
    files
}

/// An exploration that found nothing.
fn explored(result: Result<Coverage, Failure>) {
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
