//! The copy of a file of an older version, made before the first save as a later one.

use std::io;

use migrate::Label;

use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::layout::Place;
use crate::preserve::Original;

/// Makes a durable copy of the document, and reads it back. It is never removed: it is the only thing
/// that a program of the older version can go on with.
pub(crate) fn keep_version(
    disk: &Disk,
    place: &Place,
    version: &Label,
    original: &Original<'_>,
) -> Result<()> {
    let bytes = original.content()?;
    for attempt in 1.. {
        let path = place.version_backup(version, attempt);
        let is_new = original.copy_to_new(disk, &path)?;
        if is_new || disk.holds(&path, bytes)? {
            if !is_new {
                // By somebody whose sync of the name may have failed.
                original.copy_to(disk, &path)?;
            }
            if disk.holds(&path, bytes)? {
                return Ok(());
            }
            let reason = io::Error::other("it does not read back as it was written");
            return Err(Error::io(&path, "keep the old version as", reason));
        }
    }
    Ok(())
}
