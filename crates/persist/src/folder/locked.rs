//! A folder's lock and those of its documents, taken in the one order that everybody keeps.

use std::collections::BTreeSet;
use std::path::Path;

use lock::Lock;

use super::finish::carry_out;
use super::plan::Plan;
use crate::disk::Disk;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Place, import_lock};

/// A folder under its lock, with no import that waits to be finished.
#[derive(Debug)]
pub(crate) struct Locked<'f> {
    pub(crate) disk: &'f Disk,
    pub(crate) dir: &'f Path,
    _lock: Lock,
}

/// A document of the folder, under its lock.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) lock: Lock,
}

/// Documents under their locks, sorted by name.
#[derive(Debug)]
pub(crate) struct Documents(Vec<Member>);

impl<'f> Locked<'f> {
    /// Takes the folder's lock, and finishes what was cut off.
    pub(crate) fn new(disk: &'f Disk, dir: &'f Path) -> Result<Self> {
        let lock = import_lock(dir);
        let place = Place::resolve(&*disk.fs, &lock);
        let place = place.map_err(|error| Error::io(&lock, "find", error))?;
        let locked = Self {
            disk,
            dir,
            _lock: disk.lock(&place)?,
        };
        if let Some(plan) = Plan::pending(disk, dir)? {
            let documents = locked.documents(plan.names())?;
            carry_out(disk, dir, &plan, &documents)?;
        }
        Ok(locked)
    }

    /// Takes the locks of these documents, in the order of their names.
    pub(crate) fn documents(&self, names: BTreeSet<&str>) -> Result<Documents> {
        let member = |name: &str| {
            let place = place(self.disk, self.dir, name)?;
            Ok(Member {
                name: name.to_owned(),
                lock: self.disk.lock(&place)?,
                place,
            })
        };
        names
            .into_iter()
            .map(member)
            .collect::<Result<_>>()
            .map(Documents)
    }
}

impl Documents {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.0.iter()
    }

    /// Whether all of these are among them.
    pub(crate) fn hold<S: AsRef<str>>(&self, names: &[S]) -> bool {
        let held: BTreeSet<&str> = self.iter().map(|member| member.name.as_str()).collect();
        names.iter().all(|name| held.contains(name.as_ref()))
    }
}

/// Where the document of this name is: in the folder, not behind a link.
pub(crate) fn place(disk: &Disk, dir: &Path, name: &str) -> Result<Place> {
    let path = dir.join(name);
    let place = Place::resolve(&*disk.fs, &path);
    let place = place.map_err(|error| Error::io(&path, "find", error))?;
    if place.document() == path {
        return Ok(place);
    }
    let message = format!(
        "{} is a symbolic link: what it points to is no document of this folder; make it a file",
        path.display()
    );
    Err(Error::new(ErrorKind::InvalidPath, &path, message))
}
