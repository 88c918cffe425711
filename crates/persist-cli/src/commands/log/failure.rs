//! What goes wrong with logs, as every other failure is told.

use std::io;
use std::path::Path;

use wal::{Error, ErrorKind};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::shell::{command, short};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let path = &*short(error.path().to_owned());
        let exit = exit(&error);
        let failure = match &error {
            Error::Damaged(damage) => Self::new(
                exit,
                format!(
                    "damaged at byte {}, record {}: {}",
                    damage.offset, damage.lsn, damage.flaw
                ),
            ),
            Error::InUse { .. } => Self::new(exit, "the log is in use; close it there"),
            Error::Io { .. } if exit == Exit::Missing => Self::new(exit, "there is no such log"),
            Error::Io {
                operation, source, ..
            } => Self::new(exit, format!("failed while {operation}: {source}")),
            other => Self::new(exit, other.to_string()),
        };
        let failure = failure.at(path);
        match hint(&error, path) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

fn exit(error: &Error) -> Exit {
    use ErrorKind as Kind;
    match (error.kind(), error) {
        (Kind::Damaged, _) => Exit::Damage,
        (Kind::InUse, _) => Exit::InUse,
        (Kind::Truncated, _) => Exit::Missing,
        (Kind::Newer | Kind::TooLarge, _) => Exit::Refused,
        (_, Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Exit::Missing,
        _ => Exit::System,
    }
}

fn hint(error: &Error, path: &Path) -> Option<String> {
    use ErrorKind as Kind;
    let dir = match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    };
    match error.kind() {
        Kind::Damaged => Some(command("log repair", dir)),
        // Which can be looked at while it is in use.
        Kind::InUse | Kind::Truncated => Some(command("log stat", path)),
        Kind::Io => Some(command("doctor", dir)),
        _ => None,
    }
}
