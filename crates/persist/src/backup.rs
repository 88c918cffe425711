//! Copies of a document: the list of them, and the one that a save makes.

pub(crate) mod dated;
pub(crate) mod migration;
mod naming;
mod pin;
pub(crate) mod prune;
pub(crate) mod restore;
mod retention;
mod single;

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use atomic_io::Remains;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use vfs::{Metadata, parent};

use crate::alongside::Begun;
use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::events;
use crate::held::Held;
use crate::instant;
use crate::layout::Place;
use crate::policy::Backups;
use crate::preserve::Original;
use crate::read::Good;
use crate::report::lossy;

use self::dated::Added;
use self::naming::Dated;

pub(crate) use self::naming::is_beside_copy;

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
    pub(crate) pinned: bool,
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
    /// Before the first save as a later version, or before a downgrade.
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

    /// When it was made, as its name says it: in whole seconds, and not at all of kinds that have no time
    /// in their names. What it holds was saved earlier: a copy made before a save holds what that save
    /// replaced. Times of copies that this crate has made of one document never go back, even if the
    /// clock did. Other programs may have written local time.
    pub fn taken(&self) -> Option<SystemTime> {
        self.taken
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether it stays until it is [unpinned](crate::Document::unpin).
    pub fn is_pinned(&self) -> bool {
        self.pinned
    }

    fn dated(copy: &Dated, there: &Metadata) -> Self {
        Self {
            path: copy.path.clone(),
            kind: BackupKind::Dated,
            revision: copy.stamp.number,
            taken: Some(copy.stamp.taken),
            size: there.size,
            pinned: copy.pinned,
        }
    }

    fn undated(path: PathBuf, kind: BackupKind, there: &Metadata) -> Self {
        Self {
            path,
            kind,
            revision: None,
            taken: None,
            size: there.size,
            pinned: false,
        }
    }
}

impl AsRef<Path> for Backup {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

/// All copies there are, those that recovery uses first.
pub(crate) fn list(disk: &Disk, place: &Place, policy: Backups) -> Result<Vec<Backup>> {
    let candidates = candidates(disk, place, policy);
    if let Some(error) = candidates.unlisted {
        return Err(error);
    }
    let mut all = candidates.backups;
    let dir = place.dir();
    let names = match disk.fs.read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        names => names.map_err(|error| Error::io(dir, "list", error))?,
    };
    all.extend(undated(
        disk,
        place.before_restore(),
        BackupKind::BeforeRestore,
    )?);
    for name in names.iter().filter(|name| place.is_version_backup(name)) {
        all.extend(undated(disk, dir.join(name), BackupKind::Version)?);
    }
    Ok(all)
}

/// The copies that recovery uses.
#[derive(Default)]
pub(crate) struct Candidates {
    /// In the order in which it uses them.
    pub(crate) backups: Vec<Backup>,
    /// Why there may be more.
    pub(crate) unlisted: Option<Error>,
}

/// Copies of every scheme: the setting may have been another when they were made. First those that are
/// named as the setting says, newest first, because the times of others may be another zone's.
pub(crate) fn candidates(disk: &Disk, place: &Place, policy: Backups) -> Candidates {
    let mut candidates = Candidates::default();
    let single = || undated(disk, place.single_backup(), BackupKind::Single);
    if policy == Backups::Single {
        candidates.add(single());
    }
    for naming in policy.naming().and_others() {
        match dated::list(disk, place, naming) {
            Ok(copies) => copies.iter().for_each(|copy| {
                let there = look_at(disk, &copy.path);
                candidates.add(there.map(|there| Some(Backup::dated(copy, &there?))));
            }),
            Err(error) => candidates.add(Err(error)),
        }
    }
    if policy != Backups::Single {
        candidates.add(single());
    }
    candidates
}

impl Candidates {
    fn add(&mut self, found: Result<Option<Backup>>) {
        match found {
            Ok(backup) => self.backups.extend(backup),
            Err(error) => {
                self.unlisted.get_or_insert(error);
            }
        }
    }
}

