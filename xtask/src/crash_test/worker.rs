//! The processes that are killed: they save or append, and say on standard output what they were promised.

mod log;
mod saves;

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::error::Error;

pub(super) use log::Entry;
pub(super) use saves::{Mode, State, document, read};

/// What the process that is killed does.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Saves one number after the other
    Save(saves::Args),
    /// Appends to a log, in many threads
    Log(log::Args),
}

/// Works until standard input ends or this process does.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    match args {
        Args::Save(args) => args.run().map_err(|error| with_causes(&*error)),
        Args::Log(args) => args.run().map_err(|error| with_causes(&*error)),
    }
    .map_err(Error::CrashTest)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}

/// Becomes true when standard input ends.
fn enough() -> &'static AtomicBool {
    static ENOUGH: AtomicBool = AtomicBool::new(false);
    thread::spawn(|| {
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        ENOUGH.store(true, Ordering::Relaxed);
    });
    &ENOUGH
}

/// Says a line, which a pipe takes whole or not at all. `false`: nobody listens any more.
fn say(line: &str) -> bool {
    let mut output = std::io::stdout().lock();
    let said = output.write_all(format!("{line}\n").as_bytes());
    said.and_then(|()| output.flush()).is_ok()
}
