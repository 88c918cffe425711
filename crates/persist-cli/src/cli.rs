//! The command line as data: help, completions and the man page are made of it.

use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::commands;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Colour;
use crate::session::Session;

/// Look at, check, change and repair documents that `persist` keeps
///
/// A document is one JSON file with a checksum, beside it its lock and its backups. Everything that is
/// changed is changed under the lock, as the program that owns the document does it, and what is
/// replaced is kept. Plain JSON files can be looked at and repaired, too; `adopt` seals them.
#[derive(Debug, Parser)]
#[command(
    name = "persist",
    verbatim_doc_comment,
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    disable_help_subcommand = false,
    after_help = "A damaged file? `persist verify FILE` says what is wrong and what to do next.\n\
                  Scripts: `persist help exit-codes`, and `--json` for reports."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Answer with one JSON value
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Say nothing but what was asked for, and what is wrong
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// When to use colours; `NO_COLOR` is honoured
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = true
    )]
    pub(crate) color: Colour,

    /// How long to wait for a lock that somebody else holds
    #[arg(long, global = true, value_name = "DURATION", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) wait: Duration,
}

/// For commands that change something.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct DryRun {
    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Show(commands::show::Args),
    Verify(commands::verify::Args),
    Get(commands::get::Args),
    Set(commands::set::Args),
    Remove(commands::remove::Args),
    Update(commands::update::Args),
    Diff(commands::diff::Args),
    Seal(commands::seal::Args),
    Adopt(commands::adopt::Args),
    Backup(commands::backup::Args),
    Backups(commands::backups::Args),
    Restore(commands::restore::Args),
    UndoRestore(commands::undo_restore::Args),
    Recover(commands::recover::Args),
    Export(commands::export::Args),
    Import(commands::import::Args),
    UndoImport(commands::undo_import::Args),
    Migrate(commands::migrate::Args),
    Watch(commands::watch::Args),
    Lock(commands::lock::Args),
    Log(commands::log::Args),
    Sweep(commands::sweep::Args),
    Doctor(commands::doctor::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
    ExitCodes(commands::exit_codes::Args),
}

impl Command {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::Show(args) => args.run(session),
            Self::Verify(args) => args.run(session),
            Self::Get(args) => args.run(session),
            Self::Set(args) => args.run(session),
            Self::Remove(args) => args.run(session),
            Self::Update(args) => args.run(session),
            Self::Diff(args) => args.run(session),
            Self::Seal(args) => args.run(session),
            Self::Adopt(args) => args.run(session),
            Self::Backup(args) => args.run(session),
            Self::Backups(args) => args.run(session),
            Self::Restore(args) => args.run(session),
            Self::UndoRestore(args) => args.run(session),
            Self::Recover(args) => args.run(session),
            Self::Export(args) => args.run(session),
            Self::Import(args) => args.run(session),
            Self::UndoImport(args) => args.run(session),
            Self::Migrate(args) => args.run(session),
            Self::Watch(args) => args.run(session),
            Self::Lock(args) => args.run(session),
            Self::Log(args) => args.run(session),
            Self::Sweep(args) => args.run(session),
            Self::Doctor(args) => args.run(session),
            Self::Completions(args) => args.run(session),
            Self::Man(args) => args.run(session),
            Self::ExitCodes(args) => args.run(session),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
