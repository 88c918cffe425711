//! Interleavings of threads, explored by loom: the hand-off of the log, where threads wait for one another.

use std::process::{Command, Stdio};

use crate::error::Error;
use crate::tree;

/// No choice: all of it takes seconds.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// In a target folder of its own: everything is compiled again under `--cfg loom`.
const LINE: &str = "test --package wal --lib --target-dir target/loom interleavings:: -- --nocapture --test-threads=1";

/// Runs the tests that `--cfg loom` switches on, and counts what they have explored.
pub(crate) fn run(_: &Args) -> Result<(), Error> {
    let line = format!("RUSTFLAGS='--cfg loom' cargo {LINE}");
    let run = Command::new("cargo")
        .args(LINE.split(' '))
        .env("RUSTFLAGS", "--cfg loom")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(tree::root())
        .stderr(Stdio::inherit())
        .output();
    let run = run.map_err(|source| Error::Start {
        line: line.clone(),
        source,
    })?;
    let said = String::from_utf8_lossy(&run.stdout);
    print!("{said}");
    if !run.status.success() {
        return Err(Error::Failed {
            line,
            status: run.status,
        });
    }
    match interleavings(&said) {
        0 => Err(Error::NoInterleavings),
        count => {
            println!("loom: {count} interleavings, nothing broken");
            Ok(())
        }
    }
}

/// How many there were, by what the tests have said: `loom: two threads: 17 interleavings`.
fn interleavings(said: &str) -> u64 {
    let counts = said.lines().filter_map(|line| {
        let (_, report) = line.split_once("loom: ")?;
        let (_, count) = report.strip_suffix(" interleavings")?.rsplit_once(' ')?;
        count.parse::<u64>().ok()
    });
    counts.sum()
}

#[cfg(test)]
mod tests {
    use super::interleavings;

    #[test]
    fn what_the_tests_say_is_added_up() {
        let said = "test a ... loom: one: 17 interleavings\nok\nloom: two, twice: 4 interleavings\nloom: none\n";
        assert_eq!(interleavings(said), 21);
        assert_eq!(interleavings("test result: ok. 0 passed"), 0);
    }
}
