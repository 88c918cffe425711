//! Leftovers of dead writers.

use std::io;
use std::path::{Path, PathBuf};

use vfs::{FinalLink, LockKind, OpenOptions};

use crate::error::Step;
use crate::temp::is_temp_name;
use crate::{Durability, Error, Options};

/// What a [`sweep`](Options::sweep) found, by path.
///
/// Only names of the exact form `.<name>.<16 lowercase hex digits>.tmp` are looked at, and one is
/// removed only if its lock could be taken: a living writer holds it. Age proves nothing, a slow
/// writer may be hours old. After a [`preview_sweep`](Options::preview_sweep) nothing was removed.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Swept {
    /// Their writers were dead; in a preview: what would be removed.
    pub removed: Vec<PathBuf>,
    /// Their writers are alive.
    pub alive: Vec<PathBuf>,
    /// Left where they are: nothing could be proven, or they could not be removed.
    pub failed: Vec<Error>,
}

/// Whether what is left over is removed or only found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Remove,
    Look,
}

enum Verdict {
    Removed,
    Alive,
    /// Gone meanwhile, or not a regular file, which no writer of ours has made.
    NotOurs,
}

pub(crate) fn sweep(options: &Options, dir: &Path, act: Act) -> Result<Swept, Error> {
    let mut swept = Swept::default();
    let names = match options.retry.run(|| options.fs.read_dir(dir)) {
        Ok(names) => names,
        // Where nothing was ever saved there is nothing left over.
        Err(failed) if failed.error.kind() == io::ErrorKind::NotFound => return Ok(swept),
        Err(failed) => return Err(Error::failed(Step::Sweep, dir, failed)),
    };
    for name in names.iter().filter(|name| is_temp_name(name)) {
        let path = dir.join(name);
        match options.retry.run(|| sweep_one(options, &path, act)) {
            Ok(Verdict::Removed) => swept.removed.push(path),
            Ok(Verdict::Alive) => swept.alive.push(path),
            Ok(Verdict::NotOurs) => {}
            Err(failed) => swept.failed.push(Error::failed(Step::Sweep, &path, failed)),
        }
    }
    if act == Act::Remove && !swept.removed.is_empty() && options.durability == Durability::Durable
    {
        let sync = options.fs.sync_dir(dir);
        sync.map_err(|error| Error::failed(Step::SyncSwept, dir, error).in_doubt())?;
    }
    Ok(swept)
}

fn sweep_one(options: &Options, path: &Path, act: Act) -> io::Result<Verdict> {
    let fs = options.fs.as_ref();
    // NFS locks only what is open for writing; a file that was given read-only permissions before
    // its writer died opens for reading only.
    let open = |open: OpenOptions| fs.open(path, &open.final_link(FinalLink::Refuse));
    let opened = open(OpenOptions::read_write()).or_else(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => open(OpenOptions::read()),
        _ => Err(error),
    });
    let file = match opened {
        Ok(file) => file,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::NotFound
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::InvalidInput => Ok(Verdict::NotOurs),
                _ => Err(error),
            };
        }
    };
    if !file.try_lock(LockKind::Exclusive)? {
        return Ok(Verdict::Alive);
    }
    // A writer may have published the file since the name was read: then it has no such name now.
    match fs.find(path)? {
        Some(named) if named.id == file.metadata()?.id => {}
        _ => return Ok(Verdict::NotOurs),
    }
    if act == Act::Look {
        return Ok(Verdict::Removed);
    }
    match fs.remove_file(path) {
        Ok(()) => Ok(Verdict::Removed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Verdict::NotOurs),
        Err(error) => Err(error),
    }
}
