//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use persist::RecoveryPolicy;

use super::base_dir::Dirs;
use super::contact::ContactFields;
use super::note::NoteFields;
use super::storage::File;

/// Contacts and notes, in files that people can read.
#[derive(Debug, Parser)]
#[command(name = "assistant", version)]
pub(crate) struct Cli {
    /// The directory of the files
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) base_dir: Option<PathBuf>,

    /// Where that is, if it is not named
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) dirs: Dirs,

    /// Show on standard error what goes to storage.log
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    /// Report damage, and touch nothing
    #[arg(long, global = true)]
    pub(crate) no_recover: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// What becomes of damaged records.
    pub(crate) fn recovery(&self) -> RecoveryPolicy {
        if self.no_recover {
            RecoveryPolicy::Fail
        } else {
            RecoveryPolicy::Recover
        }
    }
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// People
    #[command(subcommand)]
    Contact(Action<ContactFields>),
    /// Texts
    #[command(subcommand)]
    Note(Action<NoteFields>),
    /// Many changes with few saves, by themselves or when told: `help` shows what can be said
    Shell,
    /// The options
    #[command(subcommand)]
    Config(ConfigAction),
    /// Copies of the files
    #[command(subcommand)]
    Backup(BackupAction),
    /// Bring damaged files back: from what is left of them, from backups, newest first
    Recover {
        file: Option<File>,
        /// Begin with an empty file where nothing helps; the damaged one is kept beside it
        #[arg(long)]
        start_over: bool,
    },
    /// Write all files, as they are at one moment, to a new directory, with checksums
    Export { dir: PathBuf },
    /// Take all files over from an export, or none
    Import {
        dir: PathBuf,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Take back the last restore of a file; without one, the last import
    Undo { file: Option<File> },
    /// The health of each file and backup; exit code 1 if one is damaged
    Verify,
    /// Remove what killed processes have left half written
    Sweep,
}

/// What can be done with records.
#[derive(Debug, Subcommand)]
pub(crate) enum Action<F: Args> {
    /// Add one, and print its id
    Add {
        #[arg(value_name = "NAME")]
        called: String,
        #[command(flatten)]
        fields: F,
    },
    /// All of them
    List,
    /// One, by its id, the beginning of it, or its name
    Show { which: String },
    /// Change what is named of one, and nothing else
    Edit {
        which: String,
        #[command(flatten)]
        fields: F,
    },
    /// Remove one
    Remove { which: String },
    /// Those with a text in them
    Search { text: String },
}

/// What can be done with the options.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// The value of one
    Get {
        key: String,
        /// Printed if there is no such key
        #[arg(long)]
        default: Option<String>,
    },
    /// Set one, and save it at once
    Set {
        key: String,
        value: String,
        /// Also a key that is not one of the options
        #[arg(long)]
        any: bool,
    },
    /// All of them
    List,
}

/// What can be done with copies.
#[derive(Debug, Subcommand)]
pub(crate) enum BackupAction {
    /// Make one now, also where `backup_enabled` is false
    Create { file: Option<File> },
    /// Name, time and size of each, newest first
    List { file: Option<File> },
    /// Remove all but the newest that are good; one always stays
    DeleteOld {
        file: Option<File>,
        /// How many stay, if not `backup_count`
        #[arg(long, value_name = "COUNT")]
        keep: Option<usize>,
    },
    /// Go back to the newest, or to another
    Restore {
        file: File,
        /// Its time, as `20240115_120000` or `2024-01-15T12:00:00`, or its name
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
}
