//! The folder of timestamped backups.

use std::io;
use std::path::{Path, PathBuf};

use super::naming::Stamp;
use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::layout::Place;
use crate::preserve::{Original, preserve, renew};

/// The document's backups in the folder, newest first.
pub(crate) fn list(disk: &Disk, place: &Place) -> Result<Vec<(Stamp, PathBuf)>> {
    let folder = place.backup_folder();
    let names = match disk.fs.read_dir(&folder) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(&folder, "list", error)),
    };
    let stamps = names
        .iter()
        .filter_map(|name| Some((Stamp::parse(place, name)?, folder.join(name))));
    let mut backups: Vec<_> = stamps.collect();
    backups.sort_by(|(a, _), (b, _)| b.cmp(a));
    Ok(backups)
}

/// Keeps the document's file in the folder under a new name, or finds that it is there already.
pub(crate) fn add(disk: &Disk, place: &Place, original: &Original<'_>) -> Result<PathBuf> {
    let newest = list(disk, place)?.into_iter().next();
    if let Some((stamp, path)) = &newest
        && is_kept_at(disk, original, *stamp, path)?
    {
        renew(disk, original, path)?;
        return Ok(path.clone());
    }
    let mut names = Names::open(
        disk,
        place,
        newest.map(|(stamp, _)| stamp),
        original.revision,
    )?;
    preserve(disk, original, |_| names.next())
}

/// Writes a copy into the folder: a second name would follow a file that stays in place wherever other
/// programs edit it.
pub(crate) fn add_copy(disk: &Disk, place: &Place, original: &Original<'_>) -> Result<PathBuf> {
    let newest = list(disk, place)?.into_iter().next();
    let mut names = Names::open(
        disk,
        place,
        newest.map(|(stamp, _)| stamp),
        original.revision,
    )?;
    loop {
        let name = names.next();
        if original.copy_to_new(disk, &name)? {
            // The folder may have been made by somebody who was killed before it was durable.
            disk.sync_dir(place.dir())?;
            return Ok(name);
        }
    }
}

/// A save whose replace had failed has left its backup: it is not made again, or a full disk would
/// drive out the history.
fn is_kept_at(disk: &Disk, original: &Original<'_>, stamp: Stamp, path: &Path) -> Result<bool> {
    if original.is_at(disk, path)? {
        return Ok(true);
    }
    // Equal bytes are looked for only where they are likely: reading the backup costs.
    let is_likely = original.revision.is_none() || original.revision == stamp.number;
    match original.bytes {
        Some(bytes) if is_likely => disk.holds(path, bytes),
        _ => Ok(false),
    }
}

/// New names, each greater than the one before it.
struct Names<'d> {
    disk: &'d Disk,
    place: &'d Place,
    newest: Option<Stamp>,
    revision: Option<u64>,
}

impl<'d> Names<'d> {
    fn open(
        disk: &'d Disk,
        place: &'d Place,
        newest: Option<Stamp>,
        revision: Option<u64>,
    ) -> Result<Self> {
        if newest.is_none() {
            let folder = place.backup_folder();
            let made = disk.fs.create_dir_all(&folder);
            made.map_err(|error| Error::io(&folder, "create", error))?;
        }
        Ok(Self {
            disk,
            place,
            newest,
            revision,
        })
    }

    fn next(&mut self) -> PathBuf {
        let stamp = Stamp::after(self.newest, (self.disk.clock)(), self.revision);
        self.newest = Some(stamp);
        self.place.backup_folder().join(stamp.name(self.place))
    }
}
