//! The real operating system.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the one place where the seam touches the file system behind it"
)]

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::OsString;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::sync::Arc;

use crate::Fs;

/// The real file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFs;

impl OsFs {
    /// The real file system as the trait object that options hold.
    pub fn shared() -> Arc<dyn Fs> {
        Arc::new(Self)
    }
}

fn sorted_names(dir: &Path) -> Result<Vec<OsString>> {
    let mut names = std::fs::read_dir(dir)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

fn not_a_regular_file() -> Error {
    Error::new(ErrorKind::InvalidInput, "not a regular file")
}

fn link_refused() -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "a symbolic link, which this call does not follow",
    )
}
