//! Contacts and notes: `cargo run --release --example assistant -- contact add "Ada Lovelace"`.
//!
//! A program that keeps people and texts in `~/.personal_assistant`, in the JSON files of a Python
//! program before it, which it goes on with as they are (`docs/ADOPTING.md`). What it promises:
//!
//! * **What was answered is there**, after a kill and a power cut, whatever other copies of it do at the
//!   same time. In a sitting (`shell`) changes are saved together, by themselves: at most those of the
//!   last `auto_save_interval` seconds can be lost.
//! * **Nothing is written over that can't be read**: neither damaged contacts, which come back from what
//!   is left of them or from a backup, nor a configuration with a mistake in it.
//! * **Each of the seven options does what it says.**
//!
//! It has no storage protocol of its own: every file is a [`persist::Document`]. [`assistant::storage`]
//! knows how they are kept, [`assistant::book`] what is changed in them, [`assistant::autosave`] when
//! that is saved, [`assistant::run`] is the command line.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;

mod assistant {
    pub(crate) mod autosave;
    pub(crate) mod base_dir;
    pub(crate) mod book;
    pub(crate) mod cli;
    pub(crate) mod config;
    pub(crate) mod contact;
    pub(crate) mod desk;
    pub(crate) mod error;
    pub(crate) mod kept;
    pub(crate) mod log;
    pub(crate) mod moment;
    pub(crate) mod note;
    pub(crate) mod pattern;
    pub(crate) mod record;
    pub(crate) mod run;
    pub(crate) mod shell;
    pub(crate) mod storage;
}

use assistant::base_dir::base_dir;
use assistant::cli::Cli;
use assistant::error::Error;
use assistant::log;
use assistant::run::{Console, run};
use assistant::storage::{Storage, World};

fn main() -> ExitCode {
    match start(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("assistant: {error}"));
            match error {
                Error::Usage(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn start(cli: Cli) -> Result<bool, Error> {
    let recovery = cli.recovery();
    let named = cli.base_dir;
    let dir = named.or_else(|| {
        base_dir(cli.dirs, std::env::consts::OS, |name| {
            std::env::var_os(name)
        })
    });
    let dir =
        dir.ok_or_else(|| Error::Usage("there is no home directory: --base-dir".to_owned()))?;
    let world = World::default();
    world.create(&dir)?;
    listen(&dir, cli.verbose);
    let mut storage = Storage::open(&dir, world, recovery)?;
    for complaint in &storage.complaints {
        say(complaint);
    }
    let mut console = Console {
        is_asked: std::io::stdin().is_terminal(),
        input: &mut std::io::stdin().lock(),
        out: &mut std::io::stdout().lock(),
        say,
    };
    run(cli.command, &mut storage, &mut console)
}

/// Sends events to `storage.log`. A log that can't be written is no reason not to work.
#[expect(
    clippy::disallowed_types,
    reason = "a log is appended to by many processes, and nothing depends on it"
)]
fn listen(dir: &Path, verbose: bool) {
    let path = dir.join("storage.log");
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path);
    let file: Box<dyn Write + Send> = match file {
        Ok(file) => Box::new(file),
        Err(reason) => {
            say(&format!("{} can't be written: {reason}", path.display()));
            Box::new(std::io::sink())
        }
    };
    let subscriber = log::subscriber(file, std::io::stderr, verbose, SystemTime::now);
    // There is none yet: this is the program.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// To standard error, and no matter if nobody listens.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
