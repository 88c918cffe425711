//! Letting old copies go, but never one that verifies for one that does not.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use vfs::{FileId, Metadata};

use super::Backup;
use super::dated::{self, Added};
use super::naming::Dated;
use super::retention::Selection;
use crate::document::Document;
use crate::error::Result;
use crate::events;
use crate::held::Held;
use crate::layout::Place;
use crate::policy::{Backups, Retention};
use crate::read::State;

/// Which copies were found good, so that a save reads only those that are new to this process.
#[derive(Debug, Default)]
pub(crate) struct Verified(Mutex<HashMap<OsString, (FileId, u64)>>);

impl Verified {
    /// Whether the file at `path` is good: `check` is asked where that is not known of this very file.
    fn is_good(&self, path: &Path, there: &Metadata, check: impl FnOnce() -> bool) -> bool {
        let identity = there.id.map(|id| (id, there.size));
        // The text, because a `Path` is hashed piece by piece.
        if identity.is_some() && self.known().get(path.as_os_str()) == identity.as_ref() {
            return true;
        }
        // It runs the program's own code, which may ask for the same.
        let good = check();
        match identity {
            Some(identity) if good => self.known().insert(path.into(), identity),
            _ => self.known().remove(path.as_os_str()),
        };
        good
    }

    fn forget(&self, path: &Path) {
        self.known().remove(path.as_os_str());
    }

    fn known(&self) -> MutexGuard<'_, HashMap<OsString, (FileId, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: DeserializeOwned> Document<T> {
    /// What a [`prune`](Held::prune) would remove.
    pub(crate) fn prunable_in(&self, place: &Place) -> Result<Vec<Backup>> {
        let options = self.settings();
        let Backups::Dated { naming, retention } = options.backups else {
            return Ok(Vec::new());
        };
        let mut copies = Vec::new();
        for naming in naming.and_others() {
            copies.extend(dated::list(&options.disk, place, naming)?);
        }
        Ok(self.surplus(&copies, retention, None))
    }

    /// Which of these copies, newest first, the rules let go. `new` was made of a verified file just now.
    fn surplus(&self, copies: &[Dated], retention: Retention, new: Option<&Path>) -> Vec<Backup> {
        let disk = &self.settings().disk;
        let mut surplus = Vec::new();
        let copies: Vec<&Dated> = copies.iter().filter(|copy| !copy.pinned).collect();
        if retention.has_no_limits() && copies.len() <= retention.newest {
            return surplus;
        }
        let mut selection = Selection::new(retention, (disk.clock)());
        for copy in copies {
            let there = match disk.fs.find(&copy.path) {
                Ok(Some(there)) if there.is_file() => there,
                _ => continue,
            };
            let taken = copy.stamp.taken;
            if !selection.wants(taken) || !selection.has_room(there.size) {
                surplus.push(Backup::dated(copy, &there));
                continue;
            }
            let is_good = self.verified().is_good(&copy.path, &there, || {
                new == Some(&copy.path) || matches!(self.inspect(&copy.path), State::Good(_))
            });
            if is_good {
                selection.count(taken, there.size);
            }
        }
        surplus
    }
}

impl<T: DeserializeOwned> Held<'_, T> {
    /// Removes what the rules let go, of all that have a time in their names.
    pub(crate) fn prune(&self) -> Result<Vec<Backup>> {
        let surplus = self.document.prunable_in(&self.place)?;
        self.remove(&surplus)?;
        Ok(surplus)
    }

    /// Removes what the rules let go after a copy was made, of those that are named like it. What can't
    /// be removed is left to the next time: the copy, and what it was made for, are acknowledged.
    pub(crate) fn prune_after(&self, added: Added) {
        if let Backups::Dated { retention, .. } = self.document.settings().backups {
            let new = added.new.path.clone();
            let mut copies = vec![added.new];
            copies.extend(added.older);
            let surplus = self.document.surplus(&copies, retention, Some(&new));
            let _ = self.remove(&surplus);
        }
    }

    /// Removes all that can be removed; the first error, if there was one.
    fn remove(&self, surplus: &[Backup]) -> Result<()> {
        let mut answer = Ok(());
        for Backup { path, .. } in surplus {
            self.document.verified().forget(path);
            let removed = self.document.settings().disk.let_go(path);
            if removed.is_ok() {
                events::pruned(self.place.document(), path);
            }
            answer = answer.and(removed);
        }
        answer
    }
}
