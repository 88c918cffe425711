//! Tests of `lock`.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what a lock does to a real directory is looked at from outside"
)]

mod canary;
mod contention;
mod crash;
mod faults;
mod files;
mod held;
mod hostile;
mod lock_file;
mod meddling;
mod processes;
mod status;
mod support;
mod tokens;

use std::path::PathBuf;

use lock::{Options, Wait};
use tempfile::TempDir;

/// A directory of its own, and a file in it to lock.
fn notes() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let notes = dir.path().join("notes.json");
    (dir, notes)
}

fn impatient() -> Options {
    Options::new().wait(Wait::Never)
}
