//! Copies with a time in their names.

use std::io;

use super::naming::{Dated, Names, Stamp};
use crate::disk::Disk;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Place;
use crate::policy::Naming;
use crate::preserve::{Original, preserve, renew};

/// The copies under names of this kind, newest first.
pub(crate) fn list(disk: &Disk, place: &Place, naming: Naming) -> Result<Vec<Dated>> {
    use io::ErrorKind as Io;
    let dir = naming.dir(place);
    let found = match disk.fs.read_dir(&dir) {
        Ok(found) => found,
        // What is in the way of the folder is told to who wants to put something into it.
        Err(error) if matches!(error.kind(), Io::NotFound | Io::NotADirectory) => Vec::new(),
        Err(error) => return Err(Error::io(&dir, "list", error)),
    };
    let names = Names::of(place, naming);
    let mut copies: Vec<_> = found.iter().filter_map(|name| names.parse(name)).collect();
    copies.sort_by_key(|copy| std::cmp::Reverse(copy.stamp));
    Ok(copies)
}

/// The copies after one was made, newest first.
#[derive(Debug)]
pub(crate) struct Added {
    pub(crate) new: Dated,
    pub(crate) older: Vec<Dated>,
}

/// Keeps the document's file under a new name, or finds that it is kept already; durable after a sync of
/// the directory.
pub(crate) fn add(
    disk: &Disk,
    place: &Place,
    naming: Naming,
    original: &Original<'_>,
) -> Result<Added> {
    let mut older = list(disk, place, naming)?;
    if let Some(newest) = older.first()
        && is_kept_as(disk, original, newest)?
    {
        renew(disk, original, &newest.path)?;
        let new = older.remove(0);
        return Ok(Added { new, older });
    }
    let mut new = first_name(disk, place, naming, older.first(), original.revision)?;
    preserve(disk, original, |attempt| {
        if attempt > 1 {
            new = next_name(disk, place, &new, original.revision)?;
        }
        Ok(new.path.clone())
    })?;
    Ok(Added { new, older })
}

/// Writes a copy: a second name would follow a file that stays in place wherever other programs edit
/// it.
pub(crate) fn add_copy(
    disk: &Disk,
    place: &Place,
    naming: Naming,
    original: &Original<'_>,
) -> Result<Added> {
    let older = list(disk, place, naming)?;
    let mut new = first_name(disk, place, naming, older.first(), original.revision)?;
    while !original.copy_to_new(disk, &new.path)? {
        new = next_name(disk, place, &new, original.revision)?;
    }
    // The folder may have been made by somebody who was killed before it was durable.
    disk.sync_dir(place.dir())?;
    Ok(Added { new, older })
}

/// A save whose replace had failed has left its copy: it is not made again, or a full disk would drive
/// out the history.
fn is_kept_as(disk: &Disk, original: &Original<'_>, copy: &Dated) -> Result<bool> {
    if original.has_other_names() && original.is_at(disk, &copy.path)? {
        return Ok(true);
    }
    // Equal bytes are looked for only where they are likely: reading the copy costs.
    let is_likely = original.revision.is_none() || original.revision == copy.stamp.number;
    match original.bytes {
        Some(bytes) if is_likely => disk.holds(&copy.path, bytes),
        _ => Ok(false),
    }
}

/// A name greater than that of the newest copy, in a directory that is there.
fn first_name(
    disk: &Disk,
    place: &Place,
    naming: Naming,
    newest: Option<&Dated>,
    revision: Option<u64>,
) -> Result<Dated> {
    if let Some(newest) = newest {
        return next_name(disk, place, newest, revision);
    }
    let dir = naming.dir(place);
    let made = disk.fs.create_dir_all(&dir);
    made.map_err(|error| Error::io(&dir, "create", error))?;
    let stamp = Stamp::first((disk.clock)(), revision);
    Ok(Dated::new(place, naming, stamp, false))
}

fn next_name(disk: &Disk, place: &Place, last: &Dated, revision: Option<u64>) -> Result<Dated> {
    let stamp = Stamp::after(last.stamp, (disk.clock)(), revision).ok_or_else(|| {
        let message = format!(
            "no copy can have a later name than {}; rename or remove that one",
            last.path.display()
        );
        Error::new(ErrorKind::InvalidPath, &last.path, message)
    })?;
    Ok(Dated::new(place, last.naming, stamp, false))
}
