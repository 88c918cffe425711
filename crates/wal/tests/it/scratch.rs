//! A log of its own for each test, and what is in it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wal::{Background, Error, Lsn, Options, Tail, Wal};

/// Segments so small that a few records fill one.
pub(crate) fn small() -> Options {
    Options::new()
        .segment_size(0)
        .background(Background::None)
        .seed(1)
}

/// A directory of its own, and the log in it.
pub(crate) fn log_dir() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("wal");
    (dir, log)
}

/// A record that was read.
pub(crate) type Owned = (Lsn, Vec<u8>);

/// Opens the log and reads it: its records, with their numbers, and the handle.
pub(crate) fn opened(options: &Options, dir: &Path) -> Result<(Vec<Owned>, Wal, Tail), Error> {
    let mut replay = options.open(dir)?;
    let mut records = Vec::new();
    while let Some(record) = replay.next()? {
        records.push((record.lsn, record.payload.to_vec()));
    }
    let (log, tail) = replay.finish()?;
    Ok((records, log, tail))
}

/// The payloads of the log's records, as text.
pub(crate) fn texts(options: &Options, dir: &Path) -> Vec<String> {
    let (records, log, tail) = opened(options, dir).unwrap();
    assert_eq!(tail, Tail::Clean);
    log.close().unwrap();
    records
        .into_iter()
        .map(|(_, payload)| String::from_utf8(payload).unwrap())
        .collect()
}

/// The segments of the log, in order.
pub(crate) fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .collect();
    paths.sort();
    paths
}
