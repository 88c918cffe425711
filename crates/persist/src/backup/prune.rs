//! Letting old backups go, but never one that verifies for one that does not.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use vfs::FileId;

use super::folder;
use crate::disk::Disk;
use crate::error::Result;
use crate::events;
use crate::layout::Place;
use crate::policy::Retention;

/// Which backups were found good, so that a save reads only those that are new to this process.
#[derive(Debug, Default)]
pub(crate) struct Verified(Mutex<HashMap<PathBuf, (FileId, u64)>>);

impl Verified {
    /// `path` is, or is not, good: `check` is asked where that is not known of this very file.
    fn is_good(&self, disk: &Disk, path: &Path, check: impl FnOnce() -> bool) -> bool {
        let there = disk.fs.find(path).ok().flatten();
        let identity = there.and_then(|there| Some((there.id?, there.size)));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if identity.is_some() && known.get(path) == identity.as_ref() {
            return true;
        }
        let good = check();
        match identity {
            Some(identity) if good => known.insert(path.to_owned(), identity),
            _ => known.remove(path),
        };
        good
    }

    fn forget(&self, path: &Path) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(path);
    }
}

/// Removes the backups that the rules do not keep. `fresh` is one that was just made of a
/// verified file.
pub(crate) fn prune(
    disk: &Disk,
    place: &Place,
    retention: Retention,
    verified: &Verified,
    fresh: Option<&Path>,
    is_good: impl Fn(&Path) -> bool,
) -> Result<()> {
    let keep = retention.newest.max(1);
    let backups = folder::list(disk, place)?;
    if let Some(fresh) = fresh {
        verified.is_good(disk, fresh, || true);
    }
    if backups.len() <= keep {
        return Ok(());
    }
    let mut good = 0;
    for (_, path) in backups {
        if good == keep {
            disk.remove(&path)?;
            events::pruned(place.document(), &path);
            verified.forget(&path);
        } else if verified.is_good(disk, &path, || is_good(&path)) {
            good += 1;
        }
    }
    Ok(())
}
