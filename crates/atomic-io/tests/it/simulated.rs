//! What the tests on a simulated machine share: the root directory is where the files are.

use std::path::{Path, PathBuf};

use atomic_io::Options;
use crash_sim::{Device, SimFs};
use vfs::{Fs, OpenOptions};

pub(crate) const LIMIT: u64 = 1 << 30;

pub(crate) fn machine() -> SimFs {
    SimFs::new(Device::default())
}

/// Defaults on `fs`, with names of temporary files that are the same in every run.
pub(crate) fn options(fs: &SimFs) -> Options {
    Options::new().fs(fs.shared()).temp_seed(1)
}

/// The content, or `None` if there is no such file.
pub(crate) fn read(fs: &SimFs, path: impl AsRef<Path>) -> Option<Vec<u8>> {
    match fs.shared().read(path.as_ref(), LIMIT) {
        Ok(content) => Some(content),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("{}: {error}", path.as_ref().display()),
    }
}

/// A file as a program without this crate would make it.
pub(crate) fn put(fs: &SimFs, path: impl AsRef<Path>, content: &[u8], mode: u32) {
    let file = fs
        .open(path.as_ref(), &OpenOptions::create_new().mode(mode))
        .unwrap();
    file.write_all_at(content, 0).unwrap();
    file.set_permissions(mode).unwrap();
}

/// Paths of what looks like a temporary file in `dir`.
pub(crate) fn temps(fs: &SimFs, dir: impl AsRef<Path>) -> Vec<PathBuf> {
    let names = fs.read_dir(dir.as_ref()).unwrap();
    let temps = names
        .into_iter()
        .filter(|name| name.to_string_lossy().ends_with(".tmp"));
    temps.map(|name| dir.as_ref().join(name)).collect()
}

/// Names of the calls that `act` makes.
pub(crate) fn calls<T>(fs: &SimFs, act: impl FnOnce() -> T) -> Vec<&'static str> {
    let before = fs.trace().len();
    act();
    fs.trace().names().skip(before).collect()
}

/// Index of the `nth` call named `name` that `act` makes on a copy of the machine.
pub(crate) fn index_of<T>(
    fs: &SimFs,
    name: &str,
    nth: usize,
    act: impl FnOnce(&SimFs) -> T,
) -> u64 {
    let copy = fs.fork();
    let names = calls(&copy, || act(&copy));
    let found = names
        .iter()
        .enumerate()
        .filter(|(_, call)| **call == name)
        .nth(nth);
    fs.now() + found.expect("the call is made").0 as u64
}
