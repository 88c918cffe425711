//! `cargo run -p salvage --example salvage -- FILE` prints what is left of a file, and on standard error
//! what is not.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is a program"
)]

use std::process::ExitCode;

fn main() -> std::io::Result<ExitCode> {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: salvage FILE");
        return Ok(ExitCode::FAILURE);
    };
    let bytes = std::fs::read(path)?;
    let left = salvage::salvage(&bytes);
    for repair in left.repairs() {
        let range = &repair.range;
        eprintln!(
            "repaired bytes {}..{}: {}",
            range.start, range.end, repair.kind
        );
    }
    for lost in left.lost() {
        eprintln!("lost {lost}");
    }
    let elsewhere = left.records().iter().filter(|record| !record.in_text());
    for record in elsewhere {
        let name = record.key().map(ToString::to_string).unwrap_or_default();
        eprintln!(
            "whole, but its place is not known: {name} {}",
            record.text()
        );
    }
    match left.text() {
        Some(text) => {
            print!("{text}");
            Ok(ExitCode::SUCCESS)
        }
        None => Ok(ExitCode::FAILURE),
    }
}
