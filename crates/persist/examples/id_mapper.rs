//! External ids for internal tasks: `cargo run --release --example id_mapper -- map TASK-E01-b2c4 jira`.
//!
//! A program that gives each task a number in Jira, Azure DevOps, Linear or GitHub, and keeps what it
//! has given in two JSON files, which a Python program before it has written. It goes on with those
//! files as they are: `docs/ADOPTING.md` shows that. What it promises:
//!
//! * **No number is given twice**, whatever is killed, fails, loses power or is damaged: one of the two
//!   places where the numbers stand must be left, and if neither is, it says so and gives none.
//! * **A mapping that was printed is there**, with its number, in both files.
//! * **None is skipped** where nothing crashed or failed, however many processes ask at once.
//!
//! [`id_mapper::persistence`] is the storage and knows the protocol, [`id_mapper::mapper`] is what a
//! program calls, [`id_mapper::command`] the command line.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

mod id_mapper {
    pub(crate) mod command;
    pub(crate) mod error;
    pub(crate) mod files;
    pub(crate) mod held;
    pub(crate) mod mapper;
    pub(crate) mod numbers;
    pub(crate) mod persistence;
    pub(crate) mod series;
}

use id_mapper::command::Cli;
use id_mapper::error::Error;
use id_mapper::mapper::get_mapper;
use id_mapper::persistence::{Persistence, Setting};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let setting = Setting {
        tell: say,
        ..Setting::default()
    };
    let mapper = get_mapper(|| Persistence::new(&cli.state_dir, setting));
    match cli.command.run(mapper, &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("id_mapper: {}", with_cause(&error)));
            match error {
                Error::Usage(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// The message, and what is behind it where the message does not say so already.
fn with_cause(error: &Error) -> String {
    let message = error.to_string();
    match std::error::Error::source(error).map(ToString::to_string) {
        Some(cause) if !message.contains(&cause) => format!("{message}: {cause}"),
        _ => message,
    }
}

/// To standard error, and no matter if nobody listens.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
