//! The commands, one module each: `Args` is the command line, `run` does it.

pub(crate) mod adopt;
pub(crate) mod backup;
pub(crate) mod backups;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod exit_codes;
pub(crate) mod lock;
pub(crate) mod lock_probe;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod recover;
pub(crate) mod restore;
pub(crate) mod seal;
pub(crate) mod show;
pub(crate) mod sweep;
pub(crate) mod undo_restore;
pub(crate) mod verify;
