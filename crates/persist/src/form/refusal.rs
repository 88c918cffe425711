//! Why this program can't use a file that may be whole.

use std::fmt;
use std::path::Path;

use crate::damage::Position;
use crate::error::{Error, ErrorKind};

/// Why this program can't use a file that may be whole.
#[derive(Debug)]
pub(crate) enum Refusal {
    NewerFormat(String),
    Version(migrate::Error),
    Type {
        reason: String,
        position: Option<Position>,
    },
    /// JSON, and not what a step between versions can be given.
    Unmovable {
        reason: String,
        position: Option<Position>,
    },
    Invalid(String),
    TooLarge {
        limit: u64,
    },
    /// Compressed in a way that was not built in.
    Compression(compress::Error),
}

/// What to do about a value of another type.
const MISFIT: &str = "correct the type or add a step between versions, restore a backup, or overwrite it, which sets it aside";

impl Refusal {
    pub(crate) fn into_error(self, path: &Path) -> Error {
        let message = format!("{} is left alone: {self}", path.display());
        match self {
            Self::NewerFormat(_) => Error::new(ErrorKind::NewerFormat, path, message),
            Self::Compression(source) => {
                Error::new(ErrorKind::NewerFormat, path, message).because(source)
            }
            Self::Version(source) => {
                Error::new(version_kind(&source), path, message).because(source)
            }
            Self::Type { position, .. } => Error::new(ErrorKind::Type, path, message).at(position),
            Self::Unmovable { position, .. } => {
                Error::new(ErrorKind::Migration, path, message).at(position)
            }
            Self::Invalid(_) => Error::new(ErrorKind::Invalid, path, message),
            Self::TooLarge { .. } => Error::new(ErrorKind::TooLarge, path, message),
        }
    }
}

fn version_kind(error: &migrate::Error) -> ErrorKind {
    match error.kind() {
        migrate::ErrorKind::NewerVersion => ErrorKind::NewerVersion,
        migrate::ErrorKind::UnknownVersion | migrate::ErrorKind::Unlabelled => {
            ErrorKind::UnknownVersion
        }
        _ => ErrorKind::Migration,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerFormat(found) => write!(
                f,
                "its format {found} is newer than this program; update it"
            ),
            Self::Version(error) => {
                error.fmt(f)?;
                match error.kind() {
                    migrate::ErrorKind::UnknownVersion => f.write_str(
                        "; find out what wrote it, restore a backup, or overwrite it, which sets it aside",
                    ),
                    _ => Ok(()),
                }
            }
            Self::Compression(error) => error.fmt(f),
            Self::Type {
                reason,
                position: Some(position),
            } => {
                write!(
                    f,
                    "it is whole, but its value does not fit the type: {reason} at {position}; {MISFIT}"
                )
            }
            Self::Type {
                reason,
                position: None,
            } => {
                write!(
                    f,
                    "it is whole, but its value does not fit the type: {reason}; {MISFIT}"
                )
            }
            Self::Unmovable { reason, position } => {
                write!(
                    f,
                    "a step between versions can't take what is in it: {reason}"
                )?;
                match position {
                    Some(position) => write!(f, " at {position}"),
                    None => Ok(()),
                }
            }
            Self::Invalid(reason) => write!(f, "the value is not valid: {reason}"),
            Self::TooLarge { limit } => write!(f, "it holds more than the limit of {limit} bytes"),
        }
    }
}
