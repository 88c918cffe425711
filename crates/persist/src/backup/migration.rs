//! The copy of a file of one version, made before it becomes another.

use std::io;
use std::path::PathBuf;

use migrate::Label;

use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::layout::Place;
use crate::preserve::Original;

/// Makes a durable copy of the document, and reads it back. It is never removed: it is the only thing
/// that a program of that version can go on with.
pub(crate) fn keep_version(
    disk: &Disk,
    place: &Place,
    version: &Label,
    original: &Original<'_>,
) -> Result<PathBuf> {
    let bytes = original.content()?;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let path = place.version_backup(version, attempt);
        let is_new = original.copy_to_new(disk, &path)?;
        if is_new || disk.holds(&path, bytes)? {
            if !is_new {
                // By somebody whose sync of the name may have failed.
                original.copy_to(disk, &path)?;
            }
            if disk.holds(&path, bytes)? {
                return Ok(path);
            }
            let reason = io::Error::other("it does not read back as it was written");
            return Err(Error::io(&path, "keep the old version as", reason));
        }
    }
}
