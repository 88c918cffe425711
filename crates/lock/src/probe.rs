//! Whether locks work where they are needed.

use std::io;
use std::path::Path;

use vfs::{File, FinalLink, Fs, LockKind, OpenOptions};

use crate::Error;

/// What locks are worth on a mount, as far as two handles on one machine can tell.
///
/// That machines exclude one another on a network file system can't be seen from one of them.
#[derive(Debug)]
#[non_exhaustive]
pub enum Support {
    /// Exclusive locks exclude, shared locks share, released locks are free.
    Works,
    /// Locks are handed out to everybody who asks: they protect nothing.
    Ignored,
    /// Locks are refused, for this reason.
    Unsupported(io::Error),
}

pub(crate) fn probe_on(fs: &dyn Fs, dir: &Path) -> Result<Support, Error> {
    let failed = |source| Error::io(dir, "creating a scratch file to probe", source);
    for number in 0..100 {
        let scratch = dir.join(format!(".probe-{}-{number}.lock", std::process::id()));
        let first = match fs.open(&scratch, &OpenOptions::create_new().mode(0o600)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            opened => opened.map_err(failed)?,
        };
        let again = OpenOptions::read_write().final_link(FinalLink::Refuse);
        let support = fs
            .open(&scratch, &again)
            .map(|second| exercise(first, second));
        // The handles are closed: a network file system does not remove what is open, it renames it.
        fs.remove_file(&scratch).map_err(failed)?;
        return Ok(support
            .map_err(failed)?
            .unwrap_or_else(Support::Unsupported));
    }
    Err(failed(io::ErrorKind::AlreadyExists.into()))
}

/// Takes and releases locks on two handles of one file, compares the answers, and closes both.
#[expect(clippy::needless_pass_by_value, reason = "closes them")]
fn exercise(first: Box<dyn File>, second: Box<dyn File>) -> io::Result<Support> {
    use LockKind::{Exclusive, Shared};

    let given = |answer: bool| {
        if answer {
            Ok(())
        } else {
            Err(io::Error::other("a lock that nobody holds is not free"))
        }
    };
    given(first.try_lock(Exclusive)?)?;
    if second.try_lock(Exclusive)? || second.try_lock(Shared)? {
        return Ok(Support::Ignored);
    }
    first.unlock()?;
    given(first.try_lock(Shared)?)?;
    given(second.try_lock(Shared)?)?;
    first.unlock()?;
    if first.try_lock(Exclusive)? {
        return Ok(Support::Ignored);
    }
    second.unlock()?;
    given(first.try_lock(Exclusive)?)?;
    first.unlock()?;
    Ok(Support::Works)
}
