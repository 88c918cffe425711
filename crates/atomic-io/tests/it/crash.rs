//! Every crash point of every way to save.
//!
//! The promise: **an acknowledged save survives power loss at any later point; until then the old
//! content does, or the new, whole; a save that answered `Unchanged` never appears; and what a crash
//! leaves beside the file, a sweep removes.**

use atomic_io::{Error, OnDisk, Options};
use crash_sim::{Coverage, Device, Explore, Ledger, SimFs};
use vfs::Fs;

use crate::simulated::{options, put, read, temps};

mod canary;
mod in_place;
mod replace;
mod stream;

/// Old content: a block and a half, so that it can be torn too.
const OLD: [u8; 6000] = [b'-'; 6000];

#[derive(Clone, Debug, PartialEq)]
enum Promise {
    /// The file holds this.
    Content(Vec<u8>),
    /// The file never holds this: its save has failed and said so.
    Never(Vec<u8>),
}

/// Distinct contents of two blocks and some bytes.
fn content(letter: u8) -> Vec<u8> {
    vec![letter; 8200]
}

/// Saves as a program would, and writes down what it was told.
fn save(ledger: &mut Ledger<Promise>, bytes: &[u8], save: impl FnOnce() -> Result<(), Error>) {
    ledger.begin(Promise::Content(bytes.to_vec()));
    match save() {
        Ok(()) => ledger.acknowledge(Promise::Content(bytes.to_vec())),
        Err(error) if error.on_disk() == OnDisk::Unchanged => {
            ledger.acknowledge(Promise::Never(bytes.to_vec()));
        }
        Err(_) => {} // in doubt
    }
}

fn replace(ledger: &mut Ledger<Promise>, options: &Options, path: &str, bytes: &[u8]) {
    save(ledger, bytes, || options.replace(path, bytes).map(drop));
}

/// What may be found: what was acknowledged last or anything begun later, unless it was called off.
fn is_allowed(ledger: &Ledger<Promise>, old: Option<&[u8]>, found: Option<&[u8]>) -> bool {
    let last = ledger
        .acknowledged()
        .iter()
        .rfind(|promise| matches!(promise, Promise::Content(_)));
    let Some(last) = last else {
        return found == old || found.is_some_and(|found| is_begun(ledger.begun(), ledger, found));
    };
    let from = ledger
        .begun()
        .iter()
        .rposition(|begun| begun == last)
        .unwrap_or(0);
    found.is_some_and(|found| is_begun(&ledger.begun()[from..], ledger, found))
}

fn is_begun(begun: &[Promise], ledger: &Ledger<Promise>, found: &[u8]) -> bool {
    begun.contains(&Promise::Content(found.to_vec()))
        && !ledger
            .acknowledged()
            .contains(&Promise::Never(found.to_vec()))
}

/// The restart: sweep, look, and see that the next save works.
fn recover(
    fs: &SimFs,
    ledger: &Ledger<Promise>,
    old: Option<&[u8]>,
    dir: &str,
    path: &str,
) -> Result<Option<Vec<u8>>, String> {
    let swept = options(fs).sweep(dir).map_err(|error| error.to_string())?;
    if !swept.alive.is_empty() || !swept.failed.is_empty() {
        return Err(format!("not swept: {swept:?}"));
    }
    let found = read(fs, path);
    if !is_allowed(ledger, old, found.as_deref()) {
        let start = found
            .as_ref()
            .map(|found| (found.len(), found.first().copied()));
        return Err(format!("found (length, first byte) {start:?}"));
    }
    let next = fs.fork();
    options(&next)
        .replace(path, "next")
        .map_err(|error| error.to_string())?;
    let is_swept = next.read_dir(dir.as_ref()).is_ok() && temps(&next, dir).is_empty();
    if !is_swept || read(&next, path).as_deref() != Some(b"next") {
        return Err("the next save did not work".into());
    }
    Ok(found)
}

/// Explores `scenario` on `/f`, which holds `old`.
fn explore(
    device: Device,
    old: Option<&'static [u8]>,
    scenario: impl Fn(&SimFs, &mut Ledger<Promise>),
) -> Coverage {
    let setup = move |fs: &SimFs| {
        if let Some(old) = old {
            put(fs, "/f", old, 0o640);
        }
    };
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| recover(fs, ledger, old, "/", "/f");
    Explore::new(device)
        .setup(setup)
        .run(scenario, check)
        .unwrap_or_else(|failure| panic!("{failure}"))
}
