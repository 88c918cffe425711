//! The `persist` command: looks at, checks, changes and repairs documents from a terminal or a script.
//!
//! `persist help` lists the commands and `persist help <command>` says all about one; `docs/COMMAND.md` has
//! the table of commands, the exit codes and the JSON reports. The command keeps no protocol of its
//! own: everything that is done to a document is done by the library, under its lock and with its
//! backups, so that it can be used while the program that owns the document runs.
//!
//! [`cli`] is the definition, each command is one module of [`commands`], and [`output`] is the only
//! one that prints. It never repairs unasked, and never throws away what it replaces.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "`doctor` shows what the real mount does, and values are read from files and stdin"
)]

mod check;
mod cli;
mod commands;
mod exit;
mod failure;
mod instant;
mod output;
mod patch;
mod session;
mod shell;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use commands::doctor::second_process;
use output::Output;
use session::Session;

fn main() -> ExitCode {
    if let Some(exit) = second_process::run_if_asked() {
        return exit.into();
    }
    let cli = Cli::parse();
    let global = cli.global;
    let output = Output::new(global.json, global.quiet, global.color);
    let session = Session::new(output, global.wait);
    match cli.command.run(&session) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            session.output.failure(&failure);
            failure.exit.into()
        }
    }
}
