//! Removing what an import or an export has made, and does not need any more.

use std::path::Path;

use crate::disk::Disk;
use crate::error::{Error, Result};

/// Removes what stands at `path`, a folder with all that is in it. Links are removed, not followed.
pub(crate) fn remove(disk: &Disk, path: &Path) -> Result<()> {
    let there = disk.fs.find(path);
    let there = there.map_err(|error| Error::io(path, "look at", error))?;
    if !there.is_some_and(|there| there.is_dir()) {
        return disk.remove(path);
    }
    let names = disk.fs.read_dir(path);
    for name in names.map_err(|error| Error::io(path, "list", error))? {
        remove(disk, &path.join(name))?;
    }
    let removed = disk.fs.remove_dir(path);
    removed.map_err(|error| Error::io(path, "remove", error))
}
