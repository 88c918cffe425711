//! The workspace's own commands: `cargo xtask help` lists them.
//!
//! A program that only this repository runs: it may touch files directly and print. Each command is one
//! module; [`tree`] and [`packages`] are what the repository looks like to them.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a person at a terminal"
)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "it reads this repository, not anybody's state"
)]

mod bench;
mod ci;
mod coverage;
mod crash_test;
mod error;
mod fuzz;
mod loom;
mod packages;
mod tidy;
mod tree;

use std::process::ExitCode;

use clap::Parser;

/// The workspace's own commands.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_version_flag = true
)]
enum Command {
    /// Everything a change must pass, in order; stops at the first failure
    Ci(ci::Args),
    /// The house rules that no compiler knows: edges between crates, file sizes, links, …
    Tidy(tidy::Args),
    /// Crash tests at length: every protocol in the simulator, and real processes under SIGKILL
    CrashTest(crash_test::Args),
    /// The process that `crash-test --kill` kills
    #[command(hide = true, subcommand)]
    CrashTestWorker(crash_test::WorkerArgs),
    /// Which lines the tests of the library crates run; fails below 90 %, and for any critical line
    Coverage(coverage::Args),
    /// Every interleaving of threads that write a log together, explored by loom
    Loom(loom::Args),
    /// Run fuzz targets with libFuzzer and report what they executed
    Fuzz(fuzz::Args),
    /// Measure against raw system calls and other crates, interleaved in one run
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Ci(args) => ci::run(&args),
        Command::Tidy(args) => tidy::run(&args),
        Command::CrashTest(args) => crash_test::run(&args),
        Command::CrashTestWorker(args) => crash_test::run_worker(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Loom(args) => loom::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Bench(args) => bench::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
