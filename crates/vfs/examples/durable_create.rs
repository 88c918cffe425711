//! Creates a file so that it survives a power cut: `durable_create FILE`, content from the input.
//!
//! Without a name it does so in a directory that goes away afterwards.
#![allow(clippy::print_stdout, reason = "a program, not the library")]

use std::io::{Read, Result};
use std::path::{Path, PathBuf};

use vfs::{Fs, OpenOptions, OsFs, parent};

fn main() -> Result<()> {
    let fs = OsFs::shared();
    if let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) {
        let mut content = Vec::new();
        std::io::stdin().read_to_end(&mut content)?;
        return durable_create(&*fs, &path, &content);
    }
    let dir = tempfile::tempdir()?;
    durable_create(&*fs, &dir.path().join("state/deep/greeting"), b"hello\n")
}

/// The order is the point: no step may move before the one above it.
fn durable_create(fs: &dyn Fs, path: &Path, content: &[u8]) -> Result<()> {
    fs.create_dir_all(parent(path))?;
    println!(
        "{}: directories, each durable in the one above it",
        parent(path).display()
    );

    let file = fs.open(path, &OpenOptions::create_new().mode(0o600))?;
    file.write_all_at(content, 0)?;
    println!(
        "{}: {} bytes that a power cut may still take",
        path.display(),
        content.len()
    );

    file.sync_all()?;
    println!(
        "{}: the bytes are durable, their name is not",
        path.display()
    );

    fs.sync_dir(parent(path))?;
    println!("{}: durable", path.display());
    Ok(())
}
