//! The main job, shown and measured: `cargo run --release --example tour [DIR]`.
//!
//! Saves a document, updates it from several processes at once, is killed in the middle of saves, damages its own files,
//! recovers, migrates, restores. It prints what happens and where the files are, counts what it has measured, and ends
//! with a failure if a promise was broken.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tour talks")]
#![allow(
    clippy::disallowed_methods,
    reason = "it looks at its files from outside, and damages them, as no program of ours would"
)]

mod damaging;
mod journal;
mod killing;
mod migrating;
mod report;
mod restoring;
mod saving;
mod sharing;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use report::{Failed, Report};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments.as_slice() {
        ["--writer", dir, "count", times] => sharing::write(Path::new(dir), times),
        ["--writer", dir, "endless"] => killing::write(Path::new(dir)),
        [] => tour(&fresh_folder()),
        [dir] if !dir.starts_with('-') => tour(Path::new(dir)),
        _ => Err("usage: tour [DIR]; DIR must be empty or not exist".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tour: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tour(dir: &Path) -> Result<(), Failed> {
    if dir.read_dir().is_ok_and(|mut names| names.next().is_some()) {
        return Err(format!(
            "{} is not empty; the tour damages files, so it wants a folder of its own",
            dir.display()
        )
        .into());
    }
    std::fs::create_dir_all(dir)?;
    println!(
        "The files of this tour are in {}: open them, at any time.",
        dir.display()
    );
    let mut report = Report::default();
    saving::run(dir, &mut report)?;
    sharing::run(dir, &mut report)?;
    killing::run(dir, &mut report)?;
    damaging::run(dir, &mut report)?;
    migrating::run(dir, &mut report)?;
    restoring::run(dir, &mut report)?;
    report.summary(dir)
}

/// A folder that stays, so that its files can be looked at afterwards.
fn fresh_folder() -> PathBuf {
    let unique = std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |time| time.as_millis());
    std::env::temp_dir().join(format!("persist-tour-{unique}"))
}
