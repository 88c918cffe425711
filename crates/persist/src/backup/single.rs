//! The one copy beside the document.

use atomic_io::Remains;

use crate::disk::Disk;
use crate::error::Result;
use crate::layout::Place;
use crate::preserve::{Linked, Original, is_linkable, link, renew};

/// Keeps the document's file as the one copy, over the one before; durable after a sync of the
/// directory. What is left of the one before, if that was not done by copying.
pub(crate) fn keep(disk: &Disk, place: &Place, original: &Original<'_>) -> Result<Option<Remains>> {
    let (backup, temp) = (place.single_backup(), place.single_backup_temp());
    if original.has_other_names() && original.is_at(disk, &backup)? {
        // The replace after it had failed. A rename of one name of a file over another does nothing.
        return renew(disk, original, &backup).map(|()| None);
    }
    if !is_linkable(disk, original) {
        return original.copy_to(disk, &backup).map(|()| None);
    }
    let mut linked = link(disk, original, &temp)?;
    if linked == Linked::NameTaken {
        // By a save that was cut off.
        disk.remove(&temp)?;
        linked = link(disk, original, &temp)?;
    }
    if linked != Linked::Yes {
        return original.copy_to(disk, &backup).map(|()| None);
    }
    disk.rename_over(&temp, &backup).map(Some)
}
