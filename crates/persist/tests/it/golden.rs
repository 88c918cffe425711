//! Files of every version of every format, written once and for all: `tests/golden/README.md`.

mod counters;
mod foreign;
mod format;
mod histories;

use std::path::{Path, PathBuf};
use std::{env, fs};

use persist::{Backups, Document, Options};

use crate::scratch::{Scratch, noon};

fn folder(name: &str) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden.join(name)
}

fn golden(name: &str) -> Vec<u8> {
    let path = folder(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A folder with that file in it as `notes.json`.
fn placed(name: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("notes.json", golden(name));
    scratch
}

/// What a release writes: same calls, same bytes.
fn fixed<T>(options: Options<T>) -> Options<T> {
    options.clock(noon).backups(Backups::Off)
}

/// The bytes of a first save.
fn written<T>(options: Options<T>, value: &T) -> Vec<u8>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let scratch = Scratch::new();
    let document: Document<T> = fixed(options).at(scratch.path());
    document.save(value).unwrap();
    fs::read(scratch.path()).unwrap()
}

/// That today's bytes are those of the golden file, which is written only where it is missing and
/// somebody asks for it.
fn is_written_as(name: &str, today: &[u8]) {
    let path = folder(name);
    if !path.exists() && env::var_os("GOLDEN").is_some_and(|what| what == "add") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, today).unwrap();
    }
    let plain = |bytes: &[u8]| {
        let (codec, text) = compress::decode(bytes, 1 << 20).unwrap();
        (codec, String::from_utf8(text.into_owned()).unwrap())
    };
    assert_eq!(plain(today), plain(&golden(name)), "{name}");
}

/// Every file of a folder is in the test's list, or nobody would read it.
fn are_all(folder_name: &str, known: &[&str]) {
    let names = fs::read_dir(folder(folder_name)).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut known: Vec<_> = known.to_vec();
    known.sort_unstable();
    assert_eq!(names, known, "{folder_name}");
}
