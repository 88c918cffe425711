//! Whether a lock is taken now: for people who ask, not for deciding.

use std::io;
use std::path::Path;

use vfs::{FinalLink, LockKind, OpenOptions};

use crate::acquire::lock_file_of;
use crate::{Error, Holder, Options};

/// Whether a lock is taken, at the moment of asking.
///
/// It may be another a moment later: who wants to *rely* on a lock takes it. Looking takes the lock for
/// an instant where it is free, which somebody who does not wait at all could meet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// There is no lock file: it has never been taken.
    NeverTaken,
    /// Nobody has it.
    Free,
    /// One or more shared holders have it. They leave no name.
    Shared,
    /// Somebody has it exclusively: who, if the lock file says so.
    Exclusive(Option<Holder>),
}

pub(crate) fn status(options: &Options, target: &Path) -> Result<Status, Error> {
    let failed = |operation| move |source| Error::io(target, operation, source);
    let lock_file = lock_file_of(target)?;
    let open = |open: OpenOptions| {
        let refusing = open.final_link(FinalLink::Refuse);
        options.fs.open(&lock_file, &refusing)
    };
    // NFS gives an exclusive lock only on a handle that may write.
    let opened = open(OpenOptions::read_write()).or_else(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            open(OpenOptions::read())
        }
        _ => Err(error),
    });
    let file = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Status::NeverTaken),
        opened => opened.map_err(failed("opening the lock file"))?,
    };
    let is_given = |kind| file.try_lock(kind).map_err(failed("asking for the lock"));
    if !is_given(LockKind::Shared)? {
        return Ok(Status::Exclusive(Holder::read(&*file)));
    }
    if is_given(LockKind::Exclusive)? {
        return Ok(Status::Free);
    }
    Ok(Status::Shared)
}