pub(crate) fn undated(disk: &Disk, path: PathBuf, kind: BackupKind) -> Result<Option<Backup>> {
    let there = look_at(disk, &path)?;
    Ok(there.map(|there| Backup::undated(path, kind, &there)))
}

fn look_at(disk: &Disk, path: &Path) -> Result<Option<Metadata>> {
    let there = disk.fs.find(path);
    let there = there.map_err(|error| Error::io(path, "look at", error))?;
    Ok(there.filter(Metadata::is_file))
}

/// The newest copy that was made at this time or before.
pub(crate) fn newest_at(backups: Vec<Backup>, time: SystemTime) -> Option<Backup> {
    let earlier = backups
        .into_iter()
        .filter(|backup| backup.taken.is_some_and(|taken| taken <= time));
    // Of several equal ones `max_by_key` gives the last, and recovery would use the first.
    earlier.rev().max_by_key(|backup| backup.taken)
}

/// The second name of a file that is about to be replaced.
#[derive(Debug)]
#[must_use = "it is durable only after `sync`"]
pub(crate) struct SecondName {
    path: PathBuf,
    added: Option<Added>,
    /// The sync that makes it durable, if another thread is at it.
    syncing: Option<Begun>,
    /// Of the copy that had the name before: it is let go when the save is done.
    remains: Option<Remains>,
}

impl SecondName {
    /// Lets another thread begin with the [`sync`](Self::sync), for who has something to wait for himself.
    pub(crate) fn begin_sync(mut self, disk: &Disk) -> Self {
        self.syncing = disk.begin_sync_dir(parent(&self.path));
        self
    }

    /// Makes it durable: from now on another may take the first one.
    pub(crate) fn sync(&self, disk: &Disk, place: &Place) -> Result<()> {
        let dir = parent(&self.path);
        match &self.syncing {
            Some(begun) => begun
                .wait()
                .map_err(|error| Error::io(dir, "sync", error))?,
            None => disk.sync_dir(dir)?,
        }
        events::backed_up(place.document(), &self.path);
        Ok(())
    }

    /// Whether it is a second name, and not a copy, that has taken the place of another.
    pub(crate) fn has_replaced(&self) -> bool {
        self.remains.is_some()
    }

    /// The dated copies there are now, if it is one of them.
    pub(crate) fn into_added(self) -> Option<Added> {
        self.added
    }
}

/// Keeps the document's file, which is good, before another takes its name.
pub(crate) fn before_save(
    disk: &Disk,
    place: &Place,
    policy: Backups,
    original: &Original<'_>,
) -> Result<Option<SecondName>> {
    Ok(match policy {
        Backups::Off => None,
        Backups::Single => {
            let remains = single::keep(disk, place, original)?;
            Some(SecondName {
                path: place.single_backup(),
                added: None,
                syncing: None,
                remains,
            })
        }
        Backups::Dated { naming, .. } => {
            let added = dated::add(disk, place, naming, original)?;
            Some(SecondName {
                path: added.new.path.clone(),
                added: Some(added),
                syncing: None,
                remains: None,
            })
        }
    })
}

impl<T: DeserializeOwned> Held<'_, T> {
    /// Makes a copy of the document, which is good and stays where it is.
    pub(crate) fn back_up(&self, good: &Good<T>) -> Result<Backup> {
        let options = self.document.settings();
        let (disk, place) = (&options.disk, &self.place);
        let original = good.original(place.document());
        let (made, added) = match options.backups {
            Backups::Single => {
                let path = place.single_backup();
                original.copy_to(disk, &path)?;
                (undated(disk, path, BackupKind::Single)?, None)
            }
            Backups::Off | Backups::Dated { .. } => {
                let naming = options.backups.naming();
                let added = dated::add_copy(disk, place, naming, &original)?;
                let there = look_at(disk, &added.new.path)?;
                let made = there.map(|there| Backup::dated(&added.new, &there));
                (made, Some(added))
            }
        };
        let made = made.ok_or_else(|| {
            let reason = io::Error::from(io::ErrorKind::NotFound);
            Error::io(original.path, "find the copy of", reason)
        })?;
        events::backed_up(original.path, &made.path);
        if let Some(added) = added {
            self.prune_after(added);
        }
        Ok(made)
    }
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
