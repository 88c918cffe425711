//! From a path to a held lock: open, wait, and see that the name still leads to what was locked.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use vfs::{File, FileId, FinalLink, Fs, LockKind, OpenOptions, parent};

use crate::wait::wait_for;
use crate::{Error, Holder, Options, Wait};

/// A lock file whose lock is held.
pub(crate) struct Held {
    pub(crate) file: Box<dyn File>,
    pub(crate) id: Option<FileId>,
    pub(crate) waited: Duration,
}

/// The name of the lock file: `.lock` after the whole name of what is protected.
pub(crate) fn lock_file_of(target: &Path) -> Result<PathBuf, Error> {
    let Some(name) = target.file_name() else {
        let problem = io::Error::new(ErrorKind::InvalidInput, "the path does not end in a name");
        return Err(Error::io(target, "naming the lock file", problem));
    };
    let mut name = name.to_owned();
    name.push(".lock");
    Ok(target.with_file_name(name))
}

/// Takes the lock of `lock_file`, which protects `target`.
pub(crate) fn acquire(
    options: &Options,
    target: &Path,
    lock_file: &Path,
    kind: LockKind,
) -> Result<Held, Error> {
    let fs = &*options.fs;
    let started = Instant::now();
    let failed = |operation| move |source| Error::io(target, operation, source);
    loop {
        let file = open(fs, target, lock_file, kind)?;
        let id = file
            .metadata()
            .map_err(failed("looking at the lock file"))?
            .id;
        let locked = wait_for(&*file, kind, id, options.wait, started);
        if !locked.map_err(|source| refused(target, source))? {
            return Err(in_use(target, &*file, options.wait));
        }
        // Whoever removed the file let the next one lock another file of the same name: a lock on a
        // file without its name keeps nobody out.
        if leads_to(fs, lock_file, id).map_err(failed("finding the lock file again"))? {
            return Ok(Held {
                file,
                id,
                waited: started.elapsed(),
            });
        }
    }
}

/// Whether `path` is still a name of the file `id`, as far as the system can tell.
pub(crate) fn leads_to(fs: &dyn Fs, path: &Path, id: Option<FileId>) -> io::Result<bool> {
    let found = fs.find(path)?;
    Ok(found.is_some_and(|found| found.id == id || found.id.is_none()))
}

/// Opens the lock file, and creates it where it is missing.
pub(crate) fn open(
    fs: &dyn Fs,
    target: &Path,
    lock_file: &Path,
    kind: LockKind,
) -> Result<Box<dyn File>, Error> {
    let open = |options: OpenOptions| fs.open(lock_file, &options.final_link(FinalLink::Refuse));
    loop {
        let error = match open(OpenOptions::read_write()) {
            Ok(file) => return Ok(file),
            Err(error) => Error::io(target, "opening the lock file", error),
        };
        match error {
            Error::Io { ref source, .. } if source.kind() == ErrorKind::NotFound => {
                create(fs, lock_file)
                    .map_err(|source| Error::io(target, "creating the lock file", source))?;
            }
            // Who may read the data but not write beside it can still wait for its writers.
            Error::Denied { .. } if kind == LockKind::Shared => {
                return open(OpenOptions::read()).map_err(|_| error);
            }
            _ => return Err(error),
        }
    }
}

/// Creates the lock file, durably: tokens must not vanish with its name. Its mode lets everybody
/// lock whom the umask lets write.
fn create(fs: &dyn Fs, lock_file: &Path) -> io::Result<()> {
    let dir = parent(lock_file);
    fs.create_dir_all(dir)?;
    let file = match fs.open(lock_file, &OpenOptions::create_new().mode(0o666)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error),
    };
    fs.sync_dir(dir).inspect_err(|_| {
        // No later sync can make this name durable, only a new file under it. Removing it is safe
        // here and nowhere else: we hold its lock, so that nobody relies on it, and whoever waits
        // for it will find that it has lost its name.
        if matches!(file.try_lock(LockKind::Exclusive), Ok(true)) {
            let _ = fs.remove_file(lock_file);
        }
    })
}

pub(crate) fn in_use(target: &Path, file: &dyn File, wait: Wait) -> Error {
    let path = target.to_owned();
    let holder = Holder::read(file).map(Box::new);
    match wait {
        Wait::Never => Error::Busy { path, holder },
        Wait::UpTo(_) | Wait::Forever => Error::TimedOut { path, holder },
    }
}

/// What it means that the lock was neither given nor taken.
pub(crate) fn refused(target: &Path, source: io::Error) -> Error {
    if source.kind() == ErrorKind::Unsupported {
        return Error::Unsupported {
            path: target.to_owned(),
            source,
        };
    }
    Error::io(target, "asking for the lock", source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind as Kind;

    #[test]
    fn a_file_system_without_locks_is_told_from_one_that_fails() {
        let kind = |source: io::Error| refused(Path::new("notes.json"), source).kind();
        assert_eq!(kind(ErrorKind::Unsupported.into()), Kind::Unsupported);
        assert_eq!(kind(ErrorKind::PermissionDenied.into()), Kind::Denied);
        assert_eq!(kind(io::Error::other("the disk is gone")), Kind::Io);
    }
}
