//! Copies of a document: the list of them, and the one that a save makes.

pub(crate) mod folder;
pub(crate) mod migration;
mod naming;
pub(crate) mod prune;
pub(crate) mod restore;

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Serialize, Serializer};
use vfs::Metadata;

use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::events;
use crate::instant;
use crate::layout::Place;
use crate::policy::Backups;
use crate::preserve::{Linked, Original, is_linkable, link, renew};
use crate::report::lossy;

/// A copy of a document, as [`backups`](crate::Document::backups) lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Backup {
    #[serde(serialize_with = "lossy")]
    pub(crate) path: PathBuf,
    pub(crate) kind: BackupKind,
    pub(crate) revision: Option<u64>,
    #[serde(serialize_with = "time")]
    pub(crate) taken: Option<SystemTime>,
    pub(crate) size: u64,
}

/// Why a copy was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BackupKind {
    /// Before a save, or because somebody asked: one of many, with a time. Recovery uses it.
    Dated,
    /// Before the last save: the only one. Recovery uses it.
    Single,
    /// Before the first save as a later version.
    Version,
    /// Before the last restore.
    BeforeRestore,
}

impl Backup {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why it was made.
    pub fn kind(&self) -> BackupKind {
        self.kind
    }

    /// The revision that its name gives, if it gives one.
    pub fn revision(&self) -> Option<u64> {
        self.revision
    }

    /// The time that its name gives, in whole seconds, if it gives one. Times of one document's backups
    /// never go back, even if the clock did.
    pub fn taken(&self) -> Option<SystemTime> {
        self.taken
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// All copies there are, those that recovery uses first, newest first.
pub(crate) fn list(disk: &Disk, place: &Place, policy: Backups) -> Result<Vec<Backup>> {
    let mut all = candidates(disk, place, policy)?;
    let dir = place.dir();
    let names = match disk.fs.read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        names => names.map_err(|error| Error::io(dir, "list", error))?,
    };
    let restore = place.before_restore();
    all.extend(at(disk, &restore, BackupKind::BeforeRestore)?);
    for name in names.iter().filter(|name| place.is_version_backup(name)) {
        all.extend(at(disk, &dir.join(name), BackupKind::Version)?);
    }
    Ok(all)
}

/// The copies that recovery uses, newest first. Both schemes are read, whichever is set: the setting
/// may have been another when the copies were made.
pub(crate) fn candidates(disk: &Disk, place: &Place, policy: Backups) -> Result<Vec<Backup>> {
    let mut folder = Vec::new();
    for (stamp, path) in folder::list(disk, place)? {
        folder.extend(at(disk, &path, BackupKind::Dated)?.map(|backup| Backup {
            revision: stamp.number,
            taken: Some(stamp.taken),
            ..backup
        }));
    }
    let single = at(disk, &place.single_backup(), BackupKind::Single)?;
    Ok(match policy {
        Backups::Single => single.into_iter().chain(folder).collect(),
        Backups::Off | Backups::Dated { .. } => folder.into_iter().chain(single).collect(),
    })
}

fn at(disk: &Disk, path: &Path, kind: BackupKind) -> Result<Option<Backup>> {
    let there = disk
        .fs
        .find(path)
        .map_err(|error| Error::io(path, "look at", error))?;
    Ok(there.filter(Metadata::is_file).map(|there| Backup {
        path: path.to_owned(),
        kind,
        revision: None,
        taken: None,
        size: there.size,
    }))
}

/// Keeps the document's file, which is good, before another takes its name.
pub(crate) fn before_save(
    disk: &Disk,
    place: &Place,
    policy: Backups,
    original: &Original<'_>,
) -> Result<Option<PathBuf>> {
    let (copy, fresh) = match policy {
        Backups::Off => return Ok(None),
        Backups::Single => {
            single(disk, place, original)?;
            (place.single_backup(), None)
        }
        Backups::Dated { .. } => {
            let copy = folder::add(disk, place, original)?;
            (copy.clone(), Some(copy))
        }
    };
    events::backed_up(place.document(), &copy);
    Ok(fresh)
}

/// Makes a copy of the document's file, which is good and stays where it is.
pub(crate) fn on_demand(
    disk: &Disk,
    place: &Place,
    policy: Backups,
    original: &Original<'_>,
) -> Result<Backup> {
    let made = match policy {
        Backups::Single => {
            let path = place.single_backup();
            original.copy_to(disk, &path)?;
            at(disk, &path, BackupKind::Single)?
        }
        Backups::Off | Backups::Dated { .. } => {
            let path = folder::add_copy(disk, place, original)?;
            candidates(disk, place, policy)?
                .into_iter()
                .find(|backup| backup.path == path)
        }
    };
    made.ok_or_else(|| {
        let reason = io::Error::from(io::ErrorKind::NotFound);
        Error::io(original.path, "find the copy of", reason)
    })
}

fn single(disk: &Disk, place: &Place, original: &Original<'_>) -> Result<()> {
    let (backup, temp) = (place.single_backup(), place.single_backup_temp());
    disk.remove(&temp)?;
    if original.is_at(disk, &backup)? {
        // The replace after it had failed. A rename of one name of a file over another does nothing.
        return renew(disk, original, &backup);
    }
    if !is_linkable(disk, original) {
        return original.copy_to(disk, &backup);
    }
    match link(disk, original, &temp)? {
        Linked::Yes => {}
        Linked::NameTaken | Linked::Unsupported => return original.copy_to(disk, &backup),
    }
    let renamed = disk.fs.rename(&temp, &backup);
    renamed.map_err(|error| Error::io(&backup, "replace", error))?;
    disk.sync_dir(place.dir())
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn time<S: Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.serialize_str(&instant::to_rfc3339(*time)),
        None => serializer.serialize_none(),
    }
}
