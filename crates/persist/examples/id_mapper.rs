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

use id_mapper::command::{Command, USAGE};
use id_mapper::error::Error;
use id_mapper::mapper::get_mapper;
use id_mapper::persistence::{Persistence, Setting};

/// Where the Python program keeps its files.
const STATE_DIR: &str = ".claude/state";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("id_mapper: {}", with_cause(&error)));
            if let Error::Usage(_) = error {
                say(USAGE);
                return ExitCode::from(2);
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<bool, Error> {
    let (state_dir, rest) = match arguments {
        [flag, dir, rest @ ..] if flag == "--state-dir" => (dir.as_str(), rest),
        rest => (STATE_DIR, rest),
    };
    let command = Command::parse(rest)?;
    let setting = Setting {
        tell: say,
        ..Setting::default()
    };
    let mapper = get_mapper(|| Persistence::new(state_dir, setting));
    command.run(mapper, &mut std::io::stdout().lock())
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
