//! What went wrong, and what the caller may believe about the disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::retry::{Failed, is_transient};

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The path can't be a file's: it is empty, too long, ends in `..`, leads in a circle of links,
    /// or a directory, a device or (as one of its parents) a file is in the way. Choose another.
    InvalidPath,
    /// The path is a symbolic link and [`Symlinks::Refuse`](crate::Symlinks::Refuse) is set.
    SymlinkRefused,
    /// There is a file and [`Existing::NoClobber`](crate::Existing::NoClobber) is set.
    AlreadyExists,
    /// This process may not do that. Replacing a file needs the right to write to its directory.
    PermissionDenied,
    /// The file system is read-only.
    ReadOnly,
    /// No space, quota or permitted file size is left. Make room and save again.
    StorageFull,
    /// A passing error lasted longer than [`Retry`](crate::Retry) allows. Try again later.
    Busy,
    /// The file is a mount point (a single file mounted into a container) and no rename can replace
    /// it. Mount its directory instead.
    MountPoint,
    /// The disk did not confirm what it was given. Look at the disk; [`Error::on_disk`] says what
    /// to believe.
    SyncFailed,
    /// Another error of the operating system: see `source()`.
    Io,
}

/// What the failed call has left on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnDisk {
    /// The old state, and nothing of the attempt will ever appear under the file's name.
    Unchanged,
    /// The old content or the new, complete in either case. As a rule readers see the new one already
    /// and a power cut may bring back the old. Saving again settles it.
    InDoubt,
    /// The new content, complete and durable, in a journal beside the file, which itself may be half
    /// written: only for a file that is a mount point. Saving again settles it, and so does
    /// [`recover`](crate::recover()).
    Journaled,
}

/// Why a file was not saved, or a directory not swept.
#[derive(Debug, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    path: PathBuf,
    on_disk: OnDisk,
    step: Step,
    attempts: u32,
    bytes_needed: Option<u64>,
    source: Option<io::Error>,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Resolve,
    CreateDirectory,
    CreateTemp,
    LockTemp,
    Write,
    Attributes,
    Sync,
    Rename,
    SyncDirectory,
    Claim,
    Journal,
    Overwrite,
    SyncOverwritten,
    Recover,
    Sweep,
    SyncSwept,
}

impl Step {
    /// What the message says between "can't save" and the reason.
    fn context(self) -> &'static str {
        match self {
            Self::Resolve | Self::Sweep | Self::Recover => "",
            Self::CreateDirectory => " (creating its directory failed)",
            Self::CreateTemp => " (creating a temporary file beside it failed)",
            Self::LockTemp => " (locking its temporary file failed)",
            Self::Write => " (writing its temporary file failed)",
            Self::Attributes => " (keeping its mode, owner and attributes failed)",
            Self::Sync => " (syncing its temporary file failed)",
            Self::Rename => " (renaming its temporary file failed)",
            Self::SyncDirectory => " (syncing its directory failed)",
            Self::Claim => " (another process is writing it in place)",
            Self::Journal => " (its journal, it being a mount point)",
            Self::Overwrite => " (writing it in place, it being a mount point, failed)",
            Self::SyncOverwritten | Self::SyncSwept => " (syncing it failed)",
        }
    }
}

impl Error {
    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The path as the caller gave it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is on the disk now.
    pub fn on_disk(&self) -> OnDisk {
        self.on_disk
    }

    /// A policy's refusal, before anything was changed.
    pub(crate) fn refused(kind: ErrorKind, path: &Path) -> Self {
        Self::at(kind, Step::Resolve, path)
    }

    /// A path that can't be a file's.
    pub(crate) fn invalid(path: &Path, reason: &'static str) -> Self {
        let source = io::Error::new(io::ErrorKind::InvalidInput, reason);
        Self {
            source: Some(source),
            ..Self::at(ErrorKind::InvalidPath, Step::Resolve, path)
        }
    }

    /// A failed call, with nothing changed.
    pub(crate) fn failed(step: Step, path: &Path, failed: impl Into<Failed>) -> Self {
        let Failed { error, attempts } = failed.into();
        let kind = kind_of(step, &error);
        Self {
            attempts,
            source: Some(error),
            ..Self::at(kind, step, path)
        }
    }

    /// The same, except that the new content may have the name, durably or not.
    pub(crate) fn in_doubt(self) -> Self {
        Self {
            on_disk: OnDisk::InDoubt,
            ..self
        }
    }

    /// The same, except that nothing of the new content is there.
    pub(crate) fn unchanged(self) -> Self {
        Self {
            on_disk: OnDisk::Unchanged,
            ..self
        }
    }

    /// The same, except that the new content is in a journal, durably.
    pub(crate) fn journaled(self) -> Self {
        Self {
            on_disk: OnDisk::Journaled,
            ..self
        }
    }

