//! Why a command did not do what it was asked for, and the way out.

use std::io;
use std::path::{Path, PathBuf};

use persist::{Error, ErrorKind};
use serde::Serialize;

use crate::exit::Exit;
use crate::shell::{command, short};

/// Printed as `persist: <what happened>, <file>` and `hint: <the next command>`.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    message: String,
    path: Option<PathBuf>,
    hint: Option<String>,
}

/// The JSON form, documented in `docs/COMMAND.md`.
#[derive(Serialize)]
pub(crate) struct Report<'f> {
    error: &'static str,
    exit_code: u8,
    message: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'f str>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            path: None,
            hint: None,
        }
    }

    /// A call of the operating system failed; `action` completes "can't".
    pub(crate) fn io(action: &str, path: &Path, error: &io::Error) -> Self {
        let exit = match error.kind() {
            io::ErrorKind::NotFound => Exit::Missing,
            _ => Exit::System,
        };
        Self::new(exit, format!("can't {action}: {error}")).at(path)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Says which part of the work it was.
    pub(crate) fn within(mut self, part: &str) -> Self {
        self.message = format!("{part}: {}", self.message);
        self
    }

    pub(crate) fn at(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// At a document whose value was not as expected: to be looked at.
    pub(crate) fn about(self, document: &Path) -> Self {
        self.at(document).hint(command("get", document))
    }

    /// The way out, which replaces another.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            error: self.exit.name(),
            exit_code: self.exit.code(),
            message: &self.message,
            path: self.path.as_ref().map(|path| path.display().to_string()),
            hint: self.hint.as_deref(),
        }
    }

    /// The one line, and the hint.
    pub(crate) fn lines(&self) -> (String, Option<&str>) {
        let named = match &self.path {
            // The library's messages name the file themselves.
            Some(path) if !self.message.contains(&path.display().to_string()) => {
                format!("{}, {}", self.message, path.display())
            }
            _ => self.message.clone(),
        };
        (named, self.hint.as_deref())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let path = &*short(error.path().to_owned());
        let failure = match error.damage() {
            Some(damage) => Self::new(Exit::Damage, format!("damaged: {damage}")),
            None => Self::new(exit(error.kind()), error.to_string()),
        };
        let failure = failure.at(path);
        match hint(error.kind(), path) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

fn exit(kind: ErrorKind) -> Exit {
    use ErrorKind as Kind;
    match kind {
        Kind::Damaged => Exit::Damage,
        Kind::Busy | Kind::Conflict => Exit::InUse,
        Kind::Missing | Kind::NothingToUndo => Exit::Missing,
        Kind::NewerFormat
        | Kind::NewerVersion
        | Kind::UnknownVersion
        | Kind::Migration
        | Kind::Type
        | Kind::Invalid
        | Kind::InvalidPath
        | Kind::TooLarge => Exit::Refused,
        _ => Exit::System,
    }
}

fn hint(kind: ErrorKind, path: &Path) -> Option<String> {
    use ErrorKind as Kind;
    let dir = match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    };
    match kind {
        Kind::Damaged => Some(command("recover", path)),
        Kind::Busy => Some(command("lock status", path)),
        Kind::Missing | Kind::PermissionDenied | Kind::ReadOnly | Kind::StorageFull | Kind::Io => {
            Some(command("doctor", dir))
        }
        Kind::NothingToUndo => Some(command("backups", path)),
        _ => None,
    }
}
