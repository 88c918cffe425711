//! Setting a file aside whose bytes nobody can use, so that they are never lost.

use std::path::{Path, PathBuf};

use vfs::parent;

use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::events;
use crate::instant;
use crate::layout::Place;
use crate::preserve::{Original, preserve, renew};

/// Makes sure that the document's bytes have a second, durable name, and says which. What is set aside
/// already is not set aside again: a recovery that was cut off is repeated.
pub(crate) fn quarantine(disk: &Disk, place: &Place, original: &Original<'_>) -> Result<PathBuf> {
    let path = if let Some(path) = find(disk, place, original)? {
        renew(disk, original, &path)?;
        path
    } else {
        let mark = original
            .revision
            .map_or_else(|| now(disk), |revision| revision.to_string());
        let name = |attempt| Ok(place.quarantine(&mark, attempt));
        preserve(disk, original, name)?
    };
    disk.sync_dir(parent(&path))?;
    events::quarantined(place.document(), &path);
    Ok(path)
}

fn now(disk: &Disk) -> String {
    let (date, time) = instant::to_digits((disk.clock)());
    format!("{date}T{time}Z")
}

fn find(disk: &Disk, place: &Place, original: &Original<'_>) -> Result<Option<PathBuf>> {
    for path in list(disk, place)? {
        let is_equal = match original.bytes {
            Some(bytes) => disk.holds(&path, bytes)?,
            None => false,
        };
        if is_equal || original.is_at(disk, &path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn list(disk: &Disk, place: &Place) -> Result<Vec<PathBuf>> {
    let dir: &Path = place.dir();
    let names = disk
        .fs
        .read_dir(dir)
        .map_err(|error| Error::io(dir, "list", error))?;
    let ours = names.into_iter().filter(|name| place.is_quarantine(name));
    Ok(ours.map(|name| dir.join(name)).collect())
}
