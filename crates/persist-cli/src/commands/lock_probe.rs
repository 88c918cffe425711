//! The second process that `doctor` starts to see whether locks keep it out.

use std::path::PathBuf;

use lock::{ErrorKind, Options, Wait};

use crate::exit::Exit;
use crate::failure::Failure;

/// Try a lock without waiting, and say by the exit code whether it was free
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    pub(super) path: PathBuf,
}

impl Args {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        match Options::new().wait(Wait::Never).exclusive(&self.path) {
            Ok(_) => Ok(Exit::Fine),
            Err(error) if error.kind() == ErrorKind::Busy => Ok(Exit::InUse),
            Err(error) => Err(Failure::new(Exit::System, error.to_string())),
        }
    }
}
