//! What went wrong, and what the caller may believe about the disk.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};

use atomic_io::OnDisk;

use crate::damage::{Damage, Position};
use crate::report::Recovery;

/// What this crate's functions answer.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a document was not read or not written.
///
/// The message is one sentence that names the file, says what is wrong with it and what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    path: PathBuf,
    on_disk: OnDisk,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    details: Option<Box<Details>>,
}

/// What only some errors have to say.
#[derive(Debug, Default)]
struct Details {
    position: Option<Position>,
    damage: Option<Damage>,
    recovery: Option<Recovery>,
}

/// What to do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file is damaged, and no backup helped or none was to be used: [`Error::damage`],
    /// [`Error::recovery`].
    Damaged,
    /// A later release wrote the file, in a format that this one does not know: update the program.
    NewerFormat,
    /// A later release wrote the value, as a version that this one does not know: update the program.
    NewerVersion,
    /// Nobody here knows the version of the value: find out what wrote it.
    UnknownVersion,
    /// A step from an older version failed, or the chain of versions is built wrong: look at the step.
    Migration,
    /// The file is whole, and its value is not what the program's type reads: look at the type.
    Type,
    /// A value that breaks the program's own rules or can't be written so that it could be read again:
    /// look at the value.
    Invalid,
    /// Somebody saved in between: load again.
    Conflict,
    /// Somebody else holds the document's lock: try again later.
    Busy,
    /// There is no such document, or no such backup.
    Missing,
    /// A counter does not know any more which numbers it has handed out:
    /// [`raise_above`](crate::Counter::raise_above) the greatest one that is known.
    NumbersLost,
    /// A counter has no number left.
    NumbersUsedUp,
    /// Nothing was restored, so nothing can be undone.
    NothingToUndo,
    /// A directory, a device, or a file where a directory should be, is in the way: choose another path.
    InvalidPath,
    /// More than the size limit allows: raise it, or find out what made the file grow.
    TooLarge,
    /// This can't be done here: see the message.
    Unsupported,
    /// This process may not do that.
    PermissionDenied,
    /// The file system is read-only.
    ReadOnly,
    /// No space or quota is left: make room and try again.
    StorageFull,
    /// Another error of the operating system: see `source()`.
    Io,
}

impl Error {
    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The file it is about.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is on the disk now. After [`OnDisk::InDoubt`] the new value is in place as a rule, and a power
    /// cut may bring back the old one: save again.
    pub fn on_disk(&self) -> OnDisk {
        self.on_disk
    }

    /// Where in the file, if it is about one place in its text.
    pub fn position(&self) -> Option<Position> {
        let details = self.details.as_ref()?;
        let damage = details.damage.as_ref();
        details.position.or_else(|| damage?.position)
    }

    /// What is wrong with the bytes, of [`ErrorKind::Damaged`].
    pub fn damage(&self) -> Option<&Damage> {
        self.details.as_ref()?.damage.as_ref()
    }