    /// The same, knowing how long the new content is.
    pub(crate) fn needing(self, bytes: u64) -> Self {
        Self {
            bytes_needed: Some(bytes),
            ..self
        }
    }

    fn at(kind: ErrorKind, step: Step, path: &Path) -> Self {
        Self {
            kind,
            path: path.to_path_buf(),
            on_disk: OnDisk::Unchanged,
            step,
            attempts: 1,
            bytes_needed: None,
            source: None,
        }
    }

    pub(crate) fn io_kind(&self) -> io::ErrorKind {
        match (self.kind, &self.source) {
            (ErrorKind::AlreadyExists, _) => io::ErrorKind::AlreadyExists,
            (_, Some(source)) => source.kind(),
            (_, None) => io::ErrorKind::InvalidInput,
        }
    }
}

fn kind_of(step: Step, error: &io::Error) -> ErrorKind {
    use io::ErrorKind as Io;
    match (step, error.kind()) {
        (_, Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge) => ErrorKind::StorageFull,
        (Step::Sync | Step::SyncDirectory | Step::SyncOverwritten | Step::SyncSwept, _) => {
            ErrorKind::SyncFailed
        }
        (Step::Claim, _) => ErrorKind::Busy,
        (Step::Rename, Io::ResourceBusy) => ErrorKind::MountPoint,
        (Step::Rename, Io::AlreadyExists) => ErrorKind::AlreadyExists,
        (_, Io::PermissionDenied) => ErrorKind::PermissionDenied,
        (_, Io::ReadOnlyFilesystem) => ErrorKind::ReadOnly,
        (_, Io::NotADirectory | Io::IsADirectory | Io::InvalidFilename)
        | (Step::Resolve | Step::CreateTemp, Io::InvalidInput) => ErrorKind::InvalidPath,
        _ if is_transient(error) => ErrorKind::Busy,
        _ => ErrorKind::Io,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let act = match self.step {
            Step::Sweep | Step::SyncSwept => "sweep",
            Step::Recover => "recover",
            _ => "save",
        };
        write!(
            f,
            "can't {act} {}{}",
            self.path.display(),
            self.step.context()
        )?;
        if self.attempts > 1 {
            write!(f, " after {} attempts", self.attempts)?;
        }
        f.write_str(": ")?;
        self.fmt_reason(f)?;
        match (self.step, self.on_disk) {
            (Step::Sweep, _) => Ok(()),
            (Step::SyncSwept, _) => f.write_str("; a power cut may bring back what was removed"),
            (_, OnDisk::Unchanged) => f.write_str("; the file is unchanged"),
            (_, OnDisk::Journaled) => f.write_str(
                "; the new content is safe in a journal beside it, the file itself may be half written: save again",
            ),
            (_, OnDisk::InDoubt) => f.write_str(
                "; it may have the new content, and a power cut may bring back the old: save again",
            ),
        }
    }
}

impl Error {
    /// The reason and the way out.
    fn fmt_reason(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.source, self.bytes_needed) {
            (ErrorKind::SymlinkRefused, ..) => f.write_str(
                "it is a symbolic link; name the file it points to, or allow links with `Symlinks::Follow`",
            ),
            (ErrorKind::AlreadyExists, ..) => f.write_str(
                "it exists; choose another name, or replace it with `Existing::Overwrite`",
            ),
            (ErrorKind::PermissionDenied, ..) => f.write_str(
                "permission denied; this needs the right to write to the directory, not only to the file",
            ),
            (ErrorKind::ReadOnly, ..) => {
                f.write_str("the file system is read-only; choose another place")
            }
            (ErrorKind::StorageFull, _, Some(bytes)) => {
                write!(f, "there is no room for its {bytes} bytes; free some space and save again")
            }
            (ErrorKind::StorageFull, ..) => {
                f.write_str("there is no room; free some space and save again")
            }
            (ErrorKind::MountPoint, ..) => f.write_str(
                "it is busy, most likely a mount point, which no rename can replace; \
                 mount its directory instead of the single file",
            ),
            (ErrorKind::Busy, Some(source), _) => write!(f, "{source}; try again later"),
            (ErrorKind::InvalidPath, Some(source), _) => write!(f, "{source}; choose another path"),
            (ErrorKind::SyncFailed, Some(source), _) => {
                write!(f, "the disk did not confirm it, {source}; look at the disk before you go on")
            }
            (_, Some(source), _) => write!(f, "{source}"),
            (_, None, _) => write!(f, "{:?}", self.kind),
        }
    }
}

/// For functions that answer with an `io::Result`: keeps the kind, and the whole error inside.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::new(error.io_kind(), error)
    }
}
