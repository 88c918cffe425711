//! Replacing a file: the bare calls, other crates, ours.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::scenario::{Costs, Result, Row, Scenario, WARM_UP, What};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        what: What::Replace,
        name: "replace-1k",
        title: "Replace a file of 1 KiB",
        rounds: 300,
        warm_up: WARM_UP,
        costs: Costs::Calls,
        build: |dir, _| rows(dir, 1 << 10, Some(1.05)),
    },
    Scenario {
        what: What::Replace,
        name: "replace-100k",
        title: "Replace a file of 100 KiB",
        rounds: 300,
        warm_up: WARM_UP,
        costs: Costs::Calls,
        build: |dir, _| rows(dir, 100 << 10, Some(1.05)),
    },
    Scenario {
        what: What::Replace,
        name: "replace-10m",
        title: "Replace a file of 10 MiB",
        rounds: 60,
        warm_up: WARM_UP,
        costs: Costs::Calls,
        build: |dir, _| rows(dir, 10 << 20, Some(0.70)),
    },
];

/// `confy` takes a value, and writes it as TOML.
#[derive(serde::Serialize)]
struct Config {
    content: String,
}

fn rows(dir: &Path, size: usize, at_most: Option<f64>) -> Result<Vec<Row>> {
    let text = text(size);
    let mut number = 0;
    // A file for each row, all in one directory.
    let mut file = || -> Result<(PathBuf, Vec<u8>)> {
        number += 1;
        let path = dir.join(format!("state-{number}.json"));
        fs::write(&path, &text)?;
        Ok((path, text.clone().into_bytes()))
    };
    let (raw_path, raw_text) = file()?;
    let (ours_path, ours_text) = file()?;
    let (quick_path, quick_text) = file()?;
    let (bare_path, bare_text) = file()?;
    let (synced_path, synced_text) = file()?;
    let (atomicwrites_path, atomicwrites_text) = file()?;
    let (atomic_write_file_path, atomic_write_file_text) = file()?;
    let (confy_path, _) = file()?;
    let config = Config { content: text };
    let quick = atomic_io::Options::new().durability(atomic_io::Durability::Atomic);
    let mut ours = Row::new("**`atomic_io::replace`**", move || {
        atomic_io::replace(&ours_path, &ours_text)?;
        Ok(())
    });
    ours.at_most = at_most;
    Ok(vec![
        Row::new("open, write, fdatasync, rename, fsync(dir)", move || {
            raw(&raw_path, &raw_text)
        }),
        ours,
        Row::new("`atomic-io`, `Durability::Atomic`", move || {
            quick.replace(&quick_path, &quick_text)?;
            Ok(())
        }),
        Row::new("`tempfile`, `persist`", move || {
            let mut temp = tempfile::NamedTempFile::new_in(parent(&bare_path)?)?;
            temp.write_all(&bare_text)?;
            temp.persist(&bare_path)?;
            Ok(())
        }),
        Row::new("`tempfile`, synced by hand", move || {
            let mut temp = tempfile::NamedTempFile::new_in(parent(&synced_path)?)?;
            temp.write_all(&synced_text)?;
            temp.as_file().sync_all()?;
            temp.persist(&synced_path)?;
            File::open(parent(&synced_path)?)?.sync_all()?;
            Ok(())
        }),
        Row::new("`atomicwrites`", move || {
            let file = atomicwrites::AtomicFile::new(
                &atomicwrites_path,
                atomicwrites::OverwriteBehavior::AllowOverwrite,
            );
            file.write(|file| file.write_all(&atomicwrites_text))?;
            Ok(())
        }),
        Row::new("`atomic-write-file`", move || {
            let mut file = atomic_write_file::AtomicWriteFile::open(&atomic_write_file_path)?;
            file.write_all(&atomic_write_file_text)?;
            file.commit()?;
            Ok(())
        }),
        Row::new("`confy` (the same text in TOML)", move || {
            confy::store_path(&confy_path, &config)?;
            Ok(())
        }),
    ])
}

/// The least that is durable, with no thought for permissions, links, leftovers or errors.
pub fn raw(path: &Path, bytes: &[u8]) -> Result<()> {
    let temp = write_temp(path, bytes)?;
    publish(&temp, path)
}

/// Its steps before the rename.
pub fn write_temp(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let temp = path.with_extension("tmp");
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temp)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    Ok(temp)
}

/// Its steps from the rename on.
pub fn publish(temp: &Path, path: &Path) -> Result<()> {
    fs::rename(temp, path)?;
    File::open(parent(path)?)?.sync_all()?;
    Ok(())
}

fn parent(path: &Path) -> Result<&Path> {
    Ok(path.parent().ok_or("a path without a parent")?)
}

/// Lines of text, `size` bytes of them.
pub fn text(size: usize) -> String {
    let lines = (0_u64..).flat_map(|n| {
        let line = format!("{n:08} {:016x}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        line.into_bytes()
    });
    lines.take(size).map(char::from).collect()
}