    /// What was tried to recover the document, and why it failed.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.details.as_ref()?.recovery.as_ref()
    }

    /// Whether it is about what is in the file, and will be the same at the next try.
    pub(crate) fn is_about_content(&self) -> bool {
        use ErrorKind as Kind;
        matches!(
            self.kind,
            Kind::Damaged
                | Kind::NewerFormat
                | Kind::NewerVersion
                | Kind::UnknownVersion
                | Kind::Migration
                | Kind::Type
                | Kind::Invalid
                | Kind::TooLarge
        )
    }

    pub(crate) fn new(kind: ErrorKind, path: &Path, message: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            on_disk: OnDisk::Unchanged,
            message: message.into(),
            source: None,
            details: None,
        }
    }

    pub(crate) fn because(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    pub(crate) fn at(mut self, position: Option<Position>) -> Self {
        self.details.get_or_insert_default().position = position;
        self
    }

    pub(crate) fn with_recovery(mut self, recovery: Recovery) -> Self {
        self.details.get_or_insert_default().recovery = Some(recovery);
        self
    }

    pub(crate) fn damaged(path: &Path, damage: Damage, way_out: &str) -> Self {
        let message = format!("{} is damaged: {damage}; {way_out}", path.display());
        let mut error = Self::new(ErrorKind::Damaged, path, message);
        error.details.get_or_insert_default().damage = Some(damage);
        error
    }

    /// A call of the file system failed; `action` completes "can't".
    pub(crate) fn io(path: &Path, action: &str, source: io::Error) -> Self {
        let (kind, way_out) = io_kind(source.kind());
        let message = format!("can't {action} {}: {source}; {way_out}", path.display());
        Self::new(kind, path, message).because(source)
    }

    pub(crate) fn backup_not_found(path: &Path) -> Self {
        let message = format!(
            "backup not found: {}; choose another one of those that are listed now",
            path.display()
        );
        Self::new(ErrorKind::Missing, path, message)
    }

    pub(crate) fn replace(source: atomic_io::Error) -> Self {
        use atomic_io::ErrorKind as Kind;
        let kind = match source.kind() {
            Kind::InvalidPath | Kind::SymlinkRefused | Kind::MountPoint => ErrorKind::InvalidPath,
            Kind::PermissionDenied => ErrorKind::PermissionDenied,
            Kind::ReadOnly => ErrorKind::ReadOnly,
            Kind::StorageFull => ErrorKind::StorageFull,
            Kind::Busy => ErrorKind::Busy,
            _ => ErrorKind::Io,
        };
        let (message, on_disk) = (source.to_string(), source.on_disk());
        Self {
            on_disk,
            ..Self::new(kind, source.path(), message).because(source)
        }
    }

    /// It met something else that had to be done first: what was asked for has not begun.
    pub(crate) fn before(self, what: &str) -> Self {
        Self {
            on_disk: OnDisk::Unchanged,
            message: format!("{what}: {}", self.message),
            ..self
        }
    }

    /// It came after the moment from which on a power cut may show the new state.
    pub(crate) fn after(self, what: &str) -> Self {
        Self {
            on_disk: OnDisk::InDoubt,
            message: format!("{what}: {}", self.message),
            ..self
        }
    }

    /// What was to be written at `path` can't be.
    pub(crate) fn unwritable(
        path: &Path,
        reason: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let reason = reason.into();
        let message = format!("can't write {}: {reason}", path.display());
        Self::new(ErrorKind::Invalid, path, message).because(reason)
    }

    /// A copy could not be made. Whatever became of it, the document is as it was.
    pub(crate) fn copy(source: atomic_io::Error) -> Self {
        let error = Self::replace(source);
        Self {
            on_disk: OnDisk::Unchanged,
            message: format!("no copy could be made: {}", error.message),
            ..error
        }
    }

    pub(crate) fn lock(source: lock::Error) -> Self {
        use lock::ErrorKind as Kind;
        let kind = match source.kind() {
            Kind::Busy | Kind::TimedOut | Kind::Lost => ErrorKind::Busy,
            Kind::Denied => ErrorKind::PermissionDenied,
            _ => {
                let io =
                    StdError::source(&source).and_then(|inner| inner.downcast_ref::<io::Error>());
                io.map_or(ErrorKind::Io, |io| io_kind(io.kind()).0)
            }
        };
        let reason = match StdError::source(&source) {
            Some(inner) => format!("{source}: {inner}"),
            None => source.to_string(),
        };
        Self::new(kind, source.path(), reason).because(source)
    }
}

/// What an error of the operating system means, and the way out of it.
fn io_kind(kind: io::ErrorKind) -> (ErrorKind, &'static str) {
    use io::ErrorKind as Io;
    match kind {
        Io::NotFound => (ErrorKind::Missing, "check the path"),
        Io::PermissionDenied => (
            ErrorKind::PermissionDenied,
            "check the permissions of the file and its directory",
        ),
        Io::ReadOnlyFilesystem => (ErrorKind::ReadOnly, "choose a place that can be written"),
        Io::StorageFull | Io::QuotaExceeded => {
            (ErrorKind::StorageFull, "free some space and try again")
        }
        Io::FileTooLarge => (ErrorKind::TooLarge, "raise the size limit if that is right"),
        Io::IsADirectory | Io::NotADirectory | Io::InvalidFilename | Io::InvalidInput => {
            (ErrorKind::InvalidPath, "choose another path")
        }
        _ => (ErrorKind::Io, "look at the disk, then try again"),
    }
}
