//! A program that runs once per directory: `cargo run -p lock --example one_instance -- DIR`.
//!
//! Start it twice: the second says who is there already. Kill the first in any way: the next start
//! works.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program")]

use std::path::PathBuf;
use std::process::ExitCode;

use lock::{ErrorKind, Options, Wait};

fn main() -> ExitCode {
    let dir = std::env::args_os()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let instance = match Options::new()
        .wait(Wait::Never)
        .exclusive_at(dir.join(".lock"))
    {
        Ok(lock) => lock,
        Err(error) if error.kind() == ErrorKind::Busy => {
            match error.holder() {
                Some(holder) => eprintln!("another instance is already running: {holder}"),
                None => eprintln!("another instance is already running"),
            }
            return ExitCode::FAILURE;
        }
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match instance.token() {
        Ok(token) => println!(
            "instance {token} in {}; press enter to end it",
            dir.display()
        ),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    let ended = std::io::stdin().read_line(&mut String::new());
    drop(instance);
    if ended.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
