//! The commands, one module each: `Args` is the command line, `run` does it.

pub(crate) mod adopt;
pub(crate) mod backup;
pub(crate) mod backups;
mod change;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod exit_codes;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod import;
pub(crate) mod lock;
pub(crate) mod log;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod recover;
pub(crate) mod remove;
pub(crate) mod restore;
pub(crate) mod seal;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod sweep;
pub(crate) mod undo_import;
pub(crate) mod undo_restore;
pub(crate) mod update;
pub(crate) mod verify;
pub(crate) mod watch;
